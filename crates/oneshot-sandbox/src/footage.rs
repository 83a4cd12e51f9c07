//! Is this a video? An MP4 file in (plain or fragmented), its H.264 frames counted.

use std::time::Duration;

use shiguredo_mp4::TrackKind;
use shiguredo_mp4::boxes::{Avc1Box, SampleEntry};
use shiguredo_mp4::demux::{DemuxError, Fmp4FileDemuxer, Input, Mp4FileDemuxer, Sample};

/// What a video is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footage {
    /// Frames of the H.264 track.
    pub frames: u64,
    /// How long they are shown, all together.
    pub duration: Duration,
    /// Pixels.
    pub width: u16,
    /// Pixels.
    pub height: u16,
    /// Whether there is a sound track too.
    pub sound: bool,
    /// Whether the index stands before the frames, so that it plays while it loads.
    pub faststart: bool,
    /// Whether it is still in fragments, as a recorder writes it.
    pub fragmented: bool,
}

impl Footage {
    /// Reads a whole file, bytes of every frame located. Errors are a few words in English for a person.
    pub(crate) fn read(file: &[u8]) -> Result<Self, String> {
        let layout = Layout::read(file)?;
        let mut tally = Tally::default();
        let sound = if layout.fragmented {
            let mut demuxer = Fmp4FileDemuxer::new();
            // The demuxer asks for one box after the other; each is some bytes further on, so this ends.
            while let Some(required) = demuxer.required_input() {
                let start = usize::try_from(required.position)
                    .unwrap_or(usize::MAX)
                    .min(file.len());
                let end = required
                    .size
                    .map_or(file.len(), |size| start.saturating_add(size).min(file.len()));
                demuxer.handle_input(Input {
                    position: required.position,
                    data: &file[start..end],
                });
                loop {
                    match demuxer.next_sample() {
                        Ok(Some(sample)) => tally.add(file, &sample)?,
                        Ok(None) | Err(DemuxError::InputRequired(_)) => break,
                        Err(error) => return Err(broken(&error)),
                    }
                }
            }
            has_sound(demuxer.tracks())?
        } else {
            let mut demuxer = Mp4FileDemuxer::new();
            demuxer.handle_input(Input {
                position: 0,
                data: file,
            });
            let sound = has_sound(demuxer.tracks())?;
            while let Some(sample) = demuxer.next_sample().map_err(|error| broken(&error))? {
                tally.add(file, &sample)?;
            }
            sound
        };
        tally.finish(sound, &layout)
    }
}

fn has_sound(tracks: Result<&[shiguredo_mp4::demux::TrackInfo], DemuxError>) -> Result<bool, String> {
    let tracks = tracks.map_err(|error| broken(&error))?;
    Ok(tracks.iter().any(|track| track.kind == TrackKind::Audio))
}

/// The library's error names its own source lines on the way; only its reason is of use here.
fn broken(error: &DemuxError) -> String {
    let reason = error.to_string();
    format!(
        "not a readable MP4 file: {}",
        reason.lines().next().unwrap_or_default()
    )
}

/// The order of the boxes at the top of the file.
struct Layout {
    faststart: bool,
    fragmented: bool,
}

impl Layout {
    fn read(file: &[u8]) -> Result<Self, String> {
        let boxes = boxes(file).ok_or("not an MP4 file, or it breaks off")?;
        let place = |name: &[u8; 4]| boxes.iter().position(|(it, _)| it == name);
        if place(b"ftyp") != Some(0) {
            return Err("not an MP4 file".to_owned());
        }
        let moov = place(b"moov").ok_or("an MP4 file without an index (moov)")?;
        let mdat = place(b"mdat").ok_or("an MP4 file without frames (mdat)")?;
        let inside = self::boxes(boxes[moov].1).ok_or("the index (moov) is damaged")?;
        let fragmented = inside.iter().any(|(name, _)| name == b"mvex");
        Ok(Self {
            faststart: moov < mdat,
            fragmented,
        })
    }
}

/// A box: its type, and what is inside.
type Boxed<'a> = ([u8; 4], &'a [u8]);

/// The boxes that fill `bytes` (ISO/IEC 14496-12, 4.2). `None` where they do not fill it exactly.
fn boxes(mut bytes: &[u8]) -> Option<Vec<Boxed<'_>>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_first_chunk::<4>()?;
        let (header, size) = match u32::from_be_bytes(*size) {
            0 => (8, bytes.len()), // up to the end of the file
            1 => (
                16,
                usize::try_from(u64::from_be_bytes(*rest.first_chunk::<8>()?)).ok()?,
            ),
            size => (8, usize::try_from(size).ok()?),
        };
        found.push((*name, bytes.get(header..size)?));
        bytes = &bytes[size..];
    }
    Some(found)
}

/// What the frames add up to.
#[derive(Default)]
struct Tally {
    frames: u64,
    ticks: u64,
    timescale: u32,
    size: (u16, u16),
}

impl Tally {
    fn add(&mut self, file: &[u8], sample: &Sample<'_>) -> Result<(), String> {
        if sample.track.kind != TrackKind::Video {
            return Ok(());
        }
        let start = usize::try_from(sample.data_offset).unwrap_or(usize::MAX);
        let frame = start
            .checked_add(sample.data_size)
            .and_then(|end| file.get(start..end));
        let frame = frame.filter(|frame| !frame.is_empty());
        let frame = frame.ok_or_else(|| format!("frame {} lies outside the file", self.frames + 1))?;
        match sample.sample_entry {
            Some(SampleEntry::Avc1(avc)) => {
                self.size = (avc.visual.width, avc.visual.height);
                if self.frames == 0 && !starts_a_picture(frame, avc) {
                    return Err(
                        "the first frame cannot be shown on its own (no H.264 IDR picture)".to_owned(),
                    );
                }
            }
            Some(_) => return Err("the video is not H.264".to_owned()),
            None => {}
        }
        self.frames += 1;
        self.ticks += u64::from(sample.duration);
        self.timescale = sample.track.timescale.get();
        Ok(())
    }

