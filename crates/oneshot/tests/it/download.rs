//! Fetching the video back.

use oneshot::ErrorKind;
use sha2::{Digest, Sha256};

use crate::client;
use crate::evidences::PK;
use crate::script::{Script, Step, fixture_answer, http};

#[tokio::test]
async fn the_video_comes_back_with_its_hash() {
    let clip: Vec<u8> = (0..500_000u32).map(|index| (index % 253) as u8).collect();
    let server = Script::play([Step::Answer(http(200, "video/mp4", &clip))]).await;
    let video = client(&server.base).download_video(PK).await.unwrap();
    assert_eq!(server.only().line(), "GET /oneshot/api/v1/videoid/16673/video");
    assert_eq!(video.len(), Some(500_000));
    let (hash, len) = video.sha256().await.unwrap();
    assert_eq!(hash, <[u8; 32]>::from(Sha256::digest(&clip)));
    assert_eq!(len, 500_000);
}

#[tokio::test]
async fn a_missing_video_is_not_found_whatever_the_status() {
    let server = Script::play([fixture_answer("download-video.400.not-found-inside.json")]).await;
    assert_eq!(
        client(&server.base).download_video(PK).await.err().unwrap().kind,
        ErrorKind::NotFound
    );
    let body = crate::fixture("download-video.400.not-found-inside.json");
    let server = Script::play([Step::Answer(http(200, "application/json", &body))]).await;
    assert_eq!(
        client(&server.base).download_video(PK).await.err().unwrap().kind,
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_page_is_no_video() {
    let server = Script::play([Step::Answer(http(200, "text/html", b"<html>Sign in</html>"))]).await;
    assert_eq!(
        client(&server.base).download_video(PK).await.err().unwrap().kind,
        ErrorKind::NotTheService
    );
}

#[tokio::test]
async fn a_video_that_is_cut_is_an_error_and_not_a_short_video() {
    let mut cut = http(200, "video/mp4", &[7; 100_000]);
    cut.truncate(60_000);
    let server = Script::play([Step::Answer(cut)]).await;
    let video = client(&server.base).download_video(PK).await.unwrap();
    assert_eq!(video.sha256().await.unwrap_err().kind, ErrorKind::ConnectionLost);
}
