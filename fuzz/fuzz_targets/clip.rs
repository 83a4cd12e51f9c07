//! A video file: its index, its pictures, its whole part, and its remuxed form.
#![no_main]

use std::io::Cursor;
use std::time::Duration;

use capture::clip::Clip;
use capture::recorder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(whole) = recorder::recover(Cursor::new(bytes)) {
        assert!(whole <= bytes.len() as u64);
    }
    let _ = recorder::faststart(Cursor::new(bytes), std::io::sink());
    if let Ok(mut clip) = Clip::open(Cursor::new(bytes.to_vec())) {
        let _ = clip.frame_at(Duration::ZERO);
        let _ = clip.frame_at(clip.movie().duration / 2);
    }
});
