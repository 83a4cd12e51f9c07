//! Where a case stands, and what the screen shows there.

use serde::{Deserialize, Serialize};

use crate::{Exhibit, Method, Problem, Role, Sensitive, UtcMillis};

/// What a step is called: where the case stands, for the screen and the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Step {
    /// A new request, or one created elsewhere.
    Start,
    /// The person reads and accepts.
    Consent,
    /// Kind and country of the document.
    Document,
    /// Picture of the front.
    Front,
    /// The portrait is framed on the front.
    Portrait,
    /// Picture of the back.
    Rear,
    /// Picture of the person.
    Selfie,
    /// The fields are confirmed.
    Fields,
    /// The identification video.
    Video,
    /// Everything is looked at once more, and vouched for.
    Review,
    /// On its way.
    Submitting,
    /// The server has it all; the officer looks at it.
    Submitted,
    /// Something stopped the delivery.
    Failed,
    /// Approved: the documents to be signed are picked and uploaded.
    Documents,
    /// Contract and documents are read.
    Reading,
    /// The one-time code is sent and typed.
    Code,
    /// Signed: the copies are fetched and checked.
    Signed,
    /// Nothing is left at the server.
    Closed,
    /// The officer refused, or the request was cancelled.
    Refused,
}

impl Step {
    /// The steps a person walks, in order.
    pub const WALK: [Self; 10] = [
        Self::Start,
        Self::Consent,
        Self::Document,
        Self::Front,
        Self::Portrait,
        Self::Rear,
        Self::Selfie,
        Self::Fields,
        Self::Video,
        Self::Review,
    ];

    /// The steps after the officer's approval, in order.
    pub const AFTERWARDS: [Self; 5] = [
        Self::Documents,
        Self::Reading,
        Self::Code,
        Self::Signed,
        Self::Closed,
    ];

    /// The piece of evidence a capture step yields.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Front => Some(Role::Front),
            Self::Rear => Some(Role::Rear),
            Self::Selfie => Some(Role::Selfie),
            Self::Video => Some(Role::Video),
            _ => None,
        }
    }

    /// The step that captures `role`; the portrait has a step of its own kind.
    #[must_use]
    pub const fn capturing(role: Role) -> Self {
        match role {
            Role::Front => Self::Front,
            Role::Portrait => Self::Portrait,
            Role::Rear => Self::Rear,
            Role::Selfie => Self::Selfie,
            Role::Video => Self::Video,
        }
    }
}

/// What a capture step shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "showing", rename_all = "snake_case")]
pub enum Showing {
    /// The live picture.
    Live,
    /// The video is being recorded.
    Recording {
        /// Since when.
        since: UtcMillis,
        /// What records; unknown in cases stored before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        method: Option<Method>,
    },
    /// What was just taken: use it or retake it.
    Taken {
        /// It.
        exhibit: Box<Exhibit>,
    },
    /// What was accepted before: keep it or retake it.
    Accepted,
}

/// How far the start is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "starting", rename_all = "snake_case")]
pub enum Starting {
    /// The person chooses.
    Choosing,
    /// The server is being asked for a request.
    Creating,
    /// It could not be had; the person chooses again or goes on without.
    Refused {
        /// Why.
        problem: Problem,
    },
}

/// Where the case stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum State {
    /// Choosing or creating the request.
    Start(Starting),
    /// The person reads and accepts.
    Consent,
    /// Kind and country of the document.
    Document,
    /// Taking a piece of evidence.
    Capture {
        /// Which.
        role: Role,
        /// What the screen shows.
        #[serde(flatten)]
        showing: Showing,
    },
    /// Framing the portrait on the front.
    Portrait,
    /// Confirming the fields.
    Fields,
    /// Looking at everything once more.
    Review,
    /// On its way.
    Submitting,
    /// The server has it all.
    Submitted {
        /// When the server said so.
        at: UtcMillis,
        /// The status it gave.
        status: String,
    },
    /// Something stopped the delivery.
    Failed {
        /// What.
        problem: Problem,
    },
    /// Approved: documents are picked and uploaded.
    Documents,
    /// Contract and documents are read.
    Reading,
    /// The one-time code.
    Code,
    /// Signed: copies are fetched and checked.
    Signed,
    /// Nothing is left at the server.
    Closed {
        /// Since when.
        at: UtcMillis,
    },
    /// The officer refused, or the request was cancelled.
    Refused {
        /// When the server said so.
        at: UtcMillis,
        /// Why, where it is known. An officer may name the person in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sensitive<String>>,
    },
}

impl State {
    /// The step this state belongs to.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self {
            Self::Start(_) => Step::Start,
            Self::Consent => Step::Consent,
            Self::Document => Step::Document,
            Self::Capture { role, .. } => Step::capturing(*role),
            Self::Portrait => Step::Portrait,
            Self::Fields => Step::Fields,
            Self::Review => Step::Review,
            Self::Submitting => Step::Submitting,
            Self::Submitted { .. } => Step::Submitted,
            Self::Failed { .. } => Step::Failed,
            Self::Documents => Step::Documents,
            Self::Reading => Step::Reading,
            Self::Code => Step::Code,
            Self::Signed => Step::Signed,
            Self::Closed { .. } => Step::Closed,
            Self::Refused { .. } => Step::Refused,
        }
    }
}
