//! A picture at another size, filtered so that shrinking does not alias.
//!
//! A crate of its own because of what it wraps: the resizer is generic in its pixels and unfolds into thousands of
//! functions wherever it is called from. Here that happens once, and `vision` compiles in seconds.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// Resizes a picture of three bytes a pixel from `from` (width, height) to `to`. A side of 0 counts as 1.
///
/// # Panics
/// When `rgb` has not three bytes for each pixel of `from`.
#[must_use]
pub fn rgb(rgb: &[u8], from: (usize, usize), to: (usize, usize)) -> Vec<u8> {
    resize(rgb, from, to, PixelType::U8x3)
}

/// Resizes a picture of one byte a pixel from `from` (width, height) to `to`. A side of 0 counts as 1.
///
/// # Panics
/// When `levels` has not a byte for each pixel of `from`.
#[must_use]
pub fn gray(levels: &[u8], from: (usize, usize), to: (usize, usize)) -> Vec<u8> {
    resize(levels, from, to, PixelType::U8)
}

fn resize(bytes: &[u8], from: (usize, usize), to: (usize, usize), pixel: PixelType) -> Vec<u8> {
    let side =
        |n: usize| u32::try_from(n.max(1)).expect("no picture has a side of four thousand million pixels");
    let source = ImageRef::new(side(from.0), side(from.1), bytes, pixel)
        .expect("the caller counted the bytes of each pixel");
    let mut target = Image::new(side(to.0), side(to.1), pixel);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .expect("both pictures have the same kind of pixel");
    target.into_vec()
}

#[cfg(test)]
mod tests {
    #[test]
    fn shrinking_takes_the_mean_and_growing_keeps_it() {
        let stripes: Vec<u8> = (0..64).map(|n| if n % 2 == 0 { 0 } else { 200 }).collect();
        let small = super::gray(&stripes, (8, 8), (2, 2));
        assert!(small.iter().all(|level| (80..=120).contains(level)), "{small:?}");
        assert_eq!(super::rgb(&[7; 12], (2, 2), (5, 3)), [7; 45]);
    }
}
