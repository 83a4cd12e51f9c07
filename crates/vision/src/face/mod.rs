//! Faces: where they are, how good their picture is, and whether two show the same person.
//!
//! A face's [`Template`] is biometric data. It lives in memory only: it cannot be written anywhere and is wiped when it
//! is let go of.

mod antispoof;
mod eyes;
mod finder;
mod quality;
mod selfie;
mod template;

pub use self::antispoof::AntiSpoof;
pub use self::eyes::EyeReader;
pub use self::finder::FaceFinder;
pub use self::quality::{Component, FaceQuality};
pub use self::selfie::{Coach, Hint, Seen, SelfieShutter, Shot, Step, is_good};
pub use self::template::{Embedder, Template};
use crate::geometry::{Point, Rect};

/// The longer side at which faces are looked for in a still: at half of it, small printed portraits are missed, and
/// those that are found are matched worse (vision.md, 3).
pub const STILL: usize = 640;
/// The longer side at which faces are looked for in a frame of the preview.
pub const PREVIEW: usize = 320;

/// The cosine from which on two templates are taken to be of one person: the threshold OpenCV publishes for `SFace`
/// (tutorial "DNN-based Face Detection And Recognition", chosen on LFW).
pub const THRESHOLD: f32 = 0.363;

/// How templates are computed: the network, and the SHA-256 of its file.
pub const METHOD: &str = "sface-2021dec-int8-opset13 \
                          sha256:025cff676284eb093a580f956d13cecf07500faacec6d15d20d0a26e126c37b1";

/// The fixed points between cosine and level.
const LEVELS: [(f32, f32); 6] = [
    (0.0, 0.0),
    (0.30, 40.0),
    (THRESHOLD, 50.0),
    (0.50, 75.0),
    (0.70, 95.0),
    (0.80, 100.0),
];

/// The `similarity_level` of a cosine: 0 to 100, 50 at [`THRESHOLD`], straight lines between fixed points and never
/// falling. It is a scale and no probability.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 100"
)]
pub fn level(cosine: f32) -> u8 {
    if cosine.is_nan() {
        return 0;
    }
    let cosine = cosine.clamp(0.0, LEVELS[LEVELS.len() - 1].0);
    let between = LEVELS
        .windows(2)
        .find(|pair| cosine <= pair[1].0)
        .map_or(100.0, |pair| {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            y0 + (y1 - y0) * (cosine - x0) / (x1 - x0)
        });
    // Rounded down: 50 says that the threshold was reached.
    (between + 1e-3) as u8
}

/// A face in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// The box around it, forehead to chin.
    pub bounds: Rect,
    /// Right and left eye (the person's own), tip of the nose, right and left corner of the mouth.
    pub points: [Point; 5],
    /// How sure the network is, 0 to 1.
    pub score: f32,
}

impl Face {
    /// Pixels between the eyes.
    #[must_use]
    pub fn eye_distance(&self) -> f32 {
        self.points[0].distance(self.points[1])
    }

    /// How large the face is, in pixels: the mean of what is between the eyes and of what is between them and the
    /// mouth, so that a head that turns keeps most of its size.
    #[must_use]
    pub fn span(&self) -> f32 {
        let [right, left, _, mouth_right, mouth_left] = self.points;
        let eyes = right.towards(left, 0.5);
        (self.eye_distance() + eyes.distance(mouth_right.towards(mouth_left, 0.5))) / 2.0
    }

    /// How far the head is turned to the person's own left (above 0) or right (below): how far the tip of the nose is
    /// beside the middle of the eyes, along the line of the eyes, in distances between them; within 1. About 0.2 at 15
    /// to 20 degrees. The picture must not be mirrored.
    #[must_use]
    pub fn yaw(&self) -> f32 {
        self.nose_beside().0
    }

    /// Where the tip of the nose is from the middle of the eyes, along the line of the eyes and across it, in
    /// distances between them.
    fn nose_beside(&self) -> (f32, f32) {
        let [right, left, nose, ..] = self.points;
        let (x, y) = (left.x - right.x, left.y - right.y);
        let square = (x * x + y * y).max(1e-3);
        let middle = right.towards(left, 0.5);
        let (nx, ny) = (nose.x - middle.x, nose.y - middle.y);
        let within = |n: f32| if n.is_finite() { n.clamp(-1.0, 1.0) } else { 0.0 };
        (
            within((nx * x + ny * y) / square),
            within((ny * x - nx * y) / square),
        )
    }

