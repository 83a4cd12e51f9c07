//! What one picture of the preview shows, after those before it.

use std::time::Duration;

use bytes::Bytes;
use evidence::{Corners, Shutter as ShutterNote};
use vision::find::Tracker;
use vision::geometry::Quad;
use vision::pixels::Picture;
use vision::quality::{self, Adviser, Cause, Known, Quality};
use vision::shutter::{Hint, Question, Shot, Shutter, Step};

use super::corners_of;
use crate::view::{AdviceView, CauseView, HelpView, HintView, ShutterView};

/// After a picture that was not good enough for the person, they get so long before the next is taken by itself.
pub(super) const BREATH: Duration = Duration::from_secs(3);

/// What was seen.
pub(super) struct Seen {
    pub corners: Option<Corners>,
    pub advice: Option<AdviceView>,
    pub hint: Option<HintView>,
    pub shutter: ShutterView,
    pub help: HelpView,
    pub coarse: bool,
    /// Set when somebody has to say whether an identity document lies there.
    pub question: Option<Question<Bytes>>,
    /// Set when the picture is to be taken now.
    pub fire: Option<Fire>,
}

/// The picture is to be taken.
pub(super) struct Fire {
    /// Which frame was the best, and why.
    pub note: ShutterNote,
    /// The next best, as JPEGs.
    pub more: Vec<Bytes>,
}

/// Follows a document through the pictures of one opening of a step.
pub(super) struct Sight {
    tracker: Tracker,
    adviser: Adviser,
    shutter: Shutter<Bytes>,
    before: Option<(Quad, Duration)>,
    by_itself: bool,
    pause: Duration,
}

impl Sight {
    /// `by_itself`: the picture is taken by itself; `failures`: so many that were taken so were not good enough.
    pub fn new(by_itself: bool, failures: u32) -> Self {
        let mut shutter = Shutter::asking();
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

    /// The answer to a question: whether that frame shows an identity document.
    pub fn answer(&mut self, number: u32, is_document: bool) {
        self.shutter.answer(number, is_document);
    }

    /// The next picture, `at` after the first, and the JPEG it comes from.
    pub fn see(&mut self, picture: &Picture, jpeg: &Bytes, at: Duration) -> Seen {
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
        let corners = found.and_then(|found| corners_of(&found.quad, size));
        // Where a person takes the picture, the shutter only knows how long they have been at it.
        let sight = found.zip(quality).filter(|_| self.by_itself && at >= self.pause);
        let step = self.shutter.see(at, jpeg.clone(), sight);
        let doubt = (step == Step::Doubt).then_some(AdviceView {
            cause: CauseView::Unrecognised,
            corners,
        });
        let advice = advice.map(|advice| AdviceView {
            cause: advice.cause.into(),
            corners: advice.place.and_then(|place| corners_of(&place, size)),
        });
        let (shutter, fire) = match step {
            Step::Wait | Step::Quiet | Step::Doubt => (ShutterView::Waiting, None),
            Step::Hold(share) => (ShutterView::Holding { share }, None),
            Step::Fire(shot) => {
                let note = note_of(&shot, at);
                (
                    ShutterView::Taking,
                    Some(Fire {
                        note,
                        more: shot.more,
                    }),
                )
            }
        };
        Seen {
            corners,
            advice: advice.or(doubt),
            hint: None,
            shutter,
            question: self.shutter.question(),
            help: match self.shutter.hint(at) {
                Hint::None => HelpView::None,
                Hint::Slow => HelpView::Slow,
                Hint::OtherWay => HelpView::OtherWays,
            },
            coarse,
            fire,
        }
    }
}

fn note_of(shot: &Shot<Bytes>, at: Duration) -> ShutterNote {
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
            let seen = sight.see(&wall, &Bytes::new(), at);
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
            let seen = Sight::new(true, failures).see(&wall, &Bytes::new(), Duration::ZERO);
            assert_eq!(seen.help, help);
        }
    }

    /// What is seen of a card that lies still for two seconds, where every question is answered at once with this.
    fn of_a_card(is_document: bool) -> Vec<Seen> {
        let clip = crate::practice::CLIPS[0].2;
        let jpeg = Bytes::from_static(&clip[capture::jpeg::split(clip).swap_remove(0)]);
        let picture = super::super::decoded(&jpeg, 1280).expect("a picture");
        let mut sight = Sight::new(true, 0);
        let mut all: Vec<Seen> = Vec::new();
        for tenth in 0..20 {
            if let Some(question) = all.last().and_then(|seen| seen.question.as_ref()) {
                assert_eq!(question.frame, jpeg);
                sight.answer(question.number, is_document);
            }
            all.push(sight.see(&picture, &jpeg, Duration::from_millis(tenth * 100)));
        }
        all
    }

    #[test]
    fn what_is_recognised_is_taken_once_and_its_next_best_frames_are_kept() {
        let seen = of_a_card(true);
        let fires: Vec<&Fire> = seen.iter().filter_map(|seen| seen.fire.as_ref()).collect();
        assert_eq!(fires.len(), 1);
        assert_eq!(fires[0].more.len(), 2);
    }

    #[test]
    fn a_card_that_is_no_identity_document_is_never_taken_and_it_is_said() {
        let seen = of_a_card(false);
        assert!(seen.iter().all(|seen| seen.fire.is_none()));
        let last = seen.last().and_then(|seen| seen.advice.as_ref()).expect("a word");
        assert_eq!(last.cause, CauseView::Unrecognised);
        assert_eq!(seen.last().map(|seen| seen.shutter), Some(ShutterView::Waiting));
    }
}
