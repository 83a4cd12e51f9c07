//! Nothing personal and no secret is printed by any type that holds one.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use oneshot::webhook;
use oneshot::{
    Billing, Call, Client, Config, Countersigner, DocumentFile, DocumentKind, DocumentUid, Env, Error,
    NewRequest, NewToken, Officer, OfficerKey, Proxy, RequestPk, RequestUpdate, Secret, SettingsUpdate,
    SignOrder, SignatureText, Stamp, Unlock, parse_answer,
};

use crate::evidences::PK;
use crate::script::{Script, Step, http, json};
use crate::{client, config};

/// Stands for every secret, name and word of a server here. No type's own name has it.
const WORD: &str = "Zorro";

fn word() -> Secret {
    Secret::new(format!("{WORD}-1"))
}

fn text() -> String {
    format!("{WORD} de la Vega")
}

fn keeps_quiet(what: &str, shown: &str) {
    assert!(!shown.contains(WORD), "{what} prints {shown}");
    assert!(!shown.contains("Wm9ycm8"), "{what} prints it in Base64: {shown}");
    assert!(!shown.is_empty(), "{what}");
}

fn full_config() -> Config {
    let mut config = config("http://127.0.0.1:1/oneshot/api/v1");
    config.billing = Some(Billing {
        username: text(),
        password: word(),
    });
    config.env = Some(Env::Sandbox);
    config.extra = vec![("given_name".into(), text())];
    config.extra_headers = vec![("x-key".into(), word())];
    config.client_identity = Some(word());
    config.proxy = Some(Proxy {
        url: "http://127.0.0.1:2/".parse().unwrap(),
        username: Some(text()),
        password: Some(word()),
    });
    config
}

#[test]
fn what_is_configured_and_ordered_is_not_printed() {
    let config = full_config();
    keeps_quiet("Config", &format!("{config:#?}"));
    keeps_quiet("Billing", &format!("{:?}", config.billing));
    keeps_quiet("Proxy", &format!("{:?}", config.proxy));
    keeps_quiet("Client", &format!("{:#?}", Client::new(config).unwrap()));
    keeps_quiet("Secret", &format!("{:?}", word()));
    let keys = [
        OfficerKey::Token(word()),
        OfficerKey::Password {
            username: word(),
            password: word(),
            pin: word(),
        },
        OfficerKey::TokenAnd {
            token: word(),
            username: Some(word()),
            password: Some(word()),
            pin: Some(word()),
        },
    ];
    for key in keys {
        let officer = Officer {
            rao: Some(text()),
            key,
        };
        keeps_quiet("Officer", &format!("{officer:?} {:?}", officer.key));
    }
    let person = NewRequest {
        mobile_phone_number: text(),
        email: text(),
    };
    keeps_quiet("NewRequest", &format!("{person:?}"));
    let update = RequestUpdate {
        scratchcard: word(),
        email: text(),
        profile: text(),
        registration_authority: text(),
        country_name: text(),
        given_name: Some(text()),
        surname_1: Some(text()),
        surname_2: None,
        birth_date: None,
        mobile_phone_number: None,
        serial_number: None,
    };
    keeps_quiet("RequestUpdate", &format!("{update:?}"));
    let file = DocumentFile {
        file_name: text(),
        source: Arc::new(Bytes::from(text())),
        kind: DocumentKind::Pdf,
    };
    keeps_quiet("DocumentFile", &format!("{file:?}"));
    for unlock in [
        Unlock::Otp(word()),
        Unlock::External {
            secret: word(),
            kind: text(),
            value: word(),
        },
    ] {
        let order = SignOrder {
            stamps: vec![Stamp {
                document: DocumentUid::new("1").unwrap(),
                page: 0,
                x1: 0.0,
                y1: 0.0,
                x2: 1.0,
                y2: 1.0,
                image: None,
                countersign: false,
            }],
            text: SignatureText {
                lines: vec![text()],
                ..SignatureText::default()
            },
            countersigner: Some(Countersigner {
                username: word(),
                password: word(),
                pin: word(),
            }),
            ..SignOrder::new(unlock)
        };
        let parts = format!("{:?} {:?} {:?}", order.unlock, order.text, order.countersigner);
        keeps_quiet("SignOrder", &format!("{order:#?} {parts}"));
    }
    let token = NewToken {
        username: word(),
        password: Some(word()),
        pin: Some(word()),
        env: None,
    };
    keeps_quiet("NewToken", &format!("{token:?}"));
    let settings = SettingsUpdate::default().set("billing", text(), text());
    keeps_quiet("SettingsUpdate", &format!("{settings:?}"));
}

