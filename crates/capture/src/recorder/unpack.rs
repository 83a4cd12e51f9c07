//! From a camera's JPEG to planes.

use turbojpeg::{Decompressor, ScalingFactor, Subsamp, YuvImage, yuv_pixels_len};

use super::planes::{self, Plane, Planes};
use super::scale::{Fit, fitted, within};
use crate::{CaptureError, Size};

/// The smallest picture the encoder takes is one macroblock.
const SMALLEST: u32 = 16;
/// The largest picture a frame may claim to be; more is a damaged or hostile header, not a camera.
const LARGEST: u64 = 100_000_000;
/// A progressive JPEG may have this many scans; more would only be there to burn time.
const SCANS: u32 = 100;

/// Decodes the frames of one recording, all to the size of the first.
pub(super) struct Unpack {
    decompressor: Decompressor,
    largest: Size,
    /// What the JPEG decoder delivers: full range, in the chroma layout of the camera.
    raw: Vec<u8>,
    /// The same in limited range and 4:2:0.
    planes: Planes,
    /// Known from the first whole frame on.
    fit: Option<Fit>,
}

impl Unpack {
    pub(super) fn new(largest: Size) -> Result<Self, CaptureError> {
        let mut decompressor = Decompressor::new().map_err(bad)?;
        decompressor.set_scan_limit(SCANS).map_err(bad)?;
        let planes = Planes::black(Size::new(SMALLEST, SMALLEST));
        Ok(Self {
            decompressor,
            largest,
            raw: Vec::new(),
            planes,
            fit: None,
        })
    }

    /// The size of the recording, once there is one.
    pub(super) fn size(&self) -> Option<Size> {
        self.fit.as_ref().map(Fit::size)
    }

    /// The picture of a JPEG, in the size of the recording.
    ///
    /// # Errors
    /// [`CaptureError::BadMedia`] for a JPEG that is damaged or cannot be part of a video.
    pub(super) fn picture(&mut self, jpeg: &[u8]) -> Result<&mut Planes, CaptureError> {
        let header = self.decompressor.read_header(jpeg).map_err(bad)?;
        if header.width as u64 * header.height as u64 > LARGEST {
            return Err(CaptureError::BadMedia(format!(
                "a frame of {}x{}",
                header.width, header.height
            )));
        }
        let whole = Size::new(header.width as u32, header.height as u32);
        let target = match self.size() {
            Some(size) => within(whole, size),
            None => fitted(whole, self.largest),
        };
        if whole.width.min(whole.height).min(target.width).min(target.height) < SMALLEST {
            return Err(CaptureError::BadMedia(format!("a frame of {whole}")));
        }
        self.decode(jpeg, header, reduction(whole, target))?;
        let fit = self.fit.get_or_insert_with(|| Fit::new(target));
        Ok(fit.apply(&mut self.planes))
    }

    /// Decodes into `self.planes`.
    fn decode(
        &mut self,
        jpeg: &[u8],
        header: turbojpeg::DecompressHeader,
        factor: ScalingFactor,
    ) -> Result<(), CaptureError> {
        self.decompressor.set_scaling_factor(factor).map_err(bad)?;
        let turbojpeg::DecompressHeader {
            width,
            height,
            subsamp,
            ..
        } = header.scaled(factor);
        let length = yuv_pixels_len(width, 1, height, subsamp).map_err(bad)?;
        self.raw.resize(length, 0);
        let image = YuvImage {
            pixels: self.raw.as_mut_slice(),
            width,
            align: 1,
            height,
            subsamp,
        };
        let (luma_size, chroma_size) = (image.y_size(), image.uv_size());
        match self.decompressor.decompress_to_yuv(jpeg, image) {
            Ok(()) => {}
            // Many cameras pad their frames; the picture before the padding is whole.
            Err(turbojpeg::Error::TurboJpegError(text))
                if text.contains("extraneous bytes before marker 0xd9") => {}
            Err(error) => return Err(bad(error)),
        }

        let size = Size::new(width as u32 & !1, height as u32 & !1);
        if self.planes.size() != size {
            self.planes = Planes::black(size);
        }
        let width = size.width as usize;
        let [to_y, to_u, to_v] = self.planes.split_mut();
        let (stride, height) = luma_size;
        let (y, rest) = self.raw.split_at(stride * height);
        planes::luma(
            Plane {
                pixels: y,
                stride,
                height,
            },
            to_y,
            width,
        );
        if subsamp == Subsamp::Gray {
            to_u.fill(128);
            to_v.fill(128);
        } else {
            let (stride, height) = chroma_size;
            let (u, v) = rest.split_at(stride * height);
            let block = (subsamp.width(), subsamp.height());
            planes::chroma(
                Plane {
                    pixels: u,
                    stride,
                    height,
                },
                block,
                to_u,
                width / 2,
            );
            planes::chroma(
                Plane {
                    pixels: v,
                    stride,
                    height,
                },
                block,
                to_v,
                width / 2,
            );
        }
        Ok(())
    }
}

