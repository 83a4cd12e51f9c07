//! What was measured of faces: only of who allows it, and gone with its picture.

use std::collections::BTreeMap;

use evidence::{
    Basis, Biometrics, CaptureEvent, Case, CaseEvent, Challenge, ChallengeFault, ChallengeOutcome,
    ChallengeStep, Check, Consent, Event, FaceMethod, Faces, FacesEvent, Finding, Likeness, Motion,
    Rejection, Role, Similarity, SimilarityWord, StartEvent, Step, StepOutcome, step,
};

use crate::walk::{AT, NUMBERS, a_case, after, at_review, consent, picture};

pub const NONCE: &str = "00112233445566778899aabbccddeeff";

pub fn faces_of(of: BTreeMap<Role, String>) -> Faces {
    let likeness = Likeness {
        cosine: 0.62,
        level: 87,
    };
    Faces {
        method: FaceMethod {
            name: "sface/1".into(),
            model_sha256: "ef".repeat(32),
            threshold: 0.363,
            errors: Vec::new(),
        },
        at: AT,
        of,
        portrait: Some(likeness),
        video: None,
        passive: None,
        operator: None,
        operators_missing: BTreeMap::new(),
        missing: BTreeMap::new(),
        measured: BTreeMap::from([(Check::Liveness, measured())]),
    }
}

fn measured() -> Finding {
    Finding {
        passed: true,
        basis: Basis::Measured {
            method: "challenge/1".into(),
            score: 1.0,
            threshold: 1.0,
            at: AT,
        },
    }
}

pub fn challenge() -> Challenge {
    let step = |motion| ChallengeStep {
        motion,
        limit_ms: 6_000,
    };
    Challenge {
        nonce: NONCE.into(),
        made_at: AT,
        steps: vec![step(Motion::Left), step(Motion::Blink)],
        outcome: None,
    }
}

pub fn outcome() -> ChallengeOutcome {
    let done = |motion, at| StepOutcome {
        motion,
        asked_ms: Some(at),
        done_ms: Some(at + 900),
    };
    ChallengeOutcome {
        method: "challenge/1".into(),
        at: AT,
        video: picture(1).sha256,
        steps: vec![done(Motion::Left, 1_000), done(Motion::Blink, 2_500)],
        passed: true,
        faults: Vec::new(),
    }
}

fn compared(case: &Case) -> Case {
    let of = case.to_be_compared().expect("faces to compare");
    let event = FacesEvent::Compared(Box::new(faces_of(of)));
    after(case, Event::Faces(event)).case
}

fn with(biometrics: Option<Biometrics>) -> Consent {
    Consent {
        biometrics,
        ..consent()
    }
}

/// The case at its review, its person having said this.
fn having_said(biometrics: Option<Biometrics>) -> Case {
    let case = after(&at_review(), Event::Went(Step::Consent)).case;
    let case = after(&case, Event::Consented(with(biometrics))).case;
    after(&case, Event::Went(Step::Review)).case
}

/// A video is being recorded.
fn recording() -> Case {
    let case = after(&at_review(), Event::Went(Step::Video)).case;
    let case = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    let began = CaptureEvent::RecordingBegan {
        at: AT,
        method: picture(1).method,
    };
    after(&case, Event::Capture(began)).case
}

fn made(challenge: Challenge) -> Event {
    Event::Faces(FacesEvent::ChallengeMade(challenge))
}

fn judged(nonce: &str, outcome: ChallengeOutcome) -> Event {
    Event::Faces(FacesEvent::ChallengeJudged {
        nonce: nonce.into(),
        outcome,
    })
}

/// The same, recorded with a challenge.
fn answered() -> Case {
    let case = after(&recording(), made(challenge())).case;
    let taken = CaptureEvent::Taken { exhibit: picture(77) };
    after(&case, Event::Capture(taken)).case
}

#[test]
fn faces_are_compared_once_and_give_a_likeness_nobody_has_to_judge() {
    let case = compared(&at_review());
    assert_eq!(case.to_be_compared(), None, "that was done");
    assert!(matches!(
        case.similarity,
        Some(Similarity::Measured { level: 87, .. })
    ));
    assert_eq!(case.findings.get(&Check::Liveness), Some(&measured()));
    let by = "R. Vidal".to_owned();
    let word = Similarity::Attested {
        word: SimilarityWord::Low,
        by,
        at: AT,
    };
    let case = after(&case, Event::SimilarityJudged(Some(word.clone()))).case;
    assert_eq!(case.similarity, Some(word), "a person's word stands before it");
    let case = after(&case, Event::SimilarityJudged(None)).case;
    assert!(matches!(case.similarity, Some(Similarity::Measured { .. })));
}

#[test]
fn whoever_refuses_or_was_not_asked_is_not_compared() {
    for said in [Some(Biometrics::Refused), None] {
        let case = having_said(said);
        assert_eq!(case.to_be_compared(), None);
        let of = at_review().to_be_compared().expect("faces to compare");
        let event = Event::Faces(FacesEvent::Compared(Box::new(faces_of(of))));
        assert_eq!(
            step(&case, event).err(),
            Some(Rejection::OutOfOrder(Step::Review))
        );
    }
    let refused = having_said(Some(Biometrics::Refused));
    let noted = refused.history.happened().iter().map(|happened| happened.what);
    assert!(
        noted
            .into_iter()
            .any(|what| what == CaseEvent::ConsentedWithoutBiometrics)
    );
}

