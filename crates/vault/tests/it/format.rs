//! The stored form, held by a snapshot: a change here is a change of format and needs a migration.

use std::collections::BTreeMap;

use evidence::{
    Basis, Case, CaseId, Check, Consent, CountryCode, Crop, Delivery, Document, DocumentType, Exhibit, Facts,
    FieldKey, Fields, Finding, LegState, Method, ObjectId, Origin, Request, RequestNumbers, Role, Similarity,
    SimilarityWord, State, UtcMillis,
};
use uuid::Uuid;

fn exhibit(number: u128, facts: Facts, method: Method) -> Exhibit {
    Exhibit {
        object: ObjectId(Uuid::from_u128(number)),
        sha256: "ab".repeat(32),
        bytes: 1234,
        facts,
        taken_at: UtcMillis(1_790_000_000_000),
        method,
        note: None,
    }
}

fn full_case() -> Case {
    let at = UtcMillis(1_790_000_000_000);
    let jpeg = Facts::Jpeg {
        width: 1920,
        height: 1080,
    };
    let camera = Method::Camera {
        device: "usb:1".into(),
        name: "Webcam".into(),
        synthetic: false,
    };
    let mut fields = Fields::default();
    fields.set(FieldKey::GivenName, "Alma");
    fields.set(FieldKey::FirstSurname, "Muñoz");
    fields.set(FieldKey::SerialNumber, "99999999R");
    let mut case = Case::open(CaseId(Uuid::from_u128(1)), "Booth 3", false, at);
    case.state = State::Submitted {
        at,
        status: "VIDEOREVIEW".into(),
    };
    case.origin = Some(Origin::New);
    case.request = Request::Known {
        numbers: RequestNumbers {
            request_pk: 45836,
            videoid_pk: 150,
        },
    };
    case.consent = Some(Consent {
        version: "1".into(),
        language: "es".into(),
        text_sha256: "cd".repeat(32),
        terms_url: "https://example.org/terms".into(),
        privacy_url: "https://example.org/privacy".into(),
        accepted_at: at,
        address: Some("192.0.2.7".into()),
    });
    case.document = Some(Document {
        kind: DocumentType::IdentityCard,
        country: CountryCode::new("ES").expect("two letters"),
    });
    case.exhibits = BTreeMap::from([
        (Role::Front, exhibit(2, jpeg, camera.clone())),
        (
            Role::Portrait,
            exhibit(
                3,
                jpeg,
                Method::Crop(Crop {
                    x: 0.1,
                    y: 0.2,
                    width: 0.3,
                    height: 0.4,
                }),
            ),
        ),
        (
            Role::Rear,
            exhibit(
                4,
                Facts::Png {
                    width: 10,
                    height: 10,
                },
                Method::File,
            ),
        ),
        (
            Role::Video,
            exhibit(
                5,
                Facts::Mp4 {
                    width: 1280,
                    height: 720,
                    duration_ms: 9000,
                    frames: 270,
                },
                camera,
            ),
        ),
    ]);
    case.fields = fields;
    case.fields_confirmed = true;
    case.findings = BTreeMap::from([
        (
            Check::DocumentNotExpired,
            Finding {
                passed: true,
                basis: Basis::Attested {
                    by: "R. Vidal".into(),
                    at,
                },
            },
        ),
        (
            Check::Liveness,
            Finding {
                passed: false,
                basis: Basis::Measured {
                    method: "blink 1".into(),
                    score: 0.2,
                    threshold: 0.5,
                    at,
                },
            },
        ),
    ]);
    case.similarity = Some(Similarity::Attested {
        word: SimilarityWord::High,
        by: "R. Vidal".into(),
        at,
    });
    case.delivery = Delivery {
        evidences: LegState::Arrived { at },
        video: LegState::Sending { since: at },
        submitted_at: Some(at),
    };
    case
}

#[test]
fn the_stored_form_is_as_it_was() {
    insta::assert_json_snapshot!(full_case());
}

#[test]
fn a_full_case_comes_back_as_it_was() {
    use vault::{FolderStore, Store};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = FolderStore::open(folder.path()).expect("the folder can be made");
    let case = full_case();
    store.save(&case).expect("saved");
    assert_eq!(store.load(case.id).expect("loaded"), case);
}
