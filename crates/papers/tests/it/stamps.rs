//! Time stamps by somebody who shares nothing with this code: openssl's own authority.

use std::path::Path;
use std::process::Command;

use papers::{Anchors, TimeStampError, Trust, time_stamp, time_stamp_request, time_stamp_token};
use tempfile::TempDir;

const STAMPED: &[u8] = b"what existed then";
const CONFIG: &str = "
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = Stamps of the test
[stamping]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = own
[own]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
";

fn openssl(folder: &Path, arguments: &str) {
    let told = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl is a part of the set-up");
    assert!(
        told.status.success(),
        "{arguments}: {}",
        String::from_utf8_lossy(&told.stderr)
    );
}

/// An authority in a folder of its own.
fn authority() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tsa.cnf"), CONFIG).unwrap();
    std::fs::write(folder.path().join("serial"), "01\n").unwrap();
    openssl(
        folder.path(),
        "req -x509 -newkey rsa:2048 -nodes -days 2 -config tsa.cnf -keyout tsa.key -out tsa.pem",
    );
    folder
}

/// What the authority answers when it is asked to stamp [`STAMPED`].
fn answered(folder: &Path) -> Vec<u8> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STAMPED);
    let query = time_stamp_request(digest.as_ref().try_into().unwrap());
    std::fs::write(folder.join("query.tsq"), query).unwrap();
    openssl(
        folder,
        "ts -reply -config tsa.cnf -section own -queryfile query.tsq -out reply.tsr",
    );
    std::fs::read(folder.join("reply.tsr")).unwrap()
}

#[test]
fn what_openssl_stamps_holds_and_is_of_that_authority() {
    let folder = authority();
    let reply = answered(folder.path());
    let token = time_stamp_token(&reply).unwrap();
    let anchors = Anchors::from_pem(&std::fs::read(folder.path().join("tsa.pem")).unwrap()).unwrap();
    let stamp = time_stamp(&token, STAMPED, &anchors).unwrap();
    assert_eq!(stamp.authority.as_deref(), Some("Stamps of the test"));
    assert_eq!(stamp.trust, Trust::Anchored);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert!(
        (now.as_secs().cast_signed() - stamp.at / 1000).abs() < 600,
        "just now"
    );

    let other = authority();
    let others = Anchors::from_pem(&std::fs::read(other.path().join("tsa.pem")).unwrap()).unwrap();
    assert_eq!(
        time_stamp(&token, STAMPED, &others).unwrap().trust,
        Trust::NotAnchored
    );
    assert_eq!(
        time_stamp(&token, STAMPED, &Anchors::none()).unwrap().trust,
        Trust::NoAnchors
    );
    assert_eq!(
        time_stamp(&token, b"something else", &anchors),
        Err(TimeStampError::NotSound)
    );
}

#[test]
fn openssl_verifies_what_was_asked_for_here() {
    let folder = authority();
    answered(folder.path());
    std::fs::write(folder.path().join("stamped"), STAMPED).unwrap();
    openssl(
        folder.path(),
        "ts -verify -data stamped -in reply.tsr -CAfile tsa.pem",
    );
}

#[test]
fn a_stamp_with_a_changed_byte_never_holds_for_another_time_or_authority() {
    let folder = authority();
    let good = time_stamp_token(&answered(folder.path())).unwrap();
    let anchors = Anchors::from_pem(&std::fs::read(folder.path().join("tsa.pem")).unwrap()).unwrap();
    let truth = time_stamp(&good, STAMPED, &anchors).unwrap();
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let said = time_stamp(&changed, STAMPED, &anchors);
        assert!(
            said.as_ref().is_err() || said == Ok(truth.clone()),
            "byte {at}: {said:?}"
        );
    }
}

#[test]
fn a_refusal_is_told_and_noise_is_no_answer() {
    assert_eq!(
        time_stamp_token(b"\x30\x05\x30\x03\x02\x01\x02"),
        Err(TimeStampError::Refused(2))
    );
    for noise in [
        &b""[..],
        b"\x30\x00",
        b"\x30\x05\x30\x03\x02\x01\x00",
        b"\x30\x05\x30\x03\x02\x01\x02\x00",
    ] {
        assert_eq!(time_stamp_token(noise), Err(TimeStampError::Malformed));
    }
    assert_eq!(
        time_stamp(b"", b"", &Anchors::none()),
        Err(TimeStampError::Malformed)
    );
}
