//! Looking at a recorded video: its facts, and its pictures as JPEG.
//!
//! The review screen cannot count on the web view to play H.264, so a clip is decoded here and shown picture by
//! picture. Going forward is cheap (the decoder keeps its state); going back decodes from the key frame before.

use std::io::{Read, Seek};
use std::time::Duration;

use bytes::Bytes;

use crate::{CaptureError, Size};

/// The facts of a video file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// Pictures in it.
    pub frames: u64,
    /// From the start of the first to the end of the last.
    pub duration: Duration,
    /// Pixels of each.
    pub size: Size,
    /// Length of the file.
    pub bytes: u64,
    /// The codec as RFC 6381 writes it, for example `avc1.42c01f`.
    pub codec: String,
}

/// An open video. Plain and fragmented MP4 with one H.264 track.
pub struct Clip {
    movie: Movie,
}

impl Clip {
    /// Opens a video and reads its index; pictures are read when asked for.
    ///
    /// # Errors
    /// [`CaptureError::BadMedia`] for anything that is not an H.264 video in a whole MP4, [`CaptureError::Read`] when
    /// it cannot be read.
    pub fn open(_video: impl Read + Seek + Send + 'static) -> Result<Self, CaptureError> {
        Err(CaptureError::BadMedia("no reader yet".into()))
    }

    /// Its facts.
    #[must_use]
    pub fn movie(&self) -> &Movie {
        &self.movie
    }

    /// The picture shown at `time`, as a JPEG of quality 80. Past the end, the last one.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file cannot be read, [`CaptureError::Codec`] when the picture cannot be decoded.
    pub fn frame_at(&mut self, _time: Duration) -> Result<Bytes, CaptureError> {
        Err(CaptureError::BadMedia("no reader yet".into()))
    }
}
