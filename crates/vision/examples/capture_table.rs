//! When the shutter takes the clips of the test data, and what it would take among things that are no document.
//!
//! `cargo run -p vision --example capture_table -- DATA [LIBRARY] [CLIP.mjpg FPS]...`, where DATA is the folder of test data
//! and LIBRARY onnxruntime's. Each clip is run as the booth does: a frame is read when the moment begins, and the answer
//! comes as many frames later as reading took. What is no document is looked at as it is, and laid on a table as a card.

#![expect(clippy::print_stdout, reason = "its output is the product")]

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use vision::document::Reader;
use vision::find::Tracker;
use vision::pixels::Picture;
use vision::quality::{self, Known};
use vision::shutter::{Shutter, Step};

const TODAY: Date = date(2026, 11, 23);
const CLIPS: [(&str, f64); 3] = [
    ("clips/doc_front_esp_dni_10fps.mjpg", 10.0),
    ("clips/doc_rear_esp_dni_10fps.mjpg", 10.0),
    ("clips/face_syn2_still_animated_10fps.mjpg", 10.0),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let data = Path::new(words.first().ok_or("name the folder of test data")?);
    if let Some(library) = words.get(1) {
        vision::net::use_library(Path::new(library))?;
    }
    let reader = Reader::load()?;
    for (name, fps) in CLIPS {
        clip(&reader, &data.join(name), fps)?;
    }
    for more in words.get(2..).unwrap_or_default().chunks_exact(2) {
        clip(&reader, Path::new(&more[0]), more[1].parse()?)?;
    }
    for folder in ["negatives", "docs", "synthdocs"] {
        let mut files: Vec<_> = std::fs::read_dir(data.join(folder))?.collect::<Result<_, _>>()?;
        files.sort_by_key(std::fs::DirEntry::path);
        let (mut seen, mut whole, mut cards) = (0, 0, 0);
        for file in files {
            let Some(picture) = std::fs::read(file.path()).ok().and_then(|bytes| decoded(&bytes)) else {
                continue;
            };
            seen += 1;
            let as_it_is = reader.read(&picture, TODAY, &mut |_| ())?.is_recognised();
            let card = as_card(&picture);
            let as_card = reader.read(&card, TODAY, &mut |_| ())?.is_recognised();
            whole += usize::from(as_it_is);
            cards += usize::from(as_card);
            let odd = if folder == "negatives" {
                as_it_is || as_card
            } else {
                !as_card
            };
            if odd {
                println!("   {}: {as_it_is} {as_card}", file.path().display());
            }
        }
        println!("{folder}: {seen} pictures, recognised as they are {whole}, as a card on a table {cards}");
    }
    Ok(())
}

fn clip(reader: &Reader, path: &Path, fps: f64) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path)?;
    let (mut tracker, mut shutter) = (Tracker::new(), Shutter::asking());
    let mut before = None;
    let mut answers: Vec<(Duration, u32, bool)> = Vec::new();
    let mut said = Vec::new();
    let starts: Vec<usize> = (0..bytes.len().saturating_sub(2))
        .filter(|&i| bytes[i..i + 3] == [0xff, 0xd8, 0xff])
        .collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    for (number, (&from, to)) in (0_u32..).zip(starts.iter().zip(ends)) {
        let at = Duration::from_secs_f64(f64::from(number) / fps);
        let Some(picture) = decoded(&bytes[from..to]) else {
            continue;
        };
        for (_, number, is_document) in answers.extract_if(.., |(due, ..)| *due <= at) {
            shutter.answer(number, is_document);
        }
        let sight = tracker.see(&picture, at).map(|found| {
            let before = before.map(|quad| (quad, (1.0 / fps) as f32));
            let known = Known {
                before,
                ..Known::default()
            };
            (found, quality::judge(&picture, &found, &known))
        });
        before = sight.as_ref().map(|(found, _)| found.quad);
        if let Step::Fire(shot) = shutter.see(at, number, sight) {
            said.push(format!("taken at {:.2} s, best of {}", at.as_secs_f64(), shot.of));
        }
        if let Some(question) = shutter.question() {
            let began = Instant::now();
            let is_document = reader.read(&picture, TODAY, &mut |_| ())?.is_recognised();
            let took = began.elapsed();
            said.push(format!(
                "asked at {:.2} s: {is_document} after {:.2} s",
                at.as_secs_f64(),
                took.as_secs_f64()
            ));
            answers.push((at + took, question.number, is_document));
        }
    }
    println!("{}: {}", path.display(), said.join("; "));
    Ok(())
}

/// The picture printed on a card that lies on a dark table.
fn as_card(picture: &Picture) -> Picture {
    let (width, height) = (1280, 720);
    let (left, top, across, down) = (240, 100, 800, 504);
    let card = picture.resized(across, down);
    let mut table = vec![52; width * height * 3];
    for row in 0..down {
        let to = ((top + row) * width + left) * 3;
        let from = row * across * 3;
        table[to..to + across * 3].copy_from_slice(&card.rgb()[from..from + across * 3]);
    }
    Picture::new(width, height, table).expect("its pixels")
}

fn decoded(bytes: &[u8]) -> Option<Picture> {
    let image = image::load_from_memory(bytes).ok()?.into_rgb8();
    let (width, height) = (image.width() as usize, image.height() as usize);
    Picture::new(width, height, image.into_raw()).ok()
}
