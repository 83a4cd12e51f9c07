//! How many fields of the visual zone are read exactly, by template and by difficulty, on the test data beside the
//! repository.
//!
//! `cargo run -p vision --example read_fields -- [--misses] [--zone | --whole] [--cache DIR] [PART OF A FILE'S NAME]`
//!
//! With `--zone` the MRZ on the same side is known. Scenes are straightened by their true corners: what is measured is
//! reading, not finding. With `--whole` the whole picture is read, its border found and its MRZ read. `--cache` keeps the lines that were read (test persons' data) so that a change to the layout is measured without reading again.

#![expect(clippy::print_stdout, reason = "the output is the product")]

use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::Value as Json;
use vision::{
    document::Reader,
    geometry::{Point, Quad},
    mrz::{self, Mrz},
    pixels::Picture,
    text::{Glyph, Line, TextReader},
    viz::{self, Fields, Hints, Key},
};

/// The day of capture.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// A side of a document and what is printed on it.
struct Sample {
    file: String,
    group: String,
    quad: Option<Quad>,
    size: (usize, usize),
    truth: Vec<(Key, String)>,
    /// The MRZ on this side.
    mrz: Option<Mrz>,
}

struct Options {
    misses: bool,
    zone: bool,
    whole: bool,
    cache: Option<PathBuf>,
    filter: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut samples = Vec::new();
    samples.extend(synthetic(&data)?);
    samples.extend(specimens(&data)?);
    samples.extend(scenes(&data)?);
    let (mut reader, mut documents) = (None, None);
    let mut scores: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut keys: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut spent, mut pages) = (0.0, 0_u32);
    for sample in samples
        .iter()
        .filter(|s| s.file.contains(&options.filter) && !s.truth.is_empty())
    {
        let (lines, fields);
        let started;
        if options.whole {
            if documents.is_none() {
                documents = Some(Reader::load()?);
            }
            let reader = documents.as_ref().ok_or("no reader")?;
            let picture = open(&data.join(&sample.file))?;
            started = Instant::now();
            fields = reader.read(&picture, TODAY, &mut |_| ())?.viz;
            lines = Vec::new();
        } else {
            lines = read_lines(&data, sample, &options, &mut reader)?;
            started = Instant::now();
            let hints = Hints {
                today: Some(TODAY),
                ..Hints::default()
            };
            let mrz = sample.mrz.as_ref().filter(|_| options.zone);
            fields = viz::read_beside(&lines, sample.size, hints, mrz);
        }
        spent += started.elapsed().as_secs_f64();
        pages += 1;
        let mut misses = Vec::new();
        for (key, truth) in &sample.truth {
            let exact = fields.text(*key).is_some_and(|text| bare(text) == bare(truth));
            for score in [
                scores.entry(sample.group.clone()).or_default(),
                keys.entry(key.name()).or_default(),
            ] {
                score.0 += usize::from(exact);
                score.1 += 1;
            }
            if !exact {
                misses.push(format!(
                    "  {:16} {truth:40} read {:?}",
                    key.name(),
                    fields.text(*key)
                ));
            }
        }
        if options.misses && !misses.is_empty() {
            println!(
                "{} {:?} {:?} {:?}",
                sample.file, fields.country, fields.kind, fields.side
            );
            println!("{}", misses.join("\n"));
            show(&lines, &fields);
        }
    }
    for (name, (hits, all)) in &scores {
        println!("{name:36} {hits:4} of {all:4}");
    }
    for (name, (hits, all)) in &keys {
        println!("  {name:20} {hits:4} of {all:4}");
    }
    for prefix in ["synthdocs", "docs", "scenes easy", "scenes medium", "scenes hard"] {
        let (hits, all) = scores
            .iter()
            .filter(|(name, _)| name.starts_with(prefix))
            .fold((0, 0), |sum, (_, s)| (sum.0 + s.0, sum.1 + s.1));
        println!("{prefix:20} {hits:4} of {all:4} {:.1} %", share(hits, all));
    }
    println!(
        "{:.2} ms a page for the fields",
        spent * 1000.0 / f64::from(pages.max(1))
    );
    Ok(())
}

fn options() -> Options {
    let mut options = Options {
        misses: false,
        zone: false,
        whole: false,
        cache: None,
        filter: String::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--misses" => options.misses = true,
            "--zone" => options.zone = true,
            "--whole" => options.whole = true,
            "--cache" => options.cache = arguments.next().map(PathBuf::from),
            other => other.clone_into(&mut options.filter),
        }
    }
    options
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn share(hits: usize, all: usize) -> f64 {
    100.0 * hits as f64 / all.max(1) as f64
}

/// Case and blanks do not count.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

fn show(lines: &[Line], fields: &Fields) {
    for line in lines {
        let b = line.quad.bounds();
        println!(
            "    {:4.0} {:4.0} {:4.0}x{:<3.0} {:.2} {}",
            b.x, b.y, b.width, b.height, line.confidence, line.text
        );
    }
    for (key, value) in &fields.values {
        println!(
            "    = {:16} {:?} {:.2}",
            key.name(),
            value.parts,
            value.confidence
        );
    }
}

fn records(file: &Path) -> Result<Vec<Json>, Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text(record: &Json, name: &str) -> String {
    record[name].as_str().unwrap_or_default().to_owned()
}

