//! The challenge, frame by frame.

use std::collections::BTreeSet;
use std::time::Duration;

use super::integrity::Integrity;
use super::{Outcome, Reason, Sample, Script, Step, StepResult};
use crate::face::Face;

/// How far a head is turned that answers, rightly or wrongly: [`Face::yaw`]. Heads that are held still stay within 0.06 (vision.md, 7).
pub(super) const GATE: f32 = 0.18;
/// A turn starts from here, and the next one after coming back to here.
const STRAIGHT: f32 = 0.07;
/// The part of a turn that the nose makes against eyes and mouth: of a flat picture, none.
const DEPTH: f32 = 0.5;
/// Frames so far apart are not looked at together.
const TOGETHER: Duration = Duration::from_millis(400);
/// Eyes are shut when they are open by less than this part of how open they usually are (vision.md, 7), and open
/// again from the other on.
const SHUT: f32 = 0.6;
const OPEN: f32 = 0.75;
/// How open they usually are: what four fifths of the frames are below.
const USUAL: f32 = 0.8;
/// So many frames say what is usual.
const LEAST_SEEN: usize = 8;
/// Eyes that are seen open, shut, open within less were badly seen once. A blink takes 100 to 400 ms.
const BLINK: Duration = Duration::from_millis(90);
/// Lids are looked at on faces that are turned by at most this.
const FACING: f32 = 0.20;
/// Coming closer makes the face so many times as large as it was.
const CLOSER: f32 = 1.25;

/// What to say to the person now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The number of the step that is asked for, from 0; the number of steps where all are done.
    pub number: usize,
    /// The step; `None` where all are done.
    pub step: Option<Step>,
    /// The head has to come back to the middle first.
    pub straighten: bool,
    /// The time left for it.
    pub left: Duration,
    /// Why this answer cannot count any more; the first of the reasons.
    pub failed: Option<Reason>,
}

impl Progress {
    /// Whether every step was done and nothing speaks against it so far.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.step.is_none() && self.failed.is_none()
    }
}

/// Watches somebody answer a [`Script`]. A state machine without clock or camera.
pub struct Watcher {
    script: Script,
    steps: Vec<StepResult>,
    number: usize,
    samples: Vec<Sample>,
    integrity: Integrity,
    failed: BTreeSet<Reason>,
    /// The face when it last looked straight ahead, where it has not turned since.
    straight: Option<Face>,
    /// Whether it turned as far as was asked since then, and as a flat picture does.
    flat: bool,
    eyes: Eyes,
    /// How large the face was when the step was asked for.
    size: Option<f32>,
}

/// The last thing seen of the lids since the step was asked for.
#[derive(Clone, Copy, Default)]
struct Eyes {
    open: Option<Duration>,
    shut: bool,
}

impl Watcher {
    /// Watches for the first step from the first face on.
    #[must_use]
    pub fn new(script: Script) -> Self {
        let steps = script.tasks().iter().map(|task| StepResult {
            step: task.step,
            asked: None,
            done: None,
        });
        Self {
            steps: steps.collect(),
            script,
            number: 0,
            samples: Vec::new(),
            integrity: Integrity::default(),
            failed: BTreeSet::new(),
            straight: None,
            flat: false,
            eyes: Eyes::default(),
            size: None,
        }
    }

    /// Looks at a frame; one that is not later than the last is left out.
    pub fn see(&mut self, sample: Sample) -> Progress {
        if self.samples.last().is_none_or(|last| sample.at > last.at) {
            self.samples.push(sample);
            self.integrity.see(&self.samples);
            if self.failed.is_empty() {
                self.follow(&sample);
            }
        }
        self.progress(sample.at)
    }

