//! Time and case, drawn into every picture of a recording.
//!
//! A dark strip at the bottom holds, in light letters, the moment the picture was captured in UTC with its tenth of a
//! second, a space, and the code of the case: `2026-11-30T18:57:03.4Z 3HSY`. It is drawn into the luma before the picture
//! is encoded; what a camera delivered under the strip is not in the video. Where the letters are follows from the size
//! of the picture alone, so that [`read`] finds them again in any picture of the video.
//!
//! The clock of the system may be set while a recording runs. So only the first picture takes its time from it; every
//! later one is as much later as the monotonic clock says, and time in the pictures never runs backwards.

mod font;
mod read;

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use self::font::{ACROSS, CELL, DOWN, glyph, has_dot};
use super::planes::Planes;
use crate::Size;

pub use self::read::{Stamped, read};

/// The name of this layout, for the record.
pub const LAYOUT: &str = "proofbooth-stamp/1";

/// Letters there is room for; the last ones stay empty.
const ROOM: usize = 32;
/// One dot of a letter for so many rows of the picture: three pixels at 720.
const ROWS_PER_DOT: u32 = 240;
/// Luma of the strip and of the letters: inside the limited range, so that no rounding cuts them off.
const DARK: u8 = 24;
const LIGHT: u8 = 220;
/// Chroma of neither colour.
const NEUTRAL: u8 = 128;

/// What to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The code of the case: capital letters and digits, eight at most; nothing else is drawn.
    pub code: String,
}

impl Stamp {
    /// Draws it into a picture captured `after` the one of `first`. `false` where the picture is too small for it.
    pub(super) fn draw(&self, planes: &mut Planes, first: SystemTime, after: Duration) -> bool {
        let Some(layout) = Layout::of(planes.size()) else {
            return false;
        };
        let text = self.text(first, after);
        let width = planes.size().width as usize;
        let [y, u, v] = planes.split_mut();
        y[layout.top * width..].fill(DARK);
        for chroma in [u, v] {
            chroma[layout.top / 2 * (width / 2)..].fill(NEUTRAL);
        }
        for (cell, letter) in text.chars().take(ROOM).enumerate() {
            let glyph = glyph(letter);
            for down in 0..DOWN {
                for across in (0..ACROSS).filter(|&across| has_dot(&glyph, across, down)) {
                    let (left, top) = layout.dot(cell, across, down);
                    for row in top..top + layout.dot {
                        y[row * width + left..][..layout.dot].fill(LIGHT);
                    }
                }
            }
        }
        true
    }

    fn text(&self, first: SystemTime, after: Duration) -> String {
        // Whoever's clock is outside jiff's ten thousand years has no time worth drawing.
        let at = first
            .checked_add(after)
            .and_then(|at| Timestamp::try_from(at).ok())
            .unwrap_or_default();
        format!("{at:.1} {}", self.code)
    }
}

/// Where the strip and its letters are, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    /// Where the strip begins, counted from above.
    top: usize,
    /// Where the first letter begins.
    left: usize,
    /// Where letters begin, counted from above.
    letters: usize,
    /// Both sides of a dot.
    dot: usize,
}

impl Layout {
    /// In a picture of this size; `None` where it is too small.
    fn of(size: Size) -> Option<Self> {
        let (width, height) = (size.width as usize, size.height as usize);
        // Room for all letters and a margin of a dot on both sides.
        let widest = width / (ROOM * CELL + 2);
        let dot = ((size.height / ROWS_PER_DOT).max(1) as usize).min(widest);
        // Whole blocks of the encoder where that leaves a dot above and below, else whole chroma samples.
        let blocks = (11 * dot) & !15;
        let strip = if blocks >= (DOWN + 2) * dot {
            blocks
        } else {
            (11 * dot).next_multiple_of(2)
        };
        (dot > 0 && strip <= height / 4).then(|| {
            let top = (height - strip) & !1;
            Self {
                top,
                left: 2 * dot,
                letters: top + (strip - DOWN * dot) / 2,
                dot,
            }
        })
    }

    /// The upper left pixel of a dot.
    fn dot(&self, cell: usize, across: usize, down: usize) -> (usize, usize) {
        (
            self.left + (cell * CELL + across) * self.dot,
            self.letters + down * self.dot,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_strip_stays_inside_every_picture() {
        for (width, height) in [
            (1280, 720),
            (720, 1280),
            (640, 480),
            (320, 240),
            (960, 720),
            (1920, 1080),
            (196, 100),
        ] {
            let layout = Layout::of(Size::new(width, height)).unwrap_or_else(|| panic!("{width}x{height}"));
            let (left, top) = layout.dot(ROOM - 1, ACROSS - 1, DOWN - 1);
            assert!(left + layout.dot <= width as usize && top + layout.dot < height as usize);
            assert!(layout.letters > layout.top && layout.top.is_multiple_of(2));
        }
        assert_eq!(Layout::of(Size::new(1280, 720)).unwrap().top, 720 - 32);
        assert_eq!(Layout::of(Size::new(96, 64)), None);
    }

    #[test]
    fn the_time_is_iso_in_utc_with_its_tenth_and_follows_the_monotonic_clock() {
        let stamp = Stamp { code: "3HSY".into() };
        let first = UNIX_EPOCH + Duration::from_millis(1_796_065_023_999);
        let text = |after| stamp.text(first, Duration::from_millis(after));
        assert_eq!(text(0), "2026-11-30T18:57:03.9Z 3HSY");
        assert_eq!(text(1), "2026-11-30T18:57:04.0Z 3HSY");
        assert_eq!(text(3_600_000), "2026-11-30T19:57:03.9Z 3HSY");
    }

    #[test]
    fn what_is_drawn_is_read_and_the_picture_above_is_not_touched() {
        let first = UNIX_EPOCH + Duration::from_millis(1_796_065_023_400);
        for (width, height) in [(1280, 720), (720, 1280), (640, 480), (320, 240)] {
            let mut planes = Planes::black(Size::new(width, height));
            planes.split_mut()[0].fill(180);
            planes.split_mut()[1].fill(90);
            for code in ["3HSY", "ABCDEFGH", "JKMNPQRS", "TUVWXYZ2", "23456789"] {
                let stamp = Stamp { code: code.into() };
                assert!(stamp.draw(&mut planes, first, Duration::from_millis(61_250)));
                let size = planes.size();
                let stamped = read(planes.split()[0], size).expect("it is there");
                assert_eq!(stamped.code, code);
                assert_eq!(
                    stamped.at,
                    first + Duration::from_millis(61_200),
                    "down to its tenth"
                );
            }
            let top = Layout::of(planes.size()).unwrap().top;
            let [y, u, _] = planes.split();
            assert!(y[..top * width as usize].iter().all(|&luma| luma == 180));
            assert!(
                u[..top / 2 * (width as usize / 2)]
                    .iter()
                    .all(|&chroma| chroma == 90)
            );
        }
    }

    #[test]
    fn a_picture_without_a_stamp_has_none() {
        for luma in [0, 24, 128, 255] {
            assert_eq!(read(&vec![luma; 1280 * 720], Size::new(1280, 720)), None);
        }
        let noise: Vec<u8> = (0..1280_u32 * 720)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert_eq!(read(&noise, Size::new(1280, 720)), None);
        assert_eq!(read(&[], Size::new(1280, 720)), None, "too few pixels");
        assert_eq!(read(&[0; 64 * 64], Size::new(64, 64)), None);
    }
}
