//! Comparing the faces of a case in the background, where its person allows it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use capture::clip::Clip;
use evidence::{
    Case, CaseId, Event, Faces, FacesEvent, Likeness, NoFace, ObjectId, Passive, Problem, Role, UtcMillis,
    VideoLikeness,
};

use super::decoded;
use super::matcher::{Compares, Known, Shows};
use super::operators::{self, Enrolled};
use crate::{Booth, clock, judge};

/// Pixels along the longer side of a picture in which a face is compared.
pub(super) const FACE_PIXELS: u32 = 1600;
/// How often it is looked whether all was compared.
const LOOKED: Duration = Duration::from_millis(50);
/// So many frames of a video are compared, evenly over its length: few enough for a second or two.
const FRAMES: u32 = 12;

/// A picture or a video whose face is compared.
enum Shown {
    Picture(Vec<u8>),
    /// JPEGs of frames, evenly over its length.
    Frames(Vec<bytes::Bytes>),
}

/// What the pictures say of the faces in them.
fn compare(
    matcher: &dyn Compares,
    of: BTreeMap<Role, String>,
    shown: &BTreeMap<Role, Shown>,
    enrolled: &[Enrolled],
    at: UtcMillis,
) -> Faces {
    let mut missing = BTreeMap::new();
    let mut known = |role, kind| match known_in(matcher, shown.get(&role)?, kind) {
        Ok(known) => Some(known),
        Err(why) => {
            missing.insert(role, why);
            None
        }
    };
    let selfie = known(Role::Selfie, Shows::Person);
    let portrait = selfie
        .as_ref()
        .and_then(|_| known(Role::Portrait, Shows::Portrait));
    let seen = selfie.as_ref().and_then(|selfie| match shown.get(&Role::Video)? {
        Shown::Frames(frames) => {
            let seen = in_video(matcher, frames, selfie);
            if seen.is_none() {
                missing.insert(Role::Video, NoFace::None);
            }
            seen
        }
        Shown::Picture(_) => None,
    });
    let (video, living_in_video) = seen.map_or((None, None), |(video, living)| (Some(video), living));
    let (operator, operators_missing) = selfie
        .as_ref()
        .map(|selfie| operators::compared(matcher, selfie, enrolled))
        .unwrap_or_default();
    Faces {
        method: matcher.method(),
        at,
        of,
        portrait: selfie
            .as_ref()
            .zip(portrait)
            .map(|(selfie, portrait)| selfie.likeness(&portrait)),
        video,
        passive: matcher.passive().map(|sha256| Passive {
            model_sha256: sha256.to_owned(),
            selfie: selfie.as_ref().and_then(|selfie| selfie.living),
            video: living_in_video,
        }),
        operator,
        operators_missing,
        missing,
        measured: BTreeMap::new(),
    }
}

fn known_in(matcher: &dyn Compares, shown: &Shown, kind: Shows) -> Result<Known, NoFace> {
    let Shown::Picture(bytes) = shown else {
        return Err(NoFace::Unreadable);
    };
    let picture = decoded(bytes, FACE_PIXELS).ok_or(NoFace::Unreadable)?;
    matcher.know(&picture, kind).unwrap_or_else(|error| {
        tracing::warn!(%error, "a face could not be compared");
        Err(NoFace::Unreadable)
    })
}

/// The median over the frames that show one face from the front; where too few do, over all that show one. And the median of
/// what a passive network says, where one does.
fn in_video(
    matcher: &dyn Compares,
    frames: &[bytes::Bytes],
    selfie: &Known,
) -> Option<(VideoLikeness, Option<f64>)> {
    let known: Vec<Known> = frames
        .iter()
        .filter_map(|frame| decoded(frame, FACE_PIXELS))
        .filter_map(|picture| matcher.know(&picture, Shows::Person).ok()?.ok())
        .collect();
    let mut living: Vec<f64> = known.iter().filter_map(|known| known.living).collect();
    living.sort_by(f64::total_cmp);
    let seen: Vec<(bool, Likeness)> = known
        .iter()
        .map(|known| (known.is_frontal, known.likeness(selfie)))
        .collect();
    let likenesses = |frontal_only: bool| -> Vec<Likeness> {
        let wanted = seen.iter().filter(|(frontal, _)| *frontal || !frontal_only);
        wanted.map(|(_, likeness)| *likeness).collect()
    };
    let frontal = likenesses(true);
    let mut all = if frontal.len() >= frames.len() / 4 {
        frontal
    } else {
        likenesses(false)
    };
    all.sort_by(|a, b| a.cosine.total_cmp(&b.cosine));
    // Of an even number the lower of the two in the middle.
    let median = all.get(all.len().checked_sub(1)? / 2)?;
    let video = VideoLikeness {
        likeness: *median,
        frames: u32::try_from(all.len()).unwrap_or(u32::MAX),
    };
    Some((video, living.get(living.len() / 2).copied()))
}

