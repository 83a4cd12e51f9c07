//! When to take the picture.
//!
//! A state machine without clock or camera: it is told what each frame shows and says what to do. It fires when a
//! document lies still and every gate has held for a moment, and gives the best frame of that moment. Then it is
//! quiet until the document has gone, or until it is armed again.
//!
//! A border and print are what any card has. So a shutter may ask first ([`Shutter::asking`]): it hands out a frame as
//! soon as the moment begins ([`Shutter::question`]), somebody reads it meanwhile, and nothing is taken before the answer
//! is that an identity document lies there.

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

/// What was not recognised in a frame is asked about again: it may have been badly seen. So many times at once, since a
/// document that is just put down is soon seen better, and then after so long, since it is no document.
const AT_ONCE: u32 = 2;
const RECONSIDER: Duration = Duration::from_millis(1_000);

/// How many more frames of the moment a shot brings along.
const MORE: usize = 2;

/// Without a picture for so long, a calm hint is due.
pub const SLOW: Duration = Duration::from_secs(10);

/// After so many failures another way is offered.
pub const ATTEMPTS: u32 = 3;

/// What to do after a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<F> {
    /// Nothing: there is no document, or not yet a good picture.
    Wait,
    /// All gates hold; the share of the moment that has passed, 0 to 1.
    Hold(f32),
    /// All gates hold, and what lies there was not recognised as an identity document.
    Doubt,
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
    /// The next best of them, the best first: they can bear witness where this one cannot be read.
    pub more: Vec<F>,
}

/// A question whether a frame shows an identity document.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<F> {
    /// The frame.
    pub frame: F,
    /// The question's number, for [`Shutter::answer`].
    pub number: u32,
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
    kept: VecDeque<Kept<F>>,
    since: Option<Duration>,
    last_good: Option<Duration>,
    last_seen: Option<Duration>,
    /// When the wait for a picture began.
    began: Option<Duration>,
    failures: u32,
    recognised: Recognised,
    /// The questions asked so far.
    asked: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Armed,
    Fired,
}

/// Whether what lies there is known to be an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recognised {
    /// Nobody is asked.
    Assumed,
    /// To be asked.
    Unknown,
    /// A question is open.
    Asked {
        number: u32,
        at: Duration,
        /// How many before it were answered with no.
        noes: u32,
    },
    Yes,
    /// It was not in the frame of this time.
    No {
        at: Duration,
        noes: u32,
    },
}

/// A frame in which every gate held.
#[derive(Debug, Clone)]
struct Kept<F> {
    frame: F,
    at: Duration,
    found: Found,
    quality: Quality,
    score: f32,
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
            recognised: Recognised::Assumed,
            asked: 0,
        }
    }
}

