//! The stored form, held by a snapshot: a change here is a change of format and needs a migration.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{
    Basis, Case, CaseId, Check, CodeMethod, CodeState, Confirmation, Consent, Contract, CountryCode, Crop,
    Decision, Deletion, Delivery, Document, DocumentType, Exhibit, Facts, FieldKey, Fields, Finding,
    FourEyes, Leg, LegState, Method, ObjectId, Origin, Paper, PaperId, Request, RequestNumbers, Review, Role,
    Seal, SignatureState, SignedCopy, Signing, Similarity, SimilarityWord, State, UnlockKind, Upload,
    UtcMillis, Verdict,
};
use uuid::Uuid;

fn exhibit(number: u128, facts: Facts, method: Method) -> Exhibit {
    Exhibit {
        object: ObjectId(Uuid::from_u128(number)),
        sha256: "ab".repeat(32),
        bytes: 1234,
        facts,
        taken_at: UtcMillis(1_790_000_000_000),
        since_opening_ms: None,
        method,
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: BTreeMap::new(),
    }
}

/// A case as it was before the officer and the signing were a part of it.
fn submitted_case() -> Case {
    let at = UtcMillis(1_790_000_000_000);
    let jpeg = Facts::Jpeg {
        width: 1920,
        height: 1080,
    };
    let camera = Method::Camera {
        device: "usb:1".into(),
        name: "Webcam".into(),
        synthetic: false,
        provenance: None,
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
        biometrics: None,
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
        attempts: evidence::Attempts::default(),
        begun: BTreeSet::from([Leg::Evidences, Leg::Video]),
        submitted_at: Some(at),
        confirmed: Some(Confirmation {
            at,
            status: "VIDEOREVIEW".into(),
        }),
    };
    case
}

/// A case whose documents are signed and about to be deleted at the server, and one document in each state of its upload.
fn full_case() -> Case {
    let at = UtcMillis(1_790_000_000_000);
    let paper = |number: u128, upload: Upload, signed: Option<SignedCopy>| Paper {
        id: PaperId(Uuid::from_u128(number)),
        file_name: "Account opening.pdf".into(),
        object: ObjectId(Uuid::from_u128(number + 1)),
        bytes: 4096,
        sha256: "ab".repeat(32),
        pages: 3,
        upload,
        read_at: Some(at),
        signed,
    };
    let copy = SignedCopy {
        object: ObjectId(Uuid::from_u128(30)),
        bytes: 9000,
        sha256: "ef".repeat(32),
        at,
        seal: Seal {
            intact: true,
            covers_whole: true,
            extends_original: true,
            signer: "ALMA MUÑOZ".into(),
            is_holder: Some(true),
            issuer: "CN=Issuing CA".into(),
            certificate: "0a1b".into(),
            signed_at: Some(at),
            timestamped: true,
            trusted: Some(true),
        },
    };
    let arrived = Upload::Arrived {
        uid: "712c29ac-a2dc-4530-8c67-d0f227d8294b".into(),
        at,
    };
    let mut case = submitted_case();
    case.state = State::Signed;
    case.review = Review::Made {
        decision: Decision {
            verdict: Verdict::Approved,
            officer: "R. Vidal".into(),
            rao: Some("1400".into()),
            four_eyes: FourEyes::SamePerson,
            at,
        },
    };
    case.signing = Signing {
        papers: vec![
            paper(10, arrived, Some(copy)),
            paper(12, Upload::Sending { since: at }, None),
            paper(14, Upload::Waiting, None),
        ],
        contract: Some(Contract {
            object: ObjectId(Uuid::from_u128(20)),
            bytes: 2048,
            sha256: "12".repeat(32),
            pages: 2,
            read_at: Some(at),
        }),
        code: CodeState::Sent {
            at,
            method: CodeMethod::Whatsapp,
        },
        signature: SignatureState::Made { at },
        deletion: Deletion::Sending { since: at },
    };
    case
}

/// The states that the full case cannot be in at the same time, each as it is stored.
#[test]
fn the_other_states_are_stored_as_they_were() {
    let at = UtcMillis(1_790_000_000_000);
    let refusal = Decision {
        verdict: Verdict::Refused {
            reason: "The portrait is not the person".into(),
        },
        officer: "R. Vidal".into(),
        rao: None,
        four_eyes: FourEyes::Unknown,
        at,
    };
    let json = |value: serde_json::Result<serde_json::Value>| value.expect("data");
    insta::assert_json_snapshot!([
        json(serde_json::to_value(Review::Sending { decision: refusal })),
        json(serde_json::to_value(Review::Elsewhere { at })),
        json(serde_json::to_value(State::Refused {
            at,
            reason: Some("No".into())
        })),
        json(serde_json::to_value(State::Closed { at })),
        json(serde_json::to_value(CodeState::Asking {
            since: at,
            method: CodeMethod::Sms
        })),
        json(serde_json::to_value(SignatureState::Sending {
            since: at,
            unlock: UnlockKind::External
        })),
        json(serde_json::to_value(Deletion::Proven { at })),
        json(serde_json::to_value(Signing::default())),
    ]);
}

/// The record as a program of the first format left it.
#[test]
fn a_case_of_the_first_format_goes_on_from_where_it_was() {
    use vault::{FolderStore, Store};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = FolderStore::open(folder.path()).expect("the folder can be made");
    let id = submitted_case().id;
    store.save(&submitted_case()).expect("saved");
    let record = folder.path().join(id.to_string()).join("case.json");
    std::fs::write(&record, include_str!("records/format-1.json")).expect("overwritten");

    let loaded = store.load(id).expect("the first format is read");
    let mut expected = submitted_case();
    // Nobody wrote that down then.
    expected.delivery.begun.clear();
    assert_eq!(
        loaded, expected,
        "with the server's word where a case keeps it now, and nothing of the officer or the signing"
    );
    store.save(&loaded).expect("saved");
    let text = std::fs::read_to_string(&record).expect("the record is text");
    assert!(
        text.contains("\"format\": 2"),
        "an older program leaves it alone from now on"
    );
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
