//! What every test needs: a sandbox, a raw client, and test data.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use oneshot_sandbox::{Sandbox, Settings};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// A running sandbox and somebody who calls it.
pub struct Booth {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
}

/// A status and the JSON that came with it.
pub type Answer = (u16, Value);

impl Booth {
    pub async fn open() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let sandbox = Sandbox::start(settings).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            // Loopback speaks plain HTTP; reading the system's certificates would take most of a test's time.
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("booth-test/1")
            .build()
            .unwrap();
        Self { sandbox, http }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.sandbox.base_url())
    }

    /// Anything that is not the API: pages and inspection.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.page_url())
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.http.post(self.url(path)).json(body).send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    /// Opens a request: `(request_pk, videoid_pk)`.
    pub async fn create(&self) -> (u64, u64) {
        let (status, body) = self.post("videoid", &create_body()).await;
        assert_eq!(status, 200, "{body}");
        let id = |name: &str| body["detail"][name].as_u64().unwrap();
        (id("request_pk"), id("videoid_pk"))
    }

    pub async fn evidences(&self, videoid_pk: u64, body: &Value) -> Answer {
        self.post(&format!("videoid/{videoid_pk}/evidences"), body).await
    }

    pub async fn video(&self, videoid_pk: u64, bytes: Vec<u8>) -> Answer {
        let request = self.http.post(self.url(&format!("videoid/{videoid_pk}/video")));
        answer(request.multipart(form(bytes)).send().await.unwrap()).await
    }

    pub async fn status(&self, request_pk: u64) -> String {
        let (status, body) = self.get(&format!("request/{request_pk}")).await;
        assert_eq!(status, 200, "{body}");
        body["detail"]["status"].as_str().unwrap().to_owned()
    }
}

pub async fn answer(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn form(bytes: Vec<u8>) -> Form {
    Form::new().part(
        "video",
        Part::bytes(bytes)
            .file_name("video.mp4")
            .mime_str("video/mp4")
            .unwrap(),
    )
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// A body of `fixtures/oneshot`.
pub fn fixture(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oneshot/");
    serde_json::from_slice(&read(&format!("{path}{name}.json"))).unwrap()
}

pub fn create_body() -> Value {
    fixture("create.request")
}

/// The fixture, accepted just now: its own moment is that of the vendor's sample, years ago.
pub fn evidences_body(name: &str) -> Value {
    let mut body = fixture(name);
    body["acceptance"]["date"] = json!(now());
    body
}

/// A file of the test data.
pub fn data(name: &str) -> Vec<u8> {
    read(&format!(
        "{}/../../../shared/data/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
}

pub fn clip() -> Vec<u8> {
    data("clips/face_syn2_still_animated.mp4")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(path)).unwrap_or_else(|error| panic!("{path} is needed: {error}"))
}
