//! Telling the page how far an upload is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use evidence::{CaseId, Leg};
use oneshot::Progress;
use parking_lot::Mutex;

use crate::booth::Booth;
use crate::view::{Notice, UploadView};

/// The page is told this often; more would only keep it busy.
const TOLD_EVERY: Duration = Duration::from_millis(100);
/// Before this much time a rate says nothing.
const RATE_AFTER: Duration = Duration::from_millis(500);

/// A progress that is kept with the queue, and becomes notices.
pub(super) fn told_to_the_page(booth: &Booth, case: CaseId, leg: Leg) -> Progress {
    let booth = booth.clone();
    let began = Instant::now();
    let told = Mutex::new(None::<Instant>);
    Arc::new(move |sent, total| {
        let mut told = told.lock();
        let soon = told.is_some_and(|last| last.elapsed() < TOLD_EVERY);
        if soon && sent < total {
            return;
        }
        *told = Some(Instant::now());
        let elapsed = began.elapsed();
        let upload = UploadView {
            case: case.to_string(),
            leg,
            sent,
            total,
            elapsed_ms: millis(elapsed),
            remaining_ms: remaining(sent, total, elapsed),
        };
        booth.0.queue.is_at(case, upload.clone());
        // With somebody else's case on the screen it is nobody's business; with none, the queue may be looked at.
        if booth.is_on_screen(case) || booth.is_screen_clear() {
            booth.notify(Notice::Upload { upload });
        }
    })
}

/// Milliseconds left at the rate so far.
fn remaining(sent: u64, total: u64, elapsed: Duration) -> Option<u64> {
    if sent == 0 || elapsed < RATE_AFTER {
        return None;
    }
    let left = u128::from(total.saturating_sub(sent));
    u64::try_from(left * elapsed.as_millis() / u128::from(sent)).ok()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_the_rate_so_far() {
        assert_eq!(remaining(25, 100, Duration::from_secs(1)), Some(3000));
        assert_eq!(remaining(100, 100, Duration::from_secs(1)), Some(0));
        assert_eq!(remaining(0, 100, Duration::from_secs(9)), None, "no rate yet");
        assert_eq!(
            remaining(1, 100, Duration::from_millis(1)),
            None,
            "too early to tell"
        );
    }
}
