//! Faces compared, `vision::face`, as the booth uses it. A template is made and used in one call here, and nowhere else.

use evidence::{ErrorKind, FaceMethod, KnownError, Likeness, NoFace};
use vision::face::{self, Embedder, Face, FaceFinder, Template};
use vision::net::{self, NetError};
use vision::pixels::Picture;

use super::engine;
use super::passive::{self, Passive};
use crate::Settings;

/// Which way faces are compared; raised when the numbers would come out differently.
const METHOD: &str = "proofbooth-face/1";
/// A second face with more than this share of the largest one's area could be the holder's.
pub(super) const RIVAL: f32 = 0.4;
/// Nose and eyes as far out of line as this, in distances between the eyes, are a head turned away.
const TURNED: f32 = 0.2;

/// A face of a picture, ready to be compared. Memory only.
pub(crate) struct Known {
    template: Template,
    /// Whether the head looks at the camera.
    pub is_frontal: bool,
    /// The share a passive anti-spoof network gives to a living face, where one is set.
    pub living: Option<f64>,
}

/// Compares faces.
pub(crate) trait Compares: Send + Sync {
    /// The face in `picture`: its one face, or on a document's portrait the largest.
    fn know(&self, picture: &Picture, kind: Shows) -> Result<Result<Known, NoFace>, NetError>;

    /// How, and how often it is known to be wrong.
    fn method(&self) -> FaceMethod;

    /// SHA-256 of the passive anti-spoof network that looks, too; nothing where none does.
    fn passive(&self) -> Option<&str> {
        None
    }
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// A portrait cut out of a document: a ghost image beside it is no rival.
    Portrait,
    /// A person.
    Person,
}

impl Known {
    /// How alike two faces are.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let cosine = self.template.cosine(&other.template);
        Likeness {
            // Four decimals are more than the network's own noise.
            cosine: (f64::from(cosine) * 10_000.0).round() / 10_000.0,
            level: face::level(cosine),
        }
    }
}

/// The comparison with its networks.
pub(crate) struct Matcher {
    finder: FaceFinder,
    embedder: Embedder,
    passive: Option<Passive>,
}

impl Matcher {
    /// Makes the networks ready; some tenths of a second.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self {
            finder: FaceFinder::load()?,
            embedder: Embedder::load()?,
            passive: None,
        })
    }

    /// The same with the passive anti-spoof network of the settings. One that cannot be used is told and done without: it
    /// only advises.
    pub fn load_for(settings: &Settings) -> Result<Self, NetError> {
        let passive = passive::of(settings).and_then(|loaded| {
            loaded
                .inspect_err(|error| tracing::warn!(%error, "the passive anti-spoof network is not used"))
                .ok()
        });
        Ok(Self {
            passive,
            ..Self::load()?
        })
    }

    fn living(&self, picture: &Picture, face: &Face) -> Result<Option<f64>, NetError> {
        let Some(passive) = &self.passive else {
            return Ok(None);
        };
        let share = passive.net.living(picture, face)?;
        Ok(share.map(|share| (f64::from(share) * 1_000.0).round() / 1_000.0))
    }

    /// A face that fills its picture is past the sizes the network was trained for: it is looked for in a smaller one.
    fn faces(&self, picture: &Picture) -> Result<Vec<Face>, NetError> {
        let faces = self.finder.find(picture, face::STILL)?;
        if faces.is_empty() {
            return self.finder.find(picture, face::PREVIEW);
        }
        Ok(faces)
    }
}

impl Compares for Matcher {
    fn know(&self, picture: &Picture, kind: Shows) -> Result<Result<Known, NoFace>, NetError> {
        let mut faces = self.faces(picture)?;
        faces.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        let Some(largest) = faces.first() else {
            return Ok(Err(NoFace::None));
        };
        let rivals = faces
            .iter()
            .skip(1)
            .any(|other| other.bounds.area() > RIVAL * largest.bounds.area());
        if kind == Shows::Person && rivals {
            return Ok(Err(NoFace::Several));
        }
        let Some(template) = self.embedder.template(picture, largest)? else {
            return Ok(Err(NoFace::None));
        };
        let living = match kind {
            Shows::Person => self.living(picture, largest)?,
            // Printed it is.
            Shows::Portrait => None,
        };
        Ok(Ok(Known {
            template,
            is_frontal: is_frontal(largest),
            living,
        }))
    }

    fn passive(&self) -> Option<&str> {
        self.passive.as_ref().map(|passive| passive.sha256.as_str())
    }

    fn method(&self) -> FaceMethod {
        let (network, sha256) = face::METHOD.split_once(" sha256:").unwrap_or((face::METHOD, ""));
        FaceMethod {
            name: format!("{METHOD} {network} {}", engine::name(net::fastest())),
            model_sha256: sha256.to_owned(),
            threshold: threshold(),
            errors: known_errors(),
        }
    }
}

/// The threshold as it is written, and not the nearest number of half the digits.
fn threshold() -> f64 {
    (f64::from(face::THRESHOLD) * 10_000.0).round() / 10_000.0
}

/// The nose's tip along the line of the eyes, from their middle.
fn is_frontal(face: &Face) -> bool {
    let [right, left, nose, ..] = face.points;
    let (x, y) = (left.x - right.x, left.y - right.y);
    let length = x.hypot(y).max(1.0);
    let middle = ((left.x + right.x) / 2.0, (left.y + right.y) / 2.0);
    let along = ((nose.x - middle.0) * x + (nose.y - middle.1) * y) / (length * length);
    along.abs() < TURNED
}

/// What was counted at the threshold by `cargo xtask bench face`, in public pictures of few people; in the field it may be
/// wrong more often. The most is the upper end of Clopper and Pearson's interval of 95 %.
fn known_errors() -> Vec<KnownError> {
    let error = |kind, at_most, pairs, measured_on: &str| KnownError {
        kind,
        rate: 0.0,
        at_most,
        pairs,
        measured_on: measured_on.to_owned(),
    };
    let photographs = "pairs of public photographs";
    let documents = "specimen documents against photographs";
    vec![
        error(ErrorKind::FalseMatch, 0.0113, 324, photographs),
        error(ErrorKind::FalseNonMatch, 0.0462, 78, photographs),
        error(ErrorKind::FalseMatch, 0.0771, 46, documents),
        error(ErrorKind::FalseNonMatch, 0.0685, 52, documents),
    ]
}

#[cfg(test)]
mod tests {
    use vision::geometry::{Point, Rect};

    use super::*;

    #[test]
    fn the_method_names_its_network_and_what_it_is_known_to_get_wrong() {
        let matcher = Matcher::load().expect("the networks are in the program");
        let method = matcher.method();
        assert_eq!(method.model_sha256.len(), 64);
        assert!((method.threshold - 0.363).abs() < 1e-9);
        for error in &method.errors {
            assert!(error.rate <= error.at_most && error.pairs > 0 && !error.measured_on.is_empty());
        }
    }

    #[test]
    fn a_head_that_looks_aside_is_told_from_one_that_looks_here() {
        let face = |nose: f32| Face {
            bounds: Rect::new(0.0, 0.0, 100.0, 120.0),
            points: [
                Point::new(30.0, 40.0),
                Point::new(70.0, 40.0),
                Point::new(nose, 65.0),
                Point::new(35.0, 90.0),
                Point::new(65.0, 90.0),
            ],
            score: 0.9,
        };
        assert!(is_frontal(&face(50.0)) && is_frontal(&face(55.0)));
        assert!(!is_frontal(&face(60.0)) && !is_frontal(&face(40.0)));
    }
}
