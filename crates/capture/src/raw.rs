//! JPEGs from raw pixels, for cameras that deliver nothing else.
//!
//! YUV goes into the JPEG without a detour over RGB. Video YUV keeps luma between 16 and 235 (BT.601), JPEG uses all
//! of 0 to 255 (JFIF 1.02): the values are stretched unless the driver says they are stretched already.

use bytes::Bytes;
use turbojpeg::{Compressor, Image, OutputBuf, PixelFormat as Layout, Subsamp, YuvPlanesImage};

use crate::{CaptureError, PixelFormat, frame_source::RawFrame};

/// Encodes frame after frame and keeps its buffers.
pub(crate) struct RawEncoder {
    compressor: Compressor,
    planes: [Vec<u8>; 3],
    stretch_luma: [u8; 256],
    stretch_chroma: [u8; 256],
    as_is: [u8; 256],
}

impl RawEncoder {
    pub fn new() -> Result<Self, CaptureError> {
        let table = |map: fn(f64) -> f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to a byte"
            )]
            std::array::from_fn(|i| map(i as f64).round().clamp(0.0, 255.0) as u8)
        };
        Ok(Self {
            compressor: Compressor::new().map_err(|e| codec(&e))?,
            planes: Default::default(),
            stretch_luma: table(|y| (y - 16.0) * 255.0 / 219.0),
            stretch_chroma: table(|c| (c - 128.0) * 255.0 / 224.0 + 128.0),
            as_is: table(|v| v),
        })
    }

    /// # Errors
    /// [`CaptureError::BadMedia`] when the buffer is too short for its size (a frame that was cut off).
    pub fn encode(&mut self, raw: &RawFrame, quality: i32) -> Result<Bytes, CaptureError> {
        self.compressor.set_quality(quality).map_err(|e| codec(&e))?;
        let (width, height) = (raw.size.width as usize, raw.size.height as usize);
        if width == 0 || height == 0 {
            return Err(CaptureError::BadMedia("a frame without pixels".to_owned()));
        }
        match raw.pixel {
            PixelFormat::Mjpeg => Err(CaptureError::BadMedia("a JPEG is not raw".to_owned())),
            PixelFormat::Rgb24 => self.packed(raw, width, height, Layout::RGB),
            PixelFormat::Bgr24 => self.packed(raw, width, height, Layout::BGR),
            PixelFormat::Yuyv => self.yuyv(raw, width, height),
            PixelFormat::Nv12 => self.nv12(raw, width, height),
        }
    }

    fn packed(
        &mut self,
        raw: &RawFrame,
        width: usize,
        height: usize,
        format: Layout,
    ) -> Result<Bytes, CaptureError> {
        let pitch = raw.stride.max(width * 3);
        need(raw, pitch * (height - 1) + width * 3)?;
        self.compressor
            .set_subsamp(Subsamp::Sub2x1)
            .map_err(|e| codec(&e))?;
        let image = Image {
            pixels: &raw.bytes[..],
            width,
            pitch,
            height,
            format,
        };
        self.compressor
            .compress_to_vec(image)
            .map(Bytes::from)
            .map_err(|e| codec(&e))
    }

    /// Y0 U Y1 V: two pixels share their chroma.
    fn yuyv(&mut self, raw: &RawFrame, width: usize, height: usize) -> Result<Bytes, CaptureError> {
        let pairs = width.div_ceil(2);
        let pitch = raw.stride.max(pairs * 4);
        need(raw, pitch * (height - 1) + pairs * 4)?;
        let (luma, chroma) = self.ranges(raw.full_range);
        let [y, u, v] = &mut self.planes;
        y.resize(pairs * 2 * height, 0);
        u.resize(pairs * height, 0);
        v.resize(pairs * height, 0);
        for row in 0..height {
            let from = raw.bytes[row * pitch..][..pairs * 4].as_chunks::<4>().0;
            let to = y[row * pairs * 2..][..pairs * 2].as_chunks_mut::<2>().0;
            let (u, v) = (&mut u[row * pairs..][..pairs], &mut v[row * pairs..][..pairs]);
            for (((pair, y), u), v) in from.iter().zip(to).zip(u).zip(v) {
                *y = [luma[usize::from(pair[0])], luma[usize::from(pair[2])]];
                *u = chroma[usize::from(pair[1])];
                *v = chroma[usize::from(pair[3])];
            }
        }
        self.compress_planes(width, height, pairs, Subsamp::Sub2x1)
    }

    /// A luma plane, then U and V in turns at half the size both ways.
    fn nv12(&mut self, raw: &RawFrame, width: usize, height: usize) -> Result<Bytes, CaptureError> {
        let (pairs, half_rows) = (width.div_ceil(2), height.div_ceil(2));
        let pitch = raw.stride.max(pairs * 2);
        need(raw, pitch * height + pitch * (half_rows - 1) + pairs * 2)?;
        let (luma, chroma) = self.ranges(raw.full_range);
        let [y, u, v] = &mut self.planes;
        // The encoder reads whole pairs of rows; a missing last one repeats the one above it.
        y.resize(pairs * 2 * half_rows * 2, 0);
        u.resize(pairs * half_rows, 0);
        v.resize(pairs * half_rows, 0);
        for row in 0..half_rows * 2 {
            let from = &raw.bytes[row.min(height - 1) * pitch..][..pairs * 2];
            for (to, from) in y[row * pairs * 2..].iter_mut().zip(from) {
                *to = luma[usize::from(*from)];
            }
        }
        for row in 0..half_rows {
            let from = raw.bytes[(height + row) * pitch..][..pairs * 2]
                .as_chunks::<2>()
                .0;
            let (u, v) = (&mut u[row * pairs..][..pairs], &mut v[row * pairs..][..pairs]);
            for ((pair, u), v) in from.iter().zip(u).zip(v) {
                *u = chroma[usize::from(pair[0])];
                *v = chroma[usize::from(pair[1])];
            }
        }
        self.compress_planes(width, height, pairs, Subsamp::Sub2x2)
    }

    fn ranges(&self, full_range: bool) -> ([u8; 256], [u8; 256]) {
        if full_range {
            (self.as_is, self.as_is)
        } else {
            (self.stretch_luma, self.stretch_chroma)
        }
    }

    fn compress_planes(
        &mut self,
        width: usize,
        height: usize,
        pairs: usize,
        subsamp: Subsamp,
    ) -> Result<Bytes, CaptureError> {
        let image = YuvPlanesImage {
            y_plane: &self.planes[0][..],
            u_plane: &self.planes[1][..],
            v_plane: &self.planes[2][..],
            width,
            height,
            y_stride: pairs * 2,
            u_stride: pairs,
            v_stride: pairs,
            subsamp,
        };
        let mut out = OutputBuf::new_owned();
        self.compressor
            .compress_yuv_planes(&image, &mut out)
            .map_err(|e| codec(&e))?;
        Ok(Bytes::copy_from_slice(&out))
    }
}

