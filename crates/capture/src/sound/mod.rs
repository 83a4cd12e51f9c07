//! Sound beside the picture: microphones and their replay twins, how loud it is, and Opus for the recorder.
//!
//! In order, when all goes well: [`microphones`] lists what can deliver sound; [`Microphone::open`] gives one of them a
//! thread of its own; its [`Level`] is there for the screen at any time; [`Microphone::subscribe`] hands every [`Block`]
//! to the recorder, which brings it to 48 kHz on the clock of the pictures and writes it as a second track.
//!
//! Sound is one channel: it is there so that a voice can be heard. A device with more has them mixed.
//!
//! Microphones are behind the feature `sound`, because ALSA's library would be needed to start the program at all;
//! replays, the encoder and the reader are always there.

#[cfg(feature = "sound")]
mod device;
mod error;
mod file;
mod generated;
pub(crate) mod level;
mod microphone;
pub(crate) mod opus;
mod resampler;
mod source;
pub(crate) mod timeline;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::error::SoundError;
pub use self::level::{FLOOR_DBFS, Level};
pub use self::microphone::{Microphone, SoundSubscription};
pub use self::source::{MicrophoneInfo, SoundSpec, microphones};

/// Samples a second in every recording: the rate Opus is made for.
pub const RATE: u32 = 48_000;

/// Whether this program was built with microphones.
pub const BUILT_IN: bool = cfg!(feature = "sound");

/// A piece of sound as it left a source: one channel.
#[derive(Clone)]
pub struct Block {
    /// When its first sample was captured, on the monotonic clock.
    pub at: Instant,
    /// Samples a second, by the word of the source; its clock may be off.
    pub rate: u32,
    /// From -1 to 1.
    pub samples: Vec<f32>,
}

impl Block {
    /// How long it lasts by its own rate.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let nanos = self.samples.len() as u64 * 1_000_000_000 / u64::from(self.rate.max(1));
        Duration::from_nanos(nanos)
    }
}

/// What was said is personal data, so only its shape is shown.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block")
            .field("rate", &self.rate)
            .field("samples", &self.samples.len())
            .finish_non_exhaustive()
    }
}

/// Where a recorder gets its sound: every block, in order.
pub trait SoundFeed: Send {
    /// The next block, or `None` when none came within `timeout`.
    ///
    /// # Errors
    /// The reason why no more sound will come. What was recorded until then is kept, and the picture goes on.
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Block>>, SoundError>;
}
