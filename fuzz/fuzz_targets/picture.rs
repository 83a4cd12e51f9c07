//! A file a person picked: decoded, cut, and made small, or refused.
#![no_main]

use capture::picture::{self, Rect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What the reader of documents is given, at full size and made small while it is decoded.
    let _ = picture::pixels(bytes);
    let _ = picture::pixels_scaled(bytes, 3);
    if picture::inspect(bytes).is_ok() {
        let _ = picture::crop_jpeg(bytes, Rect { x: 0.2, y: 0.2, width: 0.5, height: 0.5 });
        let _ = picture::thumbnail(bytes, 64);
    }
});
