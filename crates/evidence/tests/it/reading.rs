//! What a machine read: proposed, kept beside what a person made of it, and gone with its picture.

use std::collections::BTreeMap;

use evidence::{
    Basis, CaptureEvent, Case, Change, Check, Corners, Crop, DocumentType, Event, Exhibit, FieldKey, Fields,
    Finding, LookedAt, OutlinedBy, ReadField, Reading, Rejection, RetentionEvent, Role, Sensitive, Showing,
    Source, StartEvent, State, Step, step,
};

use crate::walk::{
    AT, NUMBERS, a_case, after, at_review, confirmed, consent, document, fields, picture, submitted,
};

pub fn upright() -> Corners {
    Corners([[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]])
}

fn read(value: &str, role: Role) -> ReadField {
    ReadField {
        value: Sensitive::from(value),
        source: Source::Mrz,
        confidence: 0.9,
        repaired: false,
        role,
        corners: Some(upright()),
        other: None,
    }
}

fn measured(passed: bool) -> Finding {
    Finding {
        passed,
        basis: Basis::Measured {
            method: "m/1".into(),
            score: f64::from(u8::from(passed)),
            threshold: 0.5,
            at: AT,
        },
    }
}

pub fn of_front(front: &Exhibit) -> Reading {
    Reading {
        method: "m/1".into(),
        at: AT,
        of: BTreeMap::from([(Role::Front, LookedAt::of(front))]),
        fields: BTreeMap::from([(FieldKey::GivenName, read("ALMA", Role::Front))]),
        portrait: Some(Crop {
            x: 0.1,
            y: 0.1,
            width: 0.2,
            height: 0.3,
        }),
        measured: BTreeMap::from([(Check::DocumentNotExpired, measured(true))]),
        hints: Vec::new(),
    }
}

/// Where the front was just accepted.
fn at_portrait() -> Case {
    let mut case = after(&a_case(), Event::Start(StartEvent::Existing { numbers: NUMBERS })).case;
    case = after(&case, Event::Consented(consent())).case;
    case = after(&case, Event::DocumentChosen(document(DocumentType::IdentityCard))).case;
    let taken = Event::Capture(CaptureEvent::Taken { exhibit: picture(1) });
    case = after(&case, taken).case;
    after(&case, Event::Capture(CaptureEvent::Use)).case
}

/// The same case read, both sides as far as there are two.
fn read_whole(case: &Case) -> Case {
    let of = case.to_be_read().expect("there is something to read");
    let reading = Reading {
        of,
        ..of_front(&picture(1))
    };
    after(case, Event::Read(Box::new(reading))).case
}

#[test]
fn a_side_is_to_be_read_once_it_is_accepted_and_only_once() {
    let case = at_portrait();
    let wanted = case.to_be_read().expect("the front");
    assert_eq!(wanted.keys().copied().collect::<Vec<_>>(), [Role::Front]);
    let case = read_whole(&case);
    assert_eq!(case.to_be_read(), None);
    assert_eq!(case.proposed(FieldKey::GivenName).as_deref(), Some("ALMA"));
    assert_eq!(case.fields.get(FieldKey::GivenName), "", "nobody confirmed it");
    let both = at_review().to_be_read().expect("both sides");
    assert_eq!(both.len(), 2);
    assert_eq!(submitted().to_be_read(), None, "it is too late then");
}

#[test]
fn a_reading_of_other_pictures_is_not_taken() {
    let case = at_portrait();
    let mut other = picture(9);
    other.sha256 = "cd".repeat(32);
    let stale = Event::Read(Box::new(of_front(&other)));
    assert_eq!(
        step(&case, stale).err(),
        Some(Rejection::OutOfOrder(Step::Portrait))
    );
}

#[test]
fn what_was_measured_is_claimed_until_a_person_says_otherwise() {
    let case = read_whole(&at_review());
    let check = Check::DocumentNotExpired;
    assert_eq!(case.findings.get(&check), Some(&measured(true)));
    let word = Finding {
        passed: false,
        basis: Basis::Attested {
            by: "R. Vidal".into(),
            at: AT,
        },
    };
    let attested = Event::Attested {
        check,
        finding: Some(word.clone()),
    };
    let case = after(&case, attested).case;
    assert_eq!(case.findings.get(&check), Some(&word));
    let taken_back = Event::Attested { check, finding: None };
    let case = after(&case, taken_back).case;
    assert_eq!(case.findings.get(&check), Some(&measured(true)));
}

