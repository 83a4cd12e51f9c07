//! Whom changes concern is told of them, in both forms.

use std::time::Duration;

use oneshot_sandbox::{RegistrationAuthority, Settings, WebhookFormat, WebhookTarget};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::booth::{Booth, create_body, fixture};
use crate::case::{Case, Way};

/// Takes webhooks and answers with `status`.
async fn receiver(status: u16) -> (String, mpsc::Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/videoid?a=b", listener.local_addr().unwrap());
    let (told, received) = mpsc::channel(100);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = Vec::new();
            let body = loop {
                stream.read_buf(&mut bytes).await.unwrap();
                let text = String::from_utf8_lossy(&bytes);
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                assert!(head.starts_with("POST /videoid?a=b HTTP/1.1"), "{head}");
                if let Ok(body) = serde_json::from_str::<Value>(body) {
                    break body;
                }
            };
            told.send(body).await.unwrap();
            let answer = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, received)
}

fn telling(url: String, format: WebhookFormat) -> Settings {
    let authority = RegistrationAuthority {
        webhook: Some(WebhookTarget { url, format }),
        ..RegistrationAuthority::new("139")
    };
    Settings {
        registration_authorities: vec![authority],
        ..Settings::default()
    }
}

/// Every member of the fixture, and no other, of the same kind.
fn assert_same_shape(got: &Value, expect: &Value, place: &str) {
    match (got, expect) {
        (Value::Object(got), Value::Object(expect)) => {
            let names = |it: &serde_json::Map<String, Value>| it.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(got), names(expect), "{place}");
            for (name, value) in got {
                assert_same_shape(value, &expect[name], &format!("{place}.{name}"));
            }
        }
        (Value::Array(got), Value::Array(expect)) => {
            assert_eq!(got.len(), expect.len(), "{place}");
            for (got, expect) in got.iter().zip(expect) {
                assert_same_shape(got, expect, place);
            }
        }
        (got, expect) => {
            let kinds = (std::mem::discriminant(got), std::mem::discriminant(expect));
            assert_eq!(kinds.0, kinds.1, "{place}: {got}");
        }
    }
}

#[tokio::test]
async fn each_change_is_told_once_and_in_order() {
    let (url, mut received) = receiver(200).await;
    let booth = Booth::with(telling(url, WebhookFormat::B)).await;
    let case = Case::approved(&booth, Way::Current).await;
    case.paper().await;
    let order = json!({ "secret": case.code().await });
    assert_eq!(case.sign(order).await.0, 200);
    let expect = [
        ("REQUEST_CREATED", "VIDEOPENDING", "webhook.request.created"),
        (
            "VIDEOID_UPDATED",
            "VIDEOINCOMPLETE",
            "webhook.request.updated-incomplete",
        ),
        ("VIDEOID_UPDATED", "VIDEOREVIEW", "webhook.request.updated-review"),
        ("REQUEST_APPROVED", "ENROLLREADY", "webhook.request.approved"),
        ("REQUEST_ENROLLED", "ISSUED", "webhook.request.enrolled"),
    ];
    for (event, status, name) in expect {
        let told = received.recv().await.unwrap();
        assert_eq!(
            (&told["event_type"], &told["request"]["status"]),
            (&json!(event), &json!(status))
        );
        assert_eq!(told["request"]["pk"], case.request_pk);
        assert_same_shape(&told, &fixture(name), name);
        assert_eq!(told["sent_at"].as_str().unwrap().len(), "20250715083633".len());
    }
    assert!(received.try_recv().is_err(), "and nothing else");
}

#[tokio::test]
async fn the_older_form_names_the_state_before() {
    let (url, mut received) = receiver(200).await;
    let booth = Booth::with(telling(url, WebhookFormat::A)).await;
    let case = Case::in_review(&booth, Way::Legacy, "139").await;
    let mut body = case.officer();
    body["reason"] = json!("Expired document");
    assert_eq!(
        case.call("POST", &case.videoid("refuse"), Some(body)).await.0,
        200
    );
    let expect = [
        (json!(null), "VIDEOPENDING", "webhook.request.created.legacy"),
        (
            json!("VIDEOPENDING"),
            "VIDEOINCOMPLETE",
            "webhook.request.incomplete.legacy",
        ),
        (
            json!("VIDEOINCOMPLETE"),
            "VIDEOREVIEW",
            "webhook.request.review.legacy",
        ),
        (
            json!("VIDEOREVIEW"),
            "CANCELLED",
            "webhook.request.refused.legacy",
        ),
    ];
    for (before, status, name) in expect {
        let told = received.recv().await.unwrap();
        assert_eq!(
            (&told["previous_status"], &told["status"]),
            (&before, &json!(status))
        );
        assert_eq!(told["request"], case.request_pk);
        assert_same_shape(&told, &fixture(name), name);
        assert_eq!(
            told["date"].as_str().unwrap().len(),
            "2021-07-20T08:08:21.132394".len()
        );
    }
}

