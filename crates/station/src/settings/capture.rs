//! Cameras and the recording.

use std::time::Duration;

use evidence::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which camera serves which step: a stable name as `proofbooth cameras` lists it, or the path of a replay.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CameraSettings {
    /// The document's front.
    pub front: Option<String>,
    /// The document's back; by default the front's.
    pub rear: Option<String>,
    /// The person; by default the first camera.
    pub selfie: Option<String>,
    /// The video; by default the selfie's.
    pub video: Option<String>,
    /// Never look for real cameras: for practice on a machine whose camera is in use.
    pub replay_only: bool,
}

impl CameraSettings {
    /// What is set for `role`, with the defaults above.
    pub(crate) fn of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Front | Role::Portrait => self.front.as_deref(),
            Role::Rear => self.rear.as_deref().or(self.front.as_deref()),
            Role::Selfie => self.selfie.as_deref(),
            Role::Video => self.video.as_deref().or(self.selfie.as_deref()),
        }
    }
}

/// The identification video.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingSettings {
    /// Bits per second, 2 to 3 million.
    pub bitrate: u32,
    /// The recording ends by itself after this many seconds.
    pub limit_s: u64,
    /// A recording shorter than this many milliseconds shows nothing and is not kept.
    pub shortest_ms: u64,
    /// Record also from a camera that delivers less than 1280x720. The reviewer is told.
    pub allow_small: bool,
    /// The person is asked to show the document beside their face, to tilt and to turn it, to show digits, and to move their
    /// head where `eyes.challenge` says so, in an order that is drawn anew each time. Without, nothing is asked.
    pub script: bool,
    /// What is asked is also said aloud, where the machine has a voice in the person's language.
    pub spoken: bool,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self {
            bitrate: 2_500_000,
            limit_s: 180,
            shortest_ms: 2_000,
            allow_small: false,
            script: true,
            spoken: true,
        }
    }
}

impl RecordingSettings {
    pub(crate) const fn limit(&self) -> Duration {
        Duration::from_secs(self.limit_s)
    }
}
