//! What can go wrong between a lens and a file.

/// A failure of a source, a picture or a recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// There is no such source (any more).
    #[error("no source {0}")]
    NotFound(String),
    /// Another program holds the camera (EBUSY).
    #[error("the camera is in use by another program")]
    Busy,
    /// The camera went away while it was open (ENODEV).
    #[error("the camera was unplugged")]
    Unplugged,
    /// The camera is there and open, yet no frame came within the watchdog's time.
    #[error("the camera has been silent for {0:?}")]
    Silent(std::time::Duration),
    /// The system does not let this program use the camera (EACCES, privacy settings).
    #[error("the system denies access to the camera")]
    Denied,
    /// The device offers nothing we can use.
    #[error("the camera offers no usable format")]
    NoUsableFormat,
    /// So many damaged frames in a row that the picture cannot be trusted.
    #[error("the camera delivers damaged pictures ({0} in a row)")]
    Damaged(u32),
    /// A file that is not the picture or clip it should be; the text says why, and never what it shows.
    #[error("not a usable picture or clip: {0}")]
    BadMedia(String),
    /// The place the bytes go to refused them (disk full, stick pulled).
    #[error("cannot write: {0}")]
    Write(std::io::ErrorKind),
    /// A file of a replay source or a stored clip cannot be read.
    #[error("cannot read: {0}")]
    Read(std::io::ErrorKind),
    /// The H.264 encoder or decoder failed.
    #[error("codec: {0}")]
    Codec(String),
    /// The camera was closed by this program while somebody still waited for its frames.
    #[error("the camera was closed")]
    Closed,
    /// Anything the driver said that has no case of its own.
    #[error("camera driver: {0}")]
    Driver(String),
}

impl CaptureError {
    /// Sorts what a driver said by the error number in it: nokhwa passes the system's errors on as text only.
    pub(crate) fn from_driver(text: &str) -> Self {
        let number = text.rsplit_once("os error ").and_then(|(_, rest)| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse::<i32>()
                .ok()
        });
        match number {
            Some(1 | 13) => Self::Denied,
            Some(16) => Self::Busy,
            Some(2 | 6 | 19) => Self::Unplugged,
            Some(28) => Self::Driver("not enough USB bandwidth for this format".to_owned()),
            _ => Self::Driver(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CaptureError;

    #[test]
    fn a_drivers_words_are_sorted_by_their_error_number() {
        let check = |text: &str, expect| assert_eq!(CaptureError::from_driver(text), expect, "{text}");
        check(
            "Could not capture frame: No such device (os error 19)",
            CaptureError::Unplugged,
        );
        check(
            "Could not open device stream: Device or resource busy (os error 16)",
            CaptureError::Busy,
        );
        check(
            "Could not open device 0: V4L2 Error: Permission denied (os error 13)",
            CaptureError::Denied,
        );
        check(
            "Input/output error (os error 5)",
            CaptureError::Driver("Input/output error (os error 5)".into()),
        );
        check(
            "Failed to Fufill",
            CaptureError::Driver("Failed to Fufill".into()),
        );
    }
}
