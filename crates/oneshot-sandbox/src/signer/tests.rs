//! The signer against documents of every kind. That what it signs is valid is for others to say: `papers` verifies it
//! here, pyHanko in `cargo xtask`.

use jiff::{SignedDuration, Timestamp};
use lopdf::{Dictionary, Document, Object, SaveOptions, dictionary};

use super::authority::Credential;
use super::pades::SignError;
use super::{Authority, Stamp, Subject};

fn now() -> Timestamp {
    "2026-11-23T07:00:00Z".parse().unwrap()
}

fn credential(authority: &Authority) -> Credential {
    let subject = Subject {
        given_name: "Núria".to_owned(),
        surname: "Ejemplo Prueba".to_owned(),
        serial_number: "IDCES-12345678Z".to_owned(),
        country: "ES".to_owned(),
        email: Some("nuria@example.org".to_owned()),
    };
    authority.issue(&subject, now())
}

/// A document of two pages, with or without a form, as `save` writes it.
fn document(with_form: bool, save: impl FnOnce(Document) -> Vec<u8>) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let kids: Vec<Object> = (0..2)
        .map(|_| {
            let page = dictionary! { "Type" => "Page", "Parent" => pages,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] };
            document.add_object(page).into()
        })
        .collect();
    let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 2 };
    document.objects.insert(pages, tree.into());
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => pages };
    if with_form {
        let note = document.add_object(dictionary! { "FT" => "Tx", "T" => Object::string_literal("note") });
        let form = document.add_object(dictionary! { "Fields" => vec![note.into()] });
        catalog.set("AcroForm", form);
    }
    let root = document.add_object(catalog);
    document.trailer.set("Root", root);
    save(document)
}

fn classic(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn packed(mut document: Document) -> Vec<u8> {
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .build();
    let mut bytes = Vec::new();
    document.save_with_options(&mut bytes, options).unwrap();
    bytes
}

fn stamp(page: u32, rect: [f32; 4]) -> Stamp {
    Stamp {
        page,
        rect,
        text: vec![
            "Núria Ejemplo Prueba".to_owned(),
            "23/11/2026 07:00:00".to_owned(),
        ],
        image_png: None,
    }
}

/// Intact, trusted, and over the whole of a document that begins with the original.
fn check(authority: &Authority, original: &[u8], signed: &[u8], count: usize) {
    assert!(
        papers::extends(original, signed),
        "nothing that was there changed"
    );
    let anchors = papers::Anchors::from_pem(authority.ca_pem().as_bytes()).unwrap();
    let all = papers::signatures(signed, &anchors).unwrap();
    assert_eq!(all.len(), count, "{all:?}");
    for signature in &all {
        assert_eq!(signature.faults, []);
        assert!(
            signature.is_intact() && signature.pades && signature.timestamped,
            "{signature:?}"
        );
        assert_eq!(signature.trust, papers::Trust::Anchored);
        assert_eq!(signature.signer.serial_number.as_deref(), Some("IDCES-12345678Z"));
        assert_eq!(signature.signed_at, Some(now().as_millisecond()));
    }
    assert!(all[count - 1].covers_whole);
}

#[test]
fn documents_of_every_kind_are_signed_once_and_again() {
    let authority = Authority::new(now());
    let person = credential(&authority);
    for original in [
        document(false, classic),
        document(true, classic),
        document(false, packed),
        document(true, packed),
        authority.contract(&[("Request".to_owned(), "45836".to_owned())], now()),
    ] {
        let once = person.sign(&original, now(), &[]).unwrap();
        check(&authority, &original, &once, 1);
        let again = person
            .sign(&once, now(), &[stamp(0, [300.0, 100.0, 500.0, 150.0])])
            .unwrap();
        check(&authority, &once, &again, 2);
    }
}

#[test]
fn a_stamp_is_seen_where_it_was_asked_for() {
    let authority = Authority::new(now());
    let original = document(false, classic);
    let stamps = [
        stamp(1, [500.0, 150.0, 300.0, 100.0]),
        stamp(0, [10.0, 10.0, 200.0, 60.0]),
    ];
    let signed = credential(&authority).sign(&original, now(), &stamps).unwrap();
    check(&authority, &original, &signed, 1);
    let (before, after) = (
        papers::Paper::open(original).unwrap(),
        papers::Paper::open(signed).unwrap(),
    );
    for page in [0, 1] {
        let (before, after) = (
            before.render(page, 200).unwrap(),
            after.render(page, 200).unwrap(),
        );
        assert_ne!(before.png, after.png, "page {page} shows its stamp");
    }
}

#[test]
fn what_cannot_be_signed_soundly_is_refused() {
    let authority = Authority::new(now());
    let person = credential(&authority);
    let sound = document(false, classic);
    let refused = |pdf: &[u8], at, stamps: &[Stamp]| person.sign(pdf, at, stamps).expect_err("refused");
    assert_eq!(refused(b"<html>", now(), &[]), SignError::NotPdf);
    assert!(matches!(
        refused(b"%PDF-1.7\n", now(), &[]),
        SignError::Damaged(_)
    ));
    assert!(matches!(
        refused(&sound[..sound.len() / 2], now(), &[]),
        SignError::Damaged(_)
    ));
    assert_eq!(
        refused(&sound, now(), &[stamp(2, [0.0, 0.0, 9.0, 9.0])]),
        SignError::NoSuchPage(2)
    );
    for rect in [[0.0; 4], [1.0, 1.0, 1.0, 9.0], [f32::NAN, 0.0, 9.0, 9.0]] {
        assert_eq!(refused(&sound, now(), &[stamp(0, rect)]), SignError::BadRectangle);
    }
    let mut broken = stamp(0, [0.0, 0.0, 90.0, 90.0]);
    broken.image_png = Some(b"no picture".to_vec());
    assert!(matches!(
        refused(&sound, now(), &[broken]),
        SignError::BadImage(_)
    ));
    let late = now() + SignedDuration::from_hours(25);
    assert_eq!(
        refused(&sound, late, &[]),
        SignError::NotValidNow,
        "a certificate lasts a day"
    );
}

#[test]
fn a_certification_that_allows_no_change_is_respected() {
    let locked = document(false, |mut document| {
        let parameters = dictionary! { "Type" => "TransformParams", "P" => 1 };
        let reference = dictionary! { "TransformMethod" => "DocMDP", "TransformParams" => parameters };
        let signature = document.add_object(dictionary! { "Reference" => vec![reference.into()] });
        let permissions: Dictionary = dictionary! { "DocMDP" => signature };
        document.catalog_mut().unwrap().set("Perms", permissions);
        classic(document)
    });
    let authority = Authority::new(now());
    assert_eq!(
        credential(&authority).sign(&locked, now(), &[]),
        Err(SignError::Locked)
    );
}

#[test]
fn every_certificate_has_a_number_of_its_own() {
    let authority = Authority::new(now());
    let (one, other) = (credential(&authority), credential(&authority));
    assert_ne!(one.serial_number(), other.serial_number());
    assert_eq!(one.not_after() - now().as_second(), 24 * 60 * 60);
    assert!(one.not_before() <= now().as_second());
}
