//! The client against the pretended service: neither knows the other's types, both are held to the same fixtures.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use oneshot::{
    Client, DeliveryMethod, DocumentCopy, DocumentFile, DocumentKind, Env, ErrorKind, Evidences, FileSource,
    NewToken, Numbers, Officer, OfficerKey, Outcome, Reason, RequestPk, RequestStatus, RequestUpdate, Retry,
    SignAnswer, SignOrder, Stamp, Unlock, VideoidPk, ignore_progress,
};
use oneshot_sandbox::{Fault, Operation, Sandbox, Settings};

use crate::{client, config, fixture_json, person};

fn clip() -> PathBuf {
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    data.join("clips/face_syn2_still_animated.mp4")
}

fn video() -> Arc<FileSource> {
    Arc::new(FileSource::new(clip()).expect("the test data is there"))
}

fn evidences() -> Evidences {
    let mut evidences = crate::evidences::evidences(&fixture_json("evidences.request.json"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    evidences.acceptance.date = now.as_millis().try_into().unwrap();
    evidences
}

async fn sandbox() -> Sandbox {
    Sandbox::start(Settings::default()).await.unwrap()
}

#[tokio::test]
async fn a_case_goes_from_nothing_to_review() {
    let sandbox = sandbox().await;
    let client = client(&sandbox.base_url());
    let made = client.create_videoid(&person()).await.unwrap();
    assert_eq!(made.videoid_link, None, "External mode has no link");

    let status = async || client.read_request(made.request_pk).await.unwrap();
    assert_eq!(status().await.status, RequestStatus::VideoPending);

    client
        .upload_evidences(made.numbers(), &evidences(), ignore_progress())
        .await
        .unwrap();
    let between = status().await;
    assert_eq!(between.status, RequestStatus::VideoIncomplete);
    assert!(
        between.evidences_present,
        "this is how a lost answer is found to have been a success"
    );
    assert_eq!(between.videoid_pk, Some(made.videoid_pk));

    client
        .upload_video(made.numbers(), video(), ignore_progress())
        .await
        .unwrap();
    assert_eq!(status().await.status, RequestStatus::VideoReview);

    let sent = std::fs::read(clip()).unwrap();
    let (hash, len) = client
        .download_video(made.numbers())
        .await
        .unwrap()
        .sha256()
        .await
        .unwrap();
    assert_eq!(len, sent.len() as u64);
    assert_eq!(
        hash,
        <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(&sent))
    );

    let again = client
        .upload_evidences(made.numbers(), &evidences(), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (again.kind, again.outcome()),
        (ErrorKind::WrongState, Outcome::Refused)
    );
}

#[tokio::test]
async fn each_picture_arrives_byte_for_byte() {
    let sandbox = sandbox().await;
    let client = client(&sandbox.base_url());
    let made = client.create_videoid(&person()).await.unwrap();
    let evidences = evidences();
    client
        .upload_evidences(made.numbers(), &evidences, ignore_progress())
        .await
        .unwrap();

    let held = sandbox
        .request(made.request_pk.get().unsigned_abs())
        .unwrap()
        .evidences
        .unwrap();
    assert_eq!(held.upload.content_length(), Some(held.upload.body_bytes));
    for image in &evidences.videoid_data.images {
        let mut sent = Vec::new();
        image.source.open().unwrap().read_to_end(&mut sent).unwrap();
        assert_eq!(
            held.pictures[image.slot.wire_name()].bytes,
            Bytes::from(sent),
            "{:?}",
            image.slot
        );
    }
}

#[tokio::test]
async fn the_two_numbers_cannot_stand_for_each_other() {
    let sandbox = sandbox().await;
    let client = client(&sandbox.base_url());
    let made = client.create_videoid(&person()).await.unwrap();
    let swapped = Numbers::new(made.request_pk, VideoidPk::new(made.request_pk.get()));
    let error = client
        .upload_evidences(swapped, &evidences(), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    let swapped = RequestPk::new(made.videoid_pk.get());
    assert_eq!(
        client.read_request(swapped).await.unwrap_err().kind,
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_wrong_authority_is_told_from_one_that_is_not_enabled() {
    let sandbox = sandbox().await;
    for ra in ["44", "1234"] {
        let mut config = config(&sandbox.base_url());
        config.registration_authority = ra.into();
        let error = oneshot::Client::new(config)
            .unwrap()
            .create_videoid(&person())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.retry()),
            (ErrorKind::WrongRa, Retry::Never),
            "RA {ra}"
        );
        assert!(error.message.is_some(), "RA {ra}");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_found_out_and_not_repeated() {
    let sandbox = sandbox().await;
    let client = client(&sandbox.base_url());
    let made = client.create_videoid(&person()).await.unwrap();
    sandbox.fail_next(Operation::UploadEvidences, Fault::DropAfter);
    let error = client
        .upload_evidences(made.numbers(), &evidences(), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), error.retry()),
        (Outcome::Unknown, Retry::FindOut),
        "{error:?}"
    );
    assert!(
        client
            .read_request(made.request_pk)
            .await
            .unwrap()
            .evidences_present
    );
}

#[tokio::test]
async fn each_fault_of_the_sandbox_is_understood() {
    let sandbox = sandbox().await;
    let client = client(&sandbox.base_url());
    let made = client.create_videoid(&person()).await.unwrap();
    for (fault, kind, retry) in [
        (Fault::Html502, ErrorKind::ServerFault, Retry::FindOut),
        (Fault::Html413, ErrorKind::TooLarge, Retry::Never),
        (Fault::Html200, ErrorKind::NotTheService, Retry::Later),
        (Fault::Status422, ErrorKind::Invalid, Retry::Never),
        (Fault::Wrapped412, ErrorKind::WrongState, Retry::Never),
        (Fault::TruncatedBody, ErrorKind::ConnectionLost, Retry::FindOut),
        (Fault::DropAfter, ErrorKind::ConnectionLost, Retry::FindOut),
    ] {
        sandbox.fail_next(Operation::UploadEvidences, fault);
        let error = client
            .upload_evidences(made.numbers(), &evidences(), ignore_progress())
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.retry()), (kind, retry), "{fault}: {error:?}");
    }
    sandbox.fail_next(Operation::UploadVideo, Fault::DropBefore);
    let error = client
        .upload_video(made.numbers(), video(), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::ConnectionLost, "{error:?}");

    // A 2xx without a body does not contradict itself: reading the request back shows that it was one.
    sandbox.fail_next(Operation::UploadVideo, Fault::EmptyBody);
    client
        .upload_video(made.numbers(), video(), ignore_progress())
        .await
        .unwrap();
    let record = client.read_request(made.request_pk).await.unwrap();
    assert_eq!(record.status, RequestStatus::VideoReview);
}

