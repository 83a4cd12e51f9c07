//! The doctor: each thing it looks at, once well and once ill.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use evidence::UtcMillis;
use oneshot_sandbox::Sandbox;
use station::audit::What;
use station::credentials::Source;
use station::doctor::{Finding, Remark, Report, Subject, Verdict, examine, examine_settings};
use station::{Booth, Code, DialectChoice, FreeSpace, PRACTICE_CLIPS, Settings, StartUp};
use tempfile::TempDir;

use crate::rehearsal::Rehearsal;

fn booth() -> (TempDir, Settings) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::practice();
    settings.data_dir = Some(folder.path().to_owned());
    settings.cameras.replay_only = true;
    settings.secrets = Source::in_memory([]);
    // How full the disk of the machine that tests is has no part in it.
    settings.disk.free = FreeSpace::told_by(|_| Ok(500_000_000_000));
    (folder, settings)
}

/// The same at a server of its own.
fn at(base_url: &str, more: &str) -> (TempDir, Settings) {
    let (folder, practice) = booth();
    let text = format!(
        "[server]\nbase_url = \"{base_url}\"\nregistration_authority = \"139\"\nprofile = \"P\"\n{more}"
    );
    let server = Settings::parse(&text).expect("settings").server;
    (folder, Settings { server, ..practice })
}

fn of(report: &Report, subject: Subject) -> &Finding {
    let found = report.findings.iter().find(|finding| finding.subject == subject);
    found.unwrap_or_else(|| panic!("{subject:?} was not looked at: {report:?}"))
}

fn remark(report: &Report, subject: Subject) -> (Verdict, Option<Remark>) {
    let finding = of(report, subject);
    (finding.verdict, finding.remark)
}

fn problem(report: &Report, subject: Subject) -> (Verdict, Option<Code>) {
    let finding = of(report, subject);
    (
        finding.verdict,
        finding.problem.as_ref().map(|problem| problem.code),
    )
}

