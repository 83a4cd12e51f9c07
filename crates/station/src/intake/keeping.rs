//! From a recording that has ended to a piece of evidence.

use std::io;
use std::time::{Duration, Instant};

use capture::clip::{Clip, Movie, Tags};
use capture::recorder::{self, Ended, Recorder, Recording, Remuxed};
use capture::{Camera, CaptureError};
use evidence::{CaseId, Code, Exhibit, Facts, ObjectId, Problem, Take, TryAgain};
use vault::{Label, Store, Stored};

use super::pictures::exhibit;
use super::video::SharedObject;
use super::{chapters, taking};
use crate::cameras::provenance;
use crate::desk::Desk;
use crate::eyes::Asked;
use crate::microphone::Heard;
use crate::{clock, problems};

/// A video that was kept.
pub(super) struct Kept {
    pub exhibit: Exhibit,
    /// When its first frame was captured; when it was stopped, where that is not known any more.
    pub started: Instant,
}

/// Ends the recorder, remuxes what it wrote, and describes it. The camera had thrown away `damaged_before` pictures when
/// the recording began. `heard` is the microphone, where sound was to be recorded.
#[expect(clippy::too_many_arguments, reason = "it ends what a recording was made of")]
pub(super) fn keep(
    store: &dyn Store,
    desk: &Desk,
    recorder: Recorder,
    object: &SharedObject,
    camera: &Camera,
    damaged_before: u64,
    heard: Option<Heard>,
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
    let encoded = stopped.as_ref().ok().map(Encoded::of);
    let chapters = stopped
        .as_ref()
        .map(|recording| chapters::of(asked, recording))
        .unwrap_or_default();
    let tags = chapters::tags(&chapters);
    let kept = writer
        .finish()
        .map_err(|error| problems::from_store(&error))
        .and_then(|fragmented| {
            let finished = finished(store, desk.id, fragmented, encoded.as_ref(), &tags)?;
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
            Some(Take {
                sound: heard.map(|heard| Box::new(heard.with(recording.sound.as_ref()))),
                ..taking::of_recording(recording, damaged)
            })
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
            take: take.map(Box::new),
            ..exhibit(stored, facts, provenance::of_camera(camera), taken_at, note)
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

/// A video as it lies in the store.
#[derive(Debug)]
struct Finished {
    stored: Stored,
    movie: Movie,
    /// Its pictures are not those that were encoded.
    altered: bool,
}

/// What was encoded, by digest.
struct Encoded<'a> {
    pictures: &'a str,
    sound: Option<&'a str>,
}

impl<'a> Encoded<'a> {
    fn of(recording: &'a Recording) -> Self {
        let sound = recording.sound.as_ref().map(|sound| sound.sound_sha256.as_str());
        Self {
            pictures: &recording.stream_sha256,
            sound: sound.filter(|digest| !digest.is_empty()),
        }
    }

    fn is_not(&self, remuxed: &Remuxed) -> bool {
        self.pictures != remuxed.stream_sha256 || self.sound != remuxed.sound_sha256.as_deref()
    }
}

/// The recording with its index in front; as it was recorded, when there is no room for a second copy, or when what was
/// read for it is not what was `encoded`.
fn finished(
    store: &dyn Store,
    case: CaseId,
    fragmented: Stored,
    encoded: Option<&Encoded>,
    tags: &Tags,
) -> Result<Finished, Problem> {
    let is_other = |remuxed: &Remuxed| encoded.is_some_and(|encoded| encoded.is_not(remuxed));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use bytes::Bytes;
    use capture::recorder::{FrameFeed, Options, Sink, Stamp};
    use capture::{Frame, FrameOrigin, jpeg};
    use evidence::{Chapter, ChapterKind, Gap};
    use parking_lot::Mutex;
    use uuid::Uuid;
    use vault::FolderStore;

    use super::*;

    const CASE: CaseId = CaseId(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef));

    /// Some frames of the practice person, a second of nothing, and some more.
    struct Paused(std::ops::Range<u32>, Instant);

    impl FrameFeed for Paused {
        fn next(&mut self, _: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
            let number = self.0.next().ok_or(CaptureError::Unplugged)?;
            let pause = if number < 10 { 0 } else { 1_000 };
            let clip = include_bytes!("../../material/face.mjpeg");
            let pictures = jpeg::split(clip);
            let outline = jpeg::outline(&clip[pictures[0].clone()]).expect("a whole picture");
            Ok(Some(Arc::new(Frame {
                sequence: u64::from(number) + 1,
                at: self.1 + Duration::from_millis(u64::from(number) * 40 + pause),
                utc: SystemTime::now(),
                size: outline.size,
                jpeg: Bytes::from_static(&clip[pictures[number as usize % pictures.len()].clone()]),
                origin: FrameOrigin::Device,
            })))
        }
    }

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Sink for Memory {
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A recording in a store, as the recorder left it.
    fn recorded() -> (tempfile::TempDir, FolderStore, Stored, Recording) {
        let file = Memory::default();
        let options = Options {
            stamp: Some(Stamp {
                code: CASE.short_code(),
            }),
            ..Options::default()
        };
        let feed = Paused(0..20, Instant::now());
        let recorder = Recorder::start(feed, Box::new(file.clone()), options).expect("an encoder");
        while !recorder.is_finished() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let recording = recorder.stop().expect("a recording");
        let folder = tempfile::tempdir().expect("a folder");
        let store = FolderStore::open(folder.path().join("store")).expect("a store");
        let mut writer = store.create_object(CASE, Label::Recording).expect("an object");
        io::Write::write_all(&mut writer, &file.0.lock()).expect("room");
        let stored = writer.finish().expect("it is kept");
        (folder, store, stored, recording)
    }

    #[test]
    fn what_was_encoded_is_kept_with_its_index_in_front() {
        let (_folder, store, fragmented, recording) = recorded();
        let was = fragmented.object;
        let kept = finished(
            &store,
            CASE,
            fragmented,
            Some(&Encoded::of(&recording)),
            &Tags::default(),
        )
        .expect("it is kept");
        assert!(!kept.altered && !kept.movie.fragmented);
        assert_ne!(kept.stored.object, was);
        assert_eq!(store.objects(CASE).expect("a list"), [kept.stored.object]);

        // How it was taken, by the recorder that knew.
        let known = taking::of_recording(&recording, 3);
        assert_eq!(
            known.gaps,
            [Gap {
                at_ms: 360,
                for_ms: 1_040
            }]
        );
        assert_eq!((known.dropped, known.damaged), (Some(0), Some(3)));
        // And by the file alone, as after a crash: what is not known any more is not claimed.
        let reader = store.open_object(CASE, kept.stored.object).expect("it is there");
        let left = taking::of_file(&mut Clip::open(reader).expect("a clip"), CASE);
        assert_eq!(left.stamp, known.stamp, "read from its pictures");
        assert_eq!(
            left,
            Take {
                lasted_ms: None,
                dropped: None,
                damaged: None,
                stream_sha256: None,
                delivered: None,
                chapters: vec![Chapter::at(360, ChapterKind::Gap)],
                ..known
            }
        );
        // Pictures that name another case say nothing of this one.
        let reader = store.open_object(CASE, kept.stored.object).expect("it is there");
        let other = CaseId(Uuid::from_u128(7));
        assert_eq!(
            taking::of_file(&mut Clip::open(reader).expect("a clip"), other).stamp,
            None
        );
    }

    #[test]
    fn pictures_that_are_not_those_that_were_encoded_are_kept_as_recorded_and_said_to_be() {
        let (_folder, store, fragmented, _) = recorded();
        let was = fragmented.object;
        let pictures = "0".repeat(64);
        let other = Encoded {
            pictures: &pictures,
            sound: None,
        };
        let kept = finished(&store, CASE, fragmented, Some(&other), &Tags::default()).expect("it is kept");
        assert!(kept.altered && kept.movie.fragmented);
        assert_eq!(kept.stored.object, was);
        assert_eq!(
            store.objects(CASE).expect("a list"),
            [was],
            "nothing else is left"
        );
    }
}
