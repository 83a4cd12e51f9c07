//! Whole pictures: whether they are what they claim, a part of one, a small one.
//!
//! A picture is only accepted after all of it was decoded, so a truncated or corrupt one is refused here with a
//! reason and never reaches a case. Orientation tags are not applied: pixels are taken as they are stored.

use bytes::Bytes;
use image::ImageDecoder as _;
use serde::{Deserialize, Serialize};
use turbojpeg::{Colorspace, Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

use crate::{CaptureError, Size, jpeg};

/// More pixels than this are refused before anything is allocated for them.
const MOST_PIXELS: u64 = 100_000_000;
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
/// [`CaptureError::BadMedia`] with the reason: not a picture, cut off, damaged, or larger than 100 megapixels.
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
            return Err(bad(format!("{size} is more than 100 megapixels")));
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
            Err(e) if !is_harmless(&e.to_string()) => Err(bad(e.to_string())),
            _ => Ok(size),
        }
    }
}

/// Many webcams pad their frames before the end of image, and libjpeg warns of it; nothing of the picture is lost.
/// It reports its first warning only, and this one can only come after the last row, so it hides no other.
fn is_harmless(warning: &str) -> bool {
    warning.contains("extraneous bytes before marker 0xd9")
}

fn decode_rgb(bytes: &[u8], scale: ScalingFactor) -> Result<Image<Vec<u8>>, CaptureError> {
    let other = |pixels: image::RgbImage| {
        let (width, height) = (pixels.width() as usize, pixels.height() as usize);
        Image {
            pixels: pixels.into_raw(),
            width,
            pitch: width * 3,
            height,
            format: PixelFormat::RGB,
        }
    };
    if Media::of(bytes)? == Media::Png {
        return Ok(other(flatten(decode_png(bytes)?)));
    }
    let mut decompressor = Decompressor::new().map_err(|e| codec(&e))?;
    decompressor.set_scan_limit(MOST_SCANS).map_err(|e| codec(&e))?;
    let header = decompressor.read_header(bytes).map_err(|e| bad(e.to_string()))?;
    if size_of(header.width, header.height).area() > MOST_PIXELS {
        return Err(bad("more than 100 megapixels"));
    }
    if matches!(header.colorspace, Colorspace::CMYK | Colorspace::YCCK) {
        // libjpeg-turbo leaves inks to a colour management system; `image` converts them plainly.
        let reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Jpeg);
        return Ok(other(
            reader.decode().map_err(|e| bad(e.to_string()))?.into_rgb8(),
        ));
    }
    decompressor.set_scaling_factor(scale).map_err(|e| codec(&e))?;
    let scaled = header.scaled(scale);
    let pitch = scaled.width * 3;
    let mut rgb = Image {
        pixels: vec![0; pitch * scaled.height],
        width: scaled.width,
        pitch,
        height: scaled.height,
        format: PixelFormat::RGB,
    };
    match decompressor.decompress(bytes, rgb.as_deref_mut()) {
        Err(e) if !is_harmless(&e.to_string()) => Err(bad(e.to_string())),
        _ => Ok(rgb),
    }
}

fn decode_png(bytes: &[u8]) -> Result<image::DynamicImage, CaptureError> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(65_535);
    limits.max_image_height = Some(65_535);
    limits.max_alloc = Some(MOST_PIXELS * 8);
    let decoder = image::codecs::png::PngDecoder::with_limits(std::io::Cursor::new(bytes), limits)
        .map_err(|e| bad(e.to_string()))?;
    let (width, height) = decoder.dimensions();
    if Size::new(width, height).area() > MOST_PIXELS {
        return Err(bad("more than 100 megapixels"));
    }
    image::DynamicImage::from_decoder(decoder).map_err(|e| bad(e.to_string()))
}

/// Puts a picture with transparency on white, as a person would see it on paper.
fn flatten(picture: image::DynamicImage) -> image::RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    image::RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over_white = |c: u8| {
            let mixed = (u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a))) / 255;
            u8::try_from(mixed).expect("a mean of two bytes")
        };
        image::Rgb([over_white(r), over_white(g), over_white(b)])
    })
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
