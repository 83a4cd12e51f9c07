//! A face as 128 numbers: `SFace`.

use zeroize::Zeroize as _;

use super::Face;
use crate::geometry::Point;
use crate::net::{self, Net, NetError};
use crate::pixels::Picture;

/// The side of the picture the network looks at.
const SIDE: usize = 112;
/// Where the five points lie in it: those the network was trained with (`FaceRecognizerSF` in OpenCV).
const PLACES: [Point; 5] = [
    Point::new(38.2946, 51.6963),
    Point::new(73.5318, 51.5014),
    Point::new(56.0252, 71.7366),
    Point::new(41.5493, 92.3655),
    Point::new(70.7299, 92.2041),
];
/// How many numbers a template has.
const NUMBERS: usize = 128;

/// What makes a face comparable with another: 128 numbers, of length 1 together.
///
/// Biometric data: it cannot be serialised or printed, and is wiped when it is dropped.
#[derive(Clone)]
pub struct Template(Box<[f32; NUMBERS]>);

impl Template {
    /// How alike two faces are, -1 to 1: see [`super::THRESHOLD`] and [`super::level`].
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        let product: f32 = self.0.iter().zip(other.0.iter()).map(|(a, b)| a * b).sum();
        product.clamp(-1.0, 1.0)
    }

    /// From numbers of any length; `None` where they have no direction.
    fn normalised(numbers: &mut [f32]) -> Option<Self> {
        let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt();
        let mut template = Self(Box::new([0.0; NUMBERS]));
        let is_usable = numbers.len() == NUMBERS && length.is_finite() && length > f32::EPSILON;
        if is_usable {
            for (to, from) in template.0.iter_mut().zip(numbers.iter()) {
                *to = from / length;
            }
        }
        numbers.zeroize();
        is_usable.then_some(template)
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The numbers are not for logs.
impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Template")
    }
}

/// Computes templates.
pub struct Embedder(Box<dyn Net>);

impl Embedder {
    /// Loads the network.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes it.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self(net::load(&net::KNOW_FACES)?))
    }

    /// The template of a `face` in `picture`; `None` where its points do not make a face.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn template(&self, picture: &Picture, face: &Face) -> Result<Option<Template>, NetError> {
        let Some(input) = aligned(picture, face) else {
            return Ok(None);
        };
        let mut outputs = self.0.run([1, 3, SIDE, SIDE], input)?;
        let numbers = outputs.first_mut();
        Ok(numbers.and_then(|numbers| Template::normalised(&mut numbers.data)))
    }
}

/// The face turned and scaled so that its points lie where the network expects them: red, green and blue planes, 0 to
/// 255, black outside the picture. Edges that are repeated instead make strangers more alike (vision.md, 8).
#[expect(clippy::cast_precision_loss, reason = "places in a small picture")]
fn aligned(picture: &Picture, face: &Face) -> Option<Vec<f32>> {
    let back = Similarity::between(&PLACES, &face.points)?;
    let mut planes = vec![0.0; 3 * SIDE * SIDE];
    for y in 0..SIDE {
        for x in 0..SIDE {
            // The network's places, and a face's points, count the middle of the first pixel as 0.
            let at = back.apply(Point::new(x as f32, y as f32));
            let colour = picture.between_pixels(Point::new(at.x + 0.5, at.y + 0.5));
            for (channel, level) in colour.into_iter().enumerate() {
                planes[(channel * SIDE + y) * SIDE + x] = f32::from(level);
            }
        }
    }
    Some(planes)
}

/// A turn, a scale and a shift.
struct Similarity {
    /// The scale times the cosine of the turn.
    along: f32,
    /// The scale times its sine.
    across: f32,
    shift: Point,
}

impl Similarity {
    /// The one that brings `from` nearest to `to`, by least squares (Umeyama 1991 without reflection).
    fn between(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let middle = |points: &[Point; 5]| {
            let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
            Point::new(x / 5.0, y / 5.0)
        };
        let (a, b) = (middle(from), middle(to));
        let (mut along, mut across, mut spread) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(to) {
            let (px, py, qx, qy) = (p.x - a.x, p.y - a.y, q.x - b.x, q.y - b.y);
            along += px * qx + py * qy;
            across += px * qy - py * qx;
            spread += px * px + py * py;
        }
        let (along, across) = (along / spread, across / spread);
        let size = along.hypot(across);
        (size.is_finite() && size > 1e-3).then(|| Self {
            along,
            across,
            shift: Point::new(b.x - along * a.x + across * a.y, b.y - across * a.x - along * a.y),
        })
    }

    fn apply(&self, p: Point) -> Point {
        Point::new(
            self.along * p.x - self.across * p.y + self.shift.x,
            self.across * p.x + self.along * p.y + self.shift.y,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(numbers: impl Fn(usize) -> f32) -> Option<Template> {
        let mut numbers: Vec<f32> = (0..NUMBERS).map(numbers).collect();
        Template::normalised(&mut numbers)
    }

    #[test]
    fn a_template_is_like_itself_at_any_length_and_unlike_its_opposite() {
        let one = template(|i| (i as f32).sin()).unwrap();
        let longer = template(|i| 7.0 * (i as f32).sin()).unwrap();
        let opposite = template(|i| -(i as f32).sin()).unwrap();
        assert!((one.cosine(&longer) - 1.0).abs() < 1e-5);
        assert!((one.cosine(&opposite) + 1.0).abs() < 1e-5);
    }

    #[test]
    fn numbers_without_a_direction_are_no_template() {
        assert!(template(|_| 0.0).is_none());
        assert!(template(|_| f32::NAN).is_none());
        assert!(Template::normalised(&mut [1.0; 3]).is_none());
    }

    #[test]
    fn nothing_of_a_template_is_shown() {
        assert_eq!(format!("{:?}", template(|_| 0.25).unwrap()), "Template");
    }

    #[test]
    fn a_turned_and_larger_face_is_brought_back_to_its_place() {
        let turned = Similarity {
            along: 1.5,
            across: 0.7,
            shift: Point::new(40.0, -3.0),
        };
        let points = PLACES.map(|p| turned.apply(p));
        let found = Similarity::between(&PLACES, &points).unwrap();
        for (place, point) in PLACES.into_iter().zip(points) {
            assert!(found.apply(place).distance(point) < 1e-2);
        }
        assert!(Similarity::between(&PLACES, &[Point::new(5.0, 5.0); 5]).is_none());
    }
}
