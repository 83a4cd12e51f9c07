//! The lines of a picture, upright: where each character stands, and which stand together.

use super::fold::plain;
use crate::{
    geometry::{Point, Quad},
    text::{Glyph, Line},
};

/// A line of text in a frame in which the document's lines run level.
pub(super) struct Row {
    glyphs: Vec<Glyph>,
    left: Point,
    right: Point,
    /// Pixels from the upper to the lower edge of its outline.
    pub height: f32,
    /// Pixels from one character to the next.
    pitch: f32,
    quad: Quad,
}

impl Row {
    /// Its characters.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// Pixels from the left edge of the frame to the middle of the character.
    fn middle(&self, glyph: usize) -> f32 {
        let at = self.glyphs.get(glyph).map_or(0.0, |g| g.at);
        (self.right.x - self.left.x).mul_add(at, self.left.x)
    }

    /// Pixels from the upper edge of the frame to the line's middle, where `x` is.
    fn level(&self, x: f32) -> f32 {
        let width = self.right.x - self.left.x;
        let share = if width > 1.0 {
            (x - self.left.x) / width
        } else {
            0.0
        };
        self.left.towards(self.right, share).y
    }

    /// The outline of some of its characters, in the picture's pixels.
    pub fn outline(&self, from: usize, to: usize) -> Quad {
        let end = |glyph: usize, side: f32| {
            let half = self.pitch / (self.right.x - self.left.x).max(1.0) / 2.0;
            let at = self.glyphs.get(glyph).map_or(0.0, |g| g.at);
            half.mul_add(side, at).clamp(0.0, 1.0)
        };
        let (start, stop) = (end(from, -1.0), end(to.saturating_sub(1), 1.0));
        let [a, b, c, d] = self.quad.0;
        Quad([
            a.towards(b, start),
            a.towards(b, stop),
            d.towards(c, stop),
            d.towards(c, start),
        ])
    }
}

/// Characters of one line that stand together.
#[derive(Clone)]
pub(super) struct Piece {
    /// The index of its line.
    pub row: usize,
    /// Its first character.
    pub from: usize,
    /// One past its last character.
    pub to: usize,
    /// Left end.
    pub left: f32,
    /// Right end.
    pub right: f32,
    /// The level of its middle.
    pub y: f32,
    /// Pixels from its upper to its lower edge.
    pub height: f32,
}

impl Piece {
    /// Whether two pieces share a span of the frame's width.
    pub fn is_over(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right
    }
}

/// A picture's lines that can hold fields.
pub(super) struct Page {
    /// The lines.
    pub rows: Vec<Row>,
    /// Whether lines of a machine-readable zone were left out, and how many characters the longest had.
    pub mrz: Option<(usize, usize)>,
    /// The issuing state in them, as it was read.
    pub state: Option<String>,
}

/// Lines further from the document's direction than this are printed over it, or are not the document's.
const MOST_SLANT: f32 = 0.15;

