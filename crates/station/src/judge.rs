//! The only place where a finding becomes a yes or a no at the server.
//!
//! A check is sent when its finding has a basis that holds; everything else is left out of the body. There is no
//! default. Which bases hold for which check:
//!
//! | check | measured | attested by a named person |
//! |---|---|---|
//! | `otp_validation` | by a verified code only | never |
//! | `documents_match` | by an official register only | yes: the vendor's text means registers, the person answers for it |
//! | the others | by a method of `vision`, under the rules below | yes |
//!
//! What is measured on the document (`vision::agreement`), and from where it is a yes:
//!
//! | check | measure | yes from | source |
//! |---|---|---|---|
//! | `data_integrity` | least share of check digits, of fields in which MRZ and print say the same, and of fields in which front and back do | 1: all of them | ICAO Doc 9303-3, 4.9 (check digits); the MRZ repeats the print (Doc 9303-3, 4.1) |
//! | `document_notexpired` | days from the day of capture to the last day of validity | 0: the last day is valid | Doc 9303-3, 3.4.1.2 (date of expiry) |
//! | `document_notunderage` | whole years from birth to the day of capture | 18 | Constitución Española, art. 12; the same in each member state |
//! | `document_notcopy` | missing colour, patterns of screens and of print | never | no rate of error of theirs is known: each is a hint to a person, and neither a yes nor a no is sent |
//!
//! A mended MRZ agrees with the print because it was mended by it: then `data_integrity` is left to a person. What was
//! not measured (no MRZ, one side, dates that disagree) is absent.

use std::collections::BTreeMap;

use evidence::{Basis, Case, Check, Finding, Similarity, SimilarityWord, UtcMillis};
use oneshot::SecurityChecks;
use vision::agreement::{Agreement, Measure};

/// All that was compared agrees.
const WHOLE: f64 = 1.0;
/// A document is valid on its last day.
const LAST_DAY: f64 = 0.0;
/// Years from which a person is of age.
pub(crate) const ADULT: u8 = 18;

/// What may be claimed on what was measured on a document. `mended`: characters of its MRZ were corrected.
pub(crate) fn measured(agreement: &Agreement, mended: bool, at: UtcMillis) -> BTreeMap<Check, Finding> {
    let integrity = agreement.integrity();
    let rules = [
        (Check::DataIntegrity, (!mended).then_some(&integrity), WHOLE),
        (Check::DocumentNotExpired, Some(&agreement.not_expired), LAST_DAY),
        (
            Check::DocumentNotUnderage,
            Some(&agreement.of_age),
            f64::from(ADULT),
        ),
    ];
    rules
        .into_iter()
        .filter_map(|(check, measure, threshold)| Some((check, finding(measure?, threshold, at)?)))
        .collect()
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
        Basis::Measured { score, threshold, .. } => {
            check != Check::DocumentNotCopy && finding.passed == (score >= threshold)
        }
        Basis::Reported => false,
    };
    holds.then_some(finding.passed)
}

#[cfg(test)]
mod tests {
    use evidence::CaseId;
    use vision::agreement::{Measured, Missing};

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

    fn agreement(days: Option<f64>, age: Option<f64>) -> Agreement {
        let measure = |score: Option<f64>, threshold: f64| match score {
            Some(score) => Measure::Measured(Measured {
                method: "m/1",
                score,
                threshold,
                passed: score >= threshold,
                compared: Vec::new(),
            }),
            None => Measure::Absent {
                absent: Missing::NoDate,
            },
        };
        Agreement {
            check_digits: measure(Some(1.0), 1.0),
            zones: measure(Some(1.0), 1.0),
            sides: measure(None, 1.0),
            not_expired: measure(days, 0.0),
            of_age: measure(age, 18.0),
            portrait: measure(None, 0.7),
        }
    }

    fn claims(agreement: &Agreement, mended: bool) -> SecurityChecks {
        let mut case = Case::open(CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0));
        case.findings = measured(agreement, mended, UtcMillis(0));
        security_checks(&case)
    }

    #[test]
    fn dates_count_to_the_day_and_what_has_none_is_left_out() {
        let last_day = claims(&agreement(Some(0.0), Some(18.0)), false);
        assert_eq!(
            (last_day.document_notexpired, last_day.document_notunderage),
            (Some(true), Some(true))
        );
        let day_after = claims(&agreement(Some(-1.0), Some(17.0)), false);
        assert_eq!(
            (day_after.document_notexpired, day_after.document_notunderage),
            (Some(false), Some(false))
        );
        let unknown = claims(&agreement(None, None), false);
        assert_eq!(
            (unknown.document_notexpired, unknown.document_notunderage),
            (None, None)
        );
    }

    #[test]
    fn integrity_is_claimed_of_what_agrees_without_having_been_mended() {
        let mut agreement = agreement(None, None);
        assert_eq!(claims(&agreement, false).data_integrity, Some(true));
        assert_eq!(claims(&agreement, true).data_integrity, None, "a person decides");
        agreement.zones = Measure::Measured(Measured {
            method: "m/1",
            score: 0.8,
            threshold: 1.0,
            passed: false,
            compared: Vec::new(),
        });
        assert_eq!(claims(&agreement, false).data_integrity, Some(false));
        agreement.zones = Measure::Absent {
            absent: Missing::NothingToCompare,
        };
        assert_eq!(
            claims(&agreement, false).data_integrity,
            None,
            "nothing to compare it with"
        );
    }

    #[test]
    fn no_measurement_says_that_a_document_is_no_copy() {
        for passed in [true, false] {
            let measured = Finding {
                passed,
                basis: Basis::Measured {
                    method: "m".into(),
                    score: f64::from(u8::from(passed)),
                    threshold: 0.5,
                    at: UtcMillis(0),
                },
            };
            let case = case_with(Check::DocumentNotCopy, measured);
            assert_eq!(security_checks(&case).document_notcopy, None);
        }
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
