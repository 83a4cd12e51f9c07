//! Creating a request and reading it back.

use oneshot::{
    Billing, Client, Created, Env, ErrorKind, Outcome, RequestPk, RequestStatus, Secret, VideoidPk,
};

use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, config, fixture_json, person};

fn full_config(base: &str) -> oneshot::Config {
    let mut config = config(base);
    config.env = Some(Env::Sandbox);
    config.billing = Some(Billing {
        username: "billing@example.org".into(),
        password: Secret::new("secret"),
    });
    config
}

#[tokio::test]
async fn create_sends_what_the_documents_show() {
    let server = Script::play([fixture_answer("create.200.json")]).await;
    let mut config = full_config(&server.base);
    config.user_agent = "Proofbooth/test".into();
    config
        .extra_headers
        .push(("X-Api-Key".into(), Secret::new("k3y")));
    Client::new(config)
        .unwrap()
        .create_videoid(&person())
        .await
        .unwrap();

    let request = server.only();
    assert_eq!(request.line(), "POST /oneshot/api/v1/videoid");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("user-agent"), Some("Proofbooth/test"));
    assert_eq!(request.header("x-api-key"), Some("k3y"));
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body, fixture_json("create.request.json"));
    insta::assert_snapshot!("create_body", String::from_utf8(request.body).unwrap());
}

#[tokio::test]
async fn what_the_server_has_in_its_settings_is_left_out() {
    let server = Script::play([fixture_answer("create.200.json")]).await;
    client(&server.base).create_videoid(&person()).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&server.only().body).unwrap();
    assert_eq!(body, fixture_json("create.request.minimal.json"));
}

#[tokio::test]
async fn every_documented_success_of_create_gives_both_numbers() {
    for (name, request_pk, videoid_pk, linked) in [
        ("create.200.json", 388141, 16673, false),
        ("create.200.no-videoid-pk.json", 388141, 16673, false),
        ("create.200.only-request-pk.json", 388141, 388141, false),
        ("create.200.string-ids.json", 388141, 16673, false),
        ("create.200.with-link.json", 388141, 16673, true),
        ("create.200.legacy.json", 45836, 150, false),
    ] {
        let server = Script::play([fixture_answer(name)]).await;
        let Created {
            request_pk: request,
            videoid_pk: videoid,
            videoid_link,
        } = client(&server.base).create_videoid(&person()).await.unwrap();
        assert_eq!(request, RequestPk::new(request_pk), "{name}");
        assert_eq!(videoid, VideoidPk::new(videoid_pk), "{name}");
        assert_eq!(videoid_link.is_some(), linked, "{name}");
    }
}

#[tokio::test]
async fn a_refusal_under_http_200_is_a_refusal() {
    let server = Script::play([fixture_answer("create.400.phone-prefix.http-200.json")]).await;
    let error = client(&server.base).create_videoid(&person()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.http_status, error.body_code()),
        (ErrorKind::Invalid, Some(200), Some(400))
    );
    assert_eq!(
        error.message.as_deref(),
        Some("Please use the mobile phone number with an international prefix"),
        "the person at the screen can act on it"
    );
}

#[tokio::test]
async fn a_request_is_read_back_by_its_own_number() {
    let server = Script::play([fixture_answer("read-request.200.review.json")]).await;
    let record = client(&server.base)
        .read_request(RequestPk::new(388141))
        .await
        .unwrap();
    assert_eq!(server.only().line(), "GET /oneshot/api/v1/request/388141");
    assert_eq!(record.status, RequestStatus::VideoReview);
    assert_eq!(record.videoid_pk, Some(VideoidPk::new(16673)));
    assert_eq!(record.videoid_status.as_deref(), Some("COMPLETE"));
    assert!(record.videoid_data_present && record.evidences_present);
    assert_eq!(record.registration_authority, Some(139));
}

#[tokio::test]
async fn each_documented_record_is_understood() {
    for (name, pk, status, present, evidences) in [
        (
            "read-request.200.pending.json",
            388141,
            RequestStatus::VideoPending,
            false,
            false,
        ),
        (
            "read-request.200.incomplete.json",
            388141,
            RequestStatus::VideoIncomplete,
            true,
            false,
        ),
        (
            "read-request.200.legacy.json",
            45013,
            RequestStatus::Created,
            true,
            true,
        ),
    ] {
        let server = Script::play([fixture_answer(name)]).await;
        let record = client(&server.base)
            .read_request(RequestPk::new(pk))
            .await
            .unwrap();
        assert_eq!(
            (
                record.status,
                record.videoid_data_present,
                record.evidences_present
            ),
            (status, present, evidences),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_path_of_reading_can_be_configured() {
    let server = Script::play([fixture_answer("read-request.200.review.json")]).await;
    let mut config = config(&server.base);
    config.get_request_path = "requests/{request_pk}/".into();
    Client::new(config)
        .unwrap()
        .read_request(RequestPk::new(388141))
        .await
        .unwrap();
    assert_eq!(server.only().line(), "GET /oneshot/api/v1/requests/388141/");
}

#[tokio::test]
async fn another_requests_record_is_an_error() {
    let server = Script::play([fixture_answer("read-request.200.review.json")]).await;
    let error = client(&server.base)
        .read_request(RequestPk::new(388142))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unexpected);
}

#[tokio::test]
async fn a_success_without_a_number_is_not_repeated_blindly() {
    for body in [
        &b"{\"status\":\"success\"}"[..],
        b"",
        b"[]",
        b"{\"status\":\"success\",\"detail\":{\"requ",
    ] {
        let server = Script::play([json(200, body)]).await;
        let error = client(&server.base).create_videoid(&person()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
        assert_eq!(error.retry(), oneshot::Retry::FindOut);
    }
}

#[tokio::test]
async fn json_is_json_whatever_it_is_called() {
    let body = crate::fixture("create.200.json");
    let server = Script::play([Step::Answer(http(201, "text/html", &body))]).await;
    client(&server.base).create_videoid(&person()).await.unwrap();
}
