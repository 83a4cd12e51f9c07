//! How good a picture of a face is, in the terms of ISO/IEC 29794-5:2025 and its reference implementation OFIQ.
//!
//! The names are those of the standard's quality components; the values are what was measured, with their units, and not the
//! standard's scores from 0 to 100: OFIQ computes these with networks of its own. What cannot be measured is absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{EyeReader, Face};
use crate::geometry::{Point, Quad};
use crate::net::NetError;
use crate::pixels::{Gray, Picture};
use crate::quality::edge_width;

/// Pixels for the face's span in the picture that is looked at.
const UNIT: f32 = 64.0;
/// That picture, in spans: its side, and how far the middle of the eyes is below its upper edge.
const SIDE: f32 = 4.0;
const EYES_AT: f32 = 1.6;
/// How far the tip of the nose stands out before the eyes, in distances between them: with it, a yaw of 0.2 is 17
/// degrees. People differ by about a fifth.
const NOSE: f32 = 0.65;
/// Where the nose of a head that is held straight is between eyes (0) and mouth (1); people differ by 0.05, 5 degrees.
const NOSE_BETWEEN: f32 = 0.55;
/// From the top of the head to the chin, in spans.
const HEAD: f32 = 3.1;
/// Brightness up to which a pixel is under-exposed, and from which on it is over-exposed (OFIQ).
const UNDER: u8 = 25;
const OVER: u8 = 247;

/// What is measured of a face's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// How many faces there are.
    SingleFacePresent,
    /// Pixels between the eyes of a head that is not turned.
    InterEyeDistance,
    /// The head's height as a part of the picture's.
    HeadSize,
    /// The width of the sharpest edges, in hundredths of the face's span: smaller is sharper. Noise makes it no smaller.
    Sharpness,
    /// The part of the face that is too dark to show anything.
    UnderExposure,
    /// The part of the face that is burnt out.
    OverExposure,
    /// Mean brightness of the face, 0 to 255.
    LuminanceMean,
    /// How alike the light on both halves of the face is: what their histograms share, 0 to 1.
    IlluminationUniformity,
    /// Degrees the head is turned to the person's left; right is below 0. Within about 5.
    HeadPoseYaw,
    /// Degrees the head looks down; up is below 0. Within about 7.
    HeadPosePitch,
    /// Degrees the head leans towards its left shoulder; the right one is below 0.
    HeadPoseRoll,
    /// How open the eye is that is less open: the lids' distance by their width. Below 0.15 it is shut.
    EyesOpen,
    /// How bright the eyes are against the cheeks: dark glasses are far below skin.
    EyesVisible,
    /// How far the colour about the mouth is from that of the cheeks, 0 to 255: a mask is of another colour. A hint: so
    /// is a beard.
    MouthOcclusion,
    /// The mean step of brightness beside the head, 0 to 255: an even background has almost none.
    BackgroundUniformity,
}

impl Component {
    /// What its values are counted in; empty where they are plain shares or ratios.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::SingleFacePresent => "faces",
            Self::InterEyeDistance => "pixels",
            Self::Sharpness => "hundredths of the face's span",
            Self::LuminanceMean | Self::MouthOcclusion | Self::BackgroundUniformity => "levels of 255",
            Self::HeadPoseYaw | Self::HeadPosePitch | Self::HeadPoseRoll => "degrees",
            Self::HeadSize
            | Self::UnderExposure
            | Self::OverExposure
            | Self::IlluminationUniformity
            | Self::EyesOpen
            | Self::EyesVisible => "",
        }
    }
}

/// The measurements of one face.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaceQuality(pub BTreeMap<Component, f32>);

impl FaceQuality {
    /// What was measured; `None` where it could not be.
    #[must_use]
    pub fn get(&self, component: Component) -> Option<f32> {
        self.0.get(&component).copied()
    }

    /// Measures the picture of `face`, one of `faces`. Without `eyes`, lids are not looked at.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn of(
        picture: &Picture,
        face: &Face,
        faces: usize,
        eyes: Option<&EyeReader>,
    ) -> Result<Self, NetError> {
        let mut all = BTreeMap::new();
        let mut put = |component, value: Option<f32>| {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                all.insert(component, value);
            }
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "sides of pictures and numbers of faces are small"
        )]
        let (count, height) = (faces as f32, picture.height() as f32);
        put(Component::SingleFacePresent, Some(count));
        let pose = Pose::of(face);
        put(
            Component::InterEyeDistance,
            Some(face.eye_distance() / pose.yaw.to_radians().cos().max(0.5)),
        );
        put(Component::HeadSize, Some(HEAD * face.span() / height));
        put(Component::HeadPoseYaw, Some(pose.yaw));
        put(Component::HeadPosePitch, pose.pitch);
        put(Component::HeadPoseRoll, Some(pose.roll));
        if let Some(reader) = eyes {
            let open = reader.openness(picture, face)?;
            put(Component::EyesOpen, open.map(|[right, left]| right.min(left)));
        }
        if let Some(front) = Front::of(picture, face) {
            front.measure(&mut put);
        }
        Ok(Self(all))
    }
}

