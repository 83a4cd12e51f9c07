use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(body: &Value) -> Result<WebhookEvent, WebhookFault> {
    parse(body.to_string().as_bytes())
}

#[test]
fn what_is_no_message_is_a_fault_that_quotes_nothing() {
    for (body, fault) in [
        (&b""[..], WebhookFault::NotJson),
        (b"<html>", WebhookFault::NotJson),
        (b"[]", WebhookFault::NotJson),
        (b"\"Ana\"", WebhookFault::NotJson),
        (b"{\"status\":\"VIDEO", WebhookFault::NotJson),
        (b"{}", WebhookFault::NoStatus),
        (b"{\"status\":null}", WebhookFault::NoStatus),
        (b"{\"status\":\"\"}", WebhookFault::NoStatus),
        (b"{\"request\":{}}", WebhookFault::NoStatus),
        (b"{\"status\":\"ISSUED\",\"request\":{}}", WebhookFault::NoStatus),
    ] {
        let found = parse(body).unwrap_err();
        assert_eq!(found, fault, "{}", String::from_utf8_lossy(body));
        assert!(!format!("{found} {found:?}").contains("Ana"));
    }
    assert_eq!(parse(&vec![b' '; LIMIT + 1]), Err(WebhookFault::TooLarge));
}

#[test]
fn a_number_that_can_be_no_request_is_left_out() {
    for pk in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("x"),
        json!(true),
        Value::Null,
    ] {
        let event = read(&json!({"status": "ISSUED", "request": pk})).unwrap();
        assert_eq!(event.request_pk, None, "{pk}");
        let event = read(&json!({"request": {"status": "ISSUED", "pk": pk}})).unwrap();
        assert_eq!(event.request_pk, None, "{pk}");
    }
    let event = read(&json!({"status": "ISSUED", "request": "46760"})).unwrap();
    assert_eq!(event.request_pk, Some(RequestPk::new(46760)));
}

#[test]
fn a_repetition_has_the_key_of_the_message_and_nothing_else_has() {
    let message = |pk: i64, kind: &str, status: &str, at: &str| {
        let body = json!({"event_type": kind, "sent_at": at, "request": {"pk": pk, "status": status}});
        read(&body).unwrap().key()
    };
    let one = message(1, "VIDEOID_UPDATED", "VIDEOREVIEW", "20250715083633");
    assert_eq!(
        one,
        message(1, "VIDEOID_UPDATED", "VIDEOREVIEW", "20250715083633")
    );
    for other in [
        message(2, "VIDEOID_UPDATED", "VIDEOREVIEW", "20250715083633"),
        message(1, "REQUEST_APPROVED", "VIDEOREVIEW", "20250715083633"),
        message(1, "VIDEOID_UPDATED", "VIDEOINCOMPLETE", "20250715083633"),
        message(1, "VIDEOID_UPDATED", "VIDEOREVIEW", "20250715083634"),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn a_stranger_cannot_make_it_keep_much_or_print_anything() {
    let long = "A".repeat(100_000);
    let event = read(&json!({
        "status": "Ana Perez", "event_type": long, "sent_at": "2\n3", "previous_status": long,
        "certificates": vec![json!({"serial_number": "IDCES-1"}); 1000],
    }))
    .unwrap();
    assert_eq!(
        (&event.event_type, &event.sent_at, &event.previous),
        (&None, &None, &None)
    );
    assert_eq!(event.certificates.len(), CERTIFICATES);
    let shown = format!("{event:?} {:?} {}", event.certificates, event.status);
    assert!(!shown.contains("Ana") && !shown.contains("IDCES"), "{shown}");
}

proptest! {
    #[test]
    fn any_bytes_are_a_message_or_not(body: Vec<u8>) {
        let _ = parse(&body);
    }

    #[test]
    fn any_cut_or_changed_message_is_a_message_or_not(at in 0usize..400, put: u8, cut: bool) {
        let mut body = include_bytes!("../../../../fixtures/oneshot/webhook.request.enrolled.json").to_vec();
        let at = at.min(body.len() - 1);
        if cut { body.truncate(at) } else { body[at] = put }
        if let Ok(event) = parse(&body) {
            prop_assert!(event.key().len() < 4 * WORD + 4);
        }
    }
}
