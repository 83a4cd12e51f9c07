//! The commands that look after the booth itself.

use super::{proofbooth, values};

#[test]
fn the_log_is_shown_checked_and_found_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    // Any command that opens the booth starts the log.
    assert!(
        proofbooth(folder.path(), &["--practice", "status"])
            .status
            .success()
    );
    let shown = values(&proofbooth(folder.path(), &["--practice", "--json", "audit"]));
    assert_eq!(shown[0]["what"], "started");
    let head = format!("0:{}", shown[0]["sha256"].as_str().expect("its hash"));
    let verify = |expect: &str| {
        proofbooth(
            folder.path(),
            &["--practice", "audit", "--verify", "--expect", expect],
        )
    };
    assert!(verify(&head).status.success());

    let log = folder.path().join("practice-audit.log");
    let changed = std::fs::read_to_string(&log)
        .expect("a log")
        .replace("started", "stopped");
    std::fs::write(&log, changed).expect("written");
    let output = verify(&head);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("[audit_broken] entry 0: changed"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_of_the_program_leaves_none_of_its_memory_on_the_disk() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mut program = Command::new(env!("CARGO_BIN_EXE_proofbooth"))
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first_line = String::new();
    BufReader::new(program.stdout.take().expect("piped"))
        .read_line(&mut first_line)
        .expect("it is up");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).expect("its limits");
    program.kill().expect("it ends");
    program.wait().expect("it ended");
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("a limit of core files").split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"]);
}

#[test]
fn the_doctor_says_what_to_do_and_fails_when_something_does_not_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    let doctor = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).expect("written");
        let settings = ["--settings", file.to_str().expect("plain"), "doctor"];
        proofbooth(folder.path(), &[&settings, more].concat())
    };
    let fit = doctor("practice = true\n[cameras]\nreplay_only = true\n", &["--json"]);
    assert!(fit.status.success(), "{}", String::from_utf8_lossy(&fit.stdout));
    assert!(
        values(&fit)
            .iter()
            .any(|finding| finding["subject"] == "clock" || finding["subject"] == "disk")
    );

    let unfit = doctor("[cameras]\nreplay_only = true\n", &[]);
    assert_eq!(unfit.status.code(), Some(1));
    let told = String::from_utf8_lossy(&unfit.stdout);
    assert!(
        told.contains("[no [server]: set one, or start with --practice]"),
        "{told}"
    );
}

#[test]
fn the_doctor_tries_a_camera_out_and_says_what_it_delivers() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = super::settings(folder.path(), "http://127.0.0.1:1", "1");
    let output = proofbooth(
        folder.path(),
        &["--settings", &settings, "--json", "doctor", "cameras"],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let found = values(&output);
    let of = |remark: &str| found.iter().find(|finding| finding["remark"] == remark);
    let whole = of("camera_whole").expect("all pictures were whole");
    let frames: u32 = whole["values"]["frames"]
        .as_str()
        .expect("text")
        .parse()
        .expect("a number");
    assert!(frames > 0, "{found:?}");
    assert!(
        found
            .iter()
            .all(|finding| finding["values"]["camera"] == "face.mjpeg"),
        "one replay serves every step, and is tried out once: {found:?}"
    );
    assert!(
        found.iter().any(|finding| finding["values"]["light"].is_string()),
        "the light was measured: {found:?}"
    );
}

#[test]
fn settings_are_checked_and_shown_with_where_they_come_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    let path = file.to_str().expect("plain");
    std::fs::write(&file, "profile = \"kiosk\"\nbooth = \"B\"\n").expect("written");
    assert!(
        proofbooth(folder.path(), &["settings", "check", path])
            .status
            .success()
    );
    let shown = values(&proofbooth(
        folder.path(),
        &["--settings", path, "--json", "settings", "show"],
    ));
    let of = |key: &str| {
        let line = shown
            .iter()
            .find(|line| line["key"] == key)
            .expect("it is listed");
        (line["value"].clone(), line["origin"].clone())
    };
    assert_eq!(of("booth"), ("B".into(), "file".into()));
    assert_eq!(of("kiosk"), ("true".into(), "profile".into()));
    assert_eq!(of("data_dir").1, "command line");

    std::fs::write(&file, "profile = \"pocket\"\n").expect("written");
    let output = proofbooth(folder.path(), &["settings", "check", path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 1"));
}
