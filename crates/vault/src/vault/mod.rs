//! The encrypted store.
//!
//! ```text
//! <root>/vault.db                   keys (wrapped), records and secrets (sealed), rows of the objects
//! <root>/objects/<case>/<object>    an encrypted object, see `blob`
//! <root>/objects/<case>.incoming/   the objects of a case that is just coming in
//! <root>/claims/<case>.claim        locked while a program has the case open
//! <root>/vault.lock                 locked while a program opens the vault
//! <root>/vault.seal, vault.users    the database's file as a whole, see `at_rest`
//! ```
//!
//! **What exists.** An object exists once its row has its length, which is committed after its file was synced; until
//! then it is unfinished, and after a crash its whole part can be read. A case exists as long as its row does.
//!
//! **What is gone.** The row of a case holds the only copy of its key, wrapped. Deleting a case overwrites that row
//! and empties the journal before anything else: files that are left, or that a disk keeps somewhere, are noise then.

mod at_rest;
mod import;
mod incoming;
mod object;
mod rows;
mod schema;
mod secrets;
mod verify;

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evidence::{Case, CaseId, ObjectId};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use uuid::Uuid;

use crate::blob::{Binding, BlobReader};
use crate::disk::{self, Disk, Op};
use crate::keys::{KeySource, MasterKey, Passphrase, lock};
use crate::{Claim, Label, Listed, ObjectReader, ObjectWriter, Store, StoreError, Unfinished};
use at_rest::Seal;
use object::VaultWriter;

pub use incoming::Incoming;
pub use verify::Damage;

/// A store in which everything is encrypted, each case under a key of its own.
pub struct Vault {
    inner: Arc<Inner>,
    /// Plain cases of an older program that could not be taken over, and why.
    left: Vec<(CaseId, StoreError)>,
}

pub(in crate::vault) struct Inner {
    root: PathBuf,
    disk: Disk,
    master: MasterKey,
    db: Mutex<Connection>,
    seal: Seal,
    /// Objects a writer of this program has in hand.
    writing: Mutex<HashSet<ObjectId>>,
}

impl Vault {
    /// The vault in `root`, made if there is none. Cases that a [`FolderStore`](crate::FolderStore) kept there in
    /// plain files are taken over, and the files removed.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::KeyMissing`], [`StoreError::WrongKey`] or [`StoreError::WrongPassphrase`]
    /// when there is a vault that `key` does not open; [`StoreError::KeyStore`] when the key cannot be had or kept;
    /// [`StoreError::Newer`] or [`StoreError::Damaged`] when the database is not one for this program; or the disk
    /// refuses.
    pub fn open(root: impl Into<PathBuf>, key: KeySource<'_>) -> Result<Self, StoreError> {
        Self::open_on(Disk::default(), root, key)
    }

    /// As [`Self::open`], with every write going through `disk`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_on(disk: Disk, root: impl Into<PathBuf>, key: KeySource<'_>) -> Result<Self, StoreError> {
        let root = root.into();
        let objects = root.join("objects");
        disk.create_folder(&objects)?;
        disk.create_folder(&root.join("claims"))?;
        disk.before(Op::Create)?;
        let opening = disk::open_private_file(&root.join("vault.lock"))?;
        opening.lock()?;
        let mut db = schema::open(&root.join("vault.db"), &disk)?;
        let master = unlock(&mut db, &disk, key, &objects)?;
        disk.sync_folder(&root)?;
        let seal = Seal::open(&root, &disk, &master, rows::changes(&db)?)?;
        // What a program that was stopped left in it.
        schema::empty_journal(&db, &disk)?;
        let inner = Arc::new(Inner {
            root,
            disk,
            master,
            db: Mutex::new(db),
            seal,
            writing: Mutex::default(),
        });
        let left = import::plain_cases(&inner)?;
        inner.remove_orphans()?;
        incoming::remove_left_over(&inner)?;
        Ok(Self { inner, left })
    }

    /// Whether there is a vault in `root` that was given a key. One that cannot be looked into counts as one.
    #[must_use]
    pub fn exists(root: &Path) -> bool {
        let db = root.join("vault.db");
        db.exists()
            && Connection::open_with_flags(db, OpenFlags::SQLITE_OPEN_READ_ONLY)
                .is_ok_and(|db| lock::exists(&db).unwrap_or(true))
    }

    /// Changes the passphrase. What is in the vault stays as it is: only its key is wrapped anew.
    ///
    /// # Errors
    /// [`StoreError::WrongPassphrase`] when `old` is not the vault's, [`StoreError::KeyMissing`] when it has none, or
    /// the disk refuses.
    pub fn change_passphrase(&self, old: &Passphrase, new: &Passphrase) -> Result<(), StoreError> {
        self.inner.commit(|db| {
            let (key, _) = lock::unwrap(db, old)?;
            lock::wrap(db, &key, new)
        })?;
        // The old wrapping must not be found in it.
        self.inner.empty_journal()
    }
}

