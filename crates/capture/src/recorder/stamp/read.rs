//! The stamp read back from a picture, by holding every letter of the font against every cell.

use std::time::SystemTime;

use jiff::Timestamp;

use super::font::{ACROSS, DOWN, Glyph, LETTERS, has_dot};
use super::{Layout, ROOM};
use crate::Size;

/// Letters are at least so many levels lighter than the strip; a compressed picture loses a few of 196.
const CONTRAST: f32 = 80.0;
/// A letter differs from its template by no more than this many dots, squared and summed.
const APART: f32 = 5.0;

/// What a stamp says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// When the picture was captured, down to the tenth of a second.
    pub at: SystemTime,
    /// The code of the case.
    pub code: String,
}

/// Reads the stamp in the luma of a picture, of any range, its rows one after another without padding. `None` where
/// there is none, or where it cannot be read surely.
#[must_use]
pub fn read(luma: &[u8], size: Size) -> Option<Stamped> {
    let layout = Layout::of(size)?;
    if luma.len() as u64 != size.area() {
        return None;
    }
    let width = size.width as usize;
    let cells: Vec<[f32; ACROSS * DOWN]> = (0..ROOM)
        .map(|cell| {
            std::array::from_fn(|dot| {
                let (left, top) = layout.dot(cell, dot % ACROSS, dot / ACROSS);
                let rows = (top..top + layout.dot).map(|row| &luma[row * width + left..][..layout.dot]);
                let sum: u32 = rows.flatten().map(|&luma| u32::from(luma)).sum();
                sum as f32 / (layout.dot * layout.dot) as f32
            })
        })
        .collect();
    // More dots are dark than light, and more than one in ten is light.
    let mut all: Vec<f32> = cells.iter().flatten().copied().collect();
    all.sort_by(f32::total_cmp);
    let (dark, light) = (all[all.len() / 4], all[all.len() * 19 / 20]);
    if light - dark < CONTRAST {
        return None;
    }
    let text: String = cells
        .iter()
        .map(|cell| letter(&cell.map(|dot| (dot - dark) / (light - dark))))
        .collect::<Option<_>>()?;
    let (at, code) = text.trim_end().split_once(' ')?;
    Some(Stamped {
        at: at.parse::<Timestamp>().ok()?.into(),
        code: code.to_owned(),
    })
}

/// The letter whose dots these are, from 0 (dark) to 1 (light).
fn letter(dots: &[f32; ACROSS * DOWN]) -> Option<char> {
    let apart = |glyph: &Glyph| -> f32 {
        let each = dots.iter().enumerate().map(|(dot, seen)| {
            let drawn = f32::from(u8::from(has_dot(glyph, dot % ACROSS, dot / ACROSS)));
            (seen.clamp(0.0, 1.0) - drawn).powi(2)
        });
        each.sum()
    };
    let (letter, apart) = LETTERS
        .iter()
        .map(|(letter, glyph)| (*letter, apart(glyph)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    (apart < APART).then_some(letter)
}
