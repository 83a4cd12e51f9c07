//! The way to the server. What was sent, and what is only believed to be.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Case, Effect, Rejection, Request, State, Step};
use crate::{Problem, TryAgain, UtcMillis};

/// A part of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Leg {
    /// Pictures, fields, checks, acceptance.
    Evidences,
    /// The identification video.
    Video,
}

/// How far a leg is. `Sending` is stored before the call goes out: found after a crash, it means nobody knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "leg", rename_all = "snake_case")]
pub enum LegState {
    /// It surely has not arrived.
    #[default]
    Waiting,
    /// A call is out, or its answer was lost.
    Sending {
        /// Since when.
        since: UtcMillis,
    },
    /// The server has it.
    Arrived {
        /// Since when.
        at: UtcMillis,
    },
}

/// How far the delivery is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Pictures, fields, checks, acceptance.
    pub evidences: LegState,
    /// The identification video.
    pub video: LegState,
    /// The legs whose call went out at least once: what the server has may be ours, even while one is `Waiting`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub begun: BTreeSet<Leg>,
    /// When a person said: submit.
    pub submitted_at: Option<UtcMillis>,
    /// The server's word that it has everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
    /// How often it failed, and when it goes on by itself.
    #[serde(default, skip_serializing_if = "Attempts::is_fresh")]
    pub attempts: Attempts,
}

/// How often a delivery failed without getting anywhere. It is kept, so that a restart does not start with the shortest
/// pause again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// Failures since anything last arrived at the server.
    pub failed: u32,
    /// Not before this moment; none where nobody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<UtcMillis>,
}

impl Attempts {
    fn is_fresh(&self) -> bool {
        *self == Self::default()
    }
}

/// The server's word that it has everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// When it said so.
    pub at: UtcMillis,
    /// The status it gave.
    pub status: String,
}

impl Delivery {
    /// How far `leg` is.
    #[must_use]
    pub const fn leg(&self, leg: Leg) -> LegState {
        match leg {
            Leg::Evidences => self.evidences,
            Leg::Video => self.video,
        }
    }

    /// Whether nothing ever went out. Cases stored before `begun` was tell it by their legs alone.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.begun.is_empty() && self.evidences == LegState::Waiting && self.video == LegState::Waiting
    }

    const fn leg_mut(&mut self, leg: Leg) -> &mut LegState {
        match leg {
            Leg::Evidences => &mut self.evidences,
            Leg::Video => &mut self.video,
        }
    }
}

/// What happens on the way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryEvent {
    /// A person said: submit, or: try again.
    Submit {
        /// Now.
        at: UtcMillis,
    },
    /// The call of a leg goes out now.
    Sending {
        /// Which.
        leg: Leg,
        /// Now.
        at: UtcMillis,
    },
    /// The server took it, or was found to have it.
    Arrived {
        /// Which.
        leg: Leg,
        /// Now.
        at: UtcMillis,
    },
    /// The server surely does not have it: it refused, the call never arrived, or its state was read.
    NotArrived {
        /// Which.
        leg: Leg,
    },
    /// The server confirms that it has everything.
    Confirmed {
        /// Its status.
        status: String,
        /// Now.
        at: UtcMillis,
    },
    /// The delivery stops here for now.
    Stopped {
        /// Why.
        problem: Problem,
    },
    /// It goes on by itself, not before `until`.
    Postponed {
        /// The moment.
        until: UtcMillis,
    },
}

impl Case {
    /// Whether it was submitted, is not delivered, and can go on without a person: whatever stopped it passes by itself,
    /// or was only interrupted. Where nobody knows whether a request exists, a person has to look first.
    #[must_use]
    pub fn is_queued(&self) -> bool {
        match &self.state {
            _ if self.is_handed_over() => false,
            State::Submitting => true,
            State::Failed { problem } => {
                problem.try_again != TryAgain::AfterChange && !matches!(self.request, Request::Asked { .. })
            }
            _ => false,
        }
    }
}

pub(super) fn step(
    case: &mut Case,
    event: DeliveryEvent,
    effects: &mut Vec<Effect>,
) -> Result<(), Rejection> {
    let out_of_order = || Rejection::OutOfOrder(case.step());
    if let DeliveryEvent::Submit { at } = event {
        let ready = match case.state {
            State::Review => case.next_open_step() == Step::Review,
            State::Failed { .. } => true,
            _ => false,
        };
        if !ready {
            return Err(out_of_order());
        }
        if matches!(case.request, Request::Asked { .. }) {
            return Err(Rejection::RequestUncertain);
        }
        case.delivery.submitted_at.get_or_insert(at);
        case.delivery.attempts.next_at = None;
        case.state = State::Submitting;
        effects.push(Effect::Deliver);
        return Ok(());
    }
    if let DeliveryEvent::Postponed { until } = event {
        if !matches!(case.state, State::Failed { .. }) || !case.is_queued() {
            return Err(out_of_order());
        }
        let attempts = &mut case.delivery.attempts;
        attempts.failed = attempts.failed.saturating_add(1);
        attempts.next_at = Some(until);
        return Ok(());
    }
    if !matches!(case.state, State::Submitting) {
        return Err(out_of_order());
    }
    match event {
        DeliveryEvent::Submit { .. } | DeliveryEvent::Postponed { .. } => {}
        DeliveryEvent::Sending { leg, at } => {
            let has_request = matches!(case.request, Request::Known { .. });
            // A leg whose fate is unknown is looked up first, never sent again.
            if !has_request || case.delivery.leg(leg) != LegState::Waiting {
                return Err(out_of_order());
            }
            *case.delivery.leg_mut(leg) = LegState::Sending { since: at };
            case.delivery.begun.insert(leg);
        }
        DeliveryEvent::Arrived { leg, at } => {
            *case.delivery.leg_mut(leg) = LegState::Arrived { at };
            case.delivery.attempts = Attempts::default();
        }
        DeliveryEvent::NotArrived { leg } => match case.delivery.leg(leg) {
            LegState::Sending { .. } => *case.delivery.leg_mut(leg) = LegState::Waiting,
            _ => return Err(out_of_order()),
        },
        DeliveryEvent::Confirmed { status, at } => {
            let all = [Leg::Evidences, Leg::Video]
                .into_iter()
                .all(|leg| matches!(case.delivery.leg(leg), LegState::Arrived { .. }));
            if !all {
                return Err(out_of_order());
            }
            case.delivery.confirmed = Some(Confirmation {
                at,
                status: status.clone(),
            });
            case.delivery.attempts = Attempts::default();
            case.state = State::Submitted { at, status };
        }
        DeliveryEvent::Stopped { problem } => case.state = State::Failed { problem },
    }
    Ok(())
}
