//! Whether somebody is there who does what is asked, in the order that is asked.
//!
//! An active challenge: turns of the head, blinks, coming closer, in an order that is made from the case's nonce. A
//! picture, a frozen or looped recording, an answer to another order and a face that is exchanged half-way fail. It
//! says nothing about a good recording of the right movements on a screen, a camera made of software, or a mask: it is no
//! presentation-attack detection as ISO/IEC 30107-3 tests it.
//!
//! Left and right are the person's own. Frames are given as the camera delivers them, never mirrored.

mod echo;
mod integrity;
mod looker;
mod path;
mod script;
mod watcher;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::looker::Looker;
pub use self::script::{Script, Step, Task};
pub use self::watcher::{Progress, Watcher};
use crate::face::Face;

/// What one frame shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The frame's time, from any start.
    pub at: Duration,
    /// How many people's faces are in it; those far smaller than the largest do not count.
    pub faces: usize,
    /// The largest.
    pub face: Option<Face>,
    /// How open the eyes are: the lids' distance by their width, mean of both; `None` where it cannot be seen.
    pub openness: Option<f32>,
    /// The cosine to the face of the beginning; `None` where it was not computed.
    pub likeness: Option<f32>,
    /// Mean brightness of the face, 0 to 255.
    pub light: f32,
    /// How much the face's surroundings changed since the frame before: mean difference of levels, 0 to 255.
    pub change: f32,
    /// For how long the picture has been, frame after frame, what was shown a fixed time before.
    pub echo: Duration,
}

impl Sample {
    /// A frame without a face.
    #[must_use]
    pub const fn empty(at: Duration) -> Self {
        Self {
            at,
            faces: 0,
            face: None,
            openness: None,
            likeness: None,
            light: 0.0,
            change: 0.0,
            echo: Duration::ZERO,
        }
    }

    /// How far the head is turned to the person's left: see [`Face::yaw`].
    #[must_use]
    pub fn yaw(&self) -> Option<f32> {
        self.face.map(|face| face.yaw())
    }

    /// Pixels between the eyes.
    #[must_use]
    pub fn eye_distance(&self) -> Option<f32> {
        self.face.map(|face| face.eye_distance())
    }
}

/// The frames that were looked at, in the order of their times.
///
/// Where a face was and how it moved is personal data, as its pictures are: it is kept in memory only.
#[derive(Clone, Default)]
pub struct Trace(Vec<Sample>);

impl Trace {
    /// An empty trace.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a frame. One that is not later than the last is left out.
    pub fn push(&mut self, sample: Sample) {
        if self.0.last().is_none_or(|last| sample.at > last.at) {
            self.0.push(sample);
        }
    }

    /// The frames.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.0
    }

    /// Whether some of this trace's movement is the movement of an `earlier` one: an answer that is played again.
    #[must_use]
    pub fn repeats(&self, earlier: &Self) -> bool {
        path::Path::of(&self.0).repeats(&path::Path::of(&earlier.0))
    }
}

impl FromIterator<Sample> for Trace {
    fn from_iter<I: IntoIterator<Item = Sample>>(samples: I) -> Self {
        let mut trace = Self::new();
        for sample in samples {
            trace.push(sample);
        }
        trace
    }
}

/// Only its length is shown.
impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trace({} frames)", self.0.len())
    }
}

/// Why an answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There was no face.
    NoFace,
    /// A step was not done in its time, or before the recording ended.
    TimeOut,
    /// The head was turned to a side that was not asked for.
    WrongOrder,
    /// There were two people.
    TwoFaces,
    /// The face was away for too long.
    FaceLost,
    /// It did not stay the same face.
    OtherFace,
    /// The face is too small for its movements to be seen.
    TooSmall,
    /// The picture stood still while somebody should have been there.
    Frozen,
    /// Nothing of the face moved by itself: a picture of it.
    Still,
    /// The face turned as a flat picture does, its nose not before its cheeks.
    Flat,
    /// A movement came twice, exactly.
    Repeated,
    /// The face was elsewhere, or of another size, from one frame to the next.
    Jump,
    /// The light on the face was another from one frame to the next.
    LightJump,
    /// It is an answer that was given before.
    Replayed,
    /// Frames came too seldom to see a movement.
    TooFewFrames,
}

/// How one step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// What was asked.
    pub step: Step,
    /// When it was asked: the frame's time; `None` where it never came to that.
    pub asked: Option<Duration>,
    /// When it was done.
    pub done: Option<Duration>,
}

/// What a trace shows of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Each step, in order.
    pub steps: Vec<StepResult>,
    /// Whether every step was done in order and in time, by one person who was there all along.
    pub passed: bool,
    /// Why not; each once, in the order of [`Reason`].
    pub reasons: Vec<Reason>,
}

/// Judges a whole trace, with the code that watches the live picture.
#[must_use]
pub fn judge(script: &Script, trace: &Trace) -> Outcome {
    judge_against(script, trace, &[])
}

/// As [`judge`], where answers that were given before are known: one of them played again fails.
#[must_use]
pub fn judge_against(script: &Script, trace: &Trace, earlier: &[Trace]) -> Outcome {
    let mut watcher = Watcher::new(script.clone());
    for sample in trace.samples() {
        watcher.see(*sample);
    }
    let mut outcome = watcher.outcome();
    if earlier.iter().any(|earlier| trace.repeats(earlier)) {
        outcome.reasons.push(Reason::Replayed);
        outcome.reasons.sort_unstable();
        outcome.passed = false;
    }
    outcome
}
