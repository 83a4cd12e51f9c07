//! What to say to the person in front of the camera: one thing at a time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cause, Quality, Zone};
use crate::geometry::Quad;

/// A cause has to last so long before it is said: a hand that passes is nothing to talk about.
const BEFORE_SAYING: Duration = Duration::from_millis(300);

/// What is said stays for so long, or nobody could read it.
const READING: Duration = Duration::from_millis(900);

/// One thing to say, and where.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// What is wrong.
    pub cause: Cause,
    /// Where, in pixels of the frame; nowhere when there is no document.
    pub place: Option<Quad>,
    /// The part of the document, where that matters.
    pub zone: Option<Zone>,
}

/// Chooses the one cause to say, the most hindering first, and keeps it long enough to be read.
#[derive(Debug, Clone, Default)]
pub struct Adviser {
    said: Option<(Advice, Duration)>,
    /// What would be said now, and since when.
    coming: Option<(Option<Cause>, Duration)>,
}

impl Adviser {
    /// An adviser that has said nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to say after the frame of time `at` (from any start, never going back), whose document has `quality`;
    /// `None` where there is no document. Nothing is said while all gates hold.
    pub fn see(&mut self, at: Duration, quality: Option<&Quality>) -> Option<Advice> {
        let now = match quality {
            None => Some(Advice {
                cause: Cause::Absent,
                place: None,
                zone: None,
            }),
            Some(quality) => quality.worst().map(|gate| Advice {
                cause: gate.cause,
                place: Some(gate.place),
                zone: gate.zone,
            }),
        };
        let cause = now.map(|advice| advice.cause);
        let since = match self.coming {
            Some((coming, since)) if coming == cause => since,
            _ => at,
        };
        self.coming = Some((cause, since));
        let said = self.said.map(|(advice, _)| advice.cause);
        if cause == said {
            // The same thing, but it may have moved.
            if let (Some(advice), Some((last, _))) = (now, self.said.as_mut()) {
                *last = advice;
            }
        } else {
            let read = self
                .said
                .is_none_or(|(_, when)| at.saturating_sub(when) >= READING);
            if read && at.saturating_sub(since) >= BEFORE_SAYING {
                self.said = now.map(|advice| (advice, at));
            }
        }
        self.said.map(|(advice, _)| advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn see(adviser: &mut Adviser, milliseconds: u64) -> Option<Cause> {
        let advice = adviser.see(Duration::from_millis(milliseconds), None);
        advice.map(|advice| advice.cause)
    }

    fn fine() -> Quality {
        Quality {
            gates: Vec::new(),
            dpi: 300.0,
            most_dpi: 350.0,
        }
    }

    #[test]
    fn what_lasts_a_moment_is_not_said() {
        let mut adviser = Adviser::new();
        assert_eq!(see(&mut adviser, 0), None);
        assert_eq!(see(&mut adviser, 200), None);
        assert_eq!(see(&mut adviser, 300), Some(Cause::Absent));
    }

    #[test]
    fn what_is_said_can_be_read() {
        let mut adviser = Adviser::new();
        see(&mut adviser, 0);
        see(&mut adviser, 300);
        for milliseconds in [400, 800, 1100] {
            let advice = adviser.see(Duration::from_millis(milliseconds), Some(&fine()));
            assert_eq!(advice.map(|advice| advice.cause), Some(Cause::Absent));
        }
        assert!(adviser.see(Duration::from_millis(1300), Some(&fine())).is_none());
    }
}
