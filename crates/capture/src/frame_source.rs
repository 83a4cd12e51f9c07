//! The seam between the camera thread and whatever makes frames: a device behind nokhwa, or its replay twin.

use std::time::{Instant, SystemTime};

use bytes::Bytes;

use crate::{CaptureError, Delivered, OfferedFormat, PixelFormat, Size, SourceInfo};

/// One buffer as it came, before anybody looked at it.
pub(crate) struct RawFrame {
    /// What the device wrote; for MJPEG possibly with a long tail of rubbish.
    pub bytes: Bytes,
    /// How to read it.
    pub pixel: PixelFormat,
    /// The size that was agreed on; a JPEG's own header may know better.
    pub size: Size,
    /// Bytes from one row to the next of raw pixels; 0 when rows follow each other without a gap.
    pub stride: usize,
    /// Raw YUV only: luma runs from 0 to 255 as in JPEG, not from 16 to 235 as in video.
    pub full_range: bool,
    /// The JPEG was made by this program before it got here (a replayed PNG).
    pub encoded_here: bool,
    /// When it was captured.
    pub at: Instant,
    /// The same on the wall clock.
    pub utc: SystemTime,
}

impl RawFrame {
    /// A frame that arrived right now.
    pub fn now(bytes: Bytes, pixel: PixelFormat, size: Size) -> Self {
        Self {
            bytes,
            pixel,
            size,
            stride: 0,
            full_range: false,
            encoded_here: false,
            at: Instant::now(),
            utc: SystemTime::now(),
        }
    }
}

/// Something that makes frames. It is built, used and dropped on the camera's own thread, and any call may block
/// for ever: the thread is watched from outside and left behind if it does.
pub(crate) trait FrameSource {
    /// Finds the source and says what it offers.
    fn describe(&mut self) -> Result<SourceInfo, CaptureError>;
    /// Starts to deliver in this format, or in what the driver made of it: the answer is read back.
    fn start(&mut self, format: OfferedFormat) -> Result<Delivered, CaptureError>;
    /// Waits for the next frame.
    fn next_frame(&mut self) -> Result<RawFrame, CaptureError>;
    /// Begins anew with the next frame, where that means anything.
    fn rewind(&mut self) {}
    /// Stops to deliver. Never fails: what cannot be stopped is dropped.
    fn stop(&mut self);
}
