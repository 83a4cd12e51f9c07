//! An object being written into the vault.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use evidence::{CaseId, ObjectId};
use sha2::{Digest, Sha256};

use super::{Inner, rows};
use crate::blob::{Binding, CaseKey, Encoder, HEADER};
use crate::disk::Disk;
use crate::{ObjectWriter, StoreError, Stored};

/// An encrypted file that grows a frame at a time. A frame that could not be written whole is written again, the very
/// same bytes at the very same place, once there is room.
pub(super) struct BlobFile {
    disk: Disk,
    file: File,
    encoder: Encoder,
    /// Where the next frame goes: everything before it is whole.
    end: u64,
    /// A write failed, so something may lie behind `end`.
    torn: bool,
    hash: Sha256,
    bytes: u64,
}

impl BlobFile {
    pub fn create(
        disk: &Disk,
        path: &std::path::Path,
        key: &CaseKey,
        binding: &Binding,
    ) -> Result<Self, StoreError> {
        let mut file = disk.create_file(path)?;
        let encoder = Encoder::new(key, binding);
        disk.write(&mut file, encoder.header())?;
        Ok(Self {
            disk: disk.clone(),
            file,
            encoder,
            end: HEADER as u64,
            torn: false,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Writes the frame that waits, if one does.
    fn write_waiting(&mut self) -> io::Result<()> {
        let Some(frame) = self.encoder.waiting() else {
            return Ok(());
        };
        if self.torn {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
        }
        self.torn = true;
        self.disk.write(&mut self.file, frame)?;
        self.torn = false;
        self.end += frame.len() as u64;
        self.encoder.written();
        Ok(())
    }

    /// Ends the object: its length and its SHA-256.
    pub fn end(&mut self) -> io::Result<(u64, String)> {
        self.write_waiting()?;
        self.encoder.seal(true);
        self.write_waiting()?;
        self.disk.sync(&self.file)?;
        Ok((self.bytes, hex::encode(self.hash.clone().finalize())))
    }

    /// Everything taken so far is on the disk after this.
    pub fn sync(&mut self) -> io::Result<()> {
        self.write_waiting()?;
        if !self.encoder.is_empty() {
            self.encoder.seal(false);
            self.write_waiting()?;
        }
        self.disk.sync(&self.file)
    }
}

impl Write for BlobFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        self.write_waiting()?;
        let mut taken = self.encoder.take(bytes);
        if taken == 0 {
            // The frame is full. It goes out only now that there is more: the last one is marked.
            self.encoder.seal(false);
            self.write_waiting()?;
            taken = self.encoder.take(bytes);
        }
        self.hash.update(&bytes[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    /// Frames are full or asked for with [`Self::sync`]: small ones for every flush would only cost.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An object of the vault being written.
pub(super) struct VaultWriter {
    vault: Arc<Inner>,
    case: CaseId,
    object: ObjectId,
    path: PathBuf,
    blob: BlobFile,
    finished: bool,
}

impl VaultWriter {
    /// The object, whose row is there already.
    pub fn create(vault: &Arc<Inner>, key: &CaseKey, binding: &Binding) -> Result<Self, StoreError> {
        let folder = vault.objects_of(binding.case);
        vault.disk.create_folder(&folder)?;
        let path = vault.object_file(binding.case, binding.object);
        let blob = BlobFile::create(&vault.disk, &path, key, binding)?;
        // Its name lasts from here on, so that what is synced into it can be found again.
        vault.disk.sync_folder(&folder)?;
        vault.disk.sync_folder(&vault.objects_folder())?;
        Ok(Self {
            vault: Arc::clone(vault),
            case: binding.case,
            object: binding.object,
            path,
            blob,
            finished: false,
        })
    }
}

impl Write for VaultWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.blob.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.blob.flush()
    }
}

impl ObjectWriter for VaultWriter {
    fn sync(&mut self) -> io::Result<()> {
        self.blob.sync()
    }

    fn finish(mut self: Box<Self>) -> Result<Stored, StoreError> {
        let (bytes, sha256) = self.blob.end()?;
        // The file is whole and synced; with the row, and in one step, it exists.
        let object = self.object;
        self.vault.commit(|db| rows::finish_object(db, object, bytes))?;
        self.finished = true;
        Ok(Stored {
            object,
            bytes,
            sha256,
        })
    }
}

impl Drop for VaultWriter {
    fn drop(&mut self) {
        if !self.finished {
            self.vault.give_up(self.case, self.object, &self.path);
        }
        self.vault.writing.lock().remove(&self.object);
    }
}
