//! The first screen: a new request, or one created elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, Confirmation, Effect, LegState, Rejection, Starting, State, Step};
use crate::{
    Check, Code, Document, Exhibit, FieldFault, FieldKey, Fields, Finding, Problem, RequestNumbers, Role,
    Similarity, TryAgain, UtcMillis,
};

/// How the server reaches the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// With international prefix: the OTP goes there.
    pub mobile_phone: String,
    /// Electronic mail.
    pub email: String,
}

/// Where a case's request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Origin {
    /// Created by this case.
    New,
    /// Created elsewhere; its numbers were given.
    Existing,
    /// Captured and submitted elsewhere; its evidence was read from the server for the officer.
    Fetched,
}

/// A submitted request as the server holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    /// Its numbers.
    pub numbers: RequestNumbers,
    /// The document, where the record names it.
    pub document: Option<Document>,
    /// Pictures and video, their bytes in the store.
    pub exhibits: BTreeMap<Role, Exhibit>,
    /// The fields.
    pub fields: Fields,
    /// What is claimed.
    pub findings: BTreeMap<Check, Finding>,
    /// How alike portrait and selfie are said to be.
    pub similarity: Option<Similarity>,
    /// The status the server gives.
    pub status: String,
    /// When it was read.
    pub at: UtcMillis,
}

/// What is known about the request at the server.
///
/// `Asked` is stored before the call goes out: after a crash it means that nobody knows, and no second call is made
/// until a person looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// None was asked for, or the server refused: there surely is none.
    None,
    /// A call is out, or its answer was lost.
    Asked {
        /// When it went out.
        at: UtcMillis,
    },
    /// The server's numbers.
    Known {
        /// They.
        #[serde(flatten)]
        numbers: RequestNumbers,
    },
}

/// What happens at the first screen, and to the request later on.
#[derive(Debug, Clone, PartialEq)]
pub enum StartEvent {
    /// A new request for this person.
    New {
        /// How to reach them.
        contact: Contact,
    },
    /// A request created elsewhere.
    Existing {
        /// Its numbers.
        numbers: RequestNumbers,
    },
    /// The call that creates the request goes out now.
    Asked {
        /// Now.
        at: UtcMillis,
    },
    /// The server created it.
    Created {
        /// Its numbers.
        numbers: RequestNumbers,
    },
    /// There surely is no request: the call never went out, never arrived, or was refused.
    NotCreated {
        /// Why.
        problem: Problem,
    },
    /// The answer was lost: there may be a request.
    Lost {
        /// How.
        problem: Problem,
    },
    /// The person goes on; the request is created when the case is submitted.
    Defer,
    /// A person looked, or decided: there is no request, another may be created.
    DeclareNone,
    /// The evidence of a request submitted elsewhere was read from the server.
    Fetched(Box<Fetched>),
    /// Practice only: the sandbox was started anew and has forgotten the request and what was sent to it.
    Forgotten,
}

