//! NAL units as an MP4 stores them: each with its length in front (ISO/IEC 14496-15, 5.3).

use std::io::{Read, Seek};

use shiguredo_mp4::boxes::AvccBox;

use super::boxes::read_at;
use super::index::Sample;
use crate::CaptureError;

/// No camera's picture takes more than this.
const MOST: u32 = 32 << 20;

/// The bytes of a sample.
pub(crate) fn stored(video: &mut (impl Read + Seek), sample: Sample) -> Result<Vec<u8>, CaptureError> {
    if sample.size > MOST {
        return Err(CaptureError::BadMedia(format!(
            "a picture of {} bytes",
            sample.size
        )));
    }
    let mut bytes = vec![0; sample.size as usize];
    read_at(video, sample.offset, &mut bytes)?;
    Ok(bytes)
}

/// The NAL units of a sample; ends at the first that is not whole.
pub(crate) fn units<'a>(mut stored: &'a [u8], avcc: &AvccBox) -> impl Iterator<Item = &'a [u8]> {
    let length_size = length_size(avcc);
    std::iter::from_fn(move || {
        let (length, rest) = stored.split_at_checked(length_size)?;
        let length = length
            .iter()
            .fold(0_usize, |length, &byte| (length << 8) | usize::from(byte));
        let (unit, rest) = rest.split_at_checked(length)?;
        stored = rest;
        Some(unit)
    })
}

/// Whether a sample is made of whole NAL units and nothing else. Zeros, which a power cut leaves behind, are not.
pub(crate) fn is_whole(stored: &[u8], avcc: &AvccBox) -> bool {
    let mut length = 0;
    for unit in units(stored, avcc) {
        // The first bit of every unit is zero and its type is not (ITU-T H.264, 7.4.1).
        if !unit
            .first()
            .is_some_and(|header| header & 0x80 == 0 && header & 0x1f != 0)
        {
            return false;
        }
        length += length_size(avcc) + unit.len();
    }
    length == stored.len() && length > 0
}

fn length_size(avcc: &AvccBox) -> usize {
    usize::from(avcc.length_size_minus_one.get()) + 1
}
