//! The code and the signature.

use oneshot::{
    AppearanceShape, AsyncStatus, Client, Config, Countersigner, DeliveryMethod, Dialect, DocumentUid, Error,
    ErrorKind, ImageUid, Outcome, Reason, RequestPk, Retry, SignAnswer, SignOrder, SignatureText, Stamp,
    Unlock,
};
use serde_json::{Value, json as value};

use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, config, fixture, fixture_json, legacy};

const PK: RequestPk = RequestPk::new(388141);
const IMAGE: &str = "463156ce-d566-44d2-94e9-184d89632b98";

fn stamp(document: &str, page: u32, edges: [f32; 4]) -> Stamp {
    let [x1, y1, x2, y2] = edges;
    Stamp {
        document: DocumentUid::new(document).unwrap(),
        page,
        x1,
        y1,
        x2,
        y2,
        image: None,
        countersign: false,
    }
}

fn with_image(stamp: Stamp) -> Stamp {
    Stamp {
        image: Some(ImageUid::new(IMAGE).unwrap()),
        ..stamp
    }
}

fn order() -> SignOrder {
    SignOrder::new(Unlock::Otp("012345".into()))
}

async fn sent(config: Config, order: &SignOrder) -> Result<Value, Error> {
    let server = Script::play([fixture_answer("sign.200.json")]).await;
    let config = Config {
        base_url: server.base.parse().unwrap(),
        ..config
    };
    let signed = Client::new(config).unwrap().sign(PK, order).await?;
    assert_eq!(signed, SignAnswer::Signed);
    assert_eq!(server.only().line(), "POST /oneshot/api/v1/sign/388141");
    Ok(serde_json::from_slice(&server.only().body).unwrap())
}

fn current() -> Config {
    config("http://127.0.0.1:1/")
}

fn older() -> Config {
    Config {
        dialect: Dialect::Legacy,
        ..current()
    }
}

#[tokio::test]
async fn a_code_is_asked_for_by_message() {
    for (method, expected) in [
        (DeliveryMethod::Sms, "otp.request.json"),
        (DeliveryMethod::Whatsapp, "otp.request.whatsapp.json"),
    ] {
        for (dialect, answer) in [
            (Dialect::Current, "otp.200.json"),
            (Dialect::Legacy, "otp.200.legacy.json"),
        ] {
            let server = Script::play([fixture_answer(answer)]).await;
            let client = client(&server.base).with_dialect(dialect);
            client.generate_otp(PK, method).await.unwrap();
            let request = server.only();
            assert_eq!(request.line(), "POST /oneshot/api/v1/otp/388141");
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(body, fixture_json(expected));
        }
    }
}

#[tokio::test]
async fn a_code_that_came_too_soon_is_worth_another_try_and_a_lost_answer_is_not() {
    let body = br#"{"detail":"Error occured during OTP generation: Otp generated less than a minute ago"}"#;
    for (step, retry, reason) in [
        (json(412, body), Retry::Later, Some(Reason::CodeTooSoon)),
        (Step::CloseAfterwards, Retry::FindOut, None),
        (fixture_answer("any.502.proxy.html"), Retry::FindOut, None),
    ] {
        let server = Script::play([step]).await;
        let error = client(&server.base)
            .generate_otp(PK, DeliveryMethod::Sms)
            .await
            .unwrap_err();
        assert_eq!((error.retry(), error.reason), (retry, reason), "{error:?}");
    }
}

#[tokio::test]
async fn a_signature_that_is_not_to_be_seen_takes_the_code_alone() {
    let expected = fixture_json("sign.request.minimal.json");
    assert_eq!(sent(current(), &order()).await.unwrap(), expected);
    assert_eq!(sent(older(), &order()).await.unwrap(), expected);
    let external = SignOrder::new(Unlock::External {
        secret: "123456".into(),
        kind: "biometric".into(),
        value: "12345678-12345678".into(),
    });
    let expected = fixture_json("sign.request.external.json");
    assert_eq!(sent(current(), &external).await.unwrap(), expected);
    assert_eq!(sent(older(), &external).await.unwrap(), expected);
    let plain = SignOrder {
        disable_ltv: true,
        ..order()
    };
    assert_eq!(
        sent(current(), &plain).await.unwrap(),
        value!({"secret": "012345", "disable_ltv": true})
    );
}

fn two_lines() -> SignatureText {
    SignatureText {
        lines: vec!["Signed by: %(CN)s".into(), "Date: %(DATE)s".into()],
        ..SignatureText::default()
    }
}

