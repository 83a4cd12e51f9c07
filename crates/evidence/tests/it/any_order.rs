//! Events in any order: the machine refuses or goes on, and what it promises holds after each.

use std::collections::HashSet;

use evidence::{
    Basis, Biometrics, CaptureEvent, Case, Challenge, Check, Code, CodeMethod, CodeState, Consent, Contract,
    CustodyEvent, Deletion, DeliveryEvent, DocumentType, Effect, Event, FacesEvent, Finding, HandoverId, Leg,
    LegState, LookedAt, MOST_PAPERS, ObjectId, Paper, Problem, Reading, Request, Review, ReviewEvent, Role,
    Script, ScriptEvent, SignatureState, SignedCopy, SigningEvent, Standing, StartEvent, State, Step,
    TryAgain, UnlockKind, Upload, Verdict, step,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::afterwards::{
    at_code, at_documents, at_signed, contract, copy, decision, object, paper, paper_id, refusal, uid,
};
use crate::faces::{NONCE, challenge, faces_of, outcome};
use crate::reading::{of_front, upright};
use crate::register::{answer, answered, question};
use crate::scripted;
use crate::walk::{
    AT, NUMBERS, a_case, at_review, confirmed, consent, contact, document, fields, picture, portrait,
    submitted,
};

fn problem() -> Problem {
    Problem::new(Code::ServerFault, TryAgain::Later)
}

/// A reading of pictures that may or may not be the case's: all pictures here have one digest.
fn reading() -> impl Strategy<Value = Event> {
    let sides = prop_oneof![Just(vec![Role::Front]), Just(vec![Role::Front, Role::Rear])];
    (sides, any::<bool>()).prop_map(|(sides, by_hand)| {
        let corners = by_hand.then(upright);
        let looked_at = |role| {
            (
                role,
                LookedAt {
                    corners,
                    ..LookedAt::of(&picture(1))
                },
            )
        };
        Event::Read(Box::new(Reading {
            of: sides.into_iter().map(looked_at).collect(),
            ..of_front(&picture(1))
        }))
    })
}

/// What is measured of faces, of pictures that may or may not be the case's.
fn of_faces() -> impl Strategy<Value = Event> {
    let pictures = prop_oneof![
        Just(vec![Role::Selfie]),
        Just(vec![Role::Portrait, Role::Selfie]),
        Just(vec![Role::Portrait, Role::Selfie, Role::Video]),
    ];
    let digests = |roles: Vec<Role>| roles.into_iter().map(|role| (role, picture(1).sha256)).collect();
    prop_oneof![
        3 => pictures.prop_map(move |roles| FacesEvent::Compared(Box::new(faces_of(digests(roles))))),
        1 => any::<u64>().prop_map(|nonce| FacesEvent::ChallengeMade(Challenge {
            nonce: nonce.to_string(),
            ..challenge()
        })),
        1 => Just(FacesEvent::ChallengeMade(challenge())),
        1 => Just(FacesEvent::ChallengeJudged { nonce: NONCE.to_owned(), outcome: outcome() }),
    ]
    .prop_map(Event::Faces)
}

/// Scripts made and ended, at their time or not.
fn of_scripts() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => any::<u64>().prop_map(|nonce| ScriptEvent::Made(Script {
            nonce: nonce.to_string(),
            ..scripted::script()
        })),
        1 => Just(ScriptEvent::Made(scripted::script())),
        1 => Just(ScriptEvent::Ended { nonce: scripted::NONCE.to_owned(), outcome: scripted::outcome() }),
    ]
    .prop_map(Event::Script)
}

