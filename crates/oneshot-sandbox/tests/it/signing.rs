//! Codes, documents and the signature, and what is refused of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::booth::Booth;
use crate::case::{Case, Way, papers, pdf};

#[tokio::test]
async fn codes_are_a_minute_apart_and_die_of_age_and_of_guessing() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::in_review(&booth, way, "139").await;
        let early = case.call("POST", &case.of("otp"), None).await;
        let sentence = "Error occured during OTP generation: Invalid request status";
        case.assert_refused(&early, 412, sentence);
        assert_eq!(case.approve().await.0, 200);
        case.paper().await;
        let first = case.code().await;
        let soon = case
            .call(
                "POST",
                &case.of("otp"),
                Some(json!({ "delivery_method": "whatsapp" })),
            )
            .await;
        let sentence = "Error occured during OTP generation: Otp generated less than a minute ago";
        case.assert_refused(&soon, 412, sentence);
        booth.sandbox.advance_clock(Duration::from_secs(61));
        let second = case.code().await;
        if first != second {
            let old = case.sign(json!({ "secret": first })).await;
            case.assert_refused(&old, 403, "Confirmation Code invalid");
        }
        booth.sandbox.advance_clock(Duration::from_secs(5 * 60));
        assert_eq!(booth.sandbox.otp(case.request_pk), None, "too old");
        assert_eq!(case.sign(json!({ "secret": second })).await.0, 403);
        let third = case.code().await;
        for _ in 0..5 {
            assert_eq!(case.sign(json!({ "secret": "no code" })).await.0, 403);
        }
        assert_eq!(booth.sandbox.otp(case.request_pk), None, "guessed at too often");
        assert_eq!(case.sign(json!({ "secret": third })).await.0, 403);
        assert_eq!(case.kept().otps_sent, 3);
        let unknown = case.call("POST", "otp/1", None).await;
        case.assert_refused(&unknown, 404, "Request 1 not found. Cannot send OTP secret");
        let nobody = case.call("POST", "otp", None).await;
        case.assert_refused(&nobody, 400, "Missing parameters: Request's pk not specified");
    }
}

#[tokio::test]
async fn ten_documents_and_only_pdf() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::approved(&booth, way).await;
        let word = case.upload(&[("file", "deed.DOCX", b"PK".to_vec())]).await;
        case.assert_refused(&word, 415, "Unsupported file type: .docx");
        let two = [("file", "first.pdf", pdf()), ("file2", "second.pdf", pdf())];
        let (status, body) = case.upload(&two).await;
        let several = case.details(&body).as_array().unwrap();
        assert_eq!((status, several.len()), (200, 2));
        if way == Way::Legacy {
            assert_eq!(several[0]["key"], "file2", "in another order than they came");
            assert_eq!(several[0]["digest"].as_str().unwrap().len(), 64);
        }
        for _ in 0..8 {
            case.paper().await;
        }
        let eleventh = case.upload(&[("file", "deed.pdf", pdf())]).await;
        let sentence = format!(
            "Maximum number of document reached for Request {}",
            case.request_pk
        );
        case.assert_refused(&eleventh, 400, &sentence);
        assert_eq!(case.kept().documents_taken, 10);
        let unknown = case.send("document/1", papers(&two)).await;
        let sentence = "Cannot upload document: Request 1 not found on disk";
        case.assert_refused(&unknown, 404, sentence);
        let early = Case::in_review(&booth, way, "139").await;
        let refused = early.upload(&two).await;
        early.assert_refused(&refused, 412, "Invalid request status");
    }
}

#[tokio::test]
async fn signing_is_refused_in_the_documented_order() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::approved(&booth, way).await;
        let unknown = case.call("POST", "sign/1", Some(json!({}))).await;
        case.assert_refused(&unknown, 404, "Request 1 not found. Cannot sign documents");
        let none = case.sign(json!({})).await;
        case.assert_refused(&none, 400, "Missing required parameter: 'secret'");
        let none = case.sign(json!({ "secret": "123456" })).await;
        case.assert_refused(&none, 404, "No documents found for specified Request");
        let uid = case.paper().await;
        let draw = |at: &str, stamp: Value| match way {
            Way::Current => json!({ "secret": "x", "signature": { "appearance": { at: stamp } } }),
            Way::Legacy => json!({ "secret": "x", "options": { at: stamp } }),
        };
        let refused = case
            .sign(draw("some-other", json!({ "position": "1, 1, 2, 2" })))
            .await;
        let sentence = "The following documents are not found in Request's folders: some-other";
        case.assert_refused(&refused, 404, sentence);
        let (status, refused) = case.sign(draw(&uid, json!({ "page": 0 }))).await;
        let sentence = format!("Missing required parameter 'position' for file {uid}");
        assert_eq!((status, &case.details(&refused)[&uid]), (400, &json!(sentence)));
        let stamp = json!({ "position": "1, 1, 200, 200", "image": "nowhere" });
        let (status, refused) = case.sign(draw(&uid, stamp)).await;
        let sentence = "The image nowhere cannot be found on disk";
        assert_eq!((status, &case.details(&refused)[&uid]), (404, &json!(sentence)));
        let external =
            |kind: &str| json!({ "secret": "customer", "ext_unlock_type": kind, "ext_unlock_value": "1-2" });
        let refused = case.sign(external("astrology")).await;
        case.assert_refused(&refused, 403, "Confirmation Code invalid");
        if way == Way::Legacy {
            let mut body = external("biometric");
            body["countersignature"] = json!({ "username": "1000001", "password": "no", "pin": "p1n" });
            let refused = case.sign(body).await;
            case.assert_refused(&refused, 403, "Invalid countersignature credentials");
        }
        assert_eq!(case.kept().signatures, 0);
        assert_eq!(case.sign(external("biometric")).await.0, 200);
        assert_eq!((case.kept().signatures, case.kept().otps_sent), (1, 0));
        let end = case.call("DELETE", &case.of("request"), None).await;
        assert_eq!((end.0, &end.1["error"]), (412, &json!("Invalid request status")));
    }
}

#[tokio::test]
async fn a_file_that_only_begins_as_a_pdf_cannot_be_signed_and_nothing_happens() {
    let booth = Booth::open().await;
    let case = Case::approved(&booth, Way::Current).await;
    let broken = case
        .upload(&[("file", "deed.pdf", b"%PDF-1.7 and no more".to_vec())])
        .await;
    assert_eq!(broken.0, 200);
    let code = case.code().await;
    let (status, body) = case.sign(json!({ "secret": code })).await;
    assert_eq!(status, 400, "{body}");
    assert_eq!(
        (case.status().await.as_str(), case.kept().signatures),
        ("ENROLLREADY", 0)
    );
    assert_eq!(booth.sandbox.otp(case.request_pk), Some(code), "still good");
}
