//! Which key opens a vault, and what happens with another, or none.

use std::cell::RefCell;

use rusqlite::Connection;
use vault::keys::{KeyFile, KeySource, KeyStore, MasterKey, Passphrase};
use vault::{Store, StoreError, Vault};

use crate::place::{Place, holding};
use crate::suite::a_case;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).expect("long enough")
}

/// The system's store of credentials.
#[derive(Default)]
struct System {
    key: RefCell<Option<MasterKey>>,
    locked: bool,
    forgets: bool,
}

impl KeyStore for System {
    fn load(&self) -> Result<Option<MasterKey>, StoreError> {
        if self.locked {
            return Err(StoreError::Locked);
        }
        Ok(self.key.borrow().clone())
    }

    fn save(&self, key: &MasterKey) -> Result<(), StoreError> {
        if !self.forgets {
            *self.key.borrow_mut() = Some(key.clone());
        }
        Ok(())
    }
}

#[test]
fn another_key_opens_nothing() {
    let place = Place::new();
    let case = a_case();
    place.open().save(&case).expect("saved");
    let other = MasterKey::random();
    let opened = Vault::open(place.root(), KeySource::Key(&other));
    assert_eq!(opened.expect_err("refused"), StoreError::WrongKey);
    assert_eq!(
        place.open().load(case.id).expect("the right one still does"),
        case
    );
}

#[test]
fn a_key_that_is_mislaid_is_not_replaced() {
    let place = Place::new();
    let system = System::default();
    let case = a_case();
    let store = Vault::open(place.root(), KeySource::Kept(&system)).expect("a new vault");
    store.save(&case).expect("saved");
    drop(store);

    let key = system.key.borrow_mut().take();
    let opened = Vault::open(place.root(), KeySource::Kept(&system));
    assert_eq!(opened.expect_err("refused"), StoreError::KeyMissing);
    assert!(system.key.borrow().is_none(), "no new key was made over it");

    *system.key.borrow_mut() = key;
    let store = Vault::open(place.root(), KeySource::Kept(&system)).expect("the key is back");
    assert_eq!(store.load(case.id).expect("loaded"), case);
}

#[test]
fn a_store_of_credentials_that_is_locked_or_forgets_is_told() {
    let place = Place::new();
    let locked = System {
        locked: true,
        ..System::default()
    };
    let opened = Vault::open(place.root(), KeySource::Kept(&locked));
    assert_eq!(opened.expect_err("refused"), StoreError::Locked);
    let forgets = System {
        forgets: true,
        ..System::default()
    };
    let opened = Vault::open(place.root(), KeySource::Kept(&forgets));
    assert!(matches!(opened, Err(StoreError::KeyStore(_))));
    let system = System::default();
    Vault::open(place.root(), KeySource::Kept(&system)).expect("nothing was made by then");
}

#[test]
fn a_database_that_is_gone_is_not_replaced() {
    let place = Place::new();
    let store = place.open();
    let case = a_case();
    store.save(&case).expect("saved");
    vault::put(&store, case.id, vault::Label::Front, b"picture").expect("stored");
    drop(store);
    let database = place.root().join("vault.db");
    std::fs::rename(&database, place.root().join("away")).expect("moved");
    assert!(matches!(place.try_open(), Err(StoreError::Damaged(_))));
    std::fs::rename(place.root().join("away"), &database).expect("moved back");
    assert_eq!(place.open().load(case.id).expect("nothing was lost"), case);
}

#[test]
fn a_passphrase_opens_the_vault_and_can_be_changed() {
    let place = Place::new();
    let (first, second) = (passphrase("correct horse"), passphrase("battery staple"));
    let open = |passphrase| Vault::open(place.root(), KeySource::Passphrase(passphrase));
    let case = a_case();
    let store = open(&first).expect("a new vault");
    store.save(&case).expect("saved");
    let old: Vec<u8> = Connection::open(place.root().join("vault.db"))
        .and_then(|db| {
            db.query_row(
                "SELECT value FROM meta WHERE name = 'passphrase.key'",
                [],
                |row| row.get(0),
            )
        })
        .expect("the wrapped key");
    assert_eq!(
        store.change_passphrase(&second, &first),
        Err(StoreError::WrongPassphrase)
    );
    store.change_passphrase(&first, &second).expect("changed");
    assert!(
        holding(&place.root(), &old).is_empty(),
        "the old wrapping is gone"
    );
    drop(store);

    assert_eq!(open(&first).expect_err("refused"), StoreError::WrongPassphrase);
    let store = open(&second).expect("opened");
    assert_eq!(store.load(case.id).expect("loaded"), case);
    drop(store);
    assert_eq!(
        place.try_open().expect_err("a key is no passphrase"),
        StoreError::Locked
    );
}

#[test]
fn a_passphrase_stretched_too_cheaply_is_stretched_anew() {
    let place = Place::new();
    let secret = passphrase("correct horse");
    let open = || Vault::open(place.root(), KeySource::Passphrase(&secret));
    // As a program left it that asked for less.
    let schema = include_str!("schemas/1-passphrase.sql");
    std::fs::create_dir_all(place.root()).expect("made");
    Connection::open(place.root().join("vault.db"))
        .and_then(|db| db.execute_batch(schema))
        .expect("an older vault");
    let cost = || -> Vec<u8> {
        Connection::open(place.root().join("vault.db"))
            .and_then(|db| {
                db.query_row(
                    "SELECT value FROM meta WHERE name = 'passphrase.cost'",
                    [],
                    |row| row.get(0),
                )
            })
            .expect("the cost")
    };
    assert_eq!(cost(), b"m=8192,t=1,p=1");
    open().expect("opened");
    assert_eq!(cost(), b"m=65536,t=3,p=4");
    open().expect("and it still opens");
}

#[test]
fn a_key_file_is_made_once_and_kept_to_its_owner() {
    let place = Place::new();
    let path = place.root().join("..").join("elsewhere").join("vault.key");
    let file = KeyFile::new(&path);
    let case = a_case();
    let store = Vault::open(place.root(), KeySource::Kept(&file)).expect("a new vault");
    store.save(&case).expect("saved");
    drop(store);
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(text.len(), 65, "64 digits and a line end");
    let store = Vault::open(place.root(), KeySource::Kept(&file)).expect("opened");
    assert_eq!(store.load(case.id).expect("loaded"), case);
    assert!(
        matches!(file.save(&MasterKey::random()), Err(StoreError::KeyStore(_))),
        "a key is never written over"
    );
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), text);

    std::fs::write(&path, &text[..30]).expect("cut short");
    assert!(matches!(file.load(), Err(StoreError::KeyStore(_))));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(&path, &text).expect("whole again");
        file.load().expect("a key");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("changed");
        assert!(
            matches!(file.load(), Err(StoreError::KeyStore(_))),
            "a file that others may read is refused"
        );
    }
}
