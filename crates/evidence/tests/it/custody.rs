//! A case on its way between machines is delivered from one of them.

use evidence::{
    Case, Code, CustodyEvent, DeliveryEvent, Event, HandoverId, Leg, Rejection, StartEvent, State, Step, step,
};
use uuid::Uuid;

use crate::walk::{AT, a_case, after, at_review, submitted};

fn handed_over(case: &Case) -> Case {
    let event = CustodyEvent::HandedOver {
        id: HandoverId(Uuid::from_u128(7)),
        to: "age1receiver".to_owned(),
        at: AT,
    };
    after(case, Event::Custody(event)).case
}

#[test]
fn a_case_that_was_handed_over_cannot_be_sent_or_changed_here() {
    let case = handed_over(&at_review());
    assert!(case.is_handed_over() && !case.is_queued());
    assert!(matches!(&case.state, State::Failed { problem } if problem.code == Code::CaseHandedOver));
    for event in [
        Event::Delivery(DeliveryEvent::Submit { at: AT }),
        Event::Start(StartEvent::DeclareNone),
        Event::Went(Step::Fields),
    ] {
        assert_eq!(step(&case, event), Err(Rejection::HandedOver));
    }
    assert!(!case.can_go_to(Step::Review));
    let again = CustodyEvent::HandedOver {
        id: HandoverId(Uuid::from_u128(8)),
        to: "age1somebody".to_owned(),
        at: AT,
    };
    assert!(
        step(&case, Event::Custody(again)).is_err(),
        "nor to a second machine"
    );
}

#[test]
fn what_is_taken_back_is_where_it_was() {
    let before = at_review();
    let event = Event::Custody(CustodyEvent::TakenBack { at: AT });
    let back = after(&handed_over(&before), event.clone());
    assert_eq!(
        (&back.case.state, &back.case.delivery),
        (&before.state, &before.delivery)
    );
    assert!(
        back.case.custody.has_moved(),
        "the server is asked before anything is sent"
    );

    let mut sending = after(&before, Event::Delivery(DeliveryEvent::Submit { at: AT })).case;
    sending = after(&handed_over(&sending), event).case;
    assert_eq!(sending.state, State::Submitting, "a delivery goes on");
    assert!(sending.is_queued());
}

#[test]
fn what_is_taken_in_is_delivered_from_there() {
    let event = CustodyEvent::TakenIn {
        device: "ab".to_owned(),
        at: AT,
    };
    let there = after(&handed_over(&at_review()), Event::Custody(event.clone()));
    assert_eq!(there.effects, []);
    assert!(there.case.is_queued() && there.case.custody.has_moved());
    let received = there.case.custody.received.as_ref().expect("it says where from");
    assert_eq!((received.id.0.as_u128(), received.device.as_str()), (7, "ab"));
    assert!(
        matches!(
            step(&at_review(), Event::Custody(event)),
            Err(Rejection::OutOfOrder(_))
        ),
        "a copy is taken in by nobody"
    );
}

#[test]
fn only_what_is_complete_and_not_delivered_is_handed_over() {
    for case in [a_case(), submitted()] {
        let event = CustodyEvent::HandedOver {
            id: HandoverId(Uuid::from_u128(7)),
            to: "age1receiver".to_owned(),
            at: AT,
        };
        let refused = step(&case, Event::Custody(event));
        assert!(matches!(refused, Err(Rejection::OutOfOrder(_))));
    }
}

#[test]
fn a_part_that_went_out_is_still_known_there() {
    let mut case = at_review();
    for event in [
        DeliveryEvent::Submit { at: AT },
        DeliveryEvent::Sending {
            leg: Leg::Evidences,
            at: AT,
        },
    ] {
        case = after(&case, Event::Delivery(event)).case;
    }
    let delivery = case.delivery.clone();
    let event = CustodyEvent::TakenIn {
        device: "ab".to_owned(),
        at: AT,
    };
    let there = after(&handed_over(&case), Event::Custody(event)).case;
    assert_eq!(there.delivery, delivery, "it is looked up first, as here");
}

#[test]
fn custody_is_stored_as_it_was() {
    assert!(
        serde_json::to_value(at_review())
            .expect("data")
            .get("custody")
            .is_none()
    );
    let case = handed_over(&at_review());
    insta::assert_json_snapshot!(case.custody);
    let json = serde_json::to_string(&case).expect("data");
    assert_eq!(serde_json::from_str::<Case>(&json).expect("read"), case);
}
