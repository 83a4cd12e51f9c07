//! Watching the live picture of a document or a face: one thread, for as long as somebody looks at the preview.
//!
//! It always takes the newest picture and skips what came in between, so it is never behind and costs at most one core.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;
use capture::Camera;
use evidence::{CaseId, Role};
use parking_lot::Mutex;
use tokio::runtime::Handle;
use vision::pixels::Picture;
use vision::shutter::Question;

use super::face_sight::FaceSight;
use super::reading::Reads;
use super::sight::{Seen, Sight};
use super::{PREVIEW_PIXELS, decoded};
use crate::booth::Inner;
use crate::view::{Notice, SightView};
use crate::{Booth, clock};

/// Nobody looks at the preview any more.
const LEFT: Duration = Duration::from_millis(1_500);
/// How long a picture is waited for, so that the end is noticed in time.
const PATIENCE: Duration = Duration::from_millis(250);
/// Fifteen pictures a second are enough for an outline that follows the hand, and leave the core to others.
const DOCUMENT_PAUSE: Duration = Duration::from_millis(65);
/// Nothing is drawn that follows a face: ten are enough.
const FACE_PAUSE: Duration = Duration::from_millis(100);
/// Pixels along the longer side of a frame in which a face is looked for: at 640 by 360 the smallest that is taken has 45
/// between the eyes, enough for lids and light.
const FACE_PIXELS: u32 = 640;

/// Answers that may wait to be heard: they are heard with every picture, and a document has one question open.
const ANSWERS: usize = 8;

/// What is watched.
#[derive(Default)]
pub(crate) struct Watch {
    now: Mutex<Option<Watched>>,
    /// How often a picture that was taken by itself was not good enough for the person, at the step they are at.
    failures: Mutex<Option<(CaseId, Role, u32)>>,
}

struct Watched {
    case: CaseId,
    role: Role,
    generation: u64,
    looked_at: Arc<Mutex<Instant>>,
    over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What a step's live pictures are looked at for.
enum Follows {
    Document(Box<Sight>),
    Face(Box<FaceSight>),
}

impl Follows {
    const fn pixels(&self) -> u32 {
        match self {
            Self::Document(_) => PREVIEW_PIXELS,
            Self::Face(_) => FACE_PIXELS,
        }
    }

    const fn pause(&self) -> Duration {
        match self {
            Self::Document(_) => DOCUMENT_PAUSE,
            Self::Face(_) => FACE_PAUSE,
        }
    }

    fn see(&mut self, picture: &Picture, jpeg: &Bytes, at: Duration) -> Seen {
        match self {
            Self::Document(sight) => sight.see(picture, jpeg, at),
            Self::Face(sight) => sight.see(picture, at),
        }
    }

    fn answer(&mut self, number: u32, is_document: bool) {
        if let Self::Document(sight) = self {
            sight.answer(number, is_document);
        }
    }
}

/// What the thread needs.
struct Watcher {
    booth: Weak<Inner>,
    runtime: Handle,
    case: CaseId,
    role: Role,
    camera: Arc<Camera>,
    opening: u64,
    looked_at: Arc<Mutex<Instant>>,
    over: Arc<AtomicBool>,
    by_itself: bool,
    failures: u32,
}

impl Watch {
    /// Somebody looks at the preview of `role`, a side of the document or the selfie. `opening`: what stands above the numbers of its
    /// pictures.
    pub fn attend(&self, booth: &Booth, case: CaseId, role: Role, camera: &Arc<Camera>, opening: u64) {
        let mut now = self.now.lock();
        if let Some(watched) = now.as_ref() {
            let same = (watched.case, watched.role, watched.generation) == (case, role, opening);
            // A thread that broke is as good as one that ended.
            if same && !watched.over.load(Ordering::Relaxed) && !watched.thread.is_finished() {
                *watched.looked_at.lock() = Instant::now();
                return;
            }
            watched.over.store(true, Ordering::Relaxed);
        }
        let watcher = Watcher {
            booth: Arc::downgrade(&booth.0),
            runtime: Handle::current(),
            case,
            role,
            camera: Arc::clone(camera),
            opening,
            looked_at: Arc::new(Mutex::new(Instant::now())),
            over: Arc::default(),
            by_itself: booth.0.settings.eyes.auto_capture,
            failures: self.failures_of(case, role),
        };
        let (looked_at, over) = (Arc::clone(&watcher.looked_at), Arc::clone(&watcher.over));
        let thread = std::thread::Builder::new().name("eyes-watch".to_owned());
        match thread.spawn(move || watcher.run()) {
            Ok(thread) => {
                *now = Some(Watched {
                    case,
                    role,
                    generation: opening,
                    looked_at,
                    over,
                    thread,
                });
            }
            // The button is there: nothing is lost but the help.
            Err(error) => tracing::warn!(%error, "the live picture is not watched"),
        }
    }

