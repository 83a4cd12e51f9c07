//! Where a face is and how good its picture is, `vision::face`, as the booth uses it.
//!
//! This tells nobody from anybody: no template can be made with it. It helps whoever refuses biometrics, too.

use std::collections::BTreeMap;

use evidence::FaceScore;
use vision::face::{self, Component, EyeReader, Face, FaceFinder, FaceQuality};
use vision::net::NetError;
use vision::pixels::Picture;

use super::decoded;
use super::matcher::{RIVAL, Shows};

/// More pixels than any JPEG has along a side: what is kept is measured as it is.
const WHOLE: u32 = 1 << 16;

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

    /// How good a picture of a face the still in `bytes` is, by the names of ISO/IEC 29794-5; nothing where it shows none.
    /// A selfie is held against the bars of the live picture, too; for a portrait on a document there are none.
    pub fn quality(&self, bytes: &[u8], shows: Shows) -> BTreeMap<String, FaceScore> {
        let Some(still) = decoded(bytes, WHOLE) else {
            return BTreeMap::new();
        };
        let measured = self
            .finder
            .in_still(&still)
            .and_then(|faces| self.largest(&still, &faces));
        match measured {
            Ok(Some((_, quality))) => scores(&quality, shows),
            Ok(None) => BTreeMap::new(),
            Err(error) => {
                tracing::warn!(%error, "the picture of a face could not be measured");
                BTreeMap::new()
            }
        }
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

/// The measures by their names, each with whether it is as it should be, where there is a bar for it.
fn scores(quality: &FaceQuality, shows: Shows) -> BTreeMap<String, FaceScore> {
    let score = |(&component, &value): (&Component, &f32)| {
        let name = serde_json::to_value(component).ok()?.as_str()?.to_owned();
        // Three decimals are more than any of them is sure of.
        let rounded = (f64::from(value) * 1_000.0).round() / 1_000.0;
        let good = match shows {
            Shows::Person => face::is_good(component, value),
            Shows::Portrait => None,
        };
        Some((name, FaceScore { value: rounded, good }))
    };
    quality.0.iter().filter_map(score).collect()
}
