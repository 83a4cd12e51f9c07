//! The challenge a person answers in the identification video, and what came of it.

use serde::{Deserialize, Serialize};

use crate::UtcMillis;

/// What a person is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Motion {
    /// Turn the head to the person's left.
    Left,
    /// Turn the head to the person's right.
    Right,
    /// Close both eyes for a moment.
    Blink,
    /// Come closer to the camera.
    Closer,
}

/// A step of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeStep {
    /// What is asked for.
    pub motion: Motion,
    /// How long the person has, in milliseconds.
    pub limit_ms: u64,
}

/// When a step was asked for, and when it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// What was asked for.
    pub motion: Motion,
    /// When, in milliseconds since the recording began; absent where it never came to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_ms: Option<u64>,
    /// When it was done, by the same clock; absent where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_ms: Option<u64>,
}

/// Why a challenge was not passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ChallengeFault {
    /// The recording ended before the challenge did.
    EndedEarly,
    /// A step was not done in its time.
    TooSlow,
    /// Something else was done than what was asked for.
    OtherMotion,
    /// No face could be followed.
    FaceLost,
    /// More than one face was in the picture.
    SeveralFaces,
    /// Another face than at the beginning.
    OtherFace,
    /// The picture did not change, or repeated itself.
    Frozen,
    /// The face turned as a flat picture does.
    Flat,
    /// The answer was given before, in an earlier take.
    Replayed,
    /// The face or the light jumped in a way none does by itself.
    Jump,
}

impl ChallengeFault {
    /// Whether it says that nothing was measured, rather than that something was wrong.
    #[must_use]
    pub const fn is_absence(self) -> bool {
        matches!(self, Self::EndedEarly | Self::FaceLost)
    }
}

/// What came of a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeOutcome {
    /// The name and version of the method, with the networks it used.
    pub method: String,
    /// When it was judged.
    pub at: UtcMillis,
    /// SHA-256 of the video it was seen in.
    pub video: String,
    /// The steps as they went.
    pub steps: Vec<StepOutcome>,
    /// Whether every step was done in its order and time, by one face from the first frame to the last.
    pub passed: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ChallengeFault>,
}

/// A challenge made for one recording of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// What the order of the steps was drawn from, in hex. Never used twice.
    pub nonce: String,
    /// When it was made: the recording had begun.
    pub made_at: UtcMillis,
    /// What was asked for, in order.
    pub steps: Vec<ChallengeStep>,
    /// What came of it; absent until the recording ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ChallengeOutcome>,
}
