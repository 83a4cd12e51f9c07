//! The challenge asked while the video is recorded: one thread, from the first frame until the last step is done.
//!
//! It looks at the newest frame and skips what came in between. What it saw of the face's movements is kept in memory
//! only: until the recording is judged, and beyond that for the case's later takes, so that no answer counts twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use capture::Camera;
use evidence::{CaseId, ChallengeFault, ChallengeOutcome, StepOutcome, UtcMillis};
use parking_lot::Mutex;
use vision::face;
use vision::liveness::{Looker, Outcome, Progress, Reason, Script, Trace, Watcher, judge_against};
use vision::net;

use super::{PREVIEW_PIXELS, challenge, decoded, engine};
use crate::Booth;
use crate::booth::Inner;
use crate::view::{ChallengeState, ChallengeView, Notice};

/// Which way an answer is judged; raised when another verdict could come of the same frames.
const METHOD: &str = "proofbooth-challenge/1";
/// How long a picture is waited for, so that the end is noticed in time.
const PATIENCE: Duration = Duration::from_millis(250);
/// Fifteen pictures a second show a blink, and leave the core to the encoder.
const LEAST_PAUSE: Duration = Duration::from_millis(65);
/// So long a face is waited for before the first step: whoever is not there is not asked for ever.
const NOBODY: Duration = Duration::from_secs(20);
/// The page is told of the time that is left so often.
const TOLD_EVERY: Duration = Duration::from_millis(200);
/// So many earlier answers of a case are remembered.
const REMEMBERED: usize = 8;

/// A challenge that is being asked.
pub(crate) struct Asking {
    nonce: String,
    /// What times of frames are counted from.
    began: Instant,
    over: Arc<AtomicBool>,
    thread: JoinHandle<Option<Seen>>,
}

/// What was seen of an answer.
struct Seen {
    trace: Trace,
    /// The recording ended before the challenge did.
    ended_early: bool,
}

/// What the thread needs.
struct Asker {
    booth: Weak<Inner>,
    case: CaseId,
    script: Script,
    camera: Arc<Camera>,
    began: Instant,
    over: Arc<AtomicBool>,
}

/// Earlier answers of the case that was recorded last. Memory only.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Option<(CaseId, Vec<Trace>)>>);

impl Answers {
    fn of(&self, case: CaseId) -> Vec<Trace> {
        let answers = self.0.lock();
        let of_case = answers.as_ref().filter(|(of, _)| *of == case);
        of_case.map(|(_, traces)| traces.clone()).unwrap_or_default()
    }

    fn remember(&self, case: CaseId, trace: Trace) {
        let mut traces = self.of(case);
        traces.push(trace);
        traces.drain(..traces.len().saturating_sub(REMEMBERED));
        *self.0.lock() = Some((case, traces));
    }
}

impl Asking {
    /// Begins to ask what `nonce` draws for `case`. Nothing where no thread can be had: the video goes on without.
    pub fn begin(booth: &Booth, case: CaseId, nonce: String, camera: &Arc<Camera>) -> Option<Self> {
        let (began, over) = (Instant::now(), Arc::new(AtomicBool::new(false)));
        let asker = Asker {
            booth: Arc::downgrade(&booth.0),
            case,
            script: challenge::script(case, &nonce),
            camera: Arc::clone(camera),
            began,
            over: Arc::clone(&over),
        };
        let thread = std::thread::Builder::new().name("eyes-asking".to_owned());
        let thread = thread
            .spawn(move || {
                let seen = asker.ask();
                if seen.is_none() {
                    asker.tell_off();
                }
                seen
            })
            .inspect_err(|error| tracing::warn!(%error, "no challenge is asked"))
            .ok()?;
        Some(Self {
            nonce,
            began,
            over,
            thread,
        })
    }