/// The truth under the names used here; lines of one value (`address_1`, `address_2`) put together.
fn truth(record: &Json) -> Vec<(Key, String)> {
    let Some(map) = record["viz"].as_object() else {
        return Vec::new();
    };
    let mut fields: BTreeMap<Key, String> = BTreeMap::new();
    for (name, value) in map {
        let name = name.trim_end_matches("_1").trim_end_matches("_2");
        let name = match name {
            "permit" => "permit_type",
            "gender" => "sex",
            "id_number" => "personal_number",
            "name" => "given_names",
            "number" => "document_number",
            "eye_colour" => "eyes_color",
            "code" => "country_code",
            other => other,
        };
        let Ok(key) = serde_json::from_value::<Key>(Json::String(name.to_owned())) else {
            continue;
        };
        // Handwriting is no field.
        if matches!(key, Key::Signature | Key::AuthoritySignature) {
            continue;
        }
        let text = value.as_str().unwrap_or_default();
        fields
            .entry(key)
            .and_modify(|known| {
                known.push(' ');
                known.push_str(text);
            })
            .or_insert_with(|| text.to_owned());
    }
    fields.into_iter().collect()
}

/// The MRZ on this side, as it stands in the truth.
fn mrz(record: &Json) -> Option<Mrz> {
    if record["mrz_on_this_side"].as_bool() == Some(false) {
        return None;
    }
    let lines = record["mrz"].as_array()?;
    let lines: Vec<&str> = lines.iter().filter_map(Json::as_str).collect();
    Some(mrz::parse(&lines, TODAY))
}

fn quad(record: &Json) -> Option<Quad> {
    let corners: Vec<[f32; 2]> = serde_json::from_value(record["quad"].clone()).ok()?;
    let points: Vec<Point> = corners.iter().map(|c| Point::new(c[0], c[1])).collect();
    points.try_into().ok().map(Quad)
}

fn synthetic(data: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let sample = |record: &Json| Sample {
        file: text(record, "file"),
        group: format!("synthdocs {} {}", text(record, "template"), text(record, "side")),
        quad: None,
        size: (0, 0),
        truth: truth(record),
        mrz: mrz(record),
    };
    let records = records(&data.join("synthdocs/synthdocs.jsonl"))?;
    Ok(records.iter().map(sample).collect())
}

fn specimens(data: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let sample = |record: &Json| Sample {
        file: text(record, "file"),
        group: format!("docs {}", text(record, "file")),
        quad: quad(record),
        size: (0, 0),
        truth: truth(record),
        mrz: mrz(record),
    };
    Ok(records(&data.join("docs/docs.jsonl"))?
        .iter()
        .map(sample)
        .collect())
}

fn scenes(data: &Path) -> Result<Vec<Sample>, Box<dyn Error>> {
    let sample = |record: &Json| {
        let document = text(record, "document");
        let made = if document.starts_with("synthdocs") {
            "synthdocs"
        } else {
            "specimens"
        };
        Sample {
            file: text(record, "file"),
            group: format!("scenes {} {made}", text(record, "difficulty")),
            quad: quad(record),
            size: match text(record, "doc_format").as_str() {
                "TD1" => (1284, 810),
                "TD2" => (1300, 922),
                _ => (1250, 880),
            },
            truth: truth(record),
            mrz: mrz(record),
        }
    };
    Ok(records(&data.join("scenes/scenes.jsonl"))?
        .iter()
        .map(sample)
        .collect())
}

fn read_lines(
    data: &Path,
    sample: &Sample,
    options: &Options,
    reader: &mut Option<TextReader>,
) -> Result<Vec<Line>, Box<dyn Error>> {
    let kept = options
        .cache
        .as_ref()
        .map(|dir| dir.join(sample.file.replace('/', "_") + ".json"));
    if let Some(kept) = kept.as_ref().filter(|file| file.exists()) {
        let kept: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(kept)?)?;
        return kept.iter().map(line).collect();
    }
    let mut picture = open(&data.join(&sample.file))?;
    if let Some(quad) = sample.quad {
        let (w, h) = if sample.size == (0, 0) {
            (1284, 900)
        } else {
            sample.size
        };
        picture = picture.straightened(&quad, w, h).ok_or("no quadrilateral")?;
    }
    if reader.is_none() {
        *reader = Some(TextReader::load()?);
    }
    let reader = reader.as_ref().ok_or("no reader")?;
    let lines = reader.read(&picture)?;
    if let Some(kept) = kept {
        std::fs::write(kept, serde_json::to_string(&lines)?)?;
    }
    Ok(lines)
}

fn open(file: &Path) -> Result<Picture, Box<dyn Error>> {
    let picture = image::ImageReader::open(file)?
        .with_guessed_format()?
        .decode()?
        .into_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Ok(Picture::new(width, height, picture.into_raw())?)
}

fn line(kept: &Json) -> Result<Line, Box<dyn Error>> {
    let number = |v: &Json| serde_json::from_value::<f32>(v.clone());
    let mut glyphs = Vec::new();
    for glyph in kept["glyphs"].as_array().ok_or("no glyphs")? {
        glyphs.push(Glyph {
            character: serde_json::from_value(glyph["character"].clone())?,
            at: number(&glyph["at"])?,
            confidence: number(&glyph["confidence"])?,
        });
    }
    Ok(Line {
        text: text(kept, "text"),
        confidence: number(&kept["confidence"])?,
        quad: serde_json::from_value(kept["quad"].clone())?,
        glyphs,
    })
}
