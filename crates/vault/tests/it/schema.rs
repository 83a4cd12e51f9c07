//! The database's form, held by a snapshot, and a vault of every version there was.

use std::fs;

use evidence::{CaseId, ObjectId};
use rusqlite::Connection;
use uuid::Uuid;
use vault::{Store, StoreError};

use crate::place::Place;

/// What a vault of one version looked like: its database as SQL, and its one object as hex digits.
const VERSIONS: &[(u32, &str, &str)] = &[
    (
        1,
        include_str!("schemas/1.sql"),
        include_str!("schemas/1-object.hex"),
    ),
    // The form of objects and records stayed as it was.
    (
        2,
        include_str!("schemas/2.sql"),
        include_str!("schemas/1-object.hex"),
    ),
];

fn database(place: &Place) -> Connection {
    fs::create_dir_all(place.root()).expect("made");
    Connection::open(place.root().join("vault.db")).expect("a database")
}

/// A change here needs a migration, and a database of the version before in `schemas`.
#[test]
fn the_schema_is_as_it_was() {
    let place = Place::new();
    drop(place.open());
    let db = database(&place);
    let mut select = db
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .expect("prepared");
    let tables: Vec<String> = select
        .query_map([], |row| row.get(0))
        .expect("listed")
        .collect::<Result<_, _>>()
        .expect("text");
    let pragma = |name: &str| -> i64 {
        db.pragma_query_value(None, name, |row| row.get(0))
            .expect("a number")
    };
    insta::assert_snapshot!(format!(
        "application_id {:#x}\nuser_version {}\n{}",
        pragma("application_id"),
        pragma("user_version"),
        tables.join("\n")
    ));
}

#[test]
fn a_vault_of_every_version_is_opened_with_what_is_in_it() {
    for (version, sql, object) in VERSIONS {
        let place = Place::new();
        database(&place).execute_batch(sql).expect("as it was then");
        let case = CaseId(Uuid::from_u128(1));
        let front: [u8; 16] = database(&place)
            .query_row("SELECT id FROM objects", [], |row| row.get(0))
            .expect("one object");
        let front = ObjectId(Uuid::from_bytes(front));
        let folder = place.root().join("objects").join(case.to_string());
        fs::create_dir_all(&folder).expect("made");
        let bytes = hex::decode(object.replace('\n', "")).expect("hex");
        fs::write(folder.join(front.to_string()), bytes).expect("written");

        let store = place.open();
        let loaded = store.load(case).expect("its case is read");
        assert_eq!(loaded.booth, "Booth 3", "version {version}");
        assert_eq!(
            vault::get(&store, case, front).expect("its object too"),
            b"a front of an older version"
        );
        store.save(&loaded).expect("and it goes on");
    }
    let known = VERSIONS.iter().map(|(version, ..)| *version).max();
    let place = Place::new();
    drop(place.open());
    let now: u32 = database(&place)
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .expect("a number");
    assert_eq!(known, Some(now), "each version has its database here");
}

#[test]
fn a_vault_of_a_newer_program_is_left_alone() {
    let place = Place::new();
    drop(place.open());
    database(&place)
        .pragma_update(None, "user_version", 99)
        .expect("changed");
    assert_eq!(place.try_open().expect_err("refused"), StoreError::Newer(99));
}