    /// Whether there is nothing more to ask.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// No more frames are looked at.
    pub fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// What came of it, with the nonce it answers. `started`: when the first frame of the video was captured; `video`: its
    /// SHA-256. Nothing where no frame could be looked at. Waits for the last look: a tenth of a second.
    pub fn judge(
        self,
        booth: &Booth,
        case: CaseId,
        started: Instant,
        video: &str,
        at: UtcMillis,
    ) -> Option<(String, ChallengeOutcome)> {
        self.stop();
        let seen = self.thread.join().ok()??;
        let script = challenge::script(case, &self.nonce);
        let answers = &booth.0.eyes.answers;
        let outcome = judge_against(&script, &seen.trace, &answers.of(case));
        let in_video = |of: Duration| {
            let since = (self.began + of).saturating_duration_since(started);
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        };
        let steps = outcome.steps.iter().map(|step| StepOutcome {
            motion: challenge::motion(step.step),
            asked_ms: step.asked.map(in_video),
            done_ms: step.done.map(in_video),
        });
        let judged = ChallengeOutcome {
            method: format!("{METHOD} {} {}", face::METHOD, engine::name(net::fastest())),
            at,
            video: video.to_owned(),
            steps: steps.collect(),
            passed: outcome.passed,
            faults: faults(&outcome, seen.ended_early),
        };
        answers.remember(case, seen.trace);
        Some((self.nonce, judged))
    }
}

impl Asker {
    fn ask(&self) -> Option<Seen> {
        let mut looker = self.looker()?;
        let mut watcher = Watcher::new(self.script.clone());
        let mut trace = Trace::new();
        let mut told = Told::default();
        let (mut after, mut met) = (0, false);
        loop {
            if self.over.load(Ordering::Relaxed) {
                return Some(Seen {
                    trace,
                    ended_early: true,
                });
            }
            let began = Instant::now();
            let frame = match self.camera.newest_after(after, PATIENCE) {
                Ok(Some(frame)) => frame,
                Ok(None) => continue,
                // The recording tells of it.
                Err(_) => {
                    return Some(Seen {
                        trace,
                        ended_early: true,
                    });
                }
            };
            after = frame.sequence;
            let at = frame.at.saturating_duration_since(self.began);
            // A damaged picture is skipped, as the preview does.
            let Some(picture) = decoded(&frame.jpeg, PREVIEW_PIXELS) else {
                continue;
            };
            let sample = looker
                .look(at, &picture)
                .inspect_err(|error| tracing::warn!(%error, "a frame of the challenge was not looked at"))
                .ok()?;
            met |= sample.face.is_some();
            trace.push(sample);
            let progress = watcher.see(sample);
            let nobody_comes = !met && at > NOBODY;
            self.tell(&mut told, &progress, met, nobody_comes);
            if progress.step.is_none() || progress.failed.is_some() || nobody_comes {
                return Some(Seen {
                    trace,
                    ended_early: false,
                });
            }
            std::thread::sleep(LEAST_PAUSE.saturating_sub(began.elapsed()));
        }
    }

    fn looker(&self) -> Option<Looker> {
        let inner = self.booth.upgrade()?;
        if let Err(error) = engine::take_into_use(&inner.settings) {
            tracing::warn!(%error, "the engine in the program computes");
        }
        drop(inner);
        Looker::load()
            .inspect_err(|error| tracing::warn!(%error, "no challenge is asked"))
            .ok()
    }

    /// Nobody waits for a challenge that cannot be asked.
    fn tell_off(&self) {
        self.notify(ChallengeView {
            case: self.case.to_string(),
            number: 0,
            of: u32::try_from(self.script.tasks().len()).unwrap_or(u32::MAX),
            motion: None,
            straighten: false,
            left_ms: 0,
            state: ChallengeState::Off,
            fault: None,
        });
    }

    fn notify(&self, challenge: ChallengeView) {
        if let Some(inner) = self.booth.upgrade() {
            Booth(inner).notify(Notice::Challenge { challenge });
        }
    }

    fn tell(&self, told: &mut Told, progress: &Progress, met: bool, nobody_comes: bool) {
        let failed = progress.failed.or(nobody_comes.then_some(Reason::NoFace));
        let state = match (failed, progress.step) {
            (Some(_), _) => ChallengeState::Failed,
            (None, None) => ChallengeState::Passed,
            (None, Some(_)) if !met => ChallengeState::Waiting,
            (None, Some(_)) => ChallengeState::Asking,
        };
        let view = ChallengeView {
            case: self.case.to_string(),
            number: u32::try_from(progress.number).unwrap_or(u32::MAX),
            of: u32::try_from(self.script.tasks().len()).unwrap_or(u32::MAX),
            motion: progress.step.map(challenge::motion),
            straighten: progress.straighten,
            left_ms: u64::try_from(progress.left.as_millis()).unwrap_or(u64::MAX),
            state,
            fault: failed.map(fault),
        };
        if told.is_news(&view) {
            self.notify(view);
        }
    }
}

