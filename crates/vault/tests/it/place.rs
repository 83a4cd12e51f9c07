//! A vault in a temporary folder, and a look at everything that lies in it.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use vault::keys::{KeySource, MasterKey};
use vault::{Disk, StoreError, Vault};

/// A place for a vault, with its key.
pub struct Place {
    folder: TempDir,
    pub key: MasterKey,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            key: MasterKey::from_bytes(&[5; 32]),
        }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("cases")
    }

    pub fn open(&self) -> Vault {
        self.try_open().expect("the vault opens")
    }

    pub fn try_open(&self) -> Result<Vault, StoreError> {
        self.open_on(Disk::default())
    }

    pub fn open_on(&self, disk: Disk) -> Result<Vault, StoreError> {
        Vault::open_on(disk, self.root(), KeySource::Key(&self.key))
    }
}

/// Every file below `folder`.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The files below `folder` that hold `bytes`.
pub fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = files(folder);
    found.retain(|path| {
        let text = fs::read(path).expect("readable");
        text.windows(bytes.len()).any(|window| window == bytes)
    });
    found
}
