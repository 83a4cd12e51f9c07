//! The sound of a recording: from the microphone's blocks to packets that lie on the clock of the pictures.
//!
//! Whatever happens here never ends the recording. A microphone that fails ends its track, and [`Sound`] says so.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use shiguredo_mp4::boxes::OpusBox;

use crate::sound::level::Meter;
use crate::sound::opus::{Encoder, PACKET};
use crate::sound::timeline::Timeline;
use crate::sound::{Block, RATE, SoundError, SoundFeed};

/// Sound that is kept while the first picture is waited for: it may have been captured before what came last.
const BEFORE: Duration = Duration::from_secs(2);
/// At the end the sound of the last picture is waited for, for this long.
const LAST: Duration = Duration::from_millis(250);
/// How long the feed is asked to wait at a time.
const TURN: Duration = Duration::from_millis(20);

/// What is said of the sound of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// From the first picture to the end of the sound; zero where there is no track of it.
    pub duration: Duration,
    /// Samples a second that the microphone said it delivers; the track has 48 000.
    pub rate: u32,
    /// The longest time below -60 dBFS.
    pub longest_silence: Duration,
    /// Samples at full scale, in a million.
    pub clipped_ppm: u32,
    /// How far the newest sound was from where its capture time puts it, averaged over a second, in microseconds;
    /// positive: it is heard too early. `None` where nothing was heard.
    pub offset_us: Option<i64>,
    /// How often sound was missing in between, and silence stands in for it.
    pub pauses: u32,
    /// SHA-256 of the coded packets in their order, computed while they were encoded: 64 hex digits in lower case.
    /// Empty where there is no track.
    pub sound_sha256: String,
    /// Why it ended before the picture did.
    pub failed: Option<SoundError>,
}

/// The sound of a recording that runs.
pub(super) struct Listening {
    feed: Box<dyn SoundFeed>,
    /// Blocks that are not to be looked at yet: before the first picture all, later the one that came too early.
    ahead: VecDeque<Arc<Block>>,
    meter: Meter,
    rate: u32,
    failed: Option<SoundError>,
    track: Option<Track>,
}

/// From the first picture on.
struct Track {
    origin: Instant,
    timeline: Timeline,
    encoder: Encoder,
    /// Samples given to the encoder.
    samples: u64,
    packets: Vec<Vec<u8>>,
    made: u64,
    digest: Sha256,
    ended: bool,
}

impl Listening {
    pub fn new(feed: Box<dyn SoundFeed>) -> Self {
        Self {
            feed,
            ahead: VecDeque::new(),
            meter: Meter::default(),
            rate: 0,
            failed: None,
            track: None,
        }
    }

    /// While the first picture is waited for: keeps what may belong to it.
    pub fn wait(&mut self) {
        while let Some(block) = self.heard(Duration::ZERO) {
            let newest = block.at;
            self.ahead.push_back(block);
            while self
                .ahead
                .front()
                .is_some_and(|first| newest.saturating_duration_since(first.at) > BEFORE)
            {
                self.ahead.pop_front();
            }
        }
    }

