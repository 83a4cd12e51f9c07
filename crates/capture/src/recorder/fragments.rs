//! Samples gathered into fragments: `ftyp` + `moov` once, then one `moof` + `mdat` at a time (ISO/IEC 14496-12, 8.8).

use std::num::NonZeroU32;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shiguredo_mp4::TrackKind;
use shiguredo_mp4::boxes::{Avc1Box, OpusBox, SampleEntry};
use shiguredo_mp4::mux::{Fmp4SegmentMuxer, MuxError, Sample, SegmentMuxerOptions};

use super::h264::Packet;
use super::sound_track;
use crate::CaptureError;
use crate::sound::opus::PACKET;

/// Ticks per second of sample times. 90 kHz divides evenly by every rate cameras offer.
const TIMESCALE: NonZeroU32 = NonZeroU32::new(90_000).expect("not zero");

/// A time as ticks, rounded down.
pub(super) fn ticks(time: Duration) -> u64 {
    // Cannot overflow: recordings are minutes long.
    (time.as_nanos() * u128::from(TIMESCALE.get()) / 1_000_000_000) as u64
}

/// The time of so many ticks.
pub(super) fn duration(ticks: u64) -> Duration {
    Duration::from_nanos((u128::from(ticks) * 1_000_000_000 / u128::from(TIMESCALE.get())) as u64)
}

/// A picture and when it is shown, in ticks since the first.
struct Waiting {
    packet: Packet,
    at: u64,
}

/// Gathers samples and makes fragments of them. How long a picture is shown is known once the next one is there, so
/// the newest always waits.
pub(super) struct Fragments {
    muxer: Fmp4SegmentMuxer,
    /// At least this many ticks per fragment.
    length: u64,
    waiting: Vec<Waiting>,
    sound: Option<SoundTrack>,
    header_made: bool,
}

/// The second track, where there is one.
struct SoundTrack {
    entry: OpusBox,
    waiting: Vec<Vec<u8>>,
    /// How long the last packet sounds, once it is there.
    last: Option<u32>,
}

impl Fragments {
    pub(super) fn new(
        length: Duration,
        started: SystemTime,
        sound: Option<OpusBox>,
    ) -> Result<Self, CaptureError> {
        let creation_timestamp = started.duration_since(UNIX_EPOCH).unwrap_or_default();
        let options = SegmentMuxerOptions {
            creation_timestamp,
            ..SegmentMuxerOptions::default()
        };
        let muxer = Fmp4SegmentMuxer::with_options(options).map_err(mux)?;
        Ok(Self {
            muxer,
            length: ticks(length).max(1),
            waiting: Vec::new(),
            sound: sound.map(|entry| SoundTrack {
                entry,
                waiting: Vec::new(),
                last: None,
            }),
            header_made: false,
        })
    }

    /// Adds packets of sound; they go with the next fragment. `last`: no more will come, and so many samples of the last
    /// one sound.
    pub(super) fn add_sound(&mut self, packets: Vec<Vec<u8>>, last: Option<u32>) {
        if let Some(sound) = &mut self.sound {
            sound.waiting.extend(packets);
            sound.last = last;
        }
    }

    /// Whether the first fragment is due at `now`, and there is no packet yet to describe the sound with. The end is
    /// `None`.
    pub(super) fn lacks_sound(&self, now: Option<u64>) -> bool {
        let due = now.is_none_or(|now| self.is_due(now));
        let none = self.sound.as_ref().is_some_and(|sound| sound.waiting.is_empty());
        !self.header_made && none && due
    }

    fn is_due(&self, now: u64) -> bool {
        let first = self.waiting.first();
        first.is_some_and(|first| now.saturating_sub(first.at) >= self.length)
    }

    /// When the newest picture is shown.
    pub(super) fn newest(&self) -> Option<u64> {
        self.waiting.last().map(|sample| sample.at)
    }

