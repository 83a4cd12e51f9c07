//! Building blocks of a case, and the straight way through.

use evidence::{
    Biometrics, CaptureEvent, Case, CaseId, Consent, Contact, CountryCode, Crop, DeliveryEvent, Document,
    DocumentType, Effect, Event, Exhibit, Facts, FieldKey, Fields, Leg, Method, ObjectId, RequestNumbers,
    StartEvent, State, Step, Transition, UtcMillis, step,
};
use uuid::Uuid;

pub const AT: UtcMillis = UtcMillis(1_790_000_000_000);
pub const NUMBERS: RequestNumbers = RequestNumbers {
    request_pk: 45836,
    videoid_pk: 16673,
};

pub fn a_case() -> Case {
    Case::open(CaseId(Uuid::from_u128(7)), "Booth 3", true, AT)
}

pub fn picture(number: u128) -> Exhibit {
    Exhibit {
        object: ObjectId(Uuid::from_u128(number)),
        sha256: "ab".repeat(32),
        bytes: 1000,
        facts: Facts::Jpeg {
            width: 1280,
            height: 720,
        },
        taken_at: AT,
        since_opening_ms: None,
        method: Method::Camera {
            device: "usb:1".into(),
            name: "Webcam".into(),
            synthetic: false,
            provenance: None,
        },
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: std::collections::BTreeMap::new(),
    }
}

pub fn portrait(number: u128) -> Exhibit {
    Exhibit {
        method: Method::Crop(Crop {
            x: 0.1,
            y: 0.1,
            width: 0.2,
            height: 0.3,
        }),
        ..picture(number)
    }
}

pub fn contact() -> Contact {
    Contact {
        mobile_phone: "+34699999999".into(),
        email: "alma@example.org".into(),
    }
}

pub fn consent() -> Consent {
    Consent {
        version: "1".into(),
        language: "en".into(),
        text_sha256: "cd".repeat(32),
        terms_url: "https://example.org/t".into(),
        privacy_url: "https://example.org/p".into(),
        accepted_at: AT,
        address: None,
        biometrics: Some(Biometrics::Allowed),
    }
}

pub fn document(kind: DocumentType) -> Document {
    Document {
        kind,
        country: CountryCode::new("ES").expect("two letters"),
    }
}

pub fn fields() -> Fields {
    let mut fields = Fields::default();
    fields.set(FieldKey::GivenName, "Alma");
    fields.set(FieldKey::FirstSurname, "Muñoz");
    fields.set(FieldKey::SerialNumber, "99999999R");
    fields
}

/// The fields confirmed by whoever stands at the booth.
pub fn confirmed(fields: Fields) -> Event {
    Event::FieldsConfirmed {
        fields,
        by: None,
        at: AT,
    }
}

pub fn after(case: &Case, event: Event) -> Transition {
    let named = format!("{event:?}");
    step(case, event).unwrap_or_else(|rejection| panic!("{named}: {rejection}"))
}

/// Takes and uses a picture.
fn pictured(case: &Case, number: u128) -> Case {
    let taken = after(
        case,
        Event::Capture(CaptureEvent::Taken {
            exhibit: picture(number),
        }),
    )
    .case;
    after(&taken, Event::Capture(CaptureEvent::Use)).case
}

/// A case at the review.
pub fn at_review() -> Case {
    let mut case = after(&a_case(), Event::Start(StartEvent::Existing { numbers: NUMBERS })).case;
    case = after(&case, Event::Consented(consent())).case;
    case = after(&case, Event::DocumentChosen(document(DocumentType::IdentityCard))).case;
    case = pictured(&case, 1);
    case = after(
        &case,
        Event::Capture(CaptureEvent::PortraitCut { exhibit: portrait(2) }),
    )
    .case;
    case = pictured(&case, 3);
    case = pictured(&case, 4);
    case = after(&case, confirmed(fields())).case;
    case = after(
        &case,
        Event::Capture(CaptureEvent::RecordingBegan {
            at: AT,
            method: picture(5).method,
        }),
    )
    .case;
    pictured(&case, 5)
}

