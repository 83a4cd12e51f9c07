//! The description of the API and the API are the same thing, whatever is sent; and every sentence the rules cover is
//! in the vendor's words.

use std::collections::BTreeSet;

use oneshot_sandbox::{BillingUser, Operation, Quirks, RegistrationAuthority, Settings};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::booth::{Booth, answer, clip, create_body, evidences_body, form};
use crate::case::{Case, Way, papers, pdf};

async fn description(booth: &Booth) -> Value {
    let url = booth.page("_sandbox/openapi.json");
    booth.http.get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn everything_described_is_served_and_every_operation_is_described() {
    let booth = Booth::open().await;
    let description = description(&booth).await;
    assert_eq!(description["openapi"], "3.1.0");
    let mut operations = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.insert(operation["x-operation"].as_str().unwrap().to_owned());
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert!(ids.insert(id.clone()), "{id} twice");
            let fill = |part: &str| match part {
                "{document_type}" => "signed".to_owned(),
                part if part.starts_with('{') => "1".to_owned(),
                part => part.to_owned(),
            };
            let filled: Vec<String> = path.split('/').map(fill).collect();
            let url = booth.page(&filled.join("/")[1..]);
            let method: reqwest::Method = method.to_uppercase().parse().unwrap();
            let (status, body) = answer(booth.http.request(method, &url).send().await.unwrap()).await;
            assert_ne!(status, 405, "{path}");
            assert_ne!((status, &body["detail"]), (404, &json!("Not Found")), "{path}");
            assert!(
                operation["responses"].get(status.to_string()).is_some(),
                "{id} answers {status}"
            );
            assert_eq!(
                operation["x-documented-500"],
                operation["responses"].get("500").is_some()
            );
        }
        let (status, _) = answer(booth.http.patch(booth.page(&path[1..])).send().await.unwrap()).await;
        assert_eq!(status, 405, "{path}");
    }
    let expect: BTreeSet<String> = Operation::ALL.iter().map(|it| it.name().to_owned()).collect();
    assert_eq!(operations, expect);
}