    /// How far the tip of the nose moved against eyes and mouth since `before`, along the line of the eyes and across
    /// it, in distances between the eyes: what a flat picture does not do, however it is held. `None` where eyes and
    /// mouth span nothing.
    #[must_use]
    pub fn parallax(&self, before: &Self) -> Option<(f32, f32)> {
        let flat = |points: &[Point; 5]| [points[0], points[1], points[3], points[4]];
        let map = Affine::between(&flat(&before.points), &flat(&self.points))?;
        let expected = map.apply(before.points[2]);
        let [right, left, nose, ..] = self.points;
        let (x, y) = (left.x - right.x, left.y - right.y);
        // By the larger of both distances: that of a head which is turned far is small.
        let unit = self.eye_distance() * self.span().max(1e-3);
        let (dx, dy) = (nose.x - expected.x, nose.y - expected.y);
        let (along, across) = ((dx * x + dy * y) / unit, (dy * x - dx * y) / unit);
        (along.is_finite() && across.is_finite()).then_some((along, across))
    }

    /// The quarter turns clockwise that the head lies turned by, to the nearest.
    #[must_use]
    pub fn turns(&self) -> usize {
        let [right, left, ..] = self.points;
        let (x, y) = (left.x - right.x, left.y - right.y);
        match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        }
    }
}

/// What a flat picture does when it is turned, tilted and moved, seen from afar.
struct Affine {
    rows: [[f32; 2]; 2],
    from: Point,
    to: Point,
}

impl Affine {
    /// The one that brings `from` nearest to `to`, by least squares.
    fn between(from: &[Point; 4], to: &[Point; 4]) -> Option<Self> {
        let middle = |points: &[Point; 4]| {
            let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
            Point::new(x / 4.0, y / 4.0)
        };
        let (a, b) = (middle(from), middle(to));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let mut rows = [[0.0; 2]; 2];
        for (p, q) in from.iter().zip(to) {
            let (px, py) = (p.x - a.x, p.y - a.y);
            (xx, xy, yy) = (xx + px * px, xy + px * py, yy + py * py);
            for (row, q) in rows.iter_mut().zip([q.x - b.x, q.y - b.y]) {
                row[0] += q * px;
                row[1] += q * py;
            }
        }
        let size = xx * yy - xy * xy;
        if !size.is_finite() || size <= 1e-3 {
            return None;
        }
        let rows = rows.map(|[u, v]| [(u * yy - v * xy) / size, (v * xx - u * xy) / size]);
        Some(Self { rows, from: a, to: b })
    }

    fn apply(&self, p: Point) -> Point {
        let (x, y) = (p.x - self.from.x, p.y - self.from.y);
        let [[a, b], [c, d]] = self.rows;
        Point::new(a * x + b * y + self.to.x, c * x + d * y + self.to.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_has_the_threshold_in_its_middle_and_never_falls() {
        for (cosine, expected) in [
            (-1.0, 0),
            (0.0, 0),
            (0.15, 20),
            (0.30, 40),
            (0.3629, 49),
            (THRESHOLD, 50),
            (0.5, 75),
            (0.7, 95),
            (0.8, 100),
            (1.0, 100),
            (f32::NAN, 0),
        ] {
            assert_eq!(level(cosine), expected, "{cosine}");
        }
        let levels: Vec<u8> = (-100_i16..=100).map(|c| level(f32::from(c) / 100.0)).collect();
        assert!(levels.is_sorted());
    }

    #[test]
    fn the_method_names_the_file_that_is_used() {
        let sums = include_str!("../../../../models/SHA256SUMS");
        let (_, sum) = METHOD.split_once("sha256:").unwrap();
        let line = format!("{sum}  {}.onnx", crate::net::KNOW_FACES.name);
        assert!(sums.lines().any(|l| l == line));
    }
}
