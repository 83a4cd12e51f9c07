//! How many MRZs are read right: `cargo run --release -p vision --example mrz_table -- DATA [LIBRARY] [-v]`, where DATA
//! is the folder of test data and LIBRARY onnxruntime's.
#![expect(clippy::print_stdout, reason = "the output is the product")]

use std::path::{Path, PathBuf};

use jiff::civil::date;
use serde_json::Value;
use vision::mrz_lines;
use vision::pixels::Picture;
use vision::text::TextReader;

mod cpu;

#[derive(Default)]
struct Row {
    pictures: usize,
    readable: usize,
    exact: usize,
    valid: usize,
    wrong_valid: usize,
    sure: usize,
    wrong_sure: usize,
    none: usize,
    times: Vec<f64>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|a| a == "-v");
    let only = arguments.iter().find_map(|a| a.strip_prefix("only="));
    let mut paths = arguments.iter().filter(|a| *a != "-v" && !a.starts_with("only="));
    let data = PathBuf::from(paths.next().ok_or("name the folder of test data")?);
    if let Some(library) = paths.next() {
        vision::net::use_library(Path::new(library))?;
    }
    let reader = TextReader::load()?;
    println!(
        "{:14} {:>8} {:>8} {:>6} {:>6} {:>11} {:>6} {:>10} {:>6} {:>9} {:>7}",
        "set",
        "pictures",
        "readable",
        "exact",
        "valid",
        "wrong valid",
        "sure",
        "wrong sure",
        "none",
        "median ms",
        "p90 ms"
    );
    for (set, list) in [
        ("docs", Some("docs/docs.jsonl")),
        ("synthdocs", Some("synthdocs/synthdocs.jsonl")),
        ("scenes", Some("scenes/scenes.jsonl")),
        ("negatives", None),
    ] {
        let entries: Vec<Value> = match list {
            Some(list) => std::fs::read_to_string(data.join(list))?
                .lines()
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()?,
            None => {
                let mut files: Vec<_> = std::fs::read_dir(data.join(set))?.collect::<Result<_, _>>()?;
                files.sort_by_key(std::fs::DirEntry::path);
                files
                    .iter()
                    .map(
                        |f| serde_json::json!({"file": format!("{set}/{}", f.file_name().to_string_lossy())}),
                    )
                    .collect()
            }
        };
        let mut row = Row::default();
        for entry in &entries {
            let file = entry["file"].as_str().ok_or("no file")?;
            if only.is_some_and(|only| !file.contains(only)) {
                continue;
            }
            let picture = image::ImageReader::open(data.join(file))?
                .with_guessed_format()?
                .decode();
            let Ok(picture) = picture else { continue };
            let picture = picture.into_rgb8();
            let (width, height) = (
                usize::try_from(picture.width())?,
                usize::try_from(picture.height())?,
            );
            let picture = Picture::new(width, height, picture.into_raw())?;
            let start = cpu::milliseconds();
            let found = mrz_lines::read(&reader, &picture, date(2026, 6, 1))?;
            row.times.push(cpu::milliseconds() - start);
            let wanted: Option<Vec<&str>> = entry["mrz"]
                .as_array()
                .filter(|_| entry["mrz_on_this_side"] != false)
                .map(|lines| lines.iter().filter_map(Value::as_str).collect());
            let readable = wanted.is_some()
                && match set {
                    "scenes" => entry["mrz_readable_expected"] == true,
                    "docs" => entry["mrz_check_digits_valid"] == true,
                    _ => true,
                };
            let text = found.as_ref().map(|f| f.mrz.lines.clone());
            let exact = matches!((&text, &wanted), (Some(text), Some(wanted)) if text == wanted);
            let valid = found.as_ref().is_some_and(|f| f.mrz.valid);
            row.pictures += 1;
            row.readable += usize::from(readable);
            row.exact += usize::from(readable && exact);
            let is_sure = found
                .as_ref()
                .is_some_and(|f| f.weakest_unchecked() >= mrz_lines::SURE);
            row.valid += usize::from(valid);
            row.sure += usize::from(valid && is_sure);
            row.wrong_sure += usize::from(valid && is_sure && !exact);
            row.wrong_valid += usize::from(valid && !exact);
            row.none += usize::from(found.is_none());
            if verbose && let Some(found) = found.as_ref().filter(|f| f.mrz.valid) {
                println!("{file} sure {:.2} exact {exact}", found.weakest_unchecked());
            }
            let good = if readable { exact } else { found.is_none() || exact };
            if verbose && !good {
                println!(
                    "{file} {width}x{height} readable={readable} valid={valid} {:.0} ms",
                    row.times.last().unwrap_or(&0.0)
                );
                for (i, line) in text.iter().flatten().enumerate() {
                    println!("   read   {line}");
                    if let Some(wanted) = wanted.as_ref().and_then(|w| w.get(i)) {
                        println!("   wanted {wanted}");
                    }
                }
                if text.is_none() {
                    for line in wanted.iter().flatten() {
                        println!("   wanted {line}");
                    }
                }
                if let Some(found) = &found {
                    println!(
                        "   errors {:?}, names {:.2}",
                        found.mrz.errors,
                        found.weakest_unchecked()
                    );
                }
            }
        }
        row.times.sort_by(f64::total_cmp);
        let time = |share: usize| {
            row.times
                .get(row.times.len() * share / 100)
                .copied()
                .unwrap_or(0.0)
        };
        println!(
            "{set:14} {:8} {:8} {:6} {:6} {:11} {:6} {:10} {:6} {:9.0} {:7.0}",
            row.pictures,
            row.readable,
            row.exact,
            row.valid,
            row.wrong_valid,
            row.sure,
            row.wrong_sure,
            row.none,
            time(50),
            time(90)
        );
    }
    Ok(())
}
