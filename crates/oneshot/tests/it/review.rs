//! Looking at a request and deciding about it.

use oneshot::{
    Client, Dialect, Error, ErrorKind, ImageSlot, Numbers, Officer, OfficerKey, Outcome, Reason, RequestPk,
    RequestStatus, RequestUpdate, Retry, Secret, SecurityChecks, Similarity, VideoidPk,
};
use serde_json::Value;

use crate::evidences::PK;
use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, config, fixture, fixture_json, legacy};

/// The numbers of the older documents.
const LEGACY_PK: Numbers = Numbers::new(RequestPk::new(45836), VideoidPk::new(150));

fn by_token() -> Officer {
    Officer {
        rao: Some("1400".into()),
        ..Officer::token("11111111-2222-3333-4444-555555555555".into())
    }
}

fn by_legacy_token() -> Officer {
    Officer {
        rao: Some("1400".into()),
        ..Officer::token("0123456789abcdef0123456789abcdef".into())
    }
}

fn by_password() -> Officer {
    Officer {
        rao: Some("1400".into()),
        ..Officer::password("1000001".into(), "Gy6F89xK".into(), "p1n".into())
    }
}

fn by_token_and_pin() -> Officer {
    Officer {
        rao: Some("1400".into()),
        key: OfficerKey::TokenAnd {
            token: "11111111-2222-3333-4444-555555555555".into(),
            username: None,
            password: None,
            pin: Some("p1n".into()),
        },
    }
}

fn body(server: &Script) -> Value {
    serde_json::from_slice(&server.only().body).unwrap()
}

