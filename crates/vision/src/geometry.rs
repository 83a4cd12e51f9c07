//! Points, boxes and quadrilaterals in pixels of a picture: x to the right, y down, the upper left corner of the upper
//! left pixel is 0, 0.

use serde::{Deserialize, Serialize};

/// A point in pixels; written as `[x, y]`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f32; 2]", into = "[f32; 2]")]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the upper edge.
    pub y: f32,
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f32; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

impl Point {
    /// The point at `x`, `y`.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Pixels between two points.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point `share` of the way to `other`: 0 is here, 1 is there.
    #[must_use]
    pub fn towards(self, other: Self, share: f32) -> Self {
        Self::new(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
        )
    }
}

/// An upright box in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Pixels across.
    pub width: f32,
    /// Pixels down.
    pub height: f32,
}

impl Rect {
    /// A box of `width` by `height` with its upper left corner at `x`, `y`.
    #[must_use]
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    /// The box's middle.
    #[must_use]
    pub fn centre(self) -> Point {
        Point::new(self.width.mul_add(0.5, self.x), self.height.mul_add(0.5, self.y))
    }

    /// Square pixels.
    #[must_use]
    pub fn area(self) -> f32 {
        self.width * self.height
    }

    /// The smallest box around both.
    #[must_use]
    pub fn around(self, other: Self) -> Self {
        let (left, upper) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let lower = (self.y + self.height).max(other.y + other.height);
        Self::new(left, upper, right - left, lower - upper)
    }

    /// What both boxes cover, in square pixels.
    #[must_use]
    pub fn overlap(self, other: Self) -> f32 {
        let across = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let down = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        across.max(0.0) * down.max(0.0)
    }
}

/// Four corners, clockwise as one looks at the picture: upper left, upper right, lower right, lower left *of what the
/// quadrilateral encloses*, which need not be upright in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quad(pub [Point; 4]);

impl Quad {
    /// An upright box as a quadrilateral.
    #[must_use]
    pub const fn of(rect: Rect) -> Self {
        let (right, lower) = (rect.x + rect.width, rect.y + rect.height);
        Self([
            Point::new(rect.x, rect.y),
            Point::new(right, rect.y),
            Point::new(right, lower),
            Point::new(rect.x, lower),
        ])
    }

    /// The mean lengths of the upper and lower, and of the left and right edge, in pixels.
    #[must_use]
    pub fn size(&self) -> (f32, f32) {
        let [a, b, c, d] = self.0;
        (
            f32::midpoint(a.distance(b), d.distance(c)),
            f32::midpoint(a.distance(d), b.distance(c)),
        )
    }

    /// Square pixels enclosed (shoelace); negative when the corners run against the clock.
    #[must_use]
    pub fn signed_area(&self) -> f32 {
        (0..4)
            .map(|i| {
                let (p, q) = (self.0[i], self.0[(i + 1) % 4]);
                p.x.mul_add(q.y, -(q.x * p.y))
            })
            .sum::<f32>()
            / 2.0
    }

    /// Whether every inner angle is below 180 degrees and the corners run clockwise.
    #[must_use]
    pub fn is_convex(&self) -> bool {
        (0..4).all(|i| {
            let (a, b, c) = (self.0[i], self.0[(i + 1) % 4], self.0[(i + 2) % 4]);
            (b.x - a.x).mul_add(c.y - b.y, -((b.y - a.y) * (c.x - b.x))) > 0.0
        })
    }

    /// The smallest upright box around it.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        let (mut left, mut upper) = (f32::INFINITY, f32::INFINITY);
        let (mut right, mut lower) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
        for p in self.0 {
            left = left.min(p.x);
            right = right.max(p.x);
            upper = upper.min(p.y);
            lower = lower.max(p.y);
        }
        Rect::new(left, upper, right - left, lower - upper)
    }

    /// The mean of the corners.
    #[must_use]
    pub fn centre(&self) -> Point {
        let sum = self
            .0
            .iter()
            .fold(Point::default(), |s, p| Point::new(s.x + p.x, s.y + p.y));
        Point::new(sum.x / 4.0, sum.y / 4.0)
    }

    /// The same outline in a picture `factor` times as large.
    #[must_use]
    pub fn scaled(&self, factor: f32) -> Self {
        Self(self.0.map(|p| Point::new(p.x * factor, p.y * factor)))
    }

    /// The same outline when what it encloses lies `turns` quarter turns clockwise: after one turn, the corner that
    /// was named lower left is the upper left one.
    #[must_use]
    pub fn turned(&self, turns: usize) -> Self {
        let mut corners = self.0;
        corners.rotate_right(turns % 4);
        Self(corners)
    }
}

