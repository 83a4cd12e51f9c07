//! What one picture of the preview shows of a person's face, after those before it.

use std::sync::Arc;
use std::time::Duration;

use evidence::Shutter as ShutterNote;
use vision::face::{Coach, Component, SelfieShutter, Shot, Step};
use vision::pixels::Picture;
use vision::shutter::{ATTEMPTS, SLOW};

use super::looker::Looker;
use super::sight::{BREATH, Fire, Seen};
use crate::view::{HelpView, ShutterView};

/// Follows a face through the pictures of one opening of the selfie's step.
pub(super) struct FaceSight {
    looker: Arc<Looker>,
    coach: Coach,
    shutter: SelfieShutter<()>,
    by_itself: bool,
    failures: u32,
    pause: Duration,
    broken: bool,
}

impl FaceSight {
    /// `by_itself`: the picture is taken by itself; `failures`: so many that were taken so were not good enough.
    pub fn new(looker: Arc<Looker>, by_itself: bool, failures: u32) -> Self {
        Self {
            looker,
            coach: Coach::new(),
            shutter: SelfieShutter::new(),
            by_itself,
            failures,
            pause: if failures == 0 { Duration::ZERO } else { BREATH },
            broken: false,
        }
    }

    /// The next picture, `at` after the first.
    pub fn see(&mut self, picture: &Picture, at: Duration) -> Seen {
        let found = self.looker.in_preview(picture).unwrap_or_else(|error| {
            if !self.broken {
                tracing::warn!(%error, "a face could not be looked for");
            }
            self.broken = true;
            None
        });
        let seen = found.map(|(face, quality)| self.coach.seen(at, picture, face, quality));
        // Nobody is told to come who is there and cannot be seen.
        let hint = if self.broken {
            None
        } else {
            self.coach.hint(at, seen.as_ref())
        };
        // What was said is read to its end before the moment begins: there are never two things to read.
        let good = seen.as_ref().filter(|_| hint.is_none());
        let step = if self.by_itself && at >= self.pause {
            self.shutter.see(at, (), good)
        } else {
            Step::Wait
        };
        let (shutter, fire) = match step {
            Step::Wait | Step::Quiet => (ShutterView::Waiting, None),
            Step::Hold(share) => (ShutterView::Holding { share }, None),
            Step::Fire(shot) => (
                ShutterView::Taking,
                Some(Fire {
                    note: note_of(&shot, at),
                    more: Vec::new(),
                }),
            ),
        };
        Seen {
            corners: None,
            advice: None,
            hint: hint.map(Into::into),
            shutter,
            help: if self.failures >= ATTEMPTS {
                HelpView::OtherWays
            } else if at >= SLOW {
                HelpView::Slow
            } else {
                HelpView::None
            },
            coarse: false,
            question: None,
            fire,
        }
    }
}

fn note_of(shot: &Shot<()>, at: Duration) -> ShutterNote {
    let mut why = format!("score {:.2}", shot.score);
    for (component, name) in [
        (Component::Sharpness, "edge width"),
        (Component::HeadPoseYaw, "yaw"),
        (Component::EyesOpen, "eyes open"),
    ] {
        if let Some(value) = shot.quality.get(component) {
            why.push_str(&format!(", {name} {value:.2}"));
        }
    }
    ShutterNote {
        frames: u32::try_from(shot.of).unwrap_or(u32::MAX),
        best_before_ms: u64::try_from(at.saturating_sub(shot.at).as_millis()).unwrap_or(u64::MAX),
        why,
    }
}
