//! From the challenge and the face that answered it to liveness.

use std::collections::BTreeMap;

use evidence::{Basis, Case, ChallengeOutcome, Check, Faces, Finding, Role};

use super::rules::rule;
use crate::eyes::challenge;

/// In so many frames of the video, at least, the face has to be compared with the selfie's.
const LEAST_FRAMES: u32 = 3;

/// What may be claimed on what was measured of faces in `case`, `faces` being the comparison of its pictures.
pub(crate) fn measured_on_faces(case: &Case, faces: &Faces) -> BTreeMap<Check, Finding> {
    liveness(case, faces)
        .map(|finding| (Check::Liveness, finding))
        .into_iter()
        .collect()
}

/// Whether somebody alive, and the person of the selfie, answered the challenge; nothing where that was not measured.
pub(super) fn liveness(case: &Case, faces: &Faces) -> Option<Finding> {
    let outcome = answer(case, faces)?;
    let threshold = rule(Check::Liveness).yes_from?;
    let whose = faces
        .video
        .filter(|video| video.frames >= LEAST_FRAMES)
        .map(|video| video.likeness.cosine >= faces.method.threshold);
    let unseen = outcome.faults.iter().all(|fault| fault.is_absence());
    let all_done = outcome.steps.iter().all(|step| step.done_ms.is_some());
    let passed = outcome.passed && outcome.faults.is_empty() && all_done;
    match whose {
        // Somebody else than on the selfie, whatever they did.
        Some(false) => {}
        // Without a fault of its own, a challenge that did not go well shows nothing.
        _ if !passed && unseen => return None,
        // Whose face it was, nobody knows.
        None if passed => return None,
        _ => {}
    }
    let done = outcome.steps.iter().filter(|step| step.done_ms.is_some()).count();
    let held = done + usize::from(outcome.faults.is_empty()) + usize::from(whose == Some(true));
    let score = share(held, outcome.steps.len() + 2);
    Some(Finding {
        passed: score >= threshold,
        basis: Basis::Measured {
            method: format!("{}, {}", outcome.method, faces.method.name),
            score,
            threshold,
            at: outcome.at,
        },
    })
}

/// The outcome of a challenge that was drawn for this case, seen in the very video that was compared.
fn answer<'a>(case: &'a Case, faces: &Faces) -> Option<&'a ChallengeOutcome> {
    let challenge = case.challenge.as_ref().filter(|_| case.allows_biometrics())?;
    let outcome = challenge.outcome.as_ref()?;
    let digest = |role| case.exhibits.get(&role).map(|exhibit| &exhibit.sha256);
    let of_this_video = digest(Role::Video) == Some(&outcome.video);
    let compared = [Role::Video, Role::Selfie]
        .into_iter()
        .all(|role| digest(role).is_some() && faces.of.get(&role) == digest(role));
    let drawn_for_it = challenge.steps == challenge::steps(case.id, &challenge.nonce);
    let as_drawn = outcome.steps.len() == challenge.steps.len() && !outcome.steps.is_empty();
    (of_this_video && compared && drawn_for_it && as_drawn).then_some(outcome)
}

fn share(held: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(held) / number(all)
}

#[cfg(test)]
mod tests {
    use evidence::ChallengeFault;

    use super::*;

    #[test]
    fn what_says_that_nothing_was_seen_is_told_from_what_was_wrong() {
        assert!(ChallengeFault::EndedEarly.is_absence() && !ChallengeFault::OtherFace.is_absence());
        assert!((share(4, 4) - 1.0).abs() < f64::EPSILON && share(3, 4) < 1.0);
    }
}
