//! What every store must do, and what the stored form looks like.

mod blobs;
mod deletion;
mod format;
mod import;
mod incoming;
mod keys;
mod place;
mod schema;
mod secrets;
mod suite;
mod tamper;
mod trouble;

use vault::keys::{KeySource, MasterKey};
use vault::{FolderStore, Label, Vault};

#[test]
fn the_folder_store_keeps_what_a_store_must_keep() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    suite::run(|| Box::new(FolderStore::open(folder.path().join("cases")).expect("the folder can be made")));
}

#[test]
fn the_vault_keeps_what_a_store_must_keep() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = MasterKey::random();
    suite::run(|| {
        Box::new(Vault::open(folder.path().join("cases"), KeySource::Key(&key)).expect("the vault opens"))
    });
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_read_a_case() {
    use std::os::unix::fs::PermissionsExt;

    use vault::Store;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("cases");
    let store = FolderStore::open(&root).expect("the folder can be made");
    let case = suite::a_case();
    store.save(&case).expect("saved");
    vault::put(&store, case.id, Label::Front, b"picture").expect("stored");

    let mut seen = 0;
    for entry in std::fs::read_dir(root.join(case.id.to_string())).expect("the case has a folder") {
        let mode = entry
            .expect("an entry")
            .metadata()
            .expect("its metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "no rights for group and others");
        seen += 1;
    }
    assert_eq!(seen, 2, "the record and the picture");
}

#[test]
fn a_damaged_record_is_reported_beside_the_healthy_ones_and_quotes_nothing() {
    use vault::{Store, StoreError};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = FolderStore::open(folder.path()).expect("the folder can be made");
    let (healthy, damaged) = (suite::a_case(), suite::a_case());
    store.save(&healthy).expect("saved");
    store.save(&damaged).expect("saved");
    let record = folder.path().join(damaged.id.to_string()).join("case.json");
    let text = std::fs::read_to_string(&record).expect("the record is text");
    std::fs::write(&record, text.replace("\"revision\": 0", "\"revision\": \"Alma\"")).expect("overwritten");

    let listed = store.list().expect("the list is readable");
    assert!(
        listed
            .iter()
            .any(|entry| entry.as_ref().is_ok_and(|case| case.id == healthy.id))
    );
    let error = listed
        .into_iter()
        .find_map(Result::err)
        .expect("the damaged one is reported");
    assert_eq!(error.0, damaged.id);
    assert!(matches!(error.1, StoreError::Damaged(_)));
    assert!(
        !error.1.to_string().contains("Alma"),
        "a record's contents stay out of messages"
    );
}

#[test]
fn a_record_of_a_newer_program_is_left_alone() {
    use vault::{Store, StoreError};

    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = FolderStore::open(folder.path()).expect("the folder can be made");
    let case = suite::a_case();
    store.save(&case).expect("saved");
    let record = folder.path().join(case.id.to_string()).join("case.json");
    let text = std::fs::read_to_string(&record).expect("the record is text");
    std::fs::write(&record, text.replace("\"format\": 2", "\"format\": 3")).expect("overwritten");
    assert!(matches!(store.load(case.id), Err(StoreError::Newer(3))));
}
