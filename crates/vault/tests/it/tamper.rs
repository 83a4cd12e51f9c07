//! Somebody changes what lies on the disk: it is found, and named.

use std::fs;

use rusqlite::Connection;
use rusqlite::types::Value;
use vault::{Damage, Label, Store, StoreError};

use crate::place::Place;
use crate::suite::a_case;

/// Runs SQL on the database, as somebody with the disk in hand would.
fn meddle(place: &Place, sql: &str, values: &[Value]) {
    let db = Connection::open(place.root().join("vault.db")).expect("a database");
    let changed = db
        .execute(sql, rusqlite::params_from_iter(values))
        .expect("it can be changed");
    assert_eq!(changed, 1, "{sql}");
}

#[test]
fn a_changed_file_is_found_and_named() {
    let place = Place::new();
    let store = place.open();
    let case = a_case();
    store.save(&case).expect("saved");
    let object = vault::put(&store, case.id, Label::Front, &[7; 200_000])
        .expect("stored")
        .object;
    let path = place
        .root()
        .join("objects")
        .join(case.id.to_string())
        .join(object.to_string());
    let whole = fs::read(&path).expect("readable");
    let named = StoreError::Damaged(format!("object {object}"));
    let read = || vault::get(&store, case.id, object);
    assert_eq!(store.verify().expect("looked through"), []);
    for at in (0..whole.len()).step_by(1009) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(&path, changed).expect("overwritten");
        assert_eq!(read(), Err(named.clone()), "byte {at}");
        fs::write(&path, &whole[..at]).expect("overwritten");
        assert_eq!(read(), Err(named.clone()), "cut at {at}");
    }
    let damage = Damage {
        case: Some(case.id),
        cause: named.clone(),
    };
    assert_eq!(
        store.verify().expect("looked through"),
        std::slice::from_ref(&damage)
    );
    fs::remove_file(&path).expect("removed");
    assert_eq!(read(), Err(named), "gone");
    assert_eq!(store.verify().expect("looked through"), [damage]);
    fs::write(&path, &whole).expect("put back");
    read().expect("and it is as it was");
}

#[test]
fn objects_cannot_change_places() {
    let place = Place::new();
    let store = place.open();
    let (case, other) = (a_case(), a_case());
    store.save(&case).expect("saved");
    store.save(&other).expect("saved");
    let put = |case, label| {
        vault::put(&store, case, label, b"the same bytes")
            .expect("stored")
            .object
    };
    let (front, portrait) = (put(case.id, Label::Front), put(case.id, Label::Portrait));
    let elsewhere = put(other.id, Label::Front);
    let path = |case: evidence::CaseId, object: evidence::ObjectId| {
        place
            .root()
            .join("objects")
            .join(case.to_string())
            .join(object.to_string())
    };
    let whole = fs::read(path(case.id, front)).expect("readable");
    for stranger in [path(case.id, portrait), path(other.id, elsewhere)] {
        fs::copy(stranger, path(case.id, front)).expect("copied over");
        assert_eq!(
            vault::get(&store, case.id, front),
            Err(StoreError::Damaged(format!("object {front}")))
        );
    }
    fs::write(path(case.id, front), whole).expect("put back");
    let relabel = "UPDATE objects SET label = 'selfie' WHERE id = ?1";
    meddle(&place, relabel, &[Value::Blob(front.0.into_bytes().to_vec())]);
    assert_eq!(
        vault::get(&store, case.id, front),
        Err(StoreError::Damaged(format!("object {front}"))),
        "a front passes for no selfie"
    );
}

#[test]
fn a_changed_row_is_found_and_named() {
    for column in ["key", "record"] {
        let place = Place::new();
        let store = place.open();
        let (case, healthy) = (a_case(), a_case());
        store.save(&case).expect("saved");
        store.save(&healthy).expect("saved");
        let id = Value::Blob(case.id.0.into_bytes().to_vec());
        let db = Connection::open(place.root().join("vault.db")).expect("a database");
        let whole: Vec<u8> = db
            .query_row(
                &format!("SELECT {column} FROM cases WHERE id = ?1"),
                [id.clone()],
                |row| row.get(0),
            )
            .expect("there");
        drop(db);
        let update = format!("UPDATE cases SET {column} = ?1 WHERE id = ?2");
        let step = if whole.len() > 100 { 97 } else { 1 };
        for at in (0..whole.len()).step_by(step) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            meddle(&place, &update, &[Value::Blob(changed), id.clone()]);
            let error = store.load(case.id).expect_err("found");
            assert!(
                matches!(&error, StoreError::Damaged(named) if named.contains(&case.id.to_string())),
                "{column} byte {at}: {error:?}"
            );
        }
        let listed = store.list().expect("listed");
        assert_eq!(
            listed.iter().filter(|case| case.is_ok()).count(),
            1,
            "the healthy one"
        );
        assert!(listed.iter().flatten().all(|case| case.id == healthy.id));
        store.save(&case).map_or_else(
            |error| assert!(column == "key", "no new key is made over a damaged one: {error}"),
            |()| assert_eq!(column, "record", "a record can be written anew"),
        );
    }
}

#[test]
fn records_cannot_change_places() {
    let place = Place::new();
    let store = place.open();
    let (case, other) = (a_case(), a_case());
    store.save(&case).expect("saved");
    store.save(&other).expect("saved");
    let blob = |case: &evidence::Case| Value::Blob(case.id.0.into_bytes().to_vec());
    let swap = "UPDATE cases SET key = (SELECT key FROM cases WHERE id = ?2),
        record = (SELECT record FROM cases WHERE id = ?2) WHERE id = ?1";
    meddle(&place, swap, &[blob(&case), blob(&other)]);
    assert!(matches!(store.load(case.id), Err(StoreError::Damaged(_))));
    store.load(other.id).expect("as it was");
}

