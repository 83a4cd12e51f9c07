//! A case that comes from another machine is here whole, once, or not at all.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use evidence::{Case, Exhibit, Facts, HandoverId, Method, ObjectId, Role, UtcMillis};
use rusqlite::Connection;
use uuid::Uuid;
use vault::{Disk, Incoming, Label, Store, StoreError, Vault};

use crate::place::{Place, files};
use crate::suite::a_case;

const FRONT: &[u8] = &[7; 100_000];

fn handover() -> HandoverId {
    HandoverId(Uuid::from_u128(9))
}

/// A case with one picture, as another machine has it.
fn elsewhere() -> (Case, ObjectId) {
    let mut case = a_case();
    let object = ObjectId(Uuid::new_v4());
    case.exhibits.insert(
        Role::Front,
        Exhibit {
            object,
            sha256: "0".repeat(64),
            bytes: FRONT.len() as u64,
            facts: Facts::Jpeg { width: 4, height: 3 },
            taken_at: UtcMillis(1),
            since_opening_ms: None,
            method: Method::File,
            note: None,
            outline: None,
            shutter: None,
            take: None,
            quality: std::collections::BTreeMap::new(),
        },
    );
    (case, object)
}

fn with_picture(vault: &Vault, case: &Case, object: ObjectId) -> Result<Incoming, StoreError> {
    let mut incoming = vault.incoming(case.id, handover())?.expect("it is not here");
    incoming.begin_object(object, Label::Front)?;
    FRONT.chunks(3_000).try_for_each(|part| incoming.write(part))?;
    incoming.end_object()?;
    Ok(incoming)
}

fn names(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.root().join("objects")).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain"))
        .collect()
}

#[test]
fn it_is_here_with_its_objects_and_is_not_taken_in_twice() {
    let place = Place::new();
    let vault = place.open();
    let (case, object) = elsewhere();
    let incoming = with_picture(&vault, &case, object).expect("it comes");
    assert_eq!(
        vault.load(case.id),
        Err(StoreError::Missing),
        "not before all of it is"
    );
    assert!(incoming.keep(&case, handover()).expect("kept"));
    drop(vault);

    let vault = place.open();
    assert_eq!(vault.load(case.id).expect("it is here"), case);
    assert_eq!(
        vault::get(&vault, case.id, object).expect("with its picture"),
        FRONT
    );
    assert_eq!(vault.verify().expect("looked through"), []);
    vault.claim(case.id).expect("and nobody holds it");
    let another = HandoverId(Uuid::from_u128(10));
    assert!(vault.incoming(case.id, another).expect("looked").is_none());
    vault.delete(case.id).expect("deleted");
    assert!(
        vault.incoming(case.id, handover()).expect("looked").is_none(),
        "not even when its case is gone"
    );
    assert!(vault.incoming(case.id, another).expect("looked").is_some());
}

#[test]
fn half_a_case_leaves_nothing() {
    let place = Place::new();
    let vault = place.open();
    let before = files(&place.root()).len();
    let (case, object) = elsewhere();
    drop(with_picture(&vault, &case, object).expect("it comes"));
    assert_eq!(names(&place), [] as [String; 0]);
    assert_eq!(files(&place.root()).len(), before, "nor anything else");
    assert_eq!(vault.list().expect("a list"), []);

    // The program is stopped in the middle.
    std::mem::forget(with_picture(&vault, &case, object).expect("it comes"));
    assert_eq!(names(&place).len(), 1);
    assert_eq!(
        vault.incoming(case.id, handover()).expect_err("still at it"),
        StoreError::InUse
    );
    drop(place.open());
    assert_eq!(
        names(&place).len(),
        1,
        "another program leaves it alone meanwhile"
    );
}

#[test]
fn other_objects_than_the_case_names_are_refused() {
    let place = Place::new();
    let vault = place.open();
    let (case, object) = elsewhere();
    let empty = vault.incoming(case.id, handover()).expect("looked").expect("new");
    assert!(matches!(
        empty.keep(&case, handover()),
        Err(StoreError::Damaged(_))
    ));
    let mut wrong = vault.incoming(case.id, handover()).expect("looked").expect("new");
    wrong.begin_object(object, Label::Selfie).expect("begun");
    wrong.end_object().expect("ended");
    assert!(matches!(
        wrong.keep(&case, handover()),
        Err(StoreError::Damaged(_))
    ));
    assert_eq!(vault.list().expect("a list"), []);
}

#[test]
fn wherever_the_disk_fails_the_case_is_whole_or_not_there() {
    for failing in 0.. {
        let place = Place::new();
        drop(place.open());
        let (case, object) = elsewhere();
        let (asked, armed) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let on = Arc::clone(&armed);
        let vault = place
            .open_on(Disk::failing(Arc::new(move |_| {
                let is_next =
                    on.load(Ordering::SeqCst) == 1 && asked.fetch_add(1, Ordering::SeqCst) == failing;
                if is_next {
                    Err(std::io::ErrorKind::StorageFull.into())
                } else {
                    Ok(())
                }
            })))
            .expect("the vault opens");
        armed.store(1, Ordering::SeqCst);
        let kept = with_picture(&vault, &case, object).and_then(|incoming| incoming.keep(&case, handover()));
        drop(vault);

        let vault = place.open();
        assert_eq!(vault.verify().expect("looked through"), [], "step {failing}");
        match kept {
            Ok(kept) => {
                assert!(kept);
                assert_eq!(vault::get(&vault, case.id, object).expect("whole"), FRONT);
                assert!(failing > 8, "every step had its turn");
                return;
            }
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                assert_eq!(vault.list().expect("a list"), [], "step {failing}");
                assert_eq!(names(&place), [] as [String; 0], "step {failing}");
                let again = with_picture(&vault, &case, object).expect("it comes");
                assert!(again.keep(&case, handover()).expect("now it works"));
            }
        }
    }
}

#[test]
fn a_changed_memory_of_a_hand_over_is_found() {
    let place = Place::new();
    let vault = place.open();
    let (case, object) = elsewhere();
    let incoming = with_picture(&vault, &case, object).expect("it comes");
    incoming.keep(&case, handover()).expect("kept");
    let db = Connection::open(place.root().join("vault.db")).expect("a database");
    db.execute(
        "UPDATE handovers SET id = x'00000000000000000000000000000001'",
        [],
    )
    .expect("changed");
    assert_eq!(vault.verify().expect("looked through").len(), 1);
}