fn officer(token: &str) -> Officer {
    Officer {
        rao: Some("1400".into()),
        ..Officer::token(token.into())
    }
}

/// One empty page.
fn paper() -> Bytes {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ];
    let mut pdf = "%PDF-1.7\n".to_owned();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let table = pdf.len();
    pdf += "xref\n0 4\n0000000000 65535 f \n";
    for offset in offsets {
        pdf += &format!("{offset:010} 00000 n \n");
    }
    pdf += &format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    pdf.into()
}

fn file(name: &str) -> DocumentFile {
    DocumentFile {
        file_name: name.into(),
        source: Arc::new(paper()),
        kind: DocumentKind::Pdf,
    }
}

/// A request that waits for its officer.
async fn submitted(client: &Client) -> Numbers {
    let made = client.create_videoid(&person()).await.unwrap();
    let numbers = made.numbers();
    client
        .upload_evidences(numbers, &evidences(), ignore_progress())
        .await
        .unwrap();
    client
        .upload_video(numbers, video(), ignore_progress())
        .await
        .unwrap();
    numbers
}

/// Both dialects of one sandbox, each with the officer's token as it writes it.
fn dialects(sandbox: &Sandbox) -> [(Client, Officer); 2] {
    [
        (client(&sandbox.base_url()), officer(&sandbox.token())),
        (
            crate::legacy(&sandbox.legacy_base_url()),
            officer(&sandbox.token().replace('-', "")),
        ),
    ]
}

