//! What is told of a case that goes out while somebody else stands at the booth.

use std::time::Duration;

use evidence::{Leg, Step};
use oneshot_sandbox::{Fault, Operation};
use station::view::Notice;
use station::{DeliverySettings, RetentionSettings};

use super::{arrives_at, by_itself};
use crate::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_case_off_the_screen_is_can_be_seen_and_whose_it_is_cannot() {
    let rehearsal = Rehearsal::with(by_itself).await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    let mut notices = rehearsal.booth.notices();
    rehearsal.sandbox().fail_next(
        Operation::UploadVideo,
        Fault::SlowRead {
            bytes_per_second: 100_000,
        },
    );
    rehearsal.booth.submit().await.expect("submitted");
    rehearsal.booth.close_case().await.expect("the next one comes");

    let entry = loop {
        let entries = rehearsal.booth.queue().await.expect("a list").entries;
        let entry = entries.into_iter().next().expect("it waits");
        if entry
            .upload
            .as_ref()
            .is_some_and(|upload| upload.leg == Leg::Video)
        {
            break entry;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(entry.under_way && entry.id == id);
    assert_eq!(entry.bytes_left, entry.video_left, "the pictures are there");
    assert!(entry.video_left > 0);
    arrives_at(&rehearsal.booth, &id, Step::Submitted).await;

    let (mut uploads, mut changes) = (0, 0);
    while let Ok(notice) = notices.try_recv() {
        match notice {
            Notice::Upload { upload } => {
                assert_eq!(upload.case, id);
                uploads += 1;
            }
            Notice::Queue => changes += 1,
            Notice::Case { case } => assert_eq!(case.step, Step::Submitting, "while it was on the screen"),
            _ => {}
        }
    }
    assert!(uploads > 2 && changes > 2, "{uploads} and {changes}");
    assert!(rehearsal.booth.queue().await.expect("a list").entries.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_are_those_of_the_settings() {
    let rehearsal = Rehearsal::with(|settings| {
        settings.delivery = DeliverySettings {
            most_kbit_s: 512,
            window: Some("22:00-06:00".to_owned().try_into().expect("hours")),
            ..DeliverySettings::default()
        };
        settings.retention = RetentionSettings { after_hours: 0 };
        settings.disk.reserve_mb = 7;
    })
    .await;
    let rules = rehearsal.booth.queue().await.expect("a list").rules;
    assert_eq!(rules.most_kbit_s, Some(512));
    assert_eq!(rules.window.as_deref(), Some("22:00-06:00"));
    assert_eq!((rules.keep_hours, rules.reserve_mb), (0, 7));
}
