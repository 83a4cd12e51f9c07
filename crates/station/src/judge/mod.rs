//! The only place where a finding becomes a yes or a no at the server.
//!
//! A check is sent when its finding has a basis that holds under its rule in [`RULES`]; everything else is left out of
//! the body. There is no default. What was measured holds as long as the measurement it comes from is in the case: with
//! that the claim goes, and never turns into another.

pub(crate) mod cameras;
mod faces;
#[cfg(test)]
pub(crate) mod full;
mod likeness;
#[cfg(test)]
mod outside;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use evidence::{Basis, Case, Check, Finding, UtcMillis};
use oneshot::SecurityChecks;
use vision::agreement::{Agreement, Measure};

pub(crate) use self::faces::measured_on_faces;
pub(crate) use self::likeness::{holds as likeness_holds, level_word, similarity};
pub(crate) use self::rules::{ADULT, RULES, Rule, rule};

/// What may be claimed on what was measured on a document. `mended`: characters of its MRZ were corrected.
pub(crate) fn measured(agreement: &Agreement, mended: bool, at: UtcMillis) -> BTreeMap<Check, Finding> {
    let integrity = agreement.integrity();
    let measures = [
        (Check::DataIntegrity, (!mended).then_some(&integrity)),
        (Check::DocumentNotExpired, Some(&agreement.not_expired)),
        (Check::DocumentNotUnderage, Some(&agreement.of_age)),
    ];
    measures
        .into_iter()
        .filter_map(|(check, measure)| Some((check, finding(measure?, rule(check).yes_from?, at)?)))
        .collect()
}

/// What may be claimed on the answer of an official register.
pub(crate) fn answered_by_register(register: &str, matches: bool, at: UtcMillis) -> Finding {
    Finding {
        passed: matches,
        basis: Basis::Measured {
            method: format!("register: {register}"),
            score: f64::from(u8::from(matches)),
            threshold: rules::WHOLE,
            at,
        },
    }
}

fn finding(measure: &Measure, threshold: f64, at: UtcMillis) -> Option<Finding> {
    let measured = measure.measured()?;
    Some(Finding {
        passed: measured.score >= threshold,
        basis: Basis::Measured {
            method: measured.method.to_owned(),
            score: measured.score,
            threshold,
            at,
        },
    })
}

/// What may be claimed about the case's checks.
pub(crate) fn security_checks(case: &Case) -> SecurityChecks {
    let claim = |check| claim(case, check);
    SecurityChecks {
        otp_validation: claim(Check::OtpValidation),
        documents_match: claim(Check::DocumentsMatch),
        data_integrity: claim(Check::DataIntegrity),
        document_notcopy: claim(Check::DocumentNotCopy),
        document_notexpired: claim(Check::DocumentNotExpired),
        document_notunderage: claim(Check::DocumentNotUnderage),
        liveliness: claim(Check::Liveness),
    }
}

/// What is said about `check` at the server; nothing where no basis holds.
pub(crate) fn claim(case: &Case, check: Check) -> Option<bool> {
    let finding = case.findings.get(&check)?;
    holds(case, check, finding).then_some(finding.passed)
}

fn holds(case: &Case, check: Check, finding: &Finding) -> bool {
    let rule = rule(check);
    match &finding.basis {
        Basis::Attested { by, .. } => rule.attested && check.can_be_attested() && !by.trim().is_empty(),
        // A measured yes must agree with its own threshold, or the record contradicts itself.
        Basis::Measured { score, threshold, .. } => {
            rule.yes_from == Some(*threshold)
                && finding.passed == (score >= threshold)
                && is_measured(case, check, finding)
        }
        Basis::Reported => false,
    }
}

/// Whether the measurement this finding says it comes from is in the case.
fn is_measured(case: &Case, check: Check, finding: &Finding) -> bool {
    // What it came from is removed with the pictures; it stays as it was when it was sent.
    if case.is_purged() {
        return true;
    }
    if check == Check::Liveness {
        let faces = case.faces.as_ref();
        let kept = faces.and_then(|faces| faces.measured.get(&check));
        return kept == Some(finding)
            && faces.and_then(|faces| faces::liveness(case, faces)).as_ref() == Some(finding);
    }
    if check == Check::DocumentsMatch {
        let answered = case.register.as_ref().map(|answer| &answer.measured);
        return answered == Some(finding);
    }
    let read = case
        .reading
        .as_ref()
        .and_then(|reading| reading.measured.get(&check));
    read == Some(finding)
}
