//! What a line says: PP-OCRv6 tiny, a network of the CTC kind (connectionist temporal classification).

use crate::geometry::Quad;
use crate::net::{self, Net, NetError};
use crate::pixels::Picture;

use super::detect::blue_green_red;
use super::{Glyph, Line};

/// The height every line is brought to.
const HEIGHT: usize = 48;
/// The network answers once every so many pixels.
const STEP: usize = 8;
/// Lines are padded to a multiple of this, and those of one width go through the network together.
const WIDTHS: usize = 64;
/// Lines longer than this are squeezed: 44 characters of a passport take some 1,100.
const LONGEST: usize = 2400;
/// As many pixels of lines at a time, to bound the memory.
const TOGETHER: usize = 4096;

pub struct Recogniser {
    net: Box<dyn Net>,
    /// The character of each class; the first stands for the blank and is never read.
    classes: Vec<char>,
}

/// What the network says about a line: for every step along it, how likely each class is.
pub struct Steps {
    probabilities: Vec<f32>,
    classes: usize,
    /// Pixels of the straightened line, without padding.
    width: usize,
}

impl Steps {
    /// The classes' probabilities, step by step from the left.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.probabilities.chunks_exact(self.classes)
    }

    /// Where along the line a step's middle is, 0 the left end and 1 the right end.
    #[expect(clippy::cast_precision_loss, reason = "a line has some hundred steps")]
    pub fn at(&self, step: usize) -> f32 {
        (step as f32 + 0.5) * STEP as f32 / self.width as f32
    }
}

impl Recogniser {
    pub fn load() -> Result<Self, NetError> {
        let classes = std::iter::once('\0')
            .chain(
                net::READ_TEXT_GLYPHS
                    .lines()
                    .filter_map(|line| line.chars().next()),
            )
            .chain(std::iter::once(' '))
            .collect();
        Ok(Self {
            net: net::load(&net::READ_TEXT)?,
            classes,
        })
    }

    /// The character each class stands for; the first is the blank.
    pub fn classes(&self) -> &[char] {
        &self.classes
    }

    /// What the network says about each of `strips`, straightened lines of any height.
    pub fn steps(&self, strips: &[Picture]) -> Result<Vec<Steps>, NetError> {
        let strips: Vec<_> = strips.iter().map(at_height).collect();
        let mut order: Vec<usize> = (0..strips.len()).collect();
        order.sort_by_key(|&i| strips[i].width());
        let mut answers: Vec<Option<Steps>> = strips.iter().map(|_| None).collect();
        let mut waiting = &order[..];
        while let [first, ..] = waiting {
            let width = strips[*first].width().div_ceil(WIDTHS) * WIDTHS;
            let same = waiting
                .iter()
                .take_while(|&&i| strips[i].width() <= width)
                .count();
            let (batch, rest) = waiting.split_at(same.min((TOGETHER / width).max(1)));
            waiting = rest;
            let lines: Vec<_> = batch.iter().map(|&i| &strips[i]).collect();
            for (&i, steps) in batch.iter().zip(self.batch(&lines, width)?) {
                answers[i] = Some(steps);
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }

    fn batch(&self, strips: &[&Picture], width: usize) -> Result<Vec<Steps>, NetError> {
        let mut input = vec![0.0; strips.len() * 3 * HEIGHT * width];
        for (strip, planes) in strips.iter().zip(input.chunks_exact_mut(3 * HEIGHT * width)) {
            let pixels = blue_green_red(strip, [0.5; 3], [0.5; 3]);
            for (row, line) in planes
                .chunks_exact_mut(width)
                .zip(pixels.chunks_exact(strip.width()))
            {
                row[..strip.width()].copy_from_slice(line);
            }
        }
        let outputs = self.net.run([strips.len(), 3, HEIGHT, width], input)?;
        let answer = outputs
            .into_iter()
            .next()
            .filter(|o| o.shape.len() == 3 && o.shape[0] == strips.len() && o.shape[2] == self.classes.len())
            .ok_or_else(|| NetError::Run {
                network: net::READ_TEXT.name,
                cause: "an answer of another shape".to_owned(),
            })?;
        let (steps, classes) = (answer.shape[1], answer.shape[2]);
        Ok(answer
            .data
            .chunks_exact(steps * classes)
            .zip(strips)
            .map(|(line, strip)| {
                let used = strip.width().div_ceil(STEP).min(steps);
                Steps {
                    probabilities: line[..used * classes].to_vec(),
                    classes,
                    width: strip.width(),
                }
            })
            .collect())
    }

    /// The line that the network says is inside `quad`: at each step the likeliest class, repeats and blanks dropped.
    pub fn line(&self, steps: &Steps, quad: Quad) -> Line {
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut before = 0;
        for (step, probabilities) in steps.iter().enumerate() {
            let (class, confidence) = likeliest(probabilities);
            if class != 0 {
                let at = steps.at(step).clamp(0.0, 1.0);
                match glyphs.last_mut() {
                    Some(last) if class == before => {
                        if confidence > last.confidence {
                            (last.at, last.confidence) = (at, confidence);
                        }
                    }
                    _ => glyphs.push(Glyph {
                        character: self.classes[class],
                        at,
                        confidence,
                    }),
                }
            }
            before = class;
        }
        Line {
            text: glyphs.iter().map(|g| g.character).collect(),
            confidence: mean(glyphs.iter().map(|g| g.confidence)),
            quad,
            glyphs,
        }
    }
}

fn likeliest(probabilities: &[f32]) -> (usize, f32) {
    probabilities.iter().enumerate().fold(
        (0, 0.0),
        |best, (class, &p)| if p > best.1 { (class, p) } else { best },
    )
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (n, sum) = values.fold((0.0_f32, 0.0), |(n, sum), v| (n + 1.0, sum + v));
    if n > 0.0 { sum / n } else { 0.0 }
}

/// What `quad` encloses, straightened to a strip about [`HEIGHT`] pixels high (a multiple where it is higher in the
/// picture, so that no pixel is skipped); `None` where it encloses nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to small numbers; what is no number becomes 0"
)]
pub fn strip(picture: &Picture, quad: &Quad) -> Option<Picture> {
    let (length, thickness) = quad.size();
    if !(length >= 1.0 && thickness >= 1.0) {
        return None;
    }
    let times = (thickness / HEIGHT as f32).clamp(1.0, 8.0) as usize;
    let width = (length / thickness * HEIGHT as f32)
        .round()
        .clamp(16.0, LONGEST as f32) as usize;
    picture.straightened(quad, width * times, HEIGHT * times)
}

/// A strip at the height the network reads, its shape kept.
fn at_height(strip: &Picture) -> Picture {
    let width = (strip.width() * HEIGHT)
        .div_ceil(strip.height())
        .clamp(STEP, LONGEST);
    if (strip.width(), strip.height()) == (width, HEIGHT) {
        return strip.clone();
    }
    strip.resized(width, HEIGHT)
}
