//! Files and folders that only their owner can read, and every write a store makes to them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::{Claim, StoreError};

/// A step that changes what is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// A file or a folder is made.
    Create,
    /// Bytes go to a file.
    Write,
    /// A file's bytes are made to last.
    Sync,
    /// A folder's entries are made to last.
    SyncFolder,
    /// A file or a folder goes.
    Remove,
    /// A transaction of the database is committed.
    Commit,
    /// What was committed moves from the database's journal into the database.
    Checkpoint,
}

/// Asked before each [`Op`]; an error is what the disk is made to say.
pub type Faults = Arc<dyn Fn(Op) -> io::Result<()> + Send + Sync>;

/// The way to the disk: every write of a [`Vault`](crate::Vault) goes through it, and of whatever else keeps things the
/// same way.
#[derive(Clone, Default)]
pub struct Disk {
    faults: Option<Faults>,
}

impl Disk {
    /// A disk that fails when `faults` says so: to see that nothing accepted is lost then. A write that fails writes
    /// half of its bytes, as a disk that fills up does.
    #[must_use]
    pub fn failing(faults: Faults) -> Self {
        Self { faults: Some(faults) }
    }

    /// Asked before a step that this does not do itself.
    ///
    /// # Errors
    /// The step is to fail.
    pub fn before(&self, op: Op) -> io::Result<()> {
        match &self.faults {
            None => Ok(()),
            Some(faults) => faults(op),
        }
    }

    pub(crate) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Op::Create)?;
        create_private_folder(path)
    }

    pub(crate) fn create_file(&self, path: &Path) -> io::Result<File> {
        self.before(Op::Create)?;
        create_private_file(path)
    }

    /// Writes all of `bytes` to the file.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.before(Op::Write) {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        file.write_all(bytes)
    }

    /// Makes the file's bytes last.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sync(&self, file: &File) -> io::Result<()> {
        self.before(Op::Sync)?;
        file.sync_data()
    }

    /// Makes the folder's entries last.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.before(Op::SyncFolder)?;
        sync_folder(folder)
    }

    /// Removes a file; one that is not there is no error.
    pub(crate) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.before(Op::Remove)?;
        gone(fs::remove_file(path))
    }

    /// Removes a folder with what is in it; one that is not there is no error.
    pub(crate) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Op::Remove)?;
        gone(fs::remove_dir_all(path))
    }
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disk")
            .field("failing", &self.faults.is_some())
            .finish()
    }
}

pub(crate) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// An empty file of its owner's. What was there before is gone.
pub(crate) fn create_private_file(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)
}

/// The file if it is there, else a new one of its owner's.
pub(crate) fn open_private_file(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)
}

/// With rights for the owner only, should the file be made.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A new file survives a power cut only once its folder is synced. Windows has no such call and needs none.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Locks `path` for as long as the claim lives. Nothing is written to it.
pub(crate) fn claim(path: &Path) -> Result<Claim, StoreError> {
    let file = open_private_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Claim::new(file)),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
