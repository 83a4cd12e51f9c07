//! The passive anti-spoof network of a branch's own, where one is set: advice to a person, and nothing is claimed on it.

use std::path::Path;

use sha2::{Digest, Sha256};
use vision::face::AntiSpoof;

use crate::Settings;

/// The largest file that is read as a network, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Why it is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotUsed {
    #[error("its file cannot be read: {0}")]
    Unreadable(std::io::ErrorKind),
    #[error("its file has another checksum than the settings say")]
    OtherFile,
    #[error("no engine takes it as a network")]
    NoNetwork,
}

/// The network of the settings.
pub(crate) struct Passive {
    pub net: AntiSpoof,
    /// SHA-256 of its file, 64 hex digits.
    pub sha256: String,
}

/// The network the settings name; nothing where they name none.
pub(crate) fn of(settings: &Settings) -> Option<Result<Passive, NotUsed>> {
    let eyes = &settings.eyes;
    let file = eyes.antispoof.as_deref()?;
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let around = eyes.antispoof_around_percent as f32 / 100.0;
    Some(load(
        file,
        eyes.antispoof_sha256.as_deref().unwrap_or_default(),
        around,
    ))
}

fn load(file: &Path, sha256: &str, around: f32) -> Result<Passive, NotUsed> {
    let unreadable = |error: std::io::Error| NotUsed::Unreadable(error.kind());
    let length = std::fs::metadata(file).map_err(unreadable)?.len();
    if length > MOST_BYTES {
        return Err(NotUsed::Unreadable(std::io::ErrorKind::FileTooLarge));
    }
    let bytes = std::fs::read(file).map_err(unreadable)?;
    // What decides over people is what was looked at and approved, and no other file under its name.
    let found = hex::encode(Sha256::digest(&bytes));
    if !found.eq_ignore_ascii_case(sha256.trim()) {
        return Err(NotUsed::OtherFile);
    }
    let net = AntiSpoof::load(bytes, around).map_err(|_| NotUsed::NoNetwork)?;
    Ok(Passive { net, sha256: found })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: &[u8] = include_bytes!("../../../vision/src/face/fixtures/bright_is_genuine.onnx");

    fn set(file: &Path, sha256: &str) -> Settings {
        let mut settings = Settings::practice();
        settings.eyes.antispoof = Some(file.to_owned());
        settings.eyes.antispoof_sha256 = Some(sha256.to_owned());
        settings
    }

    #[test]
    fn only_the_file_that_was_approved_is_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("net.onnx");
        let sha256 = hex::encode(Sha256::digest(NETWORK));
        let why_not = |sha256: &str| of(&set(&file, sha256)).expect("one is set").err();
        assert_eq!(
            why_not(&sha256),
            Some(NotUsed::Unreadable(std::io::ErrorKind::NotFound))
        );
        std::fs::write(&file, NETWORK).expect("written");
        assert_eq!(why_not(&sha256), None);
        assert_eq!(
            why_not(""),
            Some(NotUsed::OtherFile),
            "without a checksum none is used"
        );
        std::fs::write(&file, b"another").expect("written");
        assert_eq!(why_not(&sha256), Some(NotUsed::OtherFile));
        let garbage = hex::encode(Sha256::digest(b"another"));
        assert_eq!(why_not(&garbage), Some(NotUsed::NoNetwork));
    }

    #[test]
    fn none_is_looked_for_where_none_is_set() {
        assert!(of(&Settings::practice()).is_none());
    }
}
