//! The identification video: frames in, H.264 in an MP4 that survives a power cut out.
//!
//! In order, when all goes well: [`Recorder::start`] takes a [`FrameFeed`] (every frame of a camera, in order) and a
//! [`Sink`] (append-only, since what lies behind it is encrypted). The recorder's thread decodes each JPEG to planes,
//! brings them to limited range, draws time and case into them ([`stamp`]) and encodes them; samples are gathered for a second and handed, as one `moof` +
//! `mdat`, to a second thread that writes and syncs them, so that a slow disk does not hold the encoder. Once the
//! recording has ended, [`faststart`] writes the plain MP4 that is delivered. After a power cut [`recover`] says how
//! long the whole part of the file is.
//!
//! What a reader may rely on:
//! - sample times are capture times; no frame is repeated, invented or moved;
//! - one size for the whole recording: that of the first frame, fitted into [`Options::largest`]. A frame of another
//!   size (a camera that changed its mind) is scaled into the middle of it on black, so that the file keeps one sample
//!   entry, which every player understands;
//! - a camera that dies ends the recording with [`Ended::CameraFailed`], and everything up to then is kept.

mod faststart;
mod fragments;
mod h264;
mod planes;
mod recover;
mod scale;
pub mod stamp;
mod take;
mod unpack;
mod writer;

use std::io::{self, Write};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use self::take::{Shared, Take};
use self::writer::Writer;

use crate::{CaptureError, Frame, Size, Subscription};

pub use self::faststart::{Remuxed, faststart};
pub use self::recover::recover;
pub use self::stamp::Stamp;
pub use crate::clip::{Chapter, Movie, Tags};

/// Where a recorder gets its frames: every one of them, in order.
pub trait FrameFeed: Send {
    /// The next frame, or `None` when none came within `timeout`.
    ///
    /// # Errors
    /// The reason why no more frames will come. What was recorded until then is kept.
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError>;
}

impl FrameFeed for Subscription {
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        self.recv_timeout(timeout)
    }
}

/// Where the bytes of a recording go. Append-only: nothing is ever written twice.
pub trait Sink: Write + Send {
    /// Makes everything written so far survive a power cut.
    ///
    /// # Errors
    /// Whatever the place says; the recording then ends with [`CaptureError::Write`].
    fn sync(&mut self) -> io::Result<()>;
}

/// A time without a picture longer than this is listed: somebody who watches would notice it, and much can happen in it.
pub const NOTICED: Duration = Duration::from_millis(500);

/// What a recording should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Bits per second the encoder aims at.
    pub bitrate: u32,
    /// The rate of the camera in frames per second. The encoder spreads its bits by it; times never come from it.
    pub frame_rate: f32,
    /// How much video one fragment holds, which is the most a power cut can take.
    pub fragment: Duration,
    /// The recording ends by itself after this long.
    pub limit: Duration,
    /// Larger pictures are scaled down to fit (turned for upright pictures); smaller ones are kept as they are.
    pub largest: Size,
    /// What is drawn into each picture beside its time; without it nothing is.
    pub stamp: Option<Stamp>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bitrate: 2_500_000,
            frame_rate: 30.0,
            fragment: Duration::from_secs(1),
            limit: Duration::from_secs(300),
            largest: Size::new(1280, 720),
            stamp: None,
        }
    }
}

/// How far a recording has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Frames encoded.
    pub frames: u64,
    /// Capture time from the first frame to the newest.
    pub elapsed: Duration,
    /// Bytes that are in the sink.
    pub bytes: u64,
    /// Whole frames that were captured but are not in the video: skipped on the way here, or left out by the encoder.
    pub dropped: u64,
    /// Frames that came here and could not be decoded.
    pub damaged: u64,
    /// The longest time between two frames.
    pub longest_gap: Duration,
    /// From the capture of the newest frame to the end of its encoding.
    pub lag: Duration,
}

/// Why a recording ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// [`Recorder::stop`] was called.
    Asked,
    /// No more frames came or could be encoded, and why. The recording holds everything up to then.
    CameraFailed(CaptureError),
    /// [`Options::limit`] was reached.
    LimitReached,
}

/// What was recorded. The bytes are in the sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Frames in the video.
    pub frames: u64,
    /// From the first frame to the end of the last.
    pub duration: Duration,
    /// Bytes written to the sink.
    pub bytes: u64,
    /// Pixels of the video.
    pub size: Size,
    /// Pixels of the first frame as it was captured.
    pub delivered: Size,
    /// When the first frame was captured, on the monotonic clock.
    pub started: Instant,
    /// The same on the wall clock.
    pub started_utc: SystemTime,
    /// The longest time between two frames.
    pub longest_gap: Duration,
    /// Each time longer than [`NOTICED`] in which no picture came, in order.
    pub gaps: Vec<Gap>,
    /// From the first frame to the end of the recording by the monotonic clock, whatever the file says. Where the camera
    /// failed, to the end of the last frame: when it failed is not known better.
    pub lasted: Duration,
    /// Whole frames that were captured but are not in the video.
    pub dropped: u64,
    /// Frames that could not be decoded.
    pub damaged: u64,
    /// SHA-256 of the coded pictures in their order, computed while they were encoded: 64 hex digits in lower case.
    pub stream_sha256: String,
    /// Whether time and case were drawn into every picture: they were asked for, and the pictures were large enough.
    pub stamped: bool,
    /// Why it ended.
    pub ended: Ended,
}

/// A time in which no picture came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When the last picture before it was captured, from the first on.
    pub at: Duration,
    /// How long nothing came after it.
    pub length: Duration,
}

/// A recording that is running. Dropping it ends it as [`Recorder::stop`] does; only the report is lost.
pub struct Recorder {
    shared: Arc<Shared>,
    /// `None` once it was waited for.
    thread: Option<JoinHandle<Result<Recording, CaptureError>>>,
}

impl Recorder {
    /// Starts to record `feed` into `sink`.
    ///
    /// # Errors
    /// [`CaptureError::Codec`] when there is no encoder.
    pub fn start(
        feed: impl FrameFeed + 'static,
        sink: Box<dyn Sink>,
        options: Options,
    ) -> Result<Self, CaptureError> {
        let shared = Arc::new(Shared::default());
        let writer = Writer::start(sink, Arc::clone(&shared.progress))?;
        let take = Take::new(options, writer, Arc::clone(&shared))?;
        let thread = std::thread::Builder::new()
            .name("recorder".into())
            .spawn(move || take.record(feed))
            .map_err(|error| CaptureError::Codec(format!("no thread: {}", error.kind())))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        *self.shared.progress.lock()
    }

    /// Whether it has ended by itself: the camera or the sink failed, or the limit was reached.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the recording with the frames captured until now and waits until they are in the sink.
    ///
    /// # Errors
    /// [`CaptureError::Write`] when the sink failed: what it accepted until then can be had with [`recover`].
    /// Without a single usable frame, the camera's own error, [`CaptureError::Silent`] or [`CaptureError::Damaged`].
    pub fn stop(mut self) -> Result<Recording, CaptureError> {
        self.end().expect("it was not waited for before")
    }

    fn end(&mut self) -> Option<Result<Recording, CaptureError>> {
        let thread = self.thread.take()?;
        *self.shared.asked.lock() = Some(Instant::now());
        Some(
            thread
                .join()
                .unwrap_or_else(|_| Err(CaptureError::Codec("the recorder broke".into()))),
        )
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.end() {
            tracing::warn!(%error, "a recording that nobody waited for failed");
        }
    }
}
