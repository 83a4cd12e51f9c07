//! Moments, as they come in with events.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. This crate never reads a clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// Milliseconds from `earlier` to here; 0 when the clock was set back in between.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}
