//! What is kept of how a video was taken.

use std::path::Path;
use std::time::Duration;

use station::view::{CaseView, ExhibitView};

use evidence::Role;

use super::rehearsal::Rehearsal;

/// 480x270, which is less than a video needs.
fn small() -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/video/intel_head-pose-face-detection-female.mp4"
    );
    assert!(
        Path::new(path).is_file(),
        "the test data lie beside the repository"
    );
    format!("replay:{path}")
}

fn video(view: &CaseView) -> ExhibitView {
    let found = view.exhibits.iter().find(|exhibit| exhibit.role == Role::Video);
    found.expect("a video").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_says_how_it_was_taken() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    rehearsal.up_to_video().await;
    let view = rehearsal.video(Duration::from_secs(2)).await;
    let take = video(&view).take.expect("it was recorded here");
    assert!(take.stamped);
    // A machine that is busy may hold a picture up; what the booth itself did must be in order.
    for never in ["recording_altered", "recording_small", "recording_fragmented"] {
        assert!(!take.remarks.iter().any(|remark| remark == never), "{take:?}");
    }
    assert_eq!(take.continuous, take.gaps.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_delivers_too_little_records_only_where_that_is_allowed() {
    let refusing = Rehearsal::with(|settings| settings.cameras.video = Some(small())).await;
    refusing.begun().await;
    refusing.up_to_video().await;
    let problem = refusing.booth.begin_video().await.expect_err("too small");
    assert_eq!(problem.code.as_str(), "camera_small");

    let allowing = Rehearsal::with(|settings| {
        settings.cameras.video = Some(small());
        settings.recording.allow_small = true;
    })
    .await;
    allowing.begun().await;
    allowing.up_to_video().await;
    let view = allowing.video(Duration::from_secs(1)).await;
    let video = video(&view);
    assert_eq!(
        (video.size.width, video.size.height),
        (480, 270),
        "never made larger"
    );
    let take = video.take.expect("it was recorded here");
    assert!(
        take.remarks.iter().any(|remark| remark == "recording_small"),
        "{take:?}"
    );
}
