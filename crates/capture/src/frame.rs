//! One frame, as everything downstream sees it.

use std::time::{Instant, SystemTime};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Size {
    /// A size of `width` by `height` pixels.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Pixels in all.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// Who made the JPEG of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameOrigin {
    /// The device delivered JPEG; these are its own bytes, trimmed to the end of image and not otherwise touched.
    Device,
    /// The device's own JPEG, into which the standard Huffman tables were put because it left them out. Pixels and
    /// scans are untouched; a still keeps the device's bytes as they were.
    DeviceWithTables,
    /// The device delivers raw pixels only; the JPEG was made here.
    EncodedHere,
}

/// A picture as it left a source. Cheap to clone: the bytes are shared.
#[derive(Clone)]
pub struct Frame {
    /// Counts up from 1 within one opened camera, without gaps for frames that were delivered.
    pub sequence: u64,
    /// When the frame was captured (the driver's own stamp, else its arrival), on the monotonic clock and never
    /// before the frame in front of it: sample times of the video come from this.
    pub at: Instant,
    /// The same moment on the wall clock.
    pub utc: SystemTime,
    /// Pixels of the picture.
    pub size: Size,
    /// A whole JPEG, from SOI to EOI.
    pub jpeg: Bytes,
    /// Who made the JPEG.
    pub origin: FrameOrigin,
}

/// The picture itself is personal data, so only its shape is shown.
impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("sequence", &self.sequence)
            .field("size", &self.size)
            .field("bytes", &self.jpeg.len())
            .finish_non_exhaustive()
    }
}
