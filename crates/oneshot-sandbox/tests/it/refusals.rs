//! What is refused, in the words of the fixtures.

use oneshot_sandbox::{BillingUser, Quirks, Sandbox, Settings};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::booth::{Booth, answer, clip, create_body, evidences_body, fixture, form, now};

/// A value at a place of a body changed, or taken out.
fn with(mut body: Value, place: &str, value: Option<Value>) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(name.to_owned(), value),
        None => parent.remove(name),
    };
    body
}

#[tokio::test]
async fn a_new_request_is_refused_in_the_vendors_words() {
    let booth = Booth::open().await;
    let check = async |place: &str, value: Option<Value>, status: u16, expect: Value| {
        let got = booth.post("videoid", &with(create_body(), place, value)).await;
        assert_eq!(got, (status, expect), "{place}");
    };
    check(
        "/registration_authority",
        Some(json!("1000")),
        404,
        fixture("create.404.ra-not-found"),
    )
    .await;
    let expect = json!({ "detail": "Videoid not enabled for Registration Authority 44" });
    check("/registration_authority", Some(json!("44")), 400, expect).await;
    check(
        "/registration_authority",
        None,
        400,
        fixture("create.400.missing-parameters"),
    )
    .await;
    check("/profile", None, 400, fixture("create.400.missing-parameters")).await;
    check(
        "/profile",
        Some(json!("PFother")),
        403,
        fixture("create.403.permission"),
    )
    .await;
    check(
        "/mobile_phone_number",
        Some(json!("699999999")),
        400,
        fixture("create.400.phone-prefix"),
    )
    .await;
    check("/email", Some(json!("mail")), 400, fixture("create.400.email")).await;
    check(
        "/env",
        Some(json!("xxxxx")),
        400,
        fixture("create.400.env-unknown"),
    )
    .await;
    check(
        "/env",
        Some(json!("prod")),
        500,
        fixture("create.500.certificates-path"),
    )
    .await;
    check(
        "/billing_password",
        Some(json!("in the clear")),
        500,
        fixture("create.500.billing-encoding"),
    )
    .await;
    assert!(booth.sandbox.requests().is_empty(), "nothing refused is kept");

    let fixture_of_ra = fixture("create.400.videoid-not-enabled");
    assert!(
        fixture_of_ra["detail"]
            .as_str()
            .unwrap()
            .starts_with("Videoid not enabled for Registration Authority ")
    );
}

#[tokio::test]
async fn billing_and_env_are_required_where_the_server_has_none() {
    let user = BillingUser {
        username: "billing@example.org".to_owned(),
        password: "secret".to_owned(),
    };
    let settings = Settings {
        billing_users: vec![user],
        env: None,
        ..Settings::default()
    };
    assert!(!format!("{settings:?}").contains("secret"));
    let booth = Booth::with(settings).await;
    assert_eq!(booth.post("videoid", &create_body()).await.0, 200);
    let got = booth.post("videoid", &with(create_body(), "/env", None)).await;
    assert_eq!(got, (400, fixture("create.400.missing-env")));
    let got = booth
        .post("videoid", &with(create_body(), "/billing_username", None))
        .await;
    assert_eq!(got, (400, fixture("create.400.missing-parameters")));
    let got = booth
        .post(
            "videoid",
            &with(create_body(), "/billing_password", Some(json!("d3Jvbmc="))),
        )
        .await;
    assert_eq!(got, (500, fixture("create.500.billing-credit")));
}

/// The places a 422 names, as `videoid_data/ocr_data/given_name`, without the `body` before them.
fn places(got: &(u16, Value)) -> Vec<String> {
    assert_eq!(got.0, 422, "{}", got.1);
    let problems = got.1["detail"].as_array().unwrap();
    let place = |problem: &Value| {
        assert!(
            problem["msg"].is_string() && problem["type"].is_string(),
            "{problem}"
        );
        let segments = problem["loc"].as_array().unwrap();
        segments
            .iter()
            .skip(1)
            .map(|it| it.as_str().unwrap())
            .collect::<Vec<_>>()
            .join("/")
    };
    problems.iter().map(place).collect()
}

