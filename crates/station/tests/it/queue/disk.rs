//! Room on the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use evidence::Step;
use station::{DiskSettings, FreeSpace};

use crate::rehearsal::{Rehearsal, code};

#[tokio::test(flavor = "multi_thread")]
async fn below_the_reserve_no_case_begins_and_those_that_did_go_on() {
    let free = Arc::new(AtomicU64::new(3_000_000_000));
    let told = Arc::clone(&free);
    let rehearsal = Rehearsal::with(move |settings| {
        settings.disk = DiskSettings {
            reserve_mb: 2048,
            free: FreeSpace::told_by(move |_| Ok(told.load(Ordering::SeqCst))),
        };
    })
    .await;
    rehearsal.begun().await;
    free.store(1_999_000_000, Ordering::SeqCst);
    rehearsal.up_to_review().await;
    assert_eq!(
        rehearsal.delivered().await.step,
        Step::Submitted,
        "it began before"
    );
    let before = rehearsal.booth.view().await.expect("a view").no_new_case;
    assert_eq!(
        before.expect("told before anybody tries").code,
        station::Code::DiskReserve
    );
    let refused = rehearsal.booth.open_case().await;
    let said = refused.as_ref().expect_err("too little room").detail.clone();
    assert_eq!(said.expect("how little").expose(), "1999 MB < 2048 MB");
    assert_eq!(code(refused), "disk_reserve");
    assert!(
        rehearsal.booth.current_case().await.is_some(),
        "what is on the screen stays there"
    );
    free.store(2_048_000_000, Ordering::SeqCst);
    assert_eq!(rehearsal.booth.view().await.expect("a view").no_new_case, None);
    rehearsal.booth.open_case().await.expect("there is room again");
}
