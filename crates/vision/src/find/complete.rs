//! A border of which one side cannot be seen: a white card on white paper, glare that runs over its edge, a hand.
//!
//! Three sides of a rectangle of known proportions, seen by a camera, leave no choice where the fourth is: the two
//! opposite ones give a direction in space, the one between them the other, and the proportions how far to go
//! (Hartley and Zisserman, Multiple View Geometry, 8.6).

use super::Shape;
use super::lines::Line;
use crate::geometry::{Point, Quad};

/// The focal length taken, in longer sides of the picture: that of most webcams. A document fills little of the
/// picture, so another one moves the corners by less than the search for the border makes good.
const FOCAL_LENGTH: f32 = 1.0;

/// The outlines of `shapes` whose sides are `base`, from `start` to `end`, and parts of `first` through `start` and of
/// `second` through `end`: to either side of the base, with the base as the longer side and as the shorter. The first
/// two corners are `start` and `end`, the third is on `second`.
pub(super) fn outlines(
    size: (f32, f32),
    [first, second]: [&Line; 2],
    base: &Line,
    (start, end): (Point, Point),
    shapes: &[Shape],
) -> Vec<(Quad, Shape)> {
    let view = View::of(size);
    let along = cross(view.plane(first), view.plane(second));
    let Some(along) = unit(along) else {
        return Vec::new();
    };
    let Some(across) = unit(cross(view.plane(base), along)) else {
        return Vec::new();
    };
    let normal = cross(along, across);
    let (from, to) = (view.ray(start), view.ray(end));
    // The plane through the first corner at depth 1; the second corner's ray meets it at `depth`.
    let depth = dot(normal, from) / dot(normal, to);
    if !depth.is_finite() || depth <= 0.2 || depth >= 5.0 {
        return Vec::new();
    }
    let to = to.map(|x| x * depth);
    let base_length = dot(minus(to, from), minus(to, from)).sqrt();
    let mut found = Vec::with_capacity(8);
    for &shape in shapes {
        for length in [base_length * shape.ratio(), base_length / shape.ratio()] {
            for way in [length, -length] {
                let step = along.map(|x| x * way);
                let (third, fourth) = (view.seen(plus(to, step)), view.seen(plus(from, step)));
                if let (Some(third), Some(fourth)) = (third, fourth) {
                    found.push((Quad([start, end, third, fourth]), shape));
                }
            }
        }
    }
    found
}

/// A camera that looks at the middle of the picture.
struct View {
    middle: Point,
    focal: f32,
}

impl View {
    fn of((width, height): (f32, f32)) -> Self {
        Self {
            middle: Point::new(width / 2.0, height / 2.0),
            focal: FOCAL_LENGTH * width.max(height),
        }
    }

    /// The direction in space a point of the picture is seen in.
    fn ray(&self, point: Point) -> [f32; 3] {
        [
            (point.x - self.middle.x) / self.focal,
            (point.y - self.middle.y) / self.focal,
            1.0,
        ]
    }

    /// The plane through the camera that a line of the picture is in, by its normal.
    fn plane(&self, line: &Line) -> [f32; 3] {
        let offset = line.offset - line.normal.x * self.middle.x - line.normal.y * self.middle.y;
        [line.normal.x, line.normal.y, -offset / self.focal]
    }

    /// Where a point in space is seen; `None` behind the camera.
    fn seen(&self, [x, y, z]: [f32; 3]) -> Option<Point> {
        (z > 0.1).then(|| {
            Point::new(
                self.middle.x + self.focal * x / z,
                self.middle.y + self.focal * y / z,
            )
        })
    }
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn plus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|i| a[i] + b[i])
}

fn minus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|i| a[i] - b[i])
}

fn unit(a: [f32; 3]) -> Option<[f32; 3]> {
    let length = dot(a, a).sqrt();
    (length > 1e-6).then(|| a.map(|x| x / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A card of ID-1 before a camera of this focal length, turned by 25 degrees and tilted by 20.
    fn seen() -> Quad {
        let (sy, cy) = 25_f32.to_radians().sin_cos();
        let (sp, cp) = 20_f32.to_radians().sin_cos();
        let half = 0.5 / Shape::Id1.ratio();
        Quad(
            [(-0.5, -half), (0.5, -half), (0.5, half), (-0.5, half)].map(|(x, y)| {
                let (x, z) = (x * cy, x * sy);
                let (y, z) = (y * cp - z * sp, y * sp + z * cp);
                Point::new(320.0 + 640.0 * x / (2.0 + z), 180.0 + 640.0 * y / (2.0 + z))
            }),
        )
    }

    #[test]
    fn the_fourth_side_is_where_the_three_others_leave_it() {
        let quad = seen();
        for hidden in 0..4 {
            let [a, b, c, d] = quad.turned(hidden).0;
            let found = outlines(
                (640.0, 360.0),
                [&Line::through(a, d), &Line::through(b, c)],
                &Line::through(a, b),
                (a, b),
                &[Shape::Id1, Shape::Page],
            );
            let off = |found: &Quad| found.0[2].distance(c).max(found.0[3].distance(d));
            let nearest = found
                .iter()
                .map(|(quad, _)| off(quad))
                .fold(f32::INFINITY, f32::min);
            assert!(nearest < 1.0, "side {hidden}: {nearest} pixels off");
        }
    }

    #[test]
    fn sides_that_are_one_line_leave_nothing() {
        let line = Line::through(Point::new(10.0, 10.0), Point::new(10.0, 200.0));
        let ends = (Point::new(10.0, 10.0), Point::new(10.0, 200.0));
        assert!(outlines((640.0, 360.0), [&line, &line], &line, ends, &[Shape::Id1]).is_empty());
    }
}
