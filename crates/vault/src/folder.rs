//! Plain files, readable by their owner only.
//!
//! ```text
//! <root>/<case>/case.json        the case's record, replaced as a whole
//! <root>/<case>/<object>         a finished object
//! <root>/<case>/<object>.<label>.part    an object being written
//! <root>/<case>.claim            locked while a program has the case open
//! ```

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use evidence::{Case, CaseId, ObjectId};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::disk::{create_private_file, create_private_folder, gone, sync_folder};
use crate::{
    Claim, Label, Listed, ObjectReader, ObjectWriter, Store, StoreError, Stored, Unfinished, disk, record,
};

const RECORD: &str = "case.json";

/// A store in a folder. Not encrypted: see the crate's documentation.
#[derive(Debug)]
pub struct FolderStore {
    root: PathBuf,
    /// Objects a writer of this program has in hand.
    writing: Writing,
}

type Writing = Arc<Mutex<HashSet<ObjectId>>>;

impl FolderStore {
    /// A store in `root`, which is created if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made or is not ours to write.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        create_private_folder(&root)?;
        Ok(Self {
            root,
            writing: Writing::default(),
        })
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

    /// Where an unfinished object is, and what it was going to be.
    fn parts(&self, case: CaseId) -> Result<Vec<(Unfinished, PathBuf)>, StoreError> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(self.case_folder(case))? {
            let entry = entry?;
            if let Some(part) = entry.file_name().to_str().and_then(part) {
                parts.push((part, entry.path()));
            }
        }
        Ok(parts)
    }

    fn unfinished_file(&self, case: CaseId, object: ObjectId) -> Result<PathBuf, StoreError> {
        if self.writing.lock().contains(&object) {
            return Err(StoreError::InUse);
        }
        let parts = self.parts(case)?.into_iter();
        let found = parts
            .filter(|(part, _)| part.object == object)
            .map(|(_, path)| path)
            .next();
        found.ok_or(StoreError::Missing)
    }
}

/// What `<object>.<label>.part` names.
fn part(name: &str) -> Option<Unfinished> {
    let (object, label) = name.strip_suffix(".part")?.split_once('.')?;
    Some(Unfinished {
        object: ObjectId(object.parse().ok()?),
        label: Label::from_stored(label)?,
    })
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
        Ok(sync_folder(&folder)?)
    }

    fn load(&self, id: CaseId) -> Result<Case, StoreError> {
        let json = fs::read(self.case_folder(id).join(RECORD))?;
        record::parse(&json, id)
    }

    fn claim(&self, id: CaseId) -> Result<Claim, StoreError> {
        if !self.case_folder(id).join(RECORD).exists() {
            return Err(StoreError::Missing);
        }
        // Beside the folder, not in it: Windows removes no folder with an open file in it.
        disk::claim(&self.claim_file(id))
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
        Ok(gone(fs::remove_file(self.claim_file(id)))?)
    }

    fn create_object(&self, case: CaseId, label: Label) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let folder = self.case_folder(case);
        create_private_folder(&folder)?;
        let object = ObjectId(Uuid::new_v4());
        let part = folder.join(format!("{}.{label}.part", object.0));
        let file = create_private_file(&part)?;
        sync_folder(&folder)?;
        self.writing.lock().insert(object);
        Ok(Box::new(PlainWriter {
            file,
            part: Some(part),
            target: self.object_file(case, object),
            object,
            hash: Sha256::new(),
            bytes: 0,
            writing: Arc::clone(&self.writing),
        }))
    }

    fn open_object(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError> {
        let file = File::open(self.object_file(case, object))?;
        let length = file.metadata()?.len();
        Ok(Box::new(PlainReader { file, length }))
    }

    fn remove_object(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        Ok(gone(fs::remove_file(self.object_file(case, object)))?)
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

    fn unfinished(&self, case: CaseId) -> Result<Vec<Unfinished>, StoreError> {
        let writing = self.writing.lock();
        let parts = self.parts(case)?.into_iter().map(|(part, _)| part);
        Ok(parts.filter(|part| !writing.contains(&part.object)).collect())
    }

    fn open_unfinished(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError> {
        let file = File::open(self.unfinished_file(case, object)?)?;
        let length = file.metadata()?.len();
        Ok(Box::new(PlainReader { file, length }))
    }

    fn remove_unfinished(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        match self.unfinished_file(case, object) {
            Ok(path) => Ok(gone(fs::remove_file(path))?),
            Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn sweep(&self, case: CaseId, referenced: &BTreeSet<ObjectId>) -> Result<Vec<ObjectId>, StoreError> {
        let mut removed = Vec::new();
        for entry in fs::read_dir(self.case_folder(case))? {
            let entry = entry?;
            let name = entry.file_name();
            // The first programs named no label in the name of a part.
            let object = name
                .to_str()
                .and_then(|name| name.split('.').next()?.parse().ok());
            let Some(object) = object.map(ObjectId) else {
                continue;
            };
            if !referenced.contains(&object) && !self.writing.lock().contains(&object) {
                gone(fs::remove_file(entry.path()))?;
                removed.push(object);
            }
        }
        Ok(removed)
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
    writing: Writing,
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
        self.writing.lock().remove(&self.object);
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