    /// What the frames so far show, as if none came any more.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        let all_done = self.number >= self.steps.len() && !self.steps.is_empty();
        let mut reasons = self.failed;
        reasons.append(&mut self.integrity.end(&self.samples));
        let is_explained = reasons.contains(&Reason::NoFace) || reasons.contains(&Reason::WrongOrder);
        if !all_done && !is_explained {
            reasons.insert(Reason::TimeOut);
        }
        if all_done {
            reasons.remove(&Reason::Still);
        } else if self.flat {
            reasons.insert(Reason::Flat);
        }
        Outcome {
            steps: self.steps,
            passed: all_done && reasons.is_empty(),
            reasons: reasons.into_iter().collect(),
        }
    }

    fn progress(&self, at: Duration) -> Progress {
        let task = self.script.tasks().get(self.number);
        let asked = self.steps.get(self.number).and_then(|step| step.asked);
        let limit = task.map_or(Duration::ZERO, |task| task.limit);
        let is_turn = matches!(task.map(|task| task.step), Some(Step::Left | Step::Right));
        Progress {
            number: self.number,
            step: task.map(|task| task.step),
            straighten: is_turn && self.straight.is_none(),
            left: limit.saturating_sub(asked.map_or(Duration::ZERO, |asked| at.saturating_sub(asked))),
            failed: self.failed.iter().chain(self.integrity.reasons()).next().copied(),
        }
    }

    fn follow(&mut self, sample: &Sample) {
        let Some(task) = self.script.tasks().get(self.number).copied() else {
            return;
        };
        if sample.face.is_none() && self.number == 0 && self.steps[0].asked.is_none() {
            return;
        }
        let asked = *self.steps[self.number].asked.get_or_insert(sample.at);
        if sample.at - asked > task.limit {
            self.failed.insert(Reason::TimeOut);
            return;
        }
        let Some(face) = sample.face else { return };
        let done = match task.step {
            Step::Left | Step::Right => false,
            Step::Blink => self.blinked(sample, asked),
            Step::Closer => self.came_closer(&face),
        };
        let turned = self.turned(&face, task.step);
        if done || turned {
            self.steps[self.number].done = Some(sample.at);
            self.number += 1;
            self.eyes = Eyes::default();
            self.size = None;
            if let Some(next) = self.steps.get_mut(self.number) {
                next.asked = Some(sample.at);
            }
        }
    }

    /// Whether the head was turned as asked; a turn that was not asked for fails.
    fn turned(&mut self, face: &Face, step: Step) -> bool {
        let yaw = self.median(Face::yaw);
        let crossed = self.samples.iter().rev().filter_map(Sample::yaw).nth(1);
        let through = crossed.is_some_and(|last| last * face.yaw() < 0.0);
        if face.yaw().abs() <= STRAIGHT || through {
            self.straight = Some(*face);
        }
        let (Some(yaw), Some(straight)) = (yaw, self.straight) else {
            return false;
        };
        // The frames before may be of the turn that is over.
        if face.yaw() * yaw < 0.0 || face.yaw().abs() < GATE {
            return false;
        }
        let wanted = match step {
            Step::Left => 1.0,
            Step::Right => -1.0,
            Step::Blink | Step::Closer => 0.0,
        };
        if yaw * wanted >= GATE {
            // Seen too briefly or badly, it may show its depth a moment later.
            let depth = face.parallax(&straight).map_or(0.0, |(along, _)| along);
            self.flat = depth * wanted < DEPTH * GATE;
            if !self.flat {
                self.straight = None;
            }
            return !self.flat;
        }
        if yaw.abs() >= GATE && yaw * wanted <= 0.0 {
            self.failed.insert(Reason::WrongOrder);
        }
        false
    }

    /// The middle one of the last three frames' values: one frame may be badly seen.
    fn median(&self, of: impl Fn(&Face) -> f32) -> Option<f32> {
        let until = self.samples.last()?.at;
        let mut last: Vec<f32> = self
            .samples
            .iter()
            .rev()
            .take_while(|sample| until - sample.at <= TOGETHER)
            .filter_map(|sample| sample.face.as_ref().map(&of))
            .take(3)
            .collect();
        last.sort_by(f32::total_cmp);
        (last.len() == 3).then(|| last[1])
    }

    fn blinked(&mut self, sample: &Sample, asked: Duration) -> bool {
        let facing = |sample: &Sample| sample.yaw().is_some_and(|yaw| yaw.abs() <= FACING);
        let Some(openness) = sample.openness.filter(|_| facing(sample)) else {
            return false;
        };
        let mut seen: Vec<f32> = self
            .samples
            .iter()
            .filter(|sample| facing(sample))
            .filter_map(|sample| sample.openness)
            .collect();
        if seen.len() < LEAST_SEEN || sample.at < asked {
            return false;
        }
        seen.sort_by(f32::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a short list"
        )]
        let usual = seen[((seen.len() - 1) as f32 * USUAL) as usize];
        if openness < SHUT * usual {
            self.eyes.shut = self.eyes.open.is_some();
        } else if openness > OPEN * usual {
            let open = self.eyes.open.replace(sample.at);
            let was_shut = std::mem::take(&mut self.eyes.shut);
            return was_shut && open.is_some_and(|open| sample.at - open >= BLINK);
        }
        false
    }

    fn came_closer(&mut self, face: &Face) -> bool {
        // A head that turns to the camera looks larger, and came no nearer.
        if face.yaw().abs() > FACING {
            return false;
        }
        let Some(size) = self.median(Face::span) else {
            return false;
        };
        let before = *self.size.get_or_insert(size);
        // Who first leans back comes closer from there; but not all the way of a doubled size.
        self.size = Some(before.min(size).max(before / CLOSER));
        size >= CLOSER * before
    }
}