#[test]
fn a_database_that_is_none_is_said_so() {
    let place = Place::new();
    fs::create_dir_all(place.root()).expect("made");
    fs::write(
        place.root().join("vault.db"),
        b"not a database, but long enough to be read as one".repeat(20),
    )
    .expect("written");
    assert!(matches!(place.try_open(), Err(StoreError::Damaged(_))));
}

/// Anywhere in the database, free space and counters included: it is told, and nothing that was changed is believed.
#[test]
fn a_byte_changed_anywhere_in_the_database_is_told() {
    let place = Place::new();
    let store = place.open();
    let cases: Vec<_> = std::iter::repeat_with(a_case).take(8).collect();
    for case in &cases {
        store.save(case).expect("saved");
        vault::put(&store, case.id, Label::Front, b"picture").expect("stored");
    }
    drop(store);
    let (path, seal) = (place.root().join("vault.db"), place.root().join("vault.seal"));
    let (whole, sealed) = (
        fs::read(&path).expect("readable"),
        fs::read(&seal).expect("it was sealed"),
    );
    // A prime, so that every page is met at other places.
    for at in (0..whole.len()).step_by(331) {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        for journal in ["vault.db-wal", "vault.db-shm"] {
            let _ = fs::remove_file(place.root().join(journal));
        }
        fs::write(&path, changed).expect("overwritten");
        fs::write(&seal, &sealed).expect("as it was");
        for _ in 0..2 {
            let Ok(store) = place.try_open() else { continue };
            let damage = store.verify().expect("looked through");
            assert!(!damage.is_empty(), "byte {at}, at every start");
            for case in &cases {
                let read = store.load(case.id);
                assert!(
                    read.as_ref().map_or(true, |read| read == case),
                    "byte {at}: a lie"
                );
            }
        }
    }
}

#[test]
fn a_changed_seal_is_told() {
    let place = Place::new();
    place.open().save(&a_case()).expect("saved");
    let path = place.root().join("vault.seal");
    let whole = fs::read(&path).expect("it was sealed");
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&path, changed).expect("overwritten");
        let damage = place.open().verify().expect("looked through");
        assert_eq!(damage.len(), 1, "byte {at}");
        fs::write(&path, &whole).expect("as it was");
    }
    assert_eq!(place.open().verify().expect("looked through"), []);
}

#[test]
fn while_two_have_it_open_nobody_is_accused() {
    let place = Place::new();
    let (one, other) = (place.open(), place.open());
    let cases: Vec<_> = std::iter::repeat_with(a_case).take(3).collect();
    one.save(&cases[0]).expect("saved");
    one.rest().expect("not alone: nothing is sealed");
    other.save(&cases[1]).expect("saved");
    drop(one);
    other.rest().expect("sealed");
    let third = place.open();
    third.save(&cases[2]).expect("saved");
    other.save(&cases[1]).expect("saved once more");
    drop((other, third));
    let store = place.open();
    assert_eq!(store.verify().expect("looked through"), []);
    assert_eq!(store.list().expect("listed").len(), 3);
}

/// A program that was killed sealed nothing: nothing is claimed, and nobody accused.
#[test]
fn after_a_crash_nobody_is_accused() {
    let place = Place::new();
    place.open().save(&a_case()).expect("saved, closed and sealed");
    let store = place.open();
    store.save(&a_case()).expect("saved");
    let elsewhere = Place::new();
    for file in ["vault.db", "vault.db-wal", "vault.seal"] {
        fs::create_dir_all(elsewhere.root()).expect("made");
        fs::copy(place.root().join(file), elsewhere.root().join(file)).expect("as a power cut leaves it");
    }
    drop(store);
    let store = elsewhere.open();
    assert_eq!(store.verify().expect("looked through"), []);
    assert_eq!(store.list().expect("listed").len(), 2);
}

/// The journal of a program that was killed, damaged: SQLite takes what is before the damage for all there ever was.
#[test]
fn a_change_that_went_missing_is_told() {
    let place = Place::new();
    let store = place.open();
    let mut case = a_case();
    for _ in 0..3 {
        case.revision += 1;
        store.save(&case).expect("saved");
    }
    let files =
        ["vault.db", "vault.db-wal", "vault.seal"].map(|file| (file, fs::read(place.root().join(file))));
    drop(store);
    let journal = files[1].1.as_ref().expect("a journal").len();
    for at in (100..journal).step_by(997) {
        let elsewhere = Place::new();
        fs::create_dir_all(elsewhere.root()).expect("made");
        for (file, bytes) in &files {
            let mut bytes = bytes.as_ref().expect("readable").clone();
            if *file == "vault.db-wal" {
                bytes[at] ^= 1;
            }
            fs::write(elsewhere.root().join(file), bytes).expect("as its death leaves it");
        }
        // Nothing at all may be left of it.
        let Ok(store) = elsewhere.try_open() else { continue };
        let untold = store.verify().expect("looked through").is_empty();
        assert!(!untold || store.load(case.id).as_ref() == Ok(&case), "byte {at}");
    }
}

#[test]
fn an_older_copy_of_the_database_is_told() {
    let place = Place::new();
    let mut case = a_case();
    place.open().save(&case).expect("saved");
    let older = fs::read(place.root().join("vault.db")).expect("readable");
    case.revision += 1;
    place.open().save(&case).expect("saved");
    fs::write(place.root().join("vault.db"), older).expect("put back");
    assert!(!place.open().verify().expect("looked through").is_empty());
}
