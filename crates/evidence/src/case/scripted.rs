//! The script of the identification video: made while it is recorded, kept with it, gone with it.

use super::{Case, Rejection, Showing, State};
use crate::{Role, Script, ScriptOutcome};

/// What happens to the script of a recording.
#[derive(Debug, Clone, PartialEq)]
pub enum ScriptEvent {
    /// One was made for the recording that runs.
    Made(Script),
    /// The recording ended: what came of it.
    Ended {
        /// The nonce of the script.
        nonce: String,
        /// What came of it.
        outcome: ScriptOutcome,
    },
}

impl Case {
    /// Forgets the script of a video that is not there any more.
    pub(super) fn drop_stale_script(&mut self) {
        let video = self.exhibits.get(&Role::Video).map(|exhibit| &exhibit.sha256);
        let outcome = self.script.as_ref().and_then(|script| script.outcome.as_ref());
        if outcome.is_some_and(|outcome| video != Some(&outcome.video)) {
            self.script = None;
        }
    }
}

pub(super) fn step(case: &mut Case, event: ScriptEvent) -> Result<(), Rejection> {
    match event {
        ScriptEvent::Made(script) => made(case, script),
        ScriptEvent::Ended { nonce, outcome } => ended(case, &nonce, outcome),
    }
}

/// Only while the recording runs: who knows what will be asked can prepare an answer.
fn made(case: &mut Case, script: Script) -> Result<(), Rejection> {
    let is_recording = matches!(
        case.state,
        State::Capture {
            role: Role::Video,
            showing: Showing::Recording { .. }
        }
    );
    let used = [&case.script, &case.prompting]
        .into_iter()
        .flatten()
        .any(|before| before.nonce == script.nonce);
    let fresh = !used && !script.nonce.is_empty() && script.outcome.is_none();
    // Movements are followed on the face.
    let allowed = case.allows_biometrics() || !script.has_movements();
    if !is_recording || !fresh || script.steps.is_empty() || !allowed {
        return Err(Rejection::OutOfOrder(case.step()));
    }
    case.prompting = Some(script);
    Ok(())
}

fn ended(case: &mut Case, nonce: &str, outcome: ScriptOutcome) -> Result<(), Rejection> {
    let out_of_order = Rejection::OutOfOrder(case.step());
    let of_this_video = case.taken_video() == Some(&outcome.video);
    let Some(script) = &mut case.prompting else {
        return Err(out_of_order);
    };
    let open = script.nonce == nonce && script.outcome.is_none();
    if !of_this_video || !open || !script.fits(&outcome) {
        return Err(out_of_order);
    }
    script.outcome = Some(outcome);
    Ok(())
}
