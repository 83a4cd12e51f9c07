//! A bundle from one machine to another.

use std::io::Write as _;
use std::process::Command;

use seal::{BundleError, Contents, DeviceKey, Fault, Identity, import_bundle, open_bundle, verify_bundle};

use super::sample::{Shelf, a_case, bundle, device, sealed};

#[test]
fn a_case_arrives_as_it_left() {
    let (case, objects) = a_case();
    let identity = Identity::generate();
    let others = Identity::generate();
    let bytes = bundle(&[others.recipient(), identity.recipient()]);
    assert!(
        !bytes.windows(4).any(|bytes| bytes == b"Alma"),
        "nothing is readable in it"
    );
    let plain = open_bundle(bytes.as_slice(), &[identity]).expect("it is for us");
    let mut shelf = Shelf::default();
    let imported = import_bundle(plain, &[device().public()], &mut shelf).expect("it verifies");
    assert_eq!(imported.case, case);
    assert_eq!(imported.sealed, sealed(&case).0, "the proof comes along");
    assert!(imported.report.trusted);
    assert!(
        !shelf.rolled_back && shelf.kept == objects,
        "every object, byte for byte"
    );
}

#[test]
fn a_bundle_verifies_with_nothing_but_the_public_key() {
    let bytes = bundle(&[]);
    let report = verify_bundle(bytes.as_slice(), &[device().public()]);
    assert!(report.is_intact() && report.trusted, "{report:?}");
    let names: Vec<_> = report.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(
        names[..5],
        [
            "manifest.json",
            "manifest.sig",
            "device.pub",
            "events",
            "case.json"
        ]
    );
    assert_eq!(report.parts[5].label.as_deref(), Some("front"));
    assert_eq!(report.parts.last().map(|part| part.name.as_str()), Some("end"));
}

#[test]
fn the_key_in_the_bundle_proves_no_origin() {
    let bytes = bundle(&[]);
    let report = verify_bundle(bytes.as_slice(), &[]);
    assert!(
        report.is_intact() && !report.trusted,
        "whole, but from nobody known"
    );
    let stranger = DeviceKey::generate().expect("random numbers").public();
    let report = verify_bundle(bytes.as_slice(), &[stranger]);
    let failures: Vec<_> = report
        .failures()
        .map(|(part, fault)| (part.name.as_str(), fault))
        .collect();
    assert_eq!(
        failures,
        [
            ("manifest.sig", Fault::Signature),
            ("device.pub", Fault::OtherKey)
        ]
    );
}

#[test]
fn an_encrypted_bundle_opens_for_its_recipients_only() {
    let bytes = bundle(&[Identity::generate().recipient()]);
    let told = |identities: &[Identity]| {
        open_bundle(bytes.as_slice(), identities)
            .err()
            .expect("not for us")
    };
    assert!(matches!(told(&[]), BundleError::Encrypted));
    assert!(matches!(told(&[Identity::generate()]), BundleError::NotForUs));
}

#[test]
fn an_endless_header_of_an_encrypted_bundle_is_not_read() {
    let mut bytes = b"age-encryption.org/v1\n".to_vec();
    bytes.extend(std::iter::repeat_n(*b"-> a\nAA\n", 100_000).flatten());
    let told = open_bundle(bytes.as_slice(), &[Identity::generate()]).err();
    assert!(matches!(told, Some(BundleError::DamagedEncryption)));
}

#[test]
fn an_object_that_is_not_what_the_case_says_is_not_sealed() {
    let (case, objects) = a_case();
    let (sealed, record) = sealed(&case);
    let first = sealed.manifest().objects[0].object;
    let write = |objects: &super::sample::Memory, record: &[u8]| {
        let contents = Contents {
            sealed: &sealed,
            record,
            timestamp: None,
            objects,
        };
        seal::write_bundle(&contents, Vec::new(), &[]).expect_err("refused")
    };
    for change in [
        |bytes: &mut Vec<u8>| bytes[7] ^= 1,
        |bytes: &mut Vec<u8>| bytes.truncate(9),
        |bytes: &mut Vec<u8>| bytes.push(0),
    ] {
        let mut changed = objects.clone();
        change(changed.0.get_mut(&first).expect("the front"));
        assert!(matches!(write(&changed, &record), BundleError::Changed(object) if object == first));
    }
    let mut missing = objects.clone();
    missing.0.remove(&first);
    assert!(matches!(write(&missing, &record), BundleError::Object(object, _) if object == first));
    assert!(matches!(
        write(&objects, b"{}"),
        BundleError::NotSealed("case.json")
    ));
}

