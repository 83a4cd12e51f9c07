//! The file a bundle is written to: whole under its name, or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use evidence::CaseId;
use uuid::Uuid;

/// The end of a bundle's name.
const ENDING: &str = "pbx";
const BUFFER: usize = 64 << 10;

/// Where a bundle is to be, and where it is until it is whole.
pub(super) struct Target {
    path: PathBuf,
    part: PathBuf,
}

/// What was written.
pub(super) struct Written {
    pub path: PathBuf,
    pub bytes: u64,
}

/// Why nothing was.
pub(super) struct NotWritten<E> {
    pub error: E,
    /// The whole bundle may still lie there, under another name.
    pub may_be_there: bool,
}

impl Target {
    /// The file `to`, or one named after the case in the folder `to`.
    ///
    /// # Errors
    /// There is a file of that name: nothing is written over.
    pub fn at(to: &Path, case: CaseId) -> io::Result<Self> {
        let path = if to.is_dir() {
            to.join(format!("{case}.{ENDING}"))
        } else {
            to.to_owned()
        };
        if path.try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // Beside it, so that it only has to be renamed.
        let part = path.with_file_name(format!(".{}.{ENDING}.part", Uuid::new_v4()));
        Ok(Self { path, part })
    }

    /// Has `write` write the bundle; then it is synced and gets its name. Blocks on the disk.
    pub fn write<E: From<io::Error>>(
        self,
        write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, E>,
    ) -> Result<Written, NotWritten<E>> {
        let mut whole = false;
        self.try_write(write, &mut whole).map_err(|error| {
            let gone = match fs::remove_file(&self.part) {
                Err(error) => error.kind() == io::ErrorKind::NotFound,
                Ok(()) => true,
            };
            NotWritten {
                error,
                // Half a bundle is none: it does not verify.
                may_be_there: whole && (!gone || self.path.exists()),
            }
        })
    }

    fn try_write<E: From<io::Error>>(
        &self,
        write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, E>,
        whole: &mut bool,
    ) -> Result<Written, E> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.part)?;
        let mut out = write(BufWriter::with_capacity(BUFFER, file))?;
        *whole = true;
        out.flush()?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        drop(file);
        fs::rename(&self.part, &self.path)?;
        self.sync_folder()?;
        Ok(Written {
            path: self.path.clone(),
            bytes,
        })
    }

    /// A renamed file survives a power cut, or a stick pulled out, only once its folder is synced. Windows has no such
    /// call and needs none.
    fn sync_folder(&self) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            return match File::open(folder)?.sync_all() {
                // Not every file system of a stick or a share knows what that is.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                    ) =>
                {
                    Ok(())
                }
                synced => synced,
            };
        }
        Ok(())
    }
}
