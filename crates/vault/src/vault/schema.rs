//! The database's form, and how an older one becomes today's.
//!
//! Adding a step: append its SQL to [`MIGRATIONS`], never change one that was released, name no type of the program in
//! it, and put a database of the version before into `tests/it/schemas`.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::StoreError;
use crate::disk::{Disk, Op, open_private_file};

/// Each step makes one version out of the one before; `user_version` says how many were taken.
const MIGRATIONS: &[&str] = &[
    // 1: keys, records and objects. `bytes` is empty while an object is being written.
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE cases (id BLOB PRIMARY KEY, key BLOB NOT NULL, record BLOB NOT NULL) STRICT;
     CREATE TABLE objects (
         id BLOB PRIMARY KEY,
         case_id BLOB NOT NULL REFERENCES cases (id),
         label TEXT NOT NULL,
         bytes INTEGER
     ) STRICT;
     CREATE INDEX objects_of_case ON objects (case_id);",
    // 2: secrets of the program, sealed; hand-overs that were taken in, for good.
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE handovers (id BLOB PRIMARY KEY, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;",
];

/// Says that a database is a vault: "PBvt".
const APPLICATION: i32 = 0x5042_7674;
/// How long another program may hold the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the database, made if it is not there, in today's form.
pub(super) fn open(path: &Path, disk: &Disk) -> Result<Connection, StoreError> {
    // Made by us first: SQLite gives its files the rights of this one.
    disk.before(Op::Create)?;
    drop(open_private_file(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    let (application, version) = (pragma(&db, "application_id")?, pragma(&db, "user_version")?);
    let known = MIGRATIONS.len();
    let version = usize::try_from(version).map_err(|_| StoreError::Damaged("database".to_owned()))?;
    if version > known {
        return Err(StoreError::Newer(u32::try_from(version).unwrap_or(u32::MAX)));
    }
    if version > 0 && application != i64::from(APPLICATION) {
        return Err(StoreError::Damaged("database".to_owned()));
    }
    // WAL: one sync for each commit, and a second program reads while one writes. FULL: a commit survives a power cut.
    // What is deleted is overwritten, not just forgotten.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    db.pragma_update(None, "trusted_schema", "OFF")?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    // Nothing of a query goes to a file of its own.
    db.pragma_update(None, "temp_store", "MEMORY")?;
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(version) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have taken the step meanwhile.
        if pragma(&tx, "user_version")? == i64::try_from(step).unwrap_or(i64::MAX) {
            tx.execute_batch(sql)?;
            tx.pragma_update(None, "application_id", APPLICATION)?;
            tx.pragma_update(None, "user_version", u32::try_from(step + 1).unwrap_or(u32::MAX))?;
        }
        disk.before(Op::Commit)?;
        tx.commit()?;
    }
    Ok(db)
}

fn pragma(db: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(db.pragma_query_value(None, name, |row| row.get(0))?)
}

/// Moves what was committed into the database itself and empties the journal, so that no old page stays in it.
pub(super) fn empty_journal(db: &Connection, disk: &Disk) -> Result<(), StoreError> {
    disk.before(Op::Checkpoint)?;
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        // Another program reads: the next one to come here does it.
        tracing::warn!("the vault's journal could not be emptied yet");
    }
    Ok(())
}
