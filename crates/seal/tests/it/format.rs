//! The sealed form, held by a snapshot: a change here is a change of format.

use seal::{Manifest, ManifestError};

use super::sample::{a_case, sealed};

#[test]
fn the_manifest_is_as_it_was() {
    let (sealed, _) = sealed(&a_case().0);
    insta::assert_json_snapshot!(sealed.manifest());
}

#[test]
fn the_signed_bytes_and_the_signature_are_as_they_were() {
    let (sealed, record) = sealed(&a_case().0);
    let manifest = std::str::from_utf8(sealed.manifest_bytes()).expect("JSON is text");
    let signature: String = sealed
        .signature()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let record = String::from_utf8(record).expect("JSON is text");
    insta::assert_snapshot!(format!(
        "{manifest}\n{signature}\n{}{record}\n",
        sealed.public_key().to_pem()
    ));
}

#[test]
fn no_debug_prints_a_field() {
    let (sealed, _) = sealed(&a_case().0);
    let shown = format!("{:?}", sealed.manifest().fields);
    assert!(!shown.contains("Alma") && !shown.contains("99999999R"), "{shown}");
}

#[test]
fn only_the_canonical_form_of_a_known_format_is_read() {
    let (sealed, _) = sealed(&a_case().0);
    let text = String::from_utf8(sealed.manifest_bytes().to_vec()).expect("JSON is text");
    let read = |text: &str| Manifest::from_canonical(text.as_bytes()).map(drop);
    assert_eq!(read(&text), Ok(()));
    let object = sealed.manifest().objects[0].object;
    let twice = text.replace(
        &sealed.manifest().objects[1].object.to_string(),
        &object.to_string(),
    );
    for (changed, error) in [
        (text.replacen(',', ", ", 1), ManifestError::NotCanonical),
        (
            text.replacen("\"booth\"", "\"anew\":1,\"booth\"", 1),
            ManifestError::NotCanonical,
        ),
        (
            text.replacen("{\"booth\"", "{\"booth\":\"A\",\"booth\"", 1),
            ManifestError::Unreadable,
        ),
        (
            text.replacen("\"format\":4", "\"format\":5", 1),
            ManifestError::Newer(5),
        ),
        (
            text.replacen("\"bytes\":5000", "\"bytes\":8589934592", 1),
            ManifestError::Impossible,
        ),
        (twice, ManifestError::Twice(object)),
        (String::new(), ManifestError::Unreadable),
    ] {
        assert_ne!(changed, text, "the text was changed");
        assert_eq!(read(&changed), Err(error));
    }
}

#[test]
fn what_was_sealed_in_an_earlier_format_is_read() {
    let (mut case, _) = a_case();
    for exhibit in case.exhibits.values_mut() {
        exhibit.take = None;
    }
    case.register = None;
    if let Some(faces) = &mut case.faces {
        faces.passive = None;
    }
    case.script = None;
    is_read_as(3, &case);
    (case.faces, case.challenge) = (None, None);
    if let Some(consent) = &mut case.consent {
        consent.biometrics = None;
    }
    for exhibit in case.exhibits.values_mut() {
        exhibit.quality.clear();
    }
    is_read_as(2, &case);
    case.reading = None;
    case.changes.clear();
    for exhibit in case.exhibits.values_mut() {
        exhibit.outline = None;
        exhibit.shutter = None;
    }
    is_read_as(1, &case);
}

/// A manifest of `case`, written in an earlier format, is read and comes back as it was.
fn is_read_as(format: u32, case: &evidence::Case) {
    let (sealed, _) = sealed(case);
    let text = String::from_utf8(sealed.manifest_bytes().to_vec()).expect("JSON is text");
    let earlier = text.replacen("\"format\":4", &format!("\"format\":{format}"), 1);
    let read = Manifest::from_canonical(earlier.as_bytes()).expect("an earlier format");
    assert_eq!(read.format, format);
    assert_eq!(read.to_canonical().expect("as it was"), earlier.into_bytes());
}

#[test]
fn no_template_is_in_what_is_sealed() {
    let (sealed, record) = sealed(&a_case().0);
    let manifest = String::from_utf8(sealed.manifest_bytes().to_vec()).expect("JSON is text");
    let record = String::from_utf8(record).expect("JSON is text");
    for text in [manifest, record] {
        assert!(text.contains("model_sha256") && !text.contains("template") && !text.contains("embedding"));
    }
}

#[test]
fn a_number_that_json_cannot_hold_exactly_is_not_sealed() {
    let (mut case, _) = a_case();
    let key = super::sample::device();
    let made = |case: &evidence::Case| {
        let made = Manifest::of(case, key.public(), None, super::sample::AT);
        made.map(drop)
    };
    assert_eq!(made(&case), Ok(()));
    case.opened_at = evidence::UtcMillis(i64::MAX);
    assert_eq!(made(&case), Err(ManifestError::NotCanonical));
}