#[test]
fn nothing_stays_of_a_bundle_that_fails() {
    let mut bytes = bundle(&[]);
    let last = bytes.len() - 1_200;
    bytes[last] ^= 1;
    let mut shelf = Shelf::default();
    let told = import_bundle(bytes.as_slice(), &[], &mut shelf).expect_err("changed");
    assert!(matches!(told, BundleError::NotVerified(_)));
    assert!(shelf.rolled_back && shelf.kept.0.is_empty());

    let mut full = Shelf {
        refuses: true,
        ..Shelf::default()
    };
    let told = import_bundle(bundle(&[]).as_slice(), &[], &mut full).expect_err("no room");
    assert!(matches!(told, BundleError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull));
    assert!(full.rolled_back);
}

#[test]
fn nothing_of_an_unknown_device_reaches_the_store() {
    let stranger = DeviceKey::generate().expect("random numbers").public();
    let mut shelf = Shelf::default();
    let told = import_bundle(bundle(&[]).as_slice(), &[stranger], &mut shelf);
    assert!(told.is_err() && !shelf.began, "not even for a moment");
}

/// Nobody needs this program to look into a bundle.
#[test]
fn any_tar_program_opens_a_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = tempfile::NamedTempFile::new_in(folder.path()).expect("a file");
    file.write_all(&bundle(&[])).expect("written");
    let told = Command::new("tar")
        .arg("-xf")
        .arg(file.path())
        .current_dir(folder.path())
        .output()
        .expect("tar");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let (case, objects) = a_case();
    for (object, bytes) in objects.0 {
        let path = folder.path().join("objects").join(object.to_string());
        assert_eq!(std::fs::read(path).expect("extracted"), bytes);
    }
    let record = std::fs::read(folder.path().join("case.json")).expect("extracted");
    assert_eq!(
        serde_json::from_slice::<evidence::Case>(&record).expect("a case"),
        case
    );
}

#[test]
fn a_manifest_that_gives_another_moment_than_the_record_does_not_hold() {
    let (case, objects) = a_case();
    let key = device();
    let made = seal::Manifest::of(&case, key.public(), None, super::sample::AT);
    let (mut manifest, record) = made.expect("plain numbers");
    manifest.objects[0].since_opening_ms = Some(1);
    let sealed = seal::seal(manifest, &key).expect("its own key");
    let contents = Contents {
        sealed: &sealed,
        record: &record,
        timestamp: None,
        objects: &objects,
    };
    let bytes = seal::write_bundle(&contents, Vec::new(), &[]).expect("written");
    let report = verify_bundle(bytes.as_slice(), &[key.public()]);
    let failures: Vec<_> = report
        .failures()
        .map(|(part, fault)| (part.name.as_str(), fault))
        .collect();
    assert_eq!(failures, [("case.json", seal::Fault::Disagrees)]);
}

#[test]
fn a_time_stamp_travels_with_what_it_stamps() {
    let (case, objects) = a_case();
    let key = device();
    let made = seal::Manifest::of(&case, key.public(), None, super::sample::AT);
    let (manifest, record) = made.expect("plain numbers");
    let stamped = manifest.stamped().expect("canonical");
    let sealed = seal::seal(manifest.with_timestamp(b"token"), &key).expect("its own key");
    let write = |timestamp| {
        let contents = Contents {
            sealed: &sealed,
            record: &record,
            timestamp,
            objects: &objects,
        };
        seal::write_bundle(&contents, Vec::new(), &[])
    };
    let bytes = write(Some(b"token".as_slice())).expect("written");
    let report = verify_bundle(bytes.as_slice(), &[key.public()]);
    assert!(report.is_intact(), "{report:?}");
    let timestamp = report.timestamp.expect("it is there");
    assert_eq!(
        (timestamp.token.as_slice(), timestamp.stamped),
        (b"token".as_slice(), stamped)
    );
    for wrong in [None, Some(b"other".as_slice())] {
        assert!(matches!(
            write(wrong),
            Err(BundleError::NotSealed("timestamp.tsr"))
        ));
    }
}
