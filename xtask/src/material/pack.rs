//! Frames into clips, and the words about them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use resvg::tiny_skia::Pixmap;

use super::acted::RATE;
use super::card;
use super::clips::{Clip, Stage, over_desk};
use super::specimen;

/// JPEG quality: small text stays readable, a clip stays below 2.5 MB.
const QUALITY: i32 = 68;

/// Draws everything into `crates/station/material/`.
pub fn draw() -> anyhow::Result<()> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    println!("Setting the stage ...");
    let stage = Stage::set()?;
    for clip in Clip::ALL {
        let frames = (0..clip.frames()).map(|at| stage.frame(clip, f64::from(at) / f64::from(clip.frames())));
        let path = folder.join(clip.file());
        if clip == Clip::Video {
            movie(frames, &path)?;
        } else {
            let jpegs: Vec<Vec<u8>> = frames.map(|frame| jpeg(&frame?)).collect::<Result<_, _>>()?;
            fs::write(&path, jpegs.concat())
                .with_context(|| format!("{} was not written", path.display()))?;
        }
        let bytes = fs::metadata(&path)?.len();
        println!("{}: {} frames, {} kB", clip.name(), clip.frames(), bytes / 1000);
    }
    fs::write(folder.join("agreement.pdf"), super::agreement::agreement())?;
    fs::write(folder.join("material.json"), words())?;
    Ok(())
}

/// Frames as an MP4: as JPEGs one after the other a clip of this length would be five times as large.
fn movie(frames: impl Iterator<Item = anyhow::Result<Pixmap>>, path: &Path) -> anyhow::Result<()> {
    let rate = RATE.to_string();
    let mut ffmpeg = Command::new("ffmpeg")
        .args([
            "-y",
            "-loglevel",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgba",
            "-s",
            "1280x720",
        ])
        .args([
            "-r",
            &rate,
            "-i",
            "-",
            "-c:v",
            "libx264",
            "-profile:v",
            "baseline",
            "-preset",
            "slow",
        ])
        .args([
            "-crf",
            "23",
            "-g",
            "30",
            "-pix_fmt",
            "yuv420p",
            "-color_range",
            "tv",
        ])
        .args([
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
        ])
        .args([
            "-vf",
            "scale=out_color_matrix=bt709",
            "-map_metadata",
            "-1",
            "-fflags",
            "+bitexact",
        ])
        .args(["-movflags", "+faststart"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .context("ffmpeg does not start")?;
    let mut into = ffmpeg.stdin.take().context("ffmpeg takes no frames")?;
    for frame in frames {
        into.write_all(frame?.data())?;
    }
    drop(into);
    ensure!(ffmpeg.wait()?.success(), "ffmpeg made no {}", path.display());
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
                "    \"{0}\": {{ \"file\": \"{3}\", \"fps\": {RATE}, \"frames\": {1}, \"width\": 1280, \
                 \"height\": 720, \"what\": \"{2}\" }}",
                clip.name(),
                clip.frames(),
                clip.what(),
                clip.file()
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
