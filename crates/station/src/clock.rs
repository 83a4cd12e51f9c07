//! The one place that reads the wall clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use evidence::UtcMillis;

use crate::settings::Hours;

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

/// How many milliseconds this machine's clock is behind one that showed `date` (whole seconds, as in the header of that
/// name) between two moments of ours; negative when it is ahead. Zero when the two may well be the same.
pub(crate) fn behind(date: SystemTime, asked: SystemTime, answered: SystemTime) -> i64 {
    let [date, asked, answered] = [date, asked, answered].map(|time| from_system(time).0);
    // The other clock was somewhere in that second.
    let ahead = asked.saturating_sub(date.saturating_add(1_000)).max(0);
    let behind = date.saturating_sub(answered).max(0);
    behind - ahead
}

/// `2026-11-23 09:14:05 UTC`, for receipts.
pub(crate) fn readable(at: UtcMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| at.0.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// The day on the calendar here at a moment.
pub(crate) fn local_day(at: UtcMillis) -> jiff::civil::Date {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_else(|_| jiff::Timestamp::now());
    moment.to_zoned(jiff::tz::TimeZone::system()).date()
}

/// A moment after another.
pub(crate) fn later(at: UtcMillis, by: Duration) -> UtcMillis {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    UtcMillis(at.0.saturating_add(millis))
}

/// Whether the machine's own clock shows one of the hours.
pub(crate) fn is_within(hours: Hours) -> bool {
    hours.contain(local_minute())
}

/// How long until the hours begin; nothing during them.
pub(crate) fn until_open(hours: Hours) -> Duration {
    let minute = local_minute();
    if hours.contain(minute) {
        return Duration::ZERO;
    }
    Duration::from_secs(u64::from(hours.until_open(minute)) * 60)
}

/// Minutes since midnight, as a clock on the wall shows them here.
fn local_minute() -> u16 {
    let time = jiff::Zoned::now().time();
    let part = |number: i8| u16::try_from(number).expect("a clock shows no negative hours");
    part(time.hour()) * 60 + part(time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_readable() {
        assert_eq!(readable(UtcMillis(1_622_823_879_708)), "2021-06-04 16:24:39 UTC");
    }
}
