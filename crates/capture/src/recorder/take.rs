//! One recording while it runs: the loop between the feed and the writer.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::fragments::{Fragments, duration, ticks};
use super::h264::Encoder;
use super::unpack::Unpack;
use super::writer::Writer;
use super::{Ended, FrameFeed, Gap, NOTICED, Options, Progress, Recording};
use crate::{CaptureError, Frame, Size};

/// How long the feed is asked to wait at a time: the longest it takes to notice that the end was asked for.
const WAIT: Duration = Duration::from_millis(100);
/// A frame that was captured before the end was asked for is here after this long.
const ON_ITS_WAY: Duration = Duration::from_millis(50);
/// So many frames in a row that the encoder refuses end the recording.
const REFUSED: u32 = 90;
/// The last picture is shown until the recording ends, or for as long as the one before it where that is not known, but
/// never longer than this.
const LONGEST_LAST: Duration = Duration::from_millis(200);

/// What the recorder and its thread share.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) progress: Arc<Mutex<Progress>>,
    /// When the end was asked for: frames captured later are not part of the recording.
    pub(super) asked: Mutex<Option<Instant>>,
}

/// Why the loop ends.
enum Stop {
    Ended(Ended),
    /// The writer knows the reason.
    SinkFailed,
}

/// Everything one recording needs.
pub(super) struct Take {
    options: Options,
    shared: Arc<Shared>,
    unpack: Unpack,
    encoder: Encoder,
    /// The encoder refused this many frames in a row.
    refused: u32,
    writer: Writer,
    /// From the first picture in the video on.
    begun: Option<Begun>,
    /// Number of the newest frame, whether it is in the video or not.
    sequence: Option<u64>,
    /// Facts so far, except for the bytes: the writer counts those.
    so_far: Progress,
    /// No more than the limit of the recording has room for.
    gaps: Vec<Gap>,
    /// Of every coded picture.
    stream: Sha256,
    /// Every picture was drawn into.
    stamped: bool,
}

struct Begun {
    at: Instant,
    utc: SystemTime,
    delivered: Size,
    fragments: Fragments,
    /// Between the newest two pictures, in ticks.
    newest_gap: Option<u64>,
}

impl Take {
    pub(super) fn new(options: Options, writer: Writer, shared: Arc<Shared>) -> Result<Self, CaptureError> {
        Ok(Self {
            unpack: Unpack::new(options.largest)?,
            encoder: Encoder::new(&options)?,
            refused: 0,
            writer,
            begun: None,
            sequence: None,
            so_far: Progress::default(),
            gaps: Vec::new(),
            stream: Sha256::new(),
            stamped: options.stamp.is_some(),
            options,
            shared,
        })
    }

    /// Records until the end, whatever brings it about.
    pub(super) fn record(mut self, mut feed: impl FrameFeed) -> Result<Recording, CaptureError> {
        let began = Instant::now();
        let stop = loop {
            if let Err(stop) = self.turn(&mut feed) {
                break stop;
            }
        };
        match stop {
            Stop::Ended(ended) => self.finish(ended, began.elapsed()),
            Stop::SinkFailed => match self.writer.finish() {
                Err(error) => Err(error),
                Ok(_) => Err(CaptureError::Write(std::io::ErrorKind::Other)),
            },
        }
    }

    /// Takes at most one frame.
    fn turn(&mut self, feed: &mut impl FrameFeed) -> Result<(), Stop> {
        let asked = *self.shared.asked.lock();
        let wait = if asked.is_some() { ON_ITS_WAY } else { WAIT };
        match feed.next(wait) {
            Ok(Some(frame)) if asked.is_some_and(|asked| frame.at > asked) => Err(Stop::Ended(Ended::Asked)),
            Ok(Some(frame)) if self.over(frame.at) => Err(Stop::Ended(Ended::LimitReached)),
            Ok(Some(frame)) => self.add(&frame),
            Ok(None) if asked.is_some() => Err(Stop::Ended(Ended::Asked)),
            Ok(None) if self.over(Instant::now()) => Err(Stop::Ended(Ended::LimitReached)),
            Ok(None) => self.idle(),
            Err(error) => Err(Stop::Ended(Ended::CameraFailed(error))),
        }
    }

    fn over(&self, now: Instant) -> bool {
        let begun = self.begun.as_ref();
        begun.is_some_and(|begun| now.saturating_duration_since(begun.at) >= self.options.limit)
    }

