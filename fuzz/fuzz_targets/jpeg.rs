//! What a camera delivers, walked by markers: the outline lies inside the bytes, and tables can be added to it.
#![no_main]

use capture::jpeg;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for range in jpeg::split(bytes) {
        assert!(range.end <= bytes.len() && range.start < range.end);
    }
    if let Some(outline) = jpeg::outline(bytes) {
        let _ = jpeg::with_standard_tables(bytes, &outline);
    }
});
