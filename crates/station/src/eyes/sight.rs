//! What one picture of the preview shows, after those before it.

use std::time::Duration;

use evidence::{Corners, Shutter as ShutterNote};
use vision::find::{Found, Tracker};
use vision::geometry::Quad;
use vision::pixels::Picture;
use vision::quality::{self, Adviser, Cause, Known, Quality};
use vision::shutter::{Hint, Shot, Shutter, Step};

use super::corners_of;
use crate::view::{AdviceView, HelpView, ShutterView};

/// After a picture that was not good enough for the person, they get so long before the next is taken by itself.
const BREATH: Duration = Duration::from_secs(3);

/// What was seen.
pub(super) struct Seen {
    pub corners: Option<Corners>,
    pub advice: Option<AdviceView>,
    pub shutter: ShutterView,
    pub help: HelpView,
    pub coarse: bool,
    /// Set when the picture is to be taken now: which frame was the best, and why.
    pub fire: Option<ShutterNote>,
}

/// Follows a document through the pictures of one opening of a step.
pub(super) struct Sight {
    tracker: Tracker,
    adviser: Adviser,
    shutter: Shutter<()>,
    before: Option<(Quad, Duration)>,
    by_itself: bool,
    pause: Duration,
}

impl Sight {
    /// `by_itself`: the picture is taken by itself; `failures`: so many that were taken so were not good enough.
    pub fn new(by_itself: bool, failures: u32) -> Self {
        let mut shutter = Shutter::new();
        for _ in 0..failures {
            shutter.failed();
        }
        Self {
            tracker: Tracker::new(),
            adviser: Adviser::new(),
            shutter,
            before: None,
            by_itself,
            pause: if failures == 0 { Duration::ZERO } else { BREATH },
        }
    }

    /// The next picture, `at` after the first.
    pub fn see(&mut self, picture: &Picture, at: Duration) -> Seen {
        let size = (picture.width(), picture.height());
        let found = self.tracker.see(picture, at);
        let quality = found.map(|found| {
            let known = Known {
                before: self
                    .before
                    .map(|(quad, then)| (quad, at.saturating_sub(then).as_secs_f32())),
                ..Known::default()
            };
            quality::judge(picture, &found, &known)
        });
        self.before = found.map(|found| (found.quad, at));
        let advice = self.adviser.see(at, quality.as_ref());
        let coarse = quality.as_ref().is_some_and(Quality::beyond_camera);
        let (shutter, fire) = self.shutter(at, found.zip(quality));
        Seen {
            corners: found.and_then(|found| corners_of(&found.quad, size)),
            advice: advice.map(|advice| AdviceView {
                cause: advice.cause.into(),
                corners: advice.place.and_then(|place| corners_of(&place, size)),
            }),
            shutter,
            help: match self.shutter.hint(at) {
                Hint::None => HelpView::None,
                Hint::Slow => HelpView::Slow,
                Hint::OtherWay => HelpView::OtherWays,
            },
            coarse,
            fire,
        }
    }

    fn shutter(
        &mut self,
        at: Duration,
        sight: Option<(Found, Quality)>,
    ) -> (ShutterView, Option<ShutterNote>) {
        // Where a person takes the picture, the shutter only knows how long they have been at it.
        let sight = sight.filter(|_| self.by_itself && at >= self.pause);
        match self.shutter.see(at, (), sight) {
            Step::Wait | Step::Quiet => (ShutterView::Waiting, None),
            Step::Hold(share) => (ShutterView::Holding { share }, None),
            Step::Fire(shot) => (ShutterView::Taking, Some(note_of(&shot, at))),
        }
    }
}

fn note_of(shot: &Shot<()>, at: Duration) -> ShutterNote {
    let mut why = format!("score {:.2}", shot.score);
    for (cause, name) in [
        (Cause::Blurred, "sharpness"),
        (Cause::Glare, "glare"),
        (Cause::Moving, "motion"),
    ] {
        if let Some(gate) = shot.quality.gate(cause) {
            why.push_str(&format!(", {name} {:.3} of {:.3}", gate.value, gate.threshold));
        }
    }
    ShutterNote {
        frames: u32::try_from(shot.of).unwrap_or(u32::MAX),
        best_before_ms: u64::try_from(at.saturating_sub(shot.at).as_millis()).unwrap_or(u64::MAX),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_is_never_taken_and_help_comes_in_time() {
        let wall = Picture::new(320, 180, vec![128; 320 * 180 * 3]).expect("a picture");
        let mut sight = Sight::new(true, 0);
        for tenth in 0..=120 {
            let at = Duration::from_millis(tenth * 100);
            let seen = sight.see(&wall, at);
            assert!(seen.fire.is_none() && seen.corners.is_none());
            assert_eq!(seen.shutter, ShutterView::Waiting);
            let help = if tenth < 100 {
                HelpView::None
            } else {
                HelpView::Slow
            };
            assert_eq!(seen.help, help, "after {at:?}");
        }
    }

    #[test]
    fn after_three_pictures_that_were_not_good_enough_other_ways_are_offered() {
        let wall = Picture::new(320, 180, vec![128; 320 * 180 * 3]).expect("a picture");
        for (failures, help) in [(2, HelpView::None), (3, HelpView::OtherWays)] {
            let seen = Sight::new(true, failures).see(&wall, Duration::ZERO);
            assert_eq!(seen.help, help);
        }
    }
}
