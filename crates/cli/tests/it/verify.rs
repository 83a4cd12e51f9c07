//! A bundle on somebody else's machine: no booth, no settings, no network.

use std::io::Read;
use std::path::Path;

use evidence::{Case, CaseId, Exhibit, Facts, Method, ObjectId, Role, UtcMillis};
use seal::{Contents, DeviceKey, Identity, Manifest, Objects, Recipient};
use uuid::Uuid;

use super::{proofbooth, values};

const PICTURE: &[u8] = b"a picture, for all that a bundle knows";

struct OnePicture;

impl Objects for OnePicture {
    fn open(&self, _: ObjectId) -> std::io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(PICTURE))
    }
}

fn bundle(key: &DeviceKey, recipients: &[Recipient]) -> Vec<u8> {
    let now = UtcMillis(1_790_000_000_000);
    let mut case = Case::open(CaseId(Uuid::from_u128(1)), "Booth 3", true, now);
    case.exhibits.insert(
        Role::Front,
        Exhibit {
            object: ObjectId(Uuid::from_u128(2)),
            sha256: seal::canonical::sha256(PICTURE),
            bytes: PICTURE.len() as u64,
            facts: Facts::Jpeg { width: 4, height: 3 },
            taken_at: now,
            since_opening_ms: None,
            method: Method::File,
            note: None,
            outline: None,
            shutter: None,
            take: None,
            quality: std::collections::BTreeMap::new(),
        },
    );
    let (manifest, record) = Manifest::of(&case, key.public(), None, now).expect("plain numbers");
    let sealed = seal::seal(manifest, key).expect("its own key");
    let contents = Contents {
        sealed: &sealed,
        record: &record,
        timestamp: None,
        objects: &OnePicture,
    };
    seal::write_bundle(&contents, Vec::new(), recipients).expect("written")
}

fn path(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path.to_str().expect("a plain path").to_owned()
}

#[test]
fn a_bundle_is_verified_with_the_public_key_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = DeviceKey::generate().expect("random numbers");
    let good = path(folder.path(), "case.pbx", &bundle(&key, &[]));
    let pem = path(folder.path(), "device.pem", key.public().to_pem().as_bytes());
    for public in [pem, key.public().to_string()] {
        let told = proofbooth(folder.path(), &["--json", "verify", &good, "--key", &public]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let report = &values(&told)[0];
        assert_eq!(
            (&report["intact"], &report["trusted"]),
            (&true.into(), &true.into())
        );
    }
    let told = proofbooth(folder.path(), &["verify", &good]);
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(
        told.status.success() && text.contains("not known: give --key"),
        "{text}"
    );
}

#[test]
fn what_fails_is_named_and_the_exit_code_is_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = DeviceKey::generate().expect("random numbers");
    let mut bytes = bundle(&key, &[]);
    let at = bytes
        .windows(PICTURE.len())
        .position(|window| window == PICTURE)
        .expect("in the clear");
    bytes[at] ^= 1;
    let altered = path(folder.path(), "case.pbx", &bytes);
    let told = proofbooth(folder.path(), &["verify", &altered]);
    assert_eq!(told.status.code(), Some(1));
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(
        text.contains("failed  front (objects/00000000-0000-0000-0000-000000000002) was changed"),
        "{text}"
    );
    assert!(text.contains("ok      manifest.sig"), "{text}");
    assert!(String::from_utf8_lossy(&told.stderr).contains("[bundle_altered]"));

    let stranger = DeviceKey::generate()
        .expect("random numbers")
        .public()
        .to_string();
    let good = path(folder.path(), "good.pbx", &bundle(&key, &[]));
    let told = proofbooth(folder.path(), &["verify", &good, "--key", &stranger]);
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stdout).contains("failed  device.pub is another device's key"));

    let missing = folder.path().join("none.pbx");
    let told = proofbooth(folder.path(), &["verify", missing.to_str().expect("plain")]);
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("[bundle_unreadable]"));
}

#[test]
fn an_encrypted_bundle_needs_an_identity() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = DeviceKey::generate().expect("random numbers");
    let identity = Identity::generate();
    let locked = path(folder.path(), "case.pbx", &bundle(&key, &[identity.recipient()]));
    let told = proofbooth(folder.path(), &["verify", &locked]);
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("[bundle_locked]"));

    let file = path(folder.path(), "identity.txt", identity.to_text().as_bytes());
    let told = proofbooth(folder.path(), &["verify", &locked, "--identity", &file]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}
