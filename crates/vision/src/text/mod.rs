//! Text in a picture: where lines are and what they say.

use serde::Serialize;

use crate::geometry::Quad;

/// A character of a line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Glyph {
    /// What was read.
    pub character: char,
    /// Where along the line, 0 its left end and 1 its right end.
    pub at: f32,
    /// How sure the network is, 0 to 1.
    pub confidence: f32,
}

/// A line of text that was read, left to right. What it says is personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// The mean of its characters' confidence, 0 to 1.
    pub confidence: f32,
    /// Its outline in the picture that was given; the upper edge is above the letters as they are read.
    pub quad: Quad,
    /// Each character of `text`, blanks included.
    pub glyphs: Vec<Glyph>,
}
