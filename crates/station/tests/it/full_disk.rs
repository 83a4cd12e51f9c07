//! A disk that is full for a moment: the person is told, and goes on at the same place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use evidence::Step;
use station::view::{CaseView, RequestView, ShowingView};
use vault::{Disk, Op};

use crate::rehearsal::{Rehearsal, code};

/// A disk on which nothing can be committed when it is told so.
#[derive(Default)]
struct Commits {
    fail_after: AtomicUsize,
    for_good: AtomicBool,
    fail: AtomicBool,
}

impl Commits {
    async fn rehearsal(self: &Arc<Self>) -> Rehearsal {
        let commits = Arc::clone(self);
        let disk = Disk::failing(Arc::new(move |op| {
            if op == Op::Commit && commits.is_full() {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }));
        Rehearsal::with(|settings| settings.vault.disk = disk).await
    }

    fn is_full(&self) -> bool {
        let counted = &self.fail_after;
        let once = counted.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if once == Ok(1) && self.for_good.load(Ordering::SeqCst) {
            self.fail(true);
        }
        once == Ok(1) || self.fail.load(Ordering::SeqCst)
    }

    /// The commit after so many others fails, and every one after it.
    fn fail_from(&self, others: usize) {
        self.for_good.store(true, Ordering::SeqCst);
        self.fail_once_after(others);
    }

    /// The commit after so many others fails, and none after it.
    fn fail_once_after(&self, others: usize) {
        self.fail_after.store(others + 1, Ordering::SeqCst);
    }

    fn fail(&self, fail: bool) {
        self.fail.store(fail, Ordering::SeqCst);
    }
}

async fn until(rehearsal: &Rehearsal, is: impl Fn(&CaseView) -> bool) -> CaseView {
    for _ in 0..250 {
        let view = rehearsal.booth.current_case().await.expect("a case");
        if is(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not get there")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_created_once_whatever_of_it_could_not_be_stored() {
    // What is stored, one after the other: that one is wanted, that it is asked for, what the server said.
    for others in 0..3 {
        let commits = Arc::new(Commits::default());
        let rehearsal = commits.rehearsal().await;
        rehearsal.booth.open_case().await.expect("a case");
        commits.fail_once_after(others);
        let told = rehearsal
            .booth
            .start_new("+34 699 999 999", "alma@example.org")
            .await;
        assert_eq!(code(told), "store_full", "commit {others}");
        let view = until(&rehearsal, |view| view.request != RequestView::Creating).await;
        if view.step == Step::Start {
            rehearsal
                .booth
                .start_new("+34 699 999 999", "alma@example.org")
                .await
                .expect("there is room again");
        }
        let view = until(&rehearsal, |view| view.step == Step::Consent).await;
        assert!(
            matches!(view.request, RequestView::Known { .. }),
            "commit {others}"
        );
        assert_eq!(rehearsal.sandbox().requests().len(), 1, "commit {others}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_could_not_be_kept_is_over_and_another_can_be_taken() {
    let commits = Arc::new(Commits::default());
    let rehearsal = commits.rehearsal().await;
    rehearsal.begun().await;
    rehearsal.up_to_video().await;
    rehearsal.booth.begin_video().await.expect("it records");
    tokio::time::sleep(Duration::from_millis(700)).await;
    commits.fail(true);
    assert_eq!(code(rehearsal.booth.end_video().await), "store_full");
    commits.fail(false);
    let view = rehearsal.booth.end_video().await.expect("it is over");
    let showing = view.capture.expect("the video's step").showing;
    assert_ne!(showing, ShowingView::Recording);
    if showing != ShowingView::Live {
        rehearsal.booth.retake_capture().await.expect("another one");
    }
    let view = rehearsal.video(Duration::from_millis(700)).await;
    assert_eq!(view.step, Step::Review);
}

/// The program is stopped after the recording has ended, and before the case knows what came of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_had_ended_before_the_program_did_is_brought_back() {
    let commits = Arc::new(Commits::default());
    let rehearsal = commits.rehearsal().await;
    rehearsal.begun().await;
    let id = rehearsal.up_to_video().await.id;
    rehearsal.booth.begin_video().await.expect("it records");
    tokio::time::sleep(Duration::from_millis(700)).await;
    // The recording is finished; from then on nothing of it can be stored, nor removed.
    commits.fail_from(1);
    assert_eq!(code(rehearsal.booth.end_video().await), "store_full");
    rehearsal.booth.close_case().await.expect("the program ends");
    commits.fail(false);
    let again = rehearsal.again().await;
    drop(rehearsal);
    let view = again.booth.resume_case(&id).await.expect("it is kept");
    let Some(ShowingView::Taken { exhibit }) = view.capture.map(|capture| capture.showing) else {
        panic!("the recording is lost");
    };
    assert!(
        exhibit.duration_ms.is_some_and(|millis| millis > 300),
        "{exhibit:?}"
    );
}