/// How much of the way down the JPEG decoder can go by itself. Only powers of two: those have vector code, and what
/// is left is done by averaging.
fn reduction(from: Size, to: Size) -> ScalingFactor {
    [
        ScalingFactor::ONE_EIGHTH,
        ScalingFactor::ONE_QUARTER,
        ScalingFactor::ONE_HALF,
    ]
    .into_iter()
    .find(|factor| {
        factor.scale(from.width as usize) >= to.width as usize
            && factor.scale(from.height as usize) >= to.height as usize
    })
    .unwrap_or(ScalingFactor::ONE)
}

fn bad(error: turbojpeg::Error) -> CaptureError {
    CaptureError::BadMedia(error.to_string())
}

#[cfg(test)]
mod tests {
    use turbojpeg::{Compressor, Image, PixelFormat};

    use super::*;

    /// A JPEG whose left half is dark red and whose right half is light blue.
    fn halves(width: usize, height: usize, subsamp: Subsamp) -> Vec<u8> {
        let pixels: Vec<u8> = (0..width * height)
            .flat_map(|i| {
                if i % width < width / 2 {
                    [120, 20, 20]
                } else {
                    [150, 180, 240]
                }
            })
            .collect();
        let mut compressor = Compressor::new().unwrap();
        compressor.set_quality(95).unwrap();
        compressor.set_subsamp(subsamp).unwrap();
        let image = Image {
            pixels: pixels.as_slice(),
            width,
            pitch: 3 * width,
            height,
            format: PixelFormat::RGB,
        };
        compressor.compress_to_vec(image).unwrap()
    }

    /// Luma and chroma in the middle of the left and of the right half.
    fn colours(planes: &Planes) -> [[u8; 3]; 2] {
        let (w, h) = (planes.size().width as usize, planes.size().height as usize);
        let [y, u, v] = planes.split();
        [w / 4, 3 * w / 4].map(|x| {
            let chroma = (h / 4) * (w / 2) + x / 2;
            [y[(h / 2) * w + x], u[chroma], v[chroma]]
        })
    }

    fn near(a: [[u8; 3]; 2], b: [[u8; 3]; 2]) -> bool {
        a.iter()
            .flatten()
            .zip(b.iter().flatten())
            .all(|(a, b)| a.abs_diff(*b) <= 3)
    }

    // BT.601 limited range of the two colours above.
    const COLOURS: [[u8; 3]; 2] = [[59, 113, 172], [169, 159, 111]];

    #[test]
    fn every_chroma_layout_gives_the_same_colours() {
        for subsamp in [
            Subsamp::None,
            Subsamp::Sub2x1,
            Subsamp::Sub2x2,
            Subsamp::Sub1x2,
            Subsamp::Sub4x1,
            Subsamp::Sub1x4,
        ] {
            for (w, h) in [(64, 48), (65, 47), (98, 34)] {
                let mut unpack = Unpack::new(Size::new(1280, 720)).unwrap();
                let planes = unpack.picture(&halves(w, h, subsamp)).unwrap();
                assert_eq!(planes.size(), Size::new(w as u32 & !1, h as u32 & !1));
                let seen = colours(planes);
                assert!(near(seen, COLOURS), "{subsamp:?} {w}x{h}: {seen:?}");
            }
        }
    }

    #[test]
    fn gray_stays_gray() {
        let mut unpack = Unpack::new(Size::new(1280, 720)).unwrap();
        let planes = unpack.picture(&halves(64, 48, Subsamp::Gray)).unwrap();
        let [left, right] = colours(planes);
        assert!(left[0].abs_diff(59) <= 3 && right[0].abs_diff(169) <= 3);
        assert_eq!((left[1], left[2], right[1], right[2]), (128, 128, 128, 128));
    }

    #[test]
    fn larger_frames_are_made_smaller_and_others_follow_the_first() {
        let mut unpack = Unpack::new(Size::new(128, 72)).unwrap();
        for (w, h) in [(192, 108), (128, 72), (512, 288), (1280, 720)] {
            let planes = unpack.picture(&halves(w, h, Subsamp::Sub2x1)).unwrap();
            assert_eq!(planes.size(), Size::new(128, 72), "{w}x{h}");
            assert!(near(colours(planes), COLOURS), "{w}x{h}: {:?}", colours(planes));
        }
        // Another shape: in the middle, the bars black.
        let planes = unpack.picture(&halves(64, 64, Subsamp::Sub2x2)).unwrap();
        assert_eq!(planes.size(), Size::new(128, 72));
        assert_eq!(planes.split()[0][36 * 128], 16);
    }

    #[test]
    fn damage_is_an_error_and_padding_is_not() {
        let mut unpack = Unpack::new(Size::new(1280, 720)).unwrap();
        let whole = halves(64, 48, Subsamp::Sub2x1);
        assert!(unpack.picture(b"").is_err());
        assert!(unpack.picture(&whole[..whole.len() / 2]).is_err(), "half a frame");
        assert!(
            unpack.picture(&halves(8, 8, Subsamp::None)).is_err(),
            "too small for a video"
        );
        assert_eq!(unpack.size(), None, "a damaged frame does not decide the size");
        let mut padded = whole[..whole.len() - 2].to_vec();
        padded.extend([0, 0, 0, 0, 0xff, 0xd9]);
        assert!(unpack.picture(&padded).is_ok());
    }
}
