//! A request at some place on its way, in either dialect.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::booth::{Answer, Booth, answer, clip, create_body, evidences_body, fixture, form};

/// One of the two ways to speak to the sandbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Current,
    Legacy,
}

/// A request at one place on its way.
pub struct Case<'a> {
    pub booth: &'a Booth,
    pub way: Way,
    pub request_pk: u64,
    pub videoid_pk: u64,
}

/// The smallest document: one empty page.
pub fn pdf() -> Vec<u8> {
    let mut body = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for object in [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>\nendobj\n",
    ] {
        places.push(body.len());
        body.extend_from_slice(object.as_bytes());
    }
    let start = body.len();
    let mut end = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for place in places {
        end.push_str(&format!("{place:010} 00000 n \n"));
    }
    end.push_str(&format!(
        "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    body.extend_from_slice(end.as_bytes());
    body
}

pub fn papers(files: &[(&str, &str, Vec<u8>)]) -> Form {
    files.iter().fold(Form::new(), |form, (part, name, bytes)| {
        let file = Part::bytes(bytes.clone()).file_name((*name).to_owned());
        form.part((*part).to_owned(), file)
    })
}

impl<'a> Case<'a> {
    /// A new request.
    pub async fn open(booth: &'a Booth, way: Way, authority: &str) -> Self {
        let mut case = Self {
            booth,
            way,
            request_pk: 0,
            videoid_pk: 0,
        };
        let mut body = create_body();
        body["registration_authority"] = json!(authority);
        let (status, body) = case.call("POST", "videoid", Some(body)).await;
        assert_eq!(status, 200, "{body}");
        let details = case.details(&body);
        case.request_pk = details["request_pk"].as_u64().unwrap();
        case.videoid_pk = details["videoid_pk"].as_u64().unwrap();
        case
    }

    /// A request that waits for the officer.
    pub async fn in_review(booth: &'a Booth, way: Way, authority: &str) -> Self {
        let case = Self::open(booth, way, authority).await;
        let evidences = case.videoid("evidences");
        let sent = Some(evidences_body("evidences.request"));
        assert_eq!(case.call("POST", &evidences, sent).await.0, 200);
        let video = match way {
            Way::Current => case.videoid("video"),
            Way::Legacy => case.videoid("evidences/video"),
        };
        assert_eq!(case.send(&video, form(clip())).await.0, 200);
        assert_eq!(case.status().await, "VIDEOREVIEW");
        case
    }

    /// A request that was approved.
    pub async fn approved(booth: &'a Booth, way: Way) -> Self {
        let case = Self::in_review(booth, way, "139").await;
        let (status, body) = case.approve().await;
        assert_eq!(status, 200, "{body}");
        case
    }

    pub fn url(&self, path: &str) -> String {
        let base = match self.way {
            Way::Current => self.booth.sandbox.base_url(),
            Way::Legacy => self.booth.sandbox.legacy_base_url(),
        };
        format!("{base}/{path}")
    }

    /// The path of a call on the identification.
    pub fn videoid(&self, call: &str) -> String {
        let pk = match self.way {
            Way::Current => self.videoid_pk,
            Way::Legacy => self.request_pk,
        };
        format!("videoid/{pk}/{call}")
    }

    /// The path of a call on the request.
    pub fn of(&self, call: &str) -> String {
        format!("{call}/{}", self.request_pk)
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let method = method.parse().unwrap();
        let mut request = self.booth.http.request(method, self.url(path));
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub async fn send(&self, path: &str, form: Form) -> Answer {
        let request = self.booth.http.post(self.url(path)).multipart(form);
        answer(request.send().await.unwrap()).await
    }

    pub async fn bytes(&self, path: &str) -> (u16, String, Vec<u8>) {
        let response = self.booth.http.get(self.url(path)).send().await.unwrap();
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        (status, media_type, response.bytes().await.unwrap().to_vec())
    }

    pub fn details<'b>(&self, body: &'b Value) -> &'b Value {
        match self.way {
            Way::Current => &body["detail"],
            Way::Legacy => &body["details"],
        }
    }

    pub async fn status(&self) -> String {
        let (status, body) = self.call("GET", &self.of("request"), None).await;
        assert_eq!(status, 200, "{body}");
        self.details(&body)["status"].as_str().unwrap().to_owned()
    }

    pub fn officer(&self) -> Value {
        let token = self.booth.sandbox.token();
        let token = match self.way {
            Way::Current => token,
            Way::Legacy => token.replace('-', ""),
        };
        json!({ "token": token, "rao": "1400" })
    }

    pub async fn approve(&self) -> Answer {
        self.approve_as(self.officer()).await
    }

    pub async fn approve_as(&self, officer: Value) -> Answer {
        let path = match self.way {
            Way::Current => self.videoid("approve"),
            Way::Legacy => format!("{}/approve", self.of("request")),
        };
        self.call("POST", &path, Some(officer)).await
    }

    pub async fn upload(&self, files: &[(&str, &str, Vec<u8>)]) -> Answer {
        self.send(&self.of("document"), papers(files)).await
    }

    /// Uploads one document and says its uid.
    pub async fn paper(&self) -> String {
        let (status, body) = self.upload(&[("file", "deed.pdf", pdf())]).await;
        assert_eq!(status, 200, "{body}");
        let details = self.details(&body);
        let uid = match self.way {
            Way::Current => &details["uid"],
            Way::Legacy => details,
        };
        uid.as_str().unwrap().to_owned()
    }

    pub async fn code(&self) -> String {
        let (status, body) = self.call("POST", &self.of("otp"), None).await;
        assert_eq!(status, 200, "{body}");
        self.booth.sandbox.otp(self.request_pk).unwrap()
    }

    pub async fn sign(&self, body: Value) -> Answer {
        self.call("POST", &self.of("sign"), Some(body)).await
    }

    /// What the sandbox says is wrong.
    pub fn said<'b>(&self, body: &'b Value) -> &'b str {
        self.details(body).as_str().unwrap_or_else(|| panic!("{body}"))
    }

    pub fn assert_refused(&self, got: &Answer, status: u16, sentence: &str) {
        assert_eq!((got.0, self.said(&got.1)), (status, sentence), "{:?}", self.way);
        if self.way == Way::Legacy {
            let line = got.1["status"].as_str().unwrap();
            assert!(line.starts_with(&status.to_string()), "{line}");
        }
    }

    pub fn kept(&self) -> oneshot_sandbox::Request {
        self.booth.sandbox.request(self.request_pk).unwrap()
    }
}

/// The fixture of this way.
pub fn named(name: &str, way: Way) -> Value {
    fixture(&match way {
        Way::Current => name.to_owned(),
        Way::Legacy => format!("{name}.legacy"),
    })
}
