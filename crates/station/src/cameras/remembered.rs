//! Which camera a person chose for which step, kept over a restart.
//!
//! A small file beside the cases: stable names of cameras, nothing of a case and nothing of a person. What the settings
//! say comes first. A file that cannot be read or written costs no case anything: the choice then lasts until the end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use evidence::Role;

pub(super) struct Remembered(Option<PathBuf>);

impl Remembered {
    pub fn at(file: Option<PathBuf>) -> Self {
        Self(file)
    }

    pub fn read(&self) -> BTreeMap<Role, String> {
        let Some(file) = &self.0 else {
            return BTreeMap::new();
        };
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                tracing::warn!("which camera was chosen cannot be understood");
                BTreeMap::new()
            }),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(kind = %error.kind(), "which camera was chosen cannot be read");
                }
                BTreeMap::new()
            }
        }
    }

    pub fn write(&self, chosen: &BTreeMap<Role, String>) {
        let Some(file) = &self.0 else { return };
        if let Err(error) = write_whole(file, chosen) {
            tracing::warn!(kind = %error.kind(), "which camera was chosen cannot be kept");
        }
    }
}

/// The old file or the new one, and never a part of one.
fn write_whole(file: &Path, chosen: &BTreeMap<Role, String>) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let fresh = file.with_extension("json.new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&fresh)?;
    written.write_all(&serde_json::to_vec_pretty(chosen)?)?;
    written.sync_all()?;
    fs::rename(&fresh, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_there_again_and_a_broken_file_is_no_choice() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("deeper/cameras.json");
        let remembered = Remembered::at(Some(file.clone()));
        assert_eq!(remembered.read(), BTreeMap::new());
        let chosen = BTreeMap::from([
            (Role::Front, "usb:1".to_owned()),
            (Role::Selfie, "usb:2".to_owned()),
        ]);
        remembered.write(&chosen);
        assert_eq!(Remembered::at(Some(file.clone())).read(), chosen);
        fs::write(&file, "{\"front\":").expect("a file");
        assert_eq!(remembered.read(), BTreeMap::new());
    }
}
