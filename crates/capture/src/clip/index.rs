//! Where the pictures of an MP4 lie and when they are shown, plain or fragmented.
//!
//! The file may come from anywhere, or may have been cut off: sizes and counts in it are claims. What is read into
//! memory is bounded by the file's own length and by the limits below, and every picture is checked to lie inside the
//! file before anybody asks for it.

use std::io::{Read, Seek};
use std::num::NonZeroU32;
use std::time::Duration;

use shiguredo_mp4::aux::SampleTableAccessor;
use shiguredo_mp4::boxes::{Avc1Box, HdlrBox, MoofBox, MoovBox, SampleEntry, TrafBox, TrakBox, TrexBox};
use shiguredo_mp4::{Decode, Mp4FileTime, codec_string};

use super::Movie;
use super::boxes::{TopBox, box_at, bytes_of, children, length};
use super::chapters::{self, Chapter};
use crate::{CaptureError, Size};

/// Pictures in one file: more than four hours at 30 frames per second.
const MOST_SAMPLES: usize = 500_000;
/// The index of so many pictures stays below this.
const MOST_MOOV: u64 = 64 << 20;
const MOST_MOOF: u64 = 16 << 20;
/// Boxes at the top: two for each second of four hours, and a margin.
const MOST_BOXES: usize = 40_000;

/// One stored picture. Times are in units of the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) offset: u64,
    pub(crate) size: u32,
    /// When it is decoded.
    pub(crate) time: u64,
    pub(crate) duration: u32,
    /// From decoding to showing.
    pub(crate) shift: i64,
    pub(crate) key: bool,
}

impl Sample {
    fn shown(&self) -> i128 {
        i128::from(self.time) + i128::from(self.shift)
    }
}

/// A fragment that lies in the file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// Where it starts.
    pub(crate) start: u64,
    /// The first of its samples.
    pub(crate) samples_from: usize,
}

/// The index of the one video track of a file.
pub(crate) struct Index {
    pub(crate) entry: Avc1Box,
    pub(crate) timescale: NonZeroU32,
    pub(crate) created: Mp4FileTime,
    /// In the order they are decoded.
    pub(crate) samples: Vec<Sample>,
    /// In the order they lie in the file. None in a plain file.
    pub(crate) fragments: Vec<Fragment>,
    /// Length of the file.
    pub(crate) bytes: u64,
    /// How much of it is whole, from the start.
    pub(crate) whole: u64,
    /// What the header lists.
    pub(crate) chapters: Vec<Chapter>,
}

/// What the header says about the track.
struct Track {
    id: u32,
    entry: Avc1Box,
    timescale: NonZeroU32,
    created: Mp4FileTime,
    /// `None` in a plain file.
    defaults: Option<TrexBox>,
    samples: Vec<Sample>,
    fragments: Vec<Fragment>,
    chapters: Vec<Chapter>,
}

impl Index {
    /// Reads the index. A torn tail is left out.
    ///
    /// # Errors
    /// [`CaptureError::BadMedia`] for anything but an MP4 with an H.264 track and at least one whole picture,
    /// [`CaptureError::Read`] when it cannot be read.
    pub(crate) fn read(reader: &mut (impl Read + Seek)) -> Result<Self, CaptureError> {
        let bytes = length(reader)?;
        let first = box_at(reader, 0, bytes)?;
        if first.is_none_or(|first| &first.kind != b"ftyp") {
            return Err(bad("it is no MP4"));
        }
        let mut track: Option<Track> = None;
        let mut whole = 0;
        let mut seen = 0;
        while let Some(found) = box_at(reader, whole, bytes)? {
            seen += 1;
            if seen > MOST_BOXES {
                return Err(bad("too many boxes"));
            }
            let mut end = found.end;
            match (&found.kind, &mut track) {
                (b"moov", None) => {
                    let moov = decode::<MoovBox>(&bytes_of(reader, found, MOST_MOOV)?)?;
                    track = Some(Track::of(moov)?);
                }
                (b"moof", Some(track)) => {
                    // Whole only together with the pictures it describes.
                    let Some(media) = box_at(reader, end, bytes)?.filter(|next| &next.kind == b"mdat") else {
                        break;
                    };
                    let moof = bytes_of(reader, found, MOST_MOOF)?;
                    if !track.add_fragment(&moof, found, media)? {
                        break;
                    }
                    end = media.end;
                }
                _ => {}
            }
            whole = end;
        }
        let mut track = track.ok_or_else(|| bad("it has no index"))?;
        if track.samples.is_empty() {
            return Err(bad("it has no whole picture"));
        }
        let inside = |sample: &Sample| {
            sample
                .offset
                .checked_add(u64::from(sample.size))
                .is_some_and(|end| end <= bytes)
        };
        if !track.samples.iter().all(inside) {
            return Err(bad("a picture lies outside the file"));
        }
        track.close_gaps();
        let Track {
            entry,
            timescale,
            created,
            samples,
            fragments,
            chapters,
            ..
        } = track;
        Ok(Self {
            entry,
            timescale,
            created,
            samples,
            fragments,
            bytes,
            whole,
            chapters,
        })
    }

