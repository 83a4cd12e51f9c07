//! The server: credentials for it, whether it answers, its clock, its certificate and ours.

use std::path::Path;
use std::time::{Duration, SystemTime};

use evidence::UtcMillis;
use oneshot::{Dialect, Greeting};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::{Finding, Remark, Subject, Verdict};
use crate::settings::{DialectChoice, ServerSettings, wrong};
use crate::{Settings, clock, delivery, problems};

/// The record of a case is only as good as its times: half a minute is more than a network takes.
const OFF: Duration = Duration::from_secs(30);

/// With a clock as wrong as this, tokens and certificates begin to fail.
const FAR_OFF: Duration = Duration::from_secs(300);

/// Whoever renews a certificate needs some notice, in days.
const NOTICE: i64 = 30;

pub(super) async fn look_at(settings: &Settings) -> Vec<Finding> {
    let Some(server) = &settings.server else {
        return vec![if settings.practice {
            Finding::fine(Subject::Server, Remark::ServerPractice)
        } else {
            let none = wrong("no [server]: set one, or start with --practice".to_owned());
            Finding::problem(Subject::Server, Verdict::Failed, none)
        }];
    };
    let mut findings = Vec::new();
    let client = match delivery::client_for(settings, None).await {
        Ok(client) => {
            findings.push(Finding::fine(Subject::Credentials, Remark::CredentialsFine));
            Some(client)
        }
        Err(problem) => {
            findings.push(Finding::problem(Subject::Credentials, Verdict::Failed, problem));
            None
        }
    };
    if let Some(client) = client {
        let asked = SystemTime::now();
        match client.greet().await {
            Ok(greeting) => {
                findings.push(on_dialect(&greeting, server, &delivery::shown_server(&client)));
                findings.push(on_clock(greeting.date, asked, SystemTime::now()));
                findings.extend(greeting.certificate.and_then(|der| on_end("server", &der)));
            }
            Err(error) => {
                let problem = problems::from_call(&error);
                findings.push(Finding::problem(Subject::Server, Verdict::Failed, problem));
                findings.push(on_clock(None, asked, asked));
            }
        }
    }
    for (which, file) in [
        ("client_certificate", &server.client_certificate),
        ("ca_file", &server.ca_file),
        ("trusted_signers", &server.trusted_signers),
    ] {
        findings.extend(file.iter().flat_map(|file| in_file(which, file)));
    }
    findings
}

fn on_dialect(greeting: &Greeting, server: &ServerSettings, shown: &str) -> Finding {
    let wanted = match server.dialect {
        DialectChoice::Current => Some(Dialect::Current),
        DialectChoice::Legacy => Some(Dialect::Legacy),
        DialectChoice::Probe => None,
    };
    match (greeting.dialect, wanted) {
        (None, _) => Finding::new(Subject::Server, Verdict::Failed, Remark::ServerStranger),
        (Some(found), Some(set)) if found != set => {
            Finding::new(Subject::Server, Verdict::Failed, Remark::ServerOtherDialect)
                .with("found", found)
                .with("set", set)
        }
        (Some(found), _) => Finding::fine(Subject::Server, Remark::ServerFine).with("dialect", found),
    }
    .with("server", shown)
}

/// What the server's clock, read between two moments of ours, says about ours.
fn on_clock(date: Option<SystemTime>, asked: SystemTime, answered: SystemTime) -> Finding {
    let Some(date) = date else {
        return Finding::new(Subject::Clock, Verdict::Warning, Remark::ClockUnknown);
    };
    let off = Duration::from_millis(clock::behind(date, asked, answered).unsigned_abs());
    let (verdict, remark) = match off {
        off if off >= FAR_OFF => (Verdict::Failed, Remark::ClockOff),
        off if off >= OFF => (Verdict::Warning, Remark::ClockOff),
        _ => (Verdict::Fine, Remark::ClockFine),
    };
    Finding::new(Subject::Clock, verdict, remark).with("seconds", off.as_secs())
}

/// The certificates of a file, each with its end. That the file can be read was seen before: the client needs it.
fn in_file(which: &str, file: &Path) -> Vec<Finding> {
    let unusable = || {
        let problem = wrong(format!("{which}: {}: no certificate in PEM", file.display()));
        vec![Finding::problem(Subject::Certificates, Verdict::Failed, problem)]
    };
    let Ok(pem) = std::fs::read(file) else {
        return unusable();
    };
    let ends: Vec<Finding> = CertificateDer::pem_slice_iter(&pem)
        .flatten()
        .filter_map(|der| on_end(which, &der))
        .collect();
    if ends.is_empty() { unusable() } else { ends }
}

/// How long a certificate lasts; `None` when it is none.
fn on_end(which: &str, der: &[u8]) -> Option<Finding> {
    Some(on_ends_at(which, papers::certificate_ends(der)?, clock::now()))
}

fn on_ends_at(which: &str, ends: i64, now: UtcMillis) -> Finding {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let left = ends.saturating_sub(now.0);
    let days = left.div_euclid(DAY_MS);
    let (verdict, remark) = match days {
        ..0 => (Verdict::Failed, Remark::CertificateOver),
        0..NOTICE => (Verdict::Warning, Remark::CertificateEnds),
        _ => (Verdict::Fine, Remark::CertificateFine),
    };
    Finding::new(Subject::Certificates, verdict, remark)
        .with("which", which)
        .with("days", if left < 0 { -left / DAY_MS } else { days })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_the_servers() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let said = |date: SystemTime| on_clock(Some(date), now, now).verdict;
        assert_eq!(said(now), Verdict::Fine);
        assert_eq!(said(now + Duration::from_secs(5)), Verdict::Fine);
        assert_eq!(said(now - Duration::from_secs(60)), Verdict::Warning);
        assert_eq!(said(now + Duration::from_secs(3_600)), Verdict::Failed);
        assert_eq!(on_clock(None, now, now).verdict, Verdict::Warning);
    }

    #[test]
    fn a_certificate_is_told_before_it_runs_out() {
        const DAY: i64 = 24 * 60 * 60 * 1_000;
        let said = |days: i64| {
            let finding = on_ends_at("server", days * DAY, UtcMillis(0));
            (finding.verdict, finding.values["days"].clone())
        };
        assert_eq!(said(90), (Verdict::Fine, "90".to_owned()));
        assert_eq!(said(7), (Verdict::Warning, "7".to_owned()));
        assert_eq!(said(-3), (Verdict::Failed, "3".to_owned()));
    }
}
