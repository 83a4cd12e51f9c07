//! A picture as the encoder wants it: three planes, 4:2:0, limited range.
//!
//! JPEG stores full range (JFIF: 0-255), video players assume limited range (BT.601: luma 16-235, chroma 16-240).
//! Leaving the numbers as they are would give a picture with crushed blacks that a reviewer might take for a fault of
//! the document. The loops here are written so that the compiler turns them into vector code: they run over 1.4 MB
//! thirty times a second.

use openh264::formats::YUVSource;

use crate::Size;

/// Three planes without padding. Width and height are even; chroma has half of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planes {
    size: Size,
    data: Vec<u8>,
}

impl Planes {
    /// A black picture. Odd sizes lose their last column or row, which 4:2:0 cannot express.
    pub(super) fn black(size: Size) -> Self {
        let size = Size::new(size.width & !1, size.height & !1);
        let luma = luma_len(size);
        let mut data = vec![16; luma];
        data.resize(luma + luma / 2, 128);
        Self { size, data }
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Luma and both chroma planes.
    pub(super) fn split(&self) -> [&[u8]; 3] {
        let (y, chroma) = self.data.split_at(luma_len(self.size));
        let (u, v) = chroma.split_at(chroma.len() / 2);
        [y, u, v]
    }

    /// Luma and both chroma planes, to write to.
    pub(super) fn split_mut(&mut self) -> [&mut [u8]; 3] {
        let (y, chroma) = self.data.split_at_mut(luma_len(self.size));
        let half = chroma.len() / 2;
        let (u, v) = chroma.split_at_mut(half);
        [y, u, v]
    }
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.size.width as usize, self.size.height as usize)
    }

    fn strides(&self) -> (usize, usize, usize) {
        let width = self.size.width as usize;
        (width, width / 2, width / 2)
    }

    fn y(&self) -> &[u8] {
        self.split()[0]
    }

    fn u(&self) -> &[u8] {
        self.split()[1]
    }

    fn v(&self) -> &[u8] {
        self.split()[2]
    }
}

fn luma_len(size: Size) -> usize {
    size.width as usize * size.height as usize
}

/// One plane as a decoder left it.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub(super) pixels: &'a [u8],
    pub(super) stride: usize,
    pub(super) height: usize,
}

impl<'a> Plane<'a> {
    /// Row `y`, or the last one below the end: 4:2:0 rounds up where a source rounds down.
    fn row(&self, y: usize) -> &'a [u8] {
        let start = y.min(self.height - 1) * self.stride;
        &self.pixels[start..start + self.stride]
    }
}

/// Brings full-range luma to 16-235.
pub(super) fn luma(from: Plane<'_>, to: &mut [u8], width: usize) {
    for (y, out) in to.chunks_exact_mut(width).enumerate() {
        for (out, &full) in out.iter_mut().zip(from.row(y)) {
            *out = limited_luma(full);
        }
    }
}

/// Brings full-range chroma, stored with a `wide` x `high` block of pixels for each sample, to 16-240 in 2x2 blocks.
/// `width` is that of the plane written.
pub(super) fn chroma(from: Plane<'_>, (wide, high): (usize, usize), to: &mut [u8], width: usize) {
    for (y, out) in to.chunks_exact_mut(width).enumerate() {
        // The two rows of pixels that share a chroma row here lie in these rows there (the same one for 4:2:0).
        let (above, below) = (from.row(2 * y / high), from.row((2 * y + 1) / high));
        match wide {
            1 => {
                let pairs = above.chunks_exact(2).zip(below.chunks_exact(2));
                for (out, (a, b)) in out.iter_mut().zip(pairs) {
                    let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
                    *out = limited_chroma(((sum + 2) / 4) as u8);
                }
            }
            2 => {
                for (out, (&a, &b)) in out.iter_mut().zip(above.iter().zip(below)) {
                    *out = limited_chroma(mean(a, b));
                }
            }
            _ => {
                let step = wide / 2;
                for (x, out) in out.iter_mut().enumerate() {
                    let at = (x / step).min(from.stride - 1);
                    *out = limited_chroma(mean(above[at], below[at]));
                }
            }
        }
    }
}

fn mean(a: u8, b: u8) -> u8 {
    (u16::from(a) + u16::from(b)).div_ceil(2) as u8
}

/// BT.601: 16 + 219/255 of the value, rounded, in 16 bits throughout.
fn limited_luma(full: u8) -> u8 {
    16 + by_255(u16::from(full) * 219 + 127)
}

/// BT.601: 128 + 224/255 of the distance from the middle; 3968 is 255 times the 15.56 that is left over below it.
fn limited_chroma(full: u8) -> u8 {
    by_255(u16::from(full) * 224 + 3968 + 127)
}

/// Division by 255 as shifts and adds; exact for everything below 65 535.
fn by_255(x: u16) -> u8 {
    ((x + 1 + (x >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_bt601_for_every_value() {
        for full in 0..=255_u8 {
            let y = (16.0 + f64::from(full) * 219.0 / 255.0).round();
            let c = (128.0 + (f64::from(full) - 128.0) * 224.0 / 255.0).round();
            assert!((f64::from(limited_luma(full)) - y).abs() < 1.0, "luma {full}");
            assert!(
                (f64::from(limited_chroma(full)) - c).abs() <= 1.0,
                "chroma {full}"
            );
        }
        assert_eq!((limited_luma(0), limited_luma(255)), (16, 235), "black and white");
        assert_eq!(limited_chroma(128), 128, "gray stays gray");
        assert_eq!((limited_chroma(0), limited_chroma(255)), (16, 240));
    }

    #[test]
    fn every_chroma_layout_ends_in_2x2_blocks() {
        // 8x4 pixels whose chroma is 100 on the left half and 200 on the right.
        for (wide, high) in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (1, 4)] {
            let (stride, height) = (8 / wide, 4 / high);
            let pixels: Vec<u8> = (0..stride * height)
                .map(|i| if i % stride < stride / 2 { 100 } else { 200 })
                .collect();
            let mut out = vec![0; 4 * 2];
            chroma(
                Plane {
                    pixels: &pixels,
                    stride,
                    height,
                },
                (wide, high),
                &mut out,
                4,
            );
            let (left, right) = (limited_chroma(100), limited_chroma(200));
            assert_eq!(
                out,
                [left, left, right, right, left, left, right, right],
                "{wide}x{high}"
            );
        }
    }

    #[test]
    fn black_is_limited_range_and_even() {
        let black = Planes::black(Size::new(5, 3));
        assert_eq!(black.size(), Size::new(4, 2));
        assert_eq!(black.split(), [&[16; 8][..], &[128; 2], &[128; 2]]);
    }
}
