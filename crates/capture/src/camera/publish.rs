//! From a driver's buffer to a frame that may be shown: trimmed, checked from end to end, and a JPEG in any case.

use bytes::Bytes;

use super::torn::Tails;
use crate::{
    CaptureError, Frame, FrameOrigin, PixelFormat,
    frame_source::RawFrame,
    jpeg::{self, Outline},
    picture::Checker,
    raw::RawEncoder,
};

/// Turns buffers into frames; keeps its memory from one to the next.
pub(super) struct Press {
    checker: Checker,
    encoder: RawEncoder,
    /// The last JPEG that was sound, as it came: a replayed picture need not be decoded thirty times a second.
    sound: Option<(Bytes, Outline)>,
    tails: Tails,
}

/// A frame, and the JPEG as the device wrote it (the same bytes unless tables had to be added).
pub(super) struct Print {
    pub frame: Frame,
    pub own: Bytes,
}

impl Press {
    pub fn new() -> Result<Self, CaptureError> {
        Ok(Self {
            checker: Checker::new()?,
            encoder: RawEncoder::new()?,
            sound: None,
            tails: Tails::default(),
        })
    }

    /// # Errors
    /// [`CaptureError::BadMedia`] when the buffer holds no whole, sound picture.
    pub fn print(&mut self, raw: RawFrame, quality: i32) -> Result<Print, CaptureError> {
        let frame = |jpeg, size, origin| Frame {
            sequence: 0,
            at: raw.at,
            utc: raw.utc,
            size,
            jpeg,
            origin,
        };
        if raw.pixel != PixelFormat::Mjpeg {
            let jpeg = self.encoder.encode(&raw, quality)?;
            return Ok(Print {
                frame: frame(jpeg.clone(), raw.size, FrameOrigin::EncodedHere),
                own: jpeg,
            });
        }
        let outline = self.outline(&raw.bytes)?;
        let own = trim(&raw.bytes, outline.len);
        let frame = if raw.encoded_here {
            frame(own.clone(), outline.size, FrameOrigin::EncodedHere)
        } else if outline.has_tables {
            frame(own.clone(), outline.size, FrameOrigin::Device)
        } else {
            let jpeg = jpeg::with_standard_tables(&own, &outline);
            frame(jpeg, outline.size, FrameOrigin::DeviceWithTables)
        };
        Ok(Print { frame, own })
    }

    fn outline(&mut self, bytes: &Bytes) -> Result<Outline, CaptureError> {
        if let Some((same, outline)) = &self.sound
            && std::ptr::eq(&same[..], &bytes[..])
        {
            return Ok(*outline);
        }
        let outline =
            jpeg::outline(bytes).ok_or_else(|| CaptureError::BadMedia("a frame was cut off".to_owned()))?;
        self.checker.check(&bytes[..outline.len])?;
        // Only a buffer that is longer than its picture can have kept the end of another one.
        if outline.len < bytes.len() && self.tails.is_torn(&bytes[..outline.len]) {
            return Err(CaptureError::BadMedia("a frame ends in an older one".to_owned()));
        }
        // Holding on to the bytes is what makes the comparison above safe: the address cannot be used again.
        self.sound = (outline.len == bytes.len()).then(|| (bytes.clone(), outline));
        Ok(outline)
    }
}

/// The first `len` bytes. Copied out when they are a small part of a large buffer, which would otherwise live as
/// long as the frame: a queue of thirty frames is 3 MB, not 54.
fn trim(bytes: &Bytes, len: usize) -> Bytes {
    if bytes.len() <= len + len / 4 {
        bytes.slice(..len)
    } else {
        Bytes::copy_from_slice(&bytes[..len])
    }
}