/// How a head is held, in degrees.
struct Pose {
    yaw: f32,
    pitch: Option<f32>,
    roll: f32,
}

impl Pose {
    fn of(face: &Face) -> Self {
        let [right, left, _, mouth_right, mouth_left] = face.points;
        let eyes = right.towards(left, 0.5);
        let mouth = mouth_right.towards(mouth_left, 0.5);
        let (along, down) = face.nose_beside();
        let distance = face.eye_distance().max(1e-3);
        let to_mouth = eyes.distance(mouth) / distance;
        // A nose that is nearer to the mouth belongs to a head that looks down.
        let lower = down - NOSE_BETWEEN * to_mouth;
        Self {
            yaw: (along / NOSE).atan().to_degrees(),
            pitch: (to_mouth > 0.3).then(|| (lower / NOSE).atan().to_degrees()),
            roll: (left.y - right.y).atan2(left.x - right.x).to_degrees(),
        }
    }
}

/// The face upright at a fixed size.
struct Front {
    colour: Picture,
    gray: Gray,
    /// Pixels of the picture for one of these.
    enlarged: f32,
    /// What of it lies in the picture.
    inside: Vec<bool>,
}

/// A part of it, in spans from the middle of the eyes: from left to right, from above to below.
type Part = (f32, f32, f32, f32);

const SKIN: Part = (-0.8, 0.8, -0.4, 1.4);
const CHEEKS: [Part; 2] = [(-0.7, -0.35, 0.35, 0.7), (0.35, 0.7, 0.35, 0.7)];
const EYES: [Part; 2] = [(-0.72, -0.28, -0.12, 0.12), (0.28, 0.72, -0.12, 0.12)];
const HALVES: [Part; 2] = [(-0.85, -0.15, -0.4, 1.2), (0.15, 0.85, -0.4, 1.2)];
const MOUTH: Part = (-0.4, 0.4, 0.85, 1.35);
const BESIDE: [Part; 2] = [(-1.95, -1.45, -1.2, 0.6), (1.45, 1.95, -1.2, 0.6)];

