//! The evidences body, as it arrives.

use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use oneshot::{
    Acceptance, BytesSource, ErrorKind, Evidences, IdDocumentType, Image, ImageSlot, Numbers, OcrData,
    Outcome, Progress, RequestPk, SecurityChecks, Similarity, VideoidData, VideoidPk, ignore_progress,
};
use serde_json::{Value, json};

use crate::script::{Script, fixture_answer};
use crate::{client, fixture_json};

pub const PK: Numbers = Numbers::new(RequestPk::new(388141), VideoidPk::new(16673));
const SLOTS: [ImageSlot; 4] = [
    ImageSlot::DocumentFront,
    ImageSlot::DocumentRear,
    ImageSlot::DocumentPhoto,
    ImageSlot::DocumentOwner,
];

/// The evidences whose body a fixture is: the pictures are taken from it, the rest is written out.
pub fn evidences(of: &Value) -> Evidences {
    let picture = |slot: ImageSlot| {
        let text = of["videoid_data"]["images"]
            .get(slot.wire_name())?
            .as_str()
            .unwrap();
        let source: Arc<dyn BytesSource> = Arc::new(Bytes::from(STANDARD.decode(text).unwrap()));
        Some(Image { slot, source })
    };
    Evidences {
        acceptance: Acceptance {
            description: "User Accepted Terms and Conditions and Privacy Policy".into(),
            url_doc_privacypolicy: "https://www.uanataca.com/public/pki/privacidad-PSC/".into(),
            url_doc_termsconditions: "https://www.uanataca.com/public/pki/terminos-VID/".into(),
            ip: Some("186.0.91.53".into()),
            url_web_videoid: Some(
                "https://cms.sandbox.uanataca.com/lcmpl/videoid/46b92251-4ba8-4930-a5aa-8631ec4666b6".into(),
            ),
            user_agent: "Mozilla/5.0 (Linux; Android 11; AC2003)".into(),
            date: 1_622_823_879_708,
            extra: serde_json::Map::new(),
        },
        videoid_data: VideoidData {
            images: SLOTS.into_iter().filter_map(picture).collect(),
            ocr: OcrData {
                given_name: "Name".into(),
                surname_1: "Surname 1".into(),
                surname_2: Some("Surname 2".into()),
                mobile_phone_number: Some("+34999999999".into()),
                email: Some("mail@domain".into()),
                serial_number: "A9999999E".into(),
                id_document_type: Some(IdDocumentType::IdentityCard),
                id_document_country: Some("ES".into()),
                ..OcrData::default()
            },
            checks: SecurityChecks {
                otp_validation: Some(true),
                documents_match: Some(true),
                data_integrity: Some(true),
                document_notcopy: Some(true),
                document_notexpired: Some(true),
                document_notunderage: Some(true),
                liveliness: Some(true),
            },
            similarity: Some(Similarity::Word("high".into())),
        },
    }
}

async fn sent(evidences: &Evidences) -> crate::script::Received {
    let server = Script::play([fixture_answer("evidences.200.json")]).await;
    client(&server.base)
        .upload_evidences(PK, evidences, ignore_progress())
        .await
        .unwrap();
    server.only()
}

#[tokio::test]
async fn the_body_is_the_documented_one() {
    let sample = fixture_json("evidences.request.json");
    let request = sent(&evidences(&sample)).await;
    assert_eq!(request.line(), "POST /oneshot/api/v1/videoid/16673/evidences");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    assert_eq!(
        request.header("transfer-encoding"),
        None,
        "a server behind a proxy may not take chunks"
    );
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), sample);
    insta::assert_snapshot!("evidences_body", String::from_utf8(request.body).unwrap());
}

#[tokio::test]
async fn a_passport_has_no_rear_and_a_measured_similarity_is_a_number() {
    let sample = fixture_json("evidences.request.passport.json");
    let mut passport = evidences(&sample);
    passport.videoid_data.ocr.id_document_type = Some(IdDocumentType::Passport);
    passport.videoid_data.similarity = Some(Similarity::Level(87));
    assert_eq!(
        serde_json::from_slice::<Value>(&sent(&passport).await.body).unwrap(),
        sample
    );
}

