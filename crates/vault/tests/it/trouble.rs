//! A disk that fails at every step of a case's life: a clear error, and nothing that was accepted is lost.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use evidence::{Case, ObjectId};
use vault::{Disk, Label, Op, Store, StoreError, Vault};

use crate::place::Place;
use crate::suite::a_case;

/// What was accepted by then.
#[derive(Default)]
struct Accepted {
    case: Option<Case>,
    objects: Vec<(ObjectId, Vec<u8>)>,
}

/// A short life: saved, two pictures, a recording in three seconds, saved again. Ends at the first error.
fn live(store: &Vault, accepted: &mut Accepted) -> Result<(), StoreError> {
    let mut case = a_case();
    store.save(&case)?;
    accepted.case = Some(case.clone());
    for label in [Label::Front, Label::Rear] {
        let bytes = vec![1; 100_000];
        let stored = vault::put(store, case.id, label, &bytes)?;
        accepted.objects.push((stored.object, bytes));
    }
    let mut recording = store.create_object(case.id, Label::Recording)?;
    let second = vec![2; 90_000];
    for _ in 0..3 {
        recording.write_all(&second)?;
        recording.sync()?;
    }
    let stored = recording.finish()?;
    accepted.objects.push((stored.object, second.repeat(3)));
    case.revision += 1;
    store.save(&case)?;
    accepted.case = Some(case.clone());
    store.remove_object(case.id, stored.object)?;
    accepted.objects.pop();
    Ok(())
}

fn assert_kept(store: &Vault, accepted: &Accepted, what: &str) {
    let Some(case) = &accepted.case else { return };
    let loaded = store.load(case.id).expect(what);
    assert!(
        loaded.revision >= case.revision,
        "{what}: the last save that was accepted"
    );
    for (object, bytes) in &accepted.objects {
        match vault::get(store, case.id, *object) {
            Ok(read) => assert!(read == *bytes, "{what}: as it was taken"),
            // The removal that failed had already begun.
            Err(StoreError::Missing | StoreError::Damaged(_)) => {
                assert_eq!(accepted.objects.len(), 3, "{what}: lost")
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }
}

#[test]
fn whatever_fails_nothing_accepted_is_lost_and_it_goes_on_later() {
    let mut tried = BTreeSet::new();
    for fail_at in 0.. {
        let place = Place::new();
        let (steps, full) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicUsize::new(usize::MAX)),
        );
        let (counted, from) = (Arc::clone(&steps), Arc::clone(&full));
        let last = Arc::new(parking_lot::Mutex::new(None));
        let failed = Arc::clone(&last);
        let disk = Disk::failing(Arc::new(move |op| {
            let step = counted.fetch_add(1, Ordering::Relaxed);
            // What is full stays full; removing works.
            if step >= from.load(Ordering::Relaxed) && op != Op::Remove {
                failed.lock().get_or_insert(op);
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }));
        let store = place.open_on(disk).expect("a new vault");
        full.store(steps.load(Ordering::Relaxed) + fail_at, Ordering::Relaxed);
        let mut accepted = Accepted::default();
        let lived = live(&store, &mut accepted);
        let what = format!("failed at {fail_at}, {:?}", last.lock());
        let Err(error) = lived else {
            assert!(fail_at > 25, "every step was tried: {fail_at}");
            break;
        };
        assert_eq!(error, StoreError::Full, "{what}: a clear error");
        tried.insert(format!("{:?}", last.lock()));
        assert_kept(&store, &accepted, &what);
        // Room again: the same vault goes on, without being opened anew.
        full.store(usize::MAX, Ordering::Relaxed);
        live(&store, &mut Accepted::default()).expect("room again");
        assert_kept(&store, &accepted, &what);
        drop(store);
        assert_kept(&place.open(), &accepted, &what);
    }
    assert_eq!(
        tried.len(),
        5,
        "creating, writing, syncing, folders, commits: {tried:?}"
    );
}

/// What was taken is not given up when the disk fills up: once there is room the very same object goes on.
#[test]
fn a_recording_goes_on_when_there_is_room_again() {
    let place = Place::new();
    let full = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&full);
    let store = place
        .open_on(Disk::failing(Arc::new(move |op| {
            if op == Op::Write && now.load(Ordering::Relaxed) == 1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        })))
        .expect("a new vault");
    let case = a_case();
    store.save(&case).expect("saved");
    let mut writer = store.create_object(case.id, Label::Recording).expect("begun");
    writer.write_all(b"first ").expect("written");
    writer.sync().expect("synced");
    full.store(1, Ordering::Relaxed);
    writer.write_all(b"second ").expect("taken");
    for _ in 0..3 {
        let error = writer.sync().expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
    full.store(0, Ordering::Relaxed);
    writer.write_all(b"third").expect("room again");
    let stored = writer.finish().expect("finished");
    assert_eq!(
        vault::get(&store, case.id, stored.object).expect("read"),
        b"first second third"
    );
}

#[test]
fn a_full_disk_can_be_made_room_on_by_deleting() {
    let place = Place::new();
    let full = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&full);
    let folder = place.root().join("objects");
    let store = place
        .open_on(Disk::failing(Arc::new(move |op| {
            // Full until an object's folder went.
            let is_full = now.load(Ordering::Relaxed) == 1
                && std::fs::read_dir(&folder).is_ok_and(|mut folder| folder.next().is_some());
            if is_full && op != Op::Remove {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        })))
        .expect("a new vault");
    let case = a_case();
    store.save(&case).expect("saved");
    vault::put(&store, case.id, Label::Front, b"picture").expect("stored");
    full.store(1, Ordering::Relaxed);
    assert_eq!(store.save(&case), Err(StoreError::Full));
    store.delete(case.id).expect("deleting makes room");
    assert!(matches!(store.load(case.id), Err(StoreError::Missing)));
    store.save(&case).expect("room again");
}
