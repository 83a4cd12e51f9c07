//! Everything that goes wrong ends in a code with a sentence, and the case is kept.

use std::time::Duration;

use evidence::{DocumentType, FieldKey, Role, Step};
use oneshot_sandbox::{Fault, Operation};
use station::view::FieldValue;

use crate::rehearsal::{Rehearsal, code};

async fn at_the_front(rehearsal: &Rehearsal) {
    rehearsal.begun().await;
    rehearsal.agreed().await;
    rehearsal.document(DocumentType::Passport).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booth_without_a_camera_says_so_and_takes_a_file() {
    // The settings name a camera that is not there: no other may silently take its place.
    let rehearsal =
        Rehearsal::with(|settings| settings.cameras.front = Some("usb:dead:beef:@1-1:1.0".into())).await;
    at_the_front(&rehearsal).await;
    assert_eq!(code(rehearsal.booth.take_still().await), "camera_missing");
    assert_eq!(
        code(rehearsal.booth.preview(Role::Front, 0, Duration::ZERO).await),
        "camera_missing"
    );

    let (_, _, clip) = station::PRACTICE_CLIPS[0];
    let jpeg = clip[capture::jpeg::split(clip).remove(0)].to_vec();
    let view = rehearsal
        .booth
        .add_picture(jpeg)
        .await
        .expect("a file is another way");
    let taken = view.capture.expect("a capture step").showing;
    assert!(
        matches!(taken, station::view::ShowingView::Taken { exhibit } if exhibit.from_file),
        "and it is marked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_whole_picture_is_refused_and_the_step_stays() {
    let rehearsal = Rehearsal::new().await;
    at_the_front(&rehearsal).await;
    let (_, _, clip) = station::PRACTICE_CLIPS[0];
    let jpeg = &clip[capture::jpeg::split(clip).remove(0)];
    for (what, bytes) in [
        ("text", b"Dear reviewer".as_slice()),
        ("nothing", b"".as_slice()),
        ("half a picture", &jpeg[..jpeg.len() / 2]),
    ] {
        assert_eq!(
            code(rehearsal.booth.add_picture(bytes.to_vec()).await),
            "picture_unreadable",
            "{what}"
        );
    }
    assert_eq!(
        rehearsal.booth.current_case().await.expect("kept").step,
        Step::Front
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_needs_practice_or_an_explicit_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let clip = folder.path().join("front.mjpeg");
    std::fs::write(&clip, station::PRACTICE_CLIPS[0].2).expect("written");
    let open = |allow: bool| {
        let mut settings = station::Settings::parse(&format!(
            "allow_replay = {allow}\n[vault]\nkey = \"file\"\n[server]\nbase_url = \"http://127.0.0.1:9/\"\nregistration_authority = \"1\"\nprofile = \"P\"\n[cameras]\nfront = '{}'\nreplay_only = true",
            clip.display()
        ))
        .expect("settings");
        settings.data_dir = Some(folder.path().join("data"));
        station::Booth::open(settings)
    };
    let strict = open(false).await.expect("opens");
    let refused = strict.preview(Role::Front, 0, Duration::from_secs(5)).await;
    assert_eq!(code(refused), "synthetic_refused");
    let allowed = open(true).await.expect("opens");
    let frame = allowed
        .preview(Role::Front, 0, Duration::from_secs(5))
        .await
        .expect("allowed");
    assert!(frame.is_some(), "a frame comes");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_cannot_be_right_are_named() {
    let rehearsal = Rehearsal::new().await;
    at_the_front(&rehearsal).await;
    rehearsal.picture().await;
    rehearsal.portrait().await;
    rehearsal.picture().await;
    let value = |key, value: &str| FieldValue {
        key,
        value: value.to_owned(),
    };
    let missing = rehearsal
        .booth
        .confirm_fields(vec![value(FieldKey::GivenName, "Alma")], "")
        .await;
    assert_eq!(
        missing.expect_err("a surname is missing").field,
        Some(FieldKey::FirstSurname)
    );
    let wrong = [
        value(FieldKey::GivenName, "Alma"),
        value(FieldKey::FirstSurname, "Muñoz"),
        value(FieldKey::SerialNumber, "99999999R"),
        value(FieldKey::Email, "alma"),
    ];
    assert_eq!(
        rehearsal
            .booth
            .confirm_fields(wrong.into(), "")
            .await
            .expect_err("no address")
            .field,
        Some(FieldKey::Email)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_nothing_is_not_kept() {
    let rehearsal = Rehearsal::with(|settings| settings.recording.shortest_ms = 60_000).await;
    at_the_front(&rehearsal).await;
    rehearsal.picture().await;
    rehearsal.portrait().await;
    rehearsal.picture().await;
    rehearsal.fields().await;
    rehearsal.booth.begin_video().await.expect("begins");
    assert_eq!(
        code(rehearsal.booth.close_case().await),
        "out_of_order",
        "not in the middle of a recording"
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(code(rehearsal.booth.end_video().await), "recording_too_short");
    let view = rehearsal.booth.current_case().await.expect("kept");
    assert_eq!(
        view.capture.expect("at the video").showing,
        station::view::ShowingView::Live
    );
}

/// Each answer a server or a proxy can give to an upload, the code a person sees, and that the case goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_their_cause_and_the_case_goes_on() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_review().await;
    for (operation, fault, expected) in [
        (Operation::UploadEvidences, Fault::Html502, "server_fault"),
        (Operation::UploadEvidences, Fault::Html200, "not_the_service"),
        (Operation::UploadEvidences, Fault::Html413, "too_large"),
        (Operation::UploadEvidences, Fault::Status422, "data_refused"),
        (Operation::UploadVideo, Fault::Html413, "too_large"),
        (Operation::UploadVideo, Fault::Wrapped412, "request_wrong_state"),
    ] {
        rehearsal.sandbox().fail_next(operation, fault);
        let view = rehearsal.delivered().await;
        assert_eq!(view.step, Step::Failed, "{fault}");
        let problem = view.problem.expect("it says why");
        assert_eq!(
            problem.code.as_str(),
            expected,
            "{operation} {fault}: {:?}",
            problem.detail
        );
    }
    assert_eq!(
        rehearsal.delivered().await.step,
        Step::Submitted,
        "nothing was lost"
    );
    assert_eq!(rehearsal.sandbox().requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_registration_authority_is_called_that() {
    let sandbox = oneshot_sandbox::Sandbox::start(oneshot_sandbox::Settings::default())
        .await
        .expect("starts");
    for (authority, why) in [("44", "not enabled"), ("7", "unknown")] {
        let rehearsal = Rehearsal::with(|settings| {
            let server = format!(
                "[server]\nbase_url = \"{}\"\nregistration_authority = \"{authority}\"\nprofile = \"PFnubeQAFCiudadano\"",
                sandbox.base_url()
            );
            settings.server = station::Settings::parse(&server).expect("settings").server;
        })
        .await;
        let view = rehearsal.begun().await;
        assert_eq!(
            view.problem.expect(why).code.as_str(),
            "wrong_registration_authority",
            "{why}"
        );
    }
}