/// Any JSON, mostly of the kind a call might be sent.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("1, 2, 300, 400")),
        Just(json!("139")),
        Just(json!("sandbox")),
        Just(json!("+34699999999")),
        Just(json!("mail@domain")),
        Just(json!("1000001")),
    ];
    let names = prop::sample::select(vec![
        "mobile_phone_number",
        "email",
        "registration_authority",
        "profile",
        "env",
        "acceptance",
        "videoid_data",
        "images",
        "ocr_data",
        "security_checks",
        "similarity_level",
        "document_front",
        "date",
        "token",
        "rao",
        "username",
        "password",
        "pin",
        "reason",
        "scratchcard",
        "secret",
        "signature",
        "appearance",
        "position",
        "page",
        "image",
        "text",
        "options",
        "signature_format",
        "text_format",
        "date_format",
        "countersignature",
        "metadata",
        "delivery_method",
        "general",
        "environment",
        "ext_unlock_type",
        "ext_unlock_value",
        "billing_password",
        "country_name",
        "x",
    ]);
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// What is sent as a body.
#[derive(Debug, Clone)]
enum Sent {
    Nothing,
    Json(Value),
    Bytes(Vec<u8>, &'static str),
    Form(String, String, Vec<u8>),
}

fn any_body() -> impl Strategy<Value = Sent> {
    let types = prop::sample::select(vec![
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "",
    ]);
    let names = prop::sample::select(vec!["video", "file", "image", "hashfile"]);
    let files = prop::sample::select(vec!["", "a.pdf", "a.png", "no ending"]);
    prop_oneof![
        1 => Just(Sent::Nothing),
        6 => any_json().prop_map(Sent::Json),
        2 => (prop::collection::vec(any::<u8>(), 0..60), types).prop_map(|(bytes, kind)| Sent::Bytes(bytes, kind)),
        3 => (names, files, prop::collection::vec(any::<u8>(), 0..60), any::<bool>()).prop_map(|(name, file, bytes, pdf)| {
            let bytes = if pdf { [&b"%PDF-1.7\n"[..], &bytes].concat() } else { bytes };
            Sent::Form(name.to_owned(), file.to_owned(), bytes)
        }),
    ]
}

/// Whatever is sent to whatever call in whatever state, the answer is one the description lists, and no 500 where the
/// documented ones are switched off.
#[test]
fn whatever_is_sent_the_answer_is_one_that_is_described() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let quirks = Quirks {
        wrapped_500: false,
        ..Quirks::default()
    };
    let settings = Settings {
        quirks,
        ..Settings::default()
    };
    let (booth, description, numbers, uids) = runtime.block_on(async {
        let booth = Booth::with(settings).await;
        let description = description(&booth).await;
        let mut numbers = vec!["0".to_owned(), "x".to_owned(), "18446744073709551616".to_owned()];
        let mut uids = vec!["x".to_owned(), "%00".to_owned(), booth.sandbox.token()];
        let cases = [
            Case::open(&booth, Way::Current, "139").await,
            Case::in_review(&booth, Way::Legacy, "124").await,
            Case::approved(&booth, Way::Current).await,
            Case::approved(&booth, Way::Legacy).await,
        ];
        for case in cases {
            numbers.push(case.request_pk.to_string());
            numbers.push(case.videoid_pk.to_string());
            if case.status().await == "ENROLLREADY" {
                uids.push(case.paper().await);
            }
        }
        (booth, description, numbers, uids)
    });
    let mut calls = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            calls.push((
                method.to_uppercase(),
                path.clone(),
                operation["responses"].clone(),
            ));
        }
    }
    let strategy = (
        prop::sample::select(calls),
        prop::sample::select(numbers),
        prop::sample::select(uids),
        any_body(),
    );
    let mut runner = TestRunner::new(Config {
        cases: 1_500,
        failure_persistence: None,
        ..Config::default()
    });
    let ran = runner.run(&strategy, |((method, path, responses), number, uid, sent)| {
        let fill = |part: &str| match part {
            "{request_pk}" | "{videoid_pk}" => number.clone(),
            "{document_type}" => "signed".to_owned(),
            part if part.starts_with('{') => uid.clone(),
            part => part.to_owned(),
        };
        let filled: Vec<String> = path.split('/').map(fill).collect();
        let url = booth.page(&filled.join("/")[1..]);
        let request = booth.http.request(method.parse().unwrap(), url);
        let request = match sent.clone() {
            Sent::Nothing => request,
            Sent::Json(body) => request.json(&body),
            Sent::Bytes(bytes, kind) => request.header("content-type", kind).body(bytes),
            Sent::Form(name, file, bytes) => request.multipart(papers(&[(&name, &file, bytes)])),
        };
        let response = runtime.block_on(request.send()).unwrap();
        let status = response.status().as_u16();
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        let said = responses.get(status.to_string());
        prop_assert!(status < 500, "{method} {path} answers {status}");
        prop_assert!(said.is_some(), "{method} {path} answers {status}");
        let media_types = said.unwrap()["content"].as_object().unwrap();
        prop_assert!(
            media_types.contains_key(&media_type),
            "{method} {path}: {media_type}"
        );
        Ok(())
    });
    ran.unwrap();
}

/// The sentences of one call in `errors.tsv` under one dialect: status and message, numbers and uids taken out.
fn sentences(call: &str, dialect: &str) -> BTreeSet<(u16, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oneshot/errors.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[0] == call && (row[1] == dialect || row[1] == "any"))
        .map(|row| {
            (
                row[2].parse().unwrap(),
                plain(&serde_json::from_str(row[3]).unwrap()),
            )
        })
        .collect()
}

