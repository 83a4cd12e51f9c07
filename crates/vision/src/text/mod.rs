//! Text in a picture: where lines are and what they say.

mod detect;
mod outline;
mod recognise;

use serde::Serialize;

use crate::geometry::Quad;
use crate::net::NetError;
use crate::pixels::Picture;

pub(crate) use recognise::Steps;

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

/// How long the longer side of a picture is made for finding lines on a page that fills it: text of 8 points on a card
/// is some 14 pixels high then.
const LOOK: usize = 960;
/// A line less sure than this is a texture and not text.
const LEAST_CONFIDENCE: f32 = 0.3;

/// Finds lines of text and reads them: PP-OCRv6 tiny, Latin, Greek and Cyrillic letters with their marks among 6,904
/// glyphs.
pub struct TextReader {
    detector: detect::Detector,
    recogniser: recognise::Recogniser,
}

impl TextReader {
    /// Loads both networks.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes them.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self {
            detector: detect::Detector::load()?,
            recogniser: recognise::Recogniser::load()?,
        })
    }

    /// The outlines of lines in `picture`, largest first, at most 300. The picture is looked at with its longer side
    /// `longest` pixels long (32 to 2,560), which decides both the time and the smallest text that is found (some 8
    /// pixels high at that size).
    ///
    /// Which way up a line is cannot be seen yet: its upper edge runs to the right, or, where the line is steeper than
    /// 45 degrees, down.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn find(&self, picture: &Picture, longest: usize) -> Result<Vec<Quad>, NetError> {
        self.detector.find(picture, longest.clamp(32, 2560))
    }

    /// Reads what each of `quads` encloses, in the same order; a quad that encloses nothing gives an empty line.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn read_lines(&self, picture: &Picture, quads: &[Quad]) -> Result<Vec<Line>, NetError> {
        Ok(quads
            .iter()
            .zip(self.steps(picture, quads)?)
            .map(|(&quad, steps)| match steps {
                Some(steps) => self.recogniser.line(&steps, quad),
                None => Line {
                    text: String::new(),
                    confidence: 0.0,
                    quad,
                    glyphs: Vec::new(),
                },
            })
            .collect())
    }

    /// The character each class of [`Steps`] stands for; the first is the blank.
    pub(crate) fn classes(&self) -> &[char] {
        self.recogniser.classes()
    }

    /// What the network says about what each of `quads` encloses, in the same order; `None` where that is nothing.
    pub(crate) fn steps(&self, picture: &Picture, quads: &[Quad]) -> Result<Vec<Option<Steps>>, NetError> {
        let strips: Vec<_> = quads.iter().map(|quad| recognise::strip(picture, quad)).collect();
        let is_there: Vec<bool> = strips.iter().map(Option::is_some).collect();
        let strips: Vec<Picture> = strips.into_iter().flatten().collect();
        let mut steps = self.recogniser.steps(&strips)?.into_iter();
        Ok(is_there
            .into_iter()
            .map(|there| there.then(|| steps.next()).flatten())
            .collect())
    }

    /// Finds and reads the lines of a page that fills `picture` and lies upright, lines that run up or down included;
    /// sorted from top to bottom.
    ///
    /// # Errors
    /// [`NetError::Run`] where a network fails.
    pub fn read(&self, picture: &Picture) -> Result<Vec<Line>, NetError> {
        let (steep, level): (Vec<Quad>, Vec<Quad>) =
            self.find(picture, LOOK)?.into_iter().partition(is_steep);
        let mut lines = self.read_lines(picture, &level)?;
        let upwards: Vec<Quad> = steep.iter().map(|quad| quad.turned(2)).collect();
        let both = self
            .read_lines(picture, &steep)?
            .into_iter()
            .zip(self.read_lines(picture, &upwards)?);
        lines.extend(both.map(|(down, up)| if up.confidence > down.confidence { up } else { down }));
        lines.retain(|line| !line.text.trim().is_empty() && line.confidence >= LEAST_CONFIDENCE);
        lines.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
        Ok(lines)
    }
}

fn is_steep(quad: &Quad) -> bool {
    let [a, b, ..] = quad.0;
    (b.x - a.x).abs() < (b.y - a.y).abs()
}
