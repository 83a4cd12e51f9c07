//! The master key in a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{KeyStore, MasterKey};
use crate::StoreError;
use crate::crypto::KEY_BYTES;
use crate::disk::{Disk, Op, create_private_folder, private};

/// A master key in a file of its owner's, for a kiosk that must start with nobody there.
///
/// **Its weakness:** whoever can read the file can read the vault. On the same disk it protects against a vault that
/// is copied without it, and makes deletion final; it does not protect a machine that is stolen whole. Keep it on
/// another medium, or on a disk that is itself encrypted with the machine's security chip.
#[derive(Clone)]
pub struct KeyFile {
    path: PathBuf,
    disk: Disk,
}

impl KeyFile {
    /// The key in `path`, whose folder is made if it is not there.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            disk: Disk::default(),
        }
    }

    /// The same, written through `disk`.
    #[must_use]
    pub fn on(self, disk: Disk) -> Self {
        Self { disk, ..self }
    }
}

impl KeyStore for KeyFile {
    /// The key in the file.
    ///
    /// # Errors
    /// [`StoreError::KeyStore`] when others may read the file, it holds no key, or it cannot be read.
    fn load(&self) -> Result<Option<MasterKey>, StoreError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file
                .metadata()
                .map_err(|error| unusable(&error))?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(StoreError::KeyStore(
                    "others may read or change the key file".to_owned(),
                ));
            }
        }
        // One byte more than a key with a line end of two: what is longer is no key.
        const MOST: u64 = 2 * KEY_BYTES as u64 + 3;
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.take(MOST)
            .read_to_string(&mut text)
            .map_err(|error| unusable(&error))?;
        // Read as strictly as it is written, but for its line end: a file that was changed is told of, even where the key
        // would still be the same.
        let digits = text.strip_suffix('\n').unwrap_or(&text);
        let digits = digits.strip_suffix('\r').unwrap_or(digits);
        MasterKey::from_text(digits)
            .filter(|key| *key.to_text() == digits)
            .map(Some)
            .ok_or_else(|| StoreError::KeyStore("the key file holds no key".to_owned()))
    }

    /// Writes the key to the file, which must not be there.
    ///
    /// # Errors
    /// [`StoreError::KeyStore`] when it is there, or cannot be written.
    fn save(&self, key: &MasterKey) -> Result<(), StoreError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => std::path::Path::new("."),
        };
        let written = || {
            self.disk.before(Op::Create)?;
            create_private_folder(folder)?;
            // Under another name first: a file cut short would pass for a key that was damaged.
            let fresh = self.path.with_extension("new");
            let mut file =
                private(OpenOptions::new().write(true).create(true).truncate(true)).open(&fresh)?;
            self.disk.write(&mut file, key.to_text().as_bytes())?;
            self.disk.write(&mut file, b"\n")?;
            self.disk.sync(&file)?;
            drop(file);
            if self.path.exists() {
                fs::remove_file(&fresh)?;
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(&fresh, &self.path)?;
            self.disk.sync_folder(folder)
        };
        written().map_err(|error| match StoreError::from(error) {
            StoreError::Full => StoreError::Full,
            StoreError::Disk(kind) => unusable(&kind.into()),
            _ => unusable(&io::ErrorKind::NotFound.into()),
        })
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile(..)")
    }
}

fn unusable(error: &io::Error) -> StoreError {
    StoreError::KeyStore(format!("key file: {}", error.kind()))
}
