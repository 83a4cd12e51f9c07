//! How long evidence stays here once the server has it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long pictures, video and fields stay on this machine once the server has everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// Hours from the server's word that it has everything, or from a refusal. 0: at once.
    pub after_hours: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { after_hours: 24 }
    }
}

impl RetentionSettings {
    /// The same as a time.
    pub(crate) fn keep(self) -> Duration {
        Duration::from_secs(u64::from(self.after_hours) * 3600)
    }
}
