//! What the registration officer (RAO) decides, and what the server says became of it.

use serde::{Deserialize, Serialize};

use super::{Case, Rejection, SignatureState, State};
use crate::{Sensitive, UtcMillis};

/// What an officer decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The person is who they say: a certificate may be issued.
    Approved,
    /// Not on this evidence.
    Refused {
        /// Why, as it is sent to the server. An officer may name the person in it.
        reason: Sensitive<String>,
    },
}

/// Whether the officer also took the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FourEyes {
    /// Nobody who put their name to the capture is the officer.
    Different,
    /// The same name stands under both, and the settings allow it.
    SamePerson,
    /// Nobody put their name to the capture.
    Unknown,
}

/// A decision with who stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The officer's name, as they signed in.
    pub officer: String,
    /// The officer's number at the registration authority, where they gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rao: Option<String>,
    /// Whether the officer also took the evidence.
    pub four_eyes: FourEyes,
    /// When they decided.
    pub at: UtcMillis,
}

/// How far the officer's decision is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "review", rename_all = "snake_case")]
pub enum Review {
    /// Nobody decided here.
    #[default]
    Open,
    /// The call is out, or its answer was lost: nobody knows.
    Sending {
        /// What was decided.
        decision: Decision,
    },
    /// The server has it.
    Made {
        /// What was decided.
        decision: Decision,
    },
    /// The server says it was decided, and not here.
    Elsewhere {
        /// When the server said so.
        at: UtcMillis,
    },
}

/// Where the server says a submitted request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits for the officer (`VIDEOREVIEW`).
    InReview,
    /// Approved (`ENROLLREADY`).
    Ready,
    /// Signed (`ISSUED`).
    Issued,
    /// Refused or cancelled (`CANCELLED`).
    Cancelled,
}

/// What happens at the officer's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewEvent {
    /// The call that carries the decision goes out now.
    Deciding {
        /// It.
        decision: Decision,
    },
    /// The server surely did not take the decision.
    NotDecided,
    /// The server was asked where the request stands.
    Standing {
        /// What it said.
        standing: Standing,
        /// Why it was refused, where it was and the server says so.
        reason: Option<Sensitive<String>>,
        /// Now.
        at: UtcMillis,
    },
}

pub(super) fn step(case: &mut Case, event: ReviewEvent) -> Result<(), Rejection> {
    let out_of_order = Rejection::OutOfOrder(case.step());
    match event {
        ReviewEvent::Deciding { decision } => {
            if decision.officer.trim().is_empty() {
                return Err(Rejection::Unnamed);
            }
            if let Verdict::Refused { reason } = &decision.verdict
                // EXPOSE: only whether there is one.
                && reason.expose().trim().is_empty()
            {
                return Err(Rejection::NoReason);
            }
            if !matches!(
                (&case.state, &case.review),
                (State::Submitted { .. }, Review::Open)
            ) {
                return Err(out_of_order);
            }
            case.review = Review::Sending { decision };
        }
        ReviewEvent::NotDecided => match case.review {
            Review::Sending { .. } => case.review = Review::Open,
            _ => return Err(out_of_order),
        },
        ReviewEvent::Standing { standing, reason, at } => {
            if !case.is_after_submission() {
                return Err(out_of_order);
            }
            stands(case, standing, reason, at);
        }
    }
    Ok(())
}

/// Follows the server. A state the case is already past, or in, changes nothing.
fn stands(case: &mut Case, standing: Standing, reason: Option<Sensitive<String>>, at: UtcMillis) {
    let waiting = matches!(case.state, State::Submitted { .. });
    match standing {
        Standing::InReview => {}
        Standing::Ready if waiting => {
            settle(case, at, |verdict| *verdict == Verdict::Approved);
            case.state = State::Documents;
        }
        Standing::Ready => {}
        Standing::Issued => {
            if waiting {
                settle(case, at, |verdict| *verdict == Verdict::Approved);
            }
            if matches!(
                case.state,
                State::Submitted { .. } | State::Documents | State::Reading | State::Code
            ) {
                case.signing.signature = SignatureState::Made { at };
                case.state = State::Signed;
            }
        }
        Standing::Cancelled => {
            let ours = waiting && settle(case, at, |verdict| matches!(verdict, Verdict::Refused { .. }));
            let decided = match &case.review {
                Review::Made {
                    decision:
                        Decision {
                            verdict: Verdict::Refused { reason },
                            ..
                        },
                } if ours => Some(reason.clone()),
                _ => None,
            };
            if !matches!(
                case.state,
                State::Signed | State::Closed { .. } | State::Refused { .. }
            ) {
                case.state = State::Refused {
                    at,
                    reason: reason.or(decided),
                };
            }
        }
    }
}

/// The decision under way arrived, if the outcome is the one it asked for; otherwise somebody else decided.
fn settle(case: &mut Case, at: UtcMillis, is_outcome: impl Fn(&Verdict) -> bool) -> bool {
    let review = std::mem::take(&mut case.review);
    case.review = match review {
        Review::Sending { decision } if is_outcome(&decision.verdict) => Review::Made { decision },
        Review::Made { decision } => Review::Made { decision },
        Review::Open | Review::Sending { .. } | Review::Elsewhere { .. } => Review::Elsewhere { at },
    };
    matches!(case.review, Review::Made { .. })
}
