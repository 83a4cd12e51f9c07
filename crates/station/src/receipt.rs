//! The receipt: what was sent and when, and nothing about the person.

use std::fmt::Write;

use evidence::{Case, Role};

use crate::{clock, views};

/// The receipt of a submitted case; `None` for any other.
pub(crate) fn text(case: &Case) -> Option<String> {
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
    Some(text)
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
