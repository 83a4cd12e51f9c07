//! The sound of the identification video: what recorded it, and how good it is.

use serde::{Deserialize, Serialize};

use crate::Code;

/// How the sound of a video was recorded, measured while it was. Absent where no sound was to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sound {
    /// The microphone's stable name; absent where a recording was brought back, and nobody knows it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Its name for people; absent where it could not be opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microphone: Option<String>,
    /// No microphone stands behind it: a file, or generated sound. Absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthetic: Option<bool>,
    /// The track in the file; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<SoundTrack>,
    /// Why there is no sound, or why it ended before the picture did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Code>,
}

/// The track of sound in the file. What was not measured is absent: of a recording that was brought back after a crash only
/// what its file shows is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundTrack {
    /// `opus`.
    pub codec: String,
    /// Channels: 1.
    pub channels: u8,
    /// Samples a second in the file.
    pub rate: u32,
    /// Samples a second that the microphone said it delivers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_rate: Option<u32>,
    /// From the first picture to the end of the sound, in milliseconds.
    pub lasted_ms: u64,
    /// The longest time below -60 dBFS, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_silence_ms: Option<u64>,
    /// Samples at full scale, in a million.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clipped_ppm: Option<u32>,
    /// How far the sound was from the pictures at the end, by its capture times, in microseconds; positive: it is heard
    /// too early. Absent where nothing was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_us: Option<i64>,
    /// How often sound was missing in between, and silence stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pauses: Option<u32>,
    /// SHA-256 of the coded packets in their order, computed while they were encoded, 64 hex digits in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound_sha256: Option<String>,
}

impl Sound {
    /// Silence for longer than this is one a reviewer has to know of, in milliseconds.
    pub const LONGEST_SILENCE_MS: u64 = 3_000;
    /// More samples at full scale than this, in a million, can be heard as distortion.
    pub const MOST_CLIPPED_PPM: u32 = 1_000;
}

impl Sound {
    /// What a reviewer should know of it, by the codes the screens have sentences for.
    #[must_use]
    pub fn remarks(&self) -> Vec<&'static str> {
        let track = self.track.as_ref();
        [
            (track.is_none(), "sound_lacking"),
            (track.is_some() && self.failed.is_some(), "sound_ended"),
            (track.is_some_and(SoundTrack::was_silent), "sound_silent"),
            (track.is_some_and(SoundTrack::was_clipped), "sound_clipped"),
        ]
        .into_iter()
        .filter_map(|(holds, code)| holds.then_some(code))
        .collect()
    }
}

impl SoundTrack {
    /// Whether nothing was heard for a time that a reviewer has to know of.
    #[must_use]
    pub fn was_silent(&self) -> bool {
        self.longest_silence_ms
            .is_some_and(|longest| longest >= Sound::LONGEST_SILENCE_MS)
    }

    /// Whether it was too loud.
    #[must_use]
    pub fn was_clipped(&self) -> bool {
        self.clipped_ppm
            .is_some_and(|share| share > Sound::MOST_CLIPPED_PPM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Sound {
        Sound {
            device: Some("mic:alsa:default".into()),
            microphone: Some("Default".into()),
            synthetic: Some(false),
            track: Some(SoundTrack {
                codec: "opus".into(),
                channels: 1,
                rate: 48_000,
                captured_rate: Some(44_100),
                lasted_ms: 9_000,
                longest_silence_ms: Some(900),
                clipped_ppm: Some(12),
                offset_us: Some(-1_200),
                pauses: Some(0),
                sound_sha256: Some("ab".repeat(32)),
            }),
            failed: None,
        }
    }

    #[test]
    fn sound_as_it_should_be_leaves_nothing_to_remark() {
        assert_eq!(sound().remarks(), [""; 0]);
    }

    #[test]
    fn whatever_is_odd_about_the_sound_is_remarked() {
        let mut odd = sound();
        let track = odd.track.as_mut().unwrap();
        (track.longest_silence_ms, track.clipped_ppm) = (Some(3_000), Some(1_001));
        odd.failed = Some(Code::MicrophoneUnplugged);
        assert_eq!(odd.remarks(), ["sound_ended", "sound_silent", "sound_clipped"]);
        odd.track = None;
        assert_eq!(odd.remarks(), ["sound_lacking"]);
    }

    #[test]
    fn what_is_not_known_is_absent() {
        let brought_back = Sound {
            device: None,
            microphone: None,
            synthetic: None,
            track: Some(SoundTrack {
                captured_rate: None,
                longest_silence_ms: None,
                clipped_ppm: None,
                offset_us: None,
                pauses: None,
                sound_sha256: None,
                ..sound().track.unwrap()
            }),
            failed: None,
        };
        let stored = serde_json::to_value(&brought_back).unwrap();
        let track = serde_json::json!({ "codec": "opus", "channels": 1, "rate": 48_000, "lasted_ms": 9_000 });
        assert_eq!(stored, serde_json::json!({ "track": track }));
        assert_eq!(serde_json::from_value::<Sound>(stored).unwrap(), brought_back);
        assert_eq!(brought_back.remarks(), [""; 0], "nothing is known to be odd");
    }
}
