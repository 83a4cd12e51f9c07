//! Where the bytes of an upload come from: a file, memory, or an encrypted store behind the same door.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

/// Bytes of a known number that can be read from the start as often as needed.
pub trait BytesSource: Send + Sync {
    /// How many bytes [`open`](Self::open)'s reader gives. An upload fails if it turns out otherwise.
    fn len(&self) -> u64;

    /// Whether there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts reading from the first byte. The reader may block: it is read on a thread for that.
    ///
    /// # Errors
    /// Whatever keeps the bytes from being read.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
}

impl BytesSource for Bytes {
    fn len(&self) -> u64 {
        Bytes::len(self) as u64
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.clone())))
    }
}

/// A file as it is on disk, its length taken when this is made.
pub struct FileSource {
    path: PathBuf,
    len: u64,
}

impl FileSource {
    /// Looks the file up.
    ///
    /// # Errors
    /// If there is no such file, or it is not a regular one.
    pub fn new(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let metadata = std::fs::metadata(&path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Self {
            path,
            len: metadata.len(),
        })
    }
}

impl BytesSource for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.path)?))
    }
}

/// Told how far an upload is: bytes handed to the connection so far, and bytes in all. Called often, from the task
/// that sends: it must return at once.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// For who does not want to know.
pub fn ignore_progress() -> Progress {
    Arc::new(|_, _| {})
}
