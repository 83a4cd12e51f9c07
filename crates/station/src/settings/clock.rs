//! The clock another clock is compared with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClockSettings {
    /// A server of network time (NTP), `HOST` or `HOST:PORT`: it is asked while a video is recorded, and how far this machine's
    /// clock is from it goes into the record. Nothing waits for it. The clock itself is the system's to set.
    pub ntp: Option<String>,
}
