//! Measures the search for documents on a folder of test data: how far the corners are off, what is claimed where
//! there is nothing, and the processor time of a frame.
//!
//! `cargo run -p vision --example find_table -- ../shared/data [--each]`

#![expect(clippy::print_stdout, reason = "its output is the product")]

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use vision::find::{self, Found};
use vision::geometry::{Point, Quad};
use vision::pixels::Picture;

fn main() {
    let mut words = std::env::args().skip(1);
    let data = words.next().unwrap_or_else(|| "../shared/data".into());
    let each = words.any(|word| word == "--each");
    let data = Path::new(&data);
    scenes(data, each);
    negatives(data, each);
}

fn scenes(data: &Path, each: bool) {
    let table = std::fs::read_to_string(data.join("scenes/scenes.jsonl")).expect("the scenes' table");
    let mut times = Vec::new();
    for level in ["easy", "medium", "hard", "negative"] {
        let mut errors = Vec::new();
        for line in table.lines() {
            let scene: Value = serde_json::from_str(line).expect("a line of the scenes' table");
            if scene["difficulty"] != level {
                continue;
            }
            let file = scene["file"].as_str().expect("a file's name");
            let picture = open(&data.join(file)).expect("a scene");
            let (found, time) = timed(|| find::find(&picture));
            times.push(time);
            let error = match (quad(&scene["quad"]), &found) {
                (Some(truth), Some(found)) => off(&truth, &found.quad),
                _ => f32::INFINITY,
            };
            if each {
                if let Some(found) = &found {
                    let quality = vision::quality::judge(&picture, found, &Default::default());
                    for gate in &quality.gates {
                        print!("{:?} {:.1} {:?}; ", gate.cause, gate.value, gate.verdict);
                    }
                    println!(
                        "(drawn with blur {} and noise {})",
                        scene["blur_sigma"], scene["noise_sigma"]
                    );
                }
                let said = found.map_or("-".into(), |f| format!("{:?} {:.2}", f.shape, f.confidence));
                println!(
                    "{file} {:6.2} % {said} {} {} {:.1} ms",
                    error * 100.0,
                    scene["doc_format"],
                    scene["background"],
                    time.as_secs_f32() * 1e3
                );
            }
            if level != "negative" || found.is_some() {
                errors.push(error);
            }
        }
        if level == "negative" {
            println!("negative: {} claimed", errors.len());
            continue;
        }
        let within = |most: f32| errors.iter().filter(|&&e| e <= most).count();
        println!(
            "{level}: {} scenes, within 1 %: {}, 2 %: {} ({:.0} %), 4 %: {}, none: {}",
            errors.len(),
            within(0.01),
            within(0.02),
            100.0 * within(0.02) as f32 / errors.len() as f32,
            within(0.04),
            errors.iter().filter(|e| e.is_infinite()).count()
        );
    }
    times.sort();
    println!(
        "processor time of a frame: least {:.1} ms, median {:.1} ms, most {:.1} ms",
        times[0].as_secs_f32() * 1e3,
        times[times.len() / 2].as_secs_f32() * 1e3,
        times[times.len() - 1].as_secs_f32() * 1e3
    );
}

fn negatives(data: &Path, each: bool) {
    for folder in ["negatives", "faces"] {
        let mut names: Vec<_> = std::fs::read_dir(data.join(folder))
            .expect("a folder")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        names.sort();
        let (mut seen, mut claimed) = (0, 0);
        for name in names {
            let Some(picture) = open(&name) else { continue };
            seen += 1;
            if let Some(found) = find::find(&picture) {
                claimed += 1;
                if each {
                    println!("{} {:?} {:.2}", name.display(), found.quad.0, found.confidence);
                }
            }
        }
        println!("{folder}: {claimed} of {seen} claimed");
    }
}

fn open(path: &Path) -> Option<Picture> {
    let image = image::open(path).ok()?.into_rgb8();
    Picture::new(image.width() as usize, image.height() as usize, image.into_raw()).ok()
}

fn quad(value: &Value) -> Option<Quad> {
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
fn off(truth: &Quad, found: &Quad) -> f32 {
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

fn timed(work: impl Fn() -> Option<Found>) -> (Option<Found>, Duration) {
    let before = processor_time();
    let found = work();
    (found, processor_time().saturating_sub(before))
}

/// What this process has used of the processors (Linux; elsewhere the time on the wall).
fn processor_time() -> Duration {
    let nanoseconds = std::fs::read_to_string("/proc/self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(
        || {
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default()
        },
        Duration::from_nanos,
    )
}