impl<F> Shutter<F> {
    /// An armed shutter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An armed shutter that takes only what was recognised as an identity document: see [`Shutter::question`].
    #[must_use]
    pub fn asking() -> Self {
        Self {
            recognised: Recognised::Unknown,
            ..Self::default()
        }
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
        self.kept.push_back(Kept {
            frame,
            at,
            found,
            quality,
            score,
        });
        while self
            .kept
            .front()
            .is_some_and(|first| at.saturating_sub(first.at) > HOLD * 2)
        {
            self.kept.pop_front();
        }
        let share = at.saturating_sub(since).as_secs_f32() / HOLD.as_secs_f32();
        match self.recognised {
            Recognised::No { noes, .. } | Recognised::Asked { noes, .. } if noes >= AT_ONCE => Step::Doubt,
            Recognised::Assumed | Recognised::Yes if share >= 1.0 => self.fire(),
            _ => Step::Hold(share.min(1.0)),
        }
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

    /// Of which document somebody has to say whether it is one, where that is not known and the moment has begun. Ask
    /// after every [`Shutter::see`]; a question is put once.
    pub fn question(&mut self) -> Option<Question<F>>
    where
        F: Clone,
    {
        let last = self.kept.back()?;
        let noes = match self.recognised {
            Recognised::Unknown => 0,
            Recognised::No { at, noes } if noes < AT_ONCE || last.at.saturating_sub(at) >= RECONSIDER => noes,
            _ => return None,
        };
        self.asked = self.asked.wrapping_add(1);
        self.recognised = Recognised::Asked {
            number: self.asked,
            at: last.at,
            noes,
        };
        Some(Question {
            frame: last.frame.clone(),
            number: self.asked,
        })
    }

    /// The answer to the question of this number; that to a question about a document that has left is not heard.
    pub fn answer(&mut self, number: u32, is_document: bool) {
        if let Recognised::Asked {
            number: open,
            at,
            noes,
        } = self.recognised
            && open == number
        {
            self.recognised = if is_document {
                Recognised::Yes
            } else {
                Recognised::No { at, noes: noes + 1 }
            };
        }
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
        if away && self.recognised != Recognised::Assumed {
            self.recognised = Recognised::Unknown;
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
        let mut kept: Vec<Kept<F>> = std::mem::take(&mut self.kept).into();
        let of = kept.len();
        // Of equals the latest.
        kept.reverse();
        kept.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut kept = kept.into_iter();
        let Some(best) = kept.next() else {
            return Step::Wait;
        };
        self.start_over();
        self.state = State::Fired;
        Step::Fire(Shot {
            frame: best.frame,
            at: best.at,
            found: best.found,
            quality: best.quality,
            score: best.score,
            of,
            more: kept.take(MORE).map(|kept| kept.frame).collect(),
        })
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

    /// As [`run`], where every question is answered after `late` frames by what `is_document` says of its frame.
    fn asked(
        frames: std::ops::Range<u64>,
        seen: impl Fn(u64) -> bool,
        late: u64,
        is_document: impl Fn(u64) -> bool,
    ) -> (Vec<u64>, Vec<u64>) {
        let (mut shutter, mut open) = (Shutter::asking(), Vec::<(u64, u32, u64)>::new());
        let (mut fired, mut questions) = (Vec::new(), Vec::new());
        for n in frames {
            for (_, number, of) in open.extract_if(.., |&mut (due, ..)| n >= due) {
                shutter.answer(number, is_document(of));
            }
            let sight = seen(n).then(sight).flatten();
            if let Step::Fire(shot) = shutter.see(Duration::from_millis(100 * n), n, sight) {
                assert!(shot.more.len() == 2 && !shot.more.contains(&shot.frame));
                fired.push(n);
            }
            if let Some(question) = shutter.question() {
                questions.push(question.frame);
                open.push((n + late, question.number, question.frame));
            }
        }
        (fired, questions)
    }

    #[test]
    fn what_is_recognised_in_time_is_taken_as_soon_as_without_asking() {
        let (fired, questions) = asked(0..60, |n| n >= 10, 3, |_| true);
        assert_eq!((fired.as_slice(), questions.as_slice()), (&[14][..], &[10][..]));
        let (late, _) = asked(0..60, |n| n >= 10, 9, |_| true);
        assert_eq!(late, [19], "not before the answer");
    }

    #[test]
    fn what_is_not_recognised_is_not_taken_and_looked_at_again_now_and_then() {
        let (fired, questions) = asked(0..60, |n| n >= 10, 3, |_| false);
        assert!(fired.is_empty());
        assert_eq!(questions, [10, 13, 23, 33, 43, 53]);
        // What was badly seen at first is taken once it is recognised.
        let (fired, _) = asked(0..60, |n| n >= 10, 3, |n| n >= 20);
        assert_eq!(fired, [26]);
        // Soon, where it was only just put down.
        let (fired, _) = asked(0..60, |n| n >= 10, 3, |n| n >= 12);
        assert_eq!(fired, [16]);
    }

    #[test]
    fn each_document_is_asked_about_and_an_answer_that_comes_too_late_is_not_heard() {
        // A document is shown and taken away while it is being read; what comes after it is none.
        let (fired, questions) = asked(0..60, |n| (10..13).contains(&n) || n >= 22, 13, |n| n < 20);
        assert!(fired.is_empty(), "{fired:?}");
        assert_eq!(questions[..2], [10, 22]);
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
