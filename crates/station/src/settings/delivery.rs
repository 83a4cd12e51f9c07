//! When and how fast submitted cases go out.

use std::num::NonZeroU64;
use std::time::Duration;

use evidence::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wrong;

/// How submitted cases go out by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeliverySettings {
    /// Off: a case that could not be delivered waits until a person tries again.
    pub queue: bool,
    /// The most an upload may take of the line, in kilobits (1,000 bits) a second; at least 64. 0: as fast as it goes.
    pub most_kbit_s: u32,
    /// The hours in which uploads go out, by the machine's own clock, for example `22:00-06:00`. Left out: at any time.
    pub window: Option<Hours>,
    /// How long is waited after a failure.
    #[serde(skip)]
    pub pauses: QueuePauses,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            queue: true,
            most_kbit_s: 0,
            window: None,
            pauses: QueuePauses::default(),
        }
    }
}

impl DeliverySettings {
    /// The slowest cap: below it an upload looks like one that stands still.
    const SLOWEST_KBIT_S: u32 = 64;

    /// The cap in bytes a second.
    ///
    /// # Errors
    /// It is set, and lower than an upload can live with.
    pub(crate) fn most_bytes_s(&self) -> Result<Option<NonZeroU64>, Problem> {
        match self.most_kbit_s {
            0 => Ok(None),
            slow if slow < Self::SLOWEST_KBIT_S => Err(wrong(format!(
                "most_kbit_s: {slow} is less than {}: an upload that slow ends in a time-out",
                Self::SLOWEST_KBIT_S
            ))),
            cap => Ok(NonZeroU64::new(u64::from(cap) * 1000 / 8)),
        }
    }
}

/// The pauses after failures, from the first to the longest; each is twice the one before. They are not in the settings
/// file: shorter ones only burden the server, and a test brings its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePauses {
    /// While there is no connection. Only the connection is tried then, nothing is sent.
    pub offline: (Duration, Duration),
    /// After anything else that passes by itself.
    pub fault: (Duration, Duration),
}

impl Default for QueuePauses {
    fn default() -> Self {
        Self {
            offline: (Duration::from_secs(5), Duration::from_secs(5 * 60)),
            fault: (Duration::from_secs(30), Duration::from_secs(30 * 60)),
        }
    }
}

/// Hours of a day, in minutes since midnight; they may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    from: u16,
    to: u16,
}

impl Hours {
    /// Minutes of a day.
    const DAY: u16 = 24 * 60;

    /// Whether the minute of the day is one of them.
    pub(crate) const fn contain(self, minute: u16) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// Minutes until they begin, from a minute of the day outside them.
    pub(crate) const fn until_open(self, minute: u16) -> u16 {
        (self.from + Self::DAY - minute) % Self::DAY
    }

    /// When they begin, as a clock shows it.
    pub(crate) fn opening(self) -> String {
        format!("{:02}:{:02}", self.from / 60, self.from % 60)
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        let Hours { from, to } = hours;
        format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let hours = text
            .split_once('-')
            .and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match hours {
            Some((from, to)) if from != to => Ok(Self { from, to }),
            _ => Err(format!("{text}: not two times of the day like 22:00-06:00")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Hours {
        Hours::try_from(text.to_owned()).expect(text)
    }

    #[test]
    fn hours_may_go_over_midnight() {
        let night = hours("22:00-06:00");
        assert_eq!(String::from(night), "22:00-06:00");
        for (hour, inside) in [
            (21, false),
            (22, true),
            (23, true),
            (0, true),
            (5, true),
            (6, false),
        ] {
            assert_eq!(night.contain(hour * 60), inside, "{hour}:00");
        }
        assert_eq!(night.until_open(21 * 60), 60);
        assert_eq!(night.until_open(6 * 60), 16 * 60);
        let day = hours("09:30-17:00");
        assert!(day.contain(9 * 60 + 30) && !day.contain(9 * 60 + 29) && !day.contain(17 * 60));
        assert_eq!(
            (day.until_open(18 * 60), day.opening().as_str()),
            (15 * 60 + 30, "09:30")
        );
    }

    #[test]
    fn what_is_no_time_is_named() {
        for wrong in ["", "22-06", "22:00", "24:00-06:00", "22:00-22:00", "22:60-06:00"] {
            assert!(Hours::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cap_no_upload_lives_with_is_refused() {
        let capped = |most_kbit_s| DeliverySettings {
            most_kbit_s,
            ..DeliverySettings::default()
        };
        assert_eq!(capped(0).most_bytes_s(), Ok(None));
        assert_eq!(capped(512).most_bytes_s(), Ok(NonZeroU64::new(64_000)));
        assert!(capped(63).most_bytes_s().is_err());
    }
}
