//! Where the chain ends, kept apart from it.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use vault::{Disk, Op};

use super::files;

/// The end of a chain: the number and hash of a line. Written `N:SHA256`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The line's number.
    pub n: u64,
    /// Its hash: SHA-256 in hex.
    pub sha256: String,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.n, self.sha256)
    }
}

/// This is no `N:SHA256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, a colon and 64 hex digits")]
pub struct NoMark;

impl FromStr for Mark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (n, sha256) = text.trim().split_once(':').ok_or(NoMark)?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        match n.parse() {
            Ok(n) if is_hash => Ok(Self {
                n,
                sha256: sha256.to_ascii_lowercase(),
            }),
            _ => Err(NoMark),
        }
    }
}

/// A place that knows where the chain ends. The harder it is to write to, the more it detects: a file beside the log
/// shows that lines were removed by somebody who did not know of it; a vault shows it of anybody who cannot unlock it.
pub trait Head: Send + Sync {
    /// The last mark that was kept; `None` where none ever was.
    ///
    /// # Errors
    /// It cannot be read, or is no mark.
    fn read(&self) -> io::Result<Option<Mark>>;

    /// Keeps a mark in place of the last one; after this returns, a power cut does not lose it.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&self, mark: &Mark) -> io::Result<()>;
}

/// A head in a file of its own.
#[derive(Debug)]
pub struct FileHead {
    path: PathBuf,
    disk: Disk,
}

impl FileHead {
    /// The head in `path`, which need not be there yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            disk: Disk::default(),
        }
    }

    /// The same, written through `disk`.
    #[must_use]
    pub fn on(self, disk: Disk) -> Self {
        Self { disk, ..self }
    }
}

impl Head for FileHead {
    fn read(&self) -> io::Result<Option<Mark>> {
        match fs::read_to_string(&self.path) {
            // Read as strictly as it is written: a digit in another case is another file.
            Ok(text) => match text.parse::<Mark>() {
                Ok(mark) if format!("{mark}\n") == text => Ok(Some(mark)),
                Ok(_) | Err(NoMark) => Err(io::Error::new(io::ErrorKind::InvalidData, NoMark)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, mark: &Mark) -> io::Result<()> {
        let fresh = self.path.with_extension("head.new");
        self.disk.before(Op::Create)?;
        let mut file: File = files::private().truncate(true).open(&fresh)?;
        self.disk.write(&mut file, format!("{mark}\n").as_bytes())?;
        self.disk.sync(&file)?;
        drop(file);
        fs::rename(&fresh, &self.path)?;
        files::sync_folder_of(&self.disk, &self.path)
    }
}