fn need(raw: &RawFrame, len: usize) -> Result<(), CaptureError> {
    if raw.bytes.len() < len {
        return Err(CaptureError::BadMedia("a frame was cut off".to_owned()));
    }
    Ok(())
}

fn codec(error: &turbojpeg::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Size, picture};

    fn raw(pixel: PixelFormat, width: u32, height: u32, len: usize, fill: impl Fn(usize) -> u8) -> RawFrame {
        RawFrame::now(
            (0..len).map(fill).collect::<Vec<_>>().into(),
            pixel,
            Size::new(width, height),
        )
    }

    fn colour_at_centre(jpeg: &[u8]) -> [u8; 3] {
        let rgb = image::load_from_memory(jpeg).unwrap().into_rgb8();
        rgb.get_pixel(rgb.width() / 2, rgb.height() / 2).0
    }

    #[test]
    fn video_white_and_black_become_white_and_black() {
        let mut encoder = RawEncoder::new().unwrap();
        for (luma, expect) in [(235, 255), (16, 0)] {
            let frame = raw(PixelFormat::Yuyv, 64, 48, 64 * 48 * 2, |i| {
                if i % 2 == 0 { luma } else { 128 }
            });
            assert_eq!(
                colour_at_centre(&encoder.encode(&frame, 90).unwrap()),
                [expect; 3]
            );
        }
    }

    #[test]
    fn full_range_is_left_alone() {
        let mut frame = raw(PixelFormat::Nv12, 64, 48, 64 * 48 * 3 / 2, |i| {
            if i < 64 * 48 { 200 } else { 128 }
        });
        frame.full_range = true;
        let jpeg = RawEncoder::new().unwrap().encode(&frame, 90).unwrap();
        assert_eq!(colour_at_centre(&jpeg), [200; 3]);
    }

    #[test]
    fn odd_sizes_and_padded_rows_give_whole_pictures() {
        let mut encoder = RawEncoder::new().unwrap();
        for (pixel, width, height, stride) in [
            (PixelFormat::Yuyv, 641, 479, 1300),
            (PixelFormat::Nv12, 641, 479, 704),
            (PixelFormat::Rgb24, 33, 1, 0),
            (PixelFormat::Bgr24, 1, 33, 64),
        ] {
            let mut frame = raw(pixel, width, height, 1300 * 960, |i| i as u8);
            frame.stride = stride;
            let jpeg = encoder.encode(&frame, 90).unwrap();
            assert_eq!(
                picture::inspect(&jpeg).unwrap().size,
                Size::new(width, height),
                "{pixel:?}"
            );
        }
    }

    #[test]
    fn a_buffer_that_was_cut_off_is_refused() {
        let mut encoder = RawEncoder::new().unwrap();
        for pixel in [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24] {
            let frame = raw(pixel, 64, 48, 64 * 48, |_| 0);
            assert!(
                matches!(encoder.encode(&frame, 90), Err(CaptureError::BadMedia(_))),
                "{pixel:?}"
            );
        }
    }
}