    /// Whoever watches stops: the picture was taken, or the step was left.
    pub fn stop(&self) {
        if let Some(watched) = self.now.lock().take() {
            watched.over.store(true, Ordering::Relaxed);
        }
    }

    /// A picture was taken by itself; if this step is watched again, it was not good enough.
    fn fired(&self, case: CaseId, role: Role) {
        let before = self.failures_of(case, role);
        *self.failures.lock() = Some((case, role, before + 1));
    }

    fn failures_of(&self, case: CaseId, role: Role) -> u32 {
        let failures = *self.failures.lock();
        failures
            .filter(|&(of, at, _)| (of, at) == (case, role))
            .map_or(0, |(_, _, count)| count)
    }
}

impl Watcher {
    fn run(self) {
        self.watch();
        self.over.store(true, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed) || self.looked_at.lock().elapsed() > LEFT
    }

    fn watch(&self) {
        let Some(mut sight) = self.follows() else { return };
        let began = Instant::now();
        let (answer, answers) = mpsc::sync_channel(ANSWERS);
        let mut after = 0;
        while !self.is_over() {
            for (number, is_document) in answers.try_iter() {
                sight.answer(number, is_document);
            }
            let frame = match self.camera.newest_after(after, PATIENCE) {
                Ok(Some(frame)) => frame,
                Ok(None) => continue,
                // The preview tells of it.
                Err(_) => return,
            };
            after = frame.sequence;
            let began_frame = Instant::now();
            // A damaged picture is skipped, as the preview does.
            if let Some(picture) = decoded(&frame.jpeg, sight.pixels()) {
                let seen = sight.see(&picture, &frame.jpeg, began.elapsed());
                let Some(inner) = self.booth.upgrade() else { return };
                let booth = Booth(inner);
                if self.is_over() {
                    return;
                }
                booth.notify(Notice::Sight {
                    sight: SightView {
                        case: self.case.to_string(),
                        role: self.role,
                        sequence: self.opening + frame.sequence,
                        corners: seen.corners,
                        advice: seen.advice,
                        hint: seen.hint,
                        shutter: seen.shutter,
                        help: seen.help,
                        coarse: seen.coarse,
                    },
                });
                if let Some(question) = seen.question {
                    self.ask(question, answer.clone());
                }
                if let Some(fire) = seen.fire {
                    booth.0.eyes.watch.fired(self.case, self.role);
                    let taken = booth.take_by_itself(self.case, self.role, fire.note, fire.more);
                    if let Err(problem) = self.runtime.block_on(taken) {
                        tracing::info!(code = %problem, "a picture was not taken by itself");
                    }
                    return;
                }
            }
            std::thread::sleep(sight.pause().saturating_sub(began_frame.elapsed()));
        }
    }

    /// What is looked for at this step; nothing where it cannot be made ready: the button is there.
    fn follows(&self) -> Option<Follows> {
        if self.role != Role::Selfie {
            self.make_ready();
            let sight = Sight::new(self.by_itself, self.failures);
            return Some(Follows::Document(Box::new(sight)));
        }
        let inner = self.booth.upgrade()?;
        let looker = self.runtime.block_on(inner.eyes.looker(&inner.settings));
        let looker = looker
            .inspect_err(|problem| tracing::warn!(code = %problem, "faces are not looked for"))
            .ok()?;
        let sight = FaceSight::new(looker, self.by_itself, self.failures);
        Some(Follows::Face(Box::new(sight)))
    }

    /// Makes the reader ready, so that the first question need not wait for it.
    fn make_ready(&self) {
        let booth = self.booth.clone();
        if self.by_itself {
            self.runtime.spawn(async move {
                let inner = booth.upgrade()?;
                inner.eyes.reader(&inner.settings).await.ok().map(|_| ())
            });
        }
    }

    /// Has it read in the background whether an identity document lies there. Where nothing can read, a border and
    /// print are enough.
    fn ask(&self, question: Question<Bytes>, answer: mpsc::SyncSender<(u32, bool)>) {
        let booth = self.booth.clone();
        self.runtime.spawn(async move {
            let Some(inner) = booth.upgrade() else { return };
            let reader = inner.eyes.reader(&inner.settings).await;
            drop(inner);
            let is_document = match reader {
                Ok(reader) => tokio::task::spawn_blocking(move || recognises(&*reader, &question.frame))
                    .await
                    .unwrap_or(false),
                Err(_) => true,
            };
            // Nobody listens where the step was left meanwhile.
            let _ = answer.try_send((question.number, is_document));
        });
    }
}

fn recognises(reader: &dyn Reads, frame: &[u8]) -> bool {
    let on = clock::local_day(clock::now());
    decoded(frame, PREVIEW_PIXELS).is_some_and(|picture| {
        reader.recognises(&picture, on).unwrap_or_else(|error| {
            tracing::warn!(%error, "a frame could not be read");
            true
        })
    })
}
