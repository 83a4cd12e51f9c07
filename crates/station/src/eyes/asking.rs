//! The script asked while the video is recorded: one thread, from the first frame until the last prompt is over.
//!
//! It looks at the newest frame and skips what came in between: five a second for a document, more while movements are
//! followed, and none where nothing looks at what is asked for.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use capture::Camera;
use evidence::{
    CaseId, ChallengeOutcome, Chapter, ChapterKind, Prompt, PromptEnd, PromptOutcome, ScriptOutcome,
    ScriptStep, UtcMillis,
};
use vision::face::FaceFinder;
use vision::liveness::Looker;
use vision::{beside, net};

use super::moving::{Moving, PATIENCE, Seen};
use super::prompter::{Prompter, Says, Sighting};
use super::told::Told;
use super::{PREVIEW_PIXELS, challenge, decoded, engine};
use crate::Booth;
use crate::booth::Inner;
use crate::view::{Notice, PromptResult, PromptView};

/// Which way a script is followed; raised when another outcome could come of the same frames.
const METHOD: &str = "proofbooth-script/1";
/// A document is looked for so often: a hand that brings it takes longer, and the cores belong to encoder and preview.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Where nothing is looked for, the time is looked at so often.
const TICK: Duration = Duration::from_millis(80);
/// No prompt is gone on from.
const NOWHERE: u32 = u32::MAX;

/// A script that is being asked.
pub(crate) struct Asking {
    nonce: String,
    case: CaseId,
    /// What times are counted from.
    began: Instant,
    over: Arc<AtomicBool>,
    go_on: Arc<AtomicU32>,
    thread: JoinHandle<Result>,
}

/// What the thread comes back with.
struct Result {
    prompter: Prompter,
    looked: bool,
    moved: Option<Seen>,
}

/// A script whose recording has ended.
pub(crate) struct Asked {
    pub nonce: String,
    case: CaseId,
    began: Instant,
    result: Result,
}

/// What the thread needs.
struct Asker {
    booth: Weak<Inner>,
    case: CaseId,
    nonce: String,
    camera: Arc<Camera>,
    began: Instant,
    over: Arc<AtomicBool>,
    go_on: Arc<AtomicU32>,
}

impl Asking {
    /// Begins to ask `steps`, drawn from `nonce` for `case`. Nothing where no thread can be had: the video goes on without.
    pub fn begin(
        booth: &Booth,
        case: CaseId,
        nonce: String,
        steps: Vec<ScriptStep>,
        camera: &Arc<Camera>,
    ) -> Option<Self> {
        let (began, over) = (Instant::now(), Arc::new(AtomicBool::new(false)));
        let go_on = Arc::new(AtomicU32::new(NOWHERE));
        let asker = Asker {
            booth: Arc::downgrade(&booth.0),
            case,
            nonce: nonce.clone(),
            camera: Arc::clone(camera),
            began,
            over: Arc::clone(&over),
            go_on: Arc::clone(&go_on),
        };
        let thread = std::thread::Builder::new().name("eyes-asking".to_owned());
        let thread = thread
            .spawn(move || asker.ask(steps))
            .inspect_err(|error| tracing::warn!(%error, "no script is asked"))
            .ok()?;
        Some(Self {
            nonce,
            case,
            began,
            over,
            go_on,
            thread,
        })
    }

    /// Whether there is nothing more to ask.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// A person goes on from prompt `number`.
    pub fn go_on(&self, number: u32) {
        self.go_on.store(number, Ordering::Relaxed);
    }

    /// No more frames are looked at.
    pub fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// What was seen. Waits for the last look: a tenth of a second. Nothing where the thread broke.
    pub fn end(self) -> Option<Asked> {
        self.stop();
        let result = self
            .thread
            .join()
            .inspect_err(|_| tracing::error!("asking the script broke"))
            .ok()?;
        Some(Asked {
            nonce: self.nonce,
            case: self.case,
            began: self.began,
            result,
        })
    }
}