    /// The facts of the file.
    pub(crate) fn movie(&self) -> Result<Movie, CaptureError> {
        let origin = self.origin();
        let end = self
            .samples
            .iter()
            .map(|sample| sample.shown() - origin + i128::from(sample.duration))
            .max();
        let visual = &self.entry.visual;
        Ok(Movie {
            frames: self.samples.len() as u64,
            duration: self.duration(end.unwrap_or(0)),
            size: Size::new(u32::from(visual.width), u32::from(visual.height)),
            bytes: self.bytes,
            codec: codec_string::from_sample_entry(&SampleEntry::Avc1(self.entry.clone())).map_err(mp4)?,
            fragmented: !self.fragments.is_empty(),
            chapters: self.chapters.clone(),
        })
    }

    /// When each picture is shown, counted from the first picture shown.
    pub(crate) fn shown(&self) -> Vec<Duration> {
        let origin = self.origin();
        self.samples
            .iter()
            .map(|sample| self.duration(sample.shown() - origin))
            .collect()
    }

    fn origin(&self) -> i128 {
        self.samples.iter().map(Sample::shown).min().unwrap_or(0)
    }

    fn duration(&self, units: i128) -> Duration {
        let nanos = units.saturating_mul(1_000_000_000) / i128::from(self.timescale.get());
        Duration::from_nanos(u64::try_from(nanos.max(0)).unwrap_or(u64::MAX))
    }
}

impl Track {
    fn of(moov: MoovBox) -> Result<Self, CaptureError> {
        let created = moov.mvhd_box.creation_time;
        let chapters = chapters::of(&moov);
        let is_video = |trak: &TrakBox| trak.mdia_box.hdlr_box.handler_type == HdlrBox::HANDLER_TYPE_VIDE;
        let trak = moov
            .trak_boxes
            .into_iter()
            .find(is_video)
            .ok_or_else(|| bad("it has no video track"))?;
        let id = trak.tkhd_box.track_id;
        let timescale = trak.mdia_box.mdhd_box.timescale;
        let table = trak.mdia_box.minf_box.stbl_box;
        let entry = match table.stsd_box.entries.as_slice() {
            [SampleEntry::Avc1(entry)] => entry.clone(),
            [_] => return Err(bad("its video is not H.264")),
            entries => return Err(bad(&format!("its video has {} descriptions", entries.len()))),
        };
        if entry.avcc_box.sps_list.is_empty() || entry.avcc_box.pps_list.is_empty() {
            return Err(bad("its video has no parameter sets"));
        }
        let defaults = moov
            .mvex_box
            .and_then(|mvex| mvex.trex_boxes.into_iter().find(|trex| trex.track_id == id));

        let table = SampleTableAccessor::new(table).map_err(|error| bad(&error.to_string()))?;
        if table.sample_count() as usize > MOST_SAMPLES {
            return Err(bad("too many pictures"));
        }
        let samples = table
            .samples()
            .map(|sample| Sample {
                offset: sample.data_offset(),
                size: sample.data_size(),
                time: sample.timestamp(),
                duration: sample.duration(),
                shift: sample.composition_time_offset().unwrap_or(0),
                key: sample.is_sync_sample(),
            })
            .collect();
        Ok(Self {
            id,
            entry,
            timescale,
            created,
            defaults,
            samples,
            fragments: Vec::new(),
            chapters,
        })
    }