#[tokio::test]
async fn a_case_goes_all_nine_steps_in_either_dialect() {
    let sandbox = sandbox().await;
    for (client, officer) in dialects(&sandbox) {
        let dialect = client.dialect();
        assert_eq!(client.probe_dialect().await.unwrap(), dialect);
        let numbers = submitted(&client).await;
        let pk = numbers.request_pk;
        let number = pk.get().unsigned_abs();
        let status = async || client.read_request(pk).await.unwrap().status;
        assert_eq!(status().await, RequestStatus::VideoReview, "{dialect}");

        let held = client.read_evidence(pk).await.unwrap();
        assert_eq!(held.images.len(), 4, "{dialect}");
        assert_eq!(held.checks.otp_validation, Some(true), "{dialect}");
        client.approve(numbers, &officer).await.unwrap();
        assert_eq!(status().await, RequestStatus::EnrollReady, "{dialect}");

        assert_eq!(client.list_documents(pk).await.unwrap(), [], "{dialect}");
        let lease = client
            .upload_document(pk, file("lease.pdf"), ignore_progress())
            .await
            .unwrap();
        let annex = client
            .upload_document(pk, file("annex.pdf"), ignore_progress())
            .await
            .unwrap();
        let listed = client.list_documents(pk).await.unwrap();
        assert_eq!(listed.len(), 2, "{dialect}");
        assert!(listed.iter().any(|document| document.uid == lease.uid));
        assert!(client.contract(pk).await.unwrap().starts_with(b"%PDF-"));

        client.generate_otp(pk, DeliveryMethod::Sms).await.unwrap();
        let soon = client.generate_otp(pk, DeliveryMethod::Sms).await.unwrap_err();
        assert_eq!(
            (soon.reason, soon.retry()),
            (Some(Reason::CodeTooSoon), Retry::Later),
            "{dialect}"
        );
        let wrong = SignOrder::new(Unlock::Otp("x".into()));
        let error = client.sign(pk, &wrong).await.unwrap_err();
        assert_eq!(error.reason, Some(Reason::CodeWrong), "{dialect}");
        let code = sandbox.otp(number).expect("a code waits");
        let stamp = Stamp {
            document: lease.uid.clone(),
            page: 0,
            x1: 300.0,
            y1: 100.0,
            x2: 500.0,
            y2: 150.0,
            image: None,
            countersign: false,
        };
        let order = SignOrder {
            stamps: vec![stamp],
            ..SignOrder::new(Unlock::Otp(code.into()))
        };
        assert_eq!(client.sign(pk, &order).await.unwrap(), SignAnswer::Signed);
        assert_eq!(status().await, RequestStatus::Issued, "{dialect}");
        let again = client.sign(pk, &order).await.unwrap_err();
        assert_eq!(again.reason, Some(Reason::AlreadyIssued), "{dialect}");

        for uid in [&lease.uid, &annex.uid] {
            let signed = client.get_document(pk, uid, DocumentCopy::Signed).await.unwrap();
            let signed = signed.bytes(10 << 20).await.unwrap();
            assert!(
                signed.starts_with(&paper()),
                "{dialect}: what was shown is what was signed"
            );
            assert!(signed.len() > paper().len());
            let original = client
                .get_document(pk, uid, DocumentCopy::Original)
                .await
                .unwrap();
            assert_eq!(original.bytes(10 << 20).await.unwrap(), paper(), "{dialect}");
        }
        client.delete_document(pk, &lease.uid, None).await.unwrap();
        let gone = client
            .get_document(pk, &lease.uid, DocumentCopy::Signed)
            .await
            .unwrap_err();
        assert_eq!(gone.reason, Some(Reason::DocumentNotFound), "{dialect}");
        let twice = client.delete_document(pk, &lease.uid, None).await.unwrap_err();
        assert_eq!(twice.reason, Some(Reason::DocumentNotFound), "{dialect}");
        client.delete_documents(pk).await.unwrap();
        assert_eq!(client.list_documents(pk).await.unwrap(), [], "{dialect}");

        let kept = sandbox.request(number).unwrap();
        assert_eq!(
            (kept.approvals, kept.otps_sent, kept.signatures, kept.refusals),
            (1, 1, 1, 0),
            "{dialect}"
        );
    }
}

#[tokio::test]
async fn a_case_is_refused_or_cancelled_in_either_dialect() {
    let sandbox = sandbox().await;
    for (client, officer) in dialects(&sandbox) {
        let dialect = client.dialect();
        let numbers = submitted(&client).await;
        client
            .refuse(numbers, &officer, "Expired document")
            .await
            .unwrap();
        let record = client.read_request(numbers.request_pk).await.unwrap();
        assert_eq!(record.status, RequestStatus::Cancelled, "{dialect}");
        assert_eq!(
            record.refusal_reason.as_deref(),
            Some("Expired document"),
            "{dialect}"
        );
        let late = client.approve(numbers, &officer).await.unwrap_err();
        assert_eq!(
            (late.kind, late.outcome()),
            (ErrorKind::WrongState, Outcome::Refused),
            "{dialect}: {late:?}"
        );

        let made = client.create_videoid(&person()).await.unwrap();
        client.cancel_request(made.request_pk).await.unwrap();
    }
}

