//! Uploads at certain hours only.

use evidence::Step;
use oneshot_sandbox::Operation;
use station::Hours;

use super::{arrives_at, by_itself};
use crate::rehearsal::Rehearsal;

/// One hour that begins twelve hours from now.
fn far_from_now() -> Hours {
    let hour = jiff::Zoned::now().hour();
    let hours = format!("{:02}:00-{:02}:00", (hour + 12) % 24, (hour + 13) % 24);
    Hours::try_from(hours).expect("two times of the day")
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_its_hours_a_case_waits_unless_a_person_wants_it_out() {
    let rehearsal = Rehearsal::with(|settings| {
        by_itself(settings);
        settings.delivery.window = Some(far_from_now());
    })
    .await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_review().await.id;
    let view = rehearsal.delivered().await;
    let problem = view.problem.expect("it waits");
    assert_eq!(problem.code.as_str(), "upload_window");
    assert!(problem.detail.expect("it says when").ends_with(":00"));
    assert!(view.delivery.expect("submitted").by_itself);
    assert_eq!(rehearsal.calls(Operation::UploadEvidences), 0);

    rehearsal
        .booth
        .send_now(&id)
        .await
        .expect("a person wants it out");
    arrives_at(&rehearsal.booth, &id, Step::Submitted).await;
}
