//! Lines as strokes: long boxes of text, pieces of a line joined, neighbours found.

use crate::geometry::{Point, Quad};

/// A line of text as a stroke with a direction.
#[derive(Clone, Copy)]
pub struct Strand {
    /// Middle of its left end.
    pub start: Point,
    /// Middle of its right end.
    pub end: Point,
    pub thickness: f32,
}

impl Strand {
    pub fn of(quad: &Quad) -> Self {
        let [a, b, c, d] = quad.0;
        Self {
            start: a.towards(d, 0.5),
            end: b.towards(c, 0.5),
            thickness: quad.size().1,
        }
    }

    /// Whether both are the same line.
    pub fn is(&self, other: &Self) -> bool {
        self.start.distance(other.start) < 1e-3 && self.end.distance(other.end) < 1e-3
    }

    pub fn length(&self) -> f32 {
        self.start.distance(self.end)
    }

    pub fn centre(&self) -> Point {
        self.start.towards(self.end, 0.5)
    }

    /// The direction it is read in, one pixel long.
    pub fn along(&self) -> Point {
        let length = self.length().max(1e-3);
        Point::new(
            (self.end.x - self.start.x) / length,
            (self.end.y - self.start.y) / length,
        )
    }

    /// The quarter turns clockwise that what stands on it is turned by, to the nearest.
    pub fn quarter_turns(&self) -> usize {
        let u = self.along();
        match (u.x.abs() >= u.y.abs(), u.x >= 0.0, u.y >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        }
    }

    /// Where `point` is seen from this line's start: along it, and below it.
    pub fn local(&self, point: Point) -> (f32, f32) {
        let (u, dx, dy) = (self.along(), point.x - self.start.x, point.y - self.start.y);
        (dx.mul_add(u.x, dy * u.y), dy.mul_add(u.x, -(dx * u.y)))
    }

    /// The point `along` it and `below` it.
    pub fn point(&self, along: f32, below: f32) -> Point {
        let u = self.along();
        Point::new(
            along.mul_add(u.x, (-below).mul_add(u.y, self.start.x)),
            along.mul_add(u.y, below.mul_add(u.x, self.start.y)),
        )
    }

    /// The same line read the other way.
    pub fn reversed(&self) -> Self {
        Self {
            start: self.end,
            end: self.start,
            ..*self
        }
    }

    /// The box around it, from `from` to `to` along it, `times` as thick.
    pub fn quad(&self, from: f32, to: f32, times: f32) -> Quad {
        let half = self.thickness * times / 2.0;
        Quad([
            self.point(from, -half),
            self.point(to, -half),
            self.point(to, half),
            self.point(from, half),
        ])
    }

    fn runs_like(&self, other: &Self, most_sine: f32) -> bool {
        let (a, b) = (self.along(), other.along());
        a.x.mul_add(b.y, -(a.y * b.x)).abs() < most_sine && a.x.mul_add(b.x, a.y * b.y) > 0.0
    }

    fn is_as_thick(&self, other: &Self) -> bool {
        let ratio = self.thickness / other.thickness.max(1e-3);
        (0.5..2.0).contains(&ratio)
    }

    /// Whether the other is a piece of the same line.
    fn continues(&self, other: &Self) -> bool {
        let (from, v0) = self.local(other.start);
        let (to, v1) = self.local(other.end);
        let gap = (from - self.length()).max(-to);
        self.is_as_thick(other)
            && self.runs_like(other, 0.35)
            && v0.abs().max(v1.abs()) < 0.6 * self.thickness
            && gap < 3.0 * self.thickness
    }

    fn joined(&self, other: &Self) -> Self {
        let start = if self.local(other.start).0 < 0.0 {
            other.start
        } else {
            self.start
        };
        let end = if self.local(other.end).0 > self.length() {
            other.end
        } else {
            self.end
        };
        Self { start, end, ..*self }
    }

    /// Whether the other is a line of the same block: parallel, beside it, and not far below or above.
    pub fn is_beside(&self, other: &Self) -> bool {
        let (from, v0) = self.local(other.start);
        let (to, v1) = self.local(other.end);
        let overlap = to.min(self.length()) - from.max(0.0);
        let apart = f32::midpoint(v0, v1).abs() / self.thickness;
        self.is_as_thick(other)
            && self.runs_like(other, 0.15)
            && overlap > 0.5 * self.length().min(other.length())
            && (0.6..5.5).contains(&apart)
    }
}

/// The long lines among boxes of text, pieces joined, longest first.
pub fn long_strands(quads: &[Quad]) -> Vec<Strand> {
    let mut pieces: Vec<Strand> = quads
        .iter()
        .map(Strand::of)
        .filter(|s| s.length() > 1.3 * s.thickness)
        .collect();
    pieces.sort_by(|a, b| b.length().total_cmp(&a.length()));
    let mut lines: Vec<Strand> = Vec::new();
    let mut used = vec![false; pieces.len()];
    for first in 0..pieces.len() {
        if used[first] {
            continue;
        }
        let mut line = pieces[first];
        if line.length() < 3.0 * line.thickness {
            break;
        }
        while let Some(next) = (first + 1..pieces.len()).find(|&i| !used[i] && line.continues(&pieces[i])) {
            used[next] = true;
            line = line.joined(&pieces[next]);
        }
        lines.push(line);
    }
    lines.sort_by(|a, b| b.length().total_cmp(&a.length()));
    lines
}
