//! The challenge of a recording: drawn from a nonce and the case it is for, so that a record shows by itself that nobody
//! chose its steps.

use evidence::{CaseId, ChallengeStep, Motion};
#[cfg(test)]
use evidence::{Challenge, UtcMillis};
use sha2::{Digest, Sha256};

/// How a challenge is drawn; raised when another would come of the same nonce.
const DRAWN: &[u8] = b"proofbooth-challenge/1";
/// How long the person has for a step.
const LIMIT_MS: u64 = 8_000;

/// A challenge for a recording of `case` that has just begun.
#[cfg(test)]
pub(crate) fn made(case: CaseId, nonce: [u8; 16], at: UtcMillis) -> Challenge {
    let nonce = hex::encode(nonce);
    Challenge {
        steps: steps(case, &nonce),
        nonce,
        made_at: at,
        outcome: None,
    }
}

/// The steps that come of `nonce` for `case`: both turns, a blink and coming closer, in one of 24 orders, and one of the
/// turns or the blink once more.
pub(crate) fn steps(case: CaseId, nonce: &str) -> Vec<ChallengeStep> {
    let drawn = Sha256::new_with_prefix(DRAWN)
        .chain_update(case.0.as_bytes())
        .chain_update(nonce.as_bytes())
        .finalize();
    let mut left = vec![Motion::Left, Motion::Right, Motion::Blink, Motion::Closer];
    let mut motions = Vec::new();
    for &byte in drawn.iter().take(left.len()) {
        // Of a byte, the rest by 2, 3 or 4 is even to a hundredth.
        motions.push(left.remove(usize::from(byte) % left.len()));
    }
    let again = [Motion::Left, Motion::Right, Motion::Blink];
    let last = motions.last().copied();
    let others: Vec<Motion> = again.into_iter().filter(|&motion| Some(motion) != last).collect();
    motions.push(others[usize::from(drawn[8]) % others.len()]);
    motions
        .into_iter()
        .map(|motion| ChallengeStep {
            motion,
            limit_ms: LIMIT_MS,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_nonce_gives_the_same_steps_for_its_case_only() {
        let (one, other) = (CaseId(uuid::Uuid::from_u128(1)), CaseId(uuid::Uuid::from_u128(2)));
        let challenge = made(one, [7; 16], UtcMillis(0));
        assert_eq!(challenge.steps, steps(one, &challenge.nonce));
        let differ = (0..16_u8).filter(|&n| {
            let nonce = hex::encode([n; 16]);
            steps(one, &nonce) != steps(other, &nonce)
        });
        assert!(differ.count() >= 12, "another case, another challenge");
    }

    #[test]
    fn every_order_is_drawn_and_no_motion_comes_twice_in_a_row() {
        let case = CaseId(uuid::Uuid::from_u128(3));
        let mut seen = HashSet::new();
        for number in 0..2_000_u128 {
            let drawn = made(case, number.to_be_bytes(), UtcMillis(0)).steps;
            let motions: Vec<Motion> = drawn.iter().map(|step| step.motion).collect();
            assert_eq!(motions.len(), 5);
            assert!(motions.windows(2).all(|pair| pair[0] != pair[1]), "{motions:?}");
            seen.insert(motions);
        }
        assert_eq!(seen.len(), 54, "each order with each of its endings");
    }
}
