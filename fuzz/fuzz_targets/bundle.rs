//! A bundle from a stranger, and a good one of which a stranger changed some bytes.
#![no_main]

use std::io::Read;
use std::sync::LazyLock;

use evidence::{Case, CaseId, ObjectId, UtcMillis};
use libfuzzer_sys::fuzz_target;
use seal::{Contents, DeviceKey, Identity, Manifest, Objects, open_bundle, verify_bundle};

struct Nothing;

impl Objects for Nothing {
    fn open(&self, _: ObjectId) -> std::io::Result<Box<dyn Read + '_>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// Somebody's identity, a good bundle of a case without objects, and the same encrypted.
static GOOD: LazyLock<(Identity, Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let key = DeviceKey::generate().expect("random numbers");
    let at = UtcMillis(1_790_000_000_000);
    let case = Case::open(CaseId(uuid::Uuid::from_u128(1)), "Booth 3", true, at);
    let (manifest, record) = Manifest::of(&case, key.public(), None, at).expect("plain numbers");
    let sealed = seal::seal(manifest, &key).expect("its own key");
    let contents = Contents { sealed: &sealed, record: &record, timestamp: None, objects: &Nothing };
    let identity = Identity::generate();
    let write = |to: &[_]| seal::write_bundle(&contents, Vec::new(), to).expect("written");
    let (plain, encrypted) = (write(&[]), write(&[identity.recipient()]));
    (identity, plain, encrypted)
});

fn is_intact(bytes: &[u8]) -> bool {
    let identities = std::slice::from_ref(&GOOD.0);
    open_bundle(bytes, identities).is_ok_and(|plain| verify_bundle(plain, &[]).is_intact())
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let good = if kind & 2 == 0 { &GOOD.1 } else { &GOOD.2 };
    if kind & 1 == 0 {
        // As it is, and behind the beginning of a good one.
        assert!(!is_intact(rest), "nobody can sign by chance");
        let at = usize::from(kind >> 2) * 512;
        let mixed = [&good[..at.min(good.len())], rest].concat();
        assert!(mixed == *good || !is_intact(&mixed), "something else than what was sealed");
        return;
    }
    let mut changed = good.clone();
    for edit in rest.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % changed.len();
        changed[at] = edit[2];
    }
    assert_eq!(is_intact(&changed), changed == *good, "a change is found, and nothing else");
});