impl Asked {
    /// What happened in the video, whose first frame was captured at `started`, as chapters.
    pub fn chapters(&self, started: Instant) -> Vec<Chapter> {
        let happened = self.result.prompter.happened().iter().map(|it| Chapter {
            at_ms: in_video(self.began, started, it.at),
            what: it.what,
            prompt: it.prompt,
            motion: it.motion,
            digits: it.digits.clone(),
        });
        happened.collect()
    }

    /// What came of the script, in the video of this SHA-256. `moved`: how the movements were judged.
    pub fn outcome(
        &self,
        started: Instant,
        video: &str,
        at: UtcMillis,
        moved: Option<&ChallengeOutcome>,
    ) -> ScriptOutcome {
        let of = |at: Duration| in_video(self.began, started, at);
        let prompter = &self.result.prompter;
        let steps = prompter.steps().iter().zip(prompter.went()).map(|(step, went)| {
            let end = went.ended.map(|(_, end)| end);
            // Every movement was done, and yet the answer does not count: it was given before.
            let counts = step.prompt != Prompt::Movements || moved.is_some_and(|moved| moved.passed);
            PromptOutcome {
                asked_ms: went.asked.map(of),
                ended_ms: went.ended.map(|(at, _)| of(at)),
                end: if end == Some(PromptEnd::Seen) && !counts {
                    Some(PromptEnd::Missed)
                } else {
                    end
                },
            }
        });
        let engine = engine::name(net::fastest());
        ScriptOutcome {
            method: self
                .result
                .looked
                .then(|| format!("{METHOD} {} {engine}", beside::METHOD)),
            at,
            video: video.to_owned(),
            steps: steps.collect(),
        }
    }

    /// What came of the movements; nothing where none were followed.
    pub fn judge_movements(
        &mut self,
        booth: &Booth,
        started: Instant,
        video: &str,
        at: UtcMillis,
    ) -> Option<ChallengeOutcome> {
        let began = self.began;
        let of = |at: Duration| in_video(began, started, at);
        let moved = self.result.moved.take()?;
        Some(moved.judge(booth, self.case, &self.nonce, of, video, at))
    }
}