#[tokio::test]
async fn refused_and_cancelled_are_told_apart_in_the_newer_form() {
    for (refused, event) in [(true, "VIDEOID_REFUSED"), (false, "REQUEST_CANCELED")] {
        let (url, mut received) = receiver(200).await;
        let booth = Booth::with(telling(url, WebhookFormat::B)).await;
        let case = Case::in_review(&booth, Way::Current, "139").await;
        if refused {
            let mut body = case.officer();
            body["reason"] = json!("Expired document");
            case.call("POST", &case.videoid("refuse"), Some(body)).await;
        } else {
            case.call("DELETE", &case.of("request"), None).await;
        }
        let mut last = received.recv().await.unwrap();
        while last["request"]["status"] != "CANCELLED" {
            last = received.recv().await.unwrap();
        }
        assert_eq!(last["event_type"], event);
    }
}

#[tokio::test]
async fn an_address_for_tests_comes_with_the_older_dialects_call_only() {
    let (url, mut received) = receiver(200).await;
    let booth = Booth::open().await;
    let mut body = create_body();
    body["webhook_url"] = json!(url);
    assert_eq!(booth.post("videoid", &body).await.0, 200);
    let legacy = format!("{}/videoid", booth.sandbox.legacy_base_url());
    assert_eq!(
        booth.http.post(legacy).json(&body).send().await.unwrap().status(),
        200
    );
    let told = received.recv().await.unwrap();
    let legacy = booth.sandbox.requests()[1].request_pk;
    assert_eq!(
        (&told["request"], &told["status"]),
        (&json!(legacy), &json!("VIDEOPENDING"))
    );
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_as_often_as_is_set() {
    let (url, mut received) = receiver(503).await;
    let settings = Settings {
        webhook_retries: 2,
        ..telling(url, WebhookFormat::B)
    };
    let booth = Booth::with(settings).await;
    booth.create().await;
    for _ in 0..3 {
        assert_eq!(received.recv().await.unwrap()["event_type"], "REQUEST_CREATED");
    }
    let told = loop {
        let told = booth.sandbox.webhooks();
        if told.len() == 3 {
            break told;
        }
        tokio::task::yield_now().await;
    };
    let attempts: Vec<_> = told.iter().map(|it| (it.attempt, it.status)).collect();
    assert_eq!(attempts, [(1, Some(503)), (2, Some(503)), (3, Some(503))]);
}

#[tokio::test]
async fn who_does_not_answer_or_is_elsewhere_holds_nothing_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", silent.local_addr().unwrap());
    // An address for documentation (RFC 5737): nothing of the sandbox goes there.
    for url in [
        nobody,
        "http://192.0.2.1/".to_owned(),
        "https://127.0.0.1/".to_owned(),
        "nonsense".to_owned(),
    ] {
        let settings = Settings {
            webhook_timeout: Duration::from_millis(100),
            ..telling(url.clone(), WebhookFormat::A)
        };
        let booth = Booth::with(settings).await;
        booth.create().await;
        let told = loop {
            if let Some(told) = booth.sandbox.webhooks().pop() {
                break told;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert_eq!((told.status, told.url), (None, url));
    }
}

#[tokio::test]
async fn the_end_of_processing_is_told_though_nobody_looks() {
    let (url, mut received) = receiver(200).await;
    let settings = Settings {
        processing_delay: Duration::from_millis(50),
        ..telling(url, WebhookFormat::A)
    };
    let booth = Booth::with(settings).await;
    let (_, videoid_pk) = booth.create().await;
    let evidences = crate::booth::evidences_body("evidences.request");
    booth.evidences(videoid_pk, &evidences).await;
    booth.video(videoid_pk, crate::booth::clip()).await;
    for status in ["VIDEOPENDING", "VIDEOINCOMPLETE", "VIDEOREVIEW"] {
        assert_eq!(received.recv().await.unwrap()["status"], status);
    }
}
