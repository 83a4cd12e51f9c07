//! `proofbooth audit`

use serde_json::json;
use station::audit::{AuditLog, Entry};
use station::{Code, Problem, Settings, TryAgain};

use crate::arguments::AuditOptions;
use crate::output::Output;
use crate::words::key;

/// Shows the audit log, or checks it. Opens no booth: looking is not noted.
pub async fn run(settings: &Settings, options: &AuditOptions, output: &Output) -> Result<(), Problem> {
    let log = settings.audit_log()?;
    if options.verify {
        verify(&log, options, output)
    } else {
        show(&log, options.case.as_deref(), output)
    }
}

fn show(log: &AuditLog, case: Option<&str>, output: &Output) -> Result<(), Problem> {
    let entries = log.entries().map_err(|error| failed(&error))?;
    let is_of = |entry: &&Entry, wanted: &str| {
        entry.case.as_deref() == Some(wanted)
            || entry
                .code
                .as_deref()
                .is_some_and(|code| code.eq_ignore_ascii_case(wanted))
    };
    for entry in entries
        .iter()
        .filter(|entry| case.is_none_or(|case| is_of(entry, case)))
    {
        output.value(&json!(entry));
        let details: Vec<String> = entry
            .details
            .iter()
            .map(|(name, value)| format!("{name} {}", short(value)))
            .collect();
        output.line(&format!(
            "{:>6}  {}  {:<4}  {}  {}",
            entry.n,
            entry.when(),
            entry.code.as_deref().unwrap_or_default(),
            short(output.words.audit(&entry.what)),
            details.join(", ")
        ));
    }
    match entries.last() {
        Some(last) if case.is_none() => {
            output.line(&format!(
                "head {}:{}  (keep it elsewhere: --expect)",
                last.n, last.sha256
            ));
        }
        Some(_) => {}
        None => output.line("nothing has been noted yet"),
    }
    Ok(())
}

/// A hash is told by its beginning: whoever needs all of it has --json. A log that was written by somebody else may
/// hold anything: nothing of it reaches the terminal as a command.
fn short(value: &str) -> String {
    let length = if value.len() == 64 { 12 } else { 40 };
    value.chars().filter(|c| !c.is_control()).take(length).collect()
}

fn verify(log: &AuditLog, options: &AuditOptions, output: &Output) -> Result<(), Problem> {
    let verdict = log.verify(&options.expect).map_err(|error| failed(&error))?;
    output.value(&json!(verdict));
    if let Some(broken) = verdict.broken {
        let what = format!("entry {}: {}", broken.n, key(&broken.fault));
        return Err(Problem::new(Code::AuditBroken, TryAgain::AfterChange).because(what));
    }
    output.line(&format!("\u{2713} {} entries hold", verdict.entries));
    if let Some(head) = verdict.head {
        output.line(&format!("  head {head}"));
    }
    if verdict.torn {
        output.line("  the last line is not whole, as after a power cut");
    }
    Ok(())
}

fn failed(error: &std::io::Error) -> Problem {
    Problem::new(Code::AuditFailed, TryAgain::AfterChange).because(error.kind().to_string())
}