/// A body without what differs each time: numbers, uids, ids of the back end, the names of fields.
fn plain(body: &Value) -> String {
    let mut text = body.to_string();
    for (from, to) in [("\\\"id\\\": \\\"", "\\\""), ("\"id\":\"", "\"")] {
        if let Some(at) = text.find(from) {
            let start = at + from.len();
            let end = start + text[start..].find(to).unwrap();
            text.replace_range(start..end, "id");
        }
    }
    let mut out = String::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == '-' {
            word.push(character);
            continue;
        }
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let varies = word.len() >= 32 || (digits == word.len() && digits > 3);
        out.push_str(if varies { "#" } else { &word });
        word.clear();
        out.push(character);
    }
    if let Some(at) = out.find("Invalid request fields: ") {
        out.truncate(at + "Invalid request fields: ".len());
    }
    if let Some(at) = out.find("Could not parse JSON body - ") {
        out.truncate(at + "Could not parse JSON body - ".len());
    }
    out.trim().to_owned()
}

/// What the sandbox was seen to answer is in the table, word for word.
struct Seen<'a> {
    case: Case<'a>,
    seen: BTreeSet<(String, u16, String)>,
}

impl Seen<'_> {
    fn dialect(&self) -> &'static str {
        match self.case.way {
            Way::Current => "current",
            Way::Legacy => "legacy",
        }
    }

    fn note(&mut self, call: &str, got: &(u16, Value)) {
        let said = (got.0, plain(&got.1));
        let known = sentences(call, self.dialect());
        assert!(known.contains(&said), "{call}: {said:?} is not among {known:#?}");
        self.seen.insert((call.to_owned(), said.0, said.1));
    }

    async fn json(&mut self, call: &str, method: &str, path: &str, body: Option<Value>) {
        let got = self.case.call(method, path, body).await;
        self.note(call, &got);
    }

    async fn text(&mut self, call: &str, path: &str, body: &'static str) {
        let request = self.case.booth.http.post(self.case.url(path));
        let request = request.header("content-type", "application/json").body(body);
        let got = answer(request.send().await.unwrap()).await;
        self.note(call, &got);
    }
}

#[tokio::test]
async fn every_sentence_the_rules_cover_is_the_vendors_own() {
    let settings = Settings {
        billing_users: vec![BillingUser {
            username: "billing@example.org".to_owned(),
            password: "secret".to_owned(),
        }],
        env: None,
        registration_authorities: vec![
            RegistrationAuthority::new("139"),
            RegistrationAuthority::disabled("1234"),
        ],
        ..Settings::default()
    };
    let booth = Booth::with(settings).await;
    for way in [Way::Current, Way::Legacy] {
        let case = Case::approved(&booth, way).await;
        let mut seen = Seen {
            case,
            seen: BTreeSet::new(),
        };
        creating(&mut seen).await;
        reviewing(&booth, &mut seen).await;
        signing(&mut seen).await;
        serving(&mut seen).await;
        assert!(seen.seen.len() >= 48, "{}: {:#?}", seen.seen.len(), seen.seen);
    }
}

async fn creating(seen: &mut Seen<'_>) {
    let with = |name: &str, value: Value| {
        let mut body = create_body();
        match value {
            Value::Null => body.as_object_mut().unwrap().remove(name),
            value => body.as_object_mut().unwrap().insert(name.to_owned(), value),
        };
        Some(body)
    };
    for (name, value) in [
        ("registration_authority", json!("1234")),
        ("registration_authority", json!("9")),
        ("registration_authority", Value::Null),
        ("profile", json!("other")),
        ("mobile_phone_number", json!("699999999")),
        ("email", json!("mail")),
        ("env", Value::Null),
        ("env", json!("xxxxx")),
        ("env", json!("prod")),
        ("billing_password", json!("in the clear")),
        ("billing_password", json!("d3Jvbmc=")),
    ] {
        seen.json("create", "POST", "videoid", with(name, value)).await;
    }
    seen.text("create", "videoid", "{\"a\" 1}").await;
    let evidences = Some(evidences_body("evidences.request"));
    let path = seen.case.videoid("evidences");
    seen.json("evidences", "POST", &path, evidences.clone()).await;
    seen.json("evidences", "POST", "videoid/1/evidences", evidences)
        .await;
    seen.text("evidences", "videoid/1/evidences", "{").await;
    let (video, download) = match seen.case.way {
        Way::Current => ("videoid/1/video", "videoid/1/video"),
        Way::Legacy => ("videoid/1/evidences/video", "videoid/1/download/video"),
    };
    let got = seen.case.send(video, form(clip())).await;
    seen.note("video", &got);
    let fresh = Case::open(seen.case.booth, seen.case.way, "139").await;
    let path = match seen.case.way {
        Way::Current => fresh.videoid("video"),
        Way::Legacy => fresh.videoid("evidences/video"),
    };
    let got = fresh.send(&path, form(Vec::new())).await;
    if seen.case.way == Way::Current {
        seen.note("video", &got);
    } else {
        // The table has the other server's own shape for it.
        fresh.assert_refused(&got, 400, "No video file provided");
    }
    seen.json("download-video", "GET", download, None).await;
}

