//! From frames to what a trace holds of them.

use std::time::Duration;

use super::Sample;
use super::echo::Echoes;
use crate::face::{Embedder, EyeReader, Face, FaceFinder, PREVIEW, Template};
use crate::geometry::Rect;
use crate::net::NetError;
use crate::pixels::{Gray, Picture};

/// A face that is smaller than this part of the largest is not a second person before the camera.
const BESIDE: f32 = 0.5;
/// What is looked at again around a face that was found, in its boxes, and how large: where the face in a frame is
/// small, its points are found only to a tenth of the distance between its eyes at first.
const AROUND: f32 = 2.2;
const AGAIN: usize = 192;
/// A head that is turned less than this shows who somebody is.
const FACING: f32 = 0.15;
/// So often a face is compared with that of the beginning.
const COMPARE_EVERY: Duration = Duration::from_millis(150);
/// The side of the small picture of a face's surroundings in which changes are counted.
const SURROUNDINGS: usize = 48;

/// Looks at frames, one after the other.
pub struct Looker {
    finder: FaceFinder,
    embedder: Embedder,
    eyes: EyeReader,
    /// The face of the beginning, as straight as it was seen then.
    first: Option<Template>,
    compared: Option<Duration>,
    before: Option<Picture>,
    echoes: Echoes,
}

impl Looker {
    /// Loads the networks.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes one.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self {
            finder: FaceFinder::load()?,
            embedder: Embedder::load()?,
            eyes: EyeReader::load()?,
            first: None,
            compared: None,
            before: None,
            echoes: Echoes::default(),
        })
    }

    /// Forgets who was seen: another person is about to answer.
    pub fn forget(&mut self) {
        self.first = None;
        self.compared = None;
        self.before = None;
        self.echoes = Echoes::default();
    }

    /// The face of the beginning, to compare it with others; `None` before it was seen from the front.
    #[must_use]
    pub const fn first(&self) -> Option<&Template> {
        self.first.as_ref()
    }

    /// What the frame of time `at` shows. Frames come in order and are not mirrored.
    ///
    /// # Errors
    /// [`NetError::Run`] where a network fails.
    pub fn look(&mut self, at: Duration, frame: &Picture) -> Result<Sample, NetError> {
        let echo = self.echoes.hear(at, frame);
        let mut found = self.finder.find(frame, PREVIEW)?;
        if found.is_empty() {
            // A small head is seen at twice the size only.
            found = self.finder.find(frame, 2 * PREVIEW)?;
        }
        let size = |face: &Face| face.span();
        let Some(largest) = found.iter().copied().max_by(|a, b| size(a).total_cmp(&size(b))) else {
            self.before = None;
            return Ok(Sample::empty(at));
        };
        let faces = found
            .iter()
            .filter(|face| size(face) >= BESIDE * size(&largest))
            .count();
        let face = self
            .finder
            .again(frame, &largest, AROUND, AGAIN)?
            .unwrap_or(largest);
        let openness = self.eyes.openness(frame, &face)?;
        let surroundings = surroundings(frame, &face);
        let change = self
            .before
            .replace(frame.clone())
            .filter(|before| (before.width(), before.height()) == (frame.width(), frame.height()))
            .map_or(f32::from(u8::MAX), |before| {
                difference(&self::surroundings(&before, &face), &surroundings)
            });
        Ok(Sample {
            at,
            faces,
            face: Some(face),
            openness: openness.map(|[right, left]| (right + left) / 2.0),
            likeness: self.likeness(at, frame, &face)?,
            light: mean(&surroundings),
            change,
            echo,
        })
    }

    /// The cosine to the face of the beginning, where it is time to compare them.
    fn likeness(&mut self, at: Duration, frame: &Picture, face: &Face) -> Result<Option<f32>, NetError> {
        let is_due = self
            .compared
            .is_none_or(|last| at.saturating_sub(last) >= COMPARE_EVERY);
        if !is_due || (self.first.is_none() && face.yaw().abs() > FACING) {
            return Ok(None);
        }
        self.compared = Some(at);
        let Some(template) = self.embedder.template(frame, face)? else {
            return Ok(None);
        };
        let first = self.first.get_or_insert_with(|| template.clone());
        Ok(Some(first.cosine(&template)))
    }
}

/// The place of a face in a frame, small and grey.
fn surroundings(frame: &Picture, face: &Face) -> Gray {
    frame
        .crop(grown(face.bounds, 1.0))
        .resized(SURROUNDINGS, SURROUNDINGS)
        .gray()
}

/// A square around a box, so many times as large as its longer side.
fn grown(bounds: Rect, times: f32) -> Rect {
    let side = bounds.width.max(bounds.height) * times;
    let middle = bounds.centre();
    Rect::new(middle.x - side / 2.0, middle.y - side / 2.0, side, side)
}

#[expect(clippy::cast_precision_loss, reason = "sums of a small picture's levels")]
fn mean(gray: &Gray) -> f32 {
    let sum: u32 = gray.levels().iter().map(|&level| u32::from(level)).sum();
    sum as f32 / gray.levels().len() as f32
}

#[expect(clippy::cast_precision_loss, reason = "sums of a small picture's levels")]
fn difference(a: &Gray, b: &Gray) -> f32 {
    let levels = a.levels().iter().zip(b.levels());
    let sum: u32 = levels.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum as f32 / a.levels().len() as f32
}