#[tokio::test]
async fn what_a_server_says_is_not_printed() {
    let name = text();
    let record = serde_json::json!({"status": "success", "detail": {"pk": 388141, "status": name, "profile": name,
        "given_name": name, "scratchcard": name, "approving_rao": {"given_name": name},
        "videoid_data": {"pk": 16673, "status": name, "refusal_reason": name, "acceptance": {"description": name},
            "data": {"images": {"document_front": name}, "ocr_data": {"given_name": name},
                "similarity_level": name, "security_checks": [[name, true]]}}}});
    let record = || json(200, record.to_string().as_bytes());
    let uid = "604b889f-6b3a-4af7-a24a-b5e610e7f7c1";
    let listed = serde_json::json!({"detail": {uid: {"filename": name, "mime": name, "upload_date": name}}});
    let token = serde_json::json!({"detail": {"Zorro-token": {"username": name, "password": true}}});
    let settings = serde_json::json!({"detail": {"tsa": {"tsa_url": name, "password": name}}});
    let made = serde_json::json!({"detail": {"request_pk": 1, "videoid_pk": 2, "videoid_link": name}});
    let uploaded = serde_json::json!({"detail": {"uid": uid, "filename": name}});
    let server = Script::play([
        record(),
        record(),
        json(200, listed.to_string().as_bytes()),
        json(200, listed.to_string().as_bytes()),
        json(200, token.to_string().as_bytes()),
        json(200, settings.to_string().as_bytes()),
        json(200, made.to_string().as_bytes()),
        json(200, uploaded.to_string().as_bytes()),
        json(200, serde_json::json!({"detail": name}).to_string().as_bytes()),
        Step::Answer(http(
            200,
            "application/pdf",
            format!("%PDF-1.7 {name}").as_bytes(),
        )),
    ])
    .await;
    let client = client(&server.base);
    let read = client.read_request(PK.request_pk).await.unwrap();
    keeps_quiet(
        "RequestRecord",
        &format!("{read:?} {:?} {}", read.status, read.status),
    );
    let held = client.read_evidence(PK.request_pk).await.unwrap();
    keeps_quiet(
        "HeldEvidence",
        &format!("{held:?} {:?} {:?}", held.similarity, held.scratchcard),
    );
    keeps_quiet(
        "ListedDocument",
        &format!("{:?}", client.list_documents(PK.request_pk).await.unwrap()),
    );
    keeps_quiet(
        "ListedImage",
        &format!("{:?}", client.list_images().await.unwrap()),
    );
    let tokens = client.list_tokens().await.unwrap();
    keeps_quiet("StoredToken", &format!("{tokens:?} {:?}", tokens[0].content));
    let settings = client.read_settings().await.unwrap();
    keeps_quiet(
        "ServerSettings",
        &format!("{settings:?} {:?}", settings.groups["tsa"]["tsa_url"]),
    );
    let made = client
        .create_videoid(&NewRequest {
            mobile_phone_number: text(),
            email: text(),
        })
        .await
        .unwrap();
    keeps_quiet("Created", &format!("{made:?}"));
    let file = DocumentFile {
        file_name: text(),
        source: Arc::new(Bytes::from(text())),
        kind: DocumentKind::Pdf,
    };
    let uploaded = client
        .upload_document(PK.request_pk, file, oneshot::ignore_progress())
        .await
        .unwrap();
    keeps_quiet("UploadedDocument", &format!("{uploaded:?}"));
    keeps_quiet(
        "AsyncStatus",
        &format!("{:?}", client.async_status(PK.request_pk).await.unwrap()),
    );
    let download = client
        .get_document(PK.request_pk, &uploaded.uid, oneshot::DocumentCopy::Signed)
        .await
        .unwrap();
    keeps_quiet("Download", &format!("{download:?}"));
}

#[test]
fn a_message_of_a_webhook_is_not_printed() {
    let body = serde_json::json!({"event_type": text(), "sent_at": text(), "previous_status": text(),
        "request": {"status": text(), "pk": 1},
        "certificates": [{"serial_number": text(), "status": text(), "valid_from": text()}]});
    let event = webhook::parse(body.to_string().as_bytes()).unwrap();
    keeps_quiet(
        "WebhookEvent",
        &format!("{event:#?} {:?} {:?}", event.certificates, event.previous),
    );
}

#[test]
fn no_error_of_any_call_prints_what_the_server_said() {
    let name = text();
    let mut kinds = BTreeMap::new();
    for status in [200, 302, 400, 401, 403, 404, 412, 422, 500, 502] {
        for body in [
            serde_json::json!({"status": name, "message": name}),
            serde_json::json!({"status": format!("500 {name}"), "details": name}),
            serde_json::json!({"detail": [{"loc": ["body", name], "msg": name}]}),
            serde_json::json!({"code": name, "id": name, "error": name}),
            serde_json::json!({"detail": {name.as_str(): format!("Missing required parameter 'position' for file {name}")}}),
            serde_json::json!({"detail": format!("Invalid request fields: {name}; {WORD}")}),
        ] {
            for call in Call::ALL {
                let answer = parse_answer(status, None, body.to_string().as_bytes());
                keeps_quiet("Answer", &format!("{answer:?}"));
                if let Err(error) = answer.into_success(*call) {
                    keeps_quiet("Error", &format!("{error} {error:?}"));
                    *kinds.entry(error.kind.code()).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(kinds.len() >= 5, "several kinds were met: {kinds:?}");
}

#[tokio::test]
async fn an_error_of_the_connection_names_no_token() {
    let server = Script::play([Step::CloseAfterwards]).await;
    let error: Error = client(&server.base).get_token(&word()).await.unwrap_err();
    assert!(server.only().line().ends_with("/token/Zorro-1"));
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    keeps_quiet("Error", &shown);
}

#[test]
fn a_number_is_no_name() {
    // The numbers are what support asks for: these are printed.
    assert_eq!(format!("{:?}", RequestPk::new(7)), "RequestPk(7)");
}