#[tokio::test]
async fn an_officer_nobody_knows_decides_nothing() {
    let sandbox = sandbox().await;
    for (client, _) in dialects(&sandbox) {
        let numbers = submitted(&client).await;
        for (officer, reasons) in [
            (
                officer("66666666-7777-8888-9999-000000000000"),
                [Reason::OfficerRefused, Reason::OfficerUnknown],
            ),
            (
                Officer::password("1000001".into(), "wrong".into(), "p1n".into()),
                [Reason::OfficerRefused, Reason::OfficerUnknown],
            ),
        ] {
            let error = client.approve(numbers, &officer).await.unwrap_err();
            assert!(
                error.reason.is_some_and(|reason| reasons.contains(&reason)),
                "{error:?}"
            );
            assert_eq!((error.outcome(), error.retry()), (Outcome::Refused, Retry::Never));
        }
        let officer = Officer {
            rao: Some("1400".into()),
            ..Officer::password("1000001".into(), "Gy6F89xK".into(), "p1n".into())
        };
        client.approve(numbers, &officer).await.unwrap();
    }
}

#[tokio::test]
async fn every_decision_whose_answer_is_lost_was_made_once() {
    let sandbox = sandbox().await;
    for (client, officer) in dialects(&sandbox) {
        let numbers = submitted(&client).await;
        let pk = numbers.request_pk;
        let lost = |error: oneshot::Error| assert_eq!(error.retry(), Retry::FindOut, "{error:?}");
        for fault in [Fault::Html502, Fault::DropAfter] {
            sandbox.fail_next(Operation::Approve, fault);
            lost(client.approve(numbers, &officer).await.unwrap_err());
            if client.read_request(pk).await.unwrap().status == RequestStatus::EnrollReady {
                break;
            }
        }
        let number = pk.get().unsigned_abs();
        assert_eq!(sandbox.request(number).unwrap().approvals, 1);

        sandbox.fail_next(Operation::UploadDocument, Fault::DropAfter);
        let sent = client
            .upload_document(pk, file("lease.pdf"), ignore_progress())
            .await;
        lost(sent.unwrap_err());
        assert_eq!(client.list_documents(pk).await.unwrap().len(), 1);

        sandbox.fail_next(Operation::GenerateOtp, Fault::DropAfter);
        lost(client.generate_otp(pk, DeliveryMethod::Sms).await.unwrap_err());
        let code = sandbox.otp(number).expect("it was sent all the same");
        sandbox.fail_next(Operation::Sign, Fault::TruncatedBody);
        let order = SignOrder::new(Unlock::Otp(code.into()));
        lost(client.sign(pk, &order).await.unwrap_err());
        assert_eq!(
            client.read_request(pk).await.unwrap().status,
            RequestStatus::Issued
        );
        assert_eq!(sandbox.request(number).unwrap().signatures, 1);
    }
}

#[tokio::test]
async fn tokens_pictures_and_settings_are_kept_by_the_sandbox_too() {
    let sandbox = sandbox().await;
    for (client, _) in dialects(&sandbox) {
        let dialect = client.dialect();
        client.hello().await.unwrap();
        assert!(client.version().await.unwrap().version.is_some(), "{dialect}");
        client.read_settings().await.unwrap();

        let before = client.list_tokens().await.unwrap().len();
        assert!(before >= 1, "{dialect}: the one made at the start");
        let content = client.list_tokens().await.unwrap().remove(0).content;
        assert!(content.username.is_some(), "{dialect}");

        let mut png = Vec::new();
        image_of_a_dot(&mut png);
        let uid = client
            .upload_image("dot.png", Arc::new(Bytes::from(png.clone())), ignore_progress())
            .await
            .unwrap();
        assert_eq!(client.get_image(&uid).await.unwrap(), png, "{dialect}");
        assert!(
            client
                .list_images()
                .await
                .unwrap()
                .iter()
                .any(|image| image.uid == uid)
        );
        client.delete_image(&uid).await.unwrap();
        let gone = client.get_image(&uid).await.unwrap_err();
        assert_eq!(gone.reason, Some(Reason::ImageNotFound), "{dialect}");
    }
}

