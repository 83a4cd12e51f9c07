//! From review to the signed document, in both dialects, and what is refused on the way.

use std::time::Duration;

use oneshot_sandbox::{Dialects, OtpRules, RegistrationAuthority, Settings, Status};
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

    fn kept(&self) -> oneshot_sandbox::Request {
        self.booth.sandbox.request(self.request_pk).unwrap()
    }
}

fn named(name: &str, way: Way) -> Value {
    fixture(&match way {
        Way::Current => name.to_owned(),
        Way::Legacy => format!("{name}.legacy"),
    })
}

async fn the_whole_way(way: Way) {
    let booth = Booth::open().await;
    let case = Case::in_review(&booth, way, "139").await;
    assert_eq!(case.approve().await, (200, named("approve.200", way)));
    assert_eq!(case.status().await, "ENROLLREADY");

    let (status, _, contract) = match way {
        Way::Current => case.bytes(&case.of("contract")).await,
        Way::Legacy => case.bytes(&format!("{}/contract", case.of("document"))).await,
    };
    assert!(status == 200 && contract.starts_with(b"%PDF-"), "{status}");

    let uid = case.paper().await;
    let list = case.call("GET", &case.of("documents"), None).await;
    let entry = &case.details(&list.1)[&uid];
    assert_eq!(
        (&entry["filename"], &entry["size"]),
        (&json!("deed.pdf"), &json!(pdf().len()))
    );

    let code = case.code().await;
    assert!(
        code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit()),
        "{code}"
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = case.sign(json!({ "secret": wrong })).await;
    case.assert_refused(&refused, 403, "Confirmation Code invalid");
    assert_eq!(case.status().await, "ENROLLREADY", "it may be tried again");
    let stamp = json!({ "position": "300, 100, 500, 150", "page": 0, "text": "Signed by: %(CN)s" });
    let order = match way {
        Way::Current => json!({ "secret": code, "signature": { "appearance": stamp } }),
        Way::Legacy => json!({ "secret": code, "options": { uid.as_str(): stamp } }),
    };
    assert_eq!(case.sign(order.clone()).await, (200, named("sign.200", way)));
    assert_eq!(case.status().await, "ISSUED");
    let again = case.sign(order).await;
    case.assert_refused(&again, 412, "Request already in ISSUED status");

    let copy = |copy: &str| match way {
        Way::Current => format!("{}/{uid}?document_type={copy}", case.of("document")),
        Way::Legacy => format!("{}/{copy}/{uid}", case.of("document")),
    };
    let (_, _, original) = case.bytes(&copy("original")).await;
    let (status, _, signed) = case.bytes(&copy("signed")).await;
    assert_eq!((status, &original), (200, &pdf()));
    assert!(
        signed.starts_with(&original) && signed.len() > original.len() + 1_000,
        "what was uploaded is the beginning of what is signed"
    );
    if way == Way::Current {
        let (_, _, by_path) = case.bytes(&format!("{}/signed/{uid}", case.of("document"))).await;
        assert_eq!(by_path, signed);
    }

    let copies = match way {
        Way::Current => vec![format!("{}/{uid}", case.of("document"))],
        Way::Legacy => vec![copy("original"), copy("signed")],
    };
    for copy in copies {
        let gone = case.call("DELETE", &copy, None).await;
        assert_eq!(gone, (200, named("delete-document.200", way)));
    }
    let list = case.call("GET", &case.of("documents"), None).await;
    case.assert_refused(&list, 404, "No documents found for specified Request");
    let all = match way {
        Way::Current => case.of("document"),
        Way::Legacy => case.of("documents"),
    };
    let nothing = case.call("DELETE", &all, None).await;
    case.assert_refused(&nothing, 404, "No documents found for specified Request");

    let kept = case.kept();
    let happened = (
        kept.evidences_taken,
        kept.videos_taken,
        kept.approvals,
        kept.otps_sent,
        kept.documents_taken,
        kept.signatures,
        kept.wrong_codes,
    );
    assert_eq!(happened, (1, 1, 1, 1, 1, 1, 1));
    let states: Vec<Status> = kept.history.iter().map(|change| change.status).collect();
    assert_eq!(
        states,
        [
            Status::Pending,
            Status::Incomplete,
            Status::Review,
            Status::EnrollReady,
            Status::Issued
        ]
    );
    assert!(booth.sandbox.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn the_current_dialect_leads_to_a_signed_document() {
    the_whole_way(Way::Current).await;
}

#[tokio::test]
async fn the_legacy_dialect_leads_to_a_signed_document() {
    the_whole_way(Way::Legacy).await;
}

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

#[tokio::test]
async fn two_at_once_sign_and_approve_only_once() {
    let settings = Settings {
        approve_delay: Duration::from_millis(50),
        sign_delay: Duration::from_millis(50),
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    let case = Case::in_review(&booth, Way::Current, "139").await;
    let (first, second) = tokio::join!(case.approve(), case.approve());
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 500]);
    case.paper().await;
    let order = json!({ "secret": case.code().await });
    let (first, second) = tokio::join!(case.sign(order.clone()), case.sign(order));
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!((case.kept().approvals, case.kept().signatures), (1, 1));
}

#[tokio::test]
async fn who_hangs_up_has_it_done_all_the_same_and_once() {
    let settings = Settings {
        approve_delay: Duration::from_millis(200),
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    let case = Case::in_review(&booth, Way::Current, "139").await;
    let impatient = booth
        .http
        .post(case.url(&case.videoid("approve")))
        .json(&case.officer())
        .timeout(Duration::from_millis(50));
    assert!(impatient.send().await.unwrap_err().is_timeout());
    // The next call on the request waits for the first one's turn to end.
    assert_eq!(case.approve().await.0, 500);
    assert_eq!(
        (case.status().await.as_str(), case.kept().approvals),
        ("ENROLLREADY", 1)
    );
}

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
