//! The recording.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Record sound with the video. The person is told so in the text they accept.
    pub sound: bool,
    /// The microphone: a stable name as `proofbooth microphones` lists it, or the path of a WAV file that stands in for
    /// one; by default the system's own choice.
    pub microphone: Option<String>,
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
            sound: false,
            microphone: None,
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