/// A PNG of one grey dot.
fn image_of_a_dot(png: &mut Vec<u8>) {
    use base64::Engine as _;
    const DOT: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
    png.extend(base64::engine::general_purpose::STANDARD.decode(DOT).unwrap());
}

#[tokio::test]
async fn a_two_step_authority_validates_before_it_approves() {
    let sandbox = sandbox().await;
    for (client, officer) in dialects(&sandbox) {
        let mut config = client.config().clone();
        config.registration_authority = "124".into();
        let client = Client::new(config).unwrap();
        let numbers = submitted(&client).await;
        let status = async || client.read_request(numbers.request_pk).await.unwrap().status;
        client.validate(numbers, &officer).await.unwrap();
        assert_eq!(status().await, RequestStatus::Created, "{}", client.dialect());
        client.approve(numbers, &officer).await.unwrap();
        assert_eq!(status().await, RequestStatus::EnrollReady);
    }
}

#[tokio::test]
async fn a_request_is_corrected_approved_by_a_new_token_and_signed_by_another_proof() {
    let sandbox = sandbox().await;
    for (client, _) in dialects(&sandbox) {
        let dialect = client.dialect();
        let numbers = submitted(&client).await;
        let pk = numbers.request_pk;
        let held = client.read_evidence(pk).await.unwrap();
        let update = |scratchcard| RequestUpdate {
            scratchcard,
            email: "other@domain".into(),
            profile: "PFnubeQAFCiudadano".into(),
            registration_authority: "139".into(),
            country_name: "ES".into(),
            given_name: Some("Corrected".into()),
            surname_1: None,
            surname_2: None,
            birth_date: None,
            mobile_phone_number: None,
            serial_number: None,
        };
        let error = client
            .update_request(pk, &update("0000000".into()))
            .await
            .unwrap_err();
        assert_eq!(
            (error.reason, error.outcome()),
            (Some(Reason::ScratchcardInvalid), Outcome::Refused),
            "{dialect}"
        );
        let scratchcard = held.scratchcard.expect("every request has one");
        client.update_request(pk, &update(scratchcard)).await.unwrap();
        let corrected = client.read_evidence(pk).await.unwrap();
        assert_eq!(corrected.person["given_name"], "Corrected", "{dialect}");

        // A token that holds the name and the password; the pin is sent with the call.
        let stored = NewToken {
            username: "1000001".into(),
            password: Some("Gy6F89xK".into()),
            pin: None,
            env: Some(Env::Sandbox),
        };
        let token = client.create_token(&stored).await.unwrap();
        let content = client.get_token(&token).await.unwrap();
        assert_eq!((content.password, content.pin), (true, false), "{dialect}");
        let alone = client
            .approve(numbers, &officer(token.expose()))
            .await
            .unwrap_err();
        assert_eq!(
            alone.reason,
            Some(Reason::OfficerIncomplete),
            "{dialect}: {alone:?}"
        );
        let officer = Officer {
            rao: Some("1400".into()),
            key: OfficerKey::TokenAnd {
                token: token.clone(),
                username: None,
                password: None,
                pin: Some("p1n".into()),
            },
        };
        client.approve(numbers, &officer).await.unwrap();
        client.delete_token(&token).await.unwrap();
        let gone = client.get_token(&token).await.unwrap_err();
        assert_eq!(gone.reason, Some(Reason::TokenNotFound), "{dialect}");

        client
            .upload_document(pk, file("lease.pdf"), ignore_progress())
            .await
            .unwrap();
        let proof = |kind: &str| {
            SignOrder::new(Unlock::External {
                secret: "123456".into(),
                kind: kind.into(),
                value: "12345678-12345678".into(),
            })
        };
        let unknown = client.sign(pk, &proof("astrology")).await.unwrap_err();
        assert_eq!(unknown.outcome(), Outcome::Refused, "{dialect}: {unknown:?}");
        client.sign(pk, &proof("biometric")).await.unwrap();
        assert_eq!(
            client.read_request(pk).await.unwrap().status,
            RequestStatus::Issued
        );
    }
}
