//! The one place that reads the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use evidence::UtcMillis;

/// Now.
pub(crate) fn now() -> UtcMillis {
    from_system(SystemTime::now())
}

/// A moment of the system's clock. Before 1970 is negative: a clock that far off must not end a case.
pub(crate) fn from_system(time: SystemTime) -> UtcMillis {
    let millis = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()),
        Err(before) => i64::try_from(before.duration().as_millis()).map(|millis| -millis),
    };
    UtcMillis(millis.unwrap_or(i64::MAX))
}

/// `2026-11-23 09:14:05 UTC`, for receipts.
pub(crate) fn readable(at: UtcMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| at.0.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_readable() {
        assert_eq!(readable(UtcMillis(1_622_823_879_708)), "2021-06-04 16:24:39 UTC");
    }
}
