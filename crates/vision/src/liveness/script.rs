//! What a person is asked to do, in which order.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Something a picture cannot do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The head turned to the person's own left.
    Left,
    /// The head turned to the person's own right.
    Right,
    /// The eyes shut and opened again.
    Blink,
    /// The face brought nearer to the camera.
    Closer,
}

impl Step {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Blink, Self::Closer];

    /// How long a person has for it: slow people too, who first have to read what is asked.
    const LIMIT: Duration = Duration::from_secs(10);
}

/// A step and the time there is for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What is asked.
    pub step: Step,
    /// How long after the step before (or the first face) it may take.
    pub limit: Duration,
}

/// Steps in the order they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script(Vec<Task>);

/// Keeps this use of a nonce apart from any other.
const PURPOSE: &[u8] = b"proofbooth liveness script 1\0";
/// The longest script that is made from a nonce: all orders of it are counted.
const LONGEST: usize = 6;
/// The shortest that holds a turn to each side and something else.
const SHORTEST: usize = 3;

impl Script {
    /// How many steps a script has where nothing else is asked for: one of 56 orders, in about 15 seconds.
    pub const STEPS: usize = 4;

    /// These steps in this order, with the usual time for each.
    #[must_use]
    pub fn new(steps: &[Step]) -> Self {
        let task = |&step| Task {
            step,
            limit: Step::LIMIT,
        };
        Self(steps.iter().map(task).collect())
    }

    /// The script of a nonce, `length` steps long (3 to 6): each order that has a turn to either side, never the same
    /// step twice in a row and at most one [`Step::Closer`] is equally likely. The same nonce always gives the same
    /// script, so that a reviewer can compute what was asked.
    #[must_use]
    pub fn from_nonce(nonce: &[u8], length: usize) -> Self {
        let orders = orders(length.clamp(SHORTEST, LONGEST));
        let digest = Sha256::new().chain_update(PURPOSE).chain_update(nonce).finalize();
        // 128 bits against at most 4,096 orders: none is measurably likelier.
        let drawn = digest[..16]
            .iter()
            .fold(0, |sum, &byte| (sum * 256 + usize::from(byte)) % orders.len());
        Self::new(&orders[drawn])
    }

    /// How many orders of this length can be drawn from a nonce.
    #[must_use]
    pub fn orders(length: usize) -> usize {
        orders(length.clamp(SHORTEST, LONGEST)).len()
    }

    /// The same with another time for each step.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        for task in &mut self.0 {
            task.limit = limit;
        }
        self
    }

    /// The steps with their times.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.0
    }
}

/// Every order of this length that may be asked for.
fn orders(length: usize) -> Vec<Vec<Step>> {
    let mut all: Vec<Vec<Step>> = vec![Vec::new()];
    for _ in 0..length {
        all = all
            .into_iter()
            .flat_map(|begun| {
                let next = Step::ALL.into_iter().filter({
                    let begun = begun.clone();
                    move |step| begun.last() != Some(step) && (*step != Step::Closer || !begun.contains(step))
                });
                next.map(move |step| [begun.as_slice(), &[step]].concat())
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    all.retain(|order| order.contains(&Step::Left) && order.contains(&Step::Right));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_nonce_always_gives_the_same_script_and_another_mostly_another() {
        let first = Script::from_nonce(b"one nonce", Script::STEPS);
        assert_eq!(first, Script::from_nonce(b"one nonce", Script::STEPS));
        let others = (0..64_u8).filter(|n| Script::from_nonce(&[*n], Script::STEPS) != first);
        assert!(others.count() > 55);
    }

    #[test]
    fn every_order_is_asked_for_about_as_often() {
        let mut counts: BTreeMap<Vec<Step>, u32> = BTreeMap::new();
        for n in 0..20_000_u32 {
            let script = Script::from_nonce(&n.to_be_bytes(), Script::STEPS);
            let steps = script.tasks().iter().map(|task| task.step).collect();
            *counts.entry(steps).or_default() += 1;
        }
        assert_eq!(counts.len(), orders(Script::STEPS).len());
        let expected = 20_000 / u32::try_from(counts.len()).unwrap();
        for (order, count) in counts {
            assert!(count.abs_diff(expected) < expected / 3, "{order:?}: {count}");
        }
    }

    #[test]
    fn a_script_turns_to_both_sides_and_repeats_nothing_at_once() {
        for length in 0..9 {
            for n in 0..200_u8 {
                let script = Script::from_nonce(&[n], length);
                let steps: Vec<Step> = script.tasks().iter().map(|task| task.step).collect();
                assert!((SHORTEST..=LONGEST).contains(&steps.len()));
                assert!(steps.contains(&Step::Left) && steps.contains(&Step::Right));
                assert!(steps.windows(2).all(|pair| pair[0] != pair[1]));
            }
        }
    }
}
