//! Cameras as somebody sets them up and as they come and go: chosen and remembered, missing and back, tried out.

use std::collections::BTreeSet;
use std::time::Duration;

use station::credentials::Source;
use station::doctor::{Remark, Verdict};
use station::view::CameraSearch;
use station::{Booth, Code, FreeSpace, PRACTICE_CLIPS, Role, Settings};
use tempfile::TempDir;

/// Long enough for any step on a busy machine; only a test that fails waits for so long.
const SOON: Duration = Duration::from_secs(20);

fn practice() -> (TempDir, Settings) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::practice();
    settings.data_dir = Some(folder.path().to_owned());
    settings.cameras.replay_only = true;
    settings.secrets = Source::in_memory([]);
    settings.disk.free = FreeSpace::told_by(|_| Ok(500_000_000_000));
    (folder, settings)
}

async fn chosen(booth: &Booth, role: Role) -> Option<String> {
    let view = booth.view().await.expect("the booth");
    let of = view.chosen.into_iter().find(|chosen| chosen.role == role);
    of.and_then(|chosen| chosen.camera)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_choice_is_there_again_after_a_restart_and_the_settings_word_comes_first() {
    let (_folder, settings) = practice();
    let booth = Booth::open(settings.clone()).await.expect("a booth");
    let drawn = chosen(&booth, Role::Front).await.expect("a clip for the front");
    let other = chosen(&booth, Role::Selfie).await.expect("a clip for the selfie");
    booth
        .choose_camera(Role::Front, &other)
        .await
        .expect("it is there");
    drop(booth);

    let again = Booth::open(settings.clone()).await.expect("a booth");
    assert_eq!(chosen(&again, Role::Front).await.as_ref(), Some(&other));
    assert_ne!(
        chosen(&again, Role::Rear).await.as_ref(),
        Some(&other),
        "each step has its own"
    );
    drop(again);

    let mut house = settings;
    house.cameras.front = Some("replay:/set.mjpeg".to_owned());
    let set = Booth::open(house).await.expect("a booth");
    assert_eq!(
        chosen(&set, Role::Front).await.as_deref(),
        Some("replay:/set.mjpeg")
    );
    assert_ne!(drawn, other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_not_there_is_looked_for_until_it_is_back() {
    let (folder, mut settings) = practice();
    let clip = folder.path().join("front.mjpeg");
    settings.cameras.front = Some(format!("replay:{}", clip.display()));
    let booth = Booth::open(settings).await.expect("a booth");
    booth.open_case().await.expect("a case");
    assert!(
        booth.preview(Role::Front, 0, SOON).await.is_err(),
        "nothing is there"
    );
    assert_eq!(booth.look_for_camera(Role::Front).await, CameraSearch::NotYet);
    assert!(
        booth.preview(Role::Front, 0, SOON).await.is_err(),
        "the cause stays on the screen meanwhile"
    );

    std::fs::write(&clip, PRACTICE_CLIPS[0].2).expect("a clip");
    assert_eq!(booth.look_for_camera(Role::Front).await, CameraSearch::Back);
    let frame = booth.preview(Role::Front, 0, SOON).await.expect("it delivers");
    assert!(frame.is_some());
    assert!(
        booth.current_case().await.is_some(),
        "and the case is where it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_never_replaced_by_another_because_it_is_not_there() {
    let (folder, settings) = practice();
    std::fs::write(
        folder.path().join("practice-cameras.json"),
        r#"{"selfie":"usb:046d:0825:1A2B@1-2:1.0"}"#,
    )
    .expect("what was chosen");
    let booth = Booth::open(settings).await.expect("a booth");
    let told = booth
        .preview(Role::Selfie, 0, SOON)
        .await
        .expect_err("it is not there");
    assert_eq!(told.code, Code::CameraMissing);
    assert_eq!(booth.look_for_camera(Role::Selfie).await, CameraSearch::NotYet);
    let refused = booth
        .choose_camera(Role::Selfie, "usb:1")
        .await
        .expect_err("there is none");
    assert_eq!(refused.code, Code::CameraNone);
    assert!(
        booth.preview(Role::Front, 0, SOON).await.is_ok(),
        "another step's camera works"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_looking_helps_where_replays_are_refused() {
    let (folder, practice) = practice();
    let clip = folder.path().join("front.mjpeg");
    std::fs::write(&clip, PRACTICE_CLIPS[0].2).expect("a clip");
    let mut settings = practice.clone();
    settings.practice = false;
    settings.server = Settings::parse(
        "[server]\nbase_url = \"http://127.0.0.1:1\"\nallow_http = true\nregistration_authority = \"1\"\nprofile = \"P\"",
    )
    .expect("settings")
    .server;
    settings.vault.key = station::KeyChoice::File;
    settings.delivery.queue = false;
    settings.cameras.front = Some(format!("replay:{}", clip.display()));
    let booth = Booth::open(settings).await.expect("a booth");
    let told = booth.preview(Role::Front, 0, SOON).await.expect_err("no replay");
    assert_eq!(told.code, Code::SyntheticRefused);
    assert_eq!(booth.look_for_camera(Role::Front).await, CameraSearch::Hopeless);
    let view = booth.view().await.expect("the booth");
    assert!(
        view.cameras
            .iter()
            .all(|camera| camera.refused == Some(Code::SyntheticRefused)),
        "and the list says so: {:?}",
        view.cameras
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_tried_out_behind_the_booth_and_seen_only_meanwhile() {
    let (_folder, settings) = practice();
    let booth = Booth::open(settings).await.expect("a booth");
    let camera = chosen(&booth, Role::Front).await.expect("a clip");
    assert!(
        booth.tried_picture(0, Duration::ZERO).await.is_none(),
        "none is tried out"
    );

    let (tried, seen) = tokio::join!(booth.try_camera(&camera), async {
        let until = tokio::time::Instant::now() + SOON;
        loop {
            let picture = booth.tried_picture(0, Duration::from_millis(200)).await;
            if picture.is_some() || tokio::time::Instant::now() > until {
                return picture;
            }
        }
    });
    let trial = tried.expect("it was tried out");
    assert!(seen.is_some_and(|picture| picture.jpeg.starts_with(&[0xff, 0xd8])));
    let remarks: BTreeSet<String> = trial
        .findings
        .iter()
        .map(|finding| format!("{:?}", finding.remark.expect("nothing failed")))
        .collect();
    for expected in [Remark::CameraFine, Remark::CameraWhole] {
        assert!(remarks.contains(&format!("{expected:?}")), "{remarks:?}");
    }
    assert!(
        trial
            .findings
            .iter()
            .all(|finding| finding.verdict != Verdict::Failed),
        "{trial:?}"
    );
    assert!(
        booth.tried_picture(0, Duration::ZERO).await.is_none(),
        "it was given back"
    );

    booth.open_case().await.expect("a case");
    let refused = booth
        .try_camera(&camera)
        .await
        .expect_err("a case is on the screen");
    assert_eq!(refused.code, Code::OutOfOrder);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_people_are_alone_nobody_tries_cameras_out() {
    let (_folder, mut settings) = practice();
    settings.profile = Some(station::Profile::SelfService);
    let booth = Booth::open(settings).await.expect("a booth");
    let camera = chosen(&booth, Role::Front).await.expect("a clip");
    let refused = booth.try_camera(&camera).await.expect_err("no such page here");
    assert_eq!(refused.code, Code::OutOfOrder);
}
