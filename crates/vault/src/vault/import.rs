//! Cases an older program kept in plain files: taken over, then removed.
//!
//! A case is here once its row is committed, with its objects written and synced before. Only then do its plain files
//! go. Whatever is cut short in between is done again, or finished, the next time the vault is opened.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use evidence::{Case, CaseId};
use zeroize::Zeroizing;

use super::object::BlobFile;
use super::{Inner, named_entries, rows};
use crate::blob::{Binding, CHUNK, CaseKey};
use crate::{Label, StoreError, disk, record};

/// Takes over every plain case in the root; answers with those that stay as they are, and why.
pub(super) fn plain_cases(vault: &Inner) -> Result<Vec<(CaseId, StoreError)>, StoreError> {
    let mut left = Vec::new();
    for (folder, name) in named_entries(&vault.root)? {
        let id = CaseId(name);
        match take_over(vault, &folder, id) {
            Ok(()) => {}
            // What is wrong with one case keeps nobody from the others.
            Err(error @ (StoreError::Damaged(_) | StoreError::Newer(_) | StoreError::InUse)) => {
                tracing::warn!(%error, "a plain case stays as it is");
                left.push((id, error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left)
}

fn take_over(vault: &Inner, folder: &Path, id: CaseId) -> Result<(), StoreError> {
    let claim = vault.root.join(format!("{}.claim", id.0));
    // An older program may have it open.
    let claimed = disk::claim(&claim)?;
    let record = folder.join("case.json");
    match fs::read(&record) {
        Ok(json) => {
            let json = Zeroizing::new(json);
            if !rows::exists(&vault.db.lock(), id)? {
                encrypt(vault, folder, &record::parse(&json, id)?)?;
            }
            vault.disk.remove_file(&record)?;
        }
        // The older program removed the record first too: what is left belongs to no case.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    vault.disk.remove_folder(folder)?;
    drop(claimed);
    vault.disk.remove_file(&claim)?;
    Ok(vault.disk.sync_folder(&vault.root)?)
}

fn encrypt(vault: &Inner, folder: &Path, case: &Case) -> Result<(), StoreError> {
    let key = CaseKey::random();
    let to = vault.objects_of(case.id);
    // What an attempt left that was cut short is under a key that never was kept.
    vault.disk.remove_folder(&to)?;
    vault.disk.create_folder(&to)?;
    let mut objects = Vec::new();
    for object in case.objects() {
        let Some(label) = Label::of(case, object) else {
            continue;
        };
        let file = match File::open(folder.join(object.0.to_string())) {
            Ok(file) => file,
            // It was missing before; that is told where it is asked for.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        let binding = Binding {
            case: case.id,
            object,
            label,
        };
        let mut blob = BlobFile::create(&vault.disk, &to.join(object.0.to_string()), &key, &binding)?;
        copy(file, &mut blob)?;
        let (bytes, _) = blob.end()?;
        objects.push((object, label, bytes));
    }
    vault.disk.sync_folder(&to)?;
    vault.disk.sync_folder(&vault.objects_folder())?;
    vault.commit(|db| {
        rows::insert(db, &vault.master, &key, case)?;
        for &(object, label, bytes) in &objects {
            rows::begin_object(db, case.id, object, label, Some(bytes))?;
        }
        Ok(())
    })
}

/// As `io::copy`, with a buffer that is wiped.
fn copy(mut from: File, to: &mut BlobFile) -> io::Result<()> {
    let mut buffer = Zeroizing::new(vec![0; CHUNK]);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            read => to.write_all(&buffer[..read])?,
        }
    }
}
