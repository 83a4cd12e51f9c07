//! Frames into clips, and the words about them.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use resvg::tiny_skia::Pixmap;

use super::card;
use super::clips::{Clip, Stage, over_desk};
use super::specimen;

/// Frames a second, as they should be shown.
const RATE: u32 = 15;
/// JPEG quality: small text stays readable, a clip stays below 2.5 MB.
const QUALITY: i32 = 68;

/// Draws everything into `crates/station/material/`.
pub fn draw() -> anyhow::Result<()> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    println!("Setting the stage ...");
    let stage = Stage::set()?;
    for clip in Clip::ALL {
        let mut bytes = Vec::new();
        for at in 0..clip.frames() {
            let picture = stage.frame(clip, f64::from(at) / f64::from(clip.frames()))?;
            bytes.extend(jpeg(&picture)?);
        }
        let path = folder.join(format!("{}.mjpeg", clip.name()));
        fs::write(&path, &bytes).with_context(|| format!("{} was not written", path.display()))?;
        println!(
            "{}: {} frames, {} kB",
            clip.name(),
            clip.frames(),
            bytes.len() / 1000
        );
    }
    fs::write(folder.join("agreement.pdf"), super::agreement::agreement())?;
    fs::write(folder.join("material.json"), words())?;
    Ok(())
}

fn folder() -> PathBuf {
    crate::root().join("crates/station/material")
}

fn jpeg(picture: &Pixmap) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let image = turbojpeg::Image {
        // Every picture here is opaque, so premultiplied is the same as plain.
        pixels: picture.data(),
        width,
        pitch: width * 4,
        height,
        format: turbojpeg::PixelFormat::RGBA,
    };
    let mut encoder = turbojpeg::Compressor::new()?;
    encoder.set_quality(QUALITY)?;
    encoder.set_subsamp(turbojpeg::Subsamp::Sub2x2)?;
    encoder.set_optimize(true)?;
    Ok(encoder.compress_to_vec(image)?)
}

/// Where the front clip's first picture shows the portrait, as fractions of its width and height: left, top,
/// width, height of the upright box around it.
fn portrait() -> [f64; 4] {
    let pose = over_desk(0.0, false);
    let [left, top, width, height] = card::PORTRAIT;
    let seen = [
        (left, top),
        (left + width, top),
        (left + width, top + height),
        (left, top + height),
    ]
    .map(|(x, y)| pose.seen(x - card::WIDTH / 2.0, y - card::HEIGHT / 2.0));
    let span = |axis: usize, whole: f64| {
        let low = seen.iter().map(|point| point[axis]).fold(f64::MAX, f64::min);
        let high = seen.iter().map(|point| point[axis]).fold(f64::MIN, f64::max);
        (low / whole, (high - low) / whole)
    };
    let ((x, width), (y, height)) = (span(0, 1280.0), span(1, 720.0));
    [x, y, width, height]
}

/// `material.json`.
fn words() -> String {
    let clips: Vec<String> = Clip::ALL
        .iter()
        .map(|clip| {
            format!(
                "    \"{0}\": {{ \"file\": \"{0}.mjpeg\", \"fps\": {RATE}, \"frames\": {1}, \"width\": 1280, \
                 \"height\": 720, \"what\": \"{2}\" }}",
                clip.name(),
                clip.frames(),
                clip.what()
            )
        })
        .collect();
    let [x, y, width, height] = portrait();
    let fields = [
        ("given_name", specimen::GIVEN_NAME.to_owned()),
        ("surname_1", specimen::SURNAME_1.to_owned()),
        ("surname_2", specimen::SURNAME_2.to_owned()),
        ("serial_number", specimen::DOCUMENT.to_owned()),
        ("id_document_type", "IDC".to_owned()),
        ("sex", specimen::SEX.to_owned()),
        ("birth_date", specimen::BIRTH.iso()),
        ("issue_date", specimen::ISSUED.iso()),
        ("expiry_date", specimen::EXPIRY.iso()),
        ("issuing_state", "UTO".to_owned()),
        ("nationality", "UTO".to_owned()),
    ]
    .map(|(name, value)| format!("  \"{name}\": \"{value}\""));
    let mrz = specimen::mrz().map(|line| format!("    \"{line}\""));
    format!(
        "{{\n{},\n  \"mrz\": [\n{}\n  ],\n  \"portrait\": {{ \"x\": {x:.4}, \"y\": {y:.4}, \"width\": {width:.4}, \
         \"height\": {height:.4} }},\n  \"clips\": {{\n{}\n  }}\n}}\n",
        fields.join(",\n"),
        mrz.join(",\n"),
        clips.join(",\n"),
    )
}