/// A case whose evidence is with the server, for the officer to look at.
pub fn submitted() -> Case {
    let Transition { mut case, effects } =
        after(&at_review(), Event::Delivery(DeliveryEvent::Submit { at: AT }));
    assert_eq!(effects, [Effect::Deliver]);
    for leg in [Leg::Evidences, Leg::Video] {
        case = after(&case, Event::Delivery(DeliveryEvent::Sending { leg, at: AT })).case;
        case = after(&case, Event::Delivery(DeliveryEvent::Arrived { leg, at: AT })).case;
    }
    let confirmed = DeliveryEvent::Confirmed {
        status: "VIDEOREVIEW".into(),
        at: AT,
    };
    after(&case, Event::Delivery(confirmed)).case
}

#[test]
fn the_straight_way_leads_to_a_receipt() {
    assert_eq!(at_review().step(), Step::Review);
    let case = submitted();
    assert!(matches!(case.state, State::Submitted { .. }));
    assert_eq!(case.confirmation(), Some((AT, "VIDEOREVIEW")));
}

#[test]
fn a_passport_skips_the_rear_and_a_card_does_not() {
    for (kind, next) in [
        (DocumentType::Passport, Step::Selfie),
        (DocumentType::ResidenceCard, Step::Rear),
    ] {
        let mut case = after(&a_case(), Event::Start(StartEvent::Existing { numbers: NUMBERS })).case;
        case = after(&case, Event::Consented(consent())).case;
        case = after(&case, Event::DocumentChosen(document(kind))).case;
        case = pictured(&case, 1);
        case = after(
            &case,
            Event::Capture(CaptureEvent::PortraitCut { exhibit: portrait(2) }),
        )
        .case;
        assert_eq!(case.step(), next, "{kind:?}");
    }
}

#[test]
fn a_new_request_is_asked_for_once() {
    let asked = after(&a_case(), Event::Start(StartEvent::New { contact: contact() }));
    assert_eq!(asked.effects, [Effect::CreateRequest]);
    let out = after(&asked.case, Event::Start(StartEvent::Asked { at: AT })).case;
    assert!(
        step(&out, Event::Start(StartEvent::Asked { at: AT })).is_err(),
        "a call is out already"
    );
    assert!(step(&out, Event::Start(StartEvent::New { contact: contact() })).is_err());
    assert_eq!(
        after(&out, Event::Start(StartEvent::Created { numbers: NUMBERS }))
            .case
            .step(),
        Step::Consent
    );
}

#[test]
fn evidence_with_the_server_cannot_be_changed_any_more() {
    let mut case = after(&at_review(), Event::Delivery(DeliveryEvent::Submit { at: AT })).case;
    case = after(
        &case,
        Event::Delivery(DeliveryEvent::Sending {
            leg: Leg::Evidences,
            at: AT,
        }),
    )
    .case;
    let problem = evidence::Problem::new(evidence::Code::AnswerLost, evidence::TryAgain::FindOutFirst);
    case = after(&case, Event::Delivery(DeliveryEvent::Stopped { problem })).case;
    assert!(
        step(&case, Event::Went(Step::Front)).is_err(),
        "the server may have the old picture"
    );
}

#[test]
fn only_practice_can_be_forgotten_by_its_server() {
    let practised = at_review();
    let forgotten = after(&practised, Event::Start(StartEvent::Forgotten)).case;
    assert_eq!(
        forgotten.request,
        evidence::Request::None,
        "it is created anew on submission"
    );
    let real = Case {
        practice: false,
        ..practised
    };
    assert!(
        step(&real, Event::Start(StartEvent::Forgotten)).is_err(),
        "a real request is never given up"
    );
}
