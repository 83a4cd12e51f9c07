//! Plain cases of an older program become encrypted ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use evidence::{Case, Exhibit, Facts, Method, Role, UtcMillis};
use vault::{Disk, FolderStore, Label, Store, StoreError};

use crate::place::{Place, files, holding};
use crate::suite::a_case;

/// A plain case with a front, and a picture it does not refer to.
fn a_plain_case(place: &Place) -> Case {
    let plain = FolderStore::open(place.root()).expect("the folder can be made");
    let mut case = a_case();
    plain.save(&case).expect("saved");
    vault::put(&plain, case.id, Label::Front, b"Canary, unused").expect("stored");
    let stored = vault::put(&plain, case.id, Label::Front, &b"Canary".repeat(20_000)).expect("stored");
    let front = Exhibit {
        object: stored.object,
        sha256: stored.sha256,
        bytes: stored.bytes,
        facts: Facts::Jpeg {
            width: 10,
            height: 10,
        },
        taken_at: UtcMillis(1_790_000_000_000),
        since_opening_ms: None,
        method: Method::File,
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: std::collections::BTreeMap::new(),
    };
    case.exhibits = BTreeMap::from([(Role::Front, front)]);
    case.booth = "Canary".into();
    plain.save(&case).expect("saved");
    case
}

fn assert_taken_over(place: &Place, store: &dyn Store, case: &Case) {
    assert_eq!(&store.load(case.id).expect("it is here"), case);
    let front = case.exhibits[&Role::Front].object;
    assert_eq!(store.objects(case.id).expect("listed"), [front]);
    assert_eq!(
        vault::get(store, case.id, front).expect("its picture too"),
        b"Canary".repeat(20_000)
    );
    assert!(
        holding(&place.root(), b"Canary").is_empty(),
        "nothing plain is left"
    );
}

#[test]
fn plain_cases_are_taken_over_and_their_files_removed() {
    let place = Place::new();
    let cases = [a_plain_case(&place), a_plain_case(&place)];
    assert!(!holding(&place.root(), b"Canary").is_empty());
    let store = place.open();
    for case in &cases {
        assert_taken_over(&place, &store, case);
        store.claim(case.id).expect("it can be opened");
    }
    assert_eq!(store.list().expect("listed").len(), 2);
}

/// Stopped at every single step, and opened again: the case is always there, once and whole.
#[test]
fn taking_over_can_be_stopped_anywhere() {
    for stop_at in 0.. {
        let place = Place::new();
        place.open();
        let case = a_plain_case(&place);
        let steps = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&steps);
        let stopped = place.open_on(Disk::failing(Arc::new(move |_| {
            if counted.fetch_add(1, Ordering::Relaxed) >= stop_at {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            Ok(())
        })));
        let went_through = stopped.is_ok();
        if let Err(error) = &stopped {
            assert_eq!(*error, StoreError::Full, "stopped at {stop_at}");
        }
        drop(stopped);
        assert_taken_over(&place, &place.open(), &case);
        if went_through {
            assert!(stop_at > 15, "every step was tried: {stop_at}");
            break;
        }
    }
}

#[test]
fn a_plain_case_that_cannot_be_read_stays_and_is_listed() {
    let place = Place::new();
    let (healthy, damaged) = (a_plain_case(&place), a_plain_case(&place));
    let folder = place.root().join(damaged.id.to_string());
    std::fs::write(folder.join("case.json"), b"{").expect("overwritten");
    let before = files(&folder).len();
    let store = place.open();
    assert_eq!(store.load(healthy.id).expect("taken over"), healthy);
    let listed = store.list().expect("listed");
    let left = listed
        .iter()
        .find_map(|case| case.as_ref().err())
        .expect("the damaged one is told");
    assert!(matches!(left, (id, StoreError::Damaged(_)) if *id == damaged.id));
    assert_eq!(files(&folder).len(), before, "its files are not touched");
}

#[test]
fn a_plain_case_that_an_older_program_has_open_is_left_to_it() {
    let place = Place::new();
    let case = a_plain_case(&place);
    let plain = FolderStore::open(place.root()).expect("opened");
    let claim = plain.claim(case.id).expect("claimed");
    let listed = place.open().list().expect("listed");
    assert!(matches!(listed[..], [Err((id, StoreError::InUse))] if id == case.id));
    drop(claim);
    assert_taken_over(&place, &place.open(), &case);
}
