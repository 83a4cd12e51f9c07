//! What came after a signature: what proves it in years to come, and what only looks like it.

use std::fmt::Write as _;

use papers::{Later, Signature, Trust, signatures};

use crate::file;

fn root() -> papers::Anchors {
    papers::Anchors::from_pem(&file("later-root.pem")).unwrap()
}

/// The signature of a person, not the time stamps over the document.
fn signed(pdf: &[u8]) -> Signature {
    let all = signatures(pdf, &root()).unwrap();
    let mut persons = all
        .into_iter()
        .filter(|signature| signature.sub_filter != "ETSI.RFC3161");
    persons.next().expect("somebody signed")
}

/// An incremental update of these objects, with a classic table, that leads to what stands there.
fn update(pdf: &[u8], objects: &[(u32, String)]) -> Vec<u8> {
    update_with(pdf, objects, "", "")
}

fn update_with(pdf: &[u8], objects: &[(u32, String)], before_end: &str, in_trailer: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let after = |key: &str| text.rsplit(key).next().unwrap().trim_start().to_owned();
    let word = |text: String, count: usize| -> String {
        text.split_ascii_whitespace()
            .take(count)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (previous, root, info) = (
        word(after("startxref"), 1),
        word(after("/Root"), 3),
        word(after("/Info"), 3),
    );
    let mut more = String::from("\n");
    let mut table = String::new();
    for (number, body) in objects {
        write!(table, "{number} 1\n{:010} 00000 n \n", pdf.len() + more.len()).unwrap();
        write!(more, "{number} 0 obj\n{body}\nendobj\n").unwrap();
    }
    more.push_str(before_end);
    let at = pdf.len() + more.len();
    write!(
        more,
        "xref\n{table}trailer\n<< /Size 200 /Root {root} /Info {info} /Prev {previous} {in_trailer} >>\nstartxref\n{at}\n%%EOF\n"
    )
    .unwrap();
    [pdf, more.as_bytes()].concat()
}

/// The last text of an object, as pyHanko wrote it.
fn body(pdf: &[u8], number: u32) -> String {
    let text: String = pdf.iter().copied().map(char::from).collect();
    let begin = format!("\n{number} 0 obj");
    let text = text.rsplit(begin.as_str()).next().unwrap();
    text[..text.find("endobj").unwrap()].trim().to_owned()
}

/// `dss.pdf`'s catalog, its document information, the page that carries the signature, its drawing, and the form.
const CATALOG: u32 = 5;
const INFO: u32 = 6;
const PAGE: u32 = 3;
const DRAWING: u32 = 8;
const FORM: u32 = 11;
const PAGES: u32 = 7;
const DSS: u32 = 21;

fn with(body: &str, entry: &str) -> String {
    let inner = body.strip_suffix(">>").unwrap();
    format!("{inner} {entry} >>")
}

#[test]
fn what_proves_a_signature_later_is_told_from_other_changes() {
    for name in [
        "dss.pdf",
        "dss-objects.pdf",
        "dss-objects-timestamp.pdf",
        "dss-timestamp-dss.pdf",
    ] {
        let signature = signed(&file(name));
        assert!(
            signature.is_intact() && signature.trust == Trust::Anchored,
            "{name}"
        );
        assert!(!signature.covers_whole, "{name}: something follows");
        assert_eq!(signature.later, Later::ValidationData, "{name}");
        assert!(signature.whole_document(), "{name}");
    }
    let stamps = signatures(&file("dss-timestamp-dss.pdf"), &root()).unwrap();
    assert_eq!(
        stamps[1].later,
        Later::ValidationData,
        "more proof, after the time stamp"
    );
    let stamped = signatures(&file("document-timestamp.pdf"), &root()).unwrap();
    assert_eq!(
        (stamped[0].later, stamped[1].later),
        (Later::ValidationData, Later::Nothing)
    );
}

#[test]
fn nothing_and_another_signature_are_told_too() {
    let signature = signed(&file("rsa-pades.pdf"));
    assert_eq!(signature.later, Later::Nothing);
    assert!(signature.whole_document());
    let two = signatures(&file("two.pdf"), &root()).unwrap();
    assert_eq!(
        (two[0].later, two[1].later),
        (Later::Other, Later::Nothing),
        "a second signature is no proof of the first"
    );
}

#[test]
fn an_update_that_changes_nothing_is_harmless() {
    let pdf = file("dss.pdf");
    for number in [CATALOG, PAGE, FORM, PAGES] {
        let again = update(&pdf, &[(number, body(&pdf, number))]);
        assert_eq!(signed(&again).later, Later::ValidationData, "object {number}");
    }
    let extended = with(&body(&pdf, DSS), "/OCSPs [ 120 0 R ]");
    let more = update(
        &pdf,
        &[
            (DSS, extended),
            (120, "<< /Length 2 >>\nstream\nab\nendstream".to_owned()),
        ],
    );
    assert_eq!(
        signed(&more).later,
        Later::ValidationData,
        "proof that came later still"
    );
}

#[test]
fn whatever_else_changes_is_told_with_proof_beside_it() {
    let pdf = file("dss.pdf");
    let now = |number| body(&pdf, number);
    let drawing = "<< /Length 21 >>\nstream\n0 0 900 900 re f 0 0 \nendstream".to_owned();
    let note =
        "<< /Type /Annot /Subtype /Square /Rect [ 0 0 500 500 ] /C [ 1 0 0 ] /IC [ 1 0 0 ] >>".to_owned();
    let widget =
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Time) /Rect [ 0 0 500 500 ] /V 102 0 R >>".to_owned();
    let value =
        "<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 /Contents <00> /ByteRange [ 0 1 2 3 ] >>".to_owned();
    let annotated = now(PAGE).replace("/Annots [ 12 0 R", "/Annots [ 12 0 R 101 0 R");
    assert_ne!(annotated, now(PAGE));
    let field = now(FORM).replace("/Fields [ 12 0 R", "/Fields [ 12 0 R 101 0 R");
    assert_ne!(field, now(FORM));
    let catalog = |entry: &str| vec![(CATALOG, with(&now(CATALOG), entry))];
    let moved = now(CATALOG).replace("/Pages 7 0 R", "/Pages 101 0 R");
    for (what, objects) in [
        ("another drawing", vec![(DRAWING, drawing.clone())]),
        (
            "another drawing by another number",
            vec![
                (PAGE, now(PAGE).replace("/Contents 8 0 R", "/Contents 101 0 R")),
                (101, drawing),
            ],
        ),
        (
            "an annotation",
            vec![(PAGE, annotated.clone()), (101, note.clone())],
        ),
        (
            "a time stamp that is seen",
            vec![
                (PAGE, annotated),
                (FORM, field.clone()),
                (101, widget.clone()),
                (102, value.clone()),
            ],
        ),
        (
            "a time stamp under the signature's name",
            vec![
                (FORM, field.clone()),
                (
                    101,
                    widget.replace("(Time)", "(Signature1)").replace("500 500", "0 0"),
                ),
                (102, value.clone()),
            ],
        ),
        (
            "a field that is none",
            vec![(FORM, field), (101, widget.replace("/Sig", "/Tx")), (102, value)],
        ),
        (
            "the field of the signature",
            vec![(12, now(12).replace("[ 0 0 0 0 ]", "[ 0 0 9 9 ]"))],
        ),
        ("other pages", vec![(CATALOG, moved), (101, now(PAGES))]),
        (
            "fewer pages",
            vec![(PAGES, "<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>".to_owned())],
        ),
        (
            "an action on opening",
            catalog("/OpenAction << /S /JavaScript /JS (1) >>"),
        ),
        ("actions", catalog("/AA << >>")),
        ("another language", catalog("/Lang (xx)")),
        ("layers", catalog("/OCProperties << /OCGs [ ] /D << >> >>")),
        (
            "a key twice",
            catalog("/Pages 101 0 R")
                .into_iter()
                .chain([(101, now(PAGES))])
                .collect(),
        ),
        ("a key twice, in disguise", catalog("/P#61ges 7 0 R")),
        (
            "an earlier version",
            vec![(CATALOG, now(CATALOG).replace("/Version /1.7", "/Version /1.0"))],
        ),
        (
            "proof taken away from the catalog, and a signature with it",
            vec![(CATALOG, now(CATALOG).replace("/AcroForm 11 0 R", ""))],
        ),
        (
            "another title",
            vec![(INFO, now(INFO).replace("untitled", "unbound"))],
        ),
        ("what nobody asks for", vec![(101, note)]),
        (
            "something strange in the proof",
            vec![(DSS, with(&now(DSS), "/JS (1)"))],
        ),
    ] {
        let changed = update(&pdf, &objects);
        match signatures(&changed, &root()) {
            Ok(all) => assert!(
                all.iter().all(|signature| !signature.whole_document()),
                "{what}: {all:?}"
            ),
            Err(error) => panic!("{what}: {error}"),
        }
    }
}

