//! Where a face is and how good its picture is, `vision::face`, as the booth uses it.
//!
//! This tells nobody from anybody: no template can be made with it. It helps whoever refuses biometrics, too.

use vision::face::{self, EyeReader, Face, FaceFinder, FaceQuality};
use vision::net::NetError;
use vision::pixels::Picture;

use super::matcher::RIVAL;

/// Looks at faces without knowing whose they are.
pub(crate) struct Looker {
    finder: FaceFinder,
    eyes: EyeReader,
}

impl Looker {
    /// Makes the networks ready; some tenths of a second.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self {
            finder: FaceFinder::load()?,
            eyes: EyeReader::load()?,
        })
    }

    /// The largest face in a frame of the preview, and how good its picture is.
    pub fn in_preview(&self, frame: &Picture) -> Result<Option<(Face, FaceQuality)>, NetError> {
        let faces = self.finder.find(frame, face::PREVIEW)?;
        self.largest(frame, &faces)
    }

    /// Small faces do not count: somebody passes by, or a picture hangs on the wall.
    fn largest(&self, picture: &Picture, faces: &[Face]) -> Result<Option<(Face, FaceQuality)>, NetError> {
        let area = |face: &Face| face.bounds.area();
        let Some(largest) = faces.iter().max_by(|a, b| area(a).total_cmp(&area(b))) else {
            return Ok(None);
        };
        let count = faces
            .iter()
            .filter(|face| area(face) > RIVAL * area(largest))
            .count();
        let quality = FaceQuality::of(picture, largest, count, Some(&self.eyes))?;
        Ok(Some((*largest, quality)))
    }
}
