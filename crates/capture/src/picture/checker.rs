//! Whether a JPEG is sound from its first row to its last.

use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat, ScalingFactor};

use super::{MOST_PIXELS, MOST_SCANS, bad, codec, size_of};
use crate::{CaptureError, Size, jpeg};

/// Bytes of any value between the last row and the end of image that still pass for padding.
const MOST_PADDING: usize = 16;

/// Decodes JPEGs only to see whether they are sound. Kept by whoever checks many: it reuses its memory.
pub(crate) struct Checker {
    decompressor: Decompressor,
    scratch: Vec<u8>,
}

impl Checker {
    pub fn new() -> Result<Self, CaptureError> {
        let mut decompressor = Decompressor::new().map_err(|e| codec(&e))?;
        decompressor.set_scan_limit(MOST_SCANS).map_err(|e| codec(&e))?;
        Ok(Self {
            decompressor,
            scratch: Vec::new(),
        })
    }

    /// Decodes the whole picture at an eighth of its size: every coefficient is read, hardly any is transformed.
    pub fn check(&mut self, jpeg: &[u8]) -> Result<Size, CaptureError> {
        let header = self
            .decompressor
            .read_header(jpeg)
            .map_err(|e| bad(e.to_string()))?;
        let size = size_of(header.width, header.height);
        if size.area() > MOST_PIXELS {
            return Err(bad(format!("{size} is more than 64 megapixels")));
        }
        let scale = if header.is_lossless {
            ScalingFactor::ONE
        } else {
            ScalingFactor::ONE_EIGHTH
        };
        let format = match header.colorspace {
            Colorspace::CMYK | Colorspace::YCCK => PixelFormat::CMYK,
            _ if header.is_lossless => PixelFormat::RGB,
            _ => PixelFormat::GRAY,
        };
        self.decompressor
            .set_scaling_factor(scale)
            .map_err(|e| codec(&e))?;
        let small = header.scaled(scale);
        let pitch = small.width * format.size();
        self.scratch.resize(pitch * small.height, 0);
        let out = Image {
            pixels: &mut self.scratch[..],
            width: small.width,
            pitch,
            height: small.height,
            format,
        };
        match self.decompressor.decompress(jpeg, out) {
            Err(e) if !is_padding(&e.to_string(), jpeg) => Err(bad(e.to_string())),
            _ => Ok(size),
        }
    }
}

/// Many webcams pad their frames before the end of image, and libjpeg warns of it; nothing of the picture is lost.
/// It reports its first warning only, and this one can only come after the last row, so it hides no other.
///
/// Padding is a few bytes, or many of the same value. Anything else left over is the rest of rows that were lost, or
/// of another picture.
pub(super) fn is_padding(warning: &str, jpeg: &[u8]) -> bool {
    let surplus = warning
        .strip_suffix(" extraneous bytes before marker 0xd9")
        .and_then(|before| before.rsplit(' ').next()?.parse::<usize>().ok());
    let (Some(surplus), Some(outline)) = (surplus, jpeg::outline(jpeg)) else {
        return false;
    };
    let end = outline.len - 2;
    let left_over = &jpeg[end.saturating_sub(surplus)..end];
    surplus <= MOST_PADDING || left_over.iter().all(|byte| *byte == left_over[0])
}
