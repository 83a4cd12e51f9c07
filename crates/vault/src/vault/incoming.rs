//! A case that comes from another machine: all of it is here in one step, or nothing is.
//!
//! Its objects are written, encrypted, into a folder that nobody takes for a case's. Only when all of them are whole
//! does the folder get its name and the case its row, and with that row its key. Cut short before that, what is left is
//! noise under a key that never was kept, and goes when the vault is opened next.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use evidence::{Case, CaseId, HandoverId, ObjectId};

use super::object::BlobFile;
use super::{Inner, Vault, rows};
use crate::blob::{Binding, CaseKey};
use crate::{Claim, Label, StoreError, disk};

/// The end of the folder's name while objects come in.
const ENDING: &str = ".incoming";

/// A case coming in. Dropped before [`Incoming::keep`], it leaves nothing behind.
pub struct Incoming {
    vault: Arc<Inner>,
    case: CaseId,
    key: CaseKey,
    folder: PathBuf,
    objects: Vec<(ObjectId, Label, u64)>,
    writing: Option<(ObjectId, Label, BlobFile)>,
    kept: bool,
    /// Held until the case is kept or given up: what another program finds of it is not left over.
    _claim: Claim,
}

impl Vault {
    /// Begins to take in a case that is not here. `None` when it is, or when this hand-over was taken in before, even
    /// if its case is gone.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another program is taking it in, no room, or the disk refuses.
    pub fn incoming(&self, case: CaseId, handover: HandoverId) -> Result<Option<Incoming>, StoreError> {
        let inner = &self.inner;
        if inner.knows(case, handover)? {
            return Ok(None);
        }
        let claim = disk::claim(&inner.claim_file(case))?;
        let folder = inner.objects_folder().join(format!("{}{ENDING}", case.0));
        // What an attempt left that was cut short.
        inner.disk.remove_folder(&folder)?;
        inner.disk.create_folder(&folder)?;
        Ok(Some(Incoming {
            vault: Arc::clone(inner),
            case,
            key: CaseKey::random(),
            folder,
            objects: Vec::new(),
            writing: None,
            kept: false,
            _claim: claim,
        }))
    }
}

impl Inner {
    fn knows(&self, case: CaseId, handover: HandoverId) -> Result<bool, StoreError> {
        let db = self.db.lock();
        Ok(rows::exists(&db, case)? || rows::was_taken_in(&db, handover)?)
    }
}

impl Incoming {
    /// The bytes of `object` follow. One that was begun and not ended is given up.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    pub fn begin_object(&mut self, object: ObjectId, label: Label) -> Result<(), StoreError> {
        let binding = Binding {
            case: self.case,
            object,
            label,
        };
        let path = self.folder.join(object.0.to_string());
        let blob = BlobFile::create(&self.vault.disk, &path, &self.key, &binding)?;
        self.writing = Some((object, label, blob));
        Ok(())
    }

    /// The next bytes of the object.
    ///
    /// # Errors
    /// No object was begun, no room, or the disk refuses.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let (_, _, blob) = self.writing.as_mut().ok_or(StoreError::Missing)?;
        Ok(blob.write_all(bytes)?)
    }

    /// The object is whole.
    ///
    /// # Errors
    /// No object was begun, no room, or the disk refuses.
    pub fn end_object(&mut self) -> Result<(), StoreError> {
        let (object, label, mut blob) = self.writing.take().ok_or(StoreError::Missing)?;
        let (bytes, _) = blob.end()?;
        self.objects.push((object, label, bytes));
        Ok(())
    }

    /// Makes the case exist with every object that came, and remembers the hand-over for good. False, and nothing is
    /// kept, when another program took it in meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is another case, or does not refer to exactly the objects that came; no room; or
    /// the disk refuses.
    pub fn keep(mut self, case: &Case, handover: HandoverId) -> Result<bool, StoreError> {
        let mut refers: Vec<_> = case
            .objects()
            .into_iter()
            .map(|object| (object, Label::of(case, object)))
            .collect();
        let mut came: Vec<_> = self
            .objects
            .iter()
            .map(|&(object, label, _)| (object, Some(label)))
            .collect();
        refers.sort();
        came.sort();
        if case.id != self.case || refers != came {
            return Err(StoreError::Damaged("another case's objects".to_owned()));
        }
        let inner = &self.vault;
        // While this is held, no program that opens the vault takes the folder for one of a case that is gone.
        let opening = disk::open_private_file(&inner.root.join("vault.lock"))?;
        opening.lock()?;
        if inner.knows(self.case, handover)? {
            return Ok(false);
        }
        inner.disk.sync_folder(&self.folder)?;
        let folder = inner.objects_of(self.case);
        inner.disk.remove_folder(&folder)?;
        fs::rename(&self.folder, &folder)?;
        inner.disk.sync_folder(&inner.objects_folder())?;
        let kept = inner.commit(|db| {
            rows::insert(db, &inner.master, &self.key, case)?;
            for &(object, label, bytes) in &self.objects {
                rows::begin_object(db, self.case, object, label, Some(bytes))?;
            }
            rows::take_in(db, handover, &inner.handover_seal(handover))
        });
        if kept.is_err() && !rows::exists(&inner.db.lock(), self.case)? {
            // Without its row it is nobody's.
            inner.disk.remove_folder(&folder)?;
        }
        kept?;
        self.kept = true;
        Ok(true)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        drop(self.writing.take());
        if self.kept {
            return;
        }
        let claim = self.vault.claim_file(self.case);
        let removed = self.vault.disk.remove_folder(&self.folder);
        if let Err(error) = removed.and_then(|()| self.vault.disk.remove_file(&claim)) {
            // The next program to open the vault removes it.
            tracing::warn!(kind = ?error.kind(), "what came in could not be removed");
        }
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming")
            .field("case", &self.case)
            .finish_non_exhaustive()
    }
}

/// Removes what was coming in when a program was stopped, unless one is still at it.
pub(super) fn remove_left_over(vault: &Inner) -> Result<(), StoreError> {
    for entry in fs::read_dir(vault.objects_folder())? {
        let entry = entry?;
        let name = entry.file_name();
        let case = name
            .to_str()
            .and_then(|name| name.strip_suffix(ENDING)?.parse().ok())
            .map(CaseId);
        let Some(case) = case else { continue };
        match disk::claim(&vault.claim_file(case)) {
            Ok(_claim) => vault.disk.remove_folder(&entry.path())?,
            Err(StoreError::InUse) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