fn files_in(folder: &Path) -> Vec<String> {
    let listed = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = listed
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booth_in_practice_is_fit_and_nothing_is_left_behind() {
    let (folder, settings) = booth();
    let report = examine_settings(&settings).await;
    assert_ne!(report.verdict(), Verdict::Failed, "{report:?}");
    let cameras: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.subject == Subject::Camera)
        .collect();
    assert_eq!(
        cameras.len(),
        PRACTICE_CLIPS.len() + 1,
        "the video too, each is opened once: {cameras:?}"
    );
    assert!(
        cameras
            .iter()
            .all(|camera| camera.remark == Some(Remark::CameraFine)),
        "{cameras:?}"
    );
    assert_eq!(files_in(folder.path()), ["practice"]);
    assert!(
        Booth::open(settings).await.is_ok(),
        "and the booth opens afterwards"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_read_are_all_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    fs::write(&file, "langauge = \"es\"").expect("written");
    let start_up = StartUp {
        settings: Some(file),
        ..StartUp::default()
    };
    let report = examine(start_up).await;
    assert_eq!(report.findings.len(), 1);
    assert_eq!(
        problem(&report, Subject::Settings),
        (Verdict::Failed, Some(Code::SettingsWrong))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_one_and_one_that_others_read_are_told() {
    let (folder, mut settings) = booth();
    fs::write(folder.path().join("practice"), "a file in its place").expect("written");
    let report = examine_settings(&settings).await;
    assert_eq!(
        problem(&report, Subject::DataFolder),
        (Verdict::Failed, Some(Code::StoreFailed))
    );

    settings.data_dir = Some(folder.path().join("open"));
    fs::create_dir_all(folder.path().join("open/practice")).expect("a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path().join("open/practice"), mode).expect("its mode is set");
        let report = examine_settings(&settings).await;
        assert_eq!(
            remark(&report, Subject::DataFolder),
            (Verdict::Warning, Some(Remark::FolderOpen))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_audit_log_and_a_clock_set_back_are_told() {
    let (folder, settings) = booth();
    let log = settings.audit_log().expect("a place");
    log.append(What::CaseOpened, None, UtcMillis(4_000_000_000_000))
        .expect("a line");
    let report = examine_settings(&settings).await;
    assert_eq!(
        remark(&report, Subject::AuditLog),
        (Verdict::Fine, Some(Remark::AuditFine))
    );
    assert_eq!(
        remark(&report, Subject::Clock),
        (Verdict::Failed, Some(Remark::ClockSetBack))
    );

    let file = folder.path().join("practice-audit.log");
    let changed = fs::read_to_string(&file)
        .expect("a log")
        .replace("opened", "signed");
    fs::write(&file, changed).expect("written");
    let report = examine_settings(&settings).await;
    assert_eq!(
        problem(&report, Subject::AuditLog),
        (Verdict::Failed, Some(Code::AuditBroken))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_is_looked_at_with_its_clock() {
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("a sandbox");
    let (_folder, settings) = at(&sandbox.base_url(), "");
    let report = examine_settings(&settings).await;
    assert_eq!(
        remark(&report, Subject::Server),
        (Verdict::Fine, Some(Remark::ServerFine))
    );
    assert_eq!(
        remark(&report, Subject::Clock),
        (Verdict::Fine, Some(Remark::ClockFine))
    );
    assert_eq!(
        remark(&report, Subject::Credentials),
        (Verdict::Fine, Some(Remark::CredentialsFine))
    );
    assert_eq!(sandbox.created(), 0, "it was asked for nothing");

    let (_folder, mut settings) = at(&sandbox.legacy_base_url(), "");
    let server = settings.server.as_mut().expect("there is one");
    server.dialect = DialectChoice::Current;
    let report = examine_settings(&settings).await;
    let finding = of(&report, Subject::Server);
    assert_eq!(
        (finding.verdict, finding.remark),
        (Verdict::Failed, Some(Remark::ServerOtherDialect))
    );
    assert_eq!(finding.values["found"], "legacy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_or_another_one_is_told() {
    let (_folder, settings) = at("http://127.0.0.1:9/api", "");
    let report = examine_settings(&settings).await;
    assert_eq!(
        problem(&report, Subject::Server),
        (Verdict::Failed, Some(Code::ServerUnreachable))
    );
    assert_eq!(
        remark(&report, Subject::Clock),
        (Verdict::Warning, Some(Remark::ClockUnknown))
    );

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-type: text/html\r\n\
                  content-length: 9\r\nconnection: close\r\n\r\n<p>Hi</p>",
            );
        }
    });
    let (_folder, settings) = at(&format!("http://{address}/api"), "");
    let report = examine_settings(&settings).await;
    assert_eq!(
        remark(&report, Subject::Server),
        (Verdict::Failed, Some(Remark::ServerStranger))
    );
    assert_eq!(
        remark(&report, Subject::Clock),
        (Verdict::Failed, Some(Remark::ClockOff))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_credential_and_a_file_without_certificates_are_told() {
    let (_folder, settings) = at("http://127.0.0.1:9/api", "billing_username = \"b\"\n");
    let report = examine_settings(&settings).await;
    let finding = of(&report, Subject::Credentials);
    let told = finding
        .problem
        .as_ref()
        .and_then(|problem| problem.detail.as_deref());
    assert_eq!(finding.verdict, Verdict::Failed);
    assert!(
        told.is_some_and(|told| told.contains("PROOFBOOTH_BILLING_PASSWORD")),
        "{told:?}"
    );

    let (folder, mut settings) = at("http://127.0.0.1:9/api", "");
    let file = folder.path().join("signers.pem");
    fs::write(&file, "nothing of the kind").expect("written");
    settings.server.as_mut().expect("there is one").trusted_signers = Some(file);
    let report = examine_settings(&settings).await;
    assert_eq!(
        problem(&report, Subject::Certificates),
        (Verdict::Failed, Some(Code::SettingsWrong))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_not_there_or_delivers_nothing_readable_is_told() {
    let (folder, mut settings) = booth();
    let clip = folder.path().join("notes.mjpeg");
    fs::write(&clip, "no pictures").expect("written");
    settings.cameras.front = Some(clip.display().to_string());
    settings.cameras.selfie = Some("usb:gone".to_owned());
    let report = examine_settings(&settings).await;
    let codes: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.subject == Subject::Camera)
        .map(|finding| {
            (
                finding.verdict,
                finding.problem.as_ref().map(|problem| problem.code),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            (Verdict::Failed, Some(Code::ClipUnreadable)),
            (Verdict::Failed, Some(Code::CameraMissing))
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_at_the_booth_is_told() {
    let (folder, settings) = booth();
    let start_up = || StartUp {
        practice: true,
        data_dir: Some(folder.path().to_owned()),
        settings: Some(folder.path().join("settings.toml")),
    };
    fs::write(
        folder.path().join("settings.toml"),
        "[cameras]\nreplay_only = true\n",
    )
    .expect("written");
    let booth = Booth::open(settings).await.expect("it opens");
    let report = examine(start_up()).await;
    assert_eq!(
        remark(&report, Subject::Running),
        (Verdict::Warning, Some(Remark::NotAlone))
    );
    assert!(
        booth
            .examine()
            .await
            .findings
            .iter()
            .all(|finding| finding.subject != Subject::Running),
        "it does not find itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_in_what_is_kept_is_told_with_its_case() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let case = rehearsal.up_to_review().await;
    let report = rehearsal.booth.examine().await;
    assert_eq!(
        remark(&report, Subject::Vault),
        (Verdict::Fine, Some(Remark::VaultFine))
    );
    assert_eq!(
        remark(&report, Subject::LeftOvers),
        (Verdict::Fine, Some(Remark::NothingLeft))
    );

    let objects = rehearsal
        .settings
        .data_dir
        .clone()
        .expect("a folder")
        .join("practice/objects")
        .join(&case.id);
    let file = objects.join(&files_in(&objects)[0]);
    let mut bytes = fs::read(&file).expect("an object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("written");
    // By the booth that has it open, and by a program that opens it anew.
    for report in [
        rehearsal.booth.examine().await,
        examine_settings(&rehearsal.settings).await,
    ] {
        let finding = of(&report, Subject::Vault);
        assert_eq!(
            (finding.verdict, finding.remark),
            (Verdict::Failed, Some(Remark::VaultDamaged))
        );
        assert_eq!(finding.values["which"], case.code);
        assert_eq!(finding.values["pieces"], "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_case_begins_the_booth_is_not_fit() {
    let (_folder, mut settings) = booth();
    settings.disk.reserve_mb = 2_048;
    settings.disk.free = FreeSpace::told_by(|_| Ok(1_000_000_000));
    let report = examine_settings(&settings).await;
    assert_eq!(
        remark(&report, Subject::Disk),
        (Verdict::Failed, Some(Remark::DiskReserve))
    );
    assert_eq!(of(&report, Subject::Disk).values["reserve"], "2.0 GB");
}
