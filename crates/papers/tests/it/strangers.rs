//! Signatures made by pyHanko.

use papers::{Anchors, SignatureFault, Trust, extends, signatures};

use crate::{file, only, root};

/// 2026-06-01 12:00 UTC.
const STAMPED: i64 = 1_780_315_200_000;

#[test]
fn every_algorithm_is_verified_up_to_the_root() {
    for (name, pades) in [
        ("rsa-pades.pdf", true),
        ("rsa-pkcs7.pdf", false),
        ("pss-sha512.pdf", true),
        ("p256-timestamped.pdf", true),
        ("p384.pdf", true),
        ("p521.pdf", true),
    ] {
        let signature = only(&file(name), &root());
        assert_eq!(signature.faults, [], "{name}");
        assert!(
            signature.digest_matches && signature.signature_matches,
            "{name}: {signature:?}"
        );
        assert!(signature.is_intact() && signature.covers_whole, "{name}");
        assert_eq!(signature.trust, Trust::Anchored, "{name}");
        assert_eq!(signature.pades, pades, "{name}");
        let signed = &signature.signer;
        assert_eq!(signed.given_name.as_deref(), Some("Núria"), "{name}");
        assert_eq!(signed.surname.as_deref(), Some("Ejemplo Prueba"));
        assert_eq!(signed.common_name.as_deref(), Some("Núria Ejemplo Prueba"));
        assert_eq!(signed.serial_number.as_deref(), Some("IDCES-12345678Z"));
        assert_eq!(signed.country.as_deref(), Some("ES"));
        assert_eq!(signed.email.as_deref(), Some("nuria@example.org"));
        assert_eq!(signed.organisation, None);
        assert_eq!(signature.issuer, "Invented Issuing CA, Invented Trust, ES");
        assert_eq!(signature.not_before, 1_767_225_600_000);
        assert_eq!(signature.not_after, 2_082_758_400_000);
        assert_eq!(signature.field, "Signature1");
    }
}

#[test]
fn a_time_stamp_says_when() {
    let stamped = only(&file("p256-timestamped.pdf"), &root());
    assert_eq!((stamped.timestamped, stamped.signed_at), (true, Some(STAMPED)));
    let plain = only(&file("rsa-pades.pdf"), &root());
    assert!(!plain.timestamped);
    assert!(
        plain.signed_at > Some(STAMPED),
        "the signer's own word, in November"
    );
}

#[test]
fn signatures_come_in_the_order_they_were_made() {
    let all = signatures(&file("two.pdf"), &root()).unwrap();
    let fields: Vec<&str> = all.iter().map(|signature| signature.field.as_str()).collect();
    assert_eq!(fields, ["First", "Second"]);
    assert!(all.iter().all(|signature| signature.is_intact()), "{all:?}");
    assert!(!all[0].covers_whole, "the second follows it");
    assert!(all[1].covers_whole);
}

#[test]
fn a_document_time_stamp_is_one_of_them() {
    let all = signatures(&file("document-timestamp.pdf"), &root()).unwrap();
    let [signature, stamp] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(signature.is_intact() && !signature.covers_whole);
    assert_eq!(stamp.sub_filter, "ETSI.RFC3161");
    assert!(
        stamp.is_intact() && stamp.covers_whole && stamp.timestamped,
        "{stamp:?}"
    );
    assert_eq!(stamp.signed_at, Some(STAMPED));
    assert_eq!(stamp.trust, Trust::Anchored);
}

#[test]
fn a_document_without_signatures_has_none() {
    for name in ["unsigned.pdf", "objects.pdf"] {
        assert_eq!(signatures(&file(name), &root()), Ok(vec![]), "{name}");
    }
}

#[test]
fn without_anchors_nobody_is_trusted_or_mistrusted() {
    let signature = only(&file("p256-timestamped.pdf"), &Anchors::none());
    assert!(signature.is_intact());
    assert_eq!(signature.trust, Trust::NoAnchors);
    assert_eq!(signature.faults, []);
}

#[test]
fn a_key_for_something_else_is_told() {
    let signature = only(&file("wrong-usage.pdf"), &root());
    assert!(signature.is_intact());
    assert_eq!(signature.faults, [SignatureFault::WrongKeyUsage]);
}

#[test]
fn a_self_made_certificate_is_not_trusted() {
    let signature = only(&file("self-made.pdf"), &root());
    assert!(signature.is_intact(), "it is a signature, whoever made it");
    assert_eq!(signature.trust, Trust::NotAnchored);
    let real = only(&file("rsa-pades.pdf"), &root());
    assert_eq!(signature.signer, real.signer, "the name alone tells nothing");
}

#[test]
fn what_was_signed_begins_with_what_was_shown() {
    let (shown, signed) = (file("unsigned.pdf"), file("rsa-pades.pdf"));
    assert!(extends(&shown, &signed));
    assert!(!extends(&signed, &shown));
    assert!(!extends(&shown, &shown), "nothing was signed");
    assert!(!extends(&shown, &file("p384.pdf")), "another document was signed");
}

#[test]
fn anchors_that_are_none_are_told() {
    assert!(Anchors::from_pem(b"").is_err());
    assert!(Anchors::from_pem(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
}

#[test]
fn nobody_is_named_in_a_debug_print() {
    let signature = only(&file("rsa-pades.pdf"), &root());
    let print = format!("{signature:?}");
    for personal in ["Núria", "Ejemplo", "12345678", "example.org"] {
        assert!(!print.contains(personal), "{print}");
    }
}
