//! The video, as it arrives, and what can happen on the way.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use oneshot::{BytesSource, Client, ErrorKind, FileSource, Outcome, Progress, Retry, ignore_progress};

use crate::evidences::PK;
use crate::script::{Script, Step, fixture_answer, http};
use crate::{client, config, fixture};

/// Larger than what the two ends of a loopback connection can hold by themselves.
const LARGE: usize = 16 << 20;

fn clip(len: usize) -> Bytes {
    (0..len)
        .map(|index| (index * 31 % 256) as u8)
        .collect::<Vec<_>>()
        .into()
}

#[tokio::test]
async fn the_video_arrives_as_one_part_with_its_length_announced() {
    let clip = clip(3_000_001);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&clip).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress: Progress = {
        let seen = Arc::clone(&seen);
        Arc::new(move |sent, total| seen.lock().unwrap().push((sent, total)))
    };
    let server = Script::play([fixture_answer("video.200.json")]).await;
    let source = Arc::new(FileSource::new(file.path()).unwrap());
    client(&server.base)
        .upload_video(PK, source, progress)
        .await
        .unwrap();

    let request = server.only();
    assert_eq!(request.line(), "POST /oneshot/api/v1/videoid/16673/video");
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    assert_eq!(request.header("transfer-encoding"), None);
    let boundary = request
        .header("content-type")
        .unwrap()
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"video\"; filename=\"video.mp4\"\r\n\
         Content-Type: video/mp4\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let part = request
        .body
        .strip_prefix(head.as_bytes())
        .and_then(|rest| rest.strip_suffix(tail.as_bytes()));
    assert!(
        part.expect("one part, framed as RFC 7578 has it") == clip,
        "the video changed on its way"
    );
    let total = request.body.len() as u64;
    assert_eq!(seen.lock().unwrap().last(), Some(&(total, total)));
}

#[tokio::test]
async fn every_upload_has_its_own_boundary() {
    let server = Script::play([fixture_answer("video.200.json"), fixture_answer("video.200.json")]).await;
    let client = client(&server.base);
    for _ in 0..2 {
        client
            .upload_video(PK, Arc::new(clip(10)), ignore_progress())
            .await
            .unwrap();
    }
    let kinds: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.header("content-type").unwrap().to_owned())
        .collect();
    assert_ne!(kinds[0], kinds[1]);
}

#[tokio::test]
async fn too_large_is_understood_before_the_upload_is_over() {
    let refusal = http(413, "text/html", &fixture("any.413.proxy.html"));
    let server = Script::play([Step::AnswerEarly(refusal)]).await;
    let error = client(&server.base)
        .upload_video(PK, Arc::new(clip(LARGE)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::TooLarge, Retry::Never),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_refusal_whose_connection_is_reset_is_never_taken_for_a_delivery() {
    let clip = clip(LARGE);
    for _ in 0..5 {
        let refusal = http(413, "text/html", &fixture("any.413.proxy.html"));
        let server = Script::play([Step::AnswerAndSlam(refusal)]).await;
        let video = Arc::new(clip.clone());
        let error = client(&server.base)
            .upload_video(PK, video, ignore_progress())
            .await
            .unwrap_err();
        // The reset may overtake the answer: then all that is known is that the video did not arrive.
        let told = (error.kind, error.outcome());
        let lost = (ErrorKind::ConnectionLost, Outcome::NotSent);
        assert!(
            told == (ErrorKind::TooLarge, Outcome::Refused) || told == lost,
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn success_before_the_video_was_sent_is_not_believed() {
    let server = Script::play([Step::AnswerEarly(http(
        200,
        "application/json",
        &fixture("video.200.json"),
    ))])
    .await;
    let error = client(&server.base)
        .upload_video(PK, Arc::new(clip(LARGE)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::Unexpected, Retry::FindOut),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_cannot_have_delivered_a_video() {
    let server = Script::play([Step::CloseInTheMiddle]).await;
    let error = client(&server.base)
        .upload_video(PK, Arc::new(clip(LARGE)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome(), error.retry()),
        (ErrorKind::ConnectionLost, Outcome::NotSent, Retry::Offline),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_lost_at_the_end_may_have() {
    let server = Script::play([Step::CloseAfterwards]).await;
    let error = client(&server.base)
        .upload_video(PK, Arc::new(clip(100)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::ConnectionLost, Retry::FindOut),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_upload_that_stands_still_is_given_up_long_before_its_limit() {
    let server = Script::play([Step::StopReading]).await;
    let mut config = config(&server.base);
    config.timeouts.stall = Duration::from_millis(200);
    let client = Client::new(config).unwrap();
    let error = client
        .upload_video(PK, Arc::new(clip(LARGE)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome(), error.retry()),
        (ErrorKind::TimedOut, Outcome::NotSent, Retry::Offline),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_slow_answer_is_not_taken_for_a_stalled_upload() {
    let server = Script::play([Step::Silence]).await;
    let mut config = config(&server.base);
    config.timeouts.stall = Duration::from_millis(50);
    config.timeouts.video = Duration::from_millis(600);
    let client = Client::new(config).unwrap();
    let error = client
        .upload_video(PK, Arc::new(clip(100)), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::TimedOut, Retry::FindOut),
        "{error:?}"
    );
}

#[test]
fn a_folder_is_no_video() {
    let folder = tempfile::tempdir().unwrap();
    assert!(FileSource::new(folder.path()).is_err());
    assert!(FileSource::new(folder.path().join("nothing.mp4")).is_err());
}

#[tokio::test]
async fn a_file_cut_while_it_is_sent_is_noticed() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&clip(200_000)).unwrap();
    let source = FileSource::new(file.path()).unwrap();
    file.as_file().set_len(150_000).unwrap();
    assert_eq!(source.len(), 200_000);
    let server = Script::play([fixture_answer("video.200.json")]).await;
    let error = client(&server.base)
        .upload_video(PK, Arc::new(source), ignore_progress())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::Source, Outcome::NotSent),
        "{error:?}"
    );
}