impl Front {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "sides of pictures are small numbers"
    )]
    fn of(picture: &Picture, face: &Face) -> Option<Self> {
        let [right, left, ..] = face.points;
        let (span, distance) = (face.span(), face.eye_distance());
        if !span.is_finite() || span < 4.0 || distance < 2.0 {
            return None;
        }
        // Without this a large face would be looked at through holes.
        let shrunk = (UNIT * 1.5 / span).min(1.0);
        let side = |pixels: usize| ((pixels as f32 * shrunk) as usize).max(1);
        let smaller = (shrunk < 1.0).then(|| picture.resized(side(picture.width()), side(picture.height())));
        let picture = smaller.as_ref().unwrap_or(picture);
        let span = span * shrunk;
        let eyes = right.towards(left, 0.5);
        let (ex, ey) = ((left.x - right.x) / distance, (left.y - right.y) / distance);
        let place = |across: f32, down: f32| {
            Point::new(
                (eyes.x * shrunk) + span * (across * ex - down * ey),
                (eyes.y * shrunk) + span * (across * ey + down * ex),
            )
        };
        let (half, above, below) = (SIDE / 2.0, -EYES_AT, SIDE - EYES_AT);
        let quad = Quad([
            place(-half, above),
            place(half, above),
            place(half, below),
            place(-half, below),
        ]);
        let pixels = (SIDE * UNIT) as usize;
        let colour = picture.straightened(&quad, pixels, pixels)?;
        let inside = (0..pixels * pixels).map(|i| {
            let at = |n: usize| n as f32 / UNIT;
            let p = place(at(i % pixels) - half, at(i / pixels) - EYES_AT);
            p.x >= 0.0 && p.y >= 0.0 && p.x < picture.width() as f32 && p.y < picture.height() as f32
        });
        Some(Self {
            gray: colour.gray(),
            inside: inside.collect(),
            enlarged: span / shrunk / UNIT,
            colour,
        })
    }

    fn measure(&self, put: &mut impl FnMut(Component, Option<f32>)) {
        let skin = self.levels(SKIN);
        let share = |is: &dyn Fn(u8) -> bool| part(&skin, is);
        put(Component::UnderExposure, share(&|level| level <= UNDER));
        put(Component::OverExposure, share(&|level| level >= OVER));
        put(Component::LuminanceMean, mean(&skin));
        let [right, left] = HALVES.map(|half| histogram(&self.levels(half)));
        put(
            Component::IlluminationUniformity,
            right
                .zip(left)
                .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a.min(b)).sum()),
        );
        let together = |parts: [Part; 2]| mean(&parts.map(|part| self.levels(part)).concat());
        let (eyes, cheeks) = (together(EYES), together(CHEEKS));
        put(
            Component::EyesVisible,
            eyes.zip(cheeks).map(|(eyes, cheeks)| eyes / cheeks.max(1.0)),
        );
        let sides = BESIDE.map(|part| self.steps(part)).concat();
        #[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
        let count = sides.len() as f32;
        put(
            Component::BackgroundUniformity,
            (count >= UNIT * UNIT / 4.0).then(|| sides.iter().sum::<f32>() / count),
        );
        // Beyond its own pixels a small face has no edges to measure.
        if self.enlarged >= 0.5 {
            let width = edge_width(&self.gray);
            put(Component::Sharpness, width.map(|width| 100.0 * width / UNIT));
        }
        let cheeks = CHEEKS.map(|part| self.tint(part));
        let cheeks = cheeks[0].zip(cheeks[1]);
        put(
            Component::MouthOcclusion,
            self.tint(MOUTH)
                .zip(cheeks)
                .map(|(mouth, (a, b))| (mouth.0 - (a.0 + b.0) / 2.0).hypot(mouth.1 - (a.1 + b.1) / 2.0)),
        );
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in a small picture"
    )]
    fn places(&self, (left, right, upper, lower): Part) -> impl Iterator<Item = (usize, usize)> {
        let column = |across: f32| ((across + SIDE / 2.0) * UNIT) as usize;
        let row = |down: f32| ((down + EYES_AT) * UNIT) as usize;
        let columns = column(left)..column(right);
        let width = self.colour.width();
        (row(upper)..row(lower))
            .flat_map(move |y| columns.clone().map(move |x| (x, y)))
            .filter(move |(x, y)| self.inside[y * width + x])
    }

    fn levels(&self, part: Part) -> Vec<u8> {
        self.places(part).map(|(x, y)| self.gray.at(x, y)).collect()
    }

    /// How much the brightness changes two pixels on: one pixel's noise counts for half.
    fn steps(&self, part: Part) -> Vec<f32> {
        self.places(part)
            .map(|(x, y)| {
                let step = |a: u8, b: u8| f32::from(a.abs_diff(b)) / 2.0;
                step(self.gray.at(x + 1, y), self.gray.at(x - 1, y))
                    .max(step(self.gray.at(x, y + 1), self.gray.at(x, y - 1)))
            })
            .collect()
    }

    /// The mean colour without its brightness: blue and red against green.
    fn tint(&self, part: Part) -> Option<(f32, f32)> {
        let (mut blue, mut red, mut count) = (0.0, 0.0, 0.0_f32);
        for (x, y) in self.places(part) {
            let [r, g, b] = self.colour.at(x, y).map(f32::from);
            blue += b - g;
            red += r - g;
            count += 1.0;
        }
        (count > 0.0).then(|| (blue / count, red / count))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
fn mean(levels: &[u8]) -> Option<f32> {
    let sum: u32 = levels.iter().map(|&level| u32::from(level)).sum();
    (!levels.is_empty()).then(|| sum as f32 / levels.len() as f32)
}

#[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
fn part(levels: &[u8], is: &dyn Fn(u8) -> bool) -> Option<f32> {
    let count = levels.iter().filter(|&&level| is(level)).count();
    (!levels.is_empty()).then(|| count as f32 / levels.len() as f32)
}

/// Shares of 16 levels of brightness.
fn histogram(levels: &[u8]) -> Option<[f32; 16]> {
    let mut counts = [0.0; 16];
    for &level in levels {
        counts[usize::from(level / 16)] += 1.0;
    }
    let all: f32 = counts.iter().sum();
    (all > 0.0).then(|| counts.map(|count| count / all))
}