#[test]
fn an_update_that_readers_may_understand_differently_is_told() {
    let pdf = file("dss.pdf");
    let objects = [(DSS, body(&pdf, DSS))];
    let later = |pdf: &[u8]| signed(pdf).later;
    let sound = update(&pdf, &objects);
    assert_eq!(later(&sound), Later::ValidationData);
    assert_eq!(
        later(&update_with(&pdf, &objects, "% a note\n", "")),
        Later::ValidationData
    );
    for (what, before_end, in_trailer) in [
        ("a hidden object", "8 0 obj\n<< >>\nendobj\n", ""),
        ("an object in a comment", "% 8 0 obj << >> endobj\n", ""),
        ("rubbish", "rubbish\n", ""),
        ("a second table beside it", "", "/XRefStm 100"),
        ("another root", "", "/Root 7 0 R"),
    ] {
        let changed = update_with(&pdf, &objects, before_end, in_trailer);
        assert_eq!(later(&changed), Later::Other, "{what}");
    }
    let appended = [&sound[..], b"% and more"].concat();
    assert_eq!(later(&appended), Later::Other, "no revision at all");
    let mut skipped = sound;
    let place = skipped
        .windows(11)
        .rposition(|window| window == b"/Prev 17335")
        .expect("it names the update before it");
    skipped[place..place + 11].copy_from_slice(b"/Prev 12344");
    assert_eq!(later(&skipped), Later::Other, "the proof is passed over");
}

#[test]
fn a_number_that_a_signed_page_waits_for_cannot_be_given_a_meaning() {
    // The page was signed without a drawing: object 99, which was not there.
    let pdf = file("dss-prepared.pdf");
    assert_eq!(signed(&pdf).later, Later::ValidationData);
    let drawing = "<< /Length 21 >>\nstream\n0 0 900 900 re f 0 0 \nendstream".to_owned();
    let dss = pdf
        .windows(5)
        .rposition(|window| window == b"/DSS ")
        .map(|at| String::from_utf8_lossy(&pdf[at + 5..at + 9]).into_owned())
        .and_then(|text| text.split_ascii_whitespace().next()?.parse().ok())
        .expect("it has proof");
    let proof = with(&body(&pdf, dss), "/OCSPs [ 99 0 R ]");
    let changed = update(&pdf, &[(99, drawing), (dss, proof)]);
    let signature = signed(&changed);
    assert!(signature.is_intact(), "every signed byte is as it was");
    assert_eq!(signature.later, Later::Other);
}