fn any_event() -> impl Strategy<Value = Event> {
    let start = prop_oneof![
        Just(StartEvent::New { contact: contact() }),
        Just(StartEvent::Existing { numbers: NUMBERS }),
        Just(StartEvent::Asked { at: AT }),
        Just(StartEvent::Created { numbers: NUMBERS }),
        Just(StartEvent::NotCreated { problem: problem() }),
        Just(StartEvent::Lost { problem: problem() }),
        Just(StartEvent::Defer),
        Just(StartEvent::DeclareNone),
        Just(StartEvent::Forgotten),
    ];
    // Objects are unique in life; a wide range makes them so here.
    let capture = prop_oneof![
        3 => (1_u128..u128::MAX).prop_map(|n| CaptureEvent::Taken { exhibit: picture(n) }),
        3 => Just(CaptureEvent::Use),
        1 => Just(CaptureEvent::Retake),
        1 => Just(CaptureEvent::RecordingBegan { at: AT, method: picture(1).method }),
        1 => Just(CaptureEvent::RecordingLost),
        2 => (1_u128..u128::MAX).prop_map(|n| CaptureEvent::PortraitCut { exhibit: portrait(n) }),
    ];
    let leg = prop_oneof![Just(Leg::Evidences), Just(Leg::Video)];
    let delivery = prop_oneof![
        Just(DeliveryEvent::Submit { at: AT }),
        leg.clone().prop_map(|leg| DeliveryEvent::Sending { leg, at: AT }),
        leg.clone().prop_map(|leg| DeliveryEvent::Arrived { leg, at: AT }),
        leg.prop_map(|leg| DeliveryEvent::NotArrived { leg }),
        Just(DeliveryEvent::Confirmed {
            status: "VIDEOREVIEW".into(),
            at: AT
        }),
        Just(DeliveryEvent::Stopped { problem: problem() }),
    ];
    let custody = prop_oneof![
        2 => any::<u128>().prop_map(|id| CustodyEvent::HandedOver {
            id: HandoverId(Uuid::from_u128(id)),
            to: "age1".into(),
            at: AT
        }),
        1 => Just(CustodyEvent::TakenBack { at: AT }),
        1 => Just(CustodyEvent::TakenIn { device: "ab".into(), at: AT }),
    ];
    let by = prop_oneof![Just(String::new()), Just("R. Vidal".to_owned())];
    let attested = (0..Check::ALL.len(), any::<bool>(), by).prop_map(|(check, passed, by)| Event::Attested {
        check: Check::ALL[check],
        finding: Some(Finding {
            passed,
            basis: Basis::Attested { by, at: AT },
        }),
    });
    prop_oneof![
        2 => start.prop_map(Event::Start),
        1 => Just(Event::Consented(consent())),
        1 => Just(Event::DocumentChosen(document(DocumentType::IdentityCard))),
        1 => Just(Event::DocumentChosen(document(DocumentType::Passport))),
        6 => capture.prop_map(Event::Capture),
        1 => Just(confirmed(fields())),
        1 => Just(Event::Outlined(upright())),
        2 => reading(),
        2 => of_faces(),
        1 => any::<bool>().prop_map(|passed| answered(question(), answer(passed))),
        2 => of_scripts(),
        1 => Just(Event::Consented(Consent {
            biometrics: Some(Biometrics::Refused),
            ..consent()
        })),
        1 => attested,
        2 => (0..Step::WALK.len()).prop_map(|step| Event::Went(Step::WALK[step])),
        4 => delivery.prop_map(Event::Delivery),
        1 => custody.prop_map(Event::Custody),
    ]
}

/// What can happen from the review on. Objects are unique in life: a wide range makes them so here.
fn any_later_event() -> impl Strategy<Value = Event> {
    let standing = prop_oneof![
        4 => Just(Standing::InReview),
        4 => Just(Standing::Ready),
        1 => Just(Standing::Issued),
        1 => Just(Standing::Cancelled),
    ];
    let review = prop_oneof![
        Just(ReviewEvent::Deciding {
            decision: decision(Verdict::Approved)
        }),
        Just(ReviewEvent::Deciding {
            decision: decision(refusal())
        }),
        Just(ReviewEvent::NotDecided),
        standing.prop_map(|standing| ReviewEvent::Standing {
            standing,
            reason: None,
            at: AT
        }),
    ];
    let fresh = || (1_u128 << 32)..u128::MAX;
    let number = || 1_u128..5;
    let known = || number().prop_map(paper_id);
    let papers = prop_oneof![
        2 => (number(), fresh()).prop_map(|(number, bytes)| SigningEvent::PaperAdded(Paper {
            object: object(bytes),
            ..paper(number)
        })),
        1 => known().prop_map(SigningEvent::PaperRemoved),
        3 => known().prop_map(|paper| SigningEvent::PaperSending { paper, at: AT }),
        3 => (known(), number()).prop_map(|(paper, name)| SigningEvent::PaperArrived {
            paper,
            uid: uid(name),
            at: AT
        }),
        1 => known().prop_map(SigningEvent::PaperNotArrived),
        1 => known().prop_map(SigningEvent::PaperGone),
    ];
    let reading = prop_oneof![
        1 => (fresh(), any::<bool>()).prop_map(|(bytes, same)| SigningEvent::ContractFetched(Contract {
            object: object(bytes),
            ..contract(if same { "12" } else { "34" })
        })),
        // Which object is read is filled in from the case.
        4 => (0_u128..6).prop_map(|index| SigningEvent::Read {
            object: object(index),
            at: AT
        }),
    ];
    let signature = prop_oneof![
        Just(SigningEvent::CodeAsking {
            method: CodeMethod::Sms,
            at: AT
        }),
        Just(SigningEvent::CodeSent {
            method: CodeMethod::Whatsapp,
            at: AT
        }),
        Just(SigningEvent::CodeNotSent),
        Just(SigningEvent::SignatureSending {
            unlock: UnlockKind::Code,
            at: AT
        }),
        Just(SigningEvent::NotSigned),
        Just(SigningEvent::Signed { at: AT }),
    ];
    let copies = prop_oneof![
        4 => (known(), fresh(), any::<bool>()).prop_map(|(paper, bytes, good)| SigningEvent::CopyKept {
            paper,
            copy: SignedCopy { ..copy(bytes, good) }
        }),
        2 => prop::collection::vec(number().prop_map(uid), 0..3)
            .prop_map(|held| SigningEvent::Deleting { held, at: AT }),
        1 => Just(SigningEvent::Deleted { at: AT }),
    ];
    prop_oneof![
        2 => review.prop_map(Event::Review),
        6 => papers.prop_map(Event::Signing),
        5 => reading.prop_map(Event::Signing),
        4 => signature.prop_map(Event::Signing),
        4 => copies.prop_map(Event::Signing),
        2 => (0..Step::AFTERWARDS.len()).prop_map(|step| Event::Went(Step::AFTERWARDS[step])),
        1 => any_event(),
    ]
}

