//! What can go wrong with a store.

use std::io;

use evidence::ObjectId;

/// A failure of a store. It names no path: paths can hold a user's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// The vault needs its passphrase, or the place that keeps its key is locked.
    #[error("the vault is locked")]
    Locked,
    /// There is a vault, and its key is not where it was kept.
    #[error("the vault's key is missing")]
    KeyMissing,
    /// The key is not this vault's.
    #[error("the key is not this vault's")]
    WrongKey,
    /// The passphrase is not this vault's.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The place that keeps the key cannot be used, or must not be.
    #[error("the key cannot be kept: {0}")]
    KeyStore(String),
    /// The disk refuses.
    #[error("the disk refuses: {0}")]
    Disk(io::ErrorKind),
}

impl StoreError {
    pub(crate) fn damaged_object(object: ObjectId) -> Self {
        Self::Damaged(Altered(object).to_string())
    }
}

/// An object that is not as it was written, found while it is read.
#[derive(Debug, thiserror::Error)]
#[error("object {0}")]
pub(crate) struct Altered(pub ObjectId);

impl Altered {
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        if let Some(altered) = error.get_ref().and_then(|cause| cause.downcast_ref::<Altered>()) {
            return Self::Damaged(altered.to_string());
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full
            }
            kind => Self::Disk(kind),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;

        // SQLite's messages can quote what is stored: only the kind is kept.
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::Missing,
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged("database".to_owned()),
                ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
                    Self::Disk(io::ErrorKind::PermissionDenied)
                }
                ErrorCode::OutOfMemory => Self::Disk(io::ErrorKind::OutOfMemory),
                _ => Self::Disk(io::ErrorKind::Other),
            },
            _ => Self::Damaged("database".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn a_full_disk_is_called_so_whoever_finds_it() {
        let sqlite = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
        assert_eq!(StoreError::from(sqlite), StoreError::Full);
        let system = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(StoreError::from(system), StoreError::Full);
    }

    #[test]
    fn what_a_database_says_is_not_passed_on() {
        let error =
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CONSTRAINT), Some("Alma".to_owned()));
        assert!(!format!("{:?}", StoreError::from(error)).contains("Alma"));
    }
}
