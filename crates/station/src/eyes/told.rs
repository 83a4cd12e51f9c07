//! What the page was told last, so that it is not told the same fifteen times a second.

use std::time::{Duration, Instant};

/// The page is told of the time that is left so often.
pub(super) const TOLD_EVERY: Duration = Duration::from_millis(200);

/// What was told last, but for the time that is left.
pub(super) struct Told<V>(Option<(V, Instant)>);

impl<V> Default for Told<V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<V: PartialEq> Told<V> {
    /// Whether this says something new, or the time that is left was told too long ago.
    pub fn is_news(&mut self, but_for_time: V) -> bool {
        let last = self.0.as_ref();
        let is_news = last.is_none_or(|(last, when)| *last != but_for_time || when.elapsed() >= TOLD_EVERY);
        if is_news {
            self.0 = Some((but_for_time, Instant::now()));
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_again_only_for_its_time() {
        let mut told = Told::default();
        assert!(told.is_news("left"));
        assert!(!told.is_news("left"));
        assert!(told.is_news("right"));
        std::thread::sleep(TOLD_EVERY);
        assert!(told.is_news("right"), "its time is told");
    }
}
