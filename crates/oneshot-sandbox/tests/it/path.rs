//! The way of a case, from a new request to `VIDEOREVIEW`, and what is kept of it.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oneshot_sandbox::{Operation, Quirks, Settings, Status};
use serde_json::{Value, json};

use crate::booth::{Booth, clip, data, evidences_body, fixture, form};

#[tokio::test]
async fn evidences_then_video_lead_to_review() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    assert_eq!(booth.status(request_pk).await, "VIDEOPENDING");

    let answer = booth
        .evidences(videoid_pk, &evidences_body("evidences.request"))
        .await;
    assert_eq!(answer, (200, fixture("evidences.200")));
    assert_eq!(booth.status(request_pk).await, "VIDEOINCOMPLETE");

    let answer = booth.video(videoid_pk, clip()).await;
    assert_eq!(answer, (200, fixture("video.200")));
    assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");

    let states: Vec<Status> = booth
        .sandbox
        .request(request_pk)
        .unwrap()
        .history
        .iter()
        .map(|change| change.status)
        .collect();
    assert_eq!(states, [Status::Pending, Status::Incomplete, Status::Review]);
}

#[tokio::test]
async fn video_then_evidences_lead_to_review() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    booth.video(videoid_pk, clip()).await;
    assert_eq!(booth.status(request_pk).await, "VIDEOINCOMPLETE");
    booth
        .evidences(videoid_pk, &evidences_body("evidences.request"))
        .await;
    assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");
}

#[tokio::test]
async fn what_nobody_measured_and_what_a_passport_has_not_are_not_needed() {
    let booth = Booth::open().await;
    for name in [
        "evidences.request.unmeasured",
        "evidences.request.passport",
        "evidences.request.similarity-number",
    ] {
        let (request_pk, videoid_pk) = booth.create().await;
        let (status, body) = booth.evidences(videoid_pk, &evidences_body(name)).await;
        assert_eq!(status, 200, "{name}: {body}");
        booth.video(videoid_pk, clip()).await;
        assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW", "{name}");
    }

    let mut body = evidences_body("evidences.request.unmeasured");
    body["videoid_data"]
        .as_object_mut()
        .unwrap()
        .remove("security_checks");
    let (request_pk, videoid_pk) = booth.create().await;
    booth.evidences(videoid_pk, &body).await;
    booth.video(videoid_pk, clip()).await;
    assert_eq!(
        booth.status(request_pk).await,
        "VIDEOREVIEW",
        "no check at all was measured"
    );
}

#[tokio::test]
async fn a_card_without_its_rear_stays_incomplete_until_it_comes() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let whole = evidences_body("evidences.request");
    let mut part = whole.clone();
    part["videoid_data"]["images"]
        .as_object_mut()
        .unwrap()
        .remove("document_rear");
    assert_eq!(booth.evidences(videoid_pk, &part).await.0, 200);
    booth.video(videoid_pk, clip()).await;
    assert_eq!(booth.status(request_pk).await, "VIDEOINCOMPLETE");
    assert_eq!(
        booth.sandbox.request(request_pk).unwrap().missing(),
        ["document_rear"]
    );

    assert_eq!(booth.evidences(videoid_pk, &whole).await.0, 200);
    assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");
}

