use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::reading;
use crate::{Call, Error, ErrorKind, Outcome, Retry};

fn parse(status: u16, body: &str) -> Answer {
    parse_answer(status, Some("application/json"), body.as_bytes())
}

fn kind(status: u16, body: &str) -> ErrorKind {
    parse(status, body)
        .into_success(Call::Evidences)
        .expect_err("this is a failure")
        .kind
}

#[test]
fn success_needs_the_word_of_both() {
    for body in [
        r#"{"status":"success"}"#,
        r#"{"status":"Success","detail":{}}"#,
        r#"{"status":"200 OK","details":"done"}"#,
        r#"{"status":201}"#,
        r#"{"detail":{"a":1}}"#,
        "null",
        "",
        " \r\n",
    ] {
        assert!(parse(200, body).is_success(), "{body}");
        assert!(!parse(400, body).is_success(), "{body} with HTTP 400");
    }
    for body in [
        r#"{"status":"error"}"#,
        r#"{"status":"404 Not found"}"#,
        r#"{"title":"Invalid JSON"}"#,
        "<p>",
        "ok",
    ] {
        assert!(!parse(200, body).is_success(), "{body}");
    }
}

#[test]
fn every_spelling_of_message_and_payload_is_read() {
    for key in ["message", "messsage"] {
        let answer = parse(200, &json!({"status": "success", key: "said"}).to_string());
        assert_eq!(answer.message.as_deref(), Some("said"), "{key}");
    }
    for key in ["detail", "details"] {
        let answer = parse(200, &json!({"status": "success", key: {"a": 1}}).to_string());
        assert_eq!(answer.payload, Some(json!({"a": 1})), "{key}");
    }
    let both = parse(200, r#"{"details":null,"detail":"said"}"#);
    assert_eq!(
        both.message.as_deref(),
        Some("said"),
        "an empty key must not hide a full one"
    );
}

#[test]
fn an_embedded_error_is_taken_out_of_its_sentence() {
    let answer = parse(
        500,
        &json!({"status": "500 Internal Server Error", "details":
            "Cannot {do} it: {\"code\": \"412\", \"id\": \"22981d7f5029e78d\", \"error\": \"Invalid {x} status\"} twice"})
        .to_string(),
    );
    let upstream = answer.upstream.clone().expect("there is one");
    assert_eq!(upstream.code_number(), Some(412));
    assert_eq!(upstream.id.as_deref(), Some("22981d7f5029e78d"));
    assert_eq!(upstream.error.as_deref(), Some("Invalid {x} status"));
    let error = answer.into_success(Call::Evidences).unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::WrongState, Outcome::Refused)
    );
}