#[test]
fn confirming_fields_leaves_what_was_measured() {
    let case = read_whole(&at_review());
    let case = after(&case, Event::Went(Step::Fields)).case;
    let mut other = fields();
    other.set(FieldKey::Email, "alma@example.org");
    let case = after(&case, confirmed(other)).case;
    assert!(case.findings.contains_key(&Check::DocumentNotExpired));
}

#[test]
fn another_picture_takes_the_reading_with_it() {
    let case = read_whole(&at_review());
    let case = after(&case, Event::Went(Step::Front)).case;
    let case = after(&case, Event::Capture(CaptureEvent::Retake)).case;
    let mut other = picture(9);
    other.sha256 = "cd".repeat(32);
    let case = after(&case, Event::Capture(CaptureEvent::Taken { exhibit: other })).case;
    assert!(case.reading.is_some(), "nobody accepted the other one yet");
    let case = after(&case, Event::Capture(CaptureEvent::Use)).case;
    assert_eq!(case.reading, None);
    assert!(case.findings.is_empty());
}

#[test]
fn a_change_is_kept_beside_what_was_read_with_who_made_it() {
    let case = after(&read_whole(&at_review()), Event::Went(Step::Fields)).case;
    let said = |case: &Case, name: &str, by: Option<&str>| {
        let mut fields: Fields = fields();
        fields.set(FieldKey::GivenName, name);
        let by = by.map(str::to_owned);
        let confirmed = Event::FieldsConfirmed { fields, by, at: AT };
        after(case, confirmed).case
    };
    assert!(said(&case, "ALMA", None).changes.is_empty(), "as it was read");
    let case = said(&case, "Alma", Some(" R. Vidal "));
    let change = Change {
        by: Some("R. Vidal".into()),
        at: AT,
    };
    assert_eq!(case.changes.get(&FieldKey::GivenName), Some(&change));
    assert_eq!(case.proposed(FieldKey::GivenName).as_deref(), Some("ALMA"));
    let again = after(&case, Event::Went(Step::Fields)).case;
    let again = said(&again, "Alma", None);
    assert_eq!(
        again.changes, case.changes,
        "who only confirms it did not change it"
    );
}

#[test]
fn corners_by_hand_are_kept_with_the_whole_picture_and_read_anew() {
    let case = after(&read_whole(&at_review()), Event::Went(Step::Rear)).case;
    let before = case.exhibits[&Role::Rear].clone();
    let case = after(&case, Event::Outlined(upright())).case;
    let rear = &case.exhibits[&Role::Rear];
    assert_eq!(rear.corners_by_hand(), Some(upright()));
    assert_eq!(rear.outline.map(|outline| outline.by), Some(OutlinedBy::Person));
    assert_eq!(
        (rear.object, &rear.sha256),
        (before.object, &before.sha256),
        "the picture is the same"
    );
    assert!(case.to_be_read().is_some());
    let crossed = Corners([[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]);
    assert_eq!(
        step(&case, Event::Outlined(crossed)).err(),
        Some(Rejection::CropOutside)
    );
    let selfie = after(&case, Event::Went(Step::Selfie)).case;
    assert!(matches!(
        selfie.state,
        State::Capture {
            showing: Showing::Accepted,
            ..
        }
    ));
    assert!(
        step(&selfie, Event::Outlined(upright())).is_err(),
        "a face has no corners"
    );
}

#[test]
fn nothing_that_was_read_outlives_the_pictures() {
    let mut case = submitted();
    case.reading = Some(of_front(&picture(1)));
    let case = after(&case, Event::Retention(RetentionEvent::Purged { at: AT })).case;
    assert_eq!(case.reading, None);
}

#[test]
fn a_case_stored_before_there_were_readings_is_read() {
    let mut stored = serde_json::to_value(at_review()).expect("JSON");
    let text = stored.to_string();
    assert!(
        !text.contains("\"reading\"") && !text.contains("\"outline\""),
        "nothing is written for nothing"
    );
    let with = serde_json::to_value(read_whole(&at_review())).expect("JSON");
    let back: Case = serde_json::from_value(with.clone()).expect("a case");
    assert_eq!(serde_json::to_value(back).expect("JSON"), with);
    stored["changes"].take();
    stored.as_object_mut().expect("an object").remove("changes");
    assert!(serde_json::from_value::<Case>(stored).is_ok());
}