#[tokio::test]
async fn what_cannot_be_used_ends_in_an_error_and_may_be_sent_again() {
    let booth = Booth::open().await;
    let front = data("synthdocs/ESP_DNI_0_front.jpg");
    let broken = [
        ("not base64", json!("data:image/jpeg;base64,/9j/4AAQ")),
        (
            "a PDF",
            json!(STANDARD.encode("%PDF-1.7 a document, but no picture")),
        ),
        (
            "half a picture",
            json!(STANDARD.encode(&front[..front.len() / 2])),
        ),
        ("nothing", json!("")),
    ];
    for (what, text) in broken {
        let (request_pk, videoid_pk) = booth.create().await;
        let whole = evidences_body("evidences.request");
        let mut body = whole.clone();
        body["videoid_data"]["images"]["document_front"] = text;
        assert_eq!(
            booth.evidences(videoid_pk, &body).await.0,
            200,
            "{what}: the server looks afterwards"
        );
        assert_eq!(booth.status(request_pk).await, "VIDEOERROR", "{what}");
        let problems = booth.sandbox.request(request_pk).unwrap().problems();
        assert!(
            problems.len() == 1 && problems[0].starts_with("document_front: "),
            "{what}: {problems:?}"
        );
        booth.video(videoid_pk, clip()).await;
        assert_eq!(
            booth.status(request_pk).await,
            "VIDEOERROR",
            "{what}: a video does not mend a picture"
        );
        assert_eq!(booth.evidences(videoid_pk, &whole).await.0, 200, "{what}");
        assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW", "{what}: mended");
    }

    let video = clip();
    for broken in [
        front,
        video[..video.len() / 2].to_vec(),
        b"\0\0\0\x18ftypisom".to_vec(),
    ] {
        let (request_pk, videoid_pk) = booth.create().await;
        booth
            .evidences(videoid_pk, &evidences_body("evidences.request"))
            .await;
        assert_eq!(booth.video(videoid_pk, broken).await.0, 200);
        assert_eq!(booth.status(request_pk).await, "VIDEOERROR");
        assert_eq!(booth.video(videoid_pk, video.clone()).await.0, 200);
        assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");
    }
}

#[tokio::test]
async fn evidences_and_finished_requests_are_write_once() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let body = evidences_body("evidences.request");
    booth.evidences(videoid_pk, &body).await;
    let refused = booth.evidences(videoid_pk, &body).await;
    assert_wrapped_412(&refused, "Cannot upload evidences data for Request", request_pk);

    // The video was lost on its way, say: it may come again until the request is complete, and not after.
    booth.video(videoid_pk, clip()).await;
    let refused = booth.video(videoid_pk, clip()).await;
    assert_wrapped_412(&refused, "Cannot upload video for Request", request_pk);
    let refused = booth.evidences(videoid_pk, &body).await;
    assert_wrapped_412(&refused, "Cannot upload evidences data for Request", request_pk);
    assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");
}

/// As the fixture has it, but with this request's number and an id of its own.
fn assert_wrapped_412(answer: &(u16, Value), what: &str, request_pk: u64) {
    let detail = answer.1["detail"].as_str().unwrap();
    let (said, inner) = detail.split_once(": ").unwrap();
    assert_eq!((answer.0, said.to_owned()), (500, format!("{what} {request_pk}")));
    let expect = fixture("evidences.500.complete");
    let (_, expect) = expect["detail"].as_str().unwrap().split_once(": ").unwrap();
    let id = |inner: &str| {
        serde_json::from_str::<Value>(inner).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(inner.replace(&id(inner), "id"), expect.replace(&id(expect), "id"));
    assert_eq!(id(inner).len(), 16);
}

#[tokio::test]
async fn everything_sent_is_kept_as_it_was() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let names = [
        ("document_front", "synthdocs/ESP_DNI_0_front.jpg"),
        ("document_rear", "synthdocs/ESP_DNI_0_back.jpg"),
        ("document_photo", "synthdocs/ESP_PASS_0_front.jpg"),
        ("document_owner", "synthdocs/ESP_PASS_1_front.jpg"),
    ];
    let mut body = evidences_body("evidences.request.unmeasured");
    for (name, file) in names {
        body["videoid_data"]["images"][name] = STANDARD.encode(data(file)).into();
    }
    booth.evidences(videoid_pk, &body).await;
    booth.video(videoid_pk, clip()).await;

    let kept = booth.sandbox.request(request_pk).unwrap();
    assert_eq!((kept.status, kept.videoid_pk), (Status::Review, videoid_pk));
    assert_eq!(kept.create["email"], "mail@domain");
    assert!(
        kept.create.get("billing_password").is_none(),
        "a secret is checked, not kept"
    );
    let evidences = kept.evidences.as_ref().unwrap();
    for (name, file) in names {
        assert_eq!(evidences.pictures[name].bytes, data(file), "{name}");
    }
    assert_eq!(evidences.at(&["acceptance"]), Some(&body["acceptance"]));
    assert_eq!(
        evidences.at(&["videoid_data", "security_checks"]),
        Some(&body["videoid_data"]["security_checks"])
    );
    assert_eq!(evidences.field("given_name"), Some("Name"));
    assert_eq!(
        evidences.upload.content_length(),
        Some(serde_json::to_vec(&body).unwrap().len() as u64)
    );
    assert_eq!(evidences.upload.user_agent(), Some("booth-test/1"));
    let video = kept.video.as_ref().unwrap();
    assert_eq!(video.bytes, clip());
    assert_eq!(
        (video.file_name.as_deref(), video.content_type.as_deref()),
        (Some("video.mp4"), Some("video/mp4"))
    );
    assert_eq!(
        video.upload.content_length(),
        Some(video.upload.body_bytes),
        "the length was announced"
    );
    assert!(
        !format!("{kept:?}").contains("mail@domain"),
        "a log line says nothing about a person"
    );

    let calls = booth.sandbox.history();
    let said: Vec<_> = calls
        .iter()
        .map(|call| (call.operation, call.status, call.request_pk))
        .collect();
    assert_eq!(
        said,
        [
            (Some(Operation::CreateVideoid), Some(200), Some(request_pk)),
            (Some(Operation::UploadEvidences), Some(200), Some(request_pk)),
            (Some(Operation::UploadVideo), Some(200), Some(request_pk)),
        ]
    );
}

