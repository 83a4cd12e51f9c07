//! Tokens, pictures, settings, greetings.

use std::sync::Arc;

use bytes::Bytes;
use oneshot::{
    Dialect, Env, ErrorKind, ImageUid, NewToken, Outcome, Reason, Retry, Secret, SettingValue,
    SettingsUpdate, ignore_progress,
};
use serde_json::Value;

use crate::script::{Script, Step, fixture_answer, http, json};
use crate::{client, fixture_json, legacy};

const TOKEN: &str = "11111111-2222-3333-4444-555555555555";
const LEGACY_TOKEN: &str = "0123456789abcdef0123456789abcdef";
const IMAGE: &str = "463156ce-d566-44d2-94e9-184d89632b98";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

const BOTH: [(Dialect, &str); 2] = [(Dialect::Current, "json"), (Dialect::Legacy, "legacy.json")];

fn credentials() -> NewToken {
    NewToken {
        username: "1000001".into(),
        password: Some("Gy6F89xK".into()),
        pin: Some("p1n".into()),
        env: Some(Env::Sandbox),
    }
}

fn body(server: &Script) -> Value {
    serde_json::from_slice(&server.only().body).unwrap()
}

#[tokio::test]
async fn credentials_are_stored_under_a_token() {
    for (dialect, shape) in BOTH {
        let server = Script::play([fixture_answer(&format!("create-token.200.{shape}"))]).await;
        let client = client(&server.base).with_dialect(dialect);
        let token = client.create_token(&credentials()).await.unwrap();
        let expected = if dialect == Dialect::Current {
            TOKEN
        } else {
            LEGACY_TOKEN
        };
        assert_eq!(token, Secret::new(expected));
        assert_eq!(server.only().line(), "POST /oneshot/api/v1/token");
        assert_eq!(body(&server), fixture_json("create-token.request.json"));
    }
    let server = Script::play([fixture_answer("create-token.200.json")]).await;
    let minimal = NewToken {
        password: None,
        pin: None,
        ..credentials()
    };
    client(&server.base).create_token(&minimal).await.unwrap();
    assert_eq!(body(&server), fixture_json("create-token.request.minimal.json"));
}

#[tokio::test]
async fn a_token_nobody_was_told_is_not_made_twice() {
    for step in [
        Step::CloseAfterwards,
        json(200, b"{\"status\":\"success\",\"message\":\"Token created\"}"),
        json(200, b""),
    ] {
        let server = Script::play([step]).await;
        let error = client(&server.base)
            .create_token(&credentials())
            .await
            .unwrap_err();
        assert_eq!(
            (error.outcome(), error.retry()),
            (Outcome::Unknown, Retry::FindOut)
        );
    }
}

#[tokio::test]
async fn tokens_are_looked_up_listed_and_forgotten() {
    for (dialect, shape) in BOTH {
        let token = Secret::new(if dialect == Dialect::Current {
            TOKEN
        } else {
            LEGACY_TOKEN
        });
        let path = format!("/oneshot/api/v1/token/{}", token.expose());

        let server = Script::play([fixture_answer(&format!("get-token.200.{shape}"))]).await;
        let content = client(&server.base)
            .with_dialect(dialect)
            .get_token(&token)
            .await
            .unwrap();
        assert_eq!(server.only().line(), format!("GET {path}"));
        assert_eq!(
            (content.username.as_deref(), content.password, content.pin),
            (Some("1000001"), true, true)
        );

        let server = Script::play([fixture_answer(&format!("list-tokens.200.{shape}"))]).await;
        let listed = client(&server.base)
            .with_dialect(dialect)
            .list_tokens()
            .await
            .unwrap();
        assert_eq!(server.only().line(), "GET /oneshot/api/v1/tokens");
        assert_eq!(listed.len(), 2);
        let found = listed.iter().find(|stored| stored.uid == token).unwrap();
        assert_eq!(found.content, content, "{shape}");
        assert!(listed.iter().any(|stored| !stored.content.pin));

        let server = Script::play([fixture_answer(&format!("delete-token.200.{shape}"))]).await;
        client(&server.base)
            .with_dialect(dialect)
            .delete_token(&token)
            .await
            .unwrap();
        assert_eq!(server.only().line(), format!("DELETE {path}"));
    }
}

