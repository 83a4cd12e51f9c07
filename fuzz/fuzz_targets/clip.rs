//! A video file: its index, its pictures, its whole part, and its remuxed form.
#![no_main]

use std::io::Cursor;
use std::time::Duration;

use capture::clip::{Clip, Tags};
use capture::recorder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(whole) = recorder::recover(Cursor::new(bytes)) {
        assert!(whole <= bytes.len() as u64);
    }
    let tags = Clip::open(Cursor::new(bytes.to_vec())).map_or_else(
        |_| Tags::default(),
        |clip| Tags {
            chapters: clip.movie().chapters.clone(),
        },
    );
    // Chapters that were read can be written, and are then read as they were.
    let mut plain = Vec::new();
    if let Ok(remuxed) = recorder::faststart(Cursor::new(bytes), &mut plain, &tags) {
        assert_eq!(remuxed.movie.chapters.len(), tags.chapters.len());
    }
    if let Ok(mut clip) = Clip::open(Cursor::new(bytes.to_vec())) {
        let _ = clip.frame_at(Duration::ZERO);
        let _ = clip.frame_at(clip.movie().duration / 2);
    }
});