/// Frames of a video, evenly over its length; those that cannot be decoded are left out.
fn frames_of(video: impl Read + Seek + Send + 'static) -> Vec<bytes::Bytes> {
    let Ok(mut clip) = Clip::open(video) else {
        return Vec::new();
    };
    let whole = clip.movie().duration;
    (0..FRAMES)
        .map(|number| whole * (2 * number + 1) / (2 * FRAMES))
        .filter_map(|time: Duration| clip.frame_at(time).ok())
        .collect()
}

impl Booth {
    /// Waits until no face is left to be compared in the case on the screen, or for `most`: a person sees it come, a script
    /// does not.
    pub async fn faces_compared(&self, most: Duration) {
        let until = tokio::time::Instant::now() + most;
        while tokio::time::Instant::now() < until {
            let Ok(desk) = self.desk() else { return };
            if desk.case().await.to_be_compared().is_none() {
                return;
            }
            tokio::time::sleep(LOOKED).await;
        }
    }

    /// Compares the faces of the accepted pictures in the background, where the person allows it, unless that was done or
    /// is being done.
    pub(crate) fn compare_what_is_new(&self, case: &Case) {
        // Where the person does not allow it there is nothing to compare, and no network is even loaded.
        let Some(of) = case.to_be_compared() else {
            if case.faces.is_none() {
                self.0.eyes.forget_faces(case.id);
            }
            return;
        };
        if !self.0.eyes.is_new_face(case.id, &of) {
            return;
        }
        let objects: BTreeMap<Role, ObjectId> = of
            .keys()
            .filter_map(|role| Some((*role, case.exhibits.get(role)?.object)))
            .collect();
        let (booth, id) = (Arc::downgrade(&self.0), case.id);
        let operators = self.0.settings.eyes.operator_pictures.clone();
        tokio::spawn(async move {
            let Some(inner) = booth.upgrade() else { return };
            let loaded = Self(inner).load_faces(id, objects).await;
            let Ok((matcher, shown)) = loaded.inspect_err(|problem| {
                tracing::warn!(code = %problem, "faces were not compared");
            }) else {
                return;
            };
            let at = clock::now();
            let compared = tokio::task::spawn_blocking(move || {
                let enrolled = operators.as_deref().map(operators::pictures).unwrap_or_default();
                compare(&*matcher, of, &shown, &enrolled, at)
            })
            .await;
            let (Ok(faces), Some(inner)) = (compared, booth.upgrade()) else {
                return;
            };
            Self(inner).take_faces(id, faces).await;
        });
    }

    async fn load_faces(
        &self,
        case: CaseId,
        objects: BTreeMap<Role, ObjectId>,
    ) -> Result<(Arc<dyn Compares>, BTreeMap<Role, Shown>), Problem> {
        let matcher = self.0.eyes.matcher(&self.0.settings).await?;
        let store = self.store();
        let shown = self
            .with_store(move |reads| {
                let load = |(role, object)| {
                    let shown = if role == Role::Video {
                        Shown::Frames(frames_of(store.open_object(case, object)?))
                    } else {
                        Shown::Picture(vault::get(reads, case, object)?)
                    };
                    Ok((role, shown))
                };
                objects.into_iter().map(load).collect()
            })
            .await?;
        Ok((matcher, shown))
    }

    /// Gives a comparison to its case with what may be claimed on it, if the case is still open and still wants it.
    async fn take_faces(&self, case: CaseId, mut faces: Faces) {
        let Some(desk) = self.open_desk(case) else { return };
        faces.measured = judge::measured_on_faces(&desk.case().await, &faces);
        let event = Event::Faces(FacesEvent::Compared(Box::new(faces)));
        if let Err(problem) = self.apply(&desk, event).await {
            // A picture was taken anew meanwhile, or the person refused: it is compared again or not wanted.
            tracing::debug!(code = %problem, "a comparison came too late");
        }
        self.put_away(desk);
    }
}
