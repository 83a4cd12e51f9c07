//! Frames drawn for the recorder's tests and the benches: a striped card that wanders over a gray wall, with sensor
//! noise, and its own number written into the top edge in black and white, so that a decoded picture can say which it
//! is.

use bytes::Bytes;
use capture::Size;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// Bits of the number in the top edge.
pub const BITS: u32 = 12;

/// Draws one frame and encodes it as cameras do: 4:2:2, quality 85.
pub fn jpeg(size: Size, number: u32) -> Bytes {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut pixels = vec![0_u8; width * height * 3];
    let angle = f64::from(number) / 20.0;
    let left = (width as f64 * (0.25 + 0.15 * angle.sin())) as usize;
    let top = (height as f64 * (0.3 + 0.1 * (angle * 1.3).cos())) as usize;
    let mut noise = number.wrapping_mul(2_654_435_761) | 1;
    for (y, row) in pixels.chunks_exact_mut(width * 3).enumerate() {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let grain = (noise & 7) as u8;
            let inside = (left..left + width / 2).contains(&x) && (top..top + height / 2).contains(&y);
            let (r, g, b) = match inside {
                true if ((x - left) / 6).is_multiple_of(3) && ((y - top) / 12).is_multiple_of(2) => {
                    (40, 40, 60)
                }
                true => (190, 170, 210),
                false => {
                    let shade = (x * 90 / width + y * 60 / height) as u8;
                    (60 + shade, 62 + shade, 64 + shade)
                }
            };
            pixel.copy_from_slice(&[r + grain, g + grain, b + grain]);
        }
    }
    let block = width / BITS as usize;
    for (y, row) in pixels.chunks_exact_mut(width * 3).take(16).enumerate() {
        for bit in 0..BITS {
            let value = if number >> bit & 1 == 1 { 230 } else { 20 };
            let from = bit as usize * block * 3;
            row[from..from + block * 3].fill(if y < 16 { value } else { 0 });
        }
    }
    encode(&pixels, size, Subsamp::Sub2x1)
}

/// Encodes RGB pixels.
pub fn encode(pixels: &[u8], size: Size, subsamp: Subsamp) -> Bytes {
    let mut compressor = Compressor::new().expect("a JPEG encoder");
    compressor.set_quality(85).expect("a valid quality");
    compressor.set_subsamp(subsamp).expect("a valid layout");
    let image = Image {
        pixels,
        width: size.width as usize,
        pitch: 3 * size.width as usize,
        height: size.height as usize,
        format: PixelFormat::RGB,
    };
    Bytes::from(
        compressor
            .compress_to_vec(image)
            .expect("a picture can be encoded"),
    )
}
