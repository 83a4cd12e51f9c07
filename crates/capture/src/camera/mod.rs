//! One opened camera: its thread, its newest frame, its subscribers, its stills.
//!
//! In order, when all goes well: [`Camera::open`] starts a thread named `cam-…`; that thread finds the device,
//! chooses a format, starts it and from then on publishes every sound frame: the newest one is kept for the
//! preview, and each goes to every [`Subscription`] in order. [`Camera::still`] asks the thread for a picture at the
//! highest resolution. Dropping the camera tells the thread to leave and does not wait for it.
//!
//! A driver call may block for ever, and nothing can wake it. So a second thread only watches the clock: once the
//! first has made no progress for as long as [`Patience`] grants, the camera has failed ([`CaptureError::Silent`]),
//! everybody who waits is told, and the stuck thread is left behind: whatever it may still produce is thrown away.

mod lease;
mod publish;
mod run;
mod shared;
mod still;
mod subscription;
#[cfg(test)]
mod tests;
mod torn;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;

pub use still::Still;
pub use subscription::Subscription;

use self::shared::Shared;
use crate::{
    CaptureError, Delivered, Frame, OfferedFormat, SourceInfo, SourceKind, SourceSpec, Want,
    frame_source::FrameSource, replay::Replay,
};

/// How long to wait before a camera counts as silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From one frame to the next.
    pub frame: Duration,
    /// From the start of a stream to its first frame: sensors wake up and expose first.
    pub first_frame: Duration,
    /// To find, configure and start a device.
    pub open: Duration,
    /// To wait for the previous thread of the same camera to leave the device.
    pub vacate: Duration,
}

impl Patience {
    /// What real devices need, with room to spare: 2.5 s between frames, 5 s for the first one.
    pub const USUAL: Self = Self {
        frame: Duration::from_millis(2500),
        first_frame: Duration::from_secs(5),
        open: Duration::from_secs(8),
        vacate: Duration::from_secs(2),
    };
}

impl Default for Patience {
    fn default() -> Self {
        Self::USUAL
    }
}

/// How a camera is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// Sound frames published since it was opened.
    pub frames: u64,
    /// Frames thrown away because they were cut off or damaged.
    pub damaged: u64,
    /// Frames a subscriber missed because it was slow, over all subscribers.
    pub dropped: u64,
    /// Frames a second over the last three seconds; 0 once nothing comes.
    pub fps: f64,
    /// The last thing that went wrong, even if the camera went on.
    #[serde(serialize_with = "as_text")]
    pub last_error: Option<CaptureError>,
}

fn as_text<S: serde::Serializer>(error: &Option<CaptureError>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_some(&error.as_ref().map(ToString::to_string))
}

/// A camera, or its replay twin, that is delivering frames. Dropping it never blocks.
pub struct Camera {
    shared: Arc<Shared>,
    info: SourceInfo,
}

impl Camera {
    /// Opens a source and returns once it has been started; its first frame may still be on its way.
    ///
    /// # Errors
    /// [`CaptureError::NotFound`], [`Busy`](CaptureError::Busy), [`Denied`](CaptureError::Denied),
    /// [`NoUsableFormat`](CaptureError::NoUsableFormat), [`Silent`](CaptureError::Silent) when the driver does not
    /// answer; for a replay [`Read`](CaptureError::Read) and [`BadMedia`](CaptureError::BadMedia).
    pub fn open(spec: &SourceSpec, want: Want) -> Result<Self, CaptureError> {
        Self::open_with(spec, want, Patience::USUAL)
    }

    /// The same with other limits of time.
    ///
    /// # Errors
    /// As [`Camera::open`].
    pub fn open_with(spec: &SourceSpec, want: Want, patience: Patience) -> Result<Self, CaptureError> {
        let spec = spec.clone();
        let name = spec.id();
        let build = move || -> Box<dyn FrameSource> {
            match spec {
                SourceSpec::Camera(id) => Box::new(crate::device::Device::new(id)),
                SourceSpec::Replay(path) => Box::new(Replay::of_path(path, want.fps)),
                SourceSpec::Clip { name, frames, fps } => Box::new(Replay::of_clip(&name, frames, fps)),
                SourceSpec::Movie { name, bytes } => Box::new(Replay::of_movie(&name, bytes)),
            }
        };
        Self::start(name.as_str(), build, want, patience)
    }

