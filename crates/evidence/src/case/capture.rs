//! Taking, keeping and replacing a piece of evidence.

use super::{Case, Effect, Rejection, Showing, State};
use crate::{Exhibit, Method, Role, UtcMillis};

/// What happens at a capture step.
#[derive(Debug, Clone, PartialEq)]
pub enum CaptureEvent {
    /// The video's recording began.
    RecordingBegan {
        /// Now.
        at: UtcMillis,
        /// What records: kept for a recording that a crash interrupts.
        method: Method,
    },
    /// The recording yielded nothing that could be kept.
    RecordingLost,
    /// Something was taken for the step's role; its bytes are in the store.
    Taken {
        /// It.
        exhibit: Exhibit,
    },
    /// Show the live picture again. What was accepted before stays until its replacement is accepted.
    Retake,
    /// Use what was just taken, or keep what was accepted before.
    Use,
    /// The portrait was framed on the front.
    PortraitCut {
        /// The cut-out, its bytes in the store.
        exhibit: Exhibit,
    },
}

pub(super) fn step(case: &mut Case, event: CaptureEvent, effects: &mut Vec<Effect>) -> Result<(), Rejection> {
    if let CaptureEvent::PortraitCut { exhibit } = event {
        return portrait_cut(case, exhibit, effects);
    }
    let out_of_order = Rejection::OutOfOrder(case.step());
    let State::Capture { role, showing } = &mut case.state else {
        return Err(out_of_order);
    };
    let role = *role;
    match (event, &showing) {
        (CaptureEvent::RecordingBegan { at, method }, Showing::Live) if role == Role::Video => {
            *showing = Showing::Recording {
                since: at,
                method: Some(method),
            };
        }
        (CaptureEvent::RecordingLost, Showing::Recording { .. }) => {
            *showing = Showing::Live;
            (case.asked, case.prompting) = (None, None);
        }
        (CaptureEvent::Taken { exhibit }, Showing::Live) if role != Role::Video => {
            *showing = Showing::Taken {
                exhibit: Box::new(exhibit),
            };
        }
        (CaptureEvent::Taken { exhibit }, Showing::Recording { .. }) => {
            *showing = Showing::Taken {
                exhibit: Box::new(exhibit),
            };
        }
        (CaptureEvent::Retake, Showing::Taken { exhibit }) => {
            effects.push(Effect::Discard(exhibit.object));
            *showing = Showing::Live;
            (case.asked, case.prompting) = (None, None);
        }
        (CaptureEvent::Retake, Showing::Accepted) => *showing = Showing::Live,
        (CaptureEvent::Use, Showing::Taken { exhibit }) => {
            let exhibit = (**exhibit).clone();
            accept(case, role, exhibit, effects);
            case.advance();
        }
        (CaptureEvent::Use, Showing::Accepted) => case.advance(),
        // Keeps the earlier picture after all.
        (CaptureEvent::Use, Showing::Live) if case.exhibits.contains_key(&role) => case.advance(),
        _ => return Err(out_of_order),
    }
    Ok(())
}

fn portrait_cut(case: &mut Case, exhibit: Exhibit, effects: &mut Vec<Effect>) -> Result<(), Rejection> {
    if !matches!(case.state, State::Portrait) {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    match exhibit.method {
        Method::Crop(crop) if crop.is_inside() => {}
        Method::Crop(_) => return Err(Rejection::CropOutside),
        _ => return Err(Rejection::OutOfOrder(case.step())),
    }
    accept(case, Role::Portrait, exhibit, effects);
    case.advance();
    Ok(())
}

/// Puts a piece in its place. Whatever was derived from, or judged on, the piece it replaces goes with that.
fn accept(case: &mut Case, role: Role, exhibit: Exhibit, effects: &mut Vec<Effect>) {
    let mut gone: Vec<_> = case.exhibits.insert(role, exhibit).into_iter().collect();
    if role == Role::Front {
        // The portrait was cut out of the picture that is being replaced.
        gone.extend(case.exhibits.remove(&Role::Portrait));
    }
    if role == Role::Video {
        case.challenge = case.asked.take();
        case.script = case.prompting.take();
    }
    effects.extend(gone.into_iter().map(|old| Effect::Discard(old.object)));
    case.drop_stale_reading();
    case.drop_stale_faces();
    case.drop_stale_script();
    case.withdraw_judgements();
}

impl Case {
    /// Claims were made looking at other evidence than there is now: they do not hold any more. What was measured in
    /// pictures that are still there does.
    pub(super) fn withdraw_judgements(&mut self) {
        self.findings.clear();
        self.similarity = None;
        self.claim_what_was_measured();
    }
}