    fn finish(self, sound: bool, layout: &Layout) -> Result<Footage, String> {
        if self.frames == 0 {
            return Err("an MP4 file without a video frame".to_owned());
        }
        if self.ticks == 0 {
            return Err("a video that lasts no time".to_owned());
        }
        let nanoseconds = u128::from(self.ticks) * 1_000_000_000 / u128::from(self.timescale);
        Ok(Footage {
            frames: self.frames,
            duration: Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)),
            width: self.size.0,
            height: self.size.1,
            sound,
            faststart: layout.faststart,
            fragmented: layout.fragmented,
        })
    }
}

/// Whether a frame, in NAL units with their lengths before them (ISO/IEC 14496-15, 5.3), holds an IDR picture.
fn starts_a_picture(mut frame: &[u8], avc: &Avc1Box) -> bool {
    let length_size = usize::from(avc.avcc_box.length_size_minus_one.get()) + 1;
    if avc.avcc_box.sps_list.is_empty() || avc.avcc_box.pps_list.is_empty() {
        return false;
    }
    while frame.len() > length_size {
        let length = frame[..length_size]
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        let Some(unit) = frame
            .get(length_size..length_size + length)
            .filter(|unit| !unit.is_empty())
        else {
            return false;
        };
        if unit[0] & 0x1f == 5 {
            return true;
        }
        frame = &frame[length_size + length..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip() -> Vec<u8> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/clips/face_syn2_still_animated.mp4"
        );
        std::fs::read(path).expect("the test data is needed")
    }

    #[test]
    fn a_video_is_counted() {
        let footage = Footage::read(&clip()).unwrap();
        assert!(
            footage.frames > 10 && footage.duration > Duration::from_millis(500),
            "{footage:?}"
        );
        assert!(
            footage.width > 0 && footage.height > 0 && !footage.fragmented,
            "{footage:?}"
        );
    }

    #[test]
    fn a_video_that_breaks_off_is_none() {
        let whole = clip();
        for keep in [0, 1, 20, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
            assert!(
                Footage::read(&whole[..keep]).is_err(),
                "{keep} of {} bytes are no video",
                whole.len()
            );
        }
    }

    /// The same frames in fragments of 25, as a recorder leaves them when it is cut off.
    fn fragments(file: &[u8]) -> Vec<u8> {
        use shiguredo_mp4::mux::{Fmp4SegmentMuxer, Sample};

        let mut demuxer = Mp4FileDemuxer::new();
        demuxer.handle_input(Input {
            position: 0,
            data: file,
        });
        let (mut samples, mut frames) = (Vec::new(), Vec::new());
        while let Some(sample) = demuxer.next_sample().unwrap() {
            let start = sample.data_offset as usize;
            frames.push(&file[start..start + sample.data_size]);
            samples.push(Sample {
                track_kind: sample.track.kind,
                timescale: sample.track.timescale,
                sample_entry: sample.sample_entry.cloned(),
                duration: sample.duration,
                keyframe: sample.keyframe,
                composition_time_offset: sample.composition_time_offset,
                data_offset: 0,
                data_size: sample.data_size,
            });
        }
        let mut muxer = Fmp4SegmentMuxer::new().unwrap();
        let mut out = Vec::new();
        for (samples, frames) in samples.chunks_mut(25).zip(frames.chunks(25)) {
            let mut offset = 0;
            for sample in samples.iter_mut() {
                sample.data_offset = offset;
                offset += sample.data_size as u64;
            }
            out.extend(muxer.create_media_segment_metadata(samples).unwrap());
            frames.iter().for_each(|frame| out.extend_from_slice(frame));
        }
        [muxer.init_segment_bytes().unwrap(), out].concat()
    }

    #[test]
    fn fragments_are_counted_like_the_whole() {
        let whole = clip();
        let expect = Footage {
            fragmented: true,
            faststart: true,
            ..Footage::read(&whole).unwrap()
        };
        let fragmented = fragments(&whole);
        assert_eq!(Footage::read(&fragmented), Ok(expect));
        for keep in [100, fragmented.len() / 2, fragmented.len() - 1] {
            assert!(
                Footage::read(&fragmented[..keep]).is_err(),
                "{keep} of {} bytes",
                fragmented.len()
            );
        }
    }

    #[test]
    fn damaged_files_never_bring_the_reader_down() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/malformed/mp4parse"
        );
        let files: Vec<_> = std::fs::read_dir(folder)
            .expect("the test data is needed")
            .collect();
        assert!(files.len() > 10);
        for file in files {
            let _ = Footage::read(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn other_files_are_no_video() {
        for other in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"<html>",
            &[0; 4096],
            b"\0\0\0\x08ftyp",
        ] {
            assert!(Footage::read(other).is_err());
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn damage_never_brings_the_reader_down(at in 0usize..4096, byte: u8, cut in 0usize..4096) {
            let mut file = clip();
            // The index may stand at either end of the file.
            let (start, end) = (at, file.len() - 1 - at);
            file[start] = byte;
            file[end] = byte;
            file.truncate(file.len() - cut);
            let _ = Footage::read(&file);
        }
    }
}
