//! The sound of the video: recorded where it was agreed to, never in the way of the picture.

use std::io::Cursor;
use std::time::Duration;

use capture::clip::{self, Clip};
use evidence::{Code, Role};
use station::view::{CaseView, Notice};
use tokio::sync::broadcast::error::TryRecvError;

use crate::rehearsal::{Rehearsal, code, shown};

fn remarks(view: &CaseView) -> Vec<String> {
    let video = view.exhibits.iter().find(|exhibit| exhibit.role == Role::Video);
    let take = video.and_then(|video| video.take.clone());
    // What a busy machine does to the pictures is not asked here.
    let remarks = take.expect("a take").remarks;
    remarks
        .into_iter()
        .filter(|remark| remark.starts_with("sound_"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_has_the_sound_that_was_agreed_to() {
    let rehearsal = Rehearsal::with(|settings| settings.recording.sound = true).await;
    rehearsal.begun().await;
    let silent = rehearsal
        .booth
        .accept_consent("es", "3", evidence::Biometrics::Refused);
    assert_eq!(
        code(silent.await),
        "out_of_order",
        "that text says nothing of sound"
    );
    let mut notices = rehearsal.booth.notices();
    rehearsal.up_to_video().await;
    let view = rehearsal.video(Duration::from_millis(1_500)).await;
    let bytes = shown(&rehearsal.booth, &view, Role::Video).await;
    let movie = Clip::open(Cursor::new(bytes.clone()))
        .expect("it plays")
        .movie()
        .clone();
    let sound = movie.sound.as_ref().expect("a track of sound");
    assert!(
        sound.duration.abs_diff(movie.duration) < Duration::from_millis(300),
        "{movie:?}"
    );
    let heard = clip::sound(Cursor::new(bytes)).expect("it can be decoded");
    let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((peak - 0.1).abs() < 0.03, "the practice tone: {peak}");
    assert_eq!(remarks(&view), [""; 0]);
    let told = std::iter::from_fn(|| {
        loop {
            match notices.try_recv() {
                Err(TryRecvError::Lagged(_)) => {}
                told => break told.ok(),
            }
        }
    })
    .filter_map(|notice| match notice {
        Notice::Sound { sound } => Some(sound.peak_dbfs),
        _ => None,
    })
    .fold(-96.0, f32::max);
    assert!((told + 20.0).abs() < 1.0, "the level was told meanwhile: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_is_missing_is_told_and_the_video_is_recorded() {
    let rehearsal = Rehearsal::with(|settings| {
        settings.recording.sound = true;
        settings.recording.microphone = Some("mic:alsa:plughw:CARD=Gone,DEV=0".to_owned());
    })
    .await;
    rehearsal.begun().await;
    let view = rehearsal.up_to_review().await;
    assert_eq!(remarks(&view), ["sound_lacking"]);
    let bytes = shown(&rehearsal.booth, &view, Role::Video).await;
    let movie = Clip::open(Cursor::new(bytes)).expect("it plays").movie().clone();
    assert!(movie.sound.is_none() && movie.frames > 5);
    let booth = rehearsal.booth.view().await.expect("the booth");
    assert_eq!(booth.sound.expect("sound is wanted").chosen, None);
    let expected = if capture::sound::BUILT_IN {
        Code::MicrophoneNone
    } else {
        Code::SoundNotBuilt
    };
    assert!(
        booth.cautions.iter().any(|caution| caution.code == expected),
        "{:?}",
        booth.cautions
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_recorded_who_agreed_to_a_video_without_sound() {
    let mut rehearsal = Rehearsal::new().await;
    let case = rehearsal.begun().await;
    rehearsal.up_to_video().await;
    rehearsal.booth.close_case().await.expect("it is left");
    // The settings change before this person records.
    rehearsal.settings.recording.sound = true;
    let again = rehearsal.again().await;
    again.booth.resume_case(&case.id).await.expect("it comes back");
    let view = again.video(Duration::from_millis(700)).await;
    let bytes = shown(&again.booth, &view, Role::Video).await;
    let movie = Clip::open(Cursor::new(bytes)).expect("it plays").movie().clone();
    assert_eq!(movie.sound, None);
    assert_eq!(remarks(&view), [""; 0]);
}
