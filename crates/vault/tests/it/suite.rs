//! One suite for every store: each gets the same treatment.

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicI64, Ordering};

use evidence::{Case, CaseId, ObjectId, UtcMillis};
use vault::{Store, StoreError};

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
    let mut writer = store.create_object(case.id).expect("begun");
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
    let mut writer = store.create_object(case.id).expect("begun");
    writer.write_all(b"half").expect("written");
    drop(writer);
    assert_eq!(store.objects(case.id).expect("listed"), []);
}

fn deletion_leaves_nothing(open: &impl Fn() -> Box<dyn Store>) {
    let store = open();
    let case = a_case();
    store.save(&case).expect("saved");
    let stored = vault::put(&*store, case.id, b"picture").expect("stored");
    store.delete(case.id).expect("deleted");
    assert!(matches!(store.load(case.id), Err(StoreError::Missing)));
    assert!(matches!(
        store.open_object(case.id, stored.object),
        Err(StoreError::Missing)
    ));
    store.delete(case.id).expect("deleting twice is fine");
}
