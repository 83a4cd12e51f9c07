//! Pages as pictures, and documents that would rather not be one.

use lopdf::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary,
};
use papers::{Paper, PaperError};

use crate::file;

/// A one-page document that draws `drawing`; `more` are resources.
fn document(drawing: &[u8], more: impl FnOnce(&mut Document) -> Dictionary) -> Document {
    let mut document = Document::with_version("1.7");
    let resources = more(&mut document);
    let pages = document.new_object_id();
    let contents = document.add_object(Stream::new(Dictionary::new(), drawing.to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => contents, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 200.into(), 100.into()],
    });
    document.objects.insert(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
    );
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", root);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn plain(drawing: &[u8]) -> Vec<u8> {
    bytes(document(drawing, |_| Dictionary::new()))
}

/// Colour at a place given in fractions, from the top left.
fn colour(page: &papers::Page, x: f32, y: f32) -> [u8; 3] {
    let picture = png::Decoder::new(std::io::Cursor::new(&page.png));
    let mut reader = picture.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (page.width, page.height));
    let samples = info.color_type.samples();
    let (column, row) = (
        (x * info.width as f32) as usize,
        (y * info.height as f32) as usize,
    );
    let at = (row * info.width as usize + column) * samples;
    pixels[at..at + 3].try_into().unwrap()
}

#[test]
fn a_page_is_drawn_where_it_says() {
    let paper = Paper::open(plain(b"1 0 0 rg 0 50 100 50 re f")).unwrap();
    assert_eq!((paper.pages(), paper.size(0)), (1, Some((200.0, 100.0))));
    let page = paper.render(0, 400).unwrap();
    assert_eq!((page.width, page.height), (400, 200));
    assert_eq!(colour(&page, 0.25, 0.25), [255, 0, 0], "top left is red");
    assert_eq!(colour(&page, 0.75, 0.25), [255, 255, 255], "the rest is paper");
    assert_eq!(colour(&page, 0.25, 0.75), [255, 255, 255]);
}

#[test]
fn every_kind_of_file_is_opened() {
    for (name, pages) in [("unsigned.pdf", 2), ("objects.pdf", 2), ("two.pdf", 2)] {
        let paper = Paper::open(file(name)).unwrap();
        assert_eq!(paper.pages(), pages, "{name}");
        let page = paper.render(pages - 1, 300).unwrap();
        assert_eq!((page.width, page.height), (300, 424), "{name}: A4");
    }
}

#[test]
fn there_are_no_other_pages() {
    let paper = Paper::open(file("unsigned.pdf")).unwrap();
    assert_eq!(paper.render(2, 100), Err(PaperError::NoSuchPage));
    assert_eq!(paper.size(u32::MAX), None);
}

#[test]
fn what_is_no_document_is_refused() {
    let refused = |bytes: &[u8]| Paper::open(bytes.to_vec()).expect_err("refused");
    assert_eq!(refused(b""), PaperError::NotPdf);
    assert_eq!(refused(b"<html>"), PaperError::NotPdf);
    assert!(matches!(refused(b"%PDF-1.7\nnothing"), PaperError::Damaged(_)));
    assert_eq!(
        refused(&[b"%PDF-1.7\n", vec![b' '; 65 << 20].as_slice()].concat()),
        PaperError::TooLarge
    );
}

