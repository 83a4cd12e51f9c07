//! How long is waited after a failure: by its cause, longer each time, and not all booths at the same moment.

use std::time::Duration;

use evidence::{CaseId, Code, Problem};

use crate::settings::QueuePauses;

/// Whether there was no connection at all: then the connection is tried, and nothing is sent before it is there.
pub(super) const fn is_offline(code: Code) -> bool {
    matches!(code, Code::ServerUnreachable)
}

/// The pause after the failure number `failed` (from 1) of a case. What the server asked for is kept to.
pub(super) fn after(pauses: &QueuePauses, problem: &Problem, failed: u32, case: CaseId) -> Duration {
    let (first, longest) = if is_offline(problem.code) {
        pauses.offline
    } else {
        pauses.fault
    };
    let doublings = failed.saturating_sub(1).min(16);
    let pause = first.saturating_mul(1 << doublings).min(longest);
    let asked = problem.retry_after_s.map_or(Duration::ZERO, Duration::from_secs);
    spread(pause, case, failed).max(asked)
}

/// The longest a case can be waiting for its next attempt: more means that the clock was set back meanwhile.
pub(super) fn longest(pauses: &QueuePauses) -> Duration {
    /// A server's `Retry-After` is cut to an hour by the client.
    const ASKED: Duration = Duration::from_secs(60 * 60);
    let longest = pauses.offline.1.max(pauses.fault.1);
    (longest * 5 / 4).max(ASKED)
}

/// A quarter less to a quarter more. By the case's number, which is random: booths that failed together do not come
/// back together.
pub(super) fn spread(pause: Duration, case: CaseId, salt: u32) -> Duration {
    let (high, low) = case.0.as_u64_pair();
    // The multiplier of Knuth's generator: neighbouring salts end up far apart.
    let mixed = (high ^ low ^ u64::from(salt)).wrapping_mul(6_364_136_223_846_793_005) >> 32;
    let permille = u32::try_from(mixed % 501).expect("less than 501") + 750;
    pause * permille / 1000
}

#[cfg(test)]
mod tests {
    use evidence::TryAgain;
    use uuid::Uuid;

    use super::*;

    const CASE: CaseId = CaseId(Uuid::from_u128(0x1234_5678_9abc_def0_1122_3344_5566_7788));

    fn pause(code: Code, failed: u32) -> Duration {
        let problem = Problem::new(code, TryAgain::Later);
        after(&QueuePauses::default(), &problem, failed, CASE)
    }

    fn about(pause: Duration, seconds: u64) -> bool {
        let whole = Duration::from_secs(seconds);
        (whole * 3 / 4..=whole * 5 / 4).contains(&pause)
    }

    #[test]
    fn without_a_network_the_pauses_go_from_seconds_to_five_minutes() {
        for (failed, seconds) in [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (u32::MAX, 300)] {
            let pause = pause(Code::ServerUnreachable, failed);
            assert!(about(pause, seconds), "{failed}: {pause:?}");
        }
    }

    #[test]
    fn a_server_that_fails_is_left_alone_for_longer() {
        for (failed, seconds) in [(1, 30), (2, 60), (6, 960), (7, 1800), (900, 1800)] {
            let pause = pause(Code::ServerFault, failed);
            assert!(about(pause, seconds), "{failed}: {pause:?}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_kept_to() {
        let problem = Problem {
            retry_after_s: Some(1000),
            ..Problem::new(Code::ServerFault, TryAgain::Later)
        };
        let pauses = QueuePauses::default();
        assert_eq!(after(&pauses, &problem, 1, CASE), Duration::from_secs(1000));
        assert!(
            after(&pauses, &problem, 9, CASE) > Duration::from_secs(1000),
            "our own pause may be the longer one"
        );
    }

    #[test]
    fn booths_that_failed_together_do_not_come_back_together() {
        let pauses: std::collections::BTreeSet<Duration> = (0..50)
            .map(|_| spread(Duration::from_secs(300), CaseId(Uuid::new_v4()), 1))
            .collect();
        assert!(pauses.len() > 20, "{pauses:?}");
    }
}
