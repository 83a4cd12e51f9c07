//! When to take the picture.
//!
//! A state machine without clock or camera: it is told what each frame shows and says what to do. It fires when a
//! document lies still and every gate has held for a moment, and gives the best frame of that moment. Then it is
//! quiet until the document has gone, or until it is armed again.

use std::collections::VecDeque;
use std::time::Duration;

use crate::find::Found;
use crate::quality::{Cause, Quality, Verdict};

/// How long every gate has to hold: a hand that only passes does not stay, and a person does not notice it as a wait.
const HOLD: Duration = Duration::from_millis(350);

/// A frame in which a gate fails does not start the wait anew when the next is good: noise is no movement.
const LAPSE: Duration = Duration::from_millis(150);

/// How sure the search has to be of a document (`Found::confidence`) before its picture is taken by itself: what is
/// less sure is shown, and left to the button.
const SURE: f32 = 0.7;

/// How long a document has to be away before the next one is another.
const GONE: Duration = Duration::from_millis(700);

/// Without a picture for so long, a calm hint is due.
const SLOW: Duration = Duration::from_secs(10);

/// After so many failures another way is offered.
const ATTEMPTS: u32 = 3;

/// What to do after a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<F> {
    /// Nothing: there is no document, or not yet a good picture.
    Wait,
    /// All gates hold; the share of the moment that has passed, 0 to 1.
    Hold(f32),
    /// Take this frame.
    Fire(Shot<F>),
    /// The picture has been taken and the document is still there.
    Quiet,
}

/// The frame that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot<F> {
    /// What the caller gave for it.
    pub frame: F,
    /// The frame's time.
    pub at: Duration,
    /// Where its document is.
    pub found: Found,
    /// How good it is.
    pub quality: Quality,
    /// Its score among the frames of the moment: sharpness, less what glare and motion take away.
    pub score: f32,
    /// How many frames it was the best of.
    pub of: usize,
}

/// What a person waiting should be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Nothing.
    None,
    /// It takes long: a calm word, and the manual button.
    Slow,
    /// It failed several times: a file, another camera.
    OtherWay,
}

/// Decides when to take the picture. `F` is what stands for a frame: the picture, or its number.
#[derive(Debug, Clone)]
pub struct Shutter<F> {
    state: State,
    kept: VecDeque<Shot<F>>,
    since: Option<Duration>,
    last_good: Option<Duration>,
    last_seen: Option<Duration>,
    /// When the wait for a picture began.
    began: Option<Duration>,
    failures: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Armed,
    Fired,
}

impl<F> Default for Shutter<F> {
    fn default() -> Self {
        Self {
            state: State::Armed,
            kept: VecDeque::new(),
            since: None,
            last_good: None,
            last_seen: None,
            began: None,
            failures: 0,
        }
    }
}

impl<F> Shutter<F> {
    /// An armed shutter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to do after the frame of time `at` (from any start, never going back), which shows `sight`.
    pub fn see(&mut self, at: Duration, frame: F, sight: Option<(Found, Quality)>) -> Step<F> {
        self.began.get_or_insert(at);
        let Some((found, quality)) = sight else {
            return self.nothing(at);
        };
        self.last_seen = Some(at);
        if self.state == State::Fired {
            return Step::Quiet;
        }
        if !quality.holds() || found.confidence < SURE {
            if self.last_good.is_none_or(|good| at.saturating_sub(good) > LAPSE) {
                self.start_over();
            }
            return Step::Wait;
        }
        self.last_good = Some(at);
        let since = *self.since.get_or_insert(at);
        let score = score(&quality);
        self.kept.push_back(Shot {
            frame,
            at,
            found,
            quality,
            score,
            of: 0,
        });
        while self
            .kept
            .front()
            .is_some_and(|first| at.saturating_sub(first.at) > HOLD * 2)
        {
            self.kept.pop_front();
        }
        let held = at.saturating_sub(since);
        if held < HOLD {
            return Step::Hold(held.as_secs_f32() / HOLD.as_secs_f32());
        }
        self.fire()
    }

    /// Arms the shutter again although the document has not left, as when the picture is to be taken anew.
    pub fn arm(&mut self) {
        self.state = State::Armed;
        self.began = None;
        self.start_over();
    }

