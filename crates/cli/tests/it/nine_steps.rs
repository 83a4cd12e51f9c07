//! Steps 1 to 9 as a script takes them: one subcommand after the other, each a process of its own, in both dialects.

use std::path::{Path, PathBuf};
use std::process::Command;

use oneshot_sandbox::{Sandbox, Status};
use serde_json::{Value, json};

use crate::{CASE, settings, values};

/// A booth on the command line, with an officer beside it.
struct Script<'a> {
    folder: &'a Path,
    settings: String,
    token: String,
}

impl Script<'_> {
    /// Runs one subcommand; its last value, or the problem it ended with and the exit code.
    fn run(&self, arguments: &[&str]) -> Result<Value, (Value, i32)> {
        let output = Command::new(env!("CARGO_BIN_EXE_proofbooth"))
            .env("PROOFBOOTH_RAO_TOKEN", &self.token)
            .args(["--data-dir", self.folder.to_str().expect("a plain path")])
            .args(["--settings", &self.settings, "--json"])
            .args(arguments)
            .output()
            .expect("the program runs");
        let last = values(&output).pop().unwrap_or(Value::Null);
        match output.status.code() {
            Some(0) => Ok(last),
            code => Err((last["problem"].clone(), code.unwrap_or(-1))),
        }
    }

    fn done(&self, arguments: &[&str]) -> Value {
        self.run(arguments)
            .unwrap_or_else(|problem| panic!("{arguments:?}: {problem:?}"))
    }
}

/// Where signed documents are left for an independent validator: `cargo xtask test --only signatures` reads it.
fn kept(dialect: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../artifacts/signed/cli-{dialect}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

async fn whole(dialect: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("a sandbox");
    let base = match dialect {
        "legacy" => sandbox.legacy_base_url(),
        _ => sandbox.base_url(),
    };
    let anchors = folder.path().join("ca.pem");
    std::fs::write(&anchors, sandbox.ca_pem()).expect("written");
    let settings = settings(folder.path(), &base, "139");
    let text = std::fs::read_to_string(&settings).expect("readable").replace(
        "[cameras]",
        &format!(
            "dialect = \"{dialect}\"\ntrusted_signers = '{}'\n[cameras]",
            anchors.display()
        ),
    );
    std::fs::write(&settings, text).expect("written");
    let script = Script {
        folder: folder.path(),
        settings,
        token: sandbox.token(),
    };
    let agreement = folder.path().join("agreement.pdf");
    std::fs::write(&agreement, station::PRACTICE_AGREEMENT).expect("written");
    let agreement = agreement.to_str().expect("a plain path");

    let captured = script.done(&[&CASE[..], &["--submit"]].concat());
    let case = captured["case"].as_str().expect("a case").to_owned();
    let request_pk = captured["request_pk"].as_u64().expect("a request");
    assert_eq!(captured["status"], "VIDEOREVIEW");

    let (problem, code) = script
        .run(&["documents", &case, agreement])
        .expect_err("nobody approved it yet");
    assert_eq!((&problem["code"], code), (&json!("out_of_order"), 1));

    let officer = ["--officer", "Practice Officer", "--rao", "1400"];
    let approved = script.done(&[&["review"][..], &officer, &["approve", &case]].concat());
    assert_eq!(approved["review"]["state"], "approved");

    let uploaded = script.done(&["documents", &case, agreement]);
    assert_eq!(uploaded["documents"][0]["upload"], "arrived");
    let (problem, _) = script
        .run(&["sign", &case, "--code", "000000"])
        .expect_err("nothing was read");
    assert_eq!(problem["code"], "out_of_order");
    let contract = folder.path().join("contract.pdf");
    let read = script.done(&[
        "contract",
        &case,
        "--read",
        "--save",
        contract.to_str().expect("plain"),
    ]);
    assert_eq!(read["step"], "code");
    assert!(std::fs::read(&contract).is_ok_and(|bytes| bytes.starts_with(b"%PDF")));

    script.done(&["code", &case]);
    let (problem, code) = script.run(&["code", &case]).expect_err("a minute has not passed");
    assert_eq!((&problem["code"], code), (&json!("code_too_soon"), 3));
    let sent = sandbox.otp(request_pk).expect("a code is waiting");
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    let (problem, _) = script
        .run(&["sign", &case, "--code", wrong])
        .expect_err("not the code that was sent");
    assert_eq!(problem["code"], "code_wrong");
    assert_eq!(script.done(&["sign", &case, "--code", &sent])["step"], "signed");

    let (problem, _) = script.run(&["delete", &case]).expect_err("no copy was fetched");
    assert_eq!(problem["code"], "copy_missing");
    let signed = kept(dialect);
    std::fs::write(signed.join("ca.pem"), sandbox.ca_pem()).expect("written");
    let fetched = script.done(&["fetch", &case, "--into", signed.to_str().expect("plain")]);
    let copy = &fetched["documents"][0]["signed"];
    assert_eq!(
        (&copy["good"], &copy["trusted"], &copy["extends_original"]),
        (&json!(true), &json!(true), &json!(true)),
        "{copy}"
    );
    let saved = fetched["saved"][0].as_str().expect("a path");
    assert!(std::fs::read(saved).is_ok_and(|bytes| bytes.starts_with(station::PRACTICE_AGREEMENT)));

    assert_eq!(script.done(&["delete", &case])["step"], "closed");
    let request = sandbox.request(request_pk).expect("the request");
    assert_eq!(request.status, Status::Issued);
    assert!(
        request
            .documents
            .iter()
            .all(|document| document.original.is_none() && document.signed.is_none()),
        "nothing is left"
    );
    let once = [
        request.evidences_taken,
        request.videos_taken,
        request.approvals,
        request.otps_sent,
        request.documents_taken,
        request.signatures,
    ];
    assert_eq!(once, [1; 6], "each thing happened once");
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_takes_a_case_to_its_end_with_the_current_server() {
    whole("current").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_takes_a_case_to_its_end_with_the_legacy_server() {
    whole("legacy").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_refuses_with_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("a sandbox");
    let script = Script {
        folder: folder.path(),
        settings: settings(folder.path(), &sandbox.base_url(), "139"),
        token: sandbox.token(),
    };
    let captured = script.done(&[&CASE[..], &["--submit"]].concat());
    let case = captured["case"].as_str().expect("a case").to_owned();
    let officer = ["review", "--officer", "Practice Officer", "--rao", "1400"];
    let (problem, _) = script
        .run(&[&officer[..], &["refuse", &case, "--reason", " "]].concat())
        .expect_err("why?");
    assert_eq!(problem["code"], "reason_missing");
    let refused = script.done(&[&officer[..], &["refuse", &case, "--reason", "Expired document"]].concat());
    assert_eq!(
        (&refused["step"], &refused["review"]["reason"]),
        (&json!("refused"), &json!("Expired document"))
    );
    let listed = script.done(&[&officer[..], &["list"]].concat());
    assert_eq!(
        (&listed["step"], &listed["review"]),
        (&json!("refused"), &json!("refused"))
    );
    let request = sandbox.requests().pop().expect("the request");
    assert_eq!(
        (request.status, request.refusal_reason.as_deref()),
        (Status::Cancelled, Some("Expired document"))
    );
    sandbox.stop().await;
}