/// A time since `began` in milliseconds since `started`; what was before is at its beginning.
fn in_video(began: Instant, started: Instant, at: Duration) -> u64 {
    let since = (began + at).saturating_duration_since(started);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Asker {
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// The first prompt is shown at once: whoever reads it gives the networks their time.
    fn ask(&self, steps: Vec<ScriptStep>) -> Result {
        let moves = steps.iter().any(|step| step.prompt == Prompt::Movements);
        let mut prompter = Prompter::begin(steps, self.now());
        let mut told = Told::default();
        self.tell(&mut told, &prompter);
        self.prepare();
        let finder = self.loaded(FaceFinder::load);
        if finder.is_none() {
            prompter.cannot_look();
        }
        // Only where the person allows it: this one makes templates.
        let mut looker = moves.then(|| self.loaded(Looker::load)).flatten();
        let (mut after, mut moved) = (0, None);
        while !self.over.load(Ordering::Relaxed) {
            let began = Instant::now();
            let number = self.go_on.swap(NOWHERE, Ordering::Relaxed);
            if let Ok(number) = usize::try_from(number) {
                prompter.go_on(self.now(), number);
            }
            prompter.pass(self.now());
            self.tell(&mut told, &prompter);
            let due = prompter.due();
            if prompter.says(self.now()) == Says::Over {
                break;
            }
            if due == Some(Prompt::Movements) {
                moved = self.movements(&mut prompter, looker.as_mut());
                continue;
            }
            let looks = matches!(due, Some(Prompt::Front | Prompt::Back)) || prompter.waits_for_a_face();
            let pause = match &finder {
                Some(finder) if looks => {
                    self.look(&mut prompter, finder, &mut after);
                    LOOK_EVERY
                }
                _ => TICK,
            };
            std::thread::sleep(pause.saturating_sub(began.elapsed()));
        }
        Result {
            prompter,
            looked: finder.is_some(),
            moved,
        }
    }

    fn prepare(&self) {
        let Some(inner) = self.booth.upgrade() else { return };
        if let Err(error) = engine::take_into_use(&inner.settings) {
            tracing::warn!(%error, "the engine in the program computes");
        }
    }

    /// Networks, unless the recording ended already.
    fn loaded<T>(&self, load: impl FnOnce() -> std::result::Result<T, net::NetError>) -> Option<T> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        load()
            .inspect_err(|error| tracing::warn!(%error, "what is shown in the video is not looked for"))
            .ok()
    }

    /// Looks at the newest frame.
    fn look(&self, prompter: &mut Prompter, finder: &FaceFinder, after: &mut u64) {
        let Ok(Some(frame)) = self.camera.newest_after(*after, PATIENCE) else {
            // The recording tells of a camera that failed.
            return;
        };
        *after = frame.sequence;
        // A damaged picture is skipped, as the preview does.
        let Some(picture) = decoded(&frame.jpeg, PREVIEW_PIXELS) else {
            return;
        };
        match beside::look(finder, &picture) {
            Ok(seen) => prompter.see(
                frame.at.saturating_duration_since(self.began),
                Sighting {
                    face: seen.face.is_some(),
                    document: seen.document.map(|document| document.portrait),
                },
            ),
            Err(error) => tracing::warn!(%error, "a frame of the video was not looked at"),
        }
    }

    /// Has the movements done, and notes each.
    fn movements(&self, prompter: &mut Prompter, looker: Option<&mut Looker>) -> Option<Seen> {
        let script = challenge::script(self.case, &self.nonce);
        let moving = Moving {
            booth: &self.booth,
            case: self.case,
            script: &script,
            camera: &self.camera,
            began: self.began,
            over: &self.over,
        };
        let seen = looker.and_then(|looker| moving.ask(looker));
        let Some(seen) = seen else {
            moving.tell_off();
            prompter.moved(self.now(), None);
            return None;
        };
        for step in &seen.steps {
            let motion = challenge::motion(step.step);
            match (step.done, step.asked) {
                (Some(done), Some(asked)) => {
                    prompter.saw_face(asked);
                    prompter.motion(done, ChapterKind::Seen, motion);
                }
                // Where the recording ended first, nothing is said of it.
                (None, Some(_)) if !self.over.load(Ordering::Relaxed) => {
                    prompter.motion(self.now(), ChapterKind::Missed, motion);
                }
                _ => {}
            }
        }
        if !self.over.load(Ordering::Relaxed) {
            prompter.moved(self.now(), Some(seen.done));
        }
        Some(seen)
    }

    fn tell(&self, told: &mut Told<PromptView>, prompter: &Prompter) {
        let Some(inner) = self.booth.upgrade() else { return };
        let view = view(self.case, prompter, self.now());
        let but_for_time = PromptView {
            left_ms: 0,
            ..view.clone()
        };
        if told.is_news(but_for_time) {
            Booth(inner).notify(Notice::Prompt { prompt: view });
        }
    }
}

/// What the page is told.
fn view(case: CaseId, prompter: &Prompter, at: Duration) -> PromptView {
    let steps = prompter.steps();
    let (number, left, end) = match prompter.says(at) {
        Says::Asks(number, left) => (number, left, None),
        Says::Ended(number, end) => (number, Duration::ZERO, Some(end)),
        Says::Over => (steps.len(), Duration::ZERO, None),
    };
    let step = steps.get(number);
    let past = steps.iter().zip(prompter.went()).map_while(|(step, went)| {
        Some(PromptResult {
            prompt: step.prompt,
            digits: step.digits.clone(),
            end: Some(went.ended?.1),
        })
    });
    PromptView {
        case: case.to_string(),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        of: u32::try_from(steps.len()).unwrap_or(u32::MAX),
        prompt: step.map(|step| step.prompt),
        digits: step.and_then(|step| step.digits.clone()),
        left_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        limit_ms: step.map_or(0, |step| step.limit_ms),
        end,
        looked_for: prompter.is_looked_for(number),
        past: past.collect(),
    }
}
