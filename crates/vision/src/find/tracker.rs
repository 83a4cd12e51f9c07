//! The document from frame to frame.

use std::time::Duration;

use crate::find::{Found, Search, find_with};
use crate::geometry::{Quad, Rect};
use crate::pixels::Picture;

/// How long a document that is not seen any more is still there: two or three frames of a preview.
const PATIENCE: Duration = Duration::from_millis(350);

/// How often the whole frame is searched although the last outline was found again: something better may have come.
const FRESH_LOOK: Duration = Duration::from_secs(1);

/// A corner that moved by less than this share of the document's width has not moved: it is averaged.
const STILL: f32 = 0.012;

/// Follows a document through the frames of a preview: looks near where it was, steadies its corners while it lies
/// still, jumps with it when it moves, and lets it go when it has not been seen for a moment.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    region: Option<Rect>,
    last: Option<Sighting>,
    looked: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    at: Duration,
    found: Found,
    /// Frames that went into the average.
    weight: f32,
}

impl Tracker {
    /// A tracker of a whole frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tracker of documents whose middle lies in `region`, in pixels of the frame.
    #[must_use]
    pub const fn within(region: Rect) -> Self {
        Self {
            region: Some(region),
            last: None,
            looked: None,
        }
    }

    /// The document in the next frame. `at` is the frame's time from any start, never going back.
    pub fn see(&mut self, picture: &Picture, at: Duration) -> Option<Found> {
        let fresh = self
            .looked
            .is_none_or(|looked| at.saturating_sub(looked) >= FRESH_LOOK);
        let near = self.last.filter(|_| !fresh).map(|last| last.found.quad);
        let mut seen = near.and_then(|near| self.look(picture, Some(near)));
        if seen.is_none() {
            self.looked = Some(at);
            seen = self.look(picture, None);
        }
        self.follow(seen, at)
    }

    /// Forgets the document: the next frame is searched as the first.
    pub const fn forget(&mut self) {
        self.last = None;
        self.looked = None;
    }

    fn look(&self, picture: &Picture, near: Option<Quad>) -> Option<Found> {
        find_with(
            picture,
            &Search {
                region: self.region,
                near,
                ..Search::default()
            },
        )
    }

    fn follow(&mut self, seen: Option<Found>, at: Duration) -> Option<Found> {
        let Some(seen) = seen else {
            self.last = self.last.filter(|last| at.saturating_sub(last.at) <= PATIENCE);
            return self.last.map(|last| last.found);
        };
        let (found, weight) = match self.last {
            Some(last) if displacement(&last.found.quad, &seen.quad) < STILL => {
                // A mean over about four frames: jitter halves, and a drift is still followed.
                let weight = (last.weight + 1.0).min(4.0);
                (mixed(&last.found, &seen, 1.0 / weight), weight)
            }
            _ => (seen, 1.0),
        };
        self.last = Some(Sighting { at, found, weight });
        Some(found)
    }
}

fn mixed(old: &Found, new: &Found, share: f32) -> Found {
    Found {
        quad: Quad(std::array::from_fn(|i| {
            old.quad.0[i].towards(new.quad.0[i], share)
        })),
        confidence: (new.confidence - old.confidence).mul_add(share, old.confidence),
        ..*new
    }
}

/// How far the corner that moved most went, in widths of the document.
pub(crate) fn displacement(before: &Quad, now: &Quad) -> f32 {
    let (across, down) = now.size();
    let most = (0..4).map(|i| before.0[i].distance(now.0[i])).fold(0.0, f32::max);
    most / across.max(down).max(1.0)
}