#[tokio::test]
async fn what_is_no_token_is_not_put_into_an_address() {
    let server = Script::play([]).await;
    for word in ["", "../settings", "a/b", "a?b"] {
        let error = client(&server.base).delete_token(&word.into()).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.reason),
            (Outcome::NotSent, Some(Reason::TokenNotFound))
        );
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_picture_is_uploaded_and_comes_back() {
    for (dialect, shape) in BOTH {
        let server = Script::play([fixture_answer(&format!("upload-image.200.{shape}"))]).await;
        let client = client(&server.base).with_dialect(dialect);
        let uid = client
            .upload_image("logo.png", Arc::new(Bytes::from_static(PNG)), ignore_progress())
            .await
            .unwrap();
        assert_eq!(uid.as_str(), IMAGE);
        let request = server.only();
        assert_eq!(request.line(), "POST /oneshot/api/v1/image");
        let form = String::from_utf8_lossy(&request.body).into_owned();
        assert!(form.contains("name=\"image\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n"));
    }
    let uid = ImageUid::new(IMAGE).unwrap();
    let server = Script::play([Step::Answer(http(200, "image/png", PNG))]).await;
    assert_eq!(client(&server.base).get_image(&uid).await.unwrap(), PNG);
    assert_eq!(server.only().line(), format!("GET /oneshot/api/v1/image/{IMAGE}"));

    for (step, kind) in [
        (
            Step::Answer(http(200, "image/png", b"GIF89a")),
            ErrorKind::NotTheService,
        ),
        (
            json(
                404,
                format!("{{\"detail\":\"Image with uid {IMAGE} not found\"}}").as_bytes(),
            ),
            ErrorKind::NotFound,
        ),
    ] {
        let server = Script::play([step]).await;
        assert_eq!(client(&server.base).get_image(&uid).await.unwrap_err().kind, kind);
    }
}

#[tokio::test]
async fn pictures_are_listed_and_deleted() {
    let uid = ImageUid::new(IMAGE).unwrap();
    for (dialect, shape) in BOTH {
        let server = Script::play([fixture_answer(&format!("list-images.200.{shape}"))]).await;
        let listed = client(&server.base)
            .with_dialect(dialect)
            .list_images()
            .await
            .unwrap();
        assert_eq!(server.only().line(), "GET /oneshot/api/v1/images");
        assert_eq!((&listed[0].uid, listed[0].size_px), (&uid, Some((1920, 1080))));
        assert_eq!(listed[0].file_name.as_deref(), Some("logo.png"));

        let server = Script::play([fixture_answer(&format!("delete-image.200.{shape}"))]).await;
        client(&server.base)
            .with_dialect(dialect)
            .delete_image(&uid)
            .await
            .unwrap();
        assert_eq!(
            server.only().line(),
            format!("DELETE /oneshot/api/v1/image/{IMAGE}")
        );

        let server = Script::play([fixture_answer(&format!("delete-images.200.{shape}"))]).await;
        client(&server.base)
            .with_dialect(dialect)
            .delete_images()
            .await
            .unwrap();
        assert_eq!(server.only().line(), "DELETE /oneshot/api/v1/images");
    }
}

#[tokio::test]
async fn a_server_says_what_it_is() {
    for (dialect, shape) in BOTH {
        let server = Script::play([fixture_answer(&format!("hello.200.{shape}"))]).await;
        client(&server.base).with_dialect(dialect).hello().await.unwrap();
        assert_eq!(server.only().line(), "GET /oneshot/api/v1/hello");
        let server = Script::play([fixture_answer(&format!("version.200.{shape}"))]).await;
        let version = client(&server.base)
            .with_dialect(dialect)
            .version()
            .await
            .unwrap();
        assert_eq!(version.version.as_deref(), Some("1.5.0"));
        assert_eq!(version.name.as_deref(), Some("OneShot Optimizer"));
    }
    let server = Script::play([json(200, b"{\"status\":\"success\"}")]).await;
    assert_eq!(
        client(&server.base).version().await.unwrap_err().kind,
        ErrorKind::Unexpected
    );
}

#[tokio::test]
async fn a_servers_passwords_are_left_where_they_are() {
    for (dialect, shape) in BOTH {
        let server = Script::play([fixture_answer(&format!("read-settings.200.{shape}"))]).await;
        let settings = client(&server.base)
            .with_dialect(dialect)
            .read_settings()
            .await
            .unwrap();
        assert_eq!(server.only().line(), "GET /oneshot/api/v1/settings");
        let get = |group: &str, name: &str| settings.groups[group][name].clone();
        assert_eq!(get("request", "default_ra"), SettingValue::Text("139".into()));
        assert_eq!(
            get("billing", "billing_password"),
            SettingValue::Hidden { set: true }
        );
        assert_eq!(
            get("proxy", "proxy_password"),
            SettingValue::Hidden { set: false }
        );
        assert_eq!(
            get("proxy", "useproxycredentials"),
            SettingValue::Text("false".into())
        );
    }
}

#[tokio::test]
async fn settings_are_saved_as_they_are_named() {
    let full = fixture_json("save-settings.request.json");
    let mut update = SettingsUpdate::default();
    for (group, settings) in full.as_object().unwrap() {
        for (name, value) in settings.as_object().unwrap() {
            update = update.set(group, name, value.as_str().unwrap());
        }
    }
    let server = Script::play([fixture_answer("save-settings.200.json")]).await;
    client(&server.base).save_settings(&update).await.unwrap();
    assert_eq!(server.only().line(), "POST /oneshot/api/v1/settings");
    assert_eq!(body(&server), full);

    let server = Script::play([fixture_answer("save-settings.200.legacy.json")]).await;
    let one = SettingsUpdate::default().set("request", "default_ra", "139");
    legacy(&server.base).save_settings(&one).await.unwrap();
    assert_eq!(body(&server), fixture_json("save-settings.request.minimal.json"));
}