    /// Puts a frame into the video, or counts it as dropped.
    fn add(&mut self, frame: &Frame) -> Result<(), Stop> {
        if let Some(before) = self.sequence.replace(frame.sequence) {
            self.so_far.dropped += frame.sequence.saturating_sub(before + 1);
        }
        let since = self
            .begun
            .as_ref()
            .map_or(Duration::ZERO, |b| frame.at.saturating_duration_since(b.at));
        let newest = self.begun.as_ref().and_then(|begun| begun.fragments.newest());
        // A sample is shown for at least one tick.
        let at = newest.map_or(0, |newest| ticks(since).max(newest + 1));

        let encoded = match self.unpack.picture(&frame.jpeg) {
            Ok(planes) => {
                if let Some(stamp) = &self.options.stamp {
                    let first = self.begun.as_ref().map_or(frame.utc, |begun| begun.utc);
                    self.stamped &= stamp.draw(planes, first, since);
                }
                self.encoder.encode(planes, at / 90)
            }
            Err(error) => {
                tracing::debug!(sequence = frame.sequence, %error, "left a damaged frame out");
                self.so_far.damaged += 1;
                self.publish();
                return Ok(());
            }
        };
        let packet = match encoded {
            Ok(Some(packet)) => packet,
            Ok(None) => return self.dropped(),
            Err(error) => {
                tracing::warn!(sequence = frame.sequence, %error, "the encoder refused a frame");
                self.refused += 1;
                if self.refused >= REFUSED || self.encoder.restart(&self.options).is_err() {
                    return Err(Stop::Ended(Ended::CameraFailed(error)));
                }
                return self.dropped();
            }
        };
        self.refused = 0;

        let begun = match &mut self.begun {
            Some(begun) => begun,
            begun @ None => begun.insert(Begun {
                at: frame.at,
                utc: frame.utc,
                delivered: frame.size,
                fragments: Fragments::new(self.options.fragment, frame.utc).map_err(codec)?,
                newest_gap: None,
            }),
        };
        begun.newest_gap = newest.map(|newest| at - newest);
        let gap = Gap {
            at: duration(newest.unwrap_or(0)),
            length: duration(begun.newest_gap.unwrap_or(0)),
        };
        if gap.length > NOTICED {
            self.gaps.push(gap);
        }
        self.stream.update(&packet.data);
        let entry = self.encoder.entry().expect("a packet was encoded");
        let fragment = begun.fragments.add(packet, at, entry).map_err(codec)?;

        self.so_far.frames += 1;
        self.so_far.elapsed = duration(at);
        self.so_far.longest_gap = self.so_far.longest_gap.max(gap.length);
        self.so_far.lag = frame.at.elapsed();
        self.publish();
        self.hand_over(fragment)
    }

    fn dropped(&mut self) -> Result<(), Stop> {
        self.so_far.dropped += 1;
        self.publish();
        Ok(())
    }

    /// Nothing came for a while: what is there should not wait in memory for a camera that may be dying.
    fn idle(&mut self) -> Result<(), Stop> {
        let fragment = match (&mut self.begun, self.encoder.entry()) {
            (Some(begun), Some(entry)) => begun
                .fragments
                .cut_when_due(ticks(begun.at.elapsed()), entry)
                .map_err(codec)?,
            _ => None,
        };
        self.hand_over(fragment)
    }

    fn hand_over(&self, fragment: Option<Vec<u8>>) -> Result<(), Stop> {
        let accepted = match fragment {
            Some(fragment) => self.writer.hand_over(fragment),
            None => !self.writer.has_failed(),
        };
        if accepted { Ok(()) } else { Err(Stop::SinkFailed) }
    }

    fn publish(&self) {
        let mut progress = self.shared.progress.lock();
        *progress = Progress {
            bytes: progress.bytes,
            ..self.so_far
        };
    }

    /// From the first picture to the end of the recording, where that is known.
    fn lasted(&self, ended: &Ended, began: Instant) -> Option<Duration> {
        match ended {
            Ended::Asked => self
                .shared
                .asked
                .lock()
                .map(|asked| asked.saturating_duration_since(began)),
            Ended::LimitReached => Some(self.options.limit),
            Ended::CameraFailed(_) => None,
        }
    }

    /// Writes what is left and says what was recorded.
    fn finish(mut self, ended: Ended, waited: Duration) -> Result<Recording, CaptureError> {
        let (Some(mut begun), Some(size)) = (self.begun.take(), self.unpack.size()) else {
            return Err(match ended {
                Ended::CameraFailed(error) => error,
                _ if self.so_far.damaged > 0 => {
                    CaptureError::Damaged(u32::try_from(self.so_far.damaged).unwrap_or(u32::MAX))
                }
                _ => CaptureError::Silent(waited),
            });
        };
        let newest = begun.fragments.newest().unwrap_or(0);
        let known = self.lasted(&ended, begun.at);
        let nominal = (90_000.0 / self.options.frame_rate.clamp(1.0, 240.0)) as u64;
        let last = known
            .map(|lasted| ticks(lasted).saturating_sub(newest))
            .or(begun.newest_gap)
            .unwrap_or(nominal)
            .clamp(1, ticks(LONGEST_LAST));
        let length = newest + last;
        let lasted = known.unwrap_or(duration(length));
        let stalled = Gap {
            at: duration(newest),
            length: lasted.saturating_sub(duration(newest)),
        };
        if stalled.length > NOTICED {
            self.gaps.push(stalled);
        }
        let entry = self.encoder.entry().expect("a packet was encoded");
        let fragment = begun.fragments.finish(last, entry)?;
        // Should the sink refuse it, `finish` says so.
        let _refused = self.hand_over(fragment);
        let bytes = self.writer.finish()?;
        Ok(Recording {
            frames: self.so_far.frames,
            duration: duration(length),
            bytes,
            size,
            delivered: begun.delivered,
            started: begun.at,
            started_utc: begun.utc,
            longest_gap: self.so_far.longest_gap,
            gaps: self.gaps,
            lasted,
            dropped: self.so_far.dropped,
            damaged: self.so_far.damaged,
            stream_sha256: hex::encode(self.stream.finalize()),
            stamped: self.stamped,
            ended,
        })
    }
}

fn codec(error: CaptureError) -> Stop {
    Stop::Ended(Ended::CameraFailed(error))
}