#[tokio::test]
async fn the_record_reads_back_like_the_fixtures() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let path = format!("request/{request_pk}");
    assert_same_shape(
        &fixture("read-request.200.pending"),
        &booth.get(&path).await.1,
        "pending",
    );
    booth.video(videoid_pk, clip()).await;
    assert_same_shape(
        &fixture("read-request.200.incomplete"),
        &booth.get(&path).await.1,
        "incomplete",
    );
    let body = evidences_body("evidences.request");
    booth.evidences(videoid_pk, &body).await;
    let (_, record) = booth.get(&path).await;
    assert_same_shape(&fixture("read-request.200.review"), &record, "review");

    let detail = &record["detail"];
    assert_eq!(detail["pk"], request_pk);
    assert_eq!(
        detail["registration_authority"], 139,
        "an integer when it is read back"
    );
    assert_eq!(detail["videoid_data"]["pk"], videoid_pk);
    assert_eq!(
        detail["videoid_data"]["data"], body["videoid_data"],
        "what was sent, pictures too"
    );
    assert_eq!(detail["videoid_data"]["acceptance"], body["acceptance"]);

    let (_, create) = booth.post("videoid", &fixture("create.request.minimal")).await;
    assert_same_shape(&fixture("create.200"), &create, "create");
}

/// Every member of the fixture is there, of the same kind.
fn assert_same_shape(expect: &Value, got: &Value, place: &str) {
    match (expect, got) {
        (Value::Object(expect), Value::Object(got)) => {
            for (name, expect) in expect {
                let got = got
                    .get(name)
                    .unwrap_or_else(|| panic!("{place}.{name} is missing"));
                assert_same_shape(expect, got, &format!("{place}.{name}"));
            }
        }
        (expect, got) => {
            assert_eq!(
                std::mem::discriminant(expect),
                std::mem::discriminant(got),
                "{place}: {got}"
            );
        }
    }
}

#[tokio::test]
async fn the_video_comes_back_as_it_was_sent() {
    let booth = Booth::open().await;
    let (_, videoid_pk) = booth.create().await;
    booth.video(videoid_pk, clip()).await;
    let response = booth
        .http
        .get(booth.url(&format!("videoid/{videoid_pk}/video")))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "video/mp4");
    assert_eq!(response.bytes().await.unwrap(), clip());
}

