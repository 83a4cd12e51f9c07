//! Who is to deliver a case: this machine, or another one it was handed over to.
//!
//! A case travels between machines in a sealed bundle. From the moment it is handed over, nothing happens to it here any
//! more but being taken back: two machines that deliver one case would send it twice. It is handed over to one machine,
//! named by the key that alone opens the bundle, and that machine takes one hand-over in once.

use serde::{Deserialize, Serialize};

use super::{Attempts, Case, Rejection, Request, State, Step};
use crate::{Code, HandoverId, Problem, TryAgain, UtcMillis};

/// Who is to deliver a case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Custody {
    /// Another machine delivers it, not this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<Handover>,
    /// It was captured elsewhere, and is delivered from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
    /// It was handed over, and taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back_at: Option<UtcMillis>,
}

/// A case on its way to another machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// Its number: the machine that takes it in remembers it, and takes none twice.
    pub id: HandoverId,
    /// The recipient whose identity alone opens the bundle: `age1…`.
    pub to: String,
    /// Since when.
    pub at: UtcMillis,
    /// Where the case stood: it is there again when it is taken back.
    pub before: Box<State>,
}

/// Where a case came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The hand-over it came with.
    pub id: HandoverId,
    /// The key of the device that sealed it, 64 hex digits.
    pub device: String,
    /// When it was taken in.
    pub at: UtcMillis,
}

/// A case changes hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustodyEvent {
    /// A person hands it over to another machine.
    HandedOver {
        /// The hand-over's number.
        id: HandoverId,
        /// The recipient whose identity alone opens the bundle.
        to: String,
        /// Now.
        at: UtcMillis,
    },
    /// It is taken back: no other machine has it, or somebody vouches for that. It is delivered from here again.
    TakenBack {
        /// Now.
        at: UtcMillis,
    },
    /// It came out of a bundle: it is delivered from here.
    TakenIn {
        /// The key of the device that sealed it, 64 hex digits.
        device: String,
        /// Now.
        at: UtcMillis,
    },
}

impl Custody {
    pub(super) fn is_untouched(&self) -> bool {
        *self == Self::default()
    }

    /// Whether another machine may have had it: then the server is asked what it has before anything goes out.
    #[must_use]
    pub const fn has_moved(&self) -> bool {
        self.received.is_some() || self.taken_back_at.is_some()
    }
}

impl Case {
    /// Whether another machine is to deliver it.
    #[must_use]
    pub const fn is_handed_over(&self) -> bool {
        self.custody.handed_over.is_some()
    }
}

/// Nothing is asked of the outside: what is to be delivered again is found by the queue.
pub(super) fn step(case: &mut Case, event: CustodyEvent) -> Result<(), Rejection> {
    match event {
        CustodyEvent::HandedOver { id, to, at } => {
            if case.is_handed_over() {
                return Err(Rejection::HandedOver);
            }
            let ready = match case.state {
                State::Review => case.next_open_step() == Step::Review,
                State::Submitting | State::Failed { .. } => true,
                _ => false,
            };
            if !ready {
                return Err(Rejection::OutOfOrder(case.step()));
            }
            // There as here: another request could double it.
            if matches!(case.request, Request::Asked { .. }) {
                return Err(Rejection::RequestUncertain);
            }
            let problem = Problem::new(Code::CaseHandedOver, TryAgain::AfterChange);
            let before = std::mem::replace(&mut case.state, State::Failed { problem });
            case.custody.handed_over = Some(Handover {
                id,
                to,
                at,
                before: Box::new(before),
            });
        }
        CustodyEvent::TakenBack { at } => {
            let out_of_order = Rejection::OutOfOrder(case.step());
            let handover = case.custody.handed_over.take().ok_or(out_of_order)?;
            case.state = *handover.before;
            case.custody.taken_back_at = Some(at);
        }
        CustodyEvent::TakenIn { device, at } => {
            let out_of_order = Rejection::OutOfOrder(case.step());
            let handover = case.custody.handed_over.take().ok_or(out_of_order)?;
            case.custody = Custody {
                received: Some(Received {
                    id: handover.id,
                    device,
                    at,
                }),
                ..Custody::default()
            };
            // Who handed it over said: submit; what failed there says nothing of here.
            case.delivery.submitted_at.get_or_insert(at);
            case.delivery.attempts = Attempts::default();
            case.state = State::Submitting;
        }
    }
    Ok(())
}