/// Events name what is read by its place among the case's documents: the contract first, then the papers.
fn aimed(case: &Case, event: Event) -> Event {
    let Event::Signing(SigningEvent::Read { object: index, at }) = event else {
        return event;
    };
    let contract = case.signing.contract.iter().map(|contract| contract.object);
    let documents: Vec<_> = contract
        .chain(case.signing.papers.iter().map(|paper| paper.object))
        .collect();
    let index = usize::try_from(index.0.as_u128()).expect("small");
    let object = documents.get(index).copied().unwrap_or(index_object(index));
    Event::Signing(SigningEvent::Read { object, at })
}

fn index_object(index: usize) -> ObjectId {
    object(index as u128)
}

/// What holds from the review on.
fn check_later(before: &Case, event: &Event, after: &Case) {
    let (was, is) = (&before.signing, &after.signing);
    assert!(is.papers.len() <= MOST_PAPERS);
    // Nothing is asked for again while its fate is unknown.
    match event {
        Event::Review(ReviewEvent::Deciding { .. }) => {
            assert_eq!(before.review, Review::Open, "nobody decides twice");
            assert!(matches!(before.state, State::Submitted { .. }));
        }
        Event::Signing(SigningEvent::PaperSending { paper, .. }) => {
            let upload = was.papers.iter().find(|it| it.id == *paper).map(|it| &it.upload);
            assert_eq!(upload, Some(&Upload::Waiting), "no document is sent twice");
        }
        Event::Signing(SigningEvent::SignatureSending { .. }) => {
            assert_eq!(was.signature, SignatureState::Waiting, "nobody signs twice");
            assert!(was.all_arrived() && was.all_read(), "nothing is signed unread");
        }
        Event::Signing(SigningEvent::CodeAsking { .. }) => {
            assert_eq!(
                was.signature,
                SignatureState::Waiting,
                "a signed request needs no code"
            );
        }
        Event::Signing(SigningEvent::Deleting { held, .. }) => {
            assert!(was.all_kept(), "every document has its good copy");
            for uid in held {
                let kept = was.paper_at_server(uid).is_some_and(Paper::is_kept);
                assert!(kept, "and nothing else is at the server");
            }
        }
        _ => {}
    }
    for paper in &was.papers {
        let stays = is.papers.iter().any(|it| it.id == paper.id);
        assert!(
            stays || paper.upload == Upload::Waiting,
            "only what is surely not at the server is taken out"
        );
        let copy = is.papers.iter().find(|it| it.id == paper.id);
        if paper.is_kept() && stays {
            assert!(copy.is_some_and(Paper::is_kept), "a good copy stays a good copy");
        }
    }
    let names: Vec<_> = is.papers.iter().filter_map(Paper::uid).collect();
    let different: HashSet<_> = names.iter().collect();
    assert_eq!(
        names.len(),
        different.len(),
        "one document there is one document here"
    );
    if matches!(was.signature, SignatureState::Made { .. }) {
        assert_eq!(is.signature, was.signature, "what is signed stays signed");
    }
    if before.is_over() {
        assert_eq!((&after.state, is), (&before.state, was), "an end is an end");
    }
    match after.state {
        State::Code => assert!(is.all_arrived() && is.all_read()),
        State::Signed => assert!(matches!(is.signature, SignatureState::Made { .. })),
        State::Closed { .. } => {
            assert!(matches!(is.deletion, Deletion::Proven { .. }) && is.all_kept());
        }
        _ => {}
    }
    if matches!(is.deletion, Deletion::Sending { .. } | Deletion::Proven { .. }) {
        assert!(is.all_kept(), "no copy is lost on the way");
    }
    if let (CodeState::None, CodeState::Sent { .. }) = (was.code, is.code) {
        panic!("a code is sent only after it was asked for");
    }
}

