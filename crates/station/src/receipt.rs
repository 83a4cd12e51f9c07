//! The receipt: what was sent, decided, signed and deleted, when and by whom, and nothing about the person.
//!
//! Documents go by number and digest: a file's name may name its owner.

use std::fmt::Write;

use evidence::{Case, Deletion, FourEyes, Review, Role, SignatureState, State, Verdict};

use crate::{clock, views};

/// The receipt of a submitted case; `None` for any other. `compared`: the settings have the video read back.
pub(crate) fn text(case: &Case, compared: bool) -> Option<String> {
    let (at, status) = case.confirmation()?;
    let numbers = views::numbers(case)?;
    let mut text = String::new();
    let practice = if case.practice {
        "PRACTICE - nothing left the machine\n"
    } else {
        ""
    };
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "Proofbooth receipt\n{practice}\nRequest number   {}\nVideoID number   {}\nStatus           {status}\n\
         Confirmed        {}\nBooth            {}\nCase             {}\n\nSent\n",
        numbers.request_pk,
        numbers.videoid_pk,
        clock::readable(at),
        case.booth,
        case.id.short_code(),
    );
    for (role, exhibit) in &case.exhibits {
        let synthetic = if exhibit.method.is_synthetic() {
            "  (synthetic)"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{:<10} {:>10} bytes  sha256 {}{synthetic}",
            name(*role),
            exhibit.bytes,
            exhibit.sha256
        );
    }
    if !compared {
        let _ = writeln!(
            text,
            "The server's copy of the video was not compared: verify_video = false"
        );
    }
    decided(&mut text, case);
    signed(&mut text, case);
    Some(text)
}

/// Who decided. An officer's name is the record's, not the person's.
fn decided(text: &mut String, case: &Case) {
    match &case.review {
        Review::Made { decision } => {
            let verdict = match decision.verdict {
                Verdict::Approved => "Approved",
                Verdict::Refused { .. } => "Refused",
            };
            let rao = decision.rao.as_deref().map(|rao| format!(" (RAO {rao})"));
            let _ = writeln!(
                text,
                "\n{:<17}{}\nby               {}{}",
                verdict,
                clock::readable(decision.at),
                decision.officer,
                rao.unwrap_or_default(),
            );
            if decision.four_eyes == FourEyes::SamePerson {
                let _ = writeln!(text, "                 who also took the evidence");
            }
        }
        Review::Elsewhere { at } => {
            let verdict = if matches!(case.state, State::Refused { .. }) {
                "Refused"
            } else {
                "Approved"
            };
            let _ = writeln!(text, "\n{verdict:<17}elsewhere, read {}", clock::readable(*at));
        }
        Review::Open | Review::Sending { .. } => {}
    }
}

fn signed(text: &mut String, case: &Case) {
    let SignatureState::Made { at } = case.signing.signature else {
        return;
    };
    let _ = writeln!(text, "\nSigned           {}", clock::readable(at));
    for (number, paper) in case.signing.papers.iter().enumerate() {
        let Some(copy) = &paper.signed else { continue };
        let verdict = if copy.seal.is_good() {
            ""
        } else {
            "  (does not hold)"
        };
        let _ = writeln!(
            text,
            "document {:<2}{:>10} bytes  sha256 {}{verdict}",
            number + 1,
            copy.bytes,
            copy.sha256
        );
    }
    if let Deletion::Proven { at } = case.signing.deletion {
        let _ = writeln!(
            text,
            "\nDeleted          {}\n                 the server was asked for the documents afterwards and has none",
            clock::readable(at)
        );
    }
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::Front => "front",
        Role::Portrait => "portrait",
        Role::Rear => "rear",
        Role::Selfie => "selfie",
        Role::Video => "video",
    }
}
