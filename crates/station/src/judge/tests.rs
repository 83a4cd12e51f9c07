use evidence::{CaseId, Reading};
use vision::agreement::{Measured, Missing};

use super::*;
use crate::settings::SimilarityForm;

fn a_case() -> Case {
    Case::open(CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0))
}

fn case_with(check: Check, finding: Finding) -> Case {
    let mut case = a_case();
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
    let case = a_case();
    assert_eq!(security_checks(&case), SecurityChecks::default());
    assert!(similarity(&case, SimilarityForm::Number).is_none());
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

/// A case in whose document this was measured.
fn read(case: &mut Case, measured: BTreeMap<Check, Finding>) {
    case.findings.clone_from(&measured);
    case.reading = Some(Reading {
        method: "m/1".into(),
        at: UtcMillis(0),
        of: BTreeMap::new(),
        fields: BTreeMap::new(),
        portrait: None,
        measured,
        hints: Vec::new(),
    });
}

fn measured_finding(passed: bool, score: f64, threshold: f64) -> Finding {
    Finding {
        passed,
        basis: Basis::Measured {
            method: "m".into(),
            score,
            threshold,
            at: UtcMillis(0),
        },
    }
}

fn claims(agreement: &Agreement, mended: bool) -> SecurityChecks {
    let mut case = a_case();
    read(&mut case, measured(agreement, mended, UtcMillis(0)));
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
fn what_has_no_measure_of_ours_is_never_claimed_as_measured() {
    for check in [
        Check::DocumentNotCopy,
        Check::DocumentsMatch,
        Check::OtpValidation,
    ] {
        for passed in [true, false] {
            let score = f64::from(u8::from(passed));
            let mut case = a_case();
            read(
                &mut case,
                BTreeMap::from([(check, measured_finding(passed, score, 1.0))]),
            );
            assert_eq!(claim(&case, check), None, "{check:?}");
        }
    }
}

#[test]
fn a_measurement_that_contradicts_its_threshold_or_its_rule_is_left_out() {
    let check = Check::DocumentNotUnderage;
    for (passed, years, threshold, claimed) in [
        (true, 18.0, 18.0, Some(true)),
        (false, 17.0, 18.0, Some(false)),
        (true, 17.0, 18.0, None),
        (false, 18.0, 18.0, None),
        (true, 17.0, 16.0, None),
        (true, f64::NAN, 18.0, None),
    ] {
        let mut case = a_case();
        read(
            &mut case,
            BTreeMap::from([(check, measured_finding(passed, years, threshold))]),
        );
        assert_eq!(claim(&case, check), claimed, "{years} of {threshold}");
    }
}

#[test]
fn each_check_has_its_rule() {
    for (check, rule) in Check::ALL.into_iter().zip(&RULES) {
        assert_eq!(rule.check, check);
        assert_eq!(super::rule(check).check, check);
        assert_eq!(rule.measure.is_some(), rule.yes_from.is_some());
        assert_eq!(rule.attested, check.can_be_attested());
    }
}
