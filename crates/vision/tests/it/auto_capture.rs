//! From frames to one picture, as the booth puts it together.

use std::time::Duration;

use jiff::civil::date;
use vision::document::Reader;
use vision::find::Tracker;
use vision::pixels::Picture;
use vision::quality::{self, Known};
use vision::shutter::{Shutter, Step};

use crate::samples;

/// The times at which a clip of ten frames a second makes the shutter fire.
fn fired(name: &str) -> Option<Vec<f64>> {
    let folder = samples::folder("clips")?;
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let (mut tracker, mut shutter) = (Tracker::new(), Shutter::new());
    let mut before = None;
    let mut times = Vec::new();
    for (number, frame) in frames(&bytes).into_iter().enumerate() {
        let at = Duration::from_millis(100 * number as u64);
        let picture = samples::picture(frame);
        let sight = tracker.see(&picture, at).map(|found| {
            let known = Known {
                before: before.map(|quad| (quad, 0.1)),
                ..Known::default()
            };
            let quality = quality::judge(&picture, &found, &known);
            (found, quality)
        });
        before = sight.as_ref().map(|(found, _)| found.quad);
        if let Step::Fire(_) = shutter.see(at, number, sight) {
            times.push(at.as_secs_f64());
        }
    }
    Some(times)
}

/// The JPEGs of a stream, one after the other.
fn frames(bytes: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = (0..bytes.len() - 2)
        .filter(|&i| bytes[i..i + 3] == [0xff, 0xd8, 0xff])
        .collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &bytes[start..end])
        .collect()
}

#[test]
fn a_card_that_is_held_still_is_taken_once_and_soon() {
    for name in ["doc_front_esp_dni_10fps.mjpg", "doc_rear_esp_dni_10fps.mjpg"] {
        let Some(times) = fired(name) else { return };
        assert_eq!(times.len(), 1, "{name}: {times:?}");
        // It lies still from 3.2 s on.
        assert!((3.2..=4.7).contains(&times[0]), "{name}: {times:?}");
    }
}

#[test]
fn a_face_is_never_taken_for_a_document() {
    let Some(times) = fired("face_syn2_still_animated_10fps.mjpg") else {
        return;
    };
    assert!(times.is_empty(), "{times:?}");
}

/// The picture printed on a card that lies on a dark table.
fn as_card(picture: &Picture) -> Picture {
    let (left, top, across, down) = (240, 100, 800, 504);
    let card = picture.resized(across, down);
    let mut table = vec![52; 1280 * 720 * 3];
    for row in 0..down {
        let to = ((top + row) * 1280 + left) * 3;
        table[to..to + across * 3].copy_from_slice(&card.rgb()[row * across * 3..][..across * 3]);
    }
    Picture::new(1280, 720, table).unwrap()
}

/// Whether the shutter, asking the reader, takes what lies still before it for two seconds; and whether it asked.
fn taken(reader: &Reader, picture: &Picture) -> (bool, bool) {
    let (mut tracker, mut shutter) = (Tracker::new(), Shutter::asking());
    let mut asked = false;
    for tenth in 0..20 {
        let at = Duration::from_millis(100 * tenth);
        let sight = tracker
            .see(picture, at)
            .map(|found| (found, quality::judge(picture, &found, &Known::default())));
        if let Step::Fire(_) = shutter.see(at, (), sight) {
            return (true, asked);
        }
        if let Some(question) = shutter.question() {
            asked = true;
            let read = reader.read(picture, date(2026, 11, 23), &mut |_| ()).unwrap();
            shutter.answer(question.number, read.is_recognised());
        }
    }
    (false, asked)
}

#[test]
fn a_card_that_is_no_identity_document_is_not_taken() {
    let reader = Reader::load().unwrap();
    let Some(folder) = samples::folder("negatives") else {
        return;
    };
    let mut asked = 0;
    for name in [
        "eocr_korean.jpg",
        "eocr_english.jpg",
        "eocr_french.jpg",
        "ski_text.jpg",
    ] {
        let picture = samples::picture(&std::fs::read(folder.join(name)).unwrap());
        let (taken, was_asked) = taken(&reader, &as_card(&picture));
        assert!(!taken, "{name}");
        asked += usize::from(was_asked);
    }
    assert!(asked > 0, "a border and print alone would have been taken");
    let folder = samples::folder("synthdocs").unwrap();
    let front = samples::picture(&std::fs::read(folder.join("ESP_DNI_0_front.jpg")).unwrap());
    assert_eq!(taken(&reader, &as_card(&front)), (true, true));
}
