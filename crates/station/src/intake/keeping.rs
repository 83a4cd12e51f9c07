//! From a recording that has ended to a piece of evidence.

use std::io;
use std::time::{Duration, Instant};

use capture::clip::{Clip, Movie, Tags};
use capture::recorder::{self, Ended, Recorder, Recording, Remuxed};
use capture::{Camera, CaptureError};
use evidence::{CaseId, Code, Exhibit, Facts, Method, ObjectId, Problem, Take, TryAgain};
use vault::{Label, Store, Stored};

use super::pictures::exhibit;
use super::video::SharedObject;
use super::{chapters, taking};
use crate::desk::Desk;
use crate::eyes::Asked;
use crate::{clock, problems};

/// A video that was kept.
pub(super) struct Kept {
    pub exhibit: Exhibit,
    /// When its first frame was captured; when it was stopped, where that is not known any more.
    pub started: Instant,
}

/// Ends the recorder, remuxes what it wrote, and describes it. The camera had thrown away `damaged_before` pictures when
/// the recording began.
pub(super) fn keep(
    store: &dyn Store,
    desk: &Desk,
    recorder: Recorder,
    object: &SharedObject,
    camera: &Camera,
    damaged_before: u64,
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
    let encoded = stopped
        .as_ref()
        .ok()
        .map(|recording| recording.stream_sha256.as_str());
    let chapters = stopped
        .as_ref()
        .map(|recording| chapters::of(asked, recording))
        .unwrap_or_default();
    let tags = chapters::tags(&chapters);
    let kept = writer
        .finish()
        .map_err(|error| problems::from_store(&error))
        .and_then(|fragmented| {
            let finished = finished(store, desk.id, fragmented, encoded, &tags)?;
            if finished.movie.duration < shortest {
                remove(store, desk.id, finished.stored.object);
                return Err(Problem::new(Code::RecordingTooShort, TryAgain::Now));
            }
            Ok(finished)
        });
    let Finished {
        stored,
        movie,
        altered,
    } = match (kept, &stopped) {
        (Ok(kept), _) => kept,
        // The first cause is the one to tell.
        (Err(_), Err(error)) => return Err(problems::from_capture(error)),
        (Err(problem), Ok(_)) => return Err(problem),
    };
    let take = match &stopped {
        Ok(recording) => {
            let damaged = camera.health().damaged.saturating_sub(damaged_before);
            Some(taking::of_recording(recording, damaged))
        }
        Err(_) => store
            .open_object(desk.id, stored.object)
            .ok()
            .and_then(|reader| Clip::open(reader).ok())
            .map(|mut clip| taking::of_file(&mut clip, desk.id)),
    };
    let facts = facts(&movie);
    let take = take.map(|take| Take {
        remuxed: !movie.fragmented,
        altered,
        chapters,
        ..take
    });
    Ok(Kept {
        exhibit: Exhibit {
            since_opening_ms,
            take,
            ..exhibit(stored, facts, method_of(camera), taken_at, note)
        },
        started,
    })
}

pub(super) fn facts(movie: &Movie) -> Facts {
    Facts::Mp4 {
        width: movie.size.width,
        height: movie.size.height,
        duration_ms: millis(movie.duration),
        frames: movie.frames,
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

/// A video as it lies in the store.
#[derive(Debug)]
struct Finished {
    stored: Stored,
    movie: Movie,
    /// Its pictures are not those that were encoded.
    altered: bool,
}

/// The recording with its index in front; as it was recorded, when there is no room for a second copy, or when what was
/// read for it is not what was `encoded`.
fn finished(
    store: &dyn Store,
    case: CaseId,
    fragmented: Stored,
    encoded: Option<&str>,
    tags: &Tags,
) -> Result<Finished, Problem> {
    let is_other = |remuxed: &Remuxed| encoded.is_some_and(|encoded| encoded != remuxed.stream_sha256);
    let problem = match remux(store, case, fragmented.object, tags) {
        Ok((stored, remuxed)) if !is_other(&remuxed) => {
            remove(store, case, fragmented.object);
            return Ok(Finished {
                stored,
                movie: remuxed.movie,
                altered: false,
            });
        }
        Ok((stored, _)) => {
            remove(store, case, stored.object);
            problems::internal("the pictures of a recording are not those that were encoded")
        }
        Err(problem) => problem,
    };
    // A fragmented file plays too. Only one that cannot be read is no recording.
    let looked_at = store
        .open_object(case, fragmented.object)
        .map_err(|error| problems::from_store(&error))
        .and_then(|reader| {
            recorder::faststart(reader, io::sink(), &Tags::default())
                .map_err(|error| problems::from_clip(&error))
        });
    let Ok(looked_at) = looked_at else {
        remove(store, case, fragmented.object);
        return Err(problem);
    };
    let altered = is_other(&looked_at);
    if altered {
        tracing::error!("the pictures of a recording are not those that were encoded");
    } else {
        tracing::warn!(code = %problem, "a recording is kept as it was recorded");
    }
    Ok(Finished {
        stored: fragmented,
        movie: Movie {
            fragmented: true,
            ..looked_at.movie
        },
        altered,
    })
}

fn remux(
    store: &dyn Store,
    case: CaseId,
    fragmented: ObjectId,
    tags: &Tags,
) -> Result<(Stored, Remuxed), Problem> {
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
    Ok((stored, remuxed))
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
