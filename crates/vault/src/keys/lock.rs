//! What a vault keeps of its key: enough to tell the right one, and under a passphrase the key itself, wrapped.

use rusqlite::{Connection, OptionalExtension};

use super::passphrase::{Cost, SALT, stretch};
use super::{KeySource, KeyStore, MasterKey, Passphrase};
use crate::StoreError;
use crate::crypto::{Key, fill};

/// Sealed with the master key: opens with the right one only.
const CHECK: &str = "check";
const PASSPHRASE_SALT: &str = "passphrase.salt";
const PASSPHRASE_COST: &str = "passphrase.cost";
/// The master key, wrapped under the passphrase.
const PASSPHRASE_KEY: &str = "passphrase.key";

const CHECKED: &[u8] = b"proofbooth vault";
const WRAPPED: &[u8] = b"proofbooth master key";

/// True when the vault was given a key.
pub(crate) fn exists(db: &Connection) -> Result<bool, StoreError> {
    Ok(get(db, CHECK)?.is_some())
}

/// The key for a new vault, and the rows it is told by. The caller commits them.
pub(crate) fn establish(db: &Connection, source: KeySource<'_>) -> Result<MasterKey, StoreError> {
    let key = match source {
        KeySource::Key(key) => key.clone(),
        KeySource::Kept(store) => kept_or_new(store)?,
        KeySource::Passphrase(passphrase) => {
            let key = MasterKey::random();
            wrap(db, &key, passphrase)?;
            key
        }
    };
    set(db, CHECK, &checker(&key).seal(CHECKED, CHECKED))?;
    Ok(key)
}

/// The key of a vault that exists, and whether it should be wrapped anew (see [`wrap`]).
pub(crate) fn unlock(db: &Connection, source: KeySource<'_>) -> Result<(MasterKey, bool), StoreError> {
    let check = get(db, CHECK)?.ok_or(StoreError::KeyMissing)?;
    let has_passphrase = get(db, PASSPHRASE_KEY)?.is_some();
    let (key, outdated) = match source {
        KeySource::Key(_) | KeySource::Kept(_) if has_passphrase => return Err(StoreError::Locked),
        KeySource::Key(key) => (key.clone(), false),
        KeySource::Kept(store) => (store.load()?.ok_or(StoreError::KeyMissing)?, false),
        KeySource::Passphrase(_) if !has_passphrase => return Err(StoreError::KeyMissing),
        KeySource::Passphrase(passphrase) => unwrap(db, passphrase)?,
    };
    match checker(&key).open(CHECKED, &check) {
        Some(text) if **text == *CHECKED => Ok((key, outdated)),
        _ => Err(StoreError::WrongKey),
    }
}

/// The master key under this passphrase, and whether the passphrase should be stretched anew.
pub(crate) fn unwrap(db: &Connection, passphrase: &Passphrase) -> Result<(MasterKey, bool), StoreError> {
    let damaged = || StoreError::Damaged("passphrase row".to_owned());
    let wrapped = get(db, PASSPHRASE_KEY)?.ok_or(StoreError::KeyMissing)?;
    let salt = get(db, PASSPHRASE_SALT)?.ok_or_else(damaged)?;
    let cost = get(db, PASSPHRASE_COST)?.ok_or_else(damaged)?;
    let cost = std::str::from_utf8(&cost)
        .ok()
        .and_then(Cost::from_stored)
        .ok_or_else(damaged)?;
    let key = stretch(passphrase, &salt, cost)?
        .open(WRAPPED, &wrapped)
        .and_then(|bytes| Key::from_bytes(&bytes))
        .ok_or(StoreError::WrongPassphrase)?;
    Ok((MasterKey(key), cost.is_outdated()))
}

/// Wraps the master key under a passphrase, in place of what was there.
pub(crate) fn wrap(db: &Connection, key: &MasterKey, passphrase: &Passphrase) -> Result<(), StoreError> {
    let mut salt = [0; SALT];
    fill(&mut salt);
    let wrapped = stretch(passphrase, &salt, Cost::NOW)?.seal(WRAPPED, key.0.bytes());
    set(db, PASSPHRASE_SALT, &salt)?;
    set(db, PASSPHRASE_COST, Cost::NOW.to_stored().as_bytes())?;
    set(db, PASSPHRASE_KEY, &wrapped)
}

fn kept_or_new(store: &dyn KeyStore) -> Result<MasterKey, StoreError> {
    if let Some(key) = store.load()? {
        return Ok(key);
    }
    let key = MasterKey::random();
    store.save(&key)?;
    // A store that forgets would take every case with it: asked before anything is entrusted to the key.
    match store.load()? {
        Some(kept) if kept.0.bytes() == key.0.bytes() => Ok(key),
        _ => Err(StoreError::KeyStore("the key did not come back".to_owned())),
    }
}

fn checker(key: &MasterKey) -> Key {
    key.0.derive(b"", &[b"proofbooth key check"])
}

fn get(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(db
        .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0))
        .optional()?)
}

fn set(db: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )?;
    Ok(())
}
