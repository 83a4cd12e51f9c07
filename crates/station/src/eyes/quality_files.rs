//! How good the picture of a face in a file is, without a case: `proofbooth face-quality`. Nothing of it is kept.

use std::collections::BTreeMap;

use serde::Serialize;
use vision::face::{self, Component, EyeReader, FaceFinder, FaceQuality};

use super::face_files::{FileFace, failed, still, take_engine};
use crate::{Problem, Settings};

/// What was measured of the largest face in a file.
#[derive(Serialize)]
pub struct FaceMeasured {
    /// That face; empty where there is none.
    pub faces: Vec<FileFace>,
    /// By the names of ISO/IEC 29794-5.
    pub quality: BTreeMap<Component, MeasuredComponent>,
}

/// One thing that was measured.
#[derive(Serialize)]
pub struct MeasuredComponent {
    /// Its value: a measure, and not the standard's score from 0 to 100.
    pub value: f32,
    /// What it is counted in.
    pub unit: &'static str,
    /// Whether a selfie may have it; null where there is no bar for it.
    pub good: Option<bool>,
}

/// Measures pictures of faces in files.
pub struct QualityFiles {
    finder: FaceFinder,
    eyes: EyeReader,
}

impl QualityFiles {
    /// Makes the networks ready. None of them can tell one person from another.
    ///
    /// # Errors
    /// [`Code::Internal`](crate::Code::Internal) where no engine takes them.
    pub fn open(settings: &Settings) -> Result<Self, Problem> {
        take_engine(settings);
        let load = || Ok((FaceFinder::load()?, EyeReader::load()?));
        let (finder, eyes) = load().map_err(|error| failed(&error))?;
        Ok(Self { finder, eyes })
    }

    /// Measures the largest face of a picture.
    ///
    /// # Errors
    /// [`Code::PictureUnreadable`](crate::Code::PictureUnreadable) where it is no whole picture.
    pub fn measure(&self, bytes: &[u8]) -> Result<FaceMeasured, Problem> {
        let picture = still(bytes)?;
        let measured = || {
            let Some((face, of)) = self.finder.largest(&picture)? else {
                return Ok(None);
            };
            let quality = FaceQuality::of(&picture, &face, of, Some(&self.eyes))?;
            Ok(Some((FileFace::new(&face, of), quality)))
        };
        let measured = measured().map_err(|error| failed(&error))?;
        let (faces, quality) =
            measured.map_or_else(Default::default, |(face, quality)| (vec![face], quality));
        let component = |(component, value): (Component, f32)| {
            let measured = MeasuredComponent {
                value,
                unit: component.unit(),
                good: face::is_good(component, value),
            };
            (component, measured)
        };
        Ok(FaceMeasured {
            faces,
            quality: quality.0.into_iter().map(component).collect(),
        })
    }
}
