//! The movements asked for in the video: followed frame by frame, and judged when the recording has ended.
//!
//! What is seen of the face's movements is kept in memory only: until the recording is judged, and beyond that for the
//! case's later takes, so that no answer counts twice.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use capture::Camera;
use evidence::{CaseId, ChallengeFault, ChallengeOutcome, StepOutcome, UtcMillis};
use parking_lot::Mutex;
use vision::face;
use vision::liveness::{Looker, Outcome, Progress, Reason, Script, Trace, Watcher, judge_against};
use vision::net;

use super::told::Told;
use super::{PREVIEW_PIXELS, challenge, decoded, engine};
use crate::Booth;
use crate::booth::Inner;
use crate::view::{ChallengeState, ChallengeView, Notice};

/// Which way an answer is judged; raised when another verdict could come of the same frames.
const METHOD: &str = "proofbooth-challenge/1";
/// How long a picture is waited for, so that the end is noticed in time.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);
/// Fifteen pictures a second show a blink, and leave the core to the encoder.
const LEAST_PAUSE: Duration = Duration::from_millis(65);
/// So long a face is waited for before the first step: whoever is not there is not asked for ever.
const NOBODY: Duration = Duration::from_secs(20);
/// So many earlier answers of a case are remembered.
const REMEMBERED: usize = 8;

/// What was seen of an answer.
pub(super) struct Seen {
    trace: Trace,
    /// The recording ended before the challenge did.
    ended_early: bool,
    /// What the frames show by themselves: whether they count is judged later.
    pub steps: Vec<vision::liveness::StepResult>,
    /// Whether every step was done and nothing spoke against it by then.
    pub done: bool,
}

/// What is needed to follow movements. Times are counted from `began`.
pub(super) struct Moving<'a> {
    pub booth: &'a Weak<Inner>,
    pub case: CaseId,
    pub script: &'a Script,
    pub camera: &'a Camera,
    pub began: Instant,
    pub over: &'a AtomicBool,
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

impl Seen {
    /// What came of it. `nonce`: what the movements were drawn from; `in_video`: a time of the trace in the video's; `video`: its
    /// SHA-256.
    pub fn judge(
        self,
        booth: &Booth,
        case: CaseId,
        nonce: &str,
        in_video: impl Fn(Duration) -> u64,
        video: &str,
        at: UtcMillis,
    ) -> ChallengeOutcome {
        let answers = &booth.0.eyes.answers;
        let script = challenge::script(case, nonce);
        let outcome = judge_against(&script, &self.trace, &answers.of(case));
        let steps = outcome.steps.iter().map(|step| StepOutcome {
            motion: challenge::motion(step.step),
            asked_ms: step.asked.map(&in_video),
            done_ms: step.done.map(&in_video),
        });
        let judged = ChallengeOutcome {
            method: format!("{METHOD} {} {}", face::METHOD, engine::name(net::fastest())),
            at,
            video: video.to_owned(),
            steps: steps.collect(),
            passed: outcome.passed,
            faults: faults(&outcome, self.ended_early),
        };
        answers.remember(case, self.trace);
        judged
    }
}

impl Moving<'_> {
    /// Asks and looks until all is done, has failed, or the recording ends. Nothing where the networks fail.
    pub fn ask(&self, looker: &mut Looker) -> Option<Seen> {
        let mut watcher = Watcher::new(self.script.clone());
        let mut trace = Trace::new();
        let mut told = Told::default();
        let (mut after, mut met) = (0, false);
        let first = self.began.elapsed();
        let (ended_early, done) = loop {
            if self.over.load(Ordering::Relaxed) {
                break (true, false);
            }
            let began = Instant::now();
            let frame = match self.camera.newest_after(after, PATIENCE) {
                Ok(Some(frame)) => frame,
                Ok(None) => continue,
                // The recording tells of it.
                Err(_) => break (true, false),
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
            let nobody_comes = !met && at.saturating_sub(first) > NOBODY;
            self.tell(&mut told, &progress, met, nobody_comes);
            if progress.step.is_none() || progress.failed.is_some() || nobody_comes {
                break (false, progress.is_done());
            }
            std::thread::sleep(LEAST_PAUSE.saturating_sub(began.elapsed()));
        };
        Some(Seen {
            trace,
            ended_early,
            steps: watcher.outcome().steps,
            done,
        })
    }

    /// Nobody waits for a challenge that cannot be asked.
    pub fn tell_off(&self) {
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

    fn tell(&self, told: &mut Told<ChallengeView>, progress: &Progress, met: bool, nobody_comes: bool) {
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
        let but_for_time = ChallengeView {
            left_ms: 0,
            ..view.clone()
        };
        if told.is_news(but_for_time) {
            self.notify(view);
        }
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