#[test]
fn a_refusal_takes_back_what_was_measured_before() {
    let case = compared(&at_review());
    let case = after(&case, Event::Went(Step::Consent)).case;
    let case = after(&case, Event::Consented(with(Some(Biometrics::Refused)))).case;
    assert_eq!((&case.faces, &case.similarity), (&None, &None));
    assert!(!case.findings.contains_key(&Check::Liveness));
}

#[test]
fn a_comparison_goes_with_each_of_its_pictures() {
    for (goes, role) in [
        (Step::Front, Role::Front),
        (Step::Selfie, Role::Selfie),
        (Step::Video, Role::Video),
    ] {
        let case = compared(&at_review());
        let case = after(&case, Event::Went(goes)).case;
        let case = after(&case, Event::Capture(CaptureEvent::Retake)).case;
        let case = if role == Role::Video {
            let began = CaptureEvent::RecordingBegan {
                at: AT,
                method: picture(1).method,
            };
            after(&case, Event::Capture(began)).case
        } else {
            case
        };
        let mut other = picture(99);
        other.sha256 = "99".repeat(32);
        let case = after(&case, Event::Capture(CaptureEvent::Taken { exhibit: other })).case;
        assert!(
            case.faces.is_some(),
            "the earlier picture is still the accepted one"
        );
        let case = after(&case, Event::Capture(CaptureEvent::Use)).case;
        assert_eq!((&case.faces, &case.similarity), (&None, &None), "{role:?}");
        assert!(!case.findings.contains_key(&Check::Liveness), "{role:?}");
    }
}

#[test]
fn a_challenge_is_made_while_the_recording_runs_and_never_twice() {
    assert!(
        step(&at_review(), made(challenge())).is_err(),
        "nothing is recorded"
    );
    let case = after(&recording(), made(challenge())).case;
    assert!(step(&case, made(challenge())).is_err(), "its nonce was used");
    let other = Challenge {
        nonce: "ff".into(),
        ..challenge()
    };
    assert!(step(&case, made(other)).is_ok());
}

#[test]
fn an_outcome_belongs_to_its_challenge_and_its_video() {
    let case = answered();
    assert!(
        step(&case, judged("ff", outcome())).is_err(),
        "another challenge's"
    );
    let mut of_another_video = outcome();
    of_another_video.video = "99".repeat(32);
    assert!(step(&case, judged(NONCE, of_another_video)).is_err());
    let mut other_steps = outcome();
    other_steps.steps.swap(0, 1);
    assert!(step(&case, judged(NONCE, other_steps)).is_err(), "another order");
    let mut undone = outcome();
    undone.steps[1].done_ms = None;
    assert!(
        step(&case, judged(NONCE, undone)).is_err(),
        "passed, and yet not done"
    );
    let mut at_fault = outcome();
    at_fault.faults = vec![ChallengeFault::OtherFace];
    assert!(
        step(&case, judged(NONCE, at_fault)).is_err(),
        "passed, and yet at fault"
    );
    let case = after(&case, judged(NONCE, outcome())).case;
    assert!(
        step(&case, judged(NONCE, outcome())).is_err(),
        "it is judged once"
    );
    let used = after(&case, Event::Capture(CaptureEvent::Use)).case;
    assert!(
        used.challenge
            .is_some_and(|challenge| challenge.outcome.is_some())
    );
    let retaken = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    assert_eq!(retaken.asked, None, "its video is gone");
}

#[test]
fn whoever_keeps_the_earlier_video_keeps_its_challenge() {
    let case = after(&answered(), judged(NONCE, outcome())).case;
    let used = after(&case, Event::Capture(CaptureEvent::Use)).case;
    let again = after(&used, Event::Went(Step::Video)).case;
    let again = after(&again, Event::Capture(CaptureEvent::Retake)).case;
    let began = CaptureEvent::RecordingBegan {
        at: AT,
        method: picture(1).method,
    };
    let again = after(&again, Event::Capture(began)).case;
    let other = Challenge {
        nonce: "ff".into(),
        ..challenge()
    };
    let again = after(&again, made(other)).case;
    let mut taken = picture(99);
    taken.sha256 = "99".repeat(32);
    let again = after(&again, Event::Capture(CaptureEvent::Taken { exhibit: taken })).case;
    let left = after(&again, Event::Capture(CaptureEvent::Retake)).case;
    let kept = after(&left, Event::Capture(CaptureEvent::Use)).case;
    assert_eq!(kept.challenge, used.challenge);
    let replaced = after(&again, Event::Capture(CaptureEvent::Use)).case;
    assert!(
        replaced
            .challenge
            .is_some_and(|challenge| challenge.outcome.is_none())
    );
}

#[test]
fn a_case_that_knows_nothing_of_faces_is_stored_as_it_was() {
    let case = after(&a_case(), Event::Start(StartEvent::Existing { numbers: NUMBERS })).case;
    let json = serde_json::to_value(case).expect("a case is data");
    let keys: Vec<&String> = json.as_object().expect("an object").keys().collect();
    assert!(
        !keys
            .iter()
            .any(|key| ["faces", "challenge"].contains(&key.as_str()))
    );
}
