//! Events in any order: the machine refuses or goes on, and what it promises holds after each.

use std::collections::HashSet;

use evidence::{
    Basis, CaptureEvent, Case, Check, Code, DeliveryEvent, DocumentType, Effect, Event, Finding, Leg,
    LegState, ObjectId, Problem, Request, StartEvent, State, Step, TryAgain, step,
};
use proptest::prelude::*;

use crate::walk::{AT, NUMBERS, a_case, at_review, consent, contact, document, fields, picture, portrait};

fn problem() -> Problem {
    Problem::new(Code::ServerFault, TryAgain::Later)
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
        1 => Just(CaptureEvent::RecordingBegan { at: AT }),
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
        1 => Just(Event::FieldsConfirmed(fields())),
        1 => attested,
        2 => (0..Step::WALK.len()).prop_map(|step| Event::Went(Step::WALK[step])),
        4 => delivery.prop_map(Event::Delivery),
    ]
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
    if let State::Submitted { .. } = after.state {
        for leg in [Leg::Evidences, Leg::Video] {
            assert!(
                matches!(after.delivery.leg(leg), LegState::Arrived { .. }),
                "{leg:?} is there"
            );
        }
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