#[test]
fn validation_errors_become_one_sentence() {
    let list = parse(
        422,
        r#"{"detail":[{"loc":["body","email"],"msg":"field required","type":"x"},{"loc":[],"msg":"also"}]}"#,
    );
    assert_eq!(list.message.as_deref(), Some("body.email: field required; also"));
    let object = parse(
        500,
        r#"{"status":"500 Internal","details":{"email":["This field is required","Twice"]}}"#,
    );
    assert_eq!(
        object.message.as_deref(),
        Some("email: This field is required; Twice")
    );
    assert_eq!(
        kind(500, r#"{"details":{"email":["This field is required"]}}"#),
        ErrorKind::Invalid
    );
}

#[test]
fn a_reason_is_found_wherever_it_is_put() {
    for body in [
        r#"{"status":"error","message":{"email":["This field is required"]}}"#,
        r#"{"status":"error","detail":{"email":"This field is required"}}"#,
    ] {
        assert_eq!(
            parse(400, body).message.as_deref(),
            Some("email: This field is required"),
            "{body}"
        );
    }
    assert_eq!(
        parse(400, r#"{"error":"no such thing"}"#).message.as_deref(),
        Some("no such thing")
    );
}

#[test]
fn the_content_of_a_success_is_no_message() {
    let record = parse(200, r#"{"status":"success","detail":{"surname_1":"Surname 1"}}"#);
    assert_eq!(record.message, None);
}

#[test]
fn a_missing_path_is_not_a_missing_request() {
    for body in [
        r#"{"detail":"Not Found"}"#,
        r#"{"title":"404 Not Found"}"#,
        "",
        "404 page not found",
        "<html>",
    ] {
        assert_eq!(kind(404, body), ErrorKind::NotTheService, "{body}");
    }
    for body in [
        r#"{"detail":"Request not found"}"#,
        r#"{"status":"404 Not Found","details":"Request not found"}"#,
    ] {
        assert_eq!(kind(404, body), ErrorKind::NotFound, "{body}");
    }
}

#[test]
fn a_proxy_is_told_from_the_service() {
    assert_eq!(
        kind(200, "<!DOCTYPE html><title>Sign in</title>"),
        ErrorKind::NotTheService
    );
    assert_eq!(kind(302, ""), ErrorKind::NotTheService);
    assert_eq!(kind(403, "<html>blocked</html>"), ErrorKind::NotTheService);
    assert_eq!(kind(403, r#"{"detail":"no"}"#), ErrorKind::Refused);
    assert_eq!(kind(413, "<html>"), ErrorKind::TooLarge);
    assert_eq!(kind(502, "<html>"), ErrorKind::ServerFault);
    assert_eq!(kind(503, ""), ErrorKind::ServerFault);
    assert_eq!(kind(429, ""), ErrorKind::TooMany);
}

#[test]
fn a_sign_in_page_did_nothing_but_a_cut_answer_may_have() {
    let outcome = |body| parse(200, body).into_success(Call::Create).unwrap_err().outcome();
    assert_eq!(outcome("<html>Sign in</html>"), Outcome::Refused);
    assert_eq!(outcome(r#"{"status":"success","detail":{"req"#), Outcome::Unknown);
}

#[test]
fn text_is_read_in_whatever_it_is_written() {
    let latin = b"{\"detail\":\"Petici\xf3n no v\xe1lida\"}";
    let answer = parse_answer(400, Some("application/json; charset=ISO-8859-1"), latin);
    assert_eq!(answer.message.as_deref(), Some("Petici\u{f3}n no v\u{e1}lida"));
    assert_eq!(
        parse_answer(400, None, latin).message,
        answer.message,
        "and without a word about it"
    );

    let marked = b"\xef\xbb\xbf{\"detail\":\"x y\"}";
    assert_eq!(parse_answer(400, None, marked).message.as_deref(), Some("x y"));

    for (mark, to_bytes) in [
        ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ([0xfe, 0xff], u16::to_be_bytes),
    ] {
        let units = "{\"detail\":\"\u{f1}\"}".encode_utf16().flat_map(to_bytes);
        let body: Vec<u8> = mark.into_iter().chain(units).collect();
        assert_eq!(parse_answer(400, None, &body).message.as_deref(), Some("\u{f1}"));
    }

    let broken = b"{\"detail\":\"a\xffb\"}";
    assert!(
        parse_answer(400, Some("application/json; charset=utf-8"), broken)
            .message
            .is_some()
    );
}

#[test]
fn deep_or_repeated_nesting_is_only_text() {
    let deep = "[".repeat(200_000);
    assert_eq!(parse(500, &deep).shape, Shape::Other);
    let message = json!({"detail": "{\"a\":".repeat(20_000)}).to_string();
    assert_eq!(parse(500, &message).upstream, None);
}

#[test]
fn nothing_an_answer_says_is_printed() {
    let answer = parse(
        400,
        r#"{"status":"400 Ana","message":"Ana","detail":{"email":"Ana"},"code":"Ana"}"#,
    );
    assert!(!format!("{answer:?}").contains("Ana"));
}

fn any_key() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        Just("status"),
        Just("detail"),
        Just("details"),
        Just("message"),
        Just("messsage"),
        Just("title"),
        Just("description"),
        Just("code"),
        Just("id"),
        Just("error"),
        Just("msg"),
        Just("loc"),
        Just("request_pk"),
        Just("videoid_pk"),
        Just("videoid_data"),
        Just("data"),
        Just("images"),
        Just("uid"),
        Just("token_uid"),
        Just("image_uid"),
        Just("size"),
        Just("security_checks"),
        Just("ocr_data"),
        Just("acceptance"),
        Just("pk"),
    ]
    .prop_map(str::to_owned)
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("status".to_owned()),
        Just("details".to_owned()),
        Just("404 Not Found".to_owned()),
        Just("{\"code\":\"412\"}".to_owned()),
        ".{0,12}",
    ];
    let key = any_key();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Whatever comes back, each call ends in a verdict, and the verdict says what to do. Each reader gives what was asked
/// for, or says that nobody knows what happened.
fn judged(answer: &Answer) {
    let unexpected = |error: Error| {
        assert_eq!(
            (error.kind, error.outcome()),
            (ErrorKind::Unexpected, Outcome::Unknown)
        );
    };
    for call in Call::ALL {
        match answer.clone().into_success(*call) {
            Ok(answer) => {
                assert!((200..300).contains(&answer.http_status));
                assert!(answer.body_code().is_none_or(|code| (200..300).contains(&code)));
                let request_pk = crate::RequestPk::new(1);
                let _ = reading::created(&answer).map_err(unexpected);
                let _ = reading::record(&answer, request_pk).map_err(unexpected);
                let _ = reading::held(answer.clone(), request_pk).map_err(unexpected);
                let _ = reading::uploaded_document(&answer, "file").map_err(unexpected);
                let _ = reading::listed_documents(&answer).map_err(unexpected);
                let _ = reading::async_status(&answer).map_err(unexpected);
                let _ = reading::created_token(&answer).map_err(unexpected);
                let _ = reading::token_content(&answer).map_err(unexpected);
                let _ = reading::tokens(&answer).map_err(unexpected);
                let _ = reading::uploaded_image(&answer).map_err(unexpected);
                let _ = reading::listed_images(&answer).map_err(unexpected);
                let _ = reading::version(&answer).map_err(unexpected);
                let _ = reading::settings(answer).map_err(unexpected);
            }
            Err(error) => {
                assert_ne!(error.outcome(), Outcome::NotSent, "an answer came");
                if error.retry() != Retry::FindOut {
                    assert!(call.is_idempotent() || error.outcome() == Outcome::Refused);
                }
                let _ = (error.to_string(), format!("{error:?}"));
            }
        }
    }
}

/// Words a body contradicts HTTP with, whatever else is in it.
fn contradiction() -> impl Strategy<Value = Value> {
    prop_oneof![
        (400u16..600).prop_map(|code| json!(format!("{code} Whatever"))),
        (400u16..600).prop_map(Value::from),
        Just(json!("error")),
        Just(json!("Invalid JSON")),
        Just(json!("fail")),
        Just(json!(false)),
    ]
}

proptest! {
    #[test]
    fn any_bytes_give_a_verdict(status in 100u16..1000, kind in prop::option::of(".{0,20}"), body: Vec<u8>) {
        judged(&parse_answer(status, kind.as_deref(), &body));
    }

    #[test]
    fn any_json_gives_a_verdict(status in 100u16..600, body in any_json()) {
        judged(&parse_answer(status, None, body.to_string().as_bytes()));
    }

    #[test]
    fn any_cut_gives_a_verdict(status in prop::sample::select(vec![200u16, 400, 404, 500]), at in 0usize..400) {
        let body = include_bytes!("../../../../fixtures/oneshot/evidences.500.complete.legacy.json");
        judged(&parse_answer(status, None, &body[..at.min(body.len())]));
    }

    #[test]
    fn no_body_turns_a_failure_of_http_into_a_success(status in prop_oneof![100u16..200, 300u16..1000], body in any_json()) {
        let answer = parse_answer(status, None, body.to_string().as_bytes());
        prop_assert!(Call::ALL.iter().all(|call| answer.clone().into_success(*call).is_err()));
    }

    #[test]
    fn a_body_that_contradicts_is_no_success(status in contradiction(), body in any_json()) {
        let mut body = body;
        if !body.is_object() {
            body = json!({"detail": body});
        }
        body["status"] = status;
        let answer = parse_answer(200, None, body.to_string().as_bytes());
        prop_assert!(Call::ALL.iter().all(|call| answer.clone().into_success(*call).is_err()));
    }

    #[test]
    fn what_is_no_json_is_no_success(body in "[^\\s\"\\[{0-9tfn-].{0,40}") {
        let answer = parse_answer(200, Some("application/json"), body.as_bytes());
        if answer.shape != Shape::Empty {
            prop_assert!(Call::ALL.iter().all(|call| answer.clone().into_success(*call).is_err()));
        }
    }

    #[test]
    fn nothing_of_any_answer_is_printed(status in 100u16..600, key in any_key(), name in "[A-Z][a-z]{9} [A-Z][a-z]{9}") {
        let bodies = [json!({key.as_str(): name}), json!({"detail": {key.as_str(): [name]}}), json!([{"msg": name}])];
        for body in bodies {
            let answer = parse_answer(status, None, body.to_string().as_bytes());
            let shown = format!("{answer:?}");
            prop_assert!(!shown.contains(&name), "{}", shown);
            for call in Call::ALL {
                if let Err(error) = answer.clone().into_success(*call) {
                    let shown = format!("{error} {error:?}");
                    prop_assert!(!shown.contains(&name), "{}", shown);
                }
            }
        }
    }
}
