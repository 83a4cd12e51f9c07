//! What the tortures share with other tests: the search for what must not lie on a disk in the clear.

mod search;

pub use search::{Hit, Needles, Searched, entropy_coded};
