//! What can go wrong with a store.

use std::io;

/// A failure of a store. It names no path: paths can hold a user's name.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such case or object.
    #[error("not in the store")]
    Missing,
    /// Another program has the case open.
    #[error("in use by another program")]
    InUse,
    /// The disk, or this user's share of it, is full.
    #[error("no room left")]
    Full,
    /// What is there is not what was put there.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Written by a newer version of the program.
    #[error("written in format {0}, newer than this program knows")]
    Newer(u32),
    /// The disk refuses.
    #[error("the disk refuses: {0}")]
    Disk(io::ErrorKind),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full
            }
            kind => Self::Disk(kind),
        }
    }
}