/// The key of the vault, or of the new one.
fn unlock(
    db: &mut Connection,
    disk: &Disk,
    source: KeySource<'_>,
    objects: &Path,
) -> Result<MasterKey, StoreError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let key = if lock::exists(&tx)? {
        let (key, outdated) = lock::unlock(&tx, source)?;
        match source {
            KeySource::Passphrase(passphrase) if outdated => lock::wrap(&tx, &key, passphrase)?,
            _ => return Ok(key),
        }
        key
    } else {
        // Objects without a database: it was lost or moved away, and a new one would make that final.
        if fs::read_dir(objects)?.next().is_some() || !rows::cases(&tx)?.is_empty() {
            return Err(StoreError::Damaged("database".to_owned()));
        }
        lock::establish(&tx, source)?
    };
    disk.before(Op::Commit)?;
    tx.commit()?;
    Ok(key)
}

impl Inner {
    fn objects_folder(&self) -> PathBuf {
        self.root.join("objects")
    }

    fn objects_of(&self, case: CaseId) -> PathBuf {
        self.objects_folder().join(case.0.to_string())
    }

    fn object_file(&self, case: CaseId, object: ObjectId) -> PathBuf {
        self.objects_of(case).join(object.0.to_string())
    }

    fn claim_file(&self, case: CaseId) -> PathBuf {
        self.root.join("claims").join(format!("{}.claim", case.0))
    }

    /// Does `work` in one transaction: all of it lasts, or nothing was done.
    fn commit<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut db = self.db.lock();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = rows::changes(&tx)?;
        self.seal.before_change(before)?;
        let done = work(&tx)?;
        rows::count_changes(&tx, before + 1)?;
        self.disk.before(Op::Commit)?;
        tx.commit()?;
        self.seal.changed(before + 1);
        Ok(done)
    }

    fn empty_journal(&self) -> Result<(), StoreError> {
        schema::empty_journal(&self.db.lock(), &self.disk)
    }

    /// Empties the journal and seals the database, unless another program has it open.
    fn rest(&self) -> Result<(), StoreError> {
        let db = self.db.lock();
        schema::empty_journal(&db, &self.disk)?;
        // Still under the lock: nobody of this program commits meanwhile.
        self.seal.rest(rows::changes(&db)?)
    }

    fn forget(&self, case: CaseId) -> Result<(), StoreError> {
        self.commit(|db| rows::delete(db, case))?;
        self.empty_journal()
    }

    /// Removes what a writer leaves that was not finished.
    fn give_up(&self, case: CaseId, object: ObjectId, path: &Path) {
        // The file goes in any case: on a full disk there may be no room to commit, and the file is what fills it.
        let row = self.commit(|db| rows::remove_object(db, case, object));
        let file = self.disk.remove_file(path).map_err(StoreError::from);
        if let Err(error) = row.and(file) {
            // The next sweep removes it.
            tracing::warn!(%error, "an unfinished object could not be removed");
        }
    }

    /// Removes folders of objects whose case is gone: a deletion was cut short.
    fn remove_orphans(&self) -> Result<(), StoreError> {
        for (folder, name) in named_entries(&self.objects_folder())? {
            if !rows::exists(&self.db.lock(), CaseId(name))? {
                self.disk.remove_folder(&folder)?;
            }
        }
        Ok(())
    }

    fn remove(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        let path = self.object_file(case, object);
        let forget = || self.commit(|db| rows::remove_object(db, case, object));
        match forget() {
            // What makes room for the journal is what is to go anyway.
            Err(StoreError::Full) => {
                self.disk.remove_file(&path)?;
                forget()?;
            }
            forgotten => forgotten?,
        }
        Ok(self.disk.remove_file(&path)?)
    }

    /// The key of a case and what one of its objects is bound to.
    fn read<T>(
        &self,
        case: CaseId,
        object: ObjectId,
        read: impl FnOnce(&Connection, rows::ObjectRow) -> Result<T, StoreError>,
    ) -> Result<(T, crate::blob::CaseKey, Binding), StoreError> {
        let db = self.db.lock();
        let row = rows::object(&db, case, object)?;
        let key = rows::case_key(&db, &self.master, case)?;
        let binding = Binding {
            case,
            object,
            label: row.label,
        };
        Ok((read(&db, row)?, key, binding))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(error) = self.rest() {
            tracing::warn!(%error, "the vault's database is left unsealed");
        }
    }
}

impl Store for Vault {
    fn save(&self, case: &Case) -> Result<(), StoreError> {
        self.inner.commit(|db| rows::save(db, &self.inner.master, case))
    }

    fn load(&self, id: CaseId) -> Result<Case, StoreError> {
        rows::load(&self.inner.db.lock(), &self.inner.master, id)
    }

    fn rest(&self) -> Result<(), StoreError> {
        self.inner.rest()
    }

    fn claim(&self, id: CaseId) -> Result<Claim, StoreError> {
        if rows::exists(&self.inner.db.lock(), id)? {
            self.inner.disk.before(Op::Create)?;
            disk::claim(&self.inner.claim_file(id))
        } else {
            Err(StoreError::Missing)
        }
    }

    fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut db = self.inner.db.lock();
        let tx = db.transaction()?;
        let mut cases: Vec<Listed> = rows::cases(&tx)?
            .into_iter()
            .map(|id| rows::load(&tx, &self.inner.master, id).map_err(|error| (id, error)))
            .collect();
        cases.extend(self.left.iter().cloned().map(Err));
        cases.sort_by_key(|case| {
            std::cmp::Reverse(case.as_ref().map(|case| case.opened_at).unwrap_or_default())
        });
        Ok(cases)
    }

    fn delete(&self, id: CaseId) -> Result<(), StoreError> {
        let inner = &self.inner;
        let folder = inner.objects_of(id);
        // The key goes first: half a deletion must not come back as half a case.
        match inner.forget(id) {
            // A full disk has no room for the journal either. What makes room is what is to go anyway.
            Err(StoreError::Full) => {
                inner.disk.remove_folder(&folder)?;
                inner.forget(id)?;
            }
            forgotten => forgotten?,
        }
        inner.disk.remove_folder(&folder)?;
        Ok(inner.disk.remove_file(&inner.claim_file(id))?)
    }

    fn create_object(&self, case: CaseId, label: Label) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let binding = Binding {
            case,
            object: ObjectId(Uuid::new_v4()),
            label,
        };
        let object = binding.object;
        let inner = &self.inner;
        inner.writing.lock().insert(object);
        let created = inner
            .commit(|db| {
                let key = rows::case_key(db, &inner.master, case)?;
                rows::begin_object(db, case, object, label, None)?;
                Ok(key)
            })
            .and_then(|key| {
                VaultWriter::create(inner, &key, &binding)
                    .inspect_err(|_| inner.give_up(case, object, &inner.object_file(case, object)))
            });
        match created {
            Ok(writer) => Ok(Box::new(writer)),
            Err(error) => {
                inner.writing.lock().remove(&object);
                Err(error)
            }
        }
    }

    fn open_object(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError> {
        let (bytes, key, binding) = self
            .inner
            .read(case, object, |_, row| row.bytes.ok_or(StoreError::Missing))?;
        let damaged = || StoreError::damaged_object(object);
        let file = match File::open(self.inner.object_file(case, object)) {
            Ok(file) => file,
            // Its row says that it was whole.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(damaged()),
            Err(error) => return Err(error.into()),
        };
        let reader = BlobReader::open(file, &key, &binding)?;
        if reader.length() == bytes {
            Ok(Box::new(reader))
        } else {
            Err(damaged())
        }
    }

    fn remove_object(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        self.inner.remove(case, object)
    }

    fn objects(&self, case: CaseId) -> Result<Vec<ObjectId>, StoreError> {
        let objects = rows::objects(&self.inner.db.lock(), case, true)?;
        Ok(objects.into_iter().map(|(object, _)| object).collect())
    }

    fn unfinished(&self, case: CaseId) -> Result<Vec<Unfinished>, StoreError> {
        let objects = rows::objects(&self.inner.db.lock(), case, false)?;
        let writing = self.inner.writing.lock();
        Ok(objects
            .into_iter()
            .filter(|(object, _)| !writing.contains(object))
            .map(|(object, row)| Unfinished {
                object,
                label: row.label,
            })
            .collect())
    }

    fn open_unfinished(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError> {
        if self.inner.writing.lock().contains(&object) {
            return Err(StoreError::InUse);
        }
        let ((), key, binding) = self.inner.read(case, object, |_, row| match row.bytes {
            None => Ok(()),
            Some(_) => Err(StoreError::Missing),
        })?;
        let file = File::open(self.inner.object_file(case, object))?;
        let reader = BlobReader::open_unfinished(file, &key, &binding)?;
        Ok(Box::new(reader.ok_or(StoreError::Missing)?))
    }

    fn remove_unfinished(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
        if self.inner.writing.lock().contains(&object) {
            return Err(StoreError::InUse);
        }
        match rows::object(&self.inner.db.lock(), case, object) {
            Ok(rows::ObjectRow { bytes: Some(_), .. }) | Err(StoreError::Missing) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error),
        }
        self.inner.remove(case, object)
    }

    fn sweep(&self, case: CaseId, referenced: &BTreeSet<ObjectId>) -> Result<Vec<ObjectId>, StoreError> {
        let inner = &self.inner;
        let mut known: BTreeSet<ObjectId> = BTreeSet::new();
        for finished in [true, false] {
            let rows = rows::objects(&inner.db.lock(), case, finished)?;
            known.extend(rows.into_iter().map(|(object, _)| object));
        }
        // A removal that was cut short leaves a file without a row.
        let files = named_entries(&inner.objects_of(case))?;
        known.extend(files.into_iter().map(|(_, name)| ObjectId(name)));
        let mut removed = Vec::new();
        for object in known.difference(referenced) {
            if !inner.writing.lock().contains(object) {
                inner.remove(case, *object)?;
                removed.push(*object);
            }
        }
        Ok(removed)
    }
}

/// What in a folder is named like something of ours. No folder, nothing in it.
fn named_entries(folder: &Path) -> Result<Vec<(PathBuf, Uuid)>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut named = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
            named.push((entry.path(), name));
        }
    }
    Ok(named)
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}