pub(super) fn step(case: &mut Case, event: StartEvent, effects: &mut Vec<Effect>) -> Result<(), Rejection> {
    match event {
        StartEvent::New { contact } => {
            ask_anew(case)?;
            for (key, text) in [
                (FieldKey::MobilePhone, &contact.mobile_phone),
                (FieldKey::Email, &contact.email),
            ] {
                let tidy = key.tidy(text);
                if tidy.is_empty() {
                    return Err(Rejection::Field(key, FieldFault::Missing));
                }
                if let Some(fault) = key.fault(&tidy) {
                    return Err(Rejection::Field(key, fault));
                }
                case.fields.set(key, text);
            }
            case.origin = Some(Origin::New);
            case.state = State::Start(Starting::Creating);
            effects.push(Effect::CreateRequest);
        }
        StartEvent::Existing { numbers } => {
            let here = matches!(
                case.state,
                State::Start(Starting::Choosing | Starting::Refused { .. })
            );
            let later =
                matches!(case.state, State::Failed { .. }) && !matches!(case.request, Request::Known { .. });
            if !here && !later {
                return Err(Rejection::OutOfOrder(case.step()));
            }
            case.origin = Some(Origin::Existing);
            case.request = Request::Known { numbers };
            resume(case, effects);
        }
        StartEvent::Asked { at } => match case.request {
            Request::None if is_waiting_for_request(case) => case.request = Request::Asked { at },
            Request::Asked { .. } => return Err(Rejection::RequestUncertain),
            _ => return Err(Rejection::OutOfOrder(case.step())),
        },
        StartEvent::Created { numbers } => {
            asked(case)?;
            case.request = Request::Known { numbers };
            if matches!(case.state, State::Start(_)) {
                case.state = case.enter(Step::Consent);
            }
        }
        StartEvent::NotCreated { problem } => {
            // That it goes out could not be stored: then it did not go out.
            if case.request != Request::None || !is_waiting_for_request(case) {
                asked(case)?;
            }
            case.request = Request::None;
            refused(case, problem);
        }
        StartEvent::Lost { problem } => {
            asked(case)?;
            refused(
                case,
                Problem {
                    code: Code::RequestUncertain,
                    try_again: TryAgain::FindOutFirst,
                    ..problem
                },
            );
        }
        StartEvent::Defer => match (&case.state, case.request) {
            (State::Start(Starting::Refused { .. }), Request::None) => case.state = case.enter(Step::Consent),
            (State::Start(_), Request::Asked { .. }) => return Err(Rejection::RequestUncertain),
            _ => return Err(Rejection::OutOfOrder(case.step())),
        },
        StartEvent::DeclareNone => match (&case.state, case.request) {
            (State::Start(Starting::Refused { .. }), Request::Asked { .. }) => {
                case.request = Request::None;
                case.state = State::Start(Starting::Creating);
                effects.push(Effect::CreateRequest);
            }
            (State::Failed { .. }, Request::Asked { .. }) => {
                case.request = Request::None;
                resume(case, effects);
            }
            _ => return Err(Rejection::OutOfOrder(case.step())),
        },
        StartEvent::Fetched(fetched) => {
            if case.origin.is_some() || !matches!(case.state, State::Start(Starting::Choosing)) {
                return Err(Rejection::OutOfOrder(case.step()));
            }
            let fetched = *fetched;
            let (status, at) = (fetched.status, fetched.at);
            case.origin = Some(Origin::Fetched);
            case.request = Request::Known {
                numbers: fetched.numbers,
            };
            case.document = fetched.document;
            case.exhibits = fetched.exhibits;
            case.fields = fetched.fields;
            case.findings = fetched.findings;
            case.similarity = fetched.similarity;
            case.delivery.evidences = LegState::Arrived { at };
            case.delivery.video = LegState::Arrived { at };
            case.delivery.confirmed = Some(Confirmation {
                at,
                status: status.clone(),
            });
            case.state = State::Submitted { at, status };
        }
        StartEvent::Forgotten => {
            if !case.practice || case.is_after_submission() {
                return Err(Rejection::OutOfOrder(case.step()));
            }
            case.request = Request::None;
            case.delivery.evidences = LegState::Waiting;
            case.delivery.video = LegState::Waiting;
        }
    }
    Ok(())
}

fn ask_anew(case: &Case) -> Result<(), Rejection> {
    match (&case.state, case.request) {
        (State::Start(Starting::Choosing | Starting::Refused { .. }), Request::None) => Ok(()),
        (State::Start(_), Request::Asked { .. }) => Err(Rejection::RequestUncertain),
        _ => Err(Rejection::OutOfOrder(case.step())),
    }
}

const fn is_waiting_for_request(case: &Case) -> bool {
    matches!(case.state, State::Start(Starting::Creating) | State::Submitting)
}

fn asked(case: &Case) -> Result<(), Rejection> {
    match case.request {
        Request::Asked { .. } => Ok(()),
        _ => Err(Rejection::OutOfOrder(case.step())),
    }
}

fn refused(case: &mut Case, problem: Problem) {
    case.state = match case.state {
        State::Start(_) => State::Start(Starting::Refused { problem }),
        _ => State::Failed { problem },
    };
}

/// From the first screen on to consent; from a failed delivery back on its way.
fn resume(case: &mut Case, effects: &mut Vec<Effect>) {
    if matches!(case.state, State::Start(_)) {
        case.state = case.enter(Step::Consent);
    } else {
        case.state = State::Submitting;
        effects.push(Effect::Deliver);
    }
}
