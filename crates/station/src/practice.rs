//! Practice: the whole booth without a camera, a server or a real person.
//!
//! The pictures were drawn by the project (`material/`), the person on them does not exist, the server is the sandbox
//! inside this program. Everything taken from a clip is marked synthetic.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bytes::Bytes;
use capture::{Fps, SourceSpec, jpeg};
use evidence::{Crop, Motion, Role};
use serde::Deserialize;

/// The clips for pictures: which step each was drawn for, its name, its bytes (JPEGs one after the other).
pub const CLIPS: [(Role, &str, &[u8]); 3] = [
    (Role::Front, "front", include_bytes!("../material/front.mjpeg")),
    (Role::Rear, "rear", include_bytes!("../material/rear.mjpeg")),
    (Role::Selfie, "face", include_bytes!("../material/face.mjpeg")),
];

/// The video: the person answers a challenge of [`ANSWERED`], then shows both sides of the card.
const VIDEO: (&str, &[u8]) = ("video", include_bytes!("../material/video.mp4"));

/// What the drawn person does, in this order.
pub(crate) const ANSWERED: [Motion; 4] = [Motion::Left, Motion::Blink, Motion::Right, Motion::Closer];

/// The agreement that is signed in practice, a PDF of two pages.
pub const AGREEMENT: &[u8] = include_bytes!("../material/agreement.pdf");

/// Who is drawn, and what their card says.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    /// Given names.
    pub given_name: String,
    /// First surname.
    pub surname_1: String,
    /// Second surname, if the card has one.
    #[serde(default)]
    pub surname_2: String,
    /// The card's number.
    pub serial_number: String,
    /// Where the portrait is on the picture of the front.
    pub portrait: Crop,
    /// How the clips are to be played.
    clips: BTreeMap<String, Playing>,
}

#[derive(Debug, Clone, Deserialize)]
struct Playing {
    fps: u32,
}

/// Who is drawn, and what their card says.
///
/// # Panics
/// When `material/material.json` is not what this program was built with; a test reads it.
#[must_use]
pub fn person() -> Person {
    serde_json::from_str(include_str!("../material/material.json"))
        .expect("the material is part of the program")
}

/// The clips as sources, with their names.
pub(crate) fn clips() -> Vec<(String, SourceSpec)> {
    static SPECS: OnceLock<Vec<(String, SourceSpec)>> = OnceLock::new();
    SPECS
        .get_or_init(|| {
            let playing = person().clips;
            let (name, bytes) = VIDEO;
            let video = SourceSpec::Movie {
                name: clip_name(name),
                bytes: Bytes::from_static(bytes),
            };
            let pictures = CLIPS.iter().map(|&(_, name, bytes)| {
                let frames = jpeg::split(bytes)
                    .into_iter()
                    .map(|range| Bytes::from_static(&bytes[range]))
                    .collect();
                let spec = SourceSpec::Clip {
                    name: clip_name(name),
                    frames,
                    fps: Fps::whole(playing.get(name).map_or(30, |clip| clip.fps)),
                };
                (format!("Practice: {}", shows(name)), spec)
            });
            let video = (format!("Practice: {}", shows(name)), video);
            pictures.chain([video]).collect()
        })
        .clone()
}

/// The identity of the clip drawn for `role`.
pub(crate) fn clip_for(role: Role) -> String {
    let name = CLIPS
        .iter()
        .find(|(of, ..)| *of == role)
        .map_or(VIDEO.0, |(_, name, _)| name);
    format!("clip:{}", clip_name(name))
}

/// What a case says its picture was taken with.
fn clip_name(name: &str) -> String {
    format!("practice-{name}")
}

/// What the list of cameras says.
fn shows(name: &str) -> &'static str {
    match name {
        "front" => "card, front",
        "rear" => "card, back",
        "face" => "face",
        _ => "face and card",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_clip_and_the_card_its_holder() {
        for (name, spec) in clips() {
            match spec {
                SourceSpec::Clip { frames, .. } => assert!(frames.len() >= 10, "{name} moves"),
                SourceSpec::Movie { .. } => assert_eq!(name, "Practice: face and card"),
                other => panic!("{other:?} is no part of the program"),
            }
        }
        assert!(person().portrait.is_inside(), "the portrait is on the picture");
        assert!(!person().given_name.is_empty());
    }
}