    /// Adds a picture. `at` must be later than that of the one before. Returns a fragment when one is full.
    pub(super) fn add(
        &mut self,
        packet: Packet,
        at: u64,
        entry: &Avc1Box,
    ) -> Result<Option<Vec<u8>>, CaptureError> {
        let full = self.is_due(at);
        self.waiting.push(Waiting { packet, at });
        if full { self.cut(entry) } else { Ok(None) }
    }

    /// As [`Self::add`], when no picture has come but time has passed: `now` in ticks since the first picture.
    pub(super) fn cut_when_due(
        &mut self,
        now: u64,
        entry: &Avc1Box,
    ) -> Result<Option<Vec<u8>>, CaptureError> {
        if self.is_due(now) {
            self.cut(entry)
        } else {
            Ok(None)
        }
    }

    /// Everything but the newest picture, as a fragment. `None` when there is nothing else.
    fn cut(&mut self, entry: &Avc1Box) -> Result<Option<Vec<u8>>, CaptureError> {
        let Some(newest) = self.waiting.pop() else {
            return Ok(None);
        };
        let fragment = if self.waiting.is_empty() {
            None
        } else {
            Some(self.fragment(newest.at, entry)?)
        };
        self.waiting.push(newest);
        Ok(fragment)
    }

    /// Everything, the newest picture shown for `last` ticks.
    pub(super) fn finish(&mut self, last: u64, entry: &Avc1Box) -> Result<Option<Vec<u8>>, CaptureError> {
        match self.newest() {
            Some(newest) => self.fragment(newest + last, entry).map(Some),
            None => Ok(None),
        }
    }

    /// Makes one fragment of all that waits; the last picture is shown until `end`.
    fn fragment(&mut self, end: u64, entry: &Avc1Box) -> Result<Vec<u8>, CaptureError> {
        let ends = self.waiting.iter().skip(1).map(|sample| sample.at).chain([end]);
        let mut offset = 0;
        let mut samples = Vec::with_capacity(self.waiting.len());
        for (sample, end) in self.waiting.iter().zip(ends) {
            samples.push(Sample {
                track_kind: TrackKind::Video,
                sample_entry: Some(SampleEntry::Avc1(entry.clone())),
                keyframe: sample.packet.key,
                timescale: TIMESCALE,
                duration: u32::try_from(end - sample.at).unwrap_or(u32::MAX),
                composition_time_offset: None,
                data_offset: offset,
                data_size: sample.packet.data.len(),
            });
            offset += sample.packet.data.len() as u64;
        }
        let packets = self.sound.as_mut().map_or_else(Vec::new, |sound| {
            let packets = std::mem::take(&mut sound.waiting);
            for (i, packet) in packets.iter().enumerate() {
                let last = sound.last.filter(|_| i + 1 == packets.len());
                samples.push(Sample {
                    track_kind: TrackKind::Audio,
                    sample_entry: Some(SampleEntry::Opus(sound.entry.clone())),
                    keyframe: true,
                    timescale: sound_track::TIMESCALE,
                    duration: last.unwrap_or(PACKET as u32),
                    composition_time_offset: None,
                    data_offset: offset,
                    data_size: packet.len(),
                });
                offset += packet.len() as u64;
            }
            packets
        });
        let boxes = self.muxer.create_media_segment_metadata(&samples).map_err(mux)?;
        let mut bytes = Vec::new();
        if !self.header_made {
            // The muxer can describe the track only after it has seen a sample of it.
            bytes = self.muxer.init_segment_bytes().map_err(mux)?;
            if let Some(sound) = &self.sound {
                bytes = sound_track::introduced(&bytes, &sound.entry)?;
            }
            self.header_made = true;
        }
        bytes.reserve(boxes.len() + offset as usize);
        bytes.extend_from_slice(&boxes);
        for sample in self.waiting.drain(..) {
            bytes.extend_from_slice(&sample.packet.data);
        }
        for packet in packets {
            bytes.extend_from_slice(&packet);
        }
        Ok(bytes)
    }
}

fn mux(error: MuxError) -> CaptureError {
    CaptureError::Codec(error.to_string())
}