#[test]
fn an_encrypted_document_is_refused_even_without_a_password() {
    let mut locked = document(b"", |_| Dictionary::new());
    locked.trailer.set(
        "ID",
        vec![
            Object::string_literal("0123456789abcdef"),
            Object::string_literal("0123456789abcdef"),
        ],
    );
    let version = EncryptionVersion::V2 {
        document: &locked,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    locked.encrypt(&state).unwrap();
    let locked = bytes(locked);
    assert_eq!(
        Paper::open(locked.clone()).expect_err("refused"),
        PaperError::Encrypted
    );
    let signatures = papers::signatures(&locked, &papers::Anchors::none());
    assert_eq!(signatures, Err(PaperError::Encrypted));
}

#[test]
fn a_picture_of_any_size_is_refused_or_made() {
    let paper = Paper::open(plain(b"")).unwrap();
    assert_eq!(paper.render(0, 0).unwrap().width, 1, "at least a pixel");
    assert_eq!(paper.render(0, u32::MAX), Err(PaperError::TooComplex));
    assert_eq!(
        paper.render(0, 16_000),
        Err(PaperError::TooComplex),
        "128 megapixels"
    );
}

#[test]
fn forms_that_draw_forms_that_draw_forms_are_stopped() {
    let endless = document(b"/X Do", |document| {
        let mut inner = document.add_object(Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()] },
            b"0 0 1 1 re f".to_vec(),
        ));
        // Ten to the power of twenty fills.
        for _ in 0..20 {
            let resources = dictionary! { "XObject" => dictionary! { "X" => inner } };
            inner = document.add_object(Stream::new(
                dictionary! { "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
                "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()] },
                b"/X Do ".repeat(10),
            ));
        }
        dictionary! { "XObject" => dictionary! { "X" => inner } }
    });
    let paper = Paper::open(bytes(endless)).unwrap();
    assert_eq!(paper.render(0, 400), Err(PaperError::TooComplex));
}

#[test]
fn a_line_of_a_billion_dashes_is_stopped() {
    let paper = Paper::open(plain(b"[0.0000001] 0 d 0 0 m 200 100 l S")).unwrap();
    assert_eq!(paper.render(0, 400), Err(PaperError::TooComplex));
    let paper = Paper::open(plain(b"[3 1] 0 d 0 0 m 200 100 l S")).unwrap();
    assert!(paper.render(0, 400).is_ok(), "an ordinary dashed line is drawn");
}

#[test]
fn a_full_page_painted_a_million_times_is_stopped() {
    let paper = Paper::open(plain(&b"0 0 200 100 re f\n".repeat(1_000_000))).unwrap();
    assert_eq!(paper.render(0, 1200), Err(PaperError::TooComplex));
}

/// So many megabytes of blanks. A flushed block stands for itself, so one packed megabyte is repeated.
fn packed_blanks(megabytes: usize) -> Vec<u8> {
    let mut state = flate2::Compress::new(flate2::Compression::best(), true);
    let mut packed = Vec::with_capacity(1 << 16);
    state
        .compress_vec(&[b' '; 1 << 20], &mut packed, flate2::FlushCompress::Full)
        .unwrap();
    let (head, block) = packed.split_at(2);
    [head, &block.repeat(megabytes)].concat()
}

#[test]
fn a_stream_that_unpacks_to_gigabytes_is_stopped() {
    let bomb = document(b"", |_| Dictionary::new());
    let mut bomb = bomb;
    let page = bomb.get_pages()[&1];
    let stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, packed_blanks(300));
    let contents = bomb.add_object(stream);
    let page = bomb.get_object_mut(page).unwrap().as_dict_mut().unwrap();
    page.set("Contents", contents);
    let bomb = bytes(bomb);
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    let paper = Paper::open(bomb).unwrap();
    assert_eq!(paper.render(0, 400), Err(PaperError::TooComplex));
}

#[test]
fn an_image_of_four_gigapixels_is_stopped() {
    let huge = document(b"200 0 0 100 0 0 cm /Im Do", |document| {
        let image = document.add_object(Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 65_535, "Height" => 65_535,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
            vec![0; 10],
        ));
        dictionary! { "XObject" => dictionary! { "Im" => image } }
    });
    let paper = Paper::open(bytes(huge)).unwrap();
    assert_eq!(paper.render(0, 400), Err(PaperError::TooComplex));
}

#[test]
fn a_paper_may_be_handed_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Paper::open(plain(b"")).unwrap());
}
