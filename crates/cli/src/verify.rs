//! `proofbooth verify`

use std::fs::File;
use std::path::Path;

use papers::{Anchors, TimeStamp, TimeStampError, Trust};
use seal::{BundleError, Identity, Part, PublicKey, Report, Timestamp};
use serde_json::json;
use station::{Code, Problem, TryAgain};

use crate::arguments::VerifyOptions;
use crate::output::Output;

/// Verifies a bundle and names what fails. It needs no booth, no settings and no network.
pub fn run(options: &VerifyOptions, output: &Output) -> Result<(), Problem> {
    let trusted: Vec<PublicKey> = options.key.as_deref().map(key).transpose()?.into_iter().collect();
    let identities = match &options.identity {
        Some(file) => identities(file)?,
        None => Vec::new(),
    };
    let file = File::open(&options.bundle).map_err(|error| unreadable(&error.kind().to_string()))?;
    let plain = seal::open_bundle(file, &identities).map_err(|error| not_opened(&error))?;
    let report = seal::verify_bundle(plain, &trusted);
    let stamp = stamp(&report, options.authority.as_deref())?;
    show(&report, stamp.as_ref(), output);
    let mut failures: Vec<String> = report
        .failures()
        .map(|(part, fault)| format!("{} {fault}", title(part)))
        .collect();
    match stamp {
        Some(Err(error)) => failures.push(format!("timestamp.tsr: {error}")),
        Some(Ok(TimeStamp {
            trust: Trust::NotAnchored,
            ..
        })) => {
            failures.push("timestamp.tsr is of an authority that was not given".to_owned());
        }
        Some(Ok(_)) | None => {}
    }
    if report.is_intact() && failures.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::BundleAltered, TryAgain::AfterChange).because(failures.join("; ")))
}

/// What the time stamp says, if there is one whose bytes are those that were sealed.
type Stamp = Result<TimeStamp, TimeStampError>;

fn stamp(report: &Report, authority: Option<&Path>) -> Result<Option<Stamp>, Problem> {
    let wrong = |why: String| Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(why);
    let anchors = match authority {
        Some(file) => {
            let pem = std::fs::read(file).map_err(|error| wrong(format!("--authority: {}", error.kind())))?;
            Anchors::from_pem(&pem).map_err(|error| wrong(format!("--authority: {error}")))?
        }
        None => Anchors::none(),
    };
    let check = |stamp: &Timestamp| papers::time_stamp(&stamp.token, &stamp.stamped, &anchors);
    Ok(report.timestamp.as_ref().map(check))
}

fn show(report: &Report, stamp: Option<&Stamp>, output: &Output) {
    let parts: Vec<_> = report
        .parts
        .iter()
        .map(|part| {
            let fault = part.fault.map(|fault| fault.to_string());
            json!({ "name": part.name, "label": part.label, "ok": part.fault.is_none(), "fault": fault })
        })
        .collect();
    output.value(&json!({
        "intact": report.is_intact(), "trusted": report.trusted, "case": report.case.map(|case| case.to_string()),
        "sealed_at": report.sealed_at, "practice": report.practice, "key": report.key.map(|key| key.to_string()),
        "handed_over_to": report.handed_over_to, "parts": parts,
        "stamped_at": stamp.and_then(|stamp| stamp.as_ref().ok()).map(|stamp| stamp.at),
    }));
    if let Some(case) = report.case {
        let practice = if report.practice { "  (practice)" } else { "" };
        output.line(&format!("case {case}{practice}"));
    }
    match &report.handed_over_to {
        Some(to) => output.line(&format!("  handed over to {to}")),
        None => output.line("  a copy for the files"),
    }
    for part in &report.parts {
        match part.fault {
            None => output.line(&format!("  ok      {}", title(part))),
            Some(fault) => output.line(&format!("  failed  {} {fault}", title(part))),
        }
    }
    match stamp {
        Some(Ok(stamp)) => {
            let at = jiff::Timestamp::from_millisecond(stamp.at)
                .map_or_else(|_| "?".to_owned(), |at| at.to_string());
            let authority = stamp
                .authority
                .as_deref()
                .unwrap_or("an authority without a name");
            let known = match stamp.trust {
                Trust::Anchored => "one that was given",
                Trust::NotAnchored => "not one that was given",
                Trust::NoAnchors => "not known: give --authority to be sure",
            };
            output.line(&format!("  stamped {at} by {authority}, {known}"));
        }
        Some(Err(error)) => output.line(&format!("  failed  timestamp.tsr: {error}")),
        None => {}
    }
    if let Some(key) = report.key {
        let known = if report.trusted {
            "the key that was given"
        } else {
            "not known: give --key to be sure"
        };
        output.line(&format!("  sealed with {key}, {known}"));
    }
}

/// What a part is called: what an object shows, then its file.
fn title(part: &Part) -> String {
    match &part.label {
        Some(label) => format!("{label} ({})", part.name),
        None => part.name.clone(),
    }
}

/// A public key from its digits or from a PEM file.
pub fn key(text: &str) -> Result<PublicKey, Problem> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let wrong = |why: String| Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(why);
    let pem = std::fs::read_to_string(text).map_err(|error| wrong(format!("--key: {}", error.kind())))?;
    pem.parse().map_err(|error| wrong(format!("--key: {error}")))
}

fn identities(file: &Path) -> Result<Vec<Identity>, Problem> {
    let wrong = |why: String| Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(why);
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("--identity: {}", error.kind())))?;
    Identity::all_in(&text).map_err(|error| wrong(format!("--identity: {error}")))
}

fn not_opened(error: &BundleError) -> Problem {
    match error {
        BundleError::Encrypted | BundleError::NotForUs => {
            Problem::new(Code::BundleLocked, TryAgain::AfterChange).because(error.to_string())
        }
        BundleError::DamagedEncryption => {
            Problem::new(Code::BundleAltered, TryAgain::AfterChange).because(error.to_string())
        }
        _ => unreadable(&error.to_string()),
    }
}

fn unreadable(why: &str) -> Problem {
    Problem::new(Code::BundleUnreadable, TryAgain::AfterChange).because(why)
}
