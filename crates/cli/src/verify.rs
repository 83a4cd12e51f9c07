//! `proofbooth verify`

use std::fs::File;
use std::path::Path;

use seal::{BundleError, Identity, Part, PublicKey, Report};
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
    show(&report, output);
    if report.is_intact() {
        return Ok(());
    }
    let failures: Vec<String> = report
        .failures()
        .map(|(part, fault)| format!("{} {fault}", title(part)))
        .collect();
    Err(Problem::new(Code::BundleAltered, TryAgain::AfterChange).because(failures.join("; ")))
}

fn show(report: &Report, output: &Output) {
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
        "parts": parts,
    }));
    if let Some(case) = report.case {
        let practice = if report.practice { "  (practice)" } else { "" };
        output.line(&format!("case {case}{practice}"));
    }
    for part in &report.parts {
        match part.fault {
            None => output.line(&format!("  ok      {}", title(part))),
            Some(fault) => output.line(&format!("  failed  {} {fault}", title(part))),
        }
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
fn key(text: &str) -> Result<PublicKey, Problem> {
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
