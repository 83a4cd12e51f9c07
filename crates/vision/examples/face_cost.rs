//! What a picture's faces cost, in CPU time on one thread and without decoding, as one line of JSON:
//! `cargo run --release -p vision --example face_cost -- LIBRARY PICTURE...`, where LIBRARY is onnxruntime's.
#![expect(clippy::print_stdout, reason = "the output is the product")]

use std::path::Path;

use serde_json::json;
use vision::face::{Embedder, FaceFinder, PREVIEW, STILL};
use vision::net::use_library;
use vision::pixels::Picture;

mod cpu;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let library = words.next().ok_or("name onnxruntime's library")?;
    use_library(Path::new(&library))?;
    let (finder, embedder) = (FaceFinder::load()?, Embedder::load()?);
    let pictures: Vec<Picture> = words.map(|file| open(&file)).collect::<Result<_, _>>()?;
    let first = pictures.first().ok_or("name pictures")?;
    // What is set up at the first run is set up once in a booth's day.
    if let Some(face) = finder.find(first, STILL)?.first() {
        embedder.template(first, face)?;
    }
    finder.find(first, PREVIEW)?;
    let (mut find, mut describe, mut preview, mut described) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for picture in &pictures {
        let began = cpu::milliseconds();
        let faces = finder.find(picture, STILL)?;
        find.push(cpu::milliseconds() - began);
        if let Some(face) = faces.first() {
            let began = cpu::milliseconds();
            described += usize::from(embedder.template(picture, face)?.is_some());
            describe.push(cpu::milliseconds() - began);
        }
        let began = cpu::milliseconds();
        finder.find(picture, PREVIEW)?;
        preview.push(cpu::milliseconds() - began);
    }
    let figures = json!({
        "pictures": pictures.len(), "described": described,
        "find_ms": median(find), "describe_ms": median(describe), "preview_ms": median(preview),
    });
    println!("{figures}");
    Ok(())
}

fn median(mut of: Vec<f64>) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied()
}

fn open(file: &str) -> Result<Picture, Box<dyn std::error::Error>> {
    let image = image::open(file)?.into_rgb8();
    let (width, height) = (usize::try_from(image.width())?, usize::try_from(image.height())?);
    Ok(Picture::new(width, height, image.into_raw())?)
}
