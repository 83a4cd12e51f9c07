//! Pictures in memory: 8 bits a channel, rows from the top, no padding.

use crate::geometry::{Homography, Point, Quad, Rect};

/// Pictures with more pixels than this are refused before anything is allocated for them.
pub const MOST_PIXELS: usize = 64_000_000;

/// Why bytes are not a picture.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{bytes} bytes are not {width}x{height} pixels, or these are none or too many")]
pub struct NotAPicture {
    width: usize,
    height: usize,
    bytes: usize,
}

/// A colour picture: red, green, blue.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// A picture is personal data: only its shape is shown.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

/// A grey picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Gray {
    width: usize,
    height: usize,
    levels: Vec<u8>,
}

impl std::fmt::Debug for Gray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gray({}x{})", self.width, self.height)
    }
}

impl Picture {
    /// A picture of `width` by `height` pixels from `rgb`, three bytes a pixel.
    ///
    /// # Errors
    /// [`NotAPicture`] where the number of bytes is another, either side is 0, or there are more than
    /// [`MOST_PIXELS`].
    pub fn new(width: usize, height: usize, rgb: Vec<u8>) -> Result<Self, NotAPicture> {
        fits(width, height, 3, rgb.len())?;
        Ok(Self { width, height, rgb })
    }

    /// Pixels across.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Three bytes a pixel, row by row.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The pixel at column `x` of row `y`, which have to be inside.
    #[must_use]
    #[inline]
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        let pixel = &self.rgb[start..start + 3];
        [pixel[0], pixel[1], pixel[2]]
    }

    /// The brightness of each pixel (ITU-R BT.601).
    #[must_use]
    pub fn gray(&self) -> Gray {
        let levels = self
            .rgb
            .chunks_exact(3)
            .map(|p| {
                let sum = 77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2]) + 128;
                #[expect(clippy::cast_possible_truncation, reason = "the weights sum to 256")]
                let level = (sum >> 8) as u8;
                level
            })
            .collect();
        Gray {
            width: self.width,
            height: self.height,
            levels,
        }
    }

    /// The same picture at another size, filtered so that shrinking does not alias.
    #[must_use]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        Self {
            width: width.max(1),
            height: height.max(1),
            rgb: resample::rgb(&self.rgb, (self.width, self.height), (width, height)),
        }
    }

    /// The part inside `rect`, cut down to what lies in the picture, and at least one pixel.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Self {
        let (left, right) = span(rect.x, rect.width, self.width);
        let (upper, lower) = span(rect.y, rect.height, self.height);
        let mut rgb = Vec::with_capacity((right - left) * (lower - upper) * 3);
        for row in upper..lower {
            rgb.extend_from_slice(&self.rgb[(row * self.width + left) * 3..(row * self.width + right) * 3]);
        }
        Self {
            width: right - left,
            height: lower - upper,
            rgb,
        }
    }

    /// The picture after `turns` quarter turns clockwise.
    #[must_use]
    pub fn turned(&self, turns: usize) -> Self {
        let (w, h) = (self.width, self.height);
        let (width, height) = if turns.is_multiple_of(2) { (w, h) } else { (h, w) };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match turns % 4 {
                    0 => (x, y),
                    1 => (y, h - 1 - x),
                    2 => (w - 1 - x, h - 1 - y),
                    _ => (w - 1 - y, x),
                };
                rgb.extend_from_slice(&self.at(from_x, from_y));
            }
        }
        Self { width, height, rgb }
    }

    /// What `quad` encloses, straightened to `width` by `height` pixels; what lies outside the picture is black.
    /// `None` where the corners enclose nothing.
    #[must_use]
    pub fn straightened(&self, quad: &Quad, width: usize, height: usize) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
        let upright = Quad::of(Rect::new(0.0, 0.0, width as f32, height as f32));
        let map = Homography::between(&upright, quad)?;
        let mut rgb = vec![0; width * height * 3];
        for (y, row) in rgb.chunks_exact_mut(width * 3).enumerate() {
            let mut centres = map.along_row(y);
            for pixel in row.chunks_exact_mut(3) {
                pixel.copy_from_slice(&self.between_pixels(centres.next_centre()));
            }
        }
        Some(Self { width, height, rgb })
    }

    /// The colour at a point between pixel centres, mixed of the four around it; black outside.
    ///
    /// Most of what is done with a picture is this: in whole numbers, 256 to a pixel, and without a call to round down,
    /// it takes a third of the time.
    #[must_use]
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "positions inside the picture, levels from 0 to 255"
    )]
    pub fn between_pixels(&self, at: Point) -> [u8; 3] {
        // A pixel to the right and below: what is left of the first column is not negative then.
        let (x, y) = (at.x + 0.5, at.y + 0.5);
        if !(x > 0.0 && y > 0.0 && x < (self.width + 1) as f32 && y < (self.height + 1) as f32) {
            return [0; 3];
        }
        let (x, y) = ((x * 256.0) as usize, (y * 256.0) as usize);
        let (column, row) = (x >> 8, y >> 8);
        let (dx, dy) = ((x & 255) as u32, (y & 255) as u32);
        let (x0, x1) = (column.saturating_sub(1), column.min(self.width - 1));
        let (y0, y1) = (row.saturating_sub(1), row.min(self.height - 1));
        let (upper, lower) = (&self.rgb[y0 * self.width * 3..], &self.rgb[y1 * self.width * 3..]);
        let (a, b) = (&upper[x0 * 3..x0 * 3 + 3], &upper[x1 * 3..x1 * 3 + 3]);
        let (c, d) = (&lower[x0 * 3..x0 * 3 + 3], &lower[x1 * 3..x1 * 3 + 3]);
        let mixed = |channel: usize| {
            let above = u32::from(a[channel]) * (256 - dx) + u32::from(b[channel]) * dx;
            let below = u32::from(c[channel]) * (256 - dx) + u32::from(d[channel]) * dx;
            ((above * (256 - dy) + below * dy + (1 << 15)) >> 16) as u8
        };
        [mixed(0), mixed(1), mixed(2)]
    }
}