    /// The first picture was captured at `origin`. What the file says of the track; `None` where there will be none.
    pub fn begin(&mut self, origin: Instant) -> Option<OpusBox> {
        self.wait();
        if self.failed.is_some() && self.ahead.is_empty() {
            return None;
        }
        match Encoder::new() {
            Ok(encoder) => {
                let entry = encoder.entry();
                self.track = Some(Track {
                    origin,
                    timeline: Timeline::new(origin),
                    encoder,
                    samples: 0,
                    packets: Vec::new(),
                    made: 0,
                    digest: Sha256::new(),
                    ended: false,
                });
                Some(entry)
            }
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    /// Takes in what was captured until `until`. Packets are ready afterwards.
    pub fn listen(&mut self, until: Instant) {
        while let Some(block) = self.ahead.pop_front().or_else(|| self.heard(Duration::ZERO)) {
            if block.at > until {
                self.ahead.push_front(block);
                return;
            }
            self.add(&block);
        }
    }

    /// A packet of silence, where the file needs one to say what the track is and nothing was heard yet.
    pub fn silence(&mut self) {
        if let Some(track) = &mut self.track
            && !track.ended
        {
            let mut made = Vec::with_capacity(PACKET);
            track.timeline.silence(PACKET, &mut made);
            track.encode(&made, &mut self.failed);
        }
    }

    /// The packets that are ready.
    pub fn packets(&mut self) -> Vec<Vec<u8>> {
        self.track
            .as_mut()
            .map_or_else(Vec::new, |track| std::mem::take(&mut track.packets))
    }

    /// The pictures end `length` after the first: waits for the sound of the last moment. How long the last packet
    /// sounds, in samples.
    pub fn finish(&mut self, length: Duration) -> Option<u32> {
        let end = self.track.as_ref()?.origin + length;
        let patience = Instant::now() + LAST;
        loop {
            self.listen(end);
            if !self.ahead.is_empty() || self.failed.is_some() || Instant::now() >= patience {
                break;
            }
            if let Some(block) = self.heard(TURN) {
                self.ahead.push_back(block);
            }
        }
        let track = self.track.as_mut()?;
        track.end(&mut self.failed);
        let sounding = track.samples + u64::from(track.encoder.pre_skip());
        let before_last = track.made.saturating_sub(1) * PACKET as u64;
        u32::try_from(sounding.saturating_sub(before_last).clamp(1, PACKET as u64)).ok()
    }

    /// What there is to say of it.
    pub fn report(self) -> Sound {
        let (duration, sound_sha256, offset_us, pauses) = match self.track {
            Some(track) if track.made > 0 => (
                Duration::from_nanos(track.samples * 1_000_000_000 / u64::from(RATE)),
                hex::encode(track.digest.finalize()),
                track.timeline.off_micros(),
                track.timeline.pauses(),
            ),
            _ => (Duration::ZERO, String::new(), None, 0),
        };
        Sound {
            duration,
            rate: self.rate,
            longest_silence: self.meter.longest_silence(),
            clipped_ppm: self.meter.clipped_ppm(),
            offset_us,
            pauses,
            sound_sha256,
            failed: self.failed,
        }
    }

    /// The next block of the feed, which is asked no more once it has failed.
    fn heard(&mut self, timeout: Duration) -> Option<Arc<Block>> {
        if self.failed.is_some() {
            return None;
        }
        match self.feed.next(timeout) {
            Ok(block) => block,
            Err(error) => {
                tracing::warn!(%error, "the recording goes on without sound");
                self.failed = Some(error);
                None
            }
        }
    }

    fn add(&mut self, block: &Block) {
        let Some(track) = self.track.as_mut().filter(|track| !track.ended) else {
            return;
        };
        self.rate = block.rate;
        if block.at + block.duration() > track.origin {
            self.meter.add(block);
        }
        let mut made = Vec::new();
        match track.timeline.add(block, &mut made) {
            Ok(()) => track.encode(&made, &mut self.failed),
            Err(error) => {
                tracing::warn!(%error, "the recording goes on without sound");
                self.failed = Some(error);
            }
        }
        if self.failed.is_some() && self.ahead.is_empty() {
            track.end(&mut self.failed);
        }
    }
}

impl Track {
    fn encode(&mut self, samples: &[f32], failed: &mut Option<SoundError>) {
        let from = self.packets.len();
        match self.encoder.encode(samples, &mut self.packets) {
            Ok(()) => self.samples += samples.len() as u64,
            Err(error) => {
                self.ended = true;
                *failed = Some(error);
            }
        }
        self.count(from);
    }

    /// Encodes what is held back. Nothing can follow.
    fn end(&mut self, failed: &mut Option<SoundError>) {
        if self.ended {
            return;
        }
        let mut made = Vec::new();
        if self.timeline.finish(&mut made).is_ok() {
            self.encode(&made, failed);
        }
        let from = self.packets.len();
        if let Err(error) = self.encoder.finish(&mut self.packets) {
            failed.get_or_insert(error);
        }
        self.count(from);
        self.ended = true;
    }

    fn count(&mut self, from: usize) {
        for packet in &self.packets[from..] {
            self.digest.update(packet);
            self.made += 1;
        }
    }
}
