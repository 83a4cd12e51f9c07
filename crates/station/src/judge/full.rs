//! A case in which everything was measured: each check traced to the wire, and what goes when a measurement does.

use std::collections::BTreeMap;

use evidence::{
    Basis, Biometrics, Case, CaseId, Challenge, ChallengeFault, ChallengeOutcome, Check, Consent, Exhibit,
    FaceMethod, FaceScore, Faces, Facts, Finding, Likeness, Method, ObjectId, PromptEnd, PromptOutcome,
    Reading, Role, Script, ScriptOutcome, Similarity, SimilarityWord, StepOutcome, UtcMillis, VideoLikeness,
};
use oneshot::SecurityChecks;
use vision::agreement::{Agreement, Measure, Measured};

use super::{measured, measured_on_faces, security_checks, similarity};
use crate::eyes::challenge;
use crate::eyes::drawing::{self, Form, Limits};
use crate::settings::SimilarityForm;

pub(super) const AT: UtcMillis = UtcMillis(1_790_000_000_000);
const THRESHOLD: f64 = 0.363;

fn exhibit(role: Role) -> Exhibit {
    let number = role as u128 + 1;
    Exhibit {
        object: ObjectId(uuid::Uuid::from_u128(number)),
        sha256: format!("{number:064x}"),
        bytes: 1,
        facts: Facts::Jpeg {
            width: 1280,
            height: 720,
        },
        taken_at: AT,
        since_opening_ms: None,
        method: Method::File,
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: BTreeMap::new(),
    }
}

fn agreement() -> Agreement {
    let measure = |score: f64| {
        Measure::Measured(Measured {
            method: "m/1",
            score,
            threshold: 1.0,
            passed: true,
            compared: Vec::new(),
        })
    };
    Agreement {
        check_digits: measure(1.0),
        zones: measure(1.0),
        sides: measure(1.0),
        not_expired: measure(200.0),
        of_age: measure(34.0),
        portrait: measure(1.0),
    }
}

fn answered(case: CaseId) -> Challenge {
    let nonce = "07".repeat(16);
    let mut made = Challenge {
        steps: challenge::steps(case, &nonce),
        nonce,
        made_at: AT,
        outcome: None,
    };
    let steps = made.steps.iter().zip(1..).map(|(step, number)| StepOutcome {
        motion: step.motion,
        asked_ms: Some(number * 2_000),
        done_ms: Some(number * 2_000 + 900),
    });
    made.outcome = Some(ChallengeOutcome {
        method: "challenge/1".into(),
        at: AT,
        video: exhibit(Role::Video).sha256,
        steps: steps.collect(),
        passed: true,
        faults: Vec::new(),
    });
    made
}

/// What was asked for in the video, all of it answered that anything looks for.
fn shown(case: &Case) -> Script {
    let form = Form {
        back: true,
        moves: true,
        speaks: false,
    };
    let nonce = "07".repeat(16);
    let mut made = Script {
        steps: drawing::steps(form, case.id, &nonce, &Limits::USUAL),
        nonce,
        made_at: AT,
        outcome: None,
    };
    let steps = made.steps.iter().zip(1..).map(|(step, number)| PromptOutcome {
        asked_ms: Some(number * 5_000),
        ended_ms: Some(number * 5_000 + 3_000),
        end: Some(if step.prompt.is_looked_for() {
            PromptEnd::Seen
        } else {
            PromptEnd::TimePassed
        }),
    });
    made.outcome = Some(ScriptOutcome {
        method: Some("script/1".into()),
        at: AT,
        video: exhibit(Role::Video).sha256,
        steps: steps.collect(),
    });
    made
}

fn compared() -> Faces {
    let likeness = |cosine, level| Likeness { cosine, level };
    Faces {
        method: FaceMethod {
            name: "sface/1".into(),
            model_sha256: "ef".repeat(32),
            threshold: THRESHOLD,
            errors: Vec::new(),
        },
        at: AT,
        of: [Role::Portrait, Role::Selfie, Role::Video]
            .into_iter()
            .map(|role| (role, exhibit(role).sha256))
            .collect(),
        portrait: Some(likeness(0.62, 87)),
        video: Some(VideoLikeness {
            likeness: likeness(0.7, 95),
            frames: 8,
        }),
        passive: None,
        operator: None,
        operators_missing: BTreeMap::new(),
        missing: BTreeMap::new(),
        measured: BTreeMap::new(),
    }
}

/// What `faces` and `case` claim, as the booth puts it into a case.
fn put(case: &mut Case, faces: Faces) {
    let mut faces = faces;
    faces.measured = measured_on_faces(case, &faces);
    case.findings.extend(faces.measured.clone());
    case.similarity = faces.portrait.map(|likeness| Similarity::Measured {
        level: likeness.level,
        cosine: likeness.cosine,
        threshold: THRESHOLD,
        method: faces.method.name.clone(),
        at: AT,
    });
    case.faces = Some(faces);
}

