//! From bytes to pixels, within bounds.

use image::ImageDecoder as _;
use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat, ScalingFactor};

use super::checker::is_padding;
use super::{MOST_PIXELS, MOST_SCANS, Media, bad, codec, size_of};
use crate::{CaptureError, Size};

pub(super) fn decode_rgb(bytes: &[u8], scale: ScalingFactor) -> Result<Image<Vec<u8>>, CaptureError> {
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
        return Err(bad("more than 64 megapixels"));
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
        Err(e) if !is_padding(&e.to_string(), bytes) => Err(bad(e.to_string())),
        _ => Ok(rgb),
    }
}

pub(super) fn decode_png(bytes: &[u8]) -> Result<image::DynamicImage, CaptureError> {
    let decoder = image::codecs::png::PngDecoder::with_limits(std::io::Cursor::new(bytes), limits())
        .map_err(|e| bad(e.to_string()))?;
    decode_within(decoder)
}

/// Some cameras' programs and old archives store Windows bitmaps, under any name.
pub(super) fn decode_bmp(bytes: &[u8]) -> Result<image::DynamicImage, CaptureError> {
    let mut decoder =
        image::codecs::bmp::BmpDecoder::new(std::io::Cursor::new(bytes)).map_err(|e| bad(e.to_string()))?;
    decoder.set_limits(limits()).map_err(|e| bad(e.to_string()))?;
    decode_within(decoder)
}

fn limits() -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(65_535);
    limits.max_image_height = Some(65_535);
    limits.max_alloc = Some(MOST_PIXELS * 8);
    limits
}

fn decode_within(decoder: impl image::ImageDecoder) -> Result<image::DynamicImage, CaptureError> {
    let (width, height) = decoder.dimensions();
    if Size::new(width, height).area() > MOST_PIXELS {
        return Err(bad("more than 64 megapixels"));
    }
    image::DynamicImage::from_decoder(decoder).map_err(|e| bad(e.to_string()))
}

/// Puts a picture with transparency on white, as a person would see it on paper.
pub(super) fn flatten(picture: image::DynamicImage) -> image::RgbImage {
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
