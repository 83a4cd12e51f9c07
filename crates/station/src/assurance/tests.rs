//! The statement as it is written.

use evidence::{Biometrics, Case, CaseId, Check, UtcMillis};

use super::{Assurance, Stands, WhyNot};
use crate::judge::full;

fn stands(case: &Case, check: Check) -> Stands {
    let checks = Assurance::of(case).checks;
    let found = checks.into_iter().find(|it| it.check == check);
    found.expect("every check is in it").stands
}

#[test]
fn a_case_that_was_measured_from_end_to_end_is_stated_so() {
    insta::assert_json_snapshot!(Assurance::of(&full::full()));
}

#[test]
fn a_case_nobody_looked_at_states_what_was_not_checked_and_why() {
    let case = Case::open(CaseId(uuid::Uuid::nil()), "Booth", true, UtcMillis(0));
    let statement = Assurance::of(&case);
    for check in &statement.checks {
        assert!(
            check.sent.is_none() && matches!(check.stands, Stands::Nothing { .. }),
            "{check:?}"
        );
    }
    assert_eq!(statement.similarity.why_not, Some(WhyNot::NotAsked));
    insta::assert_json_snapshot!(statement);
}

#[test]
fn a_refusal_is_the_reason_and_nothing_measured_is_stated() {
    let mut case = full::before_faces();
    case.challenge = None;
    if let Some(consent) = &mut case.consent {
        consent.biometrics = Some(Biometrics::Refused);
    }
    let refused = Stands::Nothing { why: WhyNot::Refused };
    assert_eq!(stands(&case, Check::Liveness), refused);
    assert_eq!(Assurance::of(&case).similarity.why_not, Some(WhyNot::Refused));
}

#[test]
fn what_contradicts_its_measurement_is_not_stated_as_measured() {
    let mut case = full::full();
    case.challenge = None;
    let contradicted = Stands::Nothing {
        why: WhyNot::Contradicted,
    };
    assert_eq!(stands(&case, Check::Liveness), contradicted);
}

#[test]
fn a_script_that_somebody_chose_is_stated_to_be_chosen() {
    let mut case = full::full();
    let stated = |case: &Case| {
        Assurance::of(case)
            .script
            .map(|script| (script.drawn, script.bits))
    };
    assert_eq!(stated(&case), Some((true, 21)));
    if let Some(script) = &mut case.script {
        script.steps.reverse();
    }
    assert_eq!(stated(&case).map(|(drawn, _)| drawn), Some(false));
    case.script = None;
    assert_eq!(stated(&case), None, "nothing was asked");
}

#[test]
fn it_is_canonical_and_always_the_same() {
    let once = Assurance::of(&full::full())
        .to_canonical()
        .expect("numbers are exact");
    let again = Assurance::of(&full::full())
        .to_canonical()
        .expect("numbers are exact");
    assert_eq!(once, again);
}

#[test]
fn every_limit_of_liveness_is_said_and_no_conformity_is_claimed() {
    let statement = Assurance::of(&full::full());
    let liveness = statement.checks.iter().find(|it| it.check == Check::Liveness);
    let limits = liveness.expect("it is in it").limits;
    for word in [
        "screen",
        "behind the camera",
        "masks",
        "no conformity with ISO/IEC 30107-3",
    ] {
        assert!(limits.contains(word), "{word}");
    }
}