impl Page {
    /// The lines that run in the document's direction and are no machine-readable zone.
    pub fn new(lines: &[Line]) -> Self {
        let slant = direction(lines);
        let (sin, cos) = slant.sin_cos();
        let turned = |p: Point| Point::new(p.x.mul_add(cos, p.y * sin), p.y.mul_add(cos, -(p.x * sin)));
        let mut rows = Vec::new();
        let (mut zones, mut longest, mut state) = (0, 0, None);
        for line in lines.iter().filter(|line| !line.glyphs.is_empty()) {
            if is_machine_readable(&line.text) {
                zones += 1;
                longest = longest.max(line.text.chars().filter(|c| !c.is_whitespace()).count());
                let first = zones == 1 && line.text.starts_with(|c: char| c.is_ascii_uppercase());
                state = if first { issuing_state(&line.text) } else { state };
                continue;
            }
            let [a, b, c, d] = line.quad.0;
            let (left, right) = (turned(a.towards(d, 0.5)), turned(b.towards(c, 0.5)));
            let (width, height) = line.quad.size();
            let steep = (right.y - left.y).abs() > MOST_SLANT * (right.x - left.x) && width > 2.0 * height;
            if steep || right.x <= left.x || !height.is_finite() || height <= 0.0 {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "characters of a line are few")]
            let pitch = (right.x - left.x) / line.glyphs.len() as f32;
            rows.push(Row {
                glyphs: line
                    .glyphs
                    .iter()
                    .map(|&g| Glyph {
                        character: narrow(g.character),
                        ..g
                    })
                    .collect(),
                left,
                right,
                height,
                pitch,
                quad: line.quad,
            });
        }
        rows.sort_by(|a, b| a.left.y.total_cmp(&b.left.y));
        Self {
            rows,
            mrz: (zones > 0).then_some((zones, longest)),
            state,
        }
    }

    /// The piece of `row` from character `from` up to `to`, without blanks at its ends.
    pub fn piece(&self, row: usize, from: usize, to: usize) -> Option<Piece> {
        let line = &self.rows[row];
        let solid = |i: &usize| !line.glyphs[*i].character.is_whitespace();
        let from = (from..to).find(solid)?;
        let to = (from..to).rev().find(solid)? + 1;
        let (left, right) = (
            line.middle(from) - line.pitch / 2.0,
            line.middle(to - 1) + line.pitch / 2.0,
        );
        Some(Piece {
            row,
            from,
            to,
            left,
            right,
            y: line.level(f32::midpoint(left, right)),
            height: line.height,
        })
    }

    /// What a piece says, a single blank between words.
    pub fn text(&self, piece: &Piece) -> String {
        let characters = self.rows[piece.row].glyphs[piece.from..piece.to]
            .iter()
            .map(|g| g.character);
        let text: String = characters.collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The mean confidence of a piece's characters.
    pub fn confidence(&self, piece: &Piece) -> f32 {
        let glyphs = &self.rows[piece.row].glyphs[piece.from..piece.to];
        #[expect(clippy::cast_precision_loss, reason = "characters of a line are few")]
        let count = glyphs.len().max(1) as f32;
        glyphs.iter().map(|g| g.confidence).sum::<f32>() / count
    }

    /// Where a word of the piece starts, after a blank: the character's index and its left end.
    pub fn starts(&self, piece: &Piece) -> Vec<(usize, f32)> {
        let row = &self.rows[piece.row];
        (piece.from + 1..piece.to)
            .filter(|&i| {
                row.glyphs[i - 1].character.is_whitespace() && !row.glyphs[i].character.is_whitespace()
            })
            .map(|i| (i, row.middle(i) - row.pitch / 2.0))
            .collect()
    }

    /// A line's pieces: it is cut where a gap is too wide for a blank. A stroke holds both its sides together.
    pub fn runs(&self, row: usize) -> Vec<Piece> {
        let line = &self.rows[row];
        let solid: Vec<usize> = (0..line.glyphs.len())
            .filter(|&i| !line.glyphs[i].character.is_whitespace())
            .collect();
        let widest = (line.height * 1.3).max(line.pitch * 3.5);
        let stroke = |i: usize| matches!(line.glyphs[i].character, '/' | '|' | ':');
        let mut runs = Vec::new();
        let mut start = 0;
        for (n, pair) in solid.windows(2).enumerate() {
            let apart = line.middle(pair[1]) - line.middle(pair[0]) > widest;
            if apart && !stroke(pair[0]) && !stroke(pair[1]) {
                runs.extend(self.piece(row, solid[start], pair[0] + 1));
                start = n + 1;
            }
        }
        if let (Some(&first), Some(&last)) = (solid.get(start), solid.last()) {
            runs.extend(self.piece(row, first, last + 1));
        }
        runs
    }
}

/// The Latin character for a wide one of East Asian writing, which the network reads for punctuation.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xff01 + 0x21).unwrap_or(character),
        '\u{3000}' => ' ',
        '。' => '.',
        '、' => ',',
        '丨' => '|',
        other => other,
    }
}

/// The direction most text runs in, in radians clockwise.
fn direction(lines: &[Line]) -> f32 {
    let mut slants: Vec<f32> = lines
        .iter()
        .filter(|line| {
            let (width, height) = line.quad.size();
            width > 3.0 * height
        })
        .map(|line| {
            let [a, b, ..] = line.quad.0;
            (b.y - a.y).atan2(b.x - a.x)
        })
        .filter(|slant| slant.is_finite())
        .collect();
    slants.sort_by(f32::total_cmp);
    slants.get(slants.len() / 2).copied().unwrap_or(0.0)
}

/// The three letters after the document code of a first line (ICAO Doc 9303-4 to -7: characters 3 to 5).
fn issuing_state(line: &str) -> Option<String> {
    let solid: Vec<char> = line.chars().filter(|c| !c.is_whitespace()).collect();
    let state: String = solid.get(2..5)?.iter().collect();
    let letters: String = state.chars().take_while(char::is_ascii_uppercase).collect();
    matches!(letters.len(), 1 | 3).then_some(letters)
}

/// Whether a line belongs to a machine-readable zone: it has fillers, or it is as long as one and has only its
/// characters (ICAO Doc 9303-3 clause 4.3).
fn is_machine_readable(text: &str) -> bool {
    let characters = text.chars().filter(|c| !c.is_whitespace()).count();
    let fillers = text
        .chars()
        .filter(|c| matches!(c, '<' | '«' | '‹' | '＜'))
        .count();
    let plain_ones = text
        .chars()
        .filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '<')
        .count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words = text.split_whitespace().count();
    fillers >= 3
        || (fillers >= 1 && characters >= 20)
        || (characters >= 28 && words <= 2 && plain_ones * 20 >= characters * 19 && digits >= 6)
}

/// Whether a character is a letter or digit once folded.
pub(super) fn is_word(character: char) -> bool {
    plain(character).next().is_some()
}
