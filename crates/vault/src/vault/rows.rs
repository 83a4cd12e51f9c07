//! The database's rows.

use evidence::{Case, CaseId, HandoverId, ObjectId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use uuid::Uuid;

use crate::blob::CaseKey;
use crate::crypto::Key;
use crate::keys::MasterKey;
use crate::{Label, StoreError, record};

/// An object's row.
#[derive(Debug, Clone, Copy)]
pub(super) struct ObjectRow {
    pub label: Label,
    /// Its length, once it is finished.
    pub bytes: Option<u64>,
}

/// The key of a case.
pub(super) fn case_key(db: &Connection, master: &MasterKey, case: CaseId) -> Result<CaseKey, StoreError> {
    let wrapped: Vec<u8> = db
        .prepare_cached("SELECT key FROM cases WHERE id = ?1")?
        .query_row([id(case.0)], |row| row.get(0))?;
    unwrap(master, case, &wrapped)
}

/// The case as it was last kept.
pub(super) fn load(db: &Connection, master: &MasterKey, case: CaseId) -> Result<Case, StoreError> {
    let (wrapped, sealed): (Vec<u8>, Vec<u8>) = db
        .prepare_cached("SELECT key, record FROM cases WHERE id = ?1")?
        .query_row([id(case.0)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let json = record_key(&unwrap(master, case, &wrapped)?)
        .open(&bound(b"proofbooth record", case), &sealed)
        .ok_or_else(|| StoreError::Damaged(format!("record of case {case}")))?;
    record::parse(&json, case)
}

/// Keeps the case, with a key of its own if it is new.
pub(super) fn save(db: &Connection, master: &MasterKey, case: &Case) -> Result<(), StoreError> {
    match case_key(db, master, case.id) {
        Ok(key) => {
            let sealed = seal_record(&key, case)?;
            db.prepare_cached("UPDATE cases SET record = ?2 WHERE id = ?1")?
                .execute((id(case.id.0), sealed))?;
            Ok(())
        }
        Err(StoreError::Missing) => insert(db, master, &CaseKey::random(), case),
        Err(error) => Err(error),
    }
}

/// Keeps a new case under `key`.
pub(super) fn insert(
    db: &Connection,
    master: &MasterKey,
    key: &CaseKey,
    case: &Case,
) -> Result<(), StoreError> {
    let wrapped = wrapping_key(master).seal(&bound(b"proofbooth case key", case.id), key.0.bytes());
    db.execute(
        "INSERT INTO cases (id, key, record) VALUES (?1, ?2, ?3)",
        (id(case.id.0), wrapped, seal_record(key, case)?),
    )?;
    Ok(())
}

pub(super) fn exists(db: &Connection, case: CaseId) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM cases WHERE id = ?1")?
        .exists([id(case.0)])?)
}

/// Every case. Read from the index alone: a damaged record hides no other.
pub(super) fn cases(db: &Connection) -> Result<Vec<CaseId>, StoreError> {
    Ok(uuids(db, "SELECT id FROM cases", [])?
        .into_iter()
        .map(CaseId)
        .collect())
}

/// Forgets a case: its key, its record, the rows of its objects.
pub(super) fn delete(db: &Connection, case: CaseId) -> Result<(), StoreError> {
    db.execute("DELETE FROM objects WHERE case_id = ?1", [id(case.0)])?;
    db.execute("DELETE FROM cases WHERE id = ?1", [id(case.0)])?;
    Ok(())
}

/// An object of a case.
pub(super) fn object(db: &Connection, case: CaseId, object: ObjectId) -> Result<ObjectRow, StoreError> {
    db.prepare_cached("SELECT label, bytes FROM objects WHERE id = ?1 AND case_id = ?2")?
        .query_row((id(object.0), id(case.0)), |row| Ok(object_row(object, row)))?
}

/// The objects of a case that are finished, or those that are not.
pub(super) fn objects(
    db: &Connection,
    case: CaseId,
    finished: bool,
) -> Result<Vec<(ObjectId, ObjectRow)>, StoreError> {
    let mut select = db.prepare_cached(
        "SELECT label, bytes, id FROM objects WHERE case_id = ?1 AND (bytes IS NOT NULL) = ?2",
    )?;
    let mut rows = select.query((id(case.0), finished))?;
    let mut objects = Vec::new();
    while let Some(row) = rows.next()? {
        let object = ObjectId(uuid(&row.get::<_, Vec<u8>>(2)?)?);
        objects.push((object, object_row(object, row)?));
    }
    Ok(objects)
}

/// Begins an object; finished at once when its length is given.
pub(super) fn begin_object(
    db: &Connection,
    case: CaseId,
    object: ObjectId,
    label: Label,
    bytes: Option<u64>,
) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO objects (id, case_id, label, bytes) VALUES (?1, ?2, ?3, ?4)")?
        .execute((id(object.0), id(case.0), label.as_str(), bytes.map(length)))?;
    Ok(())
}

