//! What a case leaves behind on the disk, while it is there and once it is gone.

use std::io::Write;

use evidence::{FieldKey, Fields};
use rusqlite::Connection;
use vault::{Label, Store, StoreError};

use crate::place::{Place, files, holding};
use crate::suite::a_case;

/// The wrapped key of the only case, looked up as somebody with the disk in hand would.
fn wrapped_key(place: &Place) -> Vec<u8> {
    let db = Connection::open(place.root().join("vault.db")).expect("a database");
    db.query_row("SELECT key FROM cases", [], |row| row.get(0))
        .expect("one case")
}

#[test]
fn nothing_of_a_case_is_readable_on_the_disk() {
    let place = Place::new();
    let store = place.open();
    let mut case = a_case();
    let mut fields = Fields::default();
    fields.set(FieldKey::GivenName, "Canary-Alma");
    case.fields = fields;
    case.booth = "Canary-Booth".into();
    store.save(&case).expect("saved");
    vault::put(&store, case.id, Label::Front, &b"Canary-Picture".repeat(10_000)).expect("stored");
    let mut recording = store.create_object(case.id, Label::Recording).expect("begun");
    recording
        .write_all(&b"Canary-Video".repeat(10_000))
        .expect("written");
    recording.sync().expect("synced");
    assert_eq!(holding(&place.root(), b"Canary"), [] as [std::path::PathBuf; 0]);
    std::mem::forget(recording);
    drop(store);
    assert_eq!(holding(&place.root(), b"Canary"), [] as [std::path::PathBuf; 0]);
}

#[test]
fn a_deleted_case_leaves_no_key_in_any_file() {
    let place = Place::new();
    let store = place.open();
    let case = a_case();
    store.save(&case).expect("saved");
    vault::put(&store, case.id, Label::Front, b"picture").expect("stored");
    let key = wrapped_key(&place);
    assert!(!holding(&place.root(), &key).is_empty(), "it is kept somewhere");
    // Others come and go around it, so that its row is moved about.
    for _ in 0..40 {
        store.save(&a_case()).expect("saved");
    }
    store.delete(case.id).expect("deleted");
    for part in key.chunks_exact(12) {
        assert!(
            holding(&place.root(), part).is_empty(),
            "a part of the key is left"
        );
    }
    let name = case.id.to_string();
    assert!(
        !files(&place.root())
            .iter()
            .any(|path| path.to_string_lossy().contains(&name)),
        "and nothing is named like it"
    );
}

/// The key is gone, and the power went before the files were.
#[test]
fn a_deletion_that_was_cut_short_is_finished() {
    let place = Place::new();
    let store = place.open();
    let (case, other) = (a_case(), a_case());
    store.save(&case).expect("saved");
    store.save(&other).expect("saved");
    let kept = vault::put(&store, other.id, Label::Front, b"picture").expect("stored");
    vault::put(&store, case.id, Label::Front, b"picture").expect("stored");
    drop(store);
    let db = Connection::open(place.root().join("vault.db")).expect("a database");
    let id = case.id.0.into_bytes();
    db.execute("DELETE FROM objects WHERE case_id = ?1", [id])
        .expect("deleted");
    db.execute("DELETE FROM cases WHERE id = ?1", [id])
        .expect("deleted");
    drop(db);

    let store = place.open();
    assert!(!place.root().join("objects").join(case.id.to_string()).exists());
    assert!(matches!(store.load(case.id), Err(StoreError::Missing)));
    assert_eq!(
        vault::get(&store, other.id, kept.object).expect("the other is untouched"),
        b"picture"
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_read_the_vault() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    let store = place.open();
    let case = a_case();
    store.save(&case).expect("saved");
    let _claim = store.claim(case.id).expect("claimed");
    vault::put(&store, case.id, Label::Front, b"picture").expect("stored");
    let all = files(&place.root());
    assert!(all.len() >= 5, "database, journal, lock, claim, picture: {all:?}");
    for path in all {
        for path in [path.as_path(), path.parent().expect("a folder")] {
            let mode = path.metadata().expect("its metadata").permissions().mode();
            assert_eq!(mode & 0o077, 0, "no rights for group and others: {path:?}");
        }
    }
}
