//! Frames whose end is not their own.
//!
//! A driver's buffer keeps what an earlier frame left in it, and the driver layer does not say how much of it is
//! new. A frame that breaks off half-way is therefore continued by the rest of an older one, up to that one's end of
//! image, and may even decode. But then its length and its last bytes are exactly those of the older frame, which
//! does not happen to two different pictures of a sensor with its noise. (Seen with the kernel's `uvcvideo`.)

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Bytes before the end of image that are compared.
const TAIL: usize = 64;
/// A tail of fewer different bytes than this is a flat, noiseless area, which may well repeat.
const LIVELY: usize = 24;
/// Frames remembered: more than two minutes at 30 a second.
const MEMORY: usize = 4096;

/// The ends of the frames seen so far.
#[derive(Default)]
pub(super) struct Tails {
    /// Length and tail of a frame, and the whole of it, as hashes.
    seen: HashMap<(usize, u64), u64>,
    order: VecDeque<(usize, u64)>,
}

impl Tails {
    /// Whether this JPEG ends exactly as an earlier, different one. Remembers it if not.
    pub fn is_torn(&mut self, jpeg: &[u8]) -> bool {
        let Some(tail) = jpeg
            .len()
            .checked_sub(TAIL + 2)
            .map(|start| &jpeg[start..jpeg.len() - 2])
        else {
            return false;
        };
        let mut present = [false; 256];
        tail.iter().for_each(|byte| present[usize::from(*byte)] = true);
        if present.iter().filter(|present| **present).count() < LIVELY {
            return false;
        }
        let (key, whole) = ((jpeg.len(), hash(tail)), hash(jpeg));
        match self.seen.entry(key) {
            // The very same frame again (a picture in front of a camera made of software) is whole.
            Entry::Occupied(before) => *before.get() != whole,
            Entry::Vacant(place) => {
                place.insert(whole);
                self.order.push_back(key);
                if self.order.len() > MEMORY
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.seen.remove(&oldest);
                }
                false
            }
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens;

    #[test]
    fn a_frame_continued_by_an_older_one_is_torn() {
        let (old, new) = (specimens::noisy(320, 240, 1), specimens::noisy(320, 240, 2));
        let mut tails = Tails::default();
        assert!(!tails.is_torn(&old) && !tails.is_torn(&new));
        let middle = old.len() / 2;
        assert!(tails.is_torn(&[&new[..middle], &old[middle..]].concat()));
        assert!(!tails.is_torn(&old), "the same frame again is whole");
    }

    #[test]
    fn flat_pictures_may_end_alike() {
        let flat = |first: u8| [vec![first; 500], vec![0x28; 500]].concat();
        let mut tails = Tails::default();
        assert!(!tails.is_torn(&flat(1)) && !tails.is_torn(&flat(2)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut tails = Tails::default();
        for n in 0..MEMORY as u32 + 10 {
            let bytes: Vec<u8> = (0..200u32)
                .map(|i| (i * 7 + n * i) as u8 ^ (n >> 8) as u8)
                .collect();
            tails.is_torn(&[&bytes[..], &n.to_be_bytes()[..], &[0xff, 0xd9]].concat());
        }
        assert!(tails.seen.len() <= MEMORY && tails.order.len() <= MEMORY);
    }
}
