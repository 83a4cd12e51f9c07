//! From the recording to the file that is delivered: the same samples, the index in front.

use std::io::{Read, Seek, SeekFrom, Write};
use std::time::Duration;

use sha2::{Digest, Sha256};
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::boxes::SampleEntry;
use shiguredo_mp4::mux::{FinalizedBoxes, Mp4FileMuxer, Mp4FileMuxerOptions, MuxError, Sample};

use crate::CaptureError;
use crate::clip::boxes::read;
use crate::clip::chapters::listed;
use crate::clip::index::Index;
use crate::clip::{Movie, Tags};

/// Seconds from 1904, where MP4 counts from, to 1970.
const EPOCHS: u64 = 2_082_844_800;
/// How much is copied at a time.
const PIECE: usize = 256 << 10;
/// The header of a box.
const HEADER: usize = 8;

/// What became of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remuxed {
    /// The facts of the plain file.
    pub movie: Movie,
    /// SHA-256 of the coded pictures in their order, of what was copied: 64 hex digits in lower case. Where nothing was
    /// changed on the way it is that of [`super::Recording::stream_sha256`]. `ffmpeg -i FILE -map 0:v -c copy -f hash -`
    /// computes the same.
    pub stream_sha256: String,
}

/// Writes a recording again as a plain MP4 with its index in front, the samples byte for byte the same, and with `tags`.
/// Streams: neither side is ever in memory as a whole. A torn tail is left out; call [`super::recover`] first when the
/// recording was interrupted.
///
/// # Errors
/// [`CaptureError::BadMedia`] for anything that is not a recording, [`CaptureError::Read`] and
/// [`CaptureError::Write`] from either side, [`CaptureError::Codec`] for tags that have no room.
pub fn faststart(
    mut recording: impl Read + Seek,
    mut plain: impl Write,
    tags: &Tags,
) -> Result<Remuxed, CaptureError> {
    let index = Index::read(&mut recording)?;
    let udta = tags.encode()?;
    let header = header(&index, &udta)?;
    plain.write_all(&header).map_err(write)?;
    let copied = Copying::new(&mut recording, &mut plain).all(&index)?;
    plain.flush().map_err(write)?;
    Ok(Remuxed {
        movie: Movie {
            bytes: header.len() as u64 + copied.bytes,
            fragmented: false,
            chapters: listed(udta.get(HEADER..).unwrap_or_default()),
            ..index.movie()?
        },
        stream_sha256: copied.sha256,
    })
}

/// Everything in front of the pictures, `udta` as the last box of the index.
fn header(index: &Index, udta: &[u8]) -> Result<Vec<u8>, CaptureError> {
    // How much room the index takes is known once it was made; its size does not depend on where things lie.
    let room = boxes(index, 0)?.moov_box_size();
    // The muxer fills what it does not need with a `free` box, which `udta` gets its room from.
    let boxes = boxes(index, room + udta.len())?;
    if !boxes.is_faststart_enabled() {
        return Err(CaptureError::Codec("the index did not fit in front".into()));
    }
    let mut header = Vec::new();
    for (offset, part) in boxes.offset_and_bytes_pairs() {
        if offset != header.len() as u64 {
            return Err(CaptureError::Codec("the header has a hole".into()));
        }
        header.extend_from_slice(part);
    }
    if !udta.is_empty() {
        append(&mut header, boxes.moov_box_size(), udta)
            .ok_or_else(|| CaptureError::Codec("the tags did not fit in front".into()))?;
    }
    Ok(header)
}

/// Makes `udta` the last box of the `moov` of `size` bytes, at the cost of the `free` box behind it: nothing that comes
/// after them moves, so what the index says of places stays right.
fn append(header: &mut Vec<u8>, size: usize, udta: &[u8]) -> Option<()> {
    let moov = size_at(header, 0, *b"ftyp")?;
    if size_at(header, moov, *b"moov")? != size {
        return None;
    }
    let free = moov + size;
    let left = size_at(header, free, *b"free")?.checked_sub(udta.len())?;
    if left < HEADER {
        return None;
    }
    header[moov..moov + 4].copy_from_slice(&u32::try_from(size + udta.len()).ok()?.to_be_bytes());
    let mut filler = u32::try_from(left).ok()?.to_be_bytes().to_vec();
    filler.extend_from_slice(b"free");
    header.splice(free..free + HEADER + udta.len(), [udta, &filler].concat());
    Some(())
}

/// The size of the box of this kind that starts at `at`.
fn size_at(header: &[u8], at: usize, kind: [u8; 4]) -> Option<usize> {
    let (size, rest) = header.get(at..)?.split_first_chunk::<4>()?;
    (rest.first_chunk() == Some(&kind)).then(|| u32::from_be_bytes(*size) as usize)
}

/// What the muxer puts in front of the pictures, with `room` bytes for the index.
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

/// The samples on their way from one file to the other.
struct Copying<'a, R, W> {
    from: &'a mut R,
    to: &'a mut W,
    /// Where `from` stands.
    at: Option<u64>,
    piece: Vec<u8>,
    pictures: Sha256,
    bytes: u64,
}

struct Copied {
    bytes: u64,
    sha256: String,
}

impl<'a, R: Read + Seek, W: Write> Copying<'a, R, W> {
    fn new(from: &'a mut R, to: &'a mut W) -> Self {
        Self {
            from,
            to,
            at: None,
            piece: vec![0; PIECE],
            pictures: Sha256::new(),
            bytes: 0,
        }
    }

    fn all(mut self, index: &Index) -> Result<Copied, CaptureError> {
        for sample in &index.samples {
            self.sample(sample.offset, sample.size as usize)?;
        }
        Ok(Copied {
            bytes: self.bytes,
            sha256: hex::encode(self.pictures.finalize()),
        })
    }

    fn sample(&mut self, start: u64, mut left: usize) -> Result<(), CaptureError> {
        if self.at != Some(start) {
            self.from.seek(SeekFrom::Start(start)).map_err(read)?;
        }
        self.at = Some(start + left as u64);
        self.bytes += left as u64;
        while left > 0 {
            let piece = &mut self.piece[..left.min(PIECE)];
            self.from.read_exact(piece).map_err(read)?;
            self.pictures.update(&*piece);
            self.to.write_all(piece).map_err(write)?;
            left -= piece.len();
        }
        Ok(())
    }
}

fn write(error: std::io::Error) -> CaptureError {
    CaptureError::Write(error.kind())
}

fn mux(error: MuxError) -> CaptureError {
    CaptureError::Codec(error.to_string())
}