#[tokio::test]
async fn fields_of_a_new_request_are_validated_all_at_once() {
    let booth = Booth::open().await;
    let got = booth.post("videoid", &with(create_body(), "/email", None)).await;
    assert_eq!(
        got.1["detail"][0]["loc"],
        fixture("create.422.field-required")["detail"][0]["loc"]
    );
    assert_eq!(places(&got), ["email"]);
    let got = booth
        .post("videoid", &json!({ "registration_authority": 139 }))
        .await;
    assert_eq!(
        places(&got),
        ["mobile_phone_number", "email", "registration_authority"]
    );
    assert_eq!(places(&booth.post("videoid", &json!([])).await), [""]);
    let text = booth
        .http
        .post(booth.url("videoid"))
        .body(create_body().to_string());
    assert_eq!(
        answer(text.send().await.unwrap()).await.0,
        422,
        "a body must say that it is JSON"
    );
}

#[tokio::test]
async fn evidences_are_validated_all_at_once() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let check = async |place: &str, value: Option<Value>| {
        let body = with(evidences_body("evidences.request"), place, value);
        let got = booth.evidences(videoid_pk, &body).await;
        assert_eq!(places(&got), [&place[1..]]);
    };
    for required in ["given_name", "surname_1", "serial_number"] {
        let place = format!("/videoid_data/ocr_data/{required}");
        check(&place, None).await;
        check(&place, Some(json!(" "))).await;
        check(&place, Some(json!(7))).await;
    }
    for key in [
        "description",
        "ip",
        "date",
        "user-agent",
        "url-web-videoid",
        "url-doc-privacypolicy",
        "url-doc-termsconditions",
    ] {
        check(&format!("/acceptance/{key}"), None).await;
    }
    check("/acceptance", Some(json!("yes"))).await;
    check("/acceptance/ip", Some(json!("my machine"))).await;
    check("/acceptance/date", Some(json!(now().to_string()))).await;
    check("/acceptance/date", Some(json!(now() / 1000))).await;
    check("/acceptance/date", Some(json!(now() + 3_600_000))).await;
    check("/acceptance/date", Some(json!(1_622_823_879_708_u64))).await;
    check("/videoid_data/images/document_front", Some(json!(null))).await;
    check("/videoid_data/security_checks/liveliness", Some(json!("true"))).await;
    check("/videoid_data/security_checks/liveliness", Some(json!(1))).await;
    check("/videoid_data/similarity_level", Some(json!(101))).await;
    check("/videoid_data/similarity_level", Some(json!(87.5))).await;
    check("/videoid_data/similarity_level", Some(json!(null))).await;
    check("/videoid_data/ocr_data/id_document_type", Some(json!("PASSPORT"))).await;
    check("/videoid_data/ocr_data/id_document_country", Some(json!("ESP"))).await;
    check("/videoid_data", None).await;

    let body = with(
        evidences_body("evidences.request"),
        "/videoid_data/ocr_data/given_name",
        None,
    );
    assert_eq!(
        booth.evidences(videoid_pk, &body).await,
        (422, fixture("evidences.422.missing-name"))
    );
    assert_eq!(
        booth.status(request_pk).await,
        "VIDEOPENDING",
        "nothing refused is kept"
    );
}

#[tokio::test]
async fn snake_case_acceptance_is_caught() {
    let booth = Booth::open().await;
    let (_, videoid_pk) = booth.create().await;
    let mut body = evidences_body("evidences.request");
    body["acceptance"]["user_agent"] = body["acceptance"]["user-agent"].take();
    body["acceptance"].as_object_mut().unwrap().remove("user-agent");
    assert_eq!(
        places(&booth.evidences(videoid_pk, &body).await),
        ["acceptance/user-agent"]
    );
}