#[tokio::test]
async fn stamps_that_look_alike_are_one_and_others_are_one_for_each_document() {
    let alike = SignOrder {
        stamps: vec![
            with_image(stamp(
                "604b889f-6b3a-4af7-a24a-b5e610e7f7c1",
                0,
                [300.2, 100.0, 500.0, 149.6],
            )),
            with_image(stamp(
                "7c0acde7-1111-4222-8333-444444444444",
                0,
                [300.0, 100.0, 500.0, 150.0],
            )),
        ],
        text: two_lines(),
        ..order()
    };
    let one = fixture_json("sign.request.json");
    assert_eq!(sent(current(), &alike).await.unwrap(), one);
    let single = Config {
        appearance: AppearanceShape::Single,
        ..current()
    };
    assert_eq!(sent(single.clone(), &alike).await.unwrap(), one);

    let mut each = fixture_json("sign.request.per-document.json");
    let differing = SignOrder {
        stamps: vec![
            with_image(stamp(
                "604b889f-6b3a-4af7-a24a-b5e610e7f7c1",
                0,
                [300.0, 100.0, 500.0, 150.0],
            )),
            stamp(
                "7c0acde7-1111-4222-8333-444444444444",
                2,
                [72.0, 72.0, 272.0, 122.0],
            ),
        ],
        text: two_lines(),
        ..order()
    };
    // The order has one text for all, the sample has one for the first.
    each["signature"]["appearance"]["7c0acde7-1111-4222-8333-444444444444"]["text"] =
        "Signed by: %(CN)s\nDate: %(DATE)s".into();
    assert_eq!(sent(current(), &differing).await.unwrap(), each);
    let error = sent(single, &differing).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome(), error.reason),
        (
            ErrorKind::Invalid,
            Outcome::NotSent,
            Some(Reason::StampIncomplete)
        )
    );

    let by_document = Config {
        appearance: AppearanceShape::ByDocument,
        ..current()
    };
    let body = sent(by_document, &alike).await.unwrap();
    assert_eq!(body["signature"]["appearance"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn the_older_dialect_has_options_by_document() {
    let mut expected = fixture_json("sign.request.legacy.json");
    // Sent by us: a page as the number it is, and only what is asked for.
    expected["options"]["ec27331a-5555-4666-8777-888888888888"]["page"] = 2.into();
    let first = expected["options"]["712c29ac-a2dc-4530-8c67-d0f227d8294b"]
        .as_object_mut()
        .unwrap();
    first.remove("usecountersignature");
    expected.as_object_mut().unwrap().remove("disable_ltv");
    let order = SignOrder {
        stamps: vec![
            with_image(stamp(
                "712c29ac-a2dc-4530-8c67-d0f227d8294b",
                0,
                [300.0, 100.0, 500.0, 150.0],
            )),
            stamp(
                "ec27331a-5555-4666-8777-888888888888",
                2,
                [72.0, 72.0, 272.0, 122.0],
            ),
        ],
        text: SignatureText {
            shown: Some(true),
            lines: ["Signed by: %(CN)s", "%(SUBJECT)s", "Date: %(DATE)s", "%(E)s"]
                .map(str::to_owned)
                .to_vec(),
            date_format: Some("%d/%m/%Y %H:%M:%S".into()),
            timezone: Some("Europe/Madrid".into()),
        },
        ..order()
    };
    assert_eq!(sent(older(), &order).await.unwrap(), expected);
    let options = Config {
        appearance: AppearanceShape::Options,
        ..current()
    };
    assert_eq!(sent(options, &order).await.unwrap(), expected);
}

#[tokio::test]
async fn a_countersignature_is_of_the_older_dialect() {
    let mut expected = fixture_json("sign.request.countersign.legacy.json");
    let countersignature = expected["countersignature"].as_object_mut().unwrap();
    // Its own place is left to the server.
    countersignature.retain(|key, _| matches!(key.as_str(), "username" | "password" | "pin"));
    let order = SignOrder {
        stamps: vec![Stamp {
            countersign: true,
            ..stamp(
                "712c29ac-a2dc-4530-8c67-d0f227d8294b",
                0,
                [300.0, 100.0, 500.0, 150.0],
            )
        }],
        text: SignatureText {
            shown: Some(true),
            ..SignatureText::default()
        },
        countersigner: Some(Countersigner {
            username: "1000001".into(),
            password: "Gy6F89xK".into(),
            pin: "p1n".into(),
        }),
        ..order()
    };
    assert_eq!(sent(older(), &order).await.unwrap(), expected);
    let error = sent(current(), &order).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome()),
        (ErrorKind::Invalid, Outcome::NotSent)
    );
}

