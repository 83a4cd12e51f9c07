//! A vault under a passphrase: a person at a terminal is asked, a script is told.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::proofbooth;

/// The program at a terminal of its own, where each line is typed once the program asks for it. What is on the screen in
/// the end, and whether all went well.
#[cfg(target_os = "linux")]
fn at_a_terminal(data: &Path, settings: &str, typed: &[(&str, &str)]) -> (String, bool) {
    let command = format!(
        "'{}' --data-dir '{}' --settings '{settings}' status",
        env!("CARGO_BIN_EXE_proofbooth"),
        data.display()
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a terminal");
    let mut keys = terminal.stdin.take().expect("it has keys");
    let mut screen = terminal.stdout.take().expect("it has a screen");
    let (mut shown, mut read) = (Vec::new(), 0);
    for (question, answer) in typed {
        while !String::from_utf8_lossy(&shown[read..]).contains(question) {
            let mut some = [0; 256];
            let more = screen.read(&mut some).expect("a screen");
            assert!(
                more > 0,
                "it never asks {question:?}: {}",
                String::from_utf8_lossy(&shown)
            );
            shown.extend_from_slice(&some[..more]);
        }
        read = shown.len();
        keys.write_all(format!("{answer}\n").as_bytes()).expect("typed");
    }
    screen.read_to_end(&mut shown).expect("a screen");
    let ended = terminal.wait().expect("it ends");
    (String::from_utf8_lossy(&shown).into_owned(), ended.success())
}

fn settings(folder: &Path) -> String {
    let path = folder.join("settings.toml");
    let text = "[vault]\nkey = \"passphrase\"\n[cameras]\nreplay_only = true\n\
                [server]\nbase_url = \"http://127.0.0.1:9\"\nregistration_authority = \"1\"\nprofile = \"p\"\n";
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("a plain path").to_owned()
}

#[test]
fn a_script_is_told_that_there_is_no_passphrase_yet() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = proofbooth(
        &folder.path().join("data"),
        &["--settings", &settings(folder.path()), "status"],
    );
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("[passphrase_unset]"), "{told}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_person_chooses_a_passphrase_twice_and_types_it_once_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, settings) = (folder.path().join("data"), settings(folder.path()));
    let (new, again) = ("New passphrase:", "The same again:");
    let (right, slip) = ("seven blue bricks", "seven blue brocks");
    let (shown, done) = at_a_terminal(
        &data,
        &settings,
        &[(new, right), (again, slip), (new, right), (again, right)],
    );
    assert!(done && shown.contains("The two are not the same."), "{shown}");

    let (shown, done) = at_a_terminal(&data, &settings, &[("Passphrase:", slip)]);
    assert!(!done && shown.contains("[passphrase_wrong]"), "{shown}");

    let (shown, done) = at_a_terminal(&data, &settings, &[("Passphrase:", right)]);
    assert!(done, "{shown}");
}
