//! Whole pictures: whether they are what they claim, a part of one, a small one.
//!
//! A picture is only accepted after all of it was decoded, so a truncated or corrupt one is refused here with a
//! reason and never reaches a case. Orientation tags are not applied: pixels are taken as they are stored.

mod checker;
mod decoding;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use turbojpeg::{Compressor, Image, PixelFormat, ScalingFactor, Subsamp};

pub(crate) use self::checker::Checker;
use self::decoding::{decode_bmp, decode_png, decode_rgb, flatten};
use crate::{CaptureError, Size, jpeg};

/// More pixels than this are refused before anything is allocated for them.
const MOST_PIXELS: u64 = 64_000_000;
/// No honest progressive JPEG has more scans; each costs a pass over the whole picture.
const MOST_SCANS: u32 = 200;
const CROP_QUALITY: i32 = 95;
const THUMBNAIL_QUALITY: i32 = 85;

/// How a picture is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// `image/jpeg`.
    Jpeg,
    /// `image/png`.
    Png,
}

impl Media {
    /// The type for an HTTP header or a data URL.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    fn of(bytes: &[u8]) -> Result<Self, CaptureError> {
        match bytes {
            [] => Err(bad("the file is empty")),
            [0xff, 0xd8, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Ok(Self::Png),
            _ => Err(bad("neither JPEG nor PNG")),
        }
    }
}

/// A picture that was decoded from end to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels, as stored.
    pub size: Size,
    /// How it is stored.
    pub media: Media,
}

/// A part of a picture, as fractions of its width and height: 0 is left and top, 1 is right and bottom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// From the left edge to the right one.
    pub width: f64,
    /// From the top edge to the bottom one.
    pub height: f64,
}

impl Rect {
    /// Left, top, width and height in pixels of a picture of this size, cut to the picture.
    fn pixels(self, size: Size) -> Option<(u32, u32, u32, u32)> {
        let span = |from: f64, length: f64, pixels: u32| {
            if !(from.is_finite() && length.is_finite()) {
                return None;
            }
            let pixels = f64::from(pixels);
            let (start, end) = ((from * pixels).round(), ((from + length) * pixels).round());
            let (start, end) = (start.clamp(0.0, pixels), end.clamp(0.0, pixels));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to the picture"
            )]
            (end > start).then_some((start as u32, (end - start) as u32))
        };
        let (x, width) = span(self.x, self.width, size.width)?;
        let (y, height) = span(self.y, self.height, size.height)?;
        Some((x, y, width, height))
    }
}

/// Decodes all of a picture and says what it is.
///
/// # Errors
/// [`CaptureError::BadMedia`] with the reason: not a picture, cut off, damaged, or larger than 64 megapixels.
pub fn inspect(bytes: &[u8]) -> Result<Picture, CaptureError> {
    let media = Media::of(bytes)?;
    let size = match media {
        Media::Jpeg => {
            jpeg::outline(bytes).ok_or_else(|| bad("cut off or not a whole JPEG"))?;
            Checker::new()?.check(bytes)?
        }
        Media::Png => {
            let pixels = decode_png(bytes)?;
            Size::new(pixels.width(), pixels.height())
        }
    };
    Ok(Picture { size, media })
}

/// Cuts a part out of a JPEG or PNG and stores it as JPEG of quality 95.
///
/// # Errors
/// [`CaptureError::BadMedia`] when the picture cannot be decoded or the part is empty.
pub fn crop_jpeg(bytes: &[u8], rect: Rect) -> Result<Bytes, CaptureError> {
    let whole = decode_rgb(bytes, ScalingFactor::ONE)?;
    let size = size_of(whole.width, whole.height);
    let (x, y, width, height) = rect
        .pixels(size)
        .ok_or_else(|| bad("the part to cut out is empty"))?;
    let first = y as usize * whole.pitch + x as usize * 3;
    let part = Image {
        pixels: &whole.pixels[first..],
        width: width as usize,
        pitch: whole.pitch,
        height: height as usize,
        format: PixelFormat::RGB,
    };
    compress(part, CROP_QUALITY, Subsamp::None)
}