#[tokio::test]
async fn json_that_does_not_parse_is_answered_with_its_place() {
    let booth = Booth::open().await;
    let (_, videoid_pk) = booth.create().await;
    let path = format!("videoid/{videoid_pk}/evidences");
    let send = async |body: &'static str| {
        let request = booth
            .http
            .post(booth.url(&path))
            .header("content-type", "application/json");
        answer(request.body(body).send().await.unwrap()).await
    };
    let expect = json!({ "detail": "Could not parse JSON body - Expecting ',' delimiter: line 2 column 11 (char 13)" });
    assert_eq!(send("{ \n  \"a\": {} \"b\": 1 }").await, (400, expect));
    let (status, body) = send("").await;
    assert_eq!(status, 400);
    assert!(
        body["detail"]
            .as_str()
            .unwrap()
            .starts_with("Could not parse JSON body - Expecting value"),
        "{body}"
    );
    let form = fixture("evidences.400.invalid-json");
    assert!(
        form["detail"]
            .as_str()
            .unwrap()
            .starts_with("Could not parse JSON body - Expecting ',' delimiter: line ")
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let booth = Booth::open().await;
    let evidences = evidences_body("evidences.request");
    assert_eq!(
        booth.evidences(1, &evidences).await,
        (404, fixture("evidences.404.not-found"))
    );
    assert_eq!(
        booth.video(1, clip()).await,
        (404, fixture("video.404.not-found"))
    );
    assert_eq!(
        booth.get("request/1").await,
        (404, fixture("read-request.404.not-found"))
    );
    let (_, videoid_pk) = booth.create().await;
    for path in [
        "videoid/1/video".to_owned(),
        format!("videoid/{videoid_pk}/video"),
    ] {
        assert_eq!(
            booth.get(&path).await,
            (404, json!({ "detail": "Request not found" })),
            "{path}"
        );
    }
    assert_eq!(booth.get("request/45836a").await.0, 422);
    assert_eq!(
        booth.get("videoid").await,
        (405, json!({ "detail": "Method Not Allowed" }))
    );
    assert_eq!(booth.get("").await.0, 404);

    let quirks = Quirks {
        missing_is_400: true,
        ..Quirks::default()
    };
    let booth = Booth::with(Settings {
        quirks,
        ..Settings::default()
    })
    .await;
    assert_eq!(
        booth.get("request/1").await,
        (400, fixture("read-request.400.not-found-inside"))
    );
    assert_eq!(
        booth.get("videoid/1/video").await,
        (400, fixture("download-video.400.not-found-inside"))
    );
}

#[tokio::test]
async fn a_video_must_be_a_file_in_the_part_named_video() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let send = async |form: Form| {
        let request = booth
            .http
            .post(booth.url(&format!("videoid/{videoid_pk}/video")))
            .multipart(form);
        answer(request.send().await.unwrap()).await
    };
    let missing = (422, fixture("video.422.no-file"));
    assert_eq!(
        send(Form::new().part("file", Part::bytes(clip()).file_name("video.mp4"))).await,
        missing
    );
    assert_eq!(send(Form::new().text("video", "no file")).await, missing);
    let json = booth
        .post(&format!("videoid/{videoid_pk}/video"), &json!({}))
        .await;
    assert_eq!(json, missing);
    let empty = send(form(Vec::new())).await;
    assert_eq!(empty, (400, json!({ "detail": "No video file provided" })));
    assert_eq!(booth.status(request_pk).await, "VIDEOPENDING");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_and_forgotten() {
    let booth = Booth::with(Settings {
        body_limit: 100_000,
        ..Settings::default()
    })
    .await;
    let (request_pk, videoid_pk) = booth.create().await;
    let (status, body) = booth.video(videoid_pk, vec![7; 8_000_000]).await;
    assert_eq!(
        (
            status,
            body.as_str()
                .is_some_and(|html| html.contains("413 Request Entity Too Large"))
        ),
        (413, true)
    );
    assert_eq!(booth.status(request_pk).await, "VIDEOPENDING");
}

#[tokio::test]
async fn it_listens_on_this_machine_only() {
    let everywhere = Settings {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Settings::default()
    };
    let error = Sandbox::start(everywhere.clone()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
    let booth = Booth::with(Settings {
        allow_other_machines: true,
        ..everywhere
    })
    .await;
    assert!(
        booth.sandbox.base_url().starts_with("http://127.0.0.1:"),
        "{}",
        booth.sandbox.base_url()
    );
    booth.create().await;
}

#[tokio::test]
async fn foreign_names_and_other_sites_are_turned_away() {
    let booth = Booth::open().await;
    let foreign = booth.http.get(booth.page("")).header("host", "evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let other_site = booth
        .http
        .post(booth.url("videoid"))
        .header("origin", "https://evil.example")
        .json(&create_body());
    assert_eq!(other_site.send().await.unwrap().status(), 403);
    assert!(booth.sandbox.requests().is_empty());
}
