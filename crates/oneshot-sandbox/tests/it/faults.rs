//! Each knob does what it says, once.

use std::time::{Duration, Instant};

use oneshot_sandbox::{Fault, Operation};
use serde_json::{Value, json};

use crate::booth::{Booth, clip, create_body, evidences_body, fixture, form};

#[tokio::test]
async fn a_delay_holds_back_the_answer_and_not_the_work() {
    let booth = Booth::open().await;
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Delay(Duration::from_millis(200)));
    let begun = Instant::now();
    assert_eq!(booth.post("videoid", &create_body()).await.0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(200));

    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Delay(Duration::from_secs(600)));
    let impatient = booth
        .http
        .post(booth.url("videoid"))
        .json(&create_body())
        .timeout(Duration::from_millis(300));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    assert_eq!(
        booth.sandbox.requests().len(),
        2,
        "who did not wait has a request all the same"
    );
    let calls = booth.sandbox.history();
    assert_eq!(
        (calls[1].status, calls[1].request_pk),
        (None, Some(booth.sandbox.requests()[1].request_pk))
    );
}

#[tokio::test]
async fn dropping_closes_without_an_answer_before_or_after_the_work() {
    let booth = Booth::open().await;
    for (fault, requests) in [(Fault::DropBefore, 0), (Fault::DropAfter, 1)] {
        booth.sandbox.fail_next(Operation::CreateVideoid, fault);
        let error = booth
            .http
            .post(booth.url("videoid"))
            .json(&create_body())
            .send()
            .await
            .unwrap_err();
        assert!(
            !error.is_timeout() && error.status().is_none(),
            "{fault}: {error:?}"
        );
        assert_eq!(booth.sandbox.requests().len(), requests, "{fault}");
        let call = booth.sandbox.history().pop().unwrap();
        assert_eq!((call.status, call.fault), (None, Some(fault)));
    }

    let (request_pk, videoid_pk) = booth.create().await;
    let url = booth.url(&format!("videoid/{videoid_pk}/video"));
    booth.sandbox.fail_next(Operation::UploadVideo, Fault::DropBefore);
    assert!(
        booth
            .http
            .post(&url)
            .multipart(form(clip()))
            .send()
            .await
            .is_err()
    );
    assert!(booth.sandbox.request(request_pk).unwrap().video.is_none());
    booth.sandbox.fail_next(Operation::UploadVideo, Fault::DropAfter);
    assert!(
        booth
            .http
            .post(&url)
            .multipart(form(clip()))
            .send()
            .await
            .is_err()
    );
    assert_eq!(
        booth.sandbox.request(request_pk).unwrap().video.unwrap().bytes,
        clip()
    );
}

#[tokio::test]
async fn something_in_between_answers_instead() {
    let booth = Booth::open().await;
    let faults = [
        (Fault::Html502, 502, "502 Bad Gateway"),
        (Fault::Html413, 413, "413 Request Entity Too Large"),
        (Fault::Html200, 200, "Sign in"),
    ];
    for (fault, expect, words) in faults {
        booth.sandbox.fail_next(Operation::CreateVideoid, fault);
        let response = booth
            .http
            .post(booth.url("videoid"))
            .json(&create_body())
            .send()
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (expect, &"text/html".parse().unwrap())
        );
        assert!(response.text().await.unwrap().contains(words), "{fault}");
    }
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Status422);
    let (status, body) = booth.post("videoid", &create_body()).await;
    assert_eq!(
        (status, &body["detail"][0]["loc"]),
        (422, &fixture("create.422.field-required")["detail"][0]["loc"])
    );
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Wrapped412);
    let (status, body) = booth.post("videoid", &create_body()).await;
    let (_, inner) = body["detail"].as_str().unwrap().split_once(": ").unwrap();
    let inner: Value = serde_json::from_str(inner).unwrap();
    assert_eq!(
        (status, &inner["code"], &inner["error"]),
        (500, &json!("412"), &json!("Invalid request status"))
    );

    assert!(
        booth.sandbox.requests().is_empty(),
        "none of these reached the server behind"
    );
    booth.create().await;
}

