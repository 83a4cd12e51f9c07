//! What a quadrilateral is in space when it is the picture of a rectangle.
//!
//! The map from the rectangle to the picture is K·[r1 r2 t]: with the camera's focal length in K known, its first two
//! columns are the directions of the sides, so their lengths give the proportions, the angle between them has to be
//! right, and their cross product is the plane's normal (Hartley and Zisserman, Multiple View Geometry, 8.1). The
//! focal length is not known; those that cameras have are tried.

use super::Shape;
use crate::geometry::{Point, Quad};

/// Focal lengths, in longer sides of the picture: fields of view from 85 to 26 degrees.
const FOCAL_LENGTHS: [f32; 5] = [0.55, 0.75, 1.0, 1.35, 2.2];

/// By how much a true document's proportions and right angles are off in a picture.
pub(super) const USUAL: f32 = 0.03;

/// A quadrilateral understood as a rectangle in space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plane {
    /// The side between the first two corners divided by the one between the second and third.
    pub(crate) ratio: f32,
    /// Cosine of the angle between the sides: 0 for a rectangle.
    pub(crate) skew: f32,
    /// Radians between the rectangle's plane and the picture's.
    pub(crate) tilt: f32,
}

/// The rectangle that `quad` is, in a picture of `width` by `height` pixels whose optical axis is in its middle, and
/// which of `shapes` it is: seen with the focal length for which it is most nearly a rectangle of such proportions.
pub(crate) fn plane(quad: &Quad, width: f32, height: f32, shapes: &[Shape]) -> Option<(Plane, Shape)> {
    let centred = quad.0.map(|p| Point::new(p.x - width / 2.0, p.y - height / 2.0));
    let (first, second) = directions(&centred)?;
    FOCAL_LENGTHS
        .into_iter()
        .map(|share| seen_through(first, second, share * width.max(height)))
        .filter(|plane| plane.ratio.is_finite() && plane.skew.is_finite() && plane.ratio > 0.0)
        .flat_map(|plane| shapes.iter().map(move |&shape| (plane, shape)))
        .min_by(|a, b| a.0.strangeness(a.1).total_cmp(&b.0.strangeness(b.1)))
}

impl Plane {
    /// How far the proportions are from those of `shape`, as a natural logarithm.
    pub(crate) fn misshapen(&self, shape: Shape) -> f32 {
        (self.ratio.max(1.0 / self.ratio) / shape.ratio()).ln().abs()
    }

    /// How far this is from being `shape` at all: 1 for what measuring makes of a true one.
    fn strangeness(&self, shape: Shape) -> f32 {
        (self.misshapen(shape) / USUAL).powi(2) + (self.skew / USUAL).powi(2)
    }
}

/// The first two columns of the map from the unit square to `corners` (Heckbert 1989, 2.2.3).
fn directions(corners: &[Point; 4]) -> Option<([f32; 3], [f32; 3])> {
    let [p, q, r, s] = *corners;
    let (dx1, dx2, dx3) = (q.x - r.x, s.x - r.x, p.x - q.x + r.x - s.x);
    let (dy1, dy2, dy3) = (q.y - r.y, s.y - r.y, p.y - q.y + r.y - s.y);
    let area = dx1 * dy2 - dx2 * dy1;
    if area.abs() < 1e-3 {
        return None;
    }
    let g = (dx3 * dy2 - dx2 * dy3) / area;
    let h = (dx1 * dy3 - dx3 * dy1) / area;
    let first = [q.x - p.x + g * q.x, q.y - p.y + g * q.y, g];
    let second = [s.x - p.x + h * s.x, s.y - p.y + h * s.y, h];
    Some((first, second))
}

fn seen_through(first: [f32; 3], second: [f32; 3], focal: f32) -> Plane {
    let u = [first[0] / focal, first[1] / focal, first[2]];
    let v = [second[0] / focal, second[1] / focal, second[2]];
    let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let (long, short) = (dot(u, u).sqrt(), dot(v, v).sqrt());
    let normal = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ];
    let upright = normal[2].abs() / dot(normal, normal).sqrt().max(1e-12);
    Plane {
        ratio: long / short,
        skew: dot(u, v) / (long * short),
        tilt: upright.clamp(0.0, 1.0).acos(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A card of ID-1 seen by a camera, turned by `yaw` and `pitch` degrees.
    fn seen(yaw: f32, pitch: f32) -> Quad {
        let (sy, cy) = yaw.to_radians().sin_cos();
        let (sp, cp) = pitch.to_radians().sin_cos();
        Quad(
            [(-0.5, -0.315), (0.5, -0.315), (0.5, 0.315), (-0.5, 0.315)].map(|(x, y)| {
                let (x, z) = (x * cy, x * sy);
                let (y, z) = (y * cp - z * sp, y * sp + z * cp);
                let depth = 2.0 + z;
                Point::new(640.0 + 1280.0 * x / depth, 360.0 + 1280.0 * y / depth)
            }),
        )
    }

    #[test]
    fn a_tilted_card_keeps_its_proportions() {
        for (yaw, pitch) in [(0.0, 0.0), (20.0, 0.0), (0.0, -25.0), (25.0, 20.0)] {
            let shapes = [Shape::Id1, Shape::Page];
            let (plane, shape) = plane(&seen(yaw, pitch), 1280.0, 720.0, &shapes).unwrap();
            assert_eq!(shape, Shape::Id1);
            assert!(
                (plane.ratio - 1.0 / 0.63).abs() < 0.08,
                "{yaw} {pitch}: {plane:?}"
            );
            assert!(plane.skew.abs() < 0.03, "{yaw} {pitch}: {plane:?}");
        }
    }

    #[test]
    fn a_tilt_is_measured_in_degrees() {
        let (plane, _) = plane(&seen(25.0, 0.0), 1280.0, 720.0, &[Shape::Id1]).unwrap();
        let tilt = plane.tilt.to_degrees();
        assert!((tilt - 25.0).abs() < 8.0, "{tilt}");
    }
}