#[tokio::test]
async fn an_order_nobody_could_carry_out_is_not_sent() {
    let no_code = SignOrder::new(Unlock::Otp(" ".into()));
    let no_kind = SignOrder::new(Unlock::External {
        secret: "1".into(),
        kind: String::new(),
        value: "2".into(),
    });
    let on = |edges| SignOrder {
        stamps: vec![stamp("1", 0, edges)],
        ..order()
    };
    let twice = SignOrder {
        stamps: vec![
            stamp("1", 0, [0.0, 0.0, 9.0, 9.0]),
            stamp("1", 1, [0.0, 0.0, 9.0, 9.0]),
        ],
        ..order()
    };
    for (order, reason) in [
        (no_code, Reason::CodeMissing),
        (no_kind, Reason::CodeMissing),
        (on([10.0, 10.0, 10.2, 20.0]), Reason::StampIncomplete),
        (on([10.0, 20.0, 20.0, 10.0]), Reason::StampIncomplete),
        (on([f32::NAN, 0.0, 1.0, 1.0]), Reason::StampIncomplete),
        (on([0.0, 0.0, f32::INFINITY, 1.0]), Reason::StampIncomplete),
        (on([-5.0, 0.0, 10.0, 10.0]), Reason::StampIncomplete),
        (twice, Reason::StampIncomplete),
    ] {
        let server = Script::play([]).await;
        let error = client(&server.base).sign(PK, &order).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.retry(), error.reason),
            (Outcome::NotSent, Retry::Never, Some(reason)),
            "{order:?}"
        );
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_signature_in_the_background_is_told_apart() {
    let server = Script::play([fixture_answer("sign.200.async.legacy.json")]).await;
    let answer = legacy(&server.base).sign(PK, &order()).await.unwrap();
    assert_eq!(answer, SignAnswer::Underway);

    for (name, dialect, status) in [
        ("async-status.200.json", Dialect::Current, AsyncStatus::Approved),
        (
            "async-status.200.legacy.json",
            Dialect::Legacy,
            AsyncStatus::Approved,
        ),
        (
            "async-status.200.unknown.legacy.json",
            Dialect::Legacy,
            AsyncStatus::Unknown,
        ),
    ] {
        let server = Script::play([fixture_answer(name)]).await;
        let client = client(&server.base).with_dialect(dialect);
        assert_eq!(client.async_status(PK).await.unwrap(), status, "{name}");
        assert_eq!(server.only().line(), "GET /oneshot/api/v1/async/status/388141");
    }
    let server = Script::play([json(200, b"{\"status\":\"success\"}")]).await;
    let error = client(&server.base).async_status(PK).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unexpected);
}

#[tokio::test]
async fn a_signature_whose_answer_is_lost_is_never_ordered_again() {
    let mut cut = http(200, "application/json", &fixture("sign.200.json"));
    cut.truncate(cut.len() - 10);
    for step in [
        Step::CloseAfterwards,
        Step::Answer(cut),
        fixture_answer("any.502.proxy.html"),
        json(500, b""),
        json(200, b"{\"status\":\"succ"),
    ] {
        let server = Script::play([step]).await;
        let error = client(&server.base).sign(PK, &order()).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.retry()),
            (Outcome::Unknown, Retry::FindOut),
            "{error:?}"
        );
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_refused_signature_says_why() {
    for (status, body, reason) in [
        (403, &br#"{"detail":"Confirmation Code invalid"}"#[..], Reason::CodeWrong),
        (
            200,
            br#"{"status":"403 Forbidden","details":"Confirmation Code invalid"}"#,
            Reason::CodeWrong,
        ),
        (200, br#"{"detail":"Confirmation Code invalid"}"#, Reason::CodeWrong),
        (
            412,
            br#"{"detail":"Request already in ISSUED status"}"#,
            Reason::AlreadyIssued,
        ),
        (
            500,
            br#"{"detail":"Cannot sign: {\"code\":\"412\",\"id\":\"b49fee578381243a\",\"error\":\"Invalid request status\"}"}"#,
            Reason::WrongStatus,
        ),
        (
            200,
            br#"{"detail":{"712c29ac":"Missing required parameter 'position' for file 712c29ac"}}"#,
            Reason::StampIncomplete,
        ),
    ] {
        let server = Script::play([json(status, body)]).await;
        let error = client(&server.base).sign(PK, &order()).await.unwrap_err();
        assert_eq!(
            (error.reason, error.outcome(), error.retry()),
            (Some(reason), Outcome::Refused, Retry::Never),
            "{error:?}"
        );
    }
}
