//! The client against the pretended service: neither knows the other's types, both are held to the same fixtures.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use oneshot::{
    ErrorKind, Evidences, FileSource, Numbers, Outcome, RequestPk, RequestStatus, Retry, VideoidPk,
    ignore_progress,
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
