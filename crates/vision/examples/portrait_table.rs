//! Whether the portrait that is found is the printed one: `cargo run --release -p vision --example portrait_table --
//! DATA [LIBRARY]`, where DATA is the folder of test data and LIBRARY onnxruntime's.
#![expect(clippy::print_stdout, reason = "the output is the product")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use vision::face::FaceFinder;
use vision::geometry::{Point, Quad, Rect};
use vision::pixels::Picture;

mod cpu;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().ok_or("name the folder of test data")?);
    if let Some(library) = arguments.next() {
        vision::net::use_library(Path::new(&library))?;
    }
    let finder = FaceFinder::load()?;
    for (set, list) in [
        ("synthdocs", "synthdocs/synthdocs.jsonl"),
        ("scenes", "scenes/scenes.jsonl"),
    ] {
        let (mut printed, mut right, mut found_none, mut claimed) = (0, 0, 0, 0);
        let mut covered = Vec::new();
        let mut times = Vec::new();
        for line in std::fs::read_to_string(data.join(list))?.lines() {
            let entry: Value = serde_json::from_str(line)?;
            let file = entry["file"].as_str().ok_or("no file")?;
            let decoded = image::open(data.join(file))?.into_rgb8();
            let (width, height) = (
                usize::try_from(decoded.width())?,
                usize::try_from(decoded.height())?,
            );
            let picture = Picture::new(width, height, decoded.into_raw())?;
            let photo = corners(&entry["portrait_quad"])
                .map(|quad| quad.bounds())
                .or_else(|| upright(&entry["boxes"]["photo_image"]));
            let document = corners(&entry["quad"]);
            let start = cpu::milliseconds();
            let portrait = finder.portrait(&picture, document.as_ref())?;
            times.push(cpu::milliseconds() - start);
            let Some(photo) = photo else {
                claimed += usize::from(portrait.is_some());
                continue;
            };
            printed += 1;
            let Some(portrait) = portrait else {
                found_none += 1;
                println!("{file}: none found");
                continue;
            };
            let bounds = portrait.quad.bounds();
            let both = bounds.overlap(photo);
            covered.push(both / (bounds.area() + photo.area() - both));
            let nose = portrait.face.points[2];
            let is_inside = (photo.x..photo.x + photo.width).contains(&nose.x)
                && (photo.y..photo.y + photo.height).contains(&nose.y);
            right += usize::from(is_inside);
            if !is_inside {
                println!("{file}: another face");
            }
        }
        covered.sort_by(f32::total_cmp);
        times.sort_by(f64::total_cmp);
        println!(
            "{set}: {printed} printed portraits, {right} right, {found_none} not found, median overlap with the printed \
             frame {:.2}; {claimed} claimed where none is; median {:.0} ms",
            covered.get(covered.len() / 2).copied().unwrap_or(0.0),
            times.get(times.len() / 2).copied().unwrap_or(0.0),
        );
    }
    Ok(())
}

fn number(value: &Value) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "pixels need no more")]
    value.as_f64().map(|n| n as f32)
}

fn corners(value: &Value) -> Option<Quad> {
    let points: Vec<Point> = value
        .as_array()?
        .iter()
        .map(|p| Some(Point::new(number(&p[0])?, number(&p[1])?)))
        .collect::<Option<_>>()?;
    Some(Quad(points.try_into().ok()?))
}

fn upright(value: &Value) -> Option<Rect> {
    let [left, upper, right, lower] = [0, 1, 2, 3].map(|i| number(&value[i]));
    let (left, upper) = (left?, upper?);
    Some(Rect::new(left, upper, right? - left, lower? - upper))
}