#[tokio::test]
async fn what_nobody_measured_is_not_sent() {
    let sample = fixture_json("evidences.request.unmeasured.json");
    let mut unmeasured = evidences(&sample);
    unmeasured.videoid_data.checks = SecurityChecks {
        otp_validation: Some(true),
        liveliness: Some(false),
        ..SecurityChecks::default()
    };
    unmeasured.videoid_data.similarity = None;
    assert_eq!(
        serde_json::from_slice::<Value>(&sent(&unmeasured).await.body).unwrap(),
        sample
    );
}

#[test]
fn the_acceptance_has_hyphens_and_cannot_be_overwritten_from_outside() {
    let mut acceptance = evidences(&fixture_json("evidences.request.json")).acceptance;
    acceptance.ip = None;
    acceptance.url_web_videoid = None;
    acceptance.extra.insert("text-sha256".into(), json!("9f86d081"));
    acceptance.extra.insert("text-language".into(), json!("es"));
    acceptance.extra.insert("date".into(), json!(0));
    insta::assert_json_snapshot!("acceptance", acceptance);
    assert!(!format!("{acceptance:?}").contains("9f86"));
}

#[tokio::test]
async fn text_of_any_kind_arrives_as_it_is() {
    let mut odd = evidences(&fixture_json("evidences.request.json"));
    let name = "Zo\u{eb} \"Quote\" \\ \u{4e2d}\u{6587}\n\u{1f642}";
    odd.videoid_data.ocr.given_name = name.into();
    let body: Value = serde_json::from_slice(&sent(&odd).await.body).unwrap();
    assert_eq!(body["videoid_data"]["ocr_data"]["given_name"], name);
}

#[tokio::test]
async fn large_pictures_arrive_whole_and_progress_ends_at_the_total() {
    let mut large = evidences(&fixture_json("evidences.request.json"));
    let picture: Bytes = (0..3_000_001u32)
        .map(|index| (index * 7 % 256) as u8)
        .collect::<Vec<_>>()
        .into();
    large.videoid_data.images[0].source = Arc::new(picture.clone());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress: Progress = {
        let seen = Arc::clone(&seen);
        Arc::new(move |sent, total| seen.lock().unwrap().push((sent, total)))
    };
    let server = Script::play([fixture_answer("evidences.200.json")]).await;
    client(&server.base)
        .upload_evidences(PK, &large, progress)
        .await
        .unwrap();
    let request = server.only();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let arrived = body["videoid_data"]["images"]["document_front"].as_str().unwrap();
    assert!(
        STANDARD.decode(arrived).unwrap() == picture,
        "the picture changed on its way"
    );
    let total = request.body.len() as u64;
    assert_eq!(seen.lock().unwrap().last(), Some(&(total, total)));
}

struct Broken;

impl BytesSource for Broken {
    fn len(&self) -> u64 {
        1000
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            "/home/somebody/front.jpg",
        ))
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_is_this_machines_fault_and_nothing_was_sent() {
    let mut broken = evidences(&fixture_json("evidences.request.json"));
    broken.videoid_data.images[1].source = Arc::new(Broken);
    let server = Script::play([fixture_answer("evidences.200.json")]).await;
    let error = client(&server.base)
        .upload_evidences(PK, &broken, ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::Source, Outcome::NotSent),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains("somebody"));
}

#[tokio::test]
async fn two_pictures_for_one_slot_are_refused_before_anything_is_sent() {
    let mut twice = evidences(&fixture_json("evidences.request.json"));
    twice.videoid_data.images[1].slot = ImageSlot::DocumentFront;
    let server = Script::play([]).await;
    let error = client(&server.base)
        .upload_evidences(PK, &twice, ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::Invalid, Outcome::NotSent)
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn evidences_that_were_taken_already_say_so() {
    let server = Script::play([fixture_answer("evidences.500.complete.legacy.json")]).await;
    let sample = evidences(&fixture_json("evidences.request.json"));
    let error = client(&server.base)
        .upload_evidences(PK, &sample, ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.http_status),
        (ErrorKind::WrongState, Some(500))
    );
}
