//! What belongs to the server and to no request.

use oneshot_sandbox::{Dialects, OtpRules, RegistrationAuthority, Settings};
use reqwest::multipart::Form;
use serde_json::{Value, json};

use crate::booth::{Booth, create_body};
use crate::case::{Case, Way, named, papers};

#[tokio::test]
async fn tokens_stand_for_what_they_hold() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::in_review(&booth, way, "139").await;
        let make = |body: Value| case.call("POST", "token", Some(body));
        let nothing = make(json!({ "env": "sandbox" })).await;
        case.assert_refused(
            &nothing,
            400,
            "Missing required parameters: username, password, pin",
        );
        let stranger = make(json!({ "username": "1000002", "env": "sandbox" })).await;
        let sentence = "Error getting RAO's id. Make sure the credentials are correct.";
        case.assert_refused(&stranger, 404, sentence);
        let partial = json!({ "username": "1000001", "password": "Gy6F89xK", "env": "sandbox" });
        let (status, made) = make(partial.clone()).await;
        assert_eq!(status, 200, "{made}");
        let token = match way {
            Way::Current => made["details"]["token_uid"].as_str().unwrap().to_owned(),
            Way::Legacy => made["details"].as_str().unwrap().to_owned(),
        };
        assert_eq!(token.contains('-'), way == Way::Current);
        let twin = make(partial).await;
        case.assert_refused(&twin, 400, "A token with these credentials already exist!");
        let (_, held) = case.call("GET", &format!("token/{token}"), None).await;
        assert_eq!(
            held["details"],
            json!({ "username": "1000001", "password": true, "pin": false })
        );
        let (_, all) = case.call("GET", "tokens", None).await;
        assert!(all["details"].as_object().unwrap().contains_key(&token), "{all}");
        assert_eq!(
            case.approve_as(json!({ "token": token })).await.0,
            400,
            "the pin is missing"
        );
        let whole = json!({ "token": token, "pin": "p1n" });
        assert_eq!(case.approve_as(whole).await.0, 200);
        let gone = case.call("DELETE", &format!("token/{token}"), None).await;
        assert_eq!(gone, (200, named("delete-token.200", way)));
        let gone = case.call("DELETE", &format!("token/{token}"), None).await;
        case.assert_refused(&gone, 404, "Token not found");
        let gone = case.call("GET", &format!("token/{token}"), None).await;
        case.assert_refused(&gone, 404, &format!("Token {token} not found"));
        let nobody = case.call("GET", "token/", None).await;
        case.assert_refused(&nobody, 400, "Missing required parameter: no token uid specified");
    }
}

/// A picture of one grey dot.
fn png() -> Vec<u8> {
    use base64::Engine;
    let text = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn images_are_png_and_belong_to_the_server() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::approved(&booth, way).await;
        let none = case.send("image", Form::new().text("image", "no file")).await;
        case.assert_refused(&none, 400, "Missing required parameter: 'image'");
        let gif = case
            .send("image", papers(&[("image", "logo.gif", b"GIF89a".to_vec())]))
            .await;
        case.assert_refused(&gif, 415, "Image file type not supported: .gif");
        let (status, body) = case.send("image", papers(&[("image", "logo.png", png())])).await;
        assert_eq!(status, 200, "{body}");
        let image = match way {
            Way::Current => &body["details"]["image_uid"],
            Way::Legacy => &body["details"],
        };
        let image = image.as_str().unwrap();
        let (_, media_type, bytes) = case.bytes(&format!("image/{image}")).await;
        assert_eq!((media_type.as_str(), bytes), ("image/png", png()));
        let (_, list) = case.call("GET", "images", None).await;
        assert_eq!(case.details(&list)[image]["size"], json!([1, 1]));
        // Used in a signature.
        let uid = case.paper().await;
        let stamp = json!({ "position": "10, 10, 110, 60", "image": image });
        let secret = case.code().await;
        let order = match way {
            Way::Current => json!({ "secret": secret, "signature": { "appearance": stamp } }),
            Way::Legacy => json!({ "secret": secret, "options": { uid: stamp } }),
        };
        let signed = case.sign(order).await;
        assert_eq!(signed.0, 200, "{}", signed.1);
        let gone = case.call("DELETE", &format!("image/{image}"), None).await;
        assert_eq!(gone, (200, named("delete-image.200", way)));
        let gone = case.call("DELETE", &format!("image/{image}"), None).await;
        case.assert_refused(&gone, 404, &format!("Image with uid {image} not found on disk"));
        let all = case.call("DELETE", "images", None).await;
        assert_eq!(all, (200, named("delete-images.200", way)));
    }
}

#[tokio::test]
async fn the_server_says_what_it_is_and_keeps_its_settings() {
    let booth = Booth::open().await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::open(&booth, way, "139").await;
        assert_eq!(
            case.call("GET", "hello", None).await,
            (200, named("hello.200", way))
        );
        let (_, version) = case.call("GET", "version", None).await;
        assert!(
            version["details"]["name"].as_str().unwrap().contains("sandbox"),
            "{version}"
        );
        let settings = json!({ "request": { "default_ra": "139" }, "unknown": { "a": "b" } });
        let saved = case.call("POST", "settings", Some(settings)).await;
        assert_eq!(saved, (200, named("save-settings.200", way)));
        let (_, read) = case.call("GET", "settings", None).await;
        assert_eq!(read["details"]["request"]["default_ra"], "139");
        assert!(read["details"].get("unknown").is_none());
        let mut body = create_body();
        body.as_object_mut().unwrap().remove("registration_authority");
        assert_eq!(
            case.call("POST", "videoid", Some(body)).await.0,
            200,
            "from the settings"
        );
        let status = case.call("GET", &case.of("async/status"), None).await;
        assert_eq!(case.details(&status.1), "Unknown");
    }
    // Only the older dialect has metadata.
    let case = Case::open(&booth, Way::Legacy, "139").await;
    let (_, made) = case.call("POST", "metadata", Some(json!({ "a": 1 }))).await;
    let path = format!("metadata/{}", made["details"].as_str().unwrap());
    assert_eq!(
        case.call("GET", &path, None).await.1["details"],
        json!({ "a": 1 })
    );
    assert_eq!(case.call("DELETE", &path, None).await.0, 200);
    assert_eq!(case.call("GET", &path, None).await.0, 404);
}

#[tokio::test]
async fn one_dialect_alone_hides_the_other() {
    for (dialects, current, legacy) in [(Dialects::Current, 200, 404), (Dialects::Legacy, 404, 200)] {
        let settings = Settings {
            dialects,
            otp: OtpRules {
                fixed: Some("012345".to_owned()),
                ..OtpRules::default()
            },
            registration_authorities: vec![RegistrationAuthority::new("7")],
            ..Settings::default()
        };
        let booth = Booth::with(settings).await;
        let hello = async |base: String| {
            let hello = booth.http.get(format!("{base}/hello"));
            hello.send().await.unwrap().status().as_u16()
        };
        assert_eq!(hello(booth.sandbox.base_url()).await, current);
        assert_eq!(hello(booth.sandbox.legacy_base_url()).await, legacy);
    }
}