#[tokio::test]
async fn processing_takes_its_time() {
    let settings = Settings {
        processing_delay: Duration::from_millis(300),
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    let (request_pk, videoid_pk) = booth.create().await;
    booth
        .evidences(videoid_pk, &evidences_body("evidences.request"))
        .await;
    let begun = Instant::now();
    booth.video(videoid_pk, clip()).await;
    let complete = booth.video(videoid_pk, clip()).await;
    assert_eq!(complete.0, 500, "what is being processed is complete");
    assert!(booth.sandbox.request(request_pk).unwrap().missing().is_empty());
    let mut seen = vec![booth.status(request_pk).await];
    while seen.last().is_none_or(|status| status != "VIDEOREVIEW") {
        tokio::time::sleep(Duration::from_millis(20)).await;
        seen.push(booth.status(request_pk).await);
        assert!(begun.elapsed() < Duration::from_secs(20), "review never came");
    }
    assert_eq!(seen[0], "VIDEOINCOMPLETE");
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn every_prefix_and_slash_works_without_a_redirect() {
    let booth = Booth::open().await;
    let root = booth.sandbox.page_url();
    for prefix in ["oneshot/api/v1", "oneshot/api/v1/api/v1"] {
        for slash in ["", "/"] {
            let url = |path: &str| format!("{root}{prefix}/{path}{slash}");
            let created = booth
                .http
                .post(url("videoid"))
                .json(&fixture("create.request"))
                .send()
                .await
                .unwrap();
            let (status, created) = crate::booth::answer(created).await;
            assert_eq!(status, 200, "{prefix}, {slash:?}");
            let videoid_pk = &created["detail"]["videoid_pk"];
            let body = evidences_body("evidences.request");
            let path = format!("videoid/{videoid_pk}/evidences");
            assert_eq!(
                booth
                    .http
                    .post(url(&path))
                    .json(&body)
                    .send()
                    .await
                    .unwrap()
                    .status(),
                200
            );
            let path = format!("videoid/{videoid_pk}/video");
            assert_eq!(
                booth
                    .http
                    .post(url(&path))
                    .multipart(form(clip()))
                    .send()
                    .await
                    .unwrap()
                    .status(),
                200
            );
            assert_eq!(booth.http.get(url(&path)).send().await.unwrap().status(), 200);
            let path = format!("request/{}", created["detail"]["request_pk"]);
            assert_eq!(booth.http.get(url(&path)).send().await.unwrap().status(), 200);
        }
    }
    assert_eq!(booth.sandbox.requests().len(), 4);
}

#[tokio::test]
async fn the_two_ids_of_a_request_cannot_be_mixed_up() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let (other, _) = booth.create().await;
    assert!(request_pk >= 45_836 && (16_673..45_836).contains(&videoid_pk) && other != request_pk);
    assert_eq!(booth.get(&format!("request/{videoid_pk}")).await.0, 404);
    assert_eq!(
        booth.video(request_pk, clip()).await,
        (404, fixture("video.404.not-found"))
    );
}

#[tokio::test]
async fn the_spelling_is_a_quirk_that_can_be_switched_off() {
    let booth = Booth::open().await;
    let (_, body) = booth.post("videoid", &fixture("create.request")).await;
    assert!(
        body["messsage"]
            .as_str()
            .unwrap()
            .starts_with("VideoID created with pk 16673"),
        "{body}"
    );
    let quirks = Quirks {
        messsage: false,
        ..Quirks::default()
    };
    let booth = Booth::with(Settings {
        quirks,
        ..Settings::default()
    })
    .await;
    let (_, body) = booth.post("videoid", &fixture("create.request")).await;
    assert!(
        body["message"].is_string() && body.get("messsage").is_none(),
        "{body}"
    );
}

#[tokio::test]
async fn the_oldest_requests_are_forgotten_first() {
    let booth = Booth::with(Settings {
        keep_requests: 2,
        ..Settings::default()
    })
    .await;
    let (first, _) = booth.create().await;
    let (second, _) = booth.create().await;
    let (third, _) = booth.create().await;
    let held: Vec<u64> = booth
        .sandbox
        .requests()
        .iter()
        .map(|request| request.request_pk)
        .collect();
    assert_eq!(held, [second, third]);
    assert_eq!(booth.get(&format!("request/{first}")).await.0, 404);

    let booth = Booth::with(Settings {
        keep_bytes: clip().len() as u64,
        ..Settings::default()
    })
    .await;
    let (_, videoid_pk) = booth.create().await;
    booth.video(videoid_pk, clip()).await;
    assert_eq!(booth.sandbox.requests().len(), 1);
    let (kept, videoid_pk) = booth.create().await;
    booth.video(videoid_pk, clip()).await;
    let held: Vec<u64> = booth
        .sandbox
        .requests()
        .iter()
        .map(|request| request.request_pk)
        .collect();
    assert_eq!(held, [kept], "two videos are more than one video's bytes");
}
