//! What a case keeps, behind one interface.
//!
//! Everything a case stores goes through [`Store`]: its own record, and the objects (pictures, video) it refers to.
//! Objects are written front to back and read with seeking, because what lies underneath may be a cipher stream.
//! Whoever implements it passes the suite in `tests/it`.
//!
//! [`Vault`] encrypts everything: start reading at `src/vault/mod.rs`, and at [`keys`] for where its key comes from.
//! [`FolderStore`] keeps plain files that only their owner can read. It does **not** encrypt: it is what the first
//! programs had, and what the vault takes over when it finds it.

pub mod blob;
mod crypto;
mod disk;
mod error;
mod folder;
pub mod keys;
mod label;
mod record;
mod vault;

use std::collections::BTreeSet;
use std::io::{Read, Seek, Write};

use evidence::{Case, CaseId, ObjectId};
use zeroize::Zeroizing;

pub use crate::vault::{Damage, Incoming, Vault};
pub use disk::{Disk, Faults, Op};
pub use error::StoreError;
pub use folder::FolderStore;
pub use label::Label;

/// A place that keeps cases. Calls block on the disk; async callers go through a blocking thread.
pub trait Store: Send + Sync + 'static {
    /// Keeps the case as it is now. After this returns, a power cut does not lose it; a cut in the middle leaves the
    /// case as it was before.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn save(&self, case: &Case) -> Result<(), StoreError>;

    /// The case as it was last kept.
    ///
    /// # Errors
    /// There is none, it is damaged, or it was written by a newer program.
    fn load(&self, id: CaseId) -> Result<Case, StoreError>;

    /// Nothing will be kept for a while: whatever makes a later change of the files show is done now.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn rest(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Claims a case for this program: until the claim is dropped, no other program that uses the same store can. Two
    /// programs with one case would send it twice.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another program has it; or the disk refuses.
    fn claim(&self, id: CaseId) -> Result<Claim, StoreError>;

    /// Every case, the newest first; one that cannot be read is reported beside the others, never instead of them.
    ///
    /// # Errors
    /// The place itself cannot be read.
    fn list(&self) -> Result<Vec<Listed>, StoreError>;

    /// Removes a case and every object of it. Removing what is not there is no error.
    ///
    /// # Errors
    /// The disk refuses.
    fn delete(&self, id: CaseId) -> Result<(), StoreError>;

    /// Begins a new object of a case that was saved before. It exists for readers once it is finished.
    ///
    /// # Errors
    /// There is no such case, no room, or the disk refuses.
    fn create_object(&self, case: CaseId, label: Label) -> Result<Box<dyn ObjectWriter>, StoreError>;

    /// Opens a finished object.
    ///
    /// # Errors
    /// There is none, or the disk refuses.
    fn open_object(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError>;

    /// Removes an object. Removing what is not there is no error.
    ///
    /// # Errors
    /// The disk refuses.
    fn remove_object(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError>;

    /// The finished objects of a case, in no particular order.
    ///
    /// # Errors
    /// The disk refuses.
    fn objects(&self, case: CaseId) -> Result<Vec<ObjectId>, StoreError>;

    /// The objects of a case whose writer was stopped before it could finish or clean up (a crash, a power cut), in no
    /// particular order. Objects this program is writing are not among them; that no other program is, the claim on
    /// the case ensures.
    ///
    /// # Errors
    /// The disk refuses.
    fn unfinished(&self, case: CaseId) -> Result<Vec<Unfinished>, StoreError>;

    /// Opens an unfinished object: everything up to its writer's last sync at least, and nothing that is not whole.
    ///
    /// # Errors
    /// There is none, or nothing of it was kept; this program is writing it ([`StoreError::InUse`]); its beginning is
    /// damaged; or the disk refuses.
    fn open_unfinished(&self, case: CaseId, object: ObjectId) -> Result<Box<dyn ObjectReader>, StoreError>;

    /// Removes an unfinished object. Removing what is not there, or is finished, does nothing.
    ///
    /// # Errors
    /// This program is writing it ([`StoreError::InUse`]), or the disk refuses.
    fn remove_unfinished(&self, case: CaseId, object: ObjectId) -> Result<(), StoreError>;

    /// Removes every object of a case that is neither in `referenced` nor being written by this program, and answers
    /// with those. For whoever has claimed the case and just opened it: an object that was finished a moment ago, and
    /// that no record refers to yet, is not spared.
    ///
    /// # Errors
    /// The disk refuses.
    fn sweep(&self, case: CaseId, referenced: &BTreeSet<ObjectId>) -> Result<Vec<ObjectId>, StoreError>;
}

/// An object whose writer was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// Its identity within the case.
    pub object: ObjectId,
    /// What it was going to be.
    pub label: Label,
}

/// A case claimed for this program, until it is dropped (or the program ends, however it ends).
pub struct Claim(#[expect(dead_code, reason = "held, never looked at")] Box<dyn Send + Sync>);

impl Claim {
    /// A claim that lasts as long as `held`.
    #[must_use]
    pub fn new(held: impl Send + Sync + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// A case in the list, or why it could not be read.
pub type Listed = Result<Case, (CaseId, StoreError)>;

/// An object being written. Dropped unfinished, it leaves nothing behind for readers.
pub trait ObjectWriter: Write + Send {
    /// Everything written so far survives a power cut after this returns.
    ///
    /// # Errors
    /// The disk refuses.
    fn sync(&mut self) -> std::io::Result<()>;

    /// Makes the object exist, synced, under its identity.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn finish(self: Box<Self>) -> Result<Stored, StoreError>;
}

/// An object being read.
pub trait ObjectReader: Read + Seek + Send {
    /// Its length in bytes.
    fn length(&self) -> u64;
}

/// A finished object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its identity within the case.
    pub object: ObjectId,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, 64 hex digits in lower case.
    pub sha256: String,
}

/// Writes `bytes` as one object.
///
/// # Errors
/// No room, or the disk refuses.
pub fn put(store: &dyn Store, case: CaseId, label: Label, bytes: &[u8]) -> Result<Stored, StoreError> {
    let mut writer = store.create_object(case, label)?;
    writer.write_all(bytes).map_err(StoreError::from)?;
    writer.finish()
}

/// Reads a whole object.
///
/// # Errors
/// There is none, or the disk refuses.
pub fn get(store: &dyn Store, case: CaseId, object: ObjectId) -> Result<Vec<u8>, StoreError> {
    let mut reader = store.open_object(case, object)?;
    // With room for all of it: a buffer that grows leaves copies of a face behind that nobody wipes.
    let mut bytes = Zeroizing::new(vec![
        0;
        usize::try_from(reader.length())
            .map_err(|_| StoreError::Full)?
    ]);
    reader.read_exact(&mut bytes).map_err(StoreError::from)?;
    Ok(std::mem::take(&mut bytes))
}
