//! What can deliver sound, and what to call it.

use std::path::PathBuf;
use std::time::Duration;

use super::file::File;
use super::generated::Generated;
use super::{Block, SoundError};
use crate::SourceId;

/// The seam between the microphone's thread and whatever makes sound. Built, used and dropped on that thread.
pub(super) trait SoundSource {
    /// Opens it. The samples a second it will deliver, by its own word.
    fn start(&mut self) -> Result<MicrophoneInfo, SoundError>;
    /// Waits for the next block; `None` when none came within `timeout`.
    fn next(&mut self, timeout: Duration) -> Result<Option<Block>, SoundError>;
}

/// One source of sound as it is shown to somebody who chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrophoneInfo {
    /// The stable name, for settings and for the case.
    pub id: SourceId,
    /// The name for people.
    pub name: String,
    /// No microphone stands behind this: a replay, or generated sound.
    pub synthetic: bool,
    /// Samples a second it delivers, by its own word; 0 before it was opened.
    pub rate: u32,
}

/// Which source of sound to open.
#[derive(Debug, Clone, PartialEq)]
pub enum SoundSpec {
    /// The one the system would use.
    Default,
    /// A microphone by its stable name.
    Microphone(SourceId),
    /// A WAV file, or an MP4 with an Opus track as [`crate::recorder`] writes it; from the start again at its end.
    Replay(PathBuf),
    /// A tone that comes and goes, for practice and tests.
    Generated {
        /// In Hz.
        hertz: f32,
        /// Of full scale; 0 is silence.
        amplitude: f32,
    },
}

impl SoundSpec {
    /// Reads what a person typed or a setting holds: `mic:…` is a microphone; `replay:PATH`, or the path of something
    /// that exists, is a replay; nothing is the system's own choice.
    ///
    /// # Errors
    /// [`SoundError::NotFound`] when the text is none of these.
    pub fn parse(text: &str) -> Result<Self, SoundError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Default);
        }
        if let Some(path) = text.strip_prefix("replay:") {
            return Ok(Self::Replay(PathBuf::from(path)));
        }
        if text.starts_with("mic:") {
            return Ok(Self::Microphone(SourceId::new(text)));
        }
        let path = PathBuf::from(text);
        if path.exists() {
            return Ok(Self::Replay(path));
        }
        Err(SoundError::NotFound(text.to_owned()))
    }

    /// Whether this is known to be no microphone before it is even opened.
    #[must_use]
    pub const fn is_replay(&self) -> bool {
        matches!(self, Self::Replay(_) | Self::Generated { .. })
    }

    /// The stable name this source goes by.
    #[must_use]
    pub fn id(&self) -> SourceId {
        match self {
            Self::Default => SourceId::new("mic:default"),
            Self::Microphone(id) => id.clone(),
            Self::Replay(path) => SourceId::new(format!("replay:{}", path.display())),
            Self::Generated { .. } => SourceId::new("clip:generated"),
        }
    }

    pub(super) fn build(self) -> Result<Box<dyn SoundSource>, SoundError> {
        Ok(match self {
            #[cfg(feature = "sound")]
            Self::Default => Box::new(super::device::Device::new(None)),
            #[cfg(feature = "sound")]
            Self::Microphone(id) => Box::new(super::device::Device::new(Some(id))),
            #[cfg(not(feature = "sound"))]
            Self::Default | Self::Microphone(_) => return Err(SoundError::NotBuilt),
            Self::Replay(path) => Box::new(File::new(path)),
            Self::Generated { hertz, amplitude } => Box::new(Generated::new(hertz, amplitude)),
        })
    }
}

/// The microphones of this machine, the same order every time.
///
/// # Errors
/// [`SoundError::NotBuilt`] in a program without the feature `sound`; [`SoundError::Driver`] when the system's own
/// listing fails. No microphone is an empty list.
pub fn microphones() -> Result<Vec<MicrophoneInfo>, SoundError> {
    #[cfg(feature = "sound")]
    return super::device::list();
    #[cfg(not(feature = "sound"))]
    Err(SoundError::NotBuilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_becomes_a_source() {
        let mic = SoundSpec::parse(" mic:alsa:plughw:CARD=U,DEV=0 ").unwrap();
        assert_eq!(mic.id().as_str(), "mic:alsa:plughw:CARD=U,DEV=0");
        assert!(!mic.is_replay());
        assert_eq!(SoundSpec::parse("").unwrap(), SoundSpec::Default);
        let file = SoundSpec::parse("replay:/a b.wav").unwrap();
        assert_eq!(file, SoundSpec::Replay("/a b.wav".into()));
        assert!(file.is_replay());
        assert!(SoundSpec::parse("Cargo.toml").unwrap().is_replay());
        assert_eq!(
            SoundSpec::parse("nowhere").unwrap_err(),
            SoundError::NotFound("nowhere".into())
        );
    }

    #[cfg(not(feature = "sound"))]
    #[test]
    fn a_program_without_sound_says_so() {
        assert_eq!(microphones(), Err(SoundError::NotBuilt));
        assert_eq!(
            SoundSpec::Default.build().err(),
            Some(SoundError::NotBuilt),
            "and knows no microphone"
        );
    }

    #[cfg(feature = "sound")]
    #[test]
    fn a_machine_without_microphones_is_no_error() {
        microphones().unwrap();
    }
}