/// A picture's pixels: red, green, blue, 8 bits each, rows from the top without padding.
pub struct Pixels {
    /// Pixels across and down.
    pub size: Size,
    /// Three bytes a pixel.
    pub rgb: Vec<u8>,
}

/// A picture is personal data: only its size is shown.
impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({})", self.size)
    }
}

/// Decodes a JPEG, a PNG or a BMP for looking at it. Transparent parts become white.
///
/// # Errors
/// [`CaptureError::BadMedia`] with the reason, as for [`inspect`].
pub fn pixels(bytes: &[u8]) -> Result<Pixels, CaptureError> {
    if bytes.starts_with(b"BM") {
        let picture = decode_bmp(bytes)?.into_rgb8();
        return Ok(Pixels {
            size: Size::new(picture.width(), picture.height()),
            rgb: picture.into_raw(),
        });
    }
    packed(decode_rgb(bytes, ScalingFactor::ONE)?)
}

/// Decodes a JPEG to `eighths` eighths of its size, which is much faster than all of it: for looking at a preview.
///
/// # Errors
/// [`CaptureError::BadMedia`] when it cannot be decoded.
pub fn pixels_scaled(jpeg: &[u8], eighths: usize) -> Result<Pixels, CaptureError> {
    packed(decode_rgb(jpeg, ScalingFactor::new(eighths.clamp(1, 8), 8))?)
}

/// The decoder leaves no padding: a row is three bytes a pixel.
fn packed(image: Image<Vec<u8>>) -> Result<Pixels, CaptureError> {
    if image.pixels.len() != image.width * image.height * 3 || image.pixels.is_empty() {
        return Err(bad("it has no pixels"));
    }
    Ok(Pixels {
        size: size_of(image.width, image.height),
        rgb: image.pixels,
    })
}

/// A small JPEG of a JPEG or PNG whose longer side is at most `max_side` pixels. Never enlarges.
///
/// # Errors
/// [`CaptureError::BadMedia`] when the picture cannot be decoded.
pub fn thumbnail(bytes: &[u8], max_side: u32) -> Result<Bytes, CaptureError> {
    let max_side = max_side.max(1);
    let scale = match Media::of(bytes)? {
        Media::Png => ScalingFactor::ONE,
        Media::Jpeg => {
            let header = turbojpeg::read_header(bytes).map_err(|e| bad(e.to_string()))?;
            let side = header.width.max(header.height);
            // The smallest eighths that still hold every pixel the thumbnail needs.
            let eighths = (max_side as usize * 8).div_ceil(side.max(1)).clamp(1, 8);
            if header.is_lossless {
                ScalingFactor::ONE
            } else {
                ScalingFactor::new(eighths, 8)
            }
        }
    };
    let decoded = decode_rgb(bytes, scale)?;
    let size = size_of(decoded.width, decoded.height);
    let side = size.width.max(size.height);
    if side <= max_side {
        return compress(decoded.as_deref(), THUMBNAIL_QUALITY, Subsamp::Sub2x2);
    }
    let pixels = image::RgbImage::from_raw(size.width, size.height, decoded.pixels)
        .expect("three bytes a pixel were allocated for exactly this size");
    let scaled = |length: u32| u64::from(length) * u64::from(max_side) / u64::from(side);
    let (width, height) = (scaled(size.width).max(1), scaled(size.height).max(1));
    let fits = |length: u64| u32::try_from(length).expect("shorter than the side it was scaled down from");
    let small = image::imageops::thumbnail(&pixels, fits(width), fits(height));
    encode_rgb(&small, THUMBNAIL_QUALITY, Subsamp::Sub2x2)
}

/// Stores a PNG as JPEG of quality 95; transparent parts become white.
///
/// # Errors
/// [`CaptureError::BadMedia`] when the PNG cannot be decoded.
pub fn png_to_jpeg(bytes: &[u8]) -> Result<Bytes, CaptureError> {
    encode_rgb(&flatten(decode_png(bytes)?), CROP_QUALITY, Subsamp::None)
}

