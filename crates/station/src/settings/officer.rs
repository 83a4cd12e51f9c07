//! The registration officer's desk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The registration officer's desk at this booth.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OfficerSettings {
    /// Whether there is one. Off on a booth that stands among customers.
    pub desk: bool,
    /// Lets the person who took the evidence approve it; the record says so then.
    pub same_person_allowed: bool,
    /// Lets an officer's credentials be kept in the system's store of credentials. Never on a kiosk.
    pub remember: bool,
    /// A sign-in runs out after this many minutes in which nothing was done at the desk.
    pub idle_minutes: u64,
}

impl Default for OfficerSettings {
    fn default() -> Self {
        Self {
            desk: true,
            same_person_allowed: false,
            remember: false,
            idle_minutes: 10,
        }
    }
}
