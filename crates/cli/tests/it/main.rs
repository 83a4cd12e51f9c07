//! The command line as a script or a person meets it: the real program, its output and its exit codes.

mod carry;
mod faces;
mod house;
mod nine_steps;
mod unlock;
mod verify;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn proofbooth(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proofbooth"))
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .args(["--data-dir", data.to_str().expect("a plain path")])
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn values(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("one value a line"))
        .collect()
}

/// A settings file for a server that listens at `base`, with replays allowed.
fn settings(folder: &Path, base: &str, authority: &str) -> String {
    let path = folder.join("settings.toml");
    let clip = folder.join("face.mjpeg");
    std::fs::write(&clip, station::PRACTICE_CLIPS[2].2).expect("written");
    let text = format!(
        "allow_replay = true\n[recording]\nscript = false\n[vault]\nkey = \"file\"\n[server]\nbase_url = \"{base}\"\nregistration_authority = \"{authority}\"\nprofile = \"PFnubeQAFCiudadano\"\n[cameras]\nreplay_only = true\nfront = '{0}'\nselfie = '{0}'\n",
        clip.display()
    );
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("a plain path").to_owned()
}

const CASE: [&str; 19] = [
    "capture",
    "--phone",
    "+34699999999",
    "--email",
    "alma@example.org",
    "--consented",
    "es",
    "--portrait",
    "0.2,0.2,0.3,0.5",
    "--field",
    "given_name=Alma",
    "--field",
    "first_surname=Sample",
    "--field",
    "serial_number=U0427315A",
    "--video-seconds",
    "2.5",
    "--document",
    "passport",
];

#[test]
fn a_case_states_what_was_checked_and_what_was_not_and_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let capture = ["--practice", "--json"];
    let attested = ["--operator", "R. Vidal", "--attest", "document_not_copy=passed"];
    let output = proofbooth(data, &[&capture[..], &CASE, &attested].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let captured = values(&output);
    let case = captured.last().expect("the case")["case"]
        .as_str()
        .expect("its identity");
    let output = proofbooth(data, &["--practice", "--json", "assurance", case]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let statement = &values(&output)[0];
    assert_eq!(
        (&statement["case"], &statement["biometrics"]),
        (&case.into(), &"refused".into())
    );
    let stands = |check: &str| {
        let checks = statement["checks"].as_array().expect("the checks");
        let found = checks.iter().find(|it| it["check"] == check);
        found.expect("each check is in it")["stands"].clone()
    };
    assert_eq!(stands("document_not_copy")["by"], "R. Vidal");
    assert_eq!(stands("liveness")["why"], "refused");
    assert_eq!(stands("documents_match")["why"], "no_register");
    assert_eq!(statement["similarity"]["why_not"], "refused");
    // The same for a person, in their language.
    let output = proofbooth(data, &["--practice", "--lang", "es", "assurance", case]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("R. Vidal") && text.contains("ISO/IEC 30107-3"),
        "{text}"
    );
}

#[test]
fn practice_walks_a_whole_case_and_says_what_was_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = proofbooth(folder.path(), &["practice", "--video-seconds", "2.5", "--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let values = values(&output);
    let steps: Vec<_> = values.iter().filter_map(|value| value["step"].as_str()).collect();
    assert_eq!(
        steps,
        [
            "start",
            "consent",
            "document",
            "front",
            "portrait",
            "rear",
            "selfie",
            "fields",
            "video",
            "review",
            "submitting",
            "submitted",
            "documents",
            "reading",
            "code",
            "signed",
            "closed"
        ]
    );
    let summary = values
        .iter()
        .find(|value| value["status"].is_string())
        .expect("a summary");
    assert_eq!(summary["status"], "VIDEOREVIEW");
    let sent = summary["sent"].as_array().expect("what was sent");
    assert_eq!(sent.len(), 5);
    assert!(
        sent.iter()
            .all(|piece| piece["sha256"].as_str().is_some_and(|hash| hash.len() == 64))
    );
    let end = values.last().expect("the end");
    assert_eq!(end["signed"][0]["good"], true, "{end}");
    assert!(end["deleted_at"].is_i64(), "nothing is left at the sandbox");
}

#[test]
fn a_case_is_captured_then_submitted_then_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_proofbooth"))
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the sandbox runs");
    let mut base = String::new();
    BufReader::new(sandbox.stdout.take().expect("piped"))
        .read_line(&mut base)
        .expect("its first line");
    let settings = settings(folder.path(), base.trim(), "139");
    let run = |arguments: &[&str]| {
        let output = proofbooth(
            folder.path(),
            &[&["--settings", &settings, "--json"], arguments].concat(),
        );
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        values(&output)
    };

    let captured = run(&CASE);
    let code = captured.last().expect("a case")["code"]
        .as_str()
        .expect("its code")
        .to_owned();
    assert_eq!(run(&["status"])[0]["step"], "review", "the case is kept");
    assert_eq!(
        run(&["submit", &code]).last().expect("a summary")["status"],
        "VIDEOREVIEW"
    );
    let shown = run(&["status", &code]);
    assert_eq!(
        (&shown[0]["step"], &shown[0]["server_status"]),
        (&"submitted".into(), &"VIDEOREVIEW".into())
    );
    sandbox.kill().expect("it ends");
    let _ = sandbox.wait();
}

#[test]
fn an_unreachable_server_is_exit_3_and_the_case_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(folder.path(), "http://127.0.0.1:9/oneshot/api/v1", "139");
    let output = proofbooth(folder.path(), &[&["--settings", &settings], &CASE[..]].concat());
    assert_eq!(output.status.code(), Some(3), "trying again later can help");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("[server_unreachable]"), "{told}");
    assert!(
        !told.contains("Alma") && !told.contains("699"),
        "nothing personal in an error"
    );
    let listed = proofbooth(folder.path(), &["--settings", &settings, "--json", "status"]);
    assert_eq!(values(&listed).len(), 1);
}

#[test]
fn the_cause_is_told_in_the_persons_language() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("note.jpg"), "no picture").expect("written");
    let settings = settings(folder.path(), "http://127.0.0.1:9/", "139");
    let front = folder.path().join("note.jpg");
    let arguments = [
        &["--settings", settings.as_str(), "--lang", "es"],
        &CASE[..],
        &["--offline", "--front", front.to_str().expect("plain")],
    ]
    .concat();
    let output = proofbooth(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("[picture_unreadable]"), "{told}");
    let spanish: Value =
        serde_json::from_str(include_str!("../../../../ui/src/i18n/es.json")).expect("a table");
    let sentence = spanish["problems"]["picture_unreadable"]["sentence"]
        .as_str()
        .expect("a sentence");
    assert!(told.contains(sentence), "{told}");
}

#[test]
fn wrong_settings_and_a_wrong_command_line_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        proofbooth(folder.path(), &["capture", "--portrait", "2,2,2,2"])
            .status
            .code(),
        Some(2)
    );
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "langauge = \"es\"").expect("written");
    let output = proofbooth(
        folder.path(),
        &["--settings", file.to_str().expect("plain"), "status"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 1"));
}
