//! After a power cut: how much of a recording is whole.

use std::io::{Read, Seek};

use crate::CaptureError;
use crate::clip::index::Index;
use crate::clip::nal::{is_whole, stored};
use crate::sound::opus::is_packet;

/// How many bytes of an interrupted recording are whole: its header and every whole fragment. Cut the rest off.
///
/// A fragment is whole when its boxes are there to the last byte its pictures are made of whole NAL units and its sound of
/// packets as they are written: a file
/// may have got its length but not its contents before the power went.
///
/// # Errors
/// [`CaptureError::BadMedia`] when there is not one whole fragment, [`CaptureError::Read`] when it cannot be read.
pub fn recover(mut recording: impl Read + Seek) -> Result<u64, CaptureError> {
    let index = Index::read(&mut recording)?;
    let Some(first) = index.fragments.first() else {
        // A plain file has all of its pictures or is no usable file at all.
        return Ok(index.whole);
    };
    let (first, mut end, mut last) = (first.samples_from, index.whole, index.samples.len());
    let packets = index.sound.as_ref().map_or(&[][..], |sound| &sound.samples);
    let mut last_packet = packets.len();
    // Every fragment was synced before the next one was written, so the first whole one ends the search.
    for fragment in index.fragments.iter().rev() {
        let mut whole = true;
        for &sample in &index.samples[fragment.samples_from..last] {
            whole = whole && is_whole(&stored(&mut recording, sample)?, &index.entry.avcc_box);
        }
        for &packet in &packets[fragment.sound_from..last_packet] {
            whole = whole && is_packet(&stored(&mut recording, packet)?);
        }
        if whole {
            break;
        }
        (end, last, last_packet) = (fragment.start, fragment.samples_from, fragment.sound_from);
    }
    if last == first {
        return Err(CaptureError::BadMedia("it has no whole picture".into()));
    }
    Ok(end)
}