async fn reviewing(booth: &Booth, seen: &mut Seen<'_>) {
    let way = seen.case.way;
    let review = Case::in_review(booth, way, "139").await;
    let approve = |case: &Case<'_>| match way {
        Way::Current => case.videoid("approve"),
        Way::Legacy => format!("{}/approve", case.of("request")),
    };
    let refused = json!({ "token": "0", "rao": "1400" });
    let mut other = review.officer();
    other["rao"] = json!("898");
    for (call, path) in [
        ("validate", review.videoid("validate")),
        ("approve", approve(&review)),
        ("refuse", review.videoid("refuse")),
    ] {
        seen.json(call, "POST", &path, Some(json!({ "rao": "1400" })))
            .await;
        seen.json(call, "POST", &path, Some(refused.clone())).await;
        seen.json(call, "POST", &path, Some(other.clone())).await;
        if call != "validate" {
            seen.text(call, &path, "[").await;
        }
    }
    seen.json(
        "refuse",
        "POST",
        &review.videoid("refuse"),
        Some(review.officer()),
    )
    .await;
    let gone = match way {
        Way::Current => "videoid/1/approve",
        Way::Legacy => "request/1/approve",
    };
    seen.json("approve", "POST", gone, Some(review.officer())).await;
    let mut reason = review.officer();
    reason["reason"] = json!("Expired document");
    seen.json("refuse", "POST", "videoid/1/refuse", Some(reason.clone()))
        .await;
    let approved = (approve(&seen.case), seen.case.videoid("refuse"));
    seen.json("approve", "POST", &approved.0, Some(review.officer()))
        .await;
    seen.json("refuse", "POST", &approved.1, Some(reason)).await;
    let update = Some(crate::booth::fixture("update-request.request"));
    seen.json("update-request", "PUT", &review.of("request"), update)
        .await;
    let mut update = crate::booth::fixture("update-request.request.minimal");
    update["scratchcard"] = json!(booth.sandbox.request(review.request_pk).unwrap().scratchcard);
    update["serial_number"] = json!("?");
    assert_eq!(
        review.call("PUT", &review.of("request"), Some(update)).await.0,
        200
    );
    seen.json("approve", "POST", &approve(&review), Some(review.officer()))
        .await;
    assert_eq!(review.call("DELETE", &review.of("request"), None).await.0, 200);
    seen.json("cancel-request", "DELETE", &review.of("request"), None)
        .await;
    seen.json("cancel-request", "DELETE", "request/1234567", None)
        .await;
    seen.json("read-request", "GET", "request/1", None).await;
    seen.json("async-status", "GET", "async/status/1", None).await;
    seen.json("otp", "POST", &review.of("otp"), None).await;
}