    /// Starts the two threads for any source of frames; tests come in here with their doubles.
    fn start(
        name: &str,
        build: impl FnOnce() -> Box<dyn FrameSource> + Send + 'static,
        want: Want,
        patience: Patience,
    ) -> Result<Self, CaptureError> {
        let shared = Arc::new(Shared::new(patience));
        let spawn = |prefix: &str, work: Box<dyn FnOnce() + Send>| {
            let tail: String = name
                .chars()
                .rev()
                .take(11)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            std::thread::Builder::new()
                .name(format!("{prefix}{tail}"))
                .spawn(work)
                .map_err(|e| CaptureError::Driver(format!("no thread for the camera: {}", e.kind())))
        };
        let seen = Arc::clone(&shared);
        spawn("cam-", Box::new(move || run::run(&seen, build, want)))?;
        let watched = Arc::clone(&shared);
        if let Err(error) = spawn("eye-", Box::new(move || watched.watch())) {
            shared.close();
            return Err(error);
        }
        let info = shared.wait_until_running().inspect_err(|_| shared.close())?;
        Ok(Self { shared, info })
    }

    /// What was opened.
    #[must_use]
    pub fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Whether this is a camera or a replay.
    #[must_use]
    pub fn kind(&self) -> SourceKind {
        self.info.kind
    }

    /// What the driver said it delivers, read back after it was asked.
    #[must_use]
    pub fn delivered(&self) -> Delivered {
        self.stream().1
    }

    /// What the driver was asked for; [`Camera::delivered`] is what it made of that.
    #[must_use]
    pub fn asked(&self) -> OfferedFormat {
        self.stream().0
    }

    fn stream(&self) -> (OfferedFormat, Delivered) {
        self.shared
            .stream()
            .expect("a camera is only handed out once it is running")
    }

    /// The newest frame, at once. `None` before the first.
    #[must_use]
    pub fn latest(&self) -> Option<Arc<Frame>> {
        self.shared.latest()
    }

    /// Waits for a frame newer than `sequence` (0 = any) and returns the newest there is. Frames in between are
    /// skipped: this is for the preview. `None` when the time is up. Blocks the calling thread.
    ///
    /// # Errors
    /// The camera's own failure, once it has failed.
    pub fn newest_after(&self, sequence: u64, timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        self.shared.newest_after(sequence, Instant::now() + timeout)
    }

    /// Every frame from now on, in order, through a queue of `capacity` frames. For the recorder.
    ///
    /// A consumer that falls behind by more than that loses frames, and is told how many
    /// ([`Subscription::dropped`]); nobody else is slowed down.
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> Subscription {
        Subscription::new(&self.shared, capacity)
    }

    /// A replay begins anew with its next frame, as somebody acts when the recording begins. A camera goes on as it is.
    pub fn rewind(&self) {
        self.shared.ask_to_rewind();
    }

    /// Takes a picture at the highest resolution the device offers and keeps the device's own bytes.
    ///
    /// The preview pauses while the device changes its format: some 0.5 to 2 s, in which subscribers get nothing.
    /// If the highest resolution does not work, the picture comes from the preview and [`Still::note`] says why.
    /// A replay gives its newest frame. Blocks the calling thread.
    ///
    /// # Errors
    /// The camera's own failure; [`CaptureError::Damaged`] when no whole picture came.
    pub fn still(&self) -> Result<Still, CaptureError> {
        self.shared.still()
    }

    /// Counts and rates up to now.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// The failure that ended this camera, if it has ended.
    #[must_use]
    pub fn failure(&self) -> Option<CaptureError> {
        self.shared.failure()
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl std::fmt::Debug for Camera {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Camera")
            .field("id", &self.info.id.as_str())
            .finish_non_exhaustive()
    }
}