/// A case measured from end to end, but for the faces.
pub(crate) fn before_faces() -> Case {
    let mut case = Case::open(CaseId(uuid::Uuid::from_u128(5)), "Booth", true, AT);
    case.consent = Some(Consent {
        version: "2".into(),
        language: "es".into(),
        text_sha256: "cd".repeat(32),
        terms_url: String::new(),
        privacy_url: String::new(),
        accepted_at: AT,
        address: None,
        biometrics: Some(Biometrics::Allowed),
    });
    let roles = [Role::Front, Role::Portrait, Role::Rear, Role::Selfie, Role::Video];
    case.exhibits = roles.into_iter().map(|role| (role, exhibit(role))).collect();
    let score = |value, good| FaceScore { value, good };
    if let Some(selfie) = case.exhibits.get_mut(&Role::Selfie) {
        selfie.quality = BTreeMap::from([
            ("background_uniformity".to_owned(), score(2.5, None)),
            ("head_pose_yaw".to_owned(), score(-12.0, Some(false))),
            ("inter_eye_distance".to_owned(), score(112.0, Some(true))),
        ]);
    }
    let measured = measured(&agreement(), false, AT);
    case.findings.clone_from(&measured);
    case.reading = Some(Reading {
        method: "m/1".into(),
        at: AT,
        of: BTreeMap::new(),
        fields: BTreeMap::new(),
        portrait: None,
        measured,
        hints: Vec::new(),
    });
    case.challenge = Some(answered(case.id));
    case.script = Some(shown(&case));
    case
}

pub(crate) fn full() -> Case {
    let mut case = before_faces();
    put(&mut case, compared());
    case
}

/// What the wire says of liveness when the challenge went so, and the faces were so alike.
fn liveness(change: impl FnOnce(&mut ChallengeOutcome, &mut Faces)) -> Option<bool> {
    let mut case = before_faces();
    let mut faces = compared();
    let outcome = case
        .challenge
        .as_mut()
        .and_then(|challenge| challenge.outcome.as_mut());
    change(outcome.expect("an outcome"), &mut faces);
    put(&mut case, faces);
    security_checks(&case).liveliness
}

pub(super) fn wire(case: &Case) -> serde_json::Value {
    serde_json::json!({
        "security_checks": security_checks(case),
        "similarity_level": similarity(case, SimilarityForm::Number),
    })
}

#[test]
fn everything_that_was_measured_is_on_the_wire_and_nothing_else() {
    let expected = serde_json::json!({
        "security_checks": {
            "data_integrity": true,
            "document_notexpired": true,
            "document_notunderage": true,
            "liveliness": true,
        },
        "similarity_level": 87,
    });
    assert_eq!(wire(&full()), expected);
    let word = similarity(&full(), SimilarityForm::Word);
    assert!(word == Some(oneshot::Similarity::Word("high".into())));
}

