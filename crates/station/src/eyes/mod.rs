//! What the booth sees for itself: the live picture of a document or a face is watched, the corners are found on the
//! picture that was taken, and accepted pictures are read.
//!
//! Nothing here decides: a reading is a proposal, and what may be claimed on it is said in `judge`.

mod asking;
pub(crate) mod challenge;
pub(crate) mod drawing;
pub(crate) mod engine;
mod face_files;
mod face_sight;
mod faces;
mod files;
mod frames;
mod looker;
mod matcher;
mod moving;
mod operators;
pub(crate) mod passive;
mod prompter;
mod quality_files;
mod reader;
mod reading;
mod sight;
mod told;
mod watch;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use capture::{jpeg, picture};
use evidence::{CaseId, Corners, FaceScore, LookedAt, Outline, OutlinedBy, Problem, Role};
use parking_lot::Mutex;
use vision::find::{filling, find};
use vision::geometry::Quad;
use vision::net::NetError;
use vision::pixels::Picture;

pub(crate) use self::asking::{Asked, Asking};
pub use self::face_files::{Challenge, FaceFiles, FacesMatched, FileFace, LivenessFiles, LivenessStep};
pub use self::files::{FileReader, read_mrz};
use self::frames::Frames;
use self::looker::Looker;
use self::matcher::{Compares, Matcher, Shows};
use self::moving::Answers;
pub use self::quality_files::{FaceMeasured, MeasuredComponent, QualityFiles};
use self::reader::Reader;
use self::reading::Reads;
use self::watch::Watch;
pub use self::written::{GateRead, MrzRead, PictureRead, PortraitRead};
use crate::{Settings, problems};

/// Pixels along the longer side of a picture of the preview: what 290 dots to the inch need of a card that fills the
/// guide, and little more.
const PREVIEW_PIXELS: u32 = 1280;
/// Pixels along the longer side of a picture in which only corners are looked for.
const OUTLINE_PIXELS: u32 = 1280;

/// The booth's eyes.
#[derive(Default)]
pub(crate) struct Eyes {
    pub watch: Watch,
    pub frames: Frames,
    /// How the case on the screen answered challenges before.
    pub answers: Answers,
    /// The reader with its networks, made ready when the first document is read.
    reader: tokio::sync::OnceCell<Arc<dyn Reads>>,
    /// What finds a face and measures its picture, made ready when the first selfie is taken.
    looker: tokio::sync::OnceCell<Arc<Looker>>,
    /// The comparison of faces with its networks, made ready when the first face is compared: never where nobody allows it.
    matcher: tokio::sync::OnceCell<Arc<dyn Compares>>,
    /// Which faces were compared last, or are being compared, by the digests of their pictures.
    compared: Mutex<Option<(CaseId, BTreeMap<Role, String>)>>,
    /// What was read last, or is being read: what could not be read is not tried again and again.
    asked: Mutex<Option<(CaseId, BTreeMap<Role, LookedAt>)>>,
}

impl Eyes {
    /// The reader, made ready at the first call.
    async fn reader(&self, settings: &Settings) -> Result<Arc<dyn Reads>, Problem> {
        let settings = settings.clone();
        let loaded = self.reader.get_or_try_init(|| async {
            let loading = tokio::task::spawn_blocking(move || {
                engine::prepare(&settings);
                load_reader()
            });
            let loaded = loading
                .await
                .map_err(|_| problems::internal("making the reader ready broke"))?;
            let reader = loaded.map_err(|error| problems::internal(&error.to_string()))?;
            Ok::<Arc<dyn Reads>, Problem>(Arc::new(reader))
        });
        loaded.await.cloned()
    }

    /// The comparison of faces, made ready at the first call.
    async fn matcher(&self, settings: &Settings) -> Result<Arc<dyn Compares>, Problem> {
        let settings = settings.clone();
        let loaded = self.matcher.get_or_try_init(|| async {
            let loading = tokio::task::spawn_blocking(move || {
                engine::prepare(&settings);
                Matcher::load_for(&settings)
            });
            let loaded = loading
                .await
                .map_err(|_| problems::internal("making the comparison ready broke"))?;
            let matcher = loaded.map_err(|error| problems::internal(&error.to_string()))?;
            Ok::<Arc<dyn Compares>, Problem>(Arc::new(matcher))
        });
        loaded.await.cloned()
    }

