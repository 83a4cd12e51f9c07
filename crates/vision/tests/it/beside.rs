//! A document held beside a face: photographs of people whose heads are as large as before a booth, with specimens put
//! beside them.

use vision::beside::{Beside, look};
use vision::face::FaceFinder;
use vision::pixels::Picture;

use crate::samples;

const FACES: [&str; 3] = ["cfA_01.jpg", "cfA_03.jpg", "cfA_04.jpg"];
const FRONTS: [&str; 2] = ["midv2020_alb00.jpg", "hrv_id_front_2013.jpg"];
const BACKS: [&str; 2] = ["deu_id_back.jpg", "che_id_back.jpg"];

/// A wall, before it a person on the left, and a card as wide as that beside them.
fn frame(person: &Picture, card: Option<&Picture>, width: usize) -> Picture {
    let mut pixels: Vec<u8> = (0..720_usize)
        .flat_map(|row| (0..1280_usize).flat_map(move |column| [176 + (row + column) as u8 % 7; 3]))
        .collect();
    let tall = 640;
    let across = person.width() * tall / person.height();
    paste(&mut pixels, &person.resized(across.min(700), tall), 40, 60);
    if let Some(card) = card {
        paste(&mut pixels, &card.resized(width, width * 54 / 86), 790, 330);
    }
    Picture::new(1280, 720, pixels).unwrap()
}

fn paste(pixels: &mut [u8], picture: &Picture, left: usize, top: usize) {
    for row in 0..picture.height().min(720 - top) {
        let across = picture.width().min(1280 - left) * 3;
        let to = ((top + row) * 1280 + left) * 3;
        let from = row * picture.width() * 3;
        pixels[to..to + across].copy_from_slice(&picture.rgb()[from..from + across]);
    }
}

#[test]
fn a_front_and_a_back_are_told_apart_and_a_person_alone_holds_nothing() {
    let (Some(faces), Some(docs)) = (samples::folder("faces"), samples::folder("docs")) else {
        return;
    };
    let finder = FaceFinder::load().unwrap();
    let read =
        |folder: &std::path::Path, name: &str| samples::picture(&std::fs::read(folder.join(name)).unwrap());
    let seen = |person: &Picture, card: Option<&Picture>, width| -> Beside {
        look(&finder, &frame(person, card, width)).unwrap()
    };
    let (mut fronts, mut backs, mut taken_for_back, mut taken_for_front, mut of) = (0, 0, 0, 0, 0);
    for name in FACES {
        let person = read(&faces, name);
        let alone = seen(&person, None, 0);
        assert!(alone.face.is_some(), "{name}");
        assert_eq!(alone.document, None, "{name} holds nothing");
        for width in [260, 340, 420] {
            for (front, back) in FRONTS.iter().zip(BACKS) {
                of += 1;
                let portrait =
                    |card: &Picture| seen(&person, Some(card), width).document.map(|it| it.portrait);
                match portrait(&read(&docs, front)) {
                    Some(true) => fronts += 1,
                    Some(false) => taken_for_back += 1,
                    None => {}
                }
                match portrait(&read(&docs, back)) {
                    Some(false) => backs += 1,
                    Some(true) => taken_for_front += 1,
                    None => {}
                }
            }
        }
    }
    assert!(
        fronts * 10 >= of * 9 && backs * 10 >= of * 9,
        "fronts {fronts}, backs {backs} of {of}"
    );
    assert_eq!((taken_for_back, taken_for_front), (0, 0), "of {of}");
}