    /// Adds the pictures of a fragment. `false` when they do not all lie in its `mdat`.
    fn add_fragment(&mut self, bytes: &[u8], moof: TopBox, media: TopBox) -> Result<bool, CaptureError> {
        let Some(defaults) = self.defaults.clone() else {
            return Ok(true);
        };
        // A run may claim sixteen million samples without a byte for any of them: count before decoding.
        if self.samples.len().saturating_add(claimed(bytes)) > MOST_SAMPLES {
            return Err(bad("too many pictures"));
        }
        let Ok(decoded) = decode::<MoofBox>(bytes) else {
            return Ok(false);
        };
        let kept = self.samples.len();
        let id = self.id;
        for traf in decoded
            .traf_boxes
            .iter()
            .filter(|traf| traf.tfhd_box.track_id == id)
        {
            if self.add_run(traf, &defaults, moof.start, media).is_none() {
                self.samples.truncate(kept);
                return Ok(false);
            }
        }
        self.fragments.push(Fragment {
            start: moof.start,
            samples_from: kept,
        });
        Ok(true)
    }

    /// Adds the pictures of one track fragment (ISO/IEC 14496-12, 8.8.7 and 8.8.8).
    fn add_run(&mut self, traf: &TrafBox, trex: &TrexBox, moof: u64, media: TopBox) -> Option<()> {
        let header = &traf.tfhd_box;
        let base = header.base_data_offset.unwrap_or(moof);
        let end = |sample: &Sample| sample.time.saturating_add(u64::from(sample.duration));
        let continued = self.samples.last().map_or(0, end);
        let mut time = traf
            .tfdt_box
            .as_ref()
            .map_or(continued, |tfdt| tfdt.base_media_decode_time);
        let mut offset = media.payload;
        for run in &traf.trun_boxes {
            if let Some(from_base) = run.data_offset {
                offset = base.checked_add_signed(i64::from(from_base))?;
            }
            for (i, sample) in run.samples.iter().enumerate() {
                let size = sample
                    .size
                    .or(header.default_sample_size)
                    .unwrap_or(trex.default_sample_size);
                let duration = sample
                    .duration
                    .or(header.default_sample_duration)
                    .unwrap_or(trex.default_sample_duration);
                let first = run.first_sample_flags.filter(|_| i == 0);
                let flags = first.or(sample.flags).or(header.default_sample_flags);
                let next = offset.checked_add(u64::from(size))?;
                if offset < media.payload || next > media.end {
                    return None;
                }
                self.samples.push(Sample {
                    offset,
                    size,
                    time,
                    duration,
                    shift: sample.composition_time_offset.unwrap_or(0),
                    key: !flags
                        .unwrap_or(trex.default_sample_flags)
                        .sample_is_non_sync_sample(),
                });
                offset = next;
                time = time.checked_add(u64::from(duration))?;
            }
        }
        Some(())
    }

    /// A picture is shown until the next one: where a fragment says it starts later than the one before it ended,
    /// the time between belongs to the last picture before.
    fn close_gaps(&mut self) {
        for i in 1..self.samples.len() {
            if let Some(between) = self.samples[i].time.checked_sub(self.samples[i - 1].time) {
                self.samples[i - 1].duration = u32::try_from(between).unwrap_or(u32::MAX);
            }
        }
    }
}

/// How many samples the runs of a `moof` claim.
fn claimed(moof: &[u8]) -> usize {
    children(moof)
        .flat_map(|(_, moof)| children(moof))
        .filter(|(kind, _)| kind == b"traf")
        .flat_map(|(_, traf)| children(traf))
        .filter(|(kind, _)| kind == b"trun")
        .filter_map(|(_, run)| run.get(4..8)?.try_into().ok())
        .fold(0, |sum: usize, count| {
            sum.saturating_add(u32::from_be_bytes(count) as usize)
        })
}

fn decode<B: Decode>(bytes: &[u8]) -> Result<B, CaptureError> {
    B::decode(bytes).map(|(decoded, _)| decoded).map_err(mp4)
}

fn mp4(error: shiguredo_mp4::Error) -> CaptureError {
    bad(&error.to_string())
}

fn bad(reason: &str) -> CaptureError {
    CaptureError::BadMedia(reason.into())
}
