//! Keys, as they are kept and given away.

use std::process::Command;

use seal::{DeviceKey, Identity, KeyError, PublicKey};

#[test]
fn a_key_comes_back_from_its_stored_form_and_shows_nothing_of_itself() {
    let key = DeviceKey::generate().expect("random numbers");
    let der = key.to_pkcs8();
    let again = DeviceKey::from_pkcs8(&der).expect("its own form");
    assert_eq!(again.public(), key.public());
    assert_ne!(
        DeviceKey::generate().expect("random numbers").public(),
        key.public()
    );
    assert_eq!(format!("{key:?}"), format!("DeviceKey({})", key.public()));
    assert_eq!(
        DeviceKey::from_pkcs8(&der[..47]).expect_err("cut"),
        KeyError::NotAKey
    );
}

#[test]
fn a_public_key_is_read_from_pem_and_from_digits() {
    let public = super::sample::device().public();
    assert_eq!(public.to_pem().parse(), Ok(public));
    assert_eq!(public.to_pem().replace('\n', "\r\n").parse(), Ok(public));
    assert_eq!(format!(" {public}\n").parse(), Ok(public));
    for wrong in [
        "",
        "ab",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ] {
        assert_eq!(wrong.parse::<PublicKey>(), Err(KeyError::NotAPublicKey));
    }
}

/// Nobody needs this program to check a seal.
#[test]
fn openssl_verifies_a_manifest_with_the_key_in_the_bundle() {
    let (case, _) = super::sample::a_case();
    let (sealed, _) = super::sample::sealed(&case);
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    write("manifest.json", sealed.manifest_bytes());
    write("manifest.sig", sealed.signature());
    write("device.pub", sealed.public_key().to_pem().as_bytes());
    let told = Command::new("openssl")
        .args(["pkeyutl", "-verify", "-pubin", "-inkey", "device.pub", "-rawin"])
        .args(["-in", "manifest.json", "-sigfile", "manifest.sig"])
        .current_dir(folder.path())
        .output()
        .expect("openssl is a part of the set-up");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

#[test]
fn identities_are_read_as_age_keygen_writes_them() {
    let identity = Identity::generate();
    let file = format!(
        "# created: today\n# public key: {}\n{}\n",
        identity.recipient(),
        *identity.to_text()
    );
    let read = Identity::all_in(&file).expect("one identity");
    assert_eq!(read[0].recipient(), identity.recipient());
    assert!(!format!("{read:?}").contains("SECRET"), "Debug hides it");
    assert!(Identity::all_in("# none\n").is_err());
    assert!(Identity::all_in("AGE-SECRET-KEY-1X").is_err());
}