#[tokio::test]
async fn an_answer_breaks_off_or_is_empty_though_the_work_is_done() {
    let booth = Booth::open().await;
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::TruncatedBody);
    let response = booth
        .http
        .post(booth.url("videoid"))
        .json(&create_body())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "the head is whole");
    assert!(
        response.content_length().is_some_and(|length| length > 50),
        "the whole length is announced"
    );
    assert!(response.bytes().await.is_err(), "the body is not");

    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::EmptyBody);
    let response = booth
        .http
        .post(booth.url("videoid"))
        .json(&create_body())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.unwrap().is_empty());
    assert_eq!(booth.sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_slow_server_takes_a_body_at_its_own_pace() {
    let booth = Booth::open().await;
    let (_, videoid_pk) = booth.create().await;
    let size = clip().len() as u64;
    let bytes_per_second = u32::try_from(size * 4).unwrap();
    booth
        .sandbox
        .fail_next(Operation::UploadVideo, Fault::SlowRead { bytes_per_second });
    let begun = Instant::now();
    assert_eq!(booth.video(videoid_pk, clip()).await.0, 200);
    assert!(
        begun.elapsed() >= Duration::from_millis(245),
        "a quarter of a second, not {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_fault_meets_only_its_own_call_and_only_once() {
    let booth = Booth::open().await;
    booth.sandbox.fail_next(Operation::GetRequest, Fault::Html502);
    booth.sandbox.fail_next(Operation::DownloadVideo, Fault::Html502);
    let (request_pk, videoid_pk) = booth.create().await;
    assert_eq!(
        booth
            .evidences(videoid_pk, &evidences_body("evidences.request"))
            .await
            .0,
        200
    );
    assert_eq!(booth.video(videoid_pk, clip()).await.0, 200);
    assert_eq!(booth.get(&format!("request/{request_pk}")).await.0, 502);
    assert_eq!(booth.get(&format!("request/{request_pk}")).await.0, 200);
    assert_eq!(booth.get(&format!("videoid/{videoid_pk}/video")).await.0, 502);
}

#[tokio::test]
async fn another_process_sets_the_knobs_over_http() {
    let booth = Booth::open().await;
    let url = booth.page("_sandbox/faults");
    let set = async |operation: &str, fault: &str| {
        let body = json!({ "operation": operation, "fault": fault });
        crate::booth::answer(booth.http.post(&url).json(&body).send().await.unwrap()).await
    };
    let (status, waiting) = set("create_videoid", "html502").await;
    assert_eq!(
        (status, waiting),
        (
            200,
            json!([{ "operation": "create_videoid", "fault": "html502" }])
        )
    );
    set("upload_video", "delay:5").await;
    assert_eq!(booth.post("videoid", &create_body()).await.0, 502);
    let (status, wrong) = set("create_videoid", "html503").await;
    assert!(
        status == 400 && wrong["detail"].as_str().unwrap().contains("html502"),
        "{wrong}"
    );

    assert_eq!(booth.http.delete(&url).send().await.unwrap().status(), 204);
    let waiting: Value = booth.http.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(waiting, json!([]));
    // A page of the open web can send a form without asking first, but no JSON.
    let form = booth
        .http
        .post(&url)
        .body(r#"{"operation":"create_videoid","fault":"html502"}"#);
    assert_eq!(form.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn stopping_lets_a_call_end_and_dropping_does_not() {
    let booth = Booth::open().await;
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Delay(Duration::from_millis(300)));
    let request = booth.http.post(booth.url("videoid")).json(&create_body());
    let url = booth.url("videoid");
    let call = tokio::spawn(request.send());
    while booth.sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    booth.sandbox.stop().await;
    assert_eq!(call.await.unwrap().unwrap().status(), 200);
    assert!(
        booth
            .http
            .post(&url)
            .json(&create_body())
            .send()
            .await
            .unwrap_err()
            .is_connect()
    );

    let booth = Booth::open().await;
    booth
        .sandbox
        .fail_next(Operation::CreateVideoid, Fault::Delay(Duration::from_secs(600)));
    let call = tokio::spawn(booth.http.post(booth.url("videoid")).json(&create_body()).send());
    while booth.sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(booth.sandbox);
    let ended = tokio::time::timeout(Duration::from_secs(10), call)
        .await
        .expect("closed at once");
    assert!(ended.unwrap().is_err());
}
