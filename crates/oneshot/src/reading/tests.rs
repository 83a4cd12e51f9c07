use proptest::prelude::*;
use serde_json::json;

use super::request::number_in;
use super::*;
use crate::answer::parse_answer;
use crate::ids::{RequestPk, VideoidPk};
use crate::record::RequestStatus;

fn answer(body: &Value) -> Answer {
    parse_answer(200, None, body.to_string().as_bytes())
}

#[test]
fn a_missing_videoid_number_is_found_in_the_message_or_stands_for_the_request() {
    let numbers =
        |body: Value| created(&answer(&body)).map(|made| (made.request_pk.get(), made.videoid_pk.get()));
    let full = json!({"messsage": "VideoID created with pk 7", "detail": {"videoid_pk": 16673, "request_pk": 388141}});
    assert_eq!(
        numbers(full).unwrap(),
        (388141, 16673),
        "the field wins over the message"
    );
    let message = json!({"messsage": "VideoID created with pk 16673", "detail": {"request_pk": "388141"}});
    assert_eq!(numbers(message).unwrap(), (388141, 16673));
    let neither = json!({"message": "Request2 created", "detail": {"request_pk": 388141}});
    assert_eq!(
        numbers(neither).unwrap(),
        (388141, 388141),
        "a digit inside a word is no number"
    );
}

#[test]
fn no_number_is_guessed_among_several() {
    assert_eq!(number_in("VideoID created for RA 139 with pk 16673"), Some(16673));
    assert_eq!(number_in("RA 139: VideoID 16673"), None);
    let body = json!({"detail": {"request_pk": 388141, "note": "expires in 30 days"}});
    assert_eq!(
        created(&answer(&body)).unwrap().videoid_pk.get(),
        388141,
        "a field is no message"
    );
}

#[test]
fn a_created_request_without_a_number_is_not_to_be_repeated() {
    for body in [
        json!({"status": "success"}),
        json!({"detail": {"videoid_pk": 16673}}),
        json!([]),
    ] {
        let error = created(&answer(&body)).unwrap_err();
        assert_eq!(
            (error.kind, error.retry()),
            (ErrorKind::Unexpected, crate::Retry::FindOut),
            "{body}"
        );
    }
}

#[test]
fn an_empty_link_is_none() {
    let link = |link: Value| {
        let body = json!({"detail": {"request_pk": 1, "videoid_pk": 2, "videoid_link": link}});
        created(&answer(&body)).unwrap().videoid_link
    };
    assert_eq!(link(json!("")), None);
    assert_eq!(link(Value::Null), None);
    assert_eq!(
        link(json!("https://link.example/1")).as_deref(),
        Some("https://link.example/1")
    );
}

#[test]
fn another_requests_record_is_never_shown() {
    let body = json!({"status": "success", "detail": {"pk": 388142, "status": "VIDEOREVIEW"}});
    let error = record(&answer(&body), RequestPk::new(388141)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unexpected);
}

#[test]
fn a_record_says_whether_anything_arrived() {
    let read = |videoid: Value| {
        let body = json!({"detail": {"pk": 1, "status": "VideoIncomplete", "videoid_data": videoid}});
        record(&answer(&body), RequestPk::new(1)).unwrap()
    };
    let nothing = read(Value::Null);
    assert_eq!(nothing.status, RequestStatus::VideoIncomplete);
    assert!(!nothing.videoid_data_present && !nothing.evidences_present);
    let empty = read(json!({"pk": 2, "status": "", "data": {"images": {"document_front": ""}}}));
    assert!(empty.videoid_data_present && !empty.evidences_present);
    assert_eq!(empty.videoid_status, None);
    let full = read(
        json!({"pk": "2", "status": "REFUSED", "refusal_reason": "Expired document",
        "data": {"ocr_data": {"given_name": "NAME"}}}),
    );
    assert!(full.evidences_present);
    assert_eq!(full.videoid_pk, Some(VideoidPk::new(2)));
    assert_eq!(full.refusal_reason.as_deref(), Some("Expired document"));
    assert!(!format!("{full:?}").contains("Expired"));
}

proptest! {
    #[test]
    fn a_number_is_found_in_any_sentence_that_has_one(before in "[a-z ]{0,20}", number in 0i64..i64::MAX, after in "[ .,a-z]{0,9}") {
        let sentence = format!("{before} {number} {after}");
        prop_assert_eq!(number_in(&sentence), Some(number));
    }

    #[test]
    fn any_sentence_is_searched(sentence in ".{0,60}") {
        let _ = number_in(&sentence);
    }
}
