//! From the recording to the file that is delivered: the same samples, the index in front.

use std::io::{Read, Seek, SeekFrom, Write};
use std::time::Duration;

use shiguredo_mp4::TrackKind;
use shiguredo_mp4::boxes::SampleEntry;
use shiguredo_mp4::mux::{FinalizedBoxes, Mp4FileMuxer, Mp4FileMuxerOptions, MuxError, Sample};

use crate::CaptureError;
use crate::clip::Movie;
use crate::clip::boxes::read;
use crate::clip::index::Index;

/// Seconds from 1904, where MP4 counts from, to 1970.
const EPOCHS: u64 = 2_082_844_800;
/// How much is copied at a time.
const PIECE: u64 = 256 << 10;

/// Writes a recording again as a plain MP4 with its index in front, the samples byte for byte the same.
/// Streams: neither side is ever in memory as a whole. A torn tail is left out; call [`super::recover`] first when the
/// recording was interrupted.
///
/// # Errors
/// [`CaptureError::BadMedia`] for anything that is not a recording, [`CaptureError::Read`] and
/// [`CaptureError::Write`] from either side.
pub fn faststart(mut recording: impl Read + Seek, mut plain: impl Write) -> Result<Movie, CaptureError> {
    let index = Index::read(&mut recording)?;
    // How much room the index takes is known once it was made; its size does not depend on where things lie.
    let room = boxes(&index, 0)?.moov_box_size();
    let boxes = boxes(&index, room)?;
    if !boxes.is_faststart_enabled() {
        return Err(CaptureError::Codec("the index did not fit in front".into()));
    }
    let mut bytes = 0;
    for (offset, part) in boxes.offset_and_bytes_pairs() {
        if offset != bytes {
            return Err(CaptureError::Codec("the header has a hole".into()));
        }
        plain.write_all(part).map_err(write)?;
        bytes += part.len() as u64;
    }
    for (start, length) in runs(&index) {
        copy(&mut recording, start, length, &mut plain)?;
        bytes += length;
    }
    plain.flush().map_err(write)?;
    Ok(Movie {
        bytes,
        ..index.movie()?
    })
}

/// Everything in front of the pictures, with `room` bytes for the index.
fn boxes(index: &Index, room: usize) -> Result<FinalizedBoxes, CaptureError> {
    let options = Mp4FileMuxerOptions {
        reserved_moov_box_size: room,
        creation_timestamp: Duration::from_secs(index.created.as_secs().saturating_sub(EPOCHS)),
        ..Mp4FileMuxerOptions::default()
    };
    let mut muxer = Mp4FileMuxer::with_options(options).map_err(mux)?;
    let mut offset = muxer.initial_boxes_bytes().len() as u64;
    let shifted = index.samples.iter().any(|sample| sample.shift != 0);
    for (i, sample) in index.samples.iter().enumerate() {
        muxer
            .append_sample(&Sample {
                track_kind: TrackKind::Video,
                sample_entry: (i == 0).then(|| SampleEntry::Avc1(index.entry.clone())),
                keyframe: sample.key,
                timescale: index.timescale,
                duration: sample.duration,
                composition_time_offset: shifted.then_some(sample.shift),
                data_offset: offset,
                data_size: sample.size as usize,
            })
            .map_err(mux)?;
        offset += u64::from(sample.size);
    }
    muxer.finalize().map_err(mux).cloned()
}

/// Where the samples lie, neighbours joined.
fn runs(index: &Index) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for sample in &index.samples {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == sample.offset => *length += u64::from(sample.size),
            _ => runs.push((sample.offset, u64::from(sample.size))),
        }
    }
    runs
}

fn copy(
    from: &mut (impl Read + Seek),
    start: u64,
    mut length: u64,
    to: &mut impl Write,
) -> Result<(), CaptureError> {
    from.seek(SeekFrom::Start(start)).map_err(read)?;
    let mut piece = vec![0; length.min(PIECE) as usize];
    while length > 0 {
        let piece = &mut piece[..length.min(PIECE) as usize];
        from.read_exact(piece).map_err(read)?;
        to.write_all(piece).map_err(write)?;
        length -= piece.len() as u64;
    }
    Ok(())
}

fn write(error: std::io::Error) -> CaptureError {
    CaptureError::Write(error.kind())
}

fn mux(error: MuxError) -> CaptureError {
    CaptureError::Codec(error.to_string())
}