async fn signing(seen: &mut Seen<'_>) {
    let way = seen.case.way;
    let (one, all, contract) = match way {
        Way::Current => ("document/1/1", seen.case.of("document"), "contract/45836000"),
        Way::Legacy => (
            "document/1/signed/1",
            seen.case.of("documents"),
            "document/45836000/contract",
        ),
    };
    seen.json("get-document", "GET", one, None).await;
    let typed = "document/1/signed/712c29ac-a2dc-4530-8c67-d0f227d8294b";
    seen.json("delete-document", "DELETE", typed, None).await;
    seen.json("delete-documents", "DELETE", &all, None).await;
    seen.json("list-documents", "GET", "documents/1", None).await;
    seen.json("contract", "GET", contract, None).await;
    for (part, file, bytes) in [("file", "deed.docx", b"PK".to_vec())] {
        let got = seen.case.upload(&[(part, file, bytes)]).await;
        seen.note("upload-document", &got);
    }
    let eleven: Vec<_> = (0..11).map(|_| ("file", "deed.pdf", pdf())).collect();
    let got = seen.case.upload(&eleven).await;
    seen.note("upload-document", &got);
    let got = seen.case.send("document/45836000", papers(&eleven[..1])).await;
    seen.note("upload-document", &got);
    seen.json("upload-document", "POST", "document/", None).await;
    seen.json("otp", "POST", "otp/", None).await;
    seen.json("otp", "POST", "otp/45836000", None).await;
    let uid = seen.case.paper().await;
    let code = seen.case.code().await;
    let otp = seen.case.of("otp");
    seen.json("otp", "POST", &otp, None).await;
    let sign = seen.case.of("sign");
    seen.json("sign", "POST", "sign/45836000", Some(json!({}))).await;
    seen.json("sign", "POST", &sign, Some(json!({}))).await;
    let draw = |stamps: Value| match way {
        Way::Current => json!({ "secret": "x", "signature": { "appearance": stamps } }),
        Way::Legacy => json!({ "secret": "x", "options": stamps }),
    };
    let strangers = json!({
        "712c29ac-a2dc-4530-8c67-d0f227d8294b": {},
        "ec27331a-5555-4666-8777-888888888888": {},
    });
    seen.json("sign", "POST", &sign, Some(draw(strangers))).await;
    seen.json("sign", "POST", &sign, Some(draw(json!({ uid.as_str(): {} }))))
        .await;
    let stamp = json!({ "position": "1, 2, 30, 40", "image": "463156ce-d566-44d2-94e9-184d89632b98" });
    seen.json("sign", "POST", &sign, Some(draw(json!({ uid.as_str(): stamp }))))
        .await;
    if way == Way::Legacy {
        let countersigned = json!({ "secret": "x", "countersignature": { "username": "nobody" } });
        seen.json("sign", "POST", &sign, Some(countersigned)).await;
    }
    seen.json("sign", "POST", &sign, Some(json!({ "secret": "x" })))
        .await;
    assert_eq!(seen.case.sign(json!({ "secret": code })).await.0, 200);
    seen.json("sign", "POST", &sign, Some(json!({ "secret": "x" })))
        .await;
}

async fn serving(seen: &mut Seen<'_>) {
    let token = |body: Value| Some(body);
    seen.json(
        "create-token",
        "POST",
        "token",
        token(json!({ "env": "sandbox" })),
    )
    .await;
    seen.json("create-token", "POST", "token", token(json!({ "pin": "p1n" })))
        .await;
    let stranger = json!({ "username": "1", "env": "sandbox" });
    seen.json("create-token", "POST", "token", token(stranger)).await;
    let partial = json!({ "username": "1000001", "env": "sandbox" });
    let _ = seen.case.call("POST", "token", Some(partial.clone())).await;
    seen.json("create-token", "POST", "token", Some(partial)).await;
    seen.json("get-token", "GET", "token/", None).await;
    seen.json("get-token", "GET", "token/0123456789abcdef0123456789abcdef", None)
        .await;
    seen.json("delete-token", "DELETE", "token/0", None).await;
    let got = seen
        .case
        .send("image", papers(&[("other", "logo.png", Vec::new())]))
        .await;
    seen.note("upload-image", &got);
    let got = seen
        .case
        .send("image", papers(&[("image", "logo.gif", b"GIF".to_vec())]))
        .await;
    seen.note("upload-image", &got);
    let image = "image/463156ce-d566-44d2-94e9-184d89632b98";
    seen.json("get-image", "GET", image, None).await;
    seen.json("delete-image", "DELETE", image, None).await;
    seen.text("save-settings", "settings", "{").await;
}