fn encode_rgb(pixels: &image::RgbImage, quality: i32, subsamp: Subsamp) -> Result<Bytes, CaptureError> {
    let width = pixels.width() as usize;
    let image = Image {
        pixels: pixels.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height: pixels.height() as usize,
        format: PixelFormat::RGB,
    };
    compress(image, quality, subsamp)
}

fn compress(image: Image<&[u8]>, quality: i32, subsamp: Subsamp) -> Result<Bytes, CaptureError> {
    let mut compressor = Compressor::new().map_err(|e| codec(&e))?;
    compressor.set_quality(quality).map_err(|e| codec(&e))?;
    compressor.set_subsamp(subsamp).map_err(|e| codec(&e))?;
    compressor
        .compress_to_vec(image)
        .map(Bytes::from)
        .map_err(|e| codec(&e))
}

fn size_of(width: usize, height: usize) -> Size {
    let fits = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Size::new(fits(width), fits(height))
}

fn bad(reason: impl Into<String>) -> CaptureError {
    CaptureError::BadMedia(reason.into())
}

fn codec(error: &turbojpeg::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let pixels = image::RgbaImage::from_fn(width, height, |x, _| {
            image::Rgba(if x < width / 2 {
                [255, 0, 0, 255]
            } else {
                [0, 0, 0, 0]
            })
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn refused(bytes: &[u8]) -> String {
        match inspect(bytes) {
            Err(CaptureError::BadMedia(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whole_pictures_are_accepted_with_their_size() {
        let jpeg = inspect(&specimens::jpeg(641, 479, 1)).unwrap();
        assert_eq!(
            jpeg,
            Picture {
                size: Size::new(641, 479),
                media: Media::Jpeg
            }
        );
        assert_eq!(
            inspect(&png(33, 7)).unwrap(),
            Picture {
                size: Size::new(33, 7),
                media: Media::Png
            }
        );
    }

    #[test]
    fn pictures_that_are_none_are_refused_with_the_reason() {
        let jpeg = specimens::jpeg(320, 240, 1);
        assert_eq!(refused(b""), "the file is empty");
        assert_eq!(refused(b"<html>"), "neither JPEG nor PNG");
        assert_eq!(refused(&jpeg[..jpeg.len() / 2]), "cut off or not a whole JPEG");
        assert!(refused(&specimens::with_a_hole(&jpeg)).contains("orrupt"));
        let png = png(64, 64);
        refused(&png[..png.len() / 2]);
    }

    #[test]
    fn a_scan_that_ends_early_is_damage_even_with_an_end_marker() {
        let jpeg = specimens::jpeg(320, 240, 1);
        let short = [&jpeg[..jpeg.len() / 2], &[0xff, 0xd9]].concat();
        assert!(refused(&short).contains("premature end"), "{}", refused(&short));
    }

    #[test]
    fn padding_before_the_end_is_not_damage() {
        let jpeg = specimens::jpeg(320, 240, 1);
        for padding in [&[1, 2, 3, 4, 5][..], &[0; 600]] {
            let padded = [&jpeg[..jpeg.len() - 2], padding, &[0xff, 0xd9]].concat();
            assert_eq!(inspect(&padded).unwrap().size, Size::new(320, 240));
            thumbnail(&padded, 100).unwrap();
        }
        // Surplus rows of something else are no padding.
        let surplus = [&jpeg[..jpeg.len() - 2], &jpeg[jpeg.len() / 2..]].concat();
        assert!(refused(&surplus).contains("extraneous"), "{}", refused(&surplus));
    }

    #[test]
    fn a_picture_without_huffman_tables_is_whole() {
        let bare = specimens::without_tables(&specimens::jpeg(320, 240, 1));
        assert_eq!(inspect(&bare).unwrap().size, Size::new(320, 240));
    }

    #[test]
    fn a_bomb_is_refused_before_memory_is_taken_for_it() {
        let mut jpeg = specimens::jpeg(64, 48, 1).to_vec();
        let sof = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        jpeg[sof + 5..sof + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        assert!(refused(&jpeg).contains("64 megapixels"));
        assert!(thumbnail(&jpeg, 100).is_err());
    }

    #[test]
    fn a_part_is_cut_out_where_it_was_asked_for() {
        // Left half red on black-turned-white: the crop of the left quarter is all red.
        let rect = Rect {
            x: 0.0,
            y: 0.25,
            width: 0.25,
            height: 0.5,
        };
        let part = crop_jpeg(&png(400, 200), rect).unwrap();
        let pixels = image::load_from_memory(&part).unwrap().into_rgb8();
        assert_eq!(pixels.dimensions(), (100, 100));
        let [r, g, b] = pixels.get_pixel(99, 50).0;
        assert!(r > 250 && g < 5 && b < 5, "{r} {g} {b}");
    }

    #[test]
    fn a_part_beyond_the_edge_is_cut_to_the_picture() {
        let jpeg = specimens::jpeg(100, 100, 1);
        let rect = Rect {
            x: 0.5,
            y: -1.0,
            width: 9.0,
            height: 9.0,
        };
        assert_eq!(
            inspect(&crop_jpeg(&jpeg, rect).unwrap()).unwrap().size,
            Size::new(50, 100)
        );
        for empty in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(
                crop_jpeg(
                    &jpeg,
                    Rect {
                        x: 0.0,
                        y: 0.0,
                        width: empty,
                        height: 1.0
                    }
                )
                .is_err(),
                "{empty}"
            );
        }
    }

    #[test]
    fn a_thumbnail_fits_and_never_grows() {
        let check = |bytes: &[u8], max, expect| {
            assert_eq!(
                inspect(&thumbnail(bytes, max).unwrap()).unwrap().size,
                expect,
                "{max}"
            );
        };
        let jpeg = specimens::jpeg(1280, 720, 1);
        check(&jpeg, 320, Size::new(320, 180));
        check(&jpeg, 100, Size::new(100, 56));
        check(&jpeg, 1, Size::new(1, 1));
        check(&jpeg, 5000, Size::new(1280, 720));
        check(&png(300, 600), 100, Size::new(50, 100));
    }

    #[test]
    fn a_png_becomes_a_jpeg_on_white() {
        let pixels = image::load_from_memory(&png_to_jpeg(&png(64, 64)).unwrap())
            .unwrap()
            .into_rgb8();
        assert!(
            pixels.get_pixel(60, 32).0.iter().all(|c| *c > 250),
            "transparent is white"
        );
    }

    #[test]
    fn pixels_are_those_of_the_picture_whatever_it_is_stored_as() {
        let drawn = image::RgbImage::from_fn(16, 8, |x, y| {
            if x < 8 {
                image::Rgb([200, 20, 20])
            } else {
                image::Rgb([10, 10, 10 + y as u8])
            }
        });
        for format in [image::ImageFormat::Png, image::ImageFormat::Bmp] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            drawn.write_to(&mut bytes, format).unwrap();
            let read = pixels(bytes.get_ref()).unwrap();
            assert_eq!((read.size, &read.rgb), (Size::new(16, 8), drawn.as_raw()));
            assert!(pixels(&bytes.get_ref()[..40]).is_err(), "cut off");
        }
        let jpeg = specimens::jpeg(1280, 720, 1);
        assert_eq!(pixels(&jpeg).unwrap().size, Size::new(1280, 720));
        let half = pixels_scaled(&jpeg, 4).unwrap();
        assert_eq!((half.size, half.rgb.len()), (Size::new(640, 360), 640 * 360 * 3));
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_refused_before_anything_is_made_room_for() {
        let mut bitmap = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(2, 2)
            .write_to(&mut bitmap, image::ImageFormat::Bmp)
            .unwrap();
        let mut bytes = bitmap.into_inner();
        bytes[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
        bytes[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
        assert!(pixels(&bytes).is_err());
    }
}
