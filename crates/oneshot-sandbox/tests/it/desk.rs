//! What the officer does, and what ends a request.

use serde_json::{Value, json};

use crate::booth::{Booth, fixture};
use crate::case::{Case, Way, named};

#[tokio::test]
async fn the_officer_is_asked_for_first_and_the_person_last() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::open(&booth, way, "139").await;
        let sent = |officer: Value| case.approve_as(officer);
        let incomplete = "Missing required parameters: incomplete RAO's credentials";
        case.assert_refused(&sent(json!({ "rao": "1400" })).await, 400, incomplete);
        let unknown = sent(json!({ "token": "00000000-0000-0000-0000-000000000000" })).await;
        case.assert_refused(&unknown, 403, "Invalid RAO credentials");
        let password = json!({ "username": "1000001", "password": "Gy6F89xK", "pin": "wrong" });
        case.assert_refused(&sent(password).await, 403, "Invalid RAO credentials");
        let mut other = case.officer();
        other["rao"] = json!("898");
        let no_id = "Error getting RAO's id. Make sure the credentials are correct";
        case.assert_refused(&sent(other).await, 404, no_id);
        let (status, body) = case.approve().await;
        let said = case.said(&body).to_owned();
        assert_eq!(status, 500, "{said}");
        let start = format!("Cannot approve Request {}: {{\"code\": \"412\"", case.request_pk);
        assert!(
            said.starts_with(&start) && said.contains("Invalid request status"),
            "{said}"
        );
    }
    // A number for `rao`, as some samples have it, and credentials in full.
    let case = Case::in_review(&booth, Way::Legacy, "139").await;
    let officer = json!({ "username": "1000001", "password": "Gy6F89xK", "pin": "p1n", "rao": 1400 });
    assert_eq!(case.approve_as(officer).await.0, 200);
}

#[tokio::test]
async fn a_person_no_certificate_can_be_made_of_is_refused_at_approval() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::in_review(&booth, way, "139").await;
        let mut update = fixture("update-request.request");
        let wrong = case.call("PUT", &case.of("request"), Some(update.clone())).await;
        let said = case.said(&wrong.1);
        assert!(wrong.0 == 500 && said.contains("Invalid ScratchCard"), "{said}");
        update["scratchcard"] = json!(case.kept().scratchcard);
        update["serial_number"] = json!("");
        update["given_name"] = json!(" ");
        let updated = case.call("PUT", &case.of("request"), Some(update)).await;
        assert_eq!(updated, (200, named("update-request.200", way)));
        let refused = case.approve().await;
        let sentence =
            "Error occured during request approval: Invalid request fields: serial_number; given_name";
        case.assert_refused(&refused, 412, sentence);
        assert_eq!(case.status().await, "VIDEOREVIEW");
    }
}

#[tokio::test]
async fn refusing_needs_a_reason_and_ends_the_request() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::in_review(&booth, way, "139").await;
        let refuse = case.videoid("refuse");
        let none = case.call("POST", &refuse, Some(case.officer())).await;
        case.assert_refused(&none, 400, "No reason specified");
        let mut body = case.officer();
        body["reason"] = json!("Expired document");
        let refused = case.call("POST", &refuse, Some(body.clone())).await;
        assert_eq!(refused, (200, named("refuse.200", way)));
        let (_, record) = case.call("GET", &case.of("request"), None).await;
        let record = case.details(&record);
        assert_eq!(
            (
                &record["status"],
                &record["videoid_data"]["status"],
                &record["videoid_data"]["refusal_reason"]
            ),
            (&json!("CANCELLED"), &json!("REFUSED"), &json!("Expired document"))
        );
        let (status, again) = case.call("POST", &refuse, Some(body)).await;
        assert_eq!((status, &again["error"]), (412, &json!("Invalid request status")));
        assert_eq!(case.kept().refusals, 1);
    }
}

#[tokio::test]
async fn two_steps_are_validated_before_they_are_approved() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::in_review(&booth, way, "124").await;
        assert_eq!(case.approve().await.0, 500, "not before it is validated");
        let validate = case.videoid("validate");
        let validated = case.call("POST", &validate, Some(case.officer())).await;
        assert_eq!(validated, (200, named("validate.200", way)));
        let (_, record) = case.call("GET", &case.of("request"), None).await;
        let record = case.details(&record);
        assert_eq!(
            (&record["status"], &record["videoid_data"]["status"]),
            (&json!("CREATED"), &json!("VALIDATED"))
        );
        assert_eq!(case.approve().await.0, 200);
        let one_step = Case::in_review(&booth, way, "139").await;
        let refused = one_step
            .call("POST", &one_step.videoid("validate"), Some(case.officer()))
            .await;
        assert_eq!(refused.0, 500);
    }
}

#[tokio::test]
async fn cancelling_ends_a_request_at_any_time_before_its_signature() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::approved(&booth, way).await;
        case.paper().await;
        let end = case.call("DELETE", &case.of("request"), None).await;
        assert_eq!(end, (200, named("cancel-request.200", way)));
        assert_eq!(case.status().await, "CANCELLED");
        assert_eq!(case.sign(json!({ "secret": "123456" })).await.0, 412);
        assert_eq!(case.call("GET", &case.of("documents"), None).await.0, 404);
        let unknown = case.call("DELETE", "request/1234567", None).await;
        case.assert_refused(&unknown, 404, "Request 1234567 not found");
    }
}
