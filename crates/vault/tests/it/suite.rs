//! One suite for every store: each gets the same treatment.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicI64, Ordering};

use evidence::{Case, CaseId, ObjectId, UtcMillis};
use vault::{Label, Store, StoreError, Unfinished};

/// A fresh case, each opened a little later than the one before.
pub fn a_case() -> Case {
    static OPENED: AtomicI64 = AtomicI64::new(1_790_000_000_000);
    // A random identity per case: the store must not depend on their order.
    let id = uuid::Uuid::new_v4();
    Case::open(
        CaseId(id),
        "Booth 3",
        true,
        UtcMillis(OPENED.fetch_add(1, Ordering::Relaxed)),
    )
}

/// Runs every check. `open` opens the same store again, as after a restart.
pub fn run(open: impl Fn() -> Box<dyn Store>) {
    cases_come_back(&open);
    objects_come_back(&open);
    an_unfinished_object_never_existed(&open);
    what_was_synced_outlives_its_writer(&open);
    a_sweep_takes_what_nobody_needs(&open);
    deletion_leaves_nothing(&open);
    a_case_belongs_to_one_program_at_a_time(&open);
}

fn a_case_belongs_to_one_program_at_a_time(open: &impl Fn() -> Box<dyn Store>) {
    let (here, there) = (open(), open());
    let case = a_case();
    here.save(&case).expect("saved");
    let claim = here.claim(case.id).expect("nobody has it");
    assert!(
        matches!(there.claim(case.id), Err(StoreError::InUse)),
        "a second program is refused"
    );
    assert_eq!(there.load(case.id).expect("looking is fine"), case);
    drop(claim);
    there.claim(case.id).expect("it is free again");
}

fn cases_come_back(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let (older, newer) = (a_case(), a_case());
    store.save(&newer).expect("saved");
    store.save(&older).expect("saved");
    let mut changed = newer.clone();
    changed.revision = 7;
    store.save(&changed).expect("saved over");
    drop(store);

    let store = open();
    assert_eq!(
        store.load(newer.id).expect("loaded"),
        changed,
        "the last save wins"
    );
    let listed: Vec<_> = store
        .list()
        .expect("listed")
        .into_iter()
        .map(|case| case.expect("healthy").id)
        .collect();
    let place = |id| listed.iter().position(|&other| other == id).expect("listed");
    assert!(place(newer.id) < place(older.id), "the newest comes first");
    assert!(matches!(
        store.load(CaseId(uuid::Uuid::new_v4())),
        Err(StoreError::Missing)
    ));
}

fn objects_come_back(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let mut writer = store.create_object(case.id, Label::Video).expect("begun");
    writer.write_all(b"evi").expect("written");
    writer.sync().expect("synced");
    writer.write_all(b"dence").expect("written");
    let stored = writer.finish().expect("finished");
    assert_eq!(stored.bytes, 8);
    assert_eq!(
        stored.sha256,
        "ee8250fb76e094b34b471f13a73dbbe51d1ae142e9df59d7c0d31ec20f0a0a8e"
    );
    drop(store);

    let store = open();
    let mut reader = store.open_object(case.id, stored.object).expect("opened");
    assert_eq!(reader.length(), 8);
    reader.seek(SeekFrom::Start(3)).expect("sought");
    let mut tail = String::new();
    reader.read_to_string(&mut tail).expect("read");
    assert_eq!(tail, "dence", "reading can begin anywhere");
    assert_eq!(store.objects(case.id).expect("listed"), [stored.object]);
    let nothing = ObjectId(uuid::Uuid::new_v4());
    assert!(matches!(
        store.open_object(case.id, nothing),
        Err(StoreError::Missing)
    ));
    store
        .remove_object(case.id, nothing)
        .expect("removing nothing is fine");
}

fn an_unfinished_object_never_existed(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let mut writer = store.create_object(case.id, Label::Video).expect("begun");
    writer.write_all(b"half").expect("written");
    drop(writer);
    assert_eq!(store.objects(case.id).expect("listed"), []);
}

fn what_was_synced_outlives_its_writer(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let mut writer = store.create_object(case.id, Label::Recording).expect("begun");
    writer.write_all(b"first second, ").expect("written");
    writer.sync().expect("synced");
    writer.write_all(b"second second").expect("written");
    writer.sync().expect("synced");
    assert_eq!(
        store.unfinished(case.id).expect("listed"),
        [],
        "somebody is writing it"
    );
    // As a program that is killed leaves it: nobody cleans up.
    std::mem::forget(writer);
    drop(store);

    let store = open();
    assert_eq!(
        store.objects(case.id).expect("listed"),
        [],
        "it never came to exist"
    );
    let unfinished = store.unfinished(case.id).expect("listed");
    let [Unfinished { object, label }] = unfinished[..] else {
        panic!("one: {unfinished:?}")
    };
    assert_eq!(label, Label::Recording);
    assert!(matches!(
        store.open_object(case.id, object),
        Err(StoreError::Missing)
    ));
    let mut reader = store.open_unfinished(case.id, object).expect("opened");
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("read");
    assert_eq!(text, "first second, second second");
    drop(reader);
    store.remove_unfinished(case.id, object).expect("removed");
    store
        .remove_unfinished(case.id, object)
        .expect("removing twice is fine");
    assert_eq!(store.unfinished(case.id).expect("listed"), []);
}

fn a_sweep_takes_what_nobody_needs(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let put = |bytes| {
        vault::put(&*store, case.id, Label::Front, bytes)
            .expect("stored")
            .object
    };
    let (needed, old) = (put(b"needed"), put(b"old"));
    std::mem::forget(open().create_object(case.id, Label::Recording).expect("begun"));
    let mut writing = store.create_object(case.id, Label::Selfie).expect("begun");
    let swept = store.sweep(case.id, &BTreeSet::from([needed])).expect("swept");
    assert_eq!(swept.len(), 2, "the old picture and the recording");
    assert!(swept.contains(&old));
    assert_eq!(store.objects(case.id).expect("listed"), [needed]);
    assert_eq!(store.unfinished(case.id).expect("listed"), []);
    writing.write_all(b"new").expect("it is still there");
    let new = writing.finish().expect("finished");
    assert_eq!(vault::get(&*store, case.id, new.object).expect("read"), b"new");
}

fn deletion_leaves_nothing(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let stored = vault::put(&*store, case.id, Label::Front, b"picture").expect("stored");
    store.delete(case.id).expect("deleted");
    assert!(matches!(store.load(case.id), Err(StoreError::Missing)));
    assert!(matches!(
        store.open_object(case.id, stored.object),
        Err(StoreError::Missing)
    ));
    store.delete(case.id).expect("deleting twice is fine");
}
