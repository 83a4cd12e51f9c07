//! The record of a request: what a reviewer is shown of it, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oneshot::{HeldEvidence, RequestPk, parse_answer};

fuzz_target!(|body: &[u8]| {
    if let Ok(held) = HeldEvidence::read(parse_answer(200, None, body), RequestPk::new(388_141)) {
        assert_eq!(format!("{held:?}"), "HeldEvidence(..)");
        assert!(held.damaged.iter().all(|slot| !held.images.contains_key(slot)));
    }
});