    /// The picture that was taken could not be used: counts the failure and arms again.
    pub fn failed(&mut self) {
        self.failures += 1;
        self.arm();
    }

    /// What to tell the person at time `at`.
    #[must_use]
    pub fn hint(&self, at: Duration) -> Hint {
        if self.state == State::Fired {
            return Hint::None;
        }
        let waited = self
            .began
            .map_or(Duration::ZERO, |began| at.saturating_sub(began));
        if self.failures >= ATTEMPTS {
            Hint::OtherWay
        } else if waited >= SLOW {
            Hint::Slow
        } else {
            Hint::None
        }
    }

    fn nothing(&mut self, at: Duration) -> Step<F> {
        let away = self.last_seen.is_none_or(|seen| at.saturating_sub(seen) >= GONE);
        if self.last_good.is_none_or(|good| at.saturating_sub(good) > LAPSE) {
            self.start_over();
        }
        if self.state == State::Fired {
            if !away {
                return Step::Quiet;
            }
            self.state = State::Armed;
            self.began = Some(at);
        }
        Step::Wait
    }

    fn start_over(&mut self) {
        self.since = None;
        self.last_good = None;
        self.kept.clear();
    }

    fn fire(&mut self) -> Step<F> {
        let of = self.kept.len();
        let best = (0..of).max_by(|&a, &b| self.kept[a].score.total_cmp(&self.kept[b].score));
        let Some(mut shot) = best.and_then(|index| self.kept.remove(index)) else {
            return Step::Wait;
        };
        shot.of = of;
        self.start_over();
        self.state = State::Fired;
        Step::Fire(shot)
    }
}

/// How good a frame is among frames that all hold: sharpness counts, and what glare, motion and gates that are only
/// just met take away.
fn score(quality: &Quality) -> f32 {
    let value = |cause| {
        quality
            .gate(cause)
            .map(|gate| gate.value / gate.threshold.max(1e-6))
    };
    let sharp = value(Cause::Blurred).map_or(1.0, |share| 1.0 / share.max(0.1));
    let poor = quality
        .gates
        .iter()
        .filter(|gate| gate.verdict == Verdict::Poor)
        .count() as f32;
    sharp - 0.5 * value(Cause::Glare).unwrap_or(0.0) - 0.3 * value(Cause::Moving).unwrap_or(0.0) - 0.1 * poor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::Shape;
    use crate::geometry::{Quad, Rect};

    fn sight() -> Option<(Found, Quality)> {
        let found = Found {
            quad: Quad::of(Rect::new(0.0, 0.0, 856.0, 540.0)),
            shape: Shape::Id1,
            confidence: 1.0,
        };
        let quality = Quality {
            gates: Vec::new(),
            dpi: 250.0,
            most_dpi: 350.0,
        };
        Some((found, quality))
    }

    /// The times at which it fires, ten frames a second.
    fn run(shutter: &mut Shutter<u64>, frames: std::ops::Range<u64>, seen: impl Fn(u64) -> bool) -> Vec<u64> {
        frames
            .filter(|&n| {
                let sight = seen(n).then(sight).flatten();
                matches!(
                    shutter.see(Duration::from_millis(100 * n), n, sight),
                    Step::Fire(_)
                )
            })
            .collect()
    }

    #[test]
    fn it_fires_once_for_each_document() {
        let mut shutter = Shutter::new();
        let there = |n: u64| (10..50).contains(&n) || (60..90).contains(&n);
        assert_eq!(run(&mut shutter, 0..100, there), [14, 64]);
    }

    #[test]
    fn a_document_that_only_passes_is_not_taken() {
        let mut shutter = Shutter::new();
        assert!(run(&mut shutter, 0..60, |n| n % 10 < 3).is_empty());
    }

    #[test]
    fn a_long_wait_and_failures_are_noticed() {
        let mut shutter = Shutter::new();
        run(&mut shutter, 0..2, |_| false);
        assert_eq!(shutter.hint(Duration::from_secs(9)), Hint::None);
        assert_eq!(shutter.hint(Duration::from_secs(11)), Hint::Slow);
        (0..3).for_each(|_| shutter.failed());
        assert_eq!(shutter.hint(Duration::from_secs(11)), Hint::OtherWay);
    }
}
