//! Text, MRZ and portrait read out of pictures of documents.

use std::path::PathBuf;

use jiff::civil::{Date, date};
use vision::face::FaceFinder;
use vision::geometry::{Point, Quad, Rect};
use vision::mrz_lines;
use vision::pixels::Picture;
use vision::text::TextReader;

const TODAY: Date = date(2026, 11, 23);

/// A picture of the test data; `None`, said aloud, where they are absent.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn picture(name: &str) -> Option<Picture> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if !path.is_file() {
        eprintln!("SKIPPED: no picture at {}", path.display());
        return None;
    }
    let decoded = image::open(&path)
        .expect("the test data are pictures")
        .into_rgb8();
    let (width, height) = (decoded.width() as usize, decoded.height() as usize);
    Some(Picture::new(width, height, decoded.into_raw()).expect("decoded whole"))
}

#[test]
fn a_front_is_read_with_its_marks() {
    let Some(front) = picture("synthdocs/ESP_DNI_0_front.jpg") else {
        return;
    };
    let lines = TextReader::load().unwrap().read(&front).unwrap();
    let surname = lines
        .iter()
        .find(|line| line.text == "ESPAÑOLA ESPAÑOLA")
        .unwrap();
    assert_eq!(surname.glyphs.len(), surname.text.chars().count());
    assert!(surname.glyphs.is_sorted_by(|a, b| a.at <= b.at));
    let printed = Rect::new(430.0, 141.0, 336.0, 34.0);
    assert!(surname.quad.bounds().overlap(printed) > 0.7 * printed.area());
}

#[test]
fn an_mrz_is_read_whichever_way_the_document_lies() {
    let Some(back) = picture("synthdocs/ESP_DNI_0_back.jpg") else {
        return;
    };
    let reader = TextReader::load().unwrap();
    for turns in 0..4 {
        let found = mrz_lines::read(&reader, &back.turned(turns), TODAY)
            .unwrap()
            .unwrap();
        assert!(found.mrz.valid);
        assert_eq!(found.mrz.lines[0], "IDESPBAA000589599999999R<<<<<<");
        assert_eq!(found.mrz.lines[2], "ESPANOLA<ESPANOLA<<CARMEN<<<<<");
        assert_eq!(found.turns, turns);
        let (length, thickness) = found.quad.size();
        assert!(
            found.quad.is_convex() && length > 4.0 * thickness,
            "{length} x {thickness}"
        );
    }
}

#[test]
fn an_mrz_is_read_tilted() {
    let Some(page) = picture("synthdocs/ESP_PASS_0_front.jpg") else {
        return;
    };
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (sin, cos) = 20.0_f32.to_radians().sin_cos();
    let middle = Point::new(width / 2.0, height / 2.0);
    // A larger frame seen through a turned window: the page lies turned the other way in it.
    let window = Quad::of(Rect::new(-0.2 * width, -0.3 * height, 1.4 * width, 1.6 * height));
    let window = Quad(window.0.map(|p| {
        let (x, y) = (p.x - middle.x, p.y - middle.y);
        Point::new(
            x.mul_add(cos, -y * sin) + middle.x,
            x.mul_add(sin, y * cos) + middle.y,
        )
    }));
    let (w, h) = window.size();
    let tilted = page.straightened(&window, w as usize, h as usize).unwrap();
    let found = mrz_lines::read(&TextReader::load().unwrap(), &tilted, TODAY)
        .unwrap()
        .unwrap();
    assert!(found.mrz.valid && found.turns == 0);
}

#[test]
fn a_page_of_print_has_no_mrz() {
    let Some(page) = picture("negatives/eocr_french.jpg") else {
        return;
    };
    assert!(
        mrz_lines::read(&TextReader::load().unwrap(), &page, TODAY)
            .unwrap()
            .is_none()
    );
}

#[test]
fn the_portrait_is_the_large_one_however_the_card_lies() {
    let Some(front) = picture("synthdocs/ESP_DNI_0_front.jpg") else {
        return;
    };
    let finder = FaceFinder::load().unwrap();
    let photo = Rect::new(56.0, 150.0, 330.0, 424.0);
    for turns in 0..4 {
        let lying = front.turned(turns);
        let found = finder.portrait(&lying, None).unwrap().unwrap();
        assert_eq!(found.turns, turns);
        let upright = found.cut(&lying).unwrap();
        assert!(upright.height() > upright.width());
        if turns == 0 {
            let bounds = found.quad.bounds();
            assert!(bounds.overlap(photo) > 0.7 * bounds.area());
        }
    }
}

#[test]
fn a_face_behind_the_card_is_not_the_holders() {
    let Some(front) = picture("synthdocs/ESP_DNI_0_front.jpg") else {
        return;
    };
    let ghost = Quad::of(Rect::new(400.0, 20.0, 860.0, 500.0));
    assert!(
        FaceFinder::load()
            .unwrap()
            .portrait(&front, Some(&ghost))
            .unwrap()
            .is_none()
    );
}
