//! The only place where a finding becomes a yes or a no at the server.
//!
//! A check is sent when its finding has a basis that holds; everything else is left out of the body. There is no
//! default. Which bases hold for which check:
//!
//! | check | measured | attested by a named person |
//! |---|---|---|
//! | `otp_validation` | by a verified code only | never |
//! | `documents_match` | by an official register only | yes: the vendor's text means registers, the person answers for it |
//! | the others | by a method of `vision` | yes |
//!
//! `vision` measures nothing yet: its issues bring methods, and their thresholds come here with their sources.

use evidence::{Basis, Case, Check, Similarity, SimilarityWord};
use oneshot::SecurityChecks;

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

/// What may be claimed about the likeness of portrait and selfie.
pub(crate) fn similarity(case: &Case) -> Option<oneshot::Similarity> {
    // What the server reported is its own word: it is never sent back as ours.
    let Similarity::Attested { word, by, .. } = case.similarity.as_ref()? else {
        return None;
    };
    if by.trim().is_empty() {
        return None;
    }
    // A person's judgement goes out as the vendor's word: a number would pretend to a measurement.
    let word = match word {
        SimilarityWord::High => "high",
        SimilarityWord::Medium => "medium",
        SimilarityWord::Low => "low",
    };
    Some(oneshot::Similarity::Word(word.to_owned()))
}

fn claim(case: &Case, check: Check) -> Option<bool> {
    let finding = case.findings.get(&check)?;
    let holds = match &finding.basis {
        Basis::Attested { by, .. } => check.can_be_attested() && !by.trim().is_empty(),
        // A measured yes must agree with its own threshold, or the record contradicts itself.
        Basis::Measured { score, threshold, .. } => finding.passed == (score >= threshold),
        Basis::Reported => false,
    };
    holds.then_some(finding.passed)
}

#[cfg(test)]
mod tests {
    use evidence::{CaseId, Finding, UtcMillis};

    use super::*;

    fn case_with(check: Check, finding: Finding) -> Case {
        let mut case = Case::open(CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0));
        case.findings.insert(check, finding);
        case
    }

    fn attested(by: &str, passed: bool) -> Finding {
        Finding {
            passed,
            basis: Basis::Attested {
                by: by.to_owned(),
                at: UtcMillis(0),
            },
        }
    }

    #[test]
    fn nothing_is_claimed_of_a_case_nobody_looked_at() {
        let case = Case::open(CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0));
        assert_eq!(security_checks(&case), SecurityChecks::default());
        assert!(similarity(&case).is_none());
    }

    #[test]
    fn a_named_persons_word_is_sent_as_it_was_given() {
        for passed in [true, false] {
            let case = case_with(Check::DocumentNotExpired, attested("R. Vidal", passed));
            let wanted = SecurityChecks {
                document_notexpired: Some(passed),
                ..SecurityChecks::default()
            };
            assert_eq!(security_checks(&case), wanted);
        }
    }

    #[test]
    fn an_unnamed_word_or_a_vouched_for_code_is_left_out() {
        let unnamed = case_with(Check::Liveness, attested(" ", true));
        let code = case_with(Check::OtpValidation, attested("R. Vidal", true));
        assert_eq!(security_checks(&unnamed), SecurityChecks::default());
        assert_eq!(security_checks(&code), SecurityChecks::default());
    }

    #[test]
    fn a_measurement_that_contradicts_its_threshold_is_left_out() {
        let measured = |score| Finding {
            passed: true,
            basis: Basis::Measured {
                method: "m".into(),
                score,
                threshold: 0.5,
                at: UtcMillis(0),
            },
        };
        assert_eq!(
            security_checks(&case_with(Check::Liveness, measured(0.4))).liveliness,
            None
        );
        assert_eq!(
            security_checks(&case_with(Check::Liveness, measured(0.6))).liveliness,
            Some(true)
        );
    }
}