impl Gray {
    /// A grey picture of `width` by `height` pixels from `levels`, one byte a pixel.
    ///
    /// # Errors
    /// As [`Picture::new`].
    pub fn new(width: usize, height: usize, levels: Vec<u8>) -> Result<Self, NotAPicture> {
        fits(width, height, 1, levels.len())?;
        Ok(Self {
            width,
            height,
            levels,
        })
    }

    /// Pixels across.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// One byte a pixel, row by row.
    #[must_use]
    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    /// The brightness at column `x` of row `y`, which have to be inside.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> u8 {
        self.levels[y * self.width + x]
    }

    /// The same picture at another size, filtered so that shrinking does not alias.
    #[must_use]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        Self {
            width: width.max(1),
            height: height.max(1),
            levels: resample::gray(&self.levels, (self.width, self.height), (width, height)),
        }
    }
}

fn fits(width: usize, height: usize, channels: usize, bytes: usize) -> Result<(), NotAPicture> {
    let pixels = width.checked_mul(height).filter(|&n| n > 0 && n <= MOST_PIXELS);
    if pixels.is_some_and(|n| n * channels == bytes) {
        return Ok(());
    }
    Err(NotAPicture { width, height, bytes })
}

/// First and one past the last pixel of a span, inside `most`, never empty.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the picture; a float that is no number becomes 0"
)]
fn span(start: f32, length: f32, most: usize) -> (usize, usize) {
    let first = (start.max(0.0) as usize).min(most - 1);
    let last = ((start + length).ceil().max(0.0) as usize).clamp(first + 1, most);
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Picture {
        let rgb = (0..6_u8).flat_map(|n| [n, n + 10, n + 20]).collect();
        Picture::new(3, 2, rgb).unwrap()
    }

    #[test]
    fn a_wrong_number_of_bytes_is_no_picture() {
        assert!(Picture::new(2, 2, vec![0; 11]).is_err());
        assert!(Picture::new(0, 2, vec![]).is_err());
        assert!(Gray::new(usize::MAX, 2, vec![]).is_err());
    }

    #[test]
    fn four_quarter_turns_lead_back() {
        let picture = ramp();
        assert_eq!(picture.turned(1).at(0, 0), picture.at(0, 1));
        assert_eq!(picture.turned(1).turned(3), picture);
        assert_eq!(picture.turned(2).turned(2), picture);
    }

    #[test]
    fn straightening_an_upright_box_is_a_crop() {
        let picture = ramp();
        let rect = Rect::new(1.0, 0.0, 2.0, 2.0);
        let straight = picture.straightened(&Quad::of(rect), 2, 2).unwrap();
        assert_eq!(straight, picture.crop(rect));
    }

    #[test]
    fn a_crop_stays_inside_and_is_never_empty() {
        let picture = ramp();
        assert_eq!(picture.crop(Rect::new(-5.0, -5.0, 100.0, 100.0)), picture);
        let corner = picture.crop(Rect::new(50.0, 50.0, 1.0, 1.0));
        assert_eq!((corner.width(), corner.height()), (1, 1));
    }
}