    /// What finds a face and measures its picture, made ready at the first call.
    async fn looker(&self, settings: &Settings) -> Result<Arc<Looker>, Problem> {
        let settings = settings.clone();
        let loaded = self.looker.get_or_try_init(|| async {
            let loading = tokio::task::spawn_blocking(move || {
                engine::prepare(&settings);
                Looker::load()
            });
            let loaded = loading
                .await
                .map_err(|_| problems::internal("making ready to look at faces broke"))?;
            let looker = loaded.map_err(|error| problems::internal(&error.to_string()))?;
            Ok::<Arc<Looker>, Problem>(Arc::new(looker))
        });
        loaded.await.cloned()
    }

    /// What measures a picture of `role` that is about to be kept, where it shows a face. Where it cannot be made ready,
    /// nothing is measured, and that is what the record says.
    pub async fn measures(&self, settings: &Settings, role: Role) -> Option<Measures> {
        let shows = match role {
            Role::Selfie => Shows::Person,
            Role::Portrait => Shows::Portrait,
            Role::Front | Role::Rear | Role::Video => return None,
        };
        let looker = self.looker(settings).await;
        let looker = looker
            .inspect_err(|problem| tracing::warn!(code = %problem, "pictures of faces are not measured"))
            .ok()?;
        Some(Measures { looker, shows })
    }

    /// Whether these faces were not asked to be compared yet; from now on they were.
    fn is_new_face(&self, case: CaseId, of: &BTreeMap<Role, String>) -> bool {
        let wanted = Some((case, of.clone()));
        let mut compared = self.compared.lock();
        let is_new = *compared != wanted;
        *compared = wanted;
        is_new
    }

    /// Nothing of this case's faces is known: whoever allows it later is compared anew.
    fn forget_faces(&self, case: CaseId) {
        let mut compared = self.compared.lock();
        if compared.as_ref().is_some_and(|(of, _)| *of == case) {
            *compared = None;
        }
    }

    /// Whether these pictures were not asked to be read yet; from now on they were.
    fn is_new(&self, case: CaseId, of: &BTreeMap<Role, LookedAt>) -> bool {
        let wanted = Some((case, of.clone()));
        let mut asked = self.asked.lock();
        let is_new = *asked != wanted;
        *asked = wanted;
        is_new
    }
}

/// Measures how good a picture of a face is.
pub(crate) struct Measures {
    looker: Arc<Looker>,
    shows: Shows,
}

impl Measures {
    /// Of the picture in `bytes`, by the names of what was measured.
    pub fn quality(&self, bytes: &[u8]) -> BTreeMap<String, FaceScore> {
        self.looker.quality(bytes, self.shows)
    }
}

/// Makes the reader of documents ready, with whatever computes its networks.
pub(crate) fn load_reader() -> Result<Reader, NetError> {
    Reader::load()
}

/// The picture in `bytes`, a JPEG decoded as small as leaves `enough` pixels along its longer side; none where it is no
/// whole picture.
pub(crate) fn decoded(bytes: &[u8], enough: u32) -> Option<Picture> {
    let eighths = jpeg::outline(bytes).map_or(8, |outline| {
        (enough * 8).div_ceil(outline.size.width.max(outline.size.height))
    });
    let pixels = if eighths < 8 {
        picture::pixels_scaled(bytes, usize::try_from(eighths).ok()?)
    } else {
        picture::pixels(bytes)
    }
    .ok()?;
    let side = |pixels: u32| usize::try_from(pixels).ok();
    Picture::new(side(pixels.size.width)?, side(pixels.size.height)?, pixels.rgb).ok()
}

/// Corners in pixels of a picture of this size as fractions of it; none where no document can have them.
pub(crate) fn corners_of(quad: &Quad, (width, height): (usize, usize)) -> Option<Corners> {
    let (width, height) = (pixels(width), pixels(height));
    let corners = Corners(
        quad.0
            .map(|point| [f64::from(point.x) / width, f64::from(point.y) / height]),
    );
    corners.are_possible().then_some(corners)
}

fn pixels(side: usize) -> f64 {
    f64::from(u32::try_from(side).unwrap_or(u32::MAX))
}

/// Where the document is in a picture that was taken. A scan or a cropped file may be the document from edge to edge.
pub(crate) fn outline(bytes: &[u8], from_file: bool) -> Option<Outline> {
    let picture = decoded(bytes, OUTLINE_PIXELS)?;
    let found = find(&picture).or_else(|| from_file.then(|| filling(&picture)).flatten())?;
    Some(Outline {
        corners: corners_of(&found.quad, (picture.width(), picture.height()))?,
        by: OutlinedBy::Machine,
    })
}
