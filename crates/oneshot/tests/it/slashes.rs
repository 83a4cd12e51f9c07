//! The trailing slash: asked for without, repeated once with it, and only where the first answer did nothing.

use std::sync::Arc;

use bytes::Bytes;
use oneshot::{ErrorKind, RequestPk, ignore_progress};

use crate::evidences::PK;
use crate::script::{Script, Step, fixture_answer, json};
use crate::{client, person};

fn redirect(status: u16, location: &str) -> Step {
    let answer = format!(
        "HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    Step::Answer(answer.into_bytes())
}

fn lines(server: &Script) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|request| request.line().to_owned())
        .collect()
}

const BOTH: [&str; 2] = ["POST /oneshot/api/v1/videoid", "POST /oneshot/api/v1/videoid/"];

#[tokio::test]
async fn a_redirect_to_the_slash_is_taken_with_the_whole_body() {
    for status in [307, 308] {
        let server = Script::play([
            // What a server behind a proxy that ends TLS sends: its own idea of the scheme and the host.
            redirect(status, "http://internal:8000/api/v1/videoid/16673/video/"),
            fixture_answer("video.200.json"),
        ])
        .await;
        let clip = Bytes::from(vec![9; 300_000]);
        client(&server.base)
            .upload_video(PK, Arc::new(clip), ignore_progress())
            .await
            .unwrap();
        let received = server.received();
        assert_eq!(received[1].line(), "POST /oneshot/api/v1/videoid/16673/video/");
        assert_eq!(
            received[0].body, received[1].body,
            "the second is the same request"
        );
    }
}

#[tokio::test]
async fn a_404_of_the_routing_is_tried_with_the_slash() {
    for body in [
        &b"{\"detail\":\"Not Found\"}"[..],
        b"",
        b"<html>404</html>",
        b"{\"title\":\"404 Not Found\"}",
    ] {
        let server = Script::play([json(404, body), fixture_answer("create.200.json")]).await;
        client(&server.base).create_videoid(&person()).await.unwrap();
        assert_eq!(lines(&server), BOTH);
    }
}

#[tokio::test]
async fn a_404_of_the_service_is_its_answer() {
    let server = Script::play([fixture_answer("create.404.ra-not-found.json")]).await;
    let error = client(&server.base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongRa);
    assert_eq!(lines(&server), BOTH[..1]);

    let server = Script::play([fixture_answer("read-request.404.not-found.json")]).await;
    let error = client(&server.base)
        .read_request(RequestPk::new(388141))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn the_slash_is_tried_once() {
    let server = Script::play([json(404, b""), json(404, b""), fixture_answer("create.200.json")]).await;
    let error = client(&server.base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotTheService);
    assert_eq!(lines(&server), BOTH);
}

#[tokio::test]
async fn no_redirect_leads_anywhere_else() {
    for (status, location) in [
        (301, "https://elsewhere.example/videoid/"),
        (302, "/login"),
        (303, "/oneshot/api/v1/videoid/"),
        (307, "https://elsewhere.example/login"),
        (308, "https://elsewhere.example/videoid?next=/"),
    ] {
        let server = Script::play([redirect(status, location)]).await;
        let error = client(&server.base).create_videoid(&person()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotTheService, "{status} {location}");
        assert_eq!(lines(&server), BOTH[..1], "{status} {location}");
    }
}