/// A projective map of the plane (a 3x3 matrix, row by row, its last number 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes each corner of `from` to the corner of `to` with the same index; `None` where three corners
    /// of either lie in one line.
    #[must_use]
    pub fn between(from: &Quad, to: &Quad) -> Option<Self> {
        let mut rows = [[0.0_f64; 9]; 8];
        for i in 0..4 {
            let (x, y) = (f64::from(from.0[i].x), f64::from(from.0[i].y));
            let (u, v) = (f64::from(to.0[i].x), f64::from(to.0[i].y));
            rows[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        let solved = eliminate(&mut rows)?;
        let mut matrix = [1.0; 9];
        matrix[..8].copy_from_slice(&solved);
        Some(Self(matrix))
    }

    /// Where the map takes `point`.
    #[must_use]
    pub fn apply(&self, point: Point) -> Point {
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        let m = &self.0;
        // Products and sums apart: what does both in one is a call on processors this has to run on.
        let w = m[6] * x + m[7] * y + m[8];
        #[expect(clippy::cast_possible_truncation, reason = "pixels need no more")]
        let at = |row: usize| ((m[row] * x + m[row + 1] * y + m[row + 2]) / w) as f32;
        Point::new(at(0), at(3))
    }

    /// Where the map takes the centres of the pixels of a row, one after the other.
    pub(crate) fn along_row(&self, row: usize) -> Centres<'_> {
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
        let (x, y) = (0.5, row as f64 + 0.5);
        let m = &self.0;
        Centres {
            map: m,
            at: [0, 3, 6].map(|i| m[i] * x + m[i + 1] * y + m[i + 2]),
        }
    }

    /// Where the map takes each corner.
    #[must_use]
    pub fn apply_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|p| self.apply(p)))
    }
}

/// See [`Homography::along_row`].
pub(crate) struct Centres<'a> {
    map: &'a [f64; 9],
    /// What the map makes of the next centre, before the division.
    at: [f64; 3],
}

impl Centres<'_> {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "pixels need no more")]
    pub(crate) fn next_centre(&mut self) -> Point {
        let [x, y, w] = self.at;
        let scale = 1.0 / w;
        self.at = [x + self.map[0], y + self.map[3], w + self.map[6]];
        Point::new((x * scale) as f32, (y * scale) as f32)
    }
}

/// Gauss-Jordan with the largest pivot; the last column is the right-hand side.
fn eliminate(rows: &mut [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        if rows[pivot][column].abs() < 1e-9 {
            return None;
        }
        rows.swap(column, pivot);
        let scale = rows[column][column];
        for value in &mut rows[column] {
            *value /= scale;
        }
        let pivot_row = rows[column];
        for (index, row) in rows.iter_mut().enumerate() {
            if index != column {
                let factor = row[column];
                for (value, above) in row.iter_mut().zip(pivot_row) {
                    *value -= factor * above;
                }
            }
        }
    }
    Some(std::array::from_fn(|row| rows[row][8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_takes_each_corner_to_its_own() {
        let from = Quad([
            Point::new(275.4, 73.8),
            Point::new(940.1, 111.5),
            Point::new(937.9, 578.3),
            Point::new(247.7, 559.4),
        ]);
        let to = Quad::of(Rect::new(0.0, 0.0, 856.0, 540.0));
        let map = Homography::between(&from, &to).unwrap();
        for (p, q) in from.0.into_iter().zip(to.0) {
            assert!(map.apply(p).distance(q) < 1e-2);
        }
        let back = Homography::between(&to, &from).unwrap();
        let inner = Point::new(500.0, 300.0);
        assert!(back.apply(map.apply(inner)).distance(inner) < 1e-2);
    }

    #[test]
    fn a_line_is_no_quadrilateral() {
        let flat = Quad([0.0, 1.0, 2.0, 3.0].map(|x| Point::new(x, x)));
        let square = Quad::of(Rect::new(0.0, 0.0, 1.0, 1.0));
        assert!(Homography::between(&flat, &square).is_none());
        assert!(!flat.is_convex());
        assert!(square.is_convex());
    }

    #[test]
    fn a_turned_outline_is_the_same_outline() {
        let quad = Quad::of(Rect::new(0.0, 0.0, 4.0, 2.0));
        assert_eq!(quad.turned(1).0[0], quad.0[3]);
        assert_eq!(quad.turned(4), quad);
        assert!((quad.signed_area() - 8.0).abs() < f32::EPSILON);
    }
}
