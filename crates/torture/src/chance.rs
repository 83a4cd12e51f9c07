//! Chance that can be had again: the same seed gives the same choices.

/// A stream of choices (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// The choices of one run. Runs of one seed have nothing in common.
    pub fn of(seed: u64, run: u32) -> Self {
        let mut chance = Self(seed ^ (u64::from(run) + 1).wrapping_mul(0xd1b5_4a32_d192_ed03));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    /// True once in `often`, on average.
    pub fn once_in(&mut self, often: u64) -> bool {
        self.below(often) == 0
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).expect("an index")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_can_be_had_again_and_is_like_no_other() {
        let stream = |seed, run| {
            let mut chance = Chance::of(seed, run);
            (0..50).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(stream(7, 3), stream(7, 3));
        assert_ne!(stream(7, 3), stream(7, 4));
        assert_ne!(stream(7, 3), stream(8, 3));
    }

    #[test]
    fn once_in_four_is_about_a_quarter() {
        let mut chance = Chance::of(1, 0);
        let hits = (0..10_000).filter(|_| chance.once_in(4)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
    }
}
