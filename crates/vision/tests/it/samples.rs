//! Test data beside the repository; where it is not there, the test says so and passes.

use std::path::PathBuf;

use serde_json::Value;
use vision::geometry::{Point, Quad};
use vision::pixels::Picture;

pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: no test data at ../shared/data/{name}");
    None
}

pub(crate) fn table(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

pub(crate) fn picture(bytes: &[u8]) -> Picture {
    let image = image::load_from_memory(bytes).expect("a picture").into_rgb8();
    Picture::new(image.width() as usize, image.height() as usize, image.into_raw()).expect("its pixels")
}

pub(crate) fn quad(value: &Value) -> Option<Quad> {
    let corners = value.as_array()?;
    let point = |i: usize| {
        Some(Point::new(
            corners[i][0].as_f64()? as f32,
            corners[i][1].as_f64()? as f32,
        ))
    };
    Some(Quad([point(0)?, point(1)?, point(2)?, point(3)?]))
}

/// How far the worst corner is off, in widths of the document, whichever way it is read.
pub(crate) fn off(truth: &Quad, found: &Quad) -> f32 {
    let [a, b, c, d] = truth.0;
    let width = a.distance(b).max(d.distance(c));
    (0..4)
        .map(|turns| {
            let turned = found.turned(turns);
            (0..4)
                .map(|i| truth.0[i].distance(turned.0[i]))
                .fold(0.0, f32::max)
                / width
        })
        .fold(f32::INFINITY, f32::min)
}
