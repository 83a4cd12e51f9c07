//! What can go wrong between a microphone and a file.

use std::time::Duration;

/// A failure of a source of sound. The picture goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SoundError {
    /// This program was built without the feature `sound`: it knows no microphones.
    #[error("this program was built without sound")]
    NotBuilt,
    /// There is no such microphone (any more).
    #[error("no microphone {0}")]
    NotFound(String),
    /// Another program holds the microphone.
    #[error("the microphone is in use by another program")]
    Busy,
    /// The microphone went away while it was open.
    #[error("the microphone was unplugged")]
    Unplugged,
    /// The system does not let this program use the microphone.
    #[error("the system denies access to the microphone")]
    Denied,
    /// It is there and open, yet no sample came for this long. A quiet room is no such failure.
    #[error("the microphone has delivered nothing for {0:?}")]
    Stuck(Duration),
    /// It offers nothing that can be used.
    #[error("the microphone offers no usable format")]
    NoUsableFormat,
    /// A file that is not the sound it should be.
    #[error("not usable sound: {0}")]
    BadMedia(String),
    /// A file of a replay cannot be read.
    #[error("cannot read: {0}")]
    Read(std::io::ErrorKind),
    /// The encoder, the decoder or the resampler failed.
    #[error("codec: {0}")]
    Codec(String),
    /// It was closed by this program while somebody still waited for it.
    #[error("the microphone was closed")]
    Closed,
    /// Anything the driver said that has no case of its own.
    #[error("microphone driver: {0}")]
    Driver(String),
}
