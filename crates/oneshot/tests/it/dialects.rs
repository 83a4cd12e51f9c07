//! Which generation answers, and what is sent to it on create.

use std::sync::Arc;

use bytes::Bytes;
use oneshot::{Client, Dialect, ErrorKind, ignore_progress};

use crate::evidences::{PK, evidences};
use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, config, fixture_json, legacy, person};

async fn probe(steps: Vec<Step>) -> (Result<Dialect, oneshot::Error>, Vec<String>) {
    let server = Script::play(steps).await;
    let found = client(&server.base).probe_dialect().await;
    let lines = server.received();
    (
        found,
        lines.iter().map(|request| request.line().to_owned()).collect(),
    )
}

#[tokio::test]
async fn a_greeting_tells_the_generation() {
    for (name, dialect) in [
        ("hello.200.json", Dialect::Current),
        ("hello.200.legacy.json", Dialect::Legacy),
    ] {
        let (found, lines) = probe(vec![fixture_answer(name)]).await;
        assert_eq!(found.unwrap(), dialect);
        assert_eq!(lines, ["GET /oneshot/api/v1/hello"]);
    }
}

#[tokio::test]
async fn a_server_without_a_greeting_tells_it_by_how_it_says_so() {
    for (body, dialect) in [
        (&b"{\"detail\":\"Not Found\"}"[..], Dialect::Current),
        (b"{\"title\":\"404 Not Found\"}", Dialect::Legacy),
    ] {
        let (found, lines) = probe(vec![json(404, body), json(404, body)]).await;
        assert_eq!(found.unwrap(), dialect);
        assert!(lines.iter().all(|line| line.starts_with("GET ")), "{lines:?}");
    }
}

#[tokio::test]
async fn what_shows_no_envelope_is_asked_again_and_then_left_alone() {
    let page = || Step::Answer(http(200, "text/html", b"<html>Sign in</html>"));
    let found = fixture_answer("read-request.400.not-found-inside.json");
    let (dialect, lines) = probe(vec![page(), page(), found]).await;
    assert_eq!(dialect.unwrap(), Dialect::Legacy);
    assert_eq!(lines[2], "GET /oneshot/api/v1/request/0");

    let (dialect, lines) = probe(vec![page(), page(), page()]).await;
    assert_eq!(dialect.unwrap_err().kind, ErrorKind::NotTheService);
    assert_eq!(lines.len(), 3);
    let (dialect, _) = probe(vec![Step::CloseAfterwards]).await;
    assert_eq!(dialect.unwrap_err().kind, ErrorKind::ConnectionLost);
}

#[tokio::test]
async fn the_older_generation_gets_the_requests_number_everywhere() {
    let clip = || Arc::new(Bytes::from_static(b"clip"));
    let sample = evidences(&fixture_json("evidences.request.json"));
    let server = Script::play([
        fixture_answer("evidences.200.legacy.json"),
        fixture_answer("video.200.legacy.json"),
        Step::Answer(http(200, "video/mp4", b"clip")),
        fixture_answer("read-request.200.review.json"),
    ])
    .await;
    let client = legacy(&server.base);
    client
        .upload_evidences(PK, &sample, ignore_progress())
        .await
        .unwrap();
    client.upload_video(PK, clip(), ignore_progress()).await.unwrap();
    client.download_video(PK).await.unwrap().sha256().await.unwrap();
    client.read_request(PK.request_pk).await.unwrap();
    let received = server.received();
    let lines: Vec<_> = received.iter().map(|request| request.line()).collect();
    assert_eq!(
        lines,
        [
            "POST /oneshot/api/v1/videoid/388141/evidences",
            "POST /oneshot/api/v1/videoid/388141/evidences/video",
            "GET /oneshot/api/v1/videoid/388141/download/video",
            "GET /oneshot/api/v1/request/388141",
        ]
    );
}

#[tokio::test]
async fn more_fields_of_create_are_sent_and_none_of_the_apis_own_is_replaced() {
    let server = Script::play([fixture_answer("create.200.legacy.json")]).await;
    let mut config = config(&server.base);
    config.dialect = Dialect::Legacy;
    config.videoid_mode = true;
    config.extra = vec![
        ("residence_city".into(), "Madrid".into()),
        ("email".into(), "somebody@else".into()),
    ];
    Client::new(config)
        .unwrap()
        .create_videoid(&person())
        .await
        .unwrap();
    let body: serde_json::Value = serde_json::from_slice(&server.only().body).unwrap();
    let mut expected = fixture_json("create.request.minimal.json");
    expected["videoid_mode"] = 1.into();
    expected["residence_city"] = "Madrid".into();
    assert_eq!(body, expected);
}

#[tokio::test]
async fn paths_that_vary_can_be_configured() {
    let server = Script::play([
        Step::Answer(http(200, "application/pdf", b"%PDF-1.7")),
        json(200, b"{\"detail\":{}}"),
    ])
    .await;
    let mut config = config(&server.base);
    config.paths.contract = Some("/contract/{request_pk}/".into());
    config.paths.documents = Some("document/{request_pk}/list".into());
    let client = Client::new(config).unwrap();
    client.contract(PK.request_pk).await.unwrap();
    client.list_documents(PK.request_pk).await.unwrap();
    let received = server.received();
    assert_eq!(received[0].line(), "GET /oneshot/api/v1/contract/388141/");
    assert_eq!(received[1].line(), "GET /oneshot/api/v1/document/388141/list");
}
