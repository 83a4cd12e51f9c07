//! What happened to a case is kept in order, and names nobody.

use evidence::{CaseEvent, DeliveryEvent, Event, FieldKey, History, Leg, Step, step};

use crate::walk::{AT, a_case, at_review, submitted};

fn names(history: &History) -> Vec<String> {
    let name = |what: &CaseEvent| {
        serde_json::to_value(what)
            .expect("data")
            .as_str()
            .expect("a name")
            .to_owned()
    };
    history
        .happened()
        .iter()
        .map(|happened| name(&happened.what))
        .collect()
}

#[test]
fn the_straight_way_is_told_in_order() {
    assert!(a_case().history.is_empty());
    insta::assert_json_snapshot!(submitted().history);
}

#[test]
fn nothing_of_a_person_is_in_it() {
    let case = submitted();
    let told = serde_json::to_string(&case.history).expect("data");
    for key in FieldKey::ALL {
        let value = case.fields.get(key);
        assert!(value.is_empty() || !told.contains(value), "{key:?}");
    }
    assert!(!told.contains("Vidal"), "not even those who vouch");
}

#[test]
fn what_changes_nothing_is_not_noted() {
    let case = at_review();
    let again = step(&case, Event::Went(Step::Review)).expect("allowed").case;
    assert_eq!(names(&again.history), names(&case.history));
    assert_eq!(again.revision, case.revision + 1);
}

#[test]
fn attempts_of_the_delivery_do_not_make_it_grow_without_end() {
    let mut case = step(&at_review(), Event::Delivery(DeliveryEvent::Submit { at: AT }))
        .expect("ready")
        .case;
    let leg = Leg::Evidences;
    for _ in 0..History::MOST_ATTEMPTS {
        for event in [
            DeliveryEvent::Sending { leg, at: AT },
            DeliveryEvent::NotArrived { leg },
        ] {
            case = step(&case, Event::Delivery(event)).expect("allowed").case;
        }
    }
    assert_eq!(case.history.happened().len(), History::MOST_ATTEMPTS);
    assert!(case.history.omitted() > 0, "the rest is counted");
    for event in [
        DeliveryEvent::Sending { leg, at: AT },
        DeliveryEvent::Arrived { leg, at: AT },
    ] {
        case = step(&case, Event::Delivery(event)).expect("allowed").case;
    }
    assert_eq!(
        names(&case.history).last().map(String::as_str),
        Some("arrived"),
        "what counts is still noted"
    );
}
