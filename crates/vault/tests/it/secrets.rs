//! Secrets the program keeps in the vault.

use rusqlite::Connection;
use vault::{Damage, StoreError};

use crate::place::{Place, holding};

#[test]
fn a_secret_is_kept_once_and_comes_back() {
    let place = Place::new();
    let (here, there) = (place.open(), place.open());
    assert_eq!(here.secret("device key").expect("read"), None);
    let kept = here.keep_secret("device key", b"Canary one").expect("kept");
    let again = there.keep_secret("device key", b"Canary two").expect("kept");
    assert_eq!((&kept[..], &again[..]), (&b"Canary one"[..], &b"Canary one"[..]));
    drop((here, there));
    let back = place.open().secret("device key").expect("read").expect("kept");
    assert_eq!(&back[..], b"Canary one");
    assert!(
        holding(&place.root(), b"Canary").is_empty(),
        "nowhere in the clear"
    );
}

#[test]
fn a_secret_that_was_changed_or_exchanged_is_found() {
    let place = Place::new();
    let vault = place.open();
    vault.keep_secret("one", b"first").expect("kept");
    vault.keep_secret("two", b"second").expect("kept");
    assert_eq!(vault.verify().expect("looked through"), []);
    let db = Connection::open(place.root().join("vault.db")).expect("a database");
    db.execute(
        "UPDATE secrets SET value = (SELECT value FROM secrets WHERE name = 'two') WHERE name = 'one'",
        [],
    )
    .expect("changed");
    let cause = StoreError::Damaged("secret one".to_owned());
    assert_eq!(vault.secret("one").expect_err("exchanged"), cause);
    assert_eq!(
        vault.keep_secret("one", b"new").expect_err("nor replaced"),
        cause,
        "a key that is damaged is not quietly made anew"
    );
    assert_eq!(
        vault.verify().expect("looked through"),
        [Damage { case: None, cause }]
    );
}