#[tokio::test]
async fn an_officer_approves_in_every_documented_way() {
    for (officer, expected, dialect) in [
        (by_token(), "approve.request.json", Dialect::Current),
        (by_password(), "approve.request.password.json", Dialect::Current),
        (
            by_token_and_pin(),
            "approve.request.token-and-pin.json",
            Dialect::Current,
        ),
        (by_legacy_token(), "approve.request.legacy.json", Dialect::Legacy),
        (by_password(), "approve.request.password.json", Dialect::Legacy),
    ] {
        let (numbers, line, answer) = match dialect {
            Dialect::Current => (
                PK,
                "POST /oneshot/api/v1/videoid/16673/approve",
                "approve.200.json",
            ),
            Dialect::Legacy => (
                LEGACY_PK,
                "POST /oneshot/api/v1/request/45836/approve",
                "approve.200.legacy.json",
            ),
        };
        let server = Script::play([fixture_answer(answer)]).await;
        let client = client(&server.base).with_dialect(dialect);
        client.approve(numbers, &officer).await.unwrap();
        assert_eq!(server.only().line(), line);
        assert_eq!(server.only().header("content-type"), Some("application/json"));
        assert_eq!(body(&server), fixture_json(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_refusal_carries_its_reason_and_the_older_server_gets_the_number_twice() {
    for (officer, expected, dialect) in [
        (by_token(), "refuse.request.json", Dialect::Current),
        (by_password(), "refuse.request.password.json", Dialect::Current),
        (by_legacy_token(), "refuse.request.legacy.json", Dialect::Legacy),
    ] {
        let (numbers, line, answer) = match dialect {
            Dialect::Current => (PK, "POST /oneshot/api/v1/videoid/16673/refuse", "refuse.200.json"),
            Dialect::Legacy => (
                LEGACY_PK,
                "POST /oneshot/api/v1/videoid/45836/refuse",
                "refuse.200.legacy.json",
            ),
        };
        let server = Script::play([fixture_answer(answer)]).await;
        let client = client(&server.base).with_dialect(dialect);
        client
            .refuse(numbers, &officer, "Expired document ")
            .await
            .unwrap();
        assert_eq!(server.only().line(), line);
        assert_eq!(body(&server), fixture_json(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_two_step_authority_validates_first() {
    for (officer, expected, answer, dialect, line) in [
        (
            by_token(),
            "validate.request.json",
            "validate.200.json",
            Dialect::Current,
            "POST /oneshot/api/v1/videoid/16673/validate",
        ),
        (
            by_legacy_token(),
            "validate.request.legacy.json",
            "validate.200.legacy.json",
            Dialect::Legacy,
            "POST /oneshot/api/v1/videoid/388141/validate",
        ),
    ] {
        let server = Script::play([fixture_answer(answer)]).await;
        let client = client(&server.base).with_dialect(dialect);
        client.validate(PK, &officer).await.unwrap();
        assert_eq!(server.only().line(), line);
        assert_eq!(body(&server), fixture_json(expected));
    }
}

#[tokio::test]
async fn what_no_server_could_take_is_not_sent() {
    let server = Script::play([]).await;
    let client = client(&server.base);
    let refused = |error: Error| (error.kind, error.outcome(), error.retry(), error.reason);
    let nobody = Officer::token(" ".into());
    assert_eq!(
        refused(client.approve(PK, &nobody).await.unwrap_err()),
        (
            ErrorKind::Refused,
            Outcome::NotSent,
            Retry::Never,
            Some(Reason::OfficerIncomplete)
        )
    );
    assert_eq!(
        refused(client.refuse(PK, &by_token(), " \n").await.unwrap_err()),
        (
            ErrorKind::Invalid,
            Outcome::NotSent,
            Retry::Never,
            Some(Reason::ReasonMissing)
        )
    );
    assert!(server.received().is_empty());
}

fn lines(server: &Script) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|request| request.line().to_owned())
        .collect()
}

#[tokio::test]
async fn the_other_spelling_of_the_older_approval_is_tried_where_the_first_is_no_path() {
    for (status, missed) in [
        (404, vec![json(404, b""), json(404, b"")]),
        (405, vec![json(405, b"{\"title\":\"405 Method Not Allowed\"}")]),
    ] {
        let steps = missed
            .into_iter()
            .chain([fixture_answer("approve.200.legacy.json")]);
        let server = Script::play(steps).await;
        legacy(&server.base)
            .approve(LEGACY_PK, &by_legacy_token())
            .await
            .unwrap();
        let lines = lines(&server);
        assert_eq!(
            lines.last().unwrap(),
            "POST /oneshot/api/v1/requests/45836/approve",
            "{status}"
        );
        let received = server.received();
        assert_eq!(received[0].body, received.last().unwrap().body);
    }
}

#[tokio::test]
async fn an_approval_is_not_tried_elsewhere_after_an_answer_of_the_service() {
    for body in [
        &b"{\"status\":\"404 Not Found\",\"details\":\"Request not found\"}"[..],
        b"{\"status\":\"500 Internal Server Error\"}",
        b"{\"status\":\"403 Forbidden\",\"details\":\"Invalid RAO credentials\"}",
    ] {
        let server = Script::play([json(500, body)]).await;
        legacy(&server.base)
            .approve(LEGACY_PK, &by_legacy_token())
            .await
            .unwrap_err();
        assert_eq!(lines(&server).len(), 1);
    }
    // The current dialect has one spelling.
    let nowhere = || json(404, b"{\"detail\":\"Not Found\"}");
    let server = Script::play([nowhere(), nowhere()]).await;
    let error = client(&server.base).approve(PK, &by_token()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::NotTheService, Retry::Never)
    );
    assert_eq!(
        lines(&server),
        [
            "POST /oneshot/api/v1/videoid/16673/approve",
            "POST /oneshot/api/v1/videoid/16673/approve/"
        ]
    );
}

async fn approve(step: Step) -> Error {
    let server = Script::play([step]).await;
    let error = client(&server.base).approve(PK, &by_token()).await.unwrap_err();
    assert_eq!(server.received().len(), 1, "never repeated by itself");
    error
}

#[tokio::test]
async fn a_decision_whose_answer_is_lost_is_looked_up() {
    let mut cut = http(200, "application/json", &fixture("approve.200.json"));
    cut.truncate(cut.len() - 10);
    for step in [
        Step::CloseAfterwards,
        Step::Answer(cut),
        fixture_answer("any.502.proxy.html"),
        fixture_answer("any.504.proxy.html"),
        json(500, b""),
        json(500, b"{\"status\":\"500 Internal Server Error\"}"),
        json(200, b"{\"status\":\"success\",\"mess"),
    ] {
        let error = approve(step).await;
        assert_eq!(
            (error.outcome(), error.retry()),
            (Outcome::Unknown, Retry::FindOut),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_refused_decision_says_so_whatever_it_is_wrapped_in() {
    for (step, kind, reason) in [
        (
            fixture_answer("any.500.upstream-412.json"),
            ErrorKind::WrongState,
            true,
        ),
        (
            json(
                500,
                br#"{"status":"500 Internal Server Error","details":"Cannot approve: {\"code\": \"412\", \"id\": \"b49fee578381243a\", \"error\": \"Invalid request status\"}"}"#,
            ),
            ErrorKind::WrongState,
            true,
        ),
        (
            json(400, b"{\"status\":\"404 Not Found\",\"details\":\"Request not found\"}"),
            ErrorKind::NotFound,
            true,
        ),
        (fixture_answer("any.413.proxy.html"), ErrorKind::TooLarge, false),
        (
            Step::Answer(http(200, "text/html", b"<html>Sign in</html>")),
            ErrorKind::NotTheService,
            false,
        ),
    ] {
        let error = approve(step).await;
        assert_eq!(
            (error.kind, error.outcome(), error.reason.is_some()),
            (kind, Outcome::Refused, reason),
            "{error:?}"
        );
        assert_ne!(error.retry(), Retry::FindOut);
    }
}

#[tokio::test]
async fn a_server_that_asks_for_time_is_quoted() {
    let busy = b"HTTP/1.1 429 X\r\nRetry-After: 17\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let error = approve(Step::Answer(busy.to_vec())).await;
    assert_eq!((error.kind, error.retry()), (ErrorKind::TooMany, Retry::Later));
    assert_eq!(error.retry_after, Some(std::time::Duration::from_secs(17)));
    assert_eq!(approve(json(429, b"")).await.retry_after, None);
}

fn all_passed() -> SecurityChecks {
    SecurityChecks {
        otp_validation: Some(true),
        documents_match: Some(true),
        data_integrity: Some(true),
        document_notcopy: Some(true),
        document_notexpired: Some(true),
        document_notunderage: Some(true),
        liveliness: Some(true),
    }
}

#[tokio::test]
async fn a_reviewer_sees_what_was_sent() {
    let server = Script::play([fixture_answer("read-request.200.review.json")]).await;
    let held = client(&server.base)
        .read_evidence(RequestPk::new(388141))
        .await
        .unwrap();
    assert_eq!(server.only().line(), "GET /oneshot/api/v1/request/388141");
    assert_eq!(held.record.status, RequestStatus::VideoReview);
    assert_eq!(held.checks, all_passed());
    assert_eq!(held.similarity, Some(Similarity::Word("high".into())));
    assert_eq!(held.ocr["surname_1"], "Surname 1");
    assert_eq!(held.person["serial_number"], "A9999999E");
    assert_eq!(held.scratchcard, Some(Secret::new("2678100")));
    assert_eq!(held.acceptance["date"], 1_624_872_567_147_i64);
    assert_eq!(held.approving_officer, None);
    assert!(held.damaged.is_empty() && held.other_checks.is_empty());
    for slot in ImageSlot::ALL {
        assert!(
            held.images[&slot].starts_with(&[0xff, 0xd8, 0xff]),
            "{slot:?} is a JPEG"
        );
    }
    assert_eq!(format!("{held:?}"), "HeldEvidence(..)");
}

#[tokio::test]
async fn the_other_form_of_the_checks_is_read_and_nothing_is_added_to_it() {
    let server = Script::play([fixture_answer("read-request.200.enroll-ready.legacy.json")]).await;
    let held = legacy(&server.base)
        .read_evidence(RequestPk::new(45836))
        .await
        .unwrap();
    let checks = SecurityChecks {
        documents_match: None,
        ..all_passed()
    };
    assert_eq!(held.checks, checks, "the list has no register in it");
    assert_eq!(held.similarity, Some(Similarity::Word("Medium".into())));
    assert_eq!(held.approving_officer.as_deref(), Some("Officer Surname 1"));
    assert_eq!(held.validating_officer.as_deref(), Some("Officer Surname 1"));
    assert_eq!(held.record.status, RequestStatus::EnrollReady);
}

async fn held(videoid_data: Value) -> oneshot::HeldEvidence {
    let record = serde_json::json!({"status": "success", "detail":
        {"pk": 1, "status": "VIDEOREVIEW", "mobile_phone_number": 34_999_999_999_i64, "videoid_data": videoid_data}});
    let server = Script::play([json(200, record.to_string().as_bytes())]).await;
    client(&server.base)
        .read_evidence(RequestPk::new(1))
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_odd_about_a_record_is_not_taken_for_a_good_sign() {
    let odd = held(serde_json::json!({"data": {
        "images": {"document_front": "no base64!", "document_rear": "", "document_photo": null,
                   "document_owner": "data:image/png;base64,iVBO\nRw0K"},
        "security_checks": [["OTP validation", true], ["OTP validation", false], ["Likes cats", true],
                            ["Not underage", "false"], ["Data integrity", 1], ["Liveliness detected"], "x", []],
        "similarity_level": 87,
    }}))
    .await;
    assert_eq!(odd.damaged, [ImageSlot::DocumentFront]);
    assert_eq!(odd.images.len(), 1);
    assert_eq!(odd.images[&ImageSlot::DocumentOwner], &b"\x89PNG\r\n"[..]);
    let checks = SecurityChecks {
        otp_validation: Some(false),
        document_notunderage: Some(false),
        ..SecurityChecks::default()
    };
    assert_eq!(odd.checks, checks);
    assert_eq!(
        odd.other_checks.into_iter().collect::<Vec<_>>(),
        [("Likes cats".to_owned(), true)]
    );
    assert_eq!(odd.similarity, Some(Similarity::Level(87)));
    assert_eq!(odd.person["mobile_phone_number"], "34999999999");

    for (said, understood) in [
        (serde_json::json!("87"), Some(Similarity::Level(87))),
        (serde_json::json!(140), Some(Similarity::Word("140".into()))),
        (serde_json::json!(-1), Some(Similarity::Word("-1".into()))),
        (serde_json::json!(""), None),
        (Value::Null, None),
    ] {
        let read = held(serde_json::json!({"data": {"similarity_level": said}})).await;
        assert_eq!(read.similarity, understood, "{said}");
    }
    assert_eq!(held(Value::Null).await.checks, SecurityChecks::default());
}

#[tokio::test]
async fn every_documented_record_can_be_reviewed() {
    for entry in std::fs::read_dir(crate::fixtures_dir()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("read-request.200.") {
            continue;
        }
        let record = fixture_json(&name);
        let record = record.get("details").or_else(|| record.get("detail")).unwrap();
        let pk = RequestPk::new(record["pk"].as_i64().unwrap());
        let server = Script::play([fixture_answer(&name)]).await;
        let held = client(&server.base).read_evidence(pk).await.unwrap();
        assert_eq!(held.record.status.as_str(), record["status"], "{name}");
        assert!(held.damaged.is_empty(), "{name}");
    }
}

fn update() -> RequestUpdate {
    RequestUpdate {
        scratchcard: "2678100".into(),
        email: "mail@domain".into(),
        profile: "PFnubeQAFCiudadano".into(),
        registration_authority: "139".into(),
        country_name: "ES".into(),
        given_name: Some("Name".into()),
        surname_1: Some("Surname 1".into()),
        surname_2: Some("Surname 2".into()),
        birth_date: Some("01/01/2000".into()),
        mobile_phone_number: Some("+34699999999".into()),
        serial_number: Some("A9999999E".into()),
    }
}

#[tokio::test]
async fn a_request_is_corrected_and_cancelled_by_its_own_number() {
    for answer in [
        "update-request.200.json",
        "update-request.200.legacy.json",
        "update-request.200.create-like.legacy.json",
    ] {
        let server = Script::play([fixture_answer(answer)]).await;
        client(&server.base)
            .update_request(RequestPk::new(388141), &update())
            .await
            .unwrap();
        assert_eq!(server.only().line(), "PUT /oneshot/api/v1/request/388141");
        assert_eq!(body(&server), fixture_json("update-request.request.json"));
    }
    let minimal = RequestUpdate {
        given_name: None,
        surname_1: None,
        surname_2: None,
        birth_date: None,
        mobile_phone_number: None,
        serial_number: None,
        ..update()
    };
    let server = Script::play([fixture_answer("update-request.200.json")]).await;
    client(&server.base)
        .update_request(RequestPk::new(388141), &minimal)
        .await
        .unwrap();
    assert_eq!(body(&server), fixture_json("update-request.request.minimal.json"));

    for (answer, dialect) in [
        ("cancel-request.200.json", Dialect::Current),
        ("cancel-request.200.legacy.json", Dialect::Legacy),
    ] {
        let server = Script::play([fixture_answer(answer)]).await;
        client(&server.base)
            .with_dialect(dialect)
            .cancel_request(RequestPk::new(388141))
            .await
            .unwrap();
        assert_eq!(server.only().line(), "DELETE /oneshot/api/v1/request/388141");
        assert!(server.only().body.is_empty());
    }
}

#[tokio::test]
async fn an_update_whose_answer_is_lost_is_looked_up() {
    let server = Script::play([Step::CloseAfterwards]).await;
    let error = client(&server.base)
        .update_request(RequestPk::new(388141), &update())
        .await
        .unwrap_err();
    assert_eq!(error.retry(), Retry::FindOut, "{error:?}");
}

#[tokio::test]
async fn silence_of_an_officers_call_ends_with_its_own_limit() {
    let server = Script::play([Step::Silence]).await;
    let mut config = config(&server.base);
    config.timeouts.officer = std::time::Duration::from_millis(200);
    let error = Client::new(config)
        .unwrap()
        .approve(PK, &by_token())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.retry()),
        (ErrorKind::TimedOut, Retry::FindOut),
        "{error:?}"
    );
}