/// What is missing, and how it is taken away.
type Removal = (&'static str, fn(&mut Case));

/// Each way a measurement, or what it stands on, can be missing.
fn removals() -> Vec<Removal> {
    vec![
        ("the reading", |case| case.reading = None),
        ("a measure of the reading", |case| {
            if let Some(reading) = &mut case.reading {
                reading.measured.clear();
            }
        }),
        ("the comparison", |case| case.faces = None),
        ("the likeness of portrait and selfie", |case| {
            if let Some(faces) = &mut case.faces {
                faces.portrait = None;
            }
        }),
        ("the likeness of video and selfie", |case| {
            if let Some(faces) = &mut case.faces {
                faces.video = None;
            }
        }),
        ("the challenge", |case| case.challenge = None),
        ("its outcome", |case| {
            if let Some(challenge) = &mut case.challenge {
                challenge.outcome = None;
            }
        }),
        ("a step of it", |case| {
            if let Some(outcome) = case.challenge.as_mut().and_then(|it| it.outcome.as_mut()) {
                outcome.steps.pop();
            }
        }),
        ("the video", |case| {
            case.exhibits.remove(&Role::Video);
        }),
        ("the selfie", |case| {
            case.exhibits.remove(&Role::Selfie);
        }),
        ("the person's word", |case| case.consent = None),
        ("the findings", |case| case.findings.clear()),
        ("the similarity", |case| case.similarity = None),
    ]
}

#[test]
fn without_a_measurement_its_check_is_not_sent_and_nothing_turns_true() {
    let all = wire(&full());
    for (what, remove) in removals() {
        let mut case = full();
        remove(&mut case);
        let left = wire(&case);
        assert_ne!(left, all, "{what} was needed for nothing");
        for check in [
            "data_integrity",
            "document_notexpired",
            "document_notunderage",
            "liveliness",
        ] {
            let (was, is) = (&all["security_checks"][check], &left["security_checks"][check]);
            assert!(is.is_null() || is == was, "{what}: {check} became {is}");
        }
        let level = &left["similarity_level"];
        assert!(level.is_null() || *level == all["similarity_level"], "{what}");
    }
}

#[test]
fn whatever_was_negative_stays_away_from_true() {
    let mut faces = compared();
    faces.portrait = Some(Likeness {
        cosine: 0.1,
        level: 13,
    });
    faces.video = Some(VideoLikeness {
        likeness: Likeness {
            cosine: 0.1,
            level: 13,
        },
        frames: 8,
    });
    let mut stranger = before_faces();
    put(&mut stranger, faces);
    assert_eq!(wire(&stranger)["similarity_level"], 13);
    for (what, remove) in removals() {
        let mut case = stranger.clone();
        remove(&mut case);
        assert_ne!(security_checks(&case).liveliness, Some(true), "{what}");
    }
}

#[test]
fn liveness_is_true_only_of_a_whole_answer_by_the_person_of_the_selfie() {
    assert_eq!(liveness(|_, _| ()), Some(true));
    for (what, fault) in [
        ("too slow", ChallengeFault::TooSlow),
        ("another motion", ChallengeFault::OtherMotion),
        ("another face", ChallengeFault::OtherFace),
        ("a frozen picture", ChallengeFault::Frozen),
        ("a jump", ChallengeFault::Jump),
        ("several faces", ChallengeFault::SeveralFaces),
    ] {
        let said = liveness(|outcome, _| {
            outcome.passed = false;
            outcome.faults = vec![fault];
        });
        assert_eq!(said, Some(false), "{what}");
    }
    for fault in [ChallengeFault::EndedEarly, ChallengeFault::FaceLost] {
        let said = liveness(|outcome, _| {
            outcome.passed = false;
            outcome.faults = vec![fault];
        });
        assert_eq!(said, None, "{fault:?}: nothing was seen");
    }
    let said = liveness(|_, faces| {
        faces.video = Some(VideoLikeness {
            likeness: Likeness {
                cosine: 0.2,
                level: 27,
            },
            frames: 8,
        });
    });
    assert_eq!(said, Some(false), "somebody else than on the selfie");
    let said = liveness(|_, faces| faces.video = None);
    assert_eq!(said, None, "nobody knows whose face it was");
    let said = liveness(|_, faces| {
        if let Some(video) = &mut faces.video {
            video.frames = 2;
        }
    });
    assert_eq!(said, None, "two frames are too few to know");
    let said = liveness(|outcome, _| outcome.steps[1].done_ms = None);
    assert_eq!(said, None, "a record that contradicts itself says nothing");
}

#[test]
fn a_challenge_of_another_case_or_with_chosen_steps_says_nothing() {
    let mut chosen = before_faces();
    if let Some(challenge) = &mut chosen.challenge {
        challenge.steps.reverse();
    }
    let mut replayed = before_faces();
    replayed.challenge = Some(answered(CaseId(uuid::Uuid::from_u128(6))));
    for mut case in [chosen, replayed] {
        put(&mut case, compared());
        assert_eq!(security_checks(&case).liveliness, None);
    }
}

#[test]
fn a_claim_slipped_into_the_findings_is_not_sent() {
    let mut case = before_faces();
    case.challenge = None;
    let forged = full().findings[&Check::Liveness].clone();
    case.findings.insert(Check::Liveness, forged);
    assert_eq!(security_checks(&case).liveliness, None);
    let attested = Finding {
        passed: true,
        basis: Basis::Attested {
            by: "R. Vidal".into(),
            at: AT,
        },
    };
    case.findings.insert(Check::Liveness, attested);
    assert_eq!(
        security_checks(&case).liveliness,
        Some(true),
        "a person answers for it"
    );
}

#[test]
fn a_level_is_sent_as_the_profile_wants_it_and_a_word_stays_a_word() {
    for (cosine, level, word) in [
        (0.2, 27, "low"),
        (0.363, 50, "medium"),
        (0.5, 75, "high"),
        (0.9, 100, "high"),
    ] {
        let mut faces = compared();
        faces.portrait = Some(Likeness { cosine, level });
        let mut case = before_faces();
        put(&mut case, faces);
        assert!(similarity(&case, SimilarityForm::Number) == Some(oneshot::Similarity::Level(level)));
        assert!(similarity(&case, SimilarityForm::Word) == Some(oneshot::Similarity::Word(word.into())));
    }
    let mut case = full();
    case.similarity = Some(Similarity::Attested {
        word: SimilarityWord::Medium,
        by: "R. Vidal".into(),
        at: AT,
    });
    for form in [SimilarityForm::Number, SimilarityForm::Word] {
        assert!(similarity(&case, form) == Some(oneshot::Similarity::Word("medium".into())));
    }
}

#[test]
fn whoever_refused_biometrics_has_no_measured_likeness_and_no_liveness() {
    let mut case = full();
    if let Some(consent) = &mut case.consent {
        consent.biometrics = Some(Biometrics::Refused);
    }
    assert_eq!(security_checks(&case).liveliness, None);
    assert!(similarity(&case, SimilarityForm::Number).is_none());
    let of_the_document = SecurityChecks {
        liveliness: None,
        ..security_checks(&full())
    };
    assert_eq!(security_checks(&case), of_the_document);
}