/// What holds of every case that was ever reached.
fn check(before: &Case, after: &Case, effects: &[Effect]) {
    assert_eq!(after.revision, before.revision + 1, "each change counts");
    let kept: HashSet<ObjectId> = after.objects().into_iter().collect();
    for effect in effects {
        if let Effect::Discard(object) = effect {
            assert!(
                !kept.contains(object),
                "nothing that is still needed is discarded"
            );
        }
    }
    for object in before.objects() {
        let discarded = effects.contains(&Effect::Discard(object));
        assert!(
            kept.contains(&object) || discarded,
            "what is no longer needed is discarded, never forgotten"
        );
    }
    for (check, finding) in &after.findings {
        let Basis::Attested { by, .. } = &finding.basis else {
            continue;
        };
        assert!(
            check.can_be_attested() && !by.trim().is_empty(),
            "{check:?} stands on somebody's word"
        );
    }
    assert!(
        after.allows_biometrics() || (after.faces.is_none() && after.challenge.is_none()),
        "nothing of a face is known of who did not allow it"
    );
    let recording = matches!(&after.state, State::Capture { role: Role::Video, showing }
        if matches!(showing, evidence::Showing::Recording { .. } | evidence::Showing::Taken { .. }));
    assert!(
        after.prompting.is_none() || recording,
        "a script is of a recording that runs, or was just taken"
    );
    if let Some(outcome) = after.script.as_ref().and_then(|script| script.outcome.as_ref()) {
        let video = after.exhibits.get(&Role::Video).map(|video| &video.sha256);
        assert_eq!(video, Some(&outcome.video), "what was seen goes with its video");
    }
    for (role, sha256) in after.faces.iter().flat_map(|faces| &faces.of) {
        let accepted = after.exhibits.get(role).map(|exhibit| &exhibit.sha256);
        assert_eq!(accepted, Some(sha256), "what was measured goes with its picture");
    }
    if after.register.is_some() && after.register == before.register {
        assert_eq!(
            (&after.fields, after.document),
            (&before.fields, before.document),
            "what a register said is said of these"
        );
    }
    if let State::Submitted { .. } = after.state {
        for leg in [Leg::Evidences, Leg::Video] {
            assert!(
                matches!(after.delivery.leg(leg), LegState::Arrived { .. }),
                "{leg:?} is there"
            );
        }
    }
    if before.is_handed_over() {
        assert!(
            !after.is_handed_over(),
            "nothing happens to a case another machine delivers but that it changes hands"
        );
    }
    if after.is_handed_over() {
        assert_eq!(effects, [], "and nothing of it goes out from here");
        assert!(!after.is_queued(), "nor by itself later");
    }
    if effects.contains(&Effect::CreateRequest) {
        assert_eq!(
            after.request,
            Request::None,
            "a request is asked for only where there surely is none"
        );
    }
    if let (LegState::Waiting, LegState::Sending { .. }) =
        (before.delivery.evidences, after.delivery.evidences)
    {
        assert!(
            matches!(after.request, Request::Known { .. }),
            "nothing is sent without numbers"
        );
        assert_eq!(after.next_open_step(), Step::Review, "nothing is sent incomplete");
    }
}

proptest! {
    #[test]
    fn promises_hold_whatever_happens(events in prop::collection::vec(any_event(), 1..120)) {
        let mut case = a_case();
        for event in events {
            if let Ok(transition) = step(&case, event) {
                check(&case, &transition.case, &transition.effects);
                case = transition.case;
            }
        }
    }

    #[test]
    fn promises_hold_from_the_review_on(events in prop::collection::vec(any_event(), 1..60)) {
        let mut case = at_review();
        for event in events {
            if let Ok(transition) = step(&case, event) {
                check(&case, &transition.case, &transition.effects);
                case = transition.case;
            }
        }
    }

    #[test]
    fn promises_hold_after_the_review(
        from in 0..4_usize,
        events in prop::collection::vec(any_later_event(), 1..120),
    ) {
        let mut case = [submitted, at_documents, at_code, at_signed][from]();
        for event in events {
            let event = aimed(&case, event);
            if let Ok(transition) = step(&case, event.clone()) {
                check(&case, &transition.case, &transition.effects);
                check_later(&case, &event, &transition.case);
                case = transition.case;
            }
        }
        let json = serde_json::to_string(&case).expect("a case is data");
        prop_assert_eq!(serde_json::from_str::<Case>(&json).expect("and comes back"), case);
    }

    #[test]
    fn a_stored_case_comes_back_as_it_was(events in prop::collection::vec(any_event(), 1..60)) {
        let mut case = a_case();
        for event in events {
            if let Ok(transition) = step(&case, event) {
                case = transition.case;
            }
        }
        let json = serde_json::to_string(&case).expect("a case is data");
        prop_assert_eq!(serde_json::from_str::<Case>(&json).expect("and comes back"), case);
    }
}
