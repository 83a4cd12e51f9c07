//! How the identification video was taken: what a reviewer has to know to call it one continuous take.

use serde::{Deserialize, Serialize};

use crate::{Chapter, Sound, UtcMillis};

/// A time in which no picture came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Gap {
    /// When the last picture before it was captured, in milliseconds since the first.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// How long nothing came, in milliseconds.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub for_ms: u64,
}

/// A number of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pixels {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// How far the machine's clock was from another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockCheck {
    /// The other clock: `ntp:` and the server's name.
    pub source: String,
    /// Milliseconds to add to the machine's clock to have the other's.
    pub offset_ms: i64,
    /// How far off that may be, in milliseconds.
    pub within_ms: u64,
    /// When it was asked, by the machine's clock.
    pub at: UtcMillis,
}

/// How a video was recorded, measured while it was. Times are of the monotonic clock, which nobody can set.
///
/// A recording that was cut off and brought back knows less of itself: what is not known any more is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// From the first picture to the end of the recording, in milliseconds, by the clock and not by the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasted_ms: Option<u64>,
    /// The longest time between two pictures, in milliseconds.
    pub longest_gap_ms: u64,
    /// Each time longer than half a second in which no picture came. Empty: the take is continuous.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Whole pictures that were captured and are not in the video, because they came too fast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// SHA-256 of the coded pictures in their order, computed while they were encoded, 64 hex digits in lower case. The
    /// pictures in the file have the same, unless [`Self::altered`] says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_sha256: Option<String>,
    /// Whether the file was written anew with its index in front, the coded pictures byte for byte the same.
    pub remuxed: bool,
    /// The layout in which time and case were drawn into each picture; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// How far the machine's clock was from another one, where that was known when the recording ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockCheck>,
    /// Pictures the camera delivered that were damaged, and are not in the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damaged: Option<u64>,
    /// Pixels of the pictures as the camera delivered them; the video may have fewer and never more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Pixels>,
    /// The pictures in the file were found to be others than those that were encoded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub altered: bool,
    /// The sound; absent where none was to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<Box<Sound>>,
    /// What happened in it and when, in the order of their times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Take {
    /// A gap longer than this is one a reviewer has to know of, in milliseconds.
    pub const LONGEST_UNNOTICED_MS: u64 = 500;
    /// The fewest pixels a camera may deliver for a video a reviewer can rely on: the longer side and the shorter one.
    pub const FEWEST: (u32, u32) = (1280, 720);

    /// Whether no picture was missing for longer than anybody would notice.
    #[must_use]
    pub const fn is_continuous(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Whether so many pixels are enough for a video, upright or not.
    #[must_use]
    pub fn is_large(width: u32, height: u32) -> bool {
        let (longer, shorter) = Self::FEWEST;
        width.max(height) >= longer && width.min(height) >= shorter
    }

    /// What a reviewer should know of it, by the codes the screens have sentences for; `file_ms` is how long the file
    /// plays.
    #[must_use]
    pub fn remarks(&self, file_ms: u64) -> Vec<&'static str> {
        let small = self
            .delivered
            .is_some_and(|delivered| !Self::is_large(delivered.width, delivered.height));
        // More than one in a hundred.
        let apart = self
            .lasted_ms
            .is_some_and(|lasted| lasted.abs_diff(file_ms) > lasted / 100);
        [
            (self.altered, "recording_altered"),
            (!self.is_continuous(), "recording_gap"),
            (apart, "recording_clock"),
            (small, "recording_small"),
            (!self.remuxed, "recording_fragmented"),
        ]
        .into_iter()
        .filter_map(|(holds, code)| holds.then_some(code))
        .chain(self.sound.iter().flat_map(|sound| sound.remarks()))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take() -> Take {
        Take {
            lasted_ms: Some(10_000),
            longest_gap_ms: 70,
            gaps: Vec::new(),
            dropped: Some(0),
            stream_sha256: Some("ab".repeat(32)),
            remuxed: true,
            stamp: None,
            clock: None,
            damaged: Some(0),
            delivered: Some(Pixels {
                width: 1280,
                height: 720,
            }),
            altered: false,
            sound: None,
            chapters: Vec::new(),
        }
    }

    #[test]
    fn a_take_as_it_should_be_leaves_nothing_to_remark() {
        assert_eq!(take().remarks(10_000), [""; 0]);
        assert_eq!(take().remarks(9_900), [""; 0], "within one in a hundred");
        assert_eq!(take().remarks(10_100), [""; 0]);
    }

    #[test]
    fn whatever_is_odd_about_a_take_is_remarked() {
        let gap = Gap {
            at_ms: 3_000,
            for_ms: 700,
        };
        let odd = Take {
            gaps: vec![gap],
            delivered: Some(Pixels {
                width: 640,
                height: 480,
            }),
            remuxed: false,
            altered: true,
            ..take()
        };
        assert_eq!(
            odd.remarks(9_000),
            [
                "recording_altered",
                "recording_gap",
                "recording_clock",
                "recording_small",
                "recording_fragmented"
            ]
        );
    }

    #[test]
    fn a_camera_may_stand_upright() {
        assert!(Take::is_large(720, 1280) && Take::is_large(1920, 1080) && Take::is_large(1280, 960));
        assert!(!Take::is_large(1280, 719) && !Take::is_large(1024, 768) && !Take::is_large(720, 1279));
    }

    #[test]
    fn what_is_not_known_is_absent() {
        let brought_back = Take {
            lasted_ms: None,
            dropped: None,
            stream_sha256: None,
            damaged: None,
            delivered: None,
            ..take()
        };
        let stored = serde_json::to_value(&brought_back).unwrap();
        assert_eq!(
            stored,
            serde_json::json!({ "longest_gap_ms": 70, "remuxed": true })
        );
        assert_eq!(serde_json::from_value::<Take>(stored).unwrap(), brought_back);
        assert_eq!(brought_back.remarks(9_000), [""; 0], "nothing is known to be odd");
    }
}