/// What the page was told last.
#[derive(Default)]
struct Told(Option<(ChallengeView, Instant)>);

impl Told {
    /// Whether this says something new, or the time that is left was told too long ago.
    fn is_news(&mut self, view: &ChallengeView) -> bool {
        let is_news = self.0.as_ref().is_none_or(|(last, when)| {
            let but_for_time = ChallengeView {
                left_ms: last.left_ms,
                ..view.clone()
            };
            but_for_time != *last || when.elapsed() >= TOLD_EVERY
        });
        if is_news {
            self.0 = Some((view.clone(), Instant::now()));
        }
        is_news
    }
}

/// Why an answer does not count, each fault once. Where the recording ended first, nothing is said of what was not done
/// by then.
fn faults(outcome: &Outcome, ended_early: bool) -> Vec<ChallengeFault> {
    let undone = |reason: &Reason| matches!(reason, Reason::TimeOut | Reason::Still | Reason::Flat);
    let reasons = outcome.reasons.iter().copied();
    let mut faults: Vec<ChallengeFault> = reasons
        .filter(|reason| !ended_early || !undone(reason))
        .map(fault)
        .collect();
    if ended_early && !outcome.passed {
        faults.push(ChallengeFault::EndedEarly);
    }
    faults.sort_unstable();
    faults.dedup();
    faults
}

/// What a reason means for the record.
const fn fault(reason: Reason) -> ChallengeFault {
    match reason {
        Reason::NoFace | Reason::FaceLost | Reason::TooSmall | Reason::TooFewFrames => {
            ChallengeFault::FaceLost
        }
        Reason::TimeOut => ChallengeFault::TooSlow,
        Reason::WrongOrder => ChallengeFault::OtherMotion,
        Reason::TwoFaces => ChallengeFault::SeveralFaces,
        Reason::OtherFace => ChallengeFault::OtherFace,
        Reason::Frozen | Reason::Still | Reason::Repeated => ChallengeFault::Frozen,
        Reason::Flat => ChallengeFault::Flat,
        Reason::Jump | Reason::LightJump => ChallengeFault::Jump,
        Reason::Replayed => ChallengeFault::Replayed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(reasons: &[Reason]) -> Outcome {
        Outcome {
            steps: Vec::new(),
            passed: reasons.is_empty(),
            reasons: reasons.to_vec(),
        }
    }

    #[test]
    fn a_recording_that_ended_first_says_nothing_of_what_was_not_done() {
        let undone = outcome(&[Reason::TimeOut, Reason::Still]);
        assert_eq!(faults(&undone, true), [ChallengeFault::EndedEarly]);
        assert_eq!(
            faults(&undone, false),
            [ChallengeFault::TooSlow, ChallengeFault::Frozen]
        );
        let other = outcome(&[Reason::TimeOut, Reason::OtherFace]);
        assert_eq!(
            faults(&other, true),
            [ChallengeFault::EndedEarly, ChallengeFault::OtherFace]
        );
    }

    #[test]
    fn what_was_passed_at_its_very_end_has_no_fault() {
        assert_eq!(faults(&outcome(&[]), true), []);
    }

    #[test]
    fn the_same_is_told_again_only_for_its_time() {
        let view = ChallengeView {
            case: "a case".into(),
            number: 0,
            of: 4,
            motion: None,
            straighten: false,
            left_ms: 9_000,
            state: ChallengeState::Waiting,
            fault: None,
        };
        let mut told = Told::default();
        assert!(told.is_news(&view));
        let later = ChallengeView {
            left_ms: 8_990,
            ..view.clone()
        };
        assert!(!told.is_news(&later));
        assert!(told.is_news(&ChallengeView { number: 1, ..view }));
    }

    #[test]
    fn only_the_last_answers_of_the_same_case_are_remembered() {
        let case = |number| CaseId(uuid::Uuid::from_u128(number));
        let answers = Answers::default();
        for _ in 0..REMEMBERED + 3 {
            answers.remember(case(1), Trace::new());
        }
        assert_eq!(answers.of(case(1)).len(), REMEMBERED);
        assert!(answers.of(case(2)).is_empty());
        answers.remember(case(2), Trace::new());
        assert!(answers.of(case(1)).is_empty(), "another person is at the booth");
    }
}