/// Makes an object exist. [`StoreError::Missing`] when its case went meanwhile.
pub(super) fn finish_object(db: &Connection, object: ObjectId, bytes: u64) -> Result<(), StoreError> {
    let changed = db
        .prepare_cached("UPDATE objects SET bytes = ?2 WHERE id = ?1")?
        .execute((id(object.0), length(bytes)))?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Missing)
    }
}

pub(super) fn remove_object(db: &Connection, case: CaseId, object: ObjectId) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM objects WHERE id = ?1 AND case_id = ?2")?
        .execute((id(object.0), id(case.0)))?;
    Ok(())
}

/// A secret as it is sealed; none where none is kept.
pub(super) fn secret(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(db
        .prepare_cached("SELECT value FROM secrets WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// Every secret as it is sealed, by name.
pub(super) fn secrets(db: &Connection) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let mut select = db.prepare_cached("SELECT name, value FROM secrets")?;
    let found = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn insert_secret(db: &Connection, name: &str, sealed: &[u8]) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO secrets (name, value) VALUES (?1, ?2)",
        (name, sealed),
    )?;
    Ok(())
}

/// Whether this hand-over was taken in before.
pub(super) fn was_taken_in(db: &Connection, handover: HandoverId) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM handovers WHERE id = ?1")?
        .exists([id(handover.0)])?)
}

pub(super) fn take_in(db: &Connection, handover: HandoverId, seal: &[u8]) -> Result<(), StoreError> {
    db.execute(
        "INSERT INTO handovers (id, seal) VALUES (?1, ?2)",
        (id(handover.0), seal),
    )?;
    Ok(())
}

/// Every hand-over that was taken in, with its seal.
pub(super) fn taken_in(db: &Connection) -> Result<Vec<(HandoverId, Vec<u8>)>, StoreError> {
    let mut select = db.prepare_cached("SELECT id, seal FROM handovers")?;
    let mut rows = select.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((HandoverId(uuid(&row.get::<_, Vec<u8>>(0)?)?), row.get(1)?));
    }
    Ok(found)
}

/// How many changes were committed to the vault.
pub(super) fn changes(db: &Connection) -> Result<u64, StoreError> {
    let counted: Option<Vec<u8>> = db
        .prepare_cached("SELECT value FROM meta WHERE name = 'changes'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(counted) = counted else { return Ok(0) };
    let bytes = counted
        .try_into()
        .map_err(|_| StoreError::Damaged("database".to_owned()))?;
    Ok(u64::from_be_bytes(bytes))
}

/// Notes how many there are with the change that is being made.
pub(super) fn count_changes(db: &Connection, changes: u64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO meta (name, value) VALUES ('changes', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute([changes.to_be_bytes()])?;
    Ok(())
}

fn object_row(object: ObjectId, row: &Row<'_>) -> Result<ObjectRow, StoreError> {
    let label: String = row.get(0)?;
    let bytes: Option<i64> = row.get(1)?;
    let damaged = || StoreError::damaged_object(object);
    Ok(ObjectRow {
        label: Label::from_stored(&label).ok_or_else(damaged)?,
        bytes: bytes.map(u64::try_from).transpose().map_err(|_| damaged())?,
    })
}

fn uuids(db: &Connection, select: &str, parameters: impl rusqlite::Params) -> Result<Vec<Uuid>, StoreError> {
    let mut select = db.prepare_cached(select)?;
    let mut rows = select.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(uuid(&row.get::<_, Vec<u8>>(0)?)?);
    }
    Ok(found)
}

fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|_| StoreError::Damaged("database".to_owned()))
}

fn id(uuid: Uuid) -> impl ToSql {
    uuid.into_bytes()
}

fn length(bytes: u64) -> i64 {
    i64::try_from(bytes).expect("no file is longer than this")
}

fn unwrap(master: &MasterKey, case: CaseId, wrapped: &[u8]) -> Result<CaseKey, StoreError> {
    wrapping_key(master)
        .open(&bound(b"proofbooth case key", case), wrapped)
        .and_then(|bytes| Key::from_bytes(&bytes))
        .map(CaseKey)
        .ok_or_else(|| StoreError::Damaged(format!("key of case {case}")))
}

fn seal_record(key: &CaseKey, case: &Case) -> Result<Vec<u8>, StoreError> {
    let json = record::write(case)?;
    Ok(record_key(key).seal(&bound(b"proofbooth record", case.id), &json))
}

fn wrapping_key(master: &MasterKey) -> Key {
    master.0.derive(b"", &[b"proofbooth case keys"])
}

fn record_key(key: &CaseKey) -> Key {
    key.0.derive(b"", &[b"proofbooth records"])
}

/// What a row is bound to: its use and its case. The format is in the record itself.
fn bound(what: &[u8], case: CaseId) -> Vec<u8> {
    [what, case.0.as_bytes()].concat()
}
