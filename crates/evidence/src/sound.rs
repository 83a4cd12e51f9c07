//! The sound of the identification video: what recorded it, and how good it is.

use serde::{Deserialize, Serialize};

use crate::Code;

/// How the sound of a video was recorded, measured while it was. Absent where no sound was to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sound {
    /// The microphone's stable name.
    pub device: String,
    /// Its name for people; absent where it could not be opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microphone: Option<String>,
    /// No microphone stands behind it: a file, or generated sound.
    pub synthetic: bool,
    /// The track in the file; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<SoundTrack>,
    /// Why there is no sound, or why it ended before the picture did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Code>,
}

/// The track of sound in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundTrack {
    /// `opus`.
    pub codec: String,
    /// Channels: 1.
    pub channels: u8,
    /// Samples a second in the file.
    pub rate: u32,
    /// Samples a second that the microphone said it delivers.
    pub captured_rate: u32,
    /// From the first picture to the end of the sound, in milliseconds.
    pub lasted_ms: u64,
    /// The longest time below -60 dBFS, in milliseconds.
    pub longest_silence_ms: u64,
    /// Samples at full scale, in a million.
    pub clipped_ppm: u32,
    /// How far the sound was from the pictures at the end, by its capture times, in microseconds; positive: it is heard
    /// too early. Absent where nothing was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_us: Option<i64>,
    /// How often sound was missing in between, and silence stands in for it.
    pub pauses: u32,
    /// SHA-256 of the coded packets in their order, computed while they were encoded, 64 hex digits in lower case.
    pub sound_sha256: String,
}

impl Sound {
    /// Silence for longer than this is one a reviewer has to know of, in milliseconds.
    pub const LONGEST_SILENCE_MS: u64 = 3_000;
    /// More samples at full scale than this, in a million, can be heard as distortion.
    pub const MOST_CLIPPED_PPM: u32 = 1_000;
}

impl SoundTrack {
    /// Whether nothing was heard for a time that a reviewer has to know of.
    #[must_use]
    pub const fn was_silent(&self) -> bool {
        self.longest_silence_ms >= Sound::LONGEST_SILENCE_MS
    }

    /// Whether it was too loud.
    #[must_use]
    pub const fn was_clipped(&self) -> bool {
        self.clipped_ppm > Sound::MOST_CLIPPED_PPM
    }
}
