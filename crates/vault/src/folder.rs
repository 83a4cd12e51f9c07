//! Plain files, readable by their owner only.
//!
//! ```text
//! <root>/<case>/case.json        the case's record, replaced as a whole
//! <root>/<case>/<object>         a finished object
//! <root>/<case>/<object>.part    an object being written
//! <root>/<case>.claim            locked while a program has the case open
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use evidence::{Case, CaseId, ObjectId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Claim, Listed, ObjectReader, ObjectWriter, Store, StoreError, Stored};

const RECORD: &str = "case.json";

/// A store in a folder. Not encrypted: see the crate's documentation.
#[derive(Debug)]
pub struct FolderStore {
    root: PathBuf,
}

impl FolderStore {
    /// A store in `root`, which is created if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made or is not ours to write.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        create_private_folder(&root)?;
        Ok(Self { root })
    }

    fn case_folder(&self, id: CaseId) -> PathBuf {
        self.root.join(id.0.to_string())
    }

    fn claim_file(&self, id: CaseId) -> PathBuf {
        self.root.join(format!("{}.claim", id.0))
    }

    fn object_file(&self, case: CaseId, object: ObjectId) -> PathBuf {
        self.case_folder(case).join(object.0.to_string())
    }
}

impl Store for FolderStore {
    fn save(&self, case: &Case) -> Result<(), StoreError> {
        let folder = self.case_folder(case.id);
        create_private_folder(&folder)?;
        let json = serde_json::to_vec_pretty(case).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let fresh = folder.join("case.json.new");
        let mut file = create_private_file(&fresh)?;
        file.write_all(&json)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, folder.join(RECORD))?;
        sync_folder(&folder)
    }

    fn load(&self, id: CaseId) -> Result<Case, StoreError> {
        let json = fs::read(self.case_folder(id).join(RECORD))?;
        let case = parse(&json)?;
        if case.id == id {
            Ok(case)
        } else {
            Err(StoreError::Damaged("another case's record".to_owned()))
        }
    }

    fn claim(&self, id: CaseId) -> Result<Claim, StoreError> {
        if !self.case_folder(id).join(RECORD).exists() {
            return Err(StoreError::Missing);
        }
        // Beside the folder, not in it: Windows removes no folder with an open file in it.
        let file = create_private_file(&self.claim_file(id))?;
        match file.try_lock() {
            Ok(()) => Ok(Claim::new(file)),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut cases = Vec::new();
        for entry in fs::read_dir(&self.root)? {
            let name = entry?.file_name();
            // Anything that is not named like a case is not ours.
            let Some(id) = name
                .to_str()
                .and_then(|name| name.parse::<Uuid>().ok())
                .map(CaseId)
            else {
                continue;
            };
            match self.load(id) {
                // A folder without a record: the power went before the first save. There is nothing to come back to.
                Err(StoreError::Missing) => {}
                loaded => cases.push(loaded.map_err(|error| (id, error))),
            }
        }
        cases.sort_by_key(|case| {
            std::cmp::Reverse(case.as_ref().map(|case| case.opened_at).unwrap_or_default())
        });
        Ok(cases)
    }

    fn delete(&self, id: CaseId) -> Result<(), StoreError> {
        // The record goes first: half a deletion must not come back as half a case.
        let folder = self.case_folder(id);
        gone(fs::remove_file(folder.join(RECORD)))?;
        gone(fs::remove_dir_all(&folder))?;
        gone(fs::remove_file(self.claim_file(id)))
    }

    fn create_object(&self, case: CaseId) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let folder = self.case_folder(case);
        create_private_folder(&folder)?;
        let object = ObjectId(Uuid::new_v4());
        let part = folder.join(format!("{}.part", object.0));
        let file = create_private_file(&part)?;
        Ok(Box::new(PlainWriter {
            file,
            part: Some(part),
            target: self.object_file(case, object),
            object,
            hash: Sha256::new(),
            bytes: 0,
        }))
    }

    fn open_object(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError> {
        let file = File::open(self.object_file(case, object))?;
        let length = file.metadata()?.len();
        Ok(Box::new(PlainReader { file, length }))
    }

    fn remove_object(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        gone(fs::remove_file(self.object_file(case, object)))
    }

    fn objects(&self, case: CaseId) -> Result<Vec<ObjectId>, StoreError> {
        let mut objects = Vec::new();
        for entry in fs::read_dir(self.case_folder(case))? {
            if let Some(object) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
                objects.push(ObjectId(object));
            }
        }
        Ok(objects)
    }
}

fn parse(json: &[u8]) -> Result<Case, StoreError> {
    // serde's message can quote the value it stumbled over, which may be a name: only the place is kept.
    let place = |error: serde_json::Error| {
        StoreError::Damaged(format!("record, line {} column {}", error.line(), error.column()))
    };
    let value: serde_json::Value = serde_json::from_slice(json).map_err(place)?;
    let format = value
        .get("format")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    match u32::try_from(format).unwrap_or(u32::MAX) {
        1 | Case::FORMAT => serde_json::from_value(value)
            .map(Case::brought_up_to_date)
            .map_err(|_| StoreError::Damaged("record".to_owned())),
        0 => Err(StoreError::Damaged("record without a format".to_owned())),
        newer => Err(StoreError::Newer(newer)),
    }
}

struct PlainWriter {
    file: File,
    /// Taken once the object is finished; what is left of it on drop is removed.
    part: Option<PathBuf>,
    target: PathBuf,
    object: ObjectId,
    hash: Sha256,
    bytes: u64,
}

impl Write for PlainWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl ObjectWriter for PlainWriter {
    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn finish(mut self: Box<Self>) -> Result<Stored, StoreError> {
        self.file.sync_all()?;
        let part = self
            .part
            .take()
            .expect("finish is called once: it takes the writer");
        fs::rename(&part, &self.target)?;
        if let Some(folder) = self.target.parent() {
            sync_folder(folder)?;
        }
        let sha256 = hex::encode(std::mem::take(&mut self.hash).finalize());
        Ok(Stored {
            object: self.object,
            bytes: self.bytes,
            sha256,
        })
    }
}

impl Drop for PlainWriter {
    fn drop(&mut self) {
        if let Some(part) = self.part.take()
            && let Err(error) = fs::remove_file(part)
        {
            tracing::warn!(kind = ?error.kind(), "an unfinished object could not be removed");
        }
    }
}

struct PlainReader {
    file: File,
    length: u64,
}

impl Read for PlainReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for PlainReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl ObjectReader for PlainReader {
    fn length(&self) -> u64 {
        self.length
    }
}

fn gone(removed: io::Result<()>) -> Result<(), StoreError> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn create_private_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(path)?)
}

fn create_private_file(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// A renamed file survives a power cut only once its folder is synced. Windows has no such call and needs none.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
