//! From a recording that has ended to a piece of evidence.

use std::time::{Duration, Instant};

use capture::clip::{self, Clip, Movie, Tags};
use capture::recorder::{self, Ended, Recorder, Recording};
use capture::{Camera, CaptureError};
use evidence::{CaseId, Chapter, Code, Exhibit, Facts, Gap, Method, ObjectId, Problem, TryAgain};
use vault::{Label, Store, Stored};

use super::pictures::exhibit;
use super::video::SharedObject;
use crate::desk::Desk;
use crate::eyes::{Asked, chapters_of};
use crate::{clock, problems};

/// What the file's list has room for.
const MOST_CHAPTERS: usize = 255;

/// A video that was kept.
pub(super) struct Kept {
    pub exhibit: Exhibit,
    /// When its first frame was captured; when it was stopped, where that is not known any more.
    pub started: Instant,
}

/// Ends the recorder, remuxes what it wrote, and describes it.
pub(super) fn keep(
    store: &dyn Store,
    desk: &Desk,
    recorder: Recorder,
    object: &SharedObject,
    camera: &Camera,
    shortest: Duration,
    asked: Option<&Asked>,
) -> Result<Kept, Problem> {
    let (began, ended) = (clock::now(), Instant::now());
    let stopped = recorder.stop();
    let started = stopped.as_ref().map_or(ended, |recording| recording.started);
    let writer = object
        .take()
        .ok_or_else(|| problems::internal("the recording has no object"))?;
    let (taken_at, since_opening_ms, note) = match &stopped {
        Ok(recording) if recording.duration < shortest => {
            // Dropping the writer leaves nothing behind. A camera that went away is the cause worth telling.
            return Err(match &recording.ended {
                Ended::CameraFailed(error) => problems::from_capture(error),
                _ => Problem::new(Code::RecordingTooShort, TryAgain::Now),
            });
        }
        Ok(recording) => (
            clock::from_system(recording.started_utc),
            desk.since_opening(recording.started),
            note(recording),
        ),
        // A disk that filled up: what it took until then may be worth keeping.
        Err(error @ CaptureError::Write(_)) => (
            began,
            None,
            Some(problems::from_capture(error).code.as_str().to_owned()),
        ),
        Err(error) => return Err(problems::from_capture(error)),
    };
    let chapters = stopped
        .as_ref()
        .ok()
        .map(|recording| chapters(asked, recording))
        .unwrap_or_default();
    let tags = tags(&chapters);
    let kept = writer
        .finish()
        .map_err(|error| problems::from_store(&error))
        .and_then(|fragmented| {
            let (stored, movie) = finished(store, desk.id, fragmented, &tags)?;
            if movie.duration < shortest {
                remove(store, desk.id, stored.object);
                return Err(Problem::new(Code::RecordingTooShort, TryAgain::Now));
            }
            Ok((stored, movie))
        });
    let (stored, movie) = match (kept, stopped) {
        (Ok(kept), _) => kept,
        // The first cause is the one to tell.
        (Err(_), Err(error)) => return Err(problems::from_capture(&error)),
        (Err(problem), Ok(_)) => return Err(problem),
    };
    let facts = Facts::Mp4 {
        width: movie.size.width,
        height: movie.size.height,
        duration_ms: millis(movie.duration),
        frames: movie.frames,
    };
    Ok(Kept {
        exhibit: Exhibit {
            since_opening_ms,
            ..exhibit(stored, facts, method_of(camera), taken_at, note)
        },
        started,
    })
}

/// What happened in the video: what was asked and seen, and where no picture came.
fn chapters(asked: Option<&Asked>, recording: &Recording) -> Vec<Chapter> {
    let gaps: Vec<Gap> = recording
        .gaps
        .iter()
        .map(|gap| Gap {
            at_ms: millis(gap.at),
            for_ms: millis(gap.length),
        })
        .collect();
    match asked {
        Some(asked) => asked.chapters(recording.started, &gaps),
        None => chapters_of(&gaps).collect(),
    }
}

/// Chapters as the file has them, in plain English and without anything of the person.
fn tags(chapters: &[Chapter]) -> Tags {
    let chapters = chapters.iter().take(MOST_CHAPTERS).map(|chapter| clip::Chapter {
        at: Duration::from_millis(chapter.at_ms),
        title: chapter.title(),
    });
    Tags {
        chapters: chapters.collect(),
    }
}

/// The camera that records.
pub(super) fn method_of(camera: &Camera) -> Method {
    let info = camera.info();
    Method::Camera {
        device: info.id.to_string(),
        name: info.name.clone(),
        synthetic: info.synthetic,
    }
}

/// The recording with its index in front; as it was recorded, when there is no room for a second copy.
fn finished(
    store: &dyn Store,
    case: CaseId,
    fragmented: Stored,
    tags: &Tags,
) -> Result<(Stored, Movie), Problem> {
    match remux(store, case, fragmented.object, tags) {
        Ok(remuxed) => {
            remove(store, case, fragmented.object);
            Ok(remuxed)
        }
        Err(problem) => {
            // A fragmented file plays too. Only one that cannot be read is no recording.
            let looked_at = store
                .open_object(case, fragmented.object)
                .map_err(|error| problems::from_store(&error))
                .and_then(|reader| Clip::open(reader).map_err(|error| problems::from_clip(&error)));
            let Ok(clip) = looked_at else {
                remove(store, case, fragmented.object);
                return Err(problem);
            };
            tracing::warn!(code = %problem, "a recording is kept as it was recorded");
            let movie = clip.movie().clone();
            Ok((fragmented, movie))
        }
    }
}

fn remux(
    store: &dyn Store,
    case: CaseId,
    fragmented: ObjectId,
    tags: &Tags,
) -> Result<(Stored, Movie), Problem> {
    let reader = store
        .open_object(case, fragmented)
        .map_err(|error| problems::from_store(&error))?;
    let mut writer = store
        .create_object(case, Label::Video)
        .map_err(|error| problems::from_store(&error))?;
    // A disk that filled up leaves half a fragment at the end: it is left out.
    let remuxed =
        recorder::faststart(reader, &mut writer, tags).map_err(|error| problems::from_clip(&error))?;
    let stored = writer.finish().map_err(|error| problems::from_store(&error))?;
    Ok((stored, remuxed.movie))
}

fn remove(store: &dyn Store, case: CaseId, object: ObjectId) {
    if let Err(error) = store.remove_object(case, object) {
        tracing::warn!(%error, "a recording that is not needed could not be removed");
    }
}

/// What a reviewer should know about the take: a code the screen has a sentence for, and dropped frames.
fn note(recording: &Recording) -> Option<String> {
    match &recording.ended {
        Ended::CameraFailed(error) => Some(problems::from_capture(error).code.as_str().to_owned()),
        Ended::LimitReached => Some("limit_reached".to_owned()),
        Ended::Asked => None,
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
