//! How often the server is asked where a request stands.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often the server is asked where a submitted request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PollingSettings {
    /// Off: the state is read only when a person asks, or a webhook hints at a change.
    pub on: bool,
    /// Seconds until the first look at the request of the case on the screen; each pause after that is half as long
    /// again.
    pub first_s: u64,
    /// The longest pause between two looks at it, in seconds.
    pub longest_s: u64,
    /// Seconds between two looks at the requests of cases that are not on the screen. 0: never.
    pub away_s: u64,
}

impl Default for PollingSettings {
    fn default() -> Self {
        Self {
            on: true,
            first_s: 5,
            longest_s: 60,
            away_s: 300,
        }
    }
}

impl PollingSettings {
    /// The pause before the first look. Never none: the server must not be asked without a pause.
    pub(crate) fn first(&self) -> Duration {
        Duration::from_secs(self.first_s.max(1))
    }

    /// The longest pause between two looks.
    pub(crate) fn longest(&self) -> Duration {
        Duration::from_secs(self.longest_s).max(self.first())
    }

    /// The pause between two looks at what is not on the screen; `None` where there are to be none.
    pub(crate) fn away(&self) -> Option<Duration> {
        (self.away_s > 0).then(|| Duration::from_secs(self.away_s))
    }
}
