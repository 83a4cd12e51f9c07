//! How the identification video was taken: what a reviewer has to know to call it one continuous take.

use serde::{Deserialize, Serialize};

use crate::Chapter;

/// A time in which no picture came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Gap {
    /// When the last picture before it was captured, in milliseconds since the first.
    pub at_ms: u64,
    /// How long nothing came, in milliseconds.
    pub for_ms: u64,
}

/// How a video was recorded, measured while it was. Times are of the monotonic clock, which nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// From the first picture to the end of the recording, in milliseconds, by the clock and not by the file.
    pub lasted_ms: u64,
    /// The longest time between two pictures, in milliseconds.
    pub longest_gap_ms: u64,
    /// Each time longer than half a second in which no picture came. Empty: the take is continuous.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Pictures that were captured and are not in the video: damaged ones, and what came too fast.
    pub dropped: u64,
    /// SHA-256 of the coded pictures in their order, computed while they were encoded, 64 hex digits in lower case. The
    /// pictures in the file have the same.
    pub stream_sha256: String,
    /// Whether the file was written anew with its index in front, the coded pictures byte for byte the same.
    pub remuxed: bool,
    /// The layout in which time and case were drawn into each picture; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// What happened in it and when, in the order of their times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
}

impl Take {
    /// A gap longer than this is one a reviewer has to know of, in milliseconds.
    pub const LONGEST_UNNOTICED_MS: u64 = 500;

    /// Whether no picture was missing for longer than anybody would notice.
    #[must_use]
    pub const fn is_continuous(&self) -> bool {
        self.gaps.is_empty()
    }
}
