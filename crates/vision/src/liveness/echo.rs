//! Whether the picture is one of before, played again.
//!
//! From one moment to the next a living picture differs by its movement and its noise, and from one farther back by more
//! and not by less. Where it keeps being far more alike to what was there a fixed time ago, that is being shown again, also
//! where the person hardly moves and where it was compressed anew.

use std::collections::VecDeque;
use std::time::Duration;

use crate::pixels::Picture;

/// The sides of the small pictures that are compared: their pixels are means of some hundred, and know little noise.
const ACROSS: usize = 48;
const DOWN: usize = 27;
/// A loop is at least so long, and no longer than what is remembered.
const SHORTEST: Duration = Duration::from_millis(250);
const REMEMBERED: Duration = Duration::from_millis(4_000);
/// So much more alike to the picture of before than two pictures that follow each other.
const ALIKE: f32 = 0.5;
/// Pictures that follow each other and differ by less, in levels of 255, show that nothing moves, and nothing of a loop.
const MOVING: f32 = 0.12;
/// Times of frames are exact to about this.
const JITTER: Duration = Duration::from_millis(20);
/// What pictures that follow each other usually differ by: the middle one of so many.
const USUAL: usize = 9;

/// Remembers what was shown, small and grey.
#[derive(Default)]
pub(super) struct Echoes {
    kept: VecDeque<(Duration, Vec<u8>)>,
    /// What the last pictures differed by from those before them.
    steps: VecDeque<f32>,
    /// How far back, and since when, what is shown is what was shown then.
    runs: Vec<(Duration, Duration)>,
}

impl Echoes {
    /// For how long the picture has been one of before.
    pub fn hear(&mut self, at: Duration, frame: &Picture) -> Duration {
        self.see(at, frame.resized(ACROSS, DOWN).gray().levels().to_vec())
    }

    fn see(&mut self, at: Duration, small: Vec<u8>) -> Duration {
        while self
            .kept
            .front()
            .is_some_and(|(then, _)| at.saturating_sub(*then) > REMEMBERED)
        {
            self.kept.pop_front();
        }
        let Some((_, last)) = self.kept.back() else {
            self.kept.push_back((at, small));
            return Duration::ZERO;
        };
        let step = difference(last, &small);
        // Recordings at a doubled rate have each frame twice.
        if step > 0.0 {
            self.steps.push_back(step);
            if self.steps.len() > USUAL {
                self.steps.pop_front();
            }
        }
        let usual = middle(&self.steps);
        let mut alike: Vec<Duration> = Vec::new();
        if usual >= MOVING {
            for (then, shown) in &self.kept {
                let back = at.saturating_sub(*then);
                if back >= SHORTEST && difference(shown, &small) < ALIKE * usual {
                    alike.push(back);
                }
            }
        }
        let since = |back: &Duration| {
            let of_run = |run: &&(Duration, Duration)| run.0.abs_diff(*back) <= JITTER;
            self.runs.iter().filter(of_run).map(|(_, since)| *since).min()
        };
        self.runs = alike
            .iter()
            .map(|back| (*back, since(back).unwrap_or(at)))
            .collect();
        self.kept.push_back((at, small));
        let longest = self.runs.iter().map(|(_, since)| at.saturating_sub(*since)).max();
        longest.unwrap_or(Duration::ZERO)
    }
}

fn middle(of: &VecDeque<f32>) -> f32 {
    let mut sorted: Vec<f32> = of.iter().copied().collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "sums of a small picture's levels")]
fn difference(a: &[u8], b: &[u8]) -> f32 {
    let sum: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum as f32 / a.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something that moves on without ever being the same, with a little noise.
    fn frame(number: usize, noise: usize) -> Vec<u8> {
        let level = |i: usize| {
            let moved = (i * 7 + number * 3) % 251;
            let mixed = ((i << 20) ^ noise).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            u8::try_from(moved + (mixed >> 40) % 3).unwrap_or(0)
        };
        (0..ACROSS * DOWN).map(level).collect()
    }

    fn longest(shown: impl Iterator<Item = usize>) -> Duration {
        let mut echoes = Echoes::default();
        shown
            .enumerate()
            .map(|(nth, number)| {
                let at = Duration::from_millis(66) * u32::try_from(nth).unwrap();
                echoes.see(at, frame(number, nth))
            })
            .max()
            .unwrap_or_default()
    }

    #[test]
    fn what_is_shown_again_is_heard_and_what_goes_on_is_not() {
        assert!(longest((0..60).map(|n| n % 12)) > Duration::from_secs(2));
        assert_eq!(longest(0..60), Duration::ZERO);
        assert_eq!(
            longest(std::iter::repeat_n(3, 60)),
            Duration::ZERO,
            "that is frozen"
        );
    }
}
