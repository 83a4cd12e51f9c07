//! What a window leaves on the disk: the web view's caches and storage too, not only what the program writes itself.

use std::path::Path;

use anyhow::{Context as _, ensure};
use torture::{Needles, Searched, entropy_coded};

use crate::walk::{EMAIL, PERSON, PHONE};

/// Where program and web view may write.
const PLACES: [&str; 8] = [
    "home", "config", "share", "cache", "state", "runtime", "tmp", "data",
];
const MATERIAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/station/material");

/// That nothing of the case is to be read below `folder`: no field, no picture, no video, no document.
pub fn none_below(folder: &Path) -> anyhow::Result<()> {
    let needles = needles()?;
    let agreement = std::fs::read(Path::new(MATERIAL).join("agreement.pdf"))?;
    ensure!(
        !needles.found_in(&agreement).is_empty(),
        "what is there would be found"
    );
    let mut searched = Searched::default();
    for place in PLACES.map(|place| folder.join(place)) {
        if place.is_dir() {
            needles.search(&place, &mut searched)?;
        }
    }
    ensure!(
        searched.files > 10,
        "a whole case leaves some files: {}",
        searched.files
    );
    ensure!(searched.hits.is_empty(), "left on the disk: {:#?}", searched.hits);
    Ok(())
}

fn needles() -> anyhow::Result<Needles> {
    let mut needles = Needles::default();
    for (field, _, said) in PERSON {
        // A name of four letters is in half of all files.
        if said.len() >= 8 {
            needles.text(field, said);
        }
    }
    needles.text("email", EMAIL);
    needles.text("phone", PHONE);
    for clip in ["front", "rear", "face"] {
        let bytes = std::fs::read(Path::new(MATERIAL).join(format!("{clip}.mjpeg")))?;
        let mut starts: Vec<usize> = bytes
            .windows(3)
            .enumerate()
            .filter(|(_, marker)| *marker == [0xff, 0xd8, 0xff])
            .map(|(at, _)| at)
            .collect();
        starts.push(bytes.len());
        for frame in starts.windows(2) {
            needles.pieces(clip, entropy_coded(&bytes[frame[0]..frame[1]]));
        }
    }
    let agreement = std::fs::read(Path::new(MATERIAL).join("agreement.pdf")).context("the agreement")?;
    needles.pieces("the agreement", &agreement);
    needles.raw("MP4, movie header", b"mvhd\0\0\0\0");
    needles.raw("MP4, fragment header", b"mfhd\0\0\0\0");
    Ok(needles)
}
