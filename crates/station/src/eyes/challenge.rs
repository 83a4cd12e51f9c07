//! The challenge of a recording: drawn from a nonce and the case it is for, so that a record shows by itself that nobody
//! chose its steps.

use evidence::{CaseId, ChallengeStep, Motion};
use sha2::{Digest, Sha256};
use vision::liveness::{Script, Step};

/// How a challenge is drawn; raised when another would come of the same nonce.
const DRAWN: &[u8] = b"proofbooth-challenge/1";

/// Whether `nonce` draws these movements for `case`.
pub(crate) fn asks_for(case: CaseId, nonce: &str, motions: &[Motion]) -> bool {
    let steps = steps(case, nonce);
    steps.iter().map(|step| step.motion).eq(motions.iter().copied())
}

/// The script that is drawn from `nonce` for `case`.
pub(crate) fn script(case: CaseId, nonce: &str) -> Script {
    let drawn = Sha256::new_with_prefix(DRAWN)
        .chain_update(case.0.as_bytes())
        .chain_update(nonce.as_bytes())
        .finalize();
    Script::from_nonce(&drawn, Script::STEPS)
}

/// The steps that come of `nonce` for `case`.
pub(crate) fn steps(case: CaseId, nonce: &str) -> Vec<ChallengeStep> {
    let script = script(case, nonce);
    let tasks = script.tasks().iter();
    tasks
        .map(|task| ChallengeStep {
            motion: motion(task.step),
            limit_ms: u64::try_from(task.limit.as_millis()).unwrap_or(u64::MAX),
        })
        .collect()
}

pub(super) const fn motion(step: Step) -> Motion {
    match step {
        Step::Left => Motion::Left,
        Step::Right => Motion::Right,
        Step::Blink => Motion::Blink,
        Step::Closer => Motion::Closer,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_same_nonce_gives_the_same_steps_for_its_case_only() {
        let (one, other) = (CaseId(Uuid::from_u128(1)), CaseId(Uuid::from_u128(2)));
        let nonces = || (0..32_u8).map(|n| hex::encode([n; 16]));
        assert!(nonces().all(|nonce| steps(one, &nonce) == steps(one, &nonce)));
        let differ = nonces().filter(|nonce| steps(one, nonce) != steps(other, nonce));
        assert!(differ.count() >= 24, "another case, another challenge");
    }
}
