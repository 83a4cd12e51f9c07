//! Straight lines out of edges: a Hough vote in which each edge pixel votes for the few lines that run along it, then
//! a least-squares fit, then a record of where along the line there is an edge.

use super::edges::{Edges, Way};
use crate::geometry::Point;

/// Directions, over half a turn.
const DIRECTIONS: usize = 180;

/// An edge pixel votes for directions up to so many degrees from its own.
const SPREAD: i32 = 3;

/// At most so many lines go on, the ones with most votes in their neighbourhood of directions first.
const MOST_LINES: usize = 120;

/// Of each twelfth of the directions at most so many, or a newspaper would leave nothing for a document.
const MOST_A_SECTOR: usize = 24;

/// An edge belongs to a line up to so many pixels from it.
const NEAR: f32 = 1.6;

/// A straight line: the points with `normal · point = offset`.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Unit vector across the line.
    pub(super) normal: Point,
    pub(super) offset: f32,
    /// Where along the line (`along(point)`) the record begins.
    start: f32,
    /// Running sums of how much edge there is at each pixel along the line.
    support: Vec<f32>,
}

impl Line {
    /// The line through two points, with no edge on it.
    #[cfg(test)]
    pub(super) fn through(a: Point, b: Point) -> Self {
        let length = a.distance(b);
        let normal = Point::new((a.y - b.y) / length, (b.x - a.x) / length);
        Self {
            normal,
            offset: normal.x * a.x + normal.y * a.y,
            start: 0.0,
            support: vec![0.0],
        }
    }

    /// A point's place along the line, in pixels.
    pub(super) fn along(&self, point: Point) -> f32 {
        self.normal.x * point.y - self.normal.y * point.x
    }

    /// How far a point is from the line, in pixels; the sign tells the side.
    pub(super) fn distance(&self, point: Point) -> f32 {
        self.normal.x * point.x + self.normal.y * point.y - self.offset
    }

    /// The share of the way between two places along the line that has an edge, 0 to 1; what lies outside the
    /// picture does not count. `None` where all of it is outside.
    pub(super) fn covered(&self, from: f32, to: f32) -> Option<f32> {
        let last = (self.support.len() - 1) as f32;
        let place = |t: f32| (t - self.start).clamp(0.0, last);
        let (from, to) = (place(from.min(to)), place(from.max(to)));
        if to - from < 2.0 {
            return None;
        }
        let sum = self.support[to as usize] - self.support[from as usize];
        Some(sum / (to as usize - from as usize) as f32)
    }

    /// Where the record begins and ends.
    fn ends(&self) -> (f32, f32) {
        (self.start, self.start + (self.support.len() - 1) as f32)
    }

    /// Where two lines meet.
    pub(super) fn meets(&self, other: &Self) -> Option<Point> {
        let turn = self.normal.x * other.normal.y - self.normal.y * other.normal.x;
        (turn.abs() > 0.1).then(|| {
            Point::new(
                (self.offset * other.normal.y - other.offset * self.normal.y) / turn,
                (other.offset * self.normal.x - self.offset * other.normal.x) / turn,
            )
        })
    }

    /// The cosine of the angle between two lines, without its sign.
    pub(super) fn parallel(&self, other: &Self) -> f32 {
        (self.normal.x * other.normal.x + self.normal.y * other.normal.y).abs()
    }
}

/// The straight lines of a picture that have most edge.
pub(super) fn lines(edges: &Edges) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    for (direction, offset) in Votes::of(edges).peaks() {
        let Some(line) = fitted(edges, direction, offset) else {
            continue;
        };
        let foot = Point::new(line.normal.x * line.offset, line.normal.y * line.offset);
        let (from, to) = line.ends();
        let twin = |other: &Line| {
            other.parallel(&line) > 0.9995
                && [from, to].into_iter().all(|t| {
                    let at = Point::new(foot.x - line.normal.y * t, foot.y + line.normal.x * t);
                    other.distance(at).abs() < 1.2
                })
        };
        if !found.iter().any(twin) {
            found.push(line);
        }
    }
    found
}

fn unit(direction: usize) -> Point {
    let (sin, cos) = (direction as f32 * std::f32::consts::PI / DIRECTIONS as f32).sin_cos();
    Point::new(cos, sin)
}

struct Votes {
    /// One row of offsets for each direction.
    cells: Vec<f32>,
    offsets: usize,
}

impl Votes {
    fn of(edges: &Edges) -> Self {
        let reach = (edges.width as f32).hypot(edges.height as f32).ceil();
        let offsets = 2 * reach as usize + 3;
        let mut cells = vec![0.0_f32; DIRECTIONS * offsets];
        let units: Vec<Point> = (0..DIRECTIONS).map(unit).collect();
        for edgel in edges.edgels.iter().filter(|edgel| edgel.straight > 0.04) {
            let angle = edgel.across.y.atan2(edgel.across.x) / std::f32::consts::PI * DIRECTIONS as f32;
            let nearest = angle.round() as i32;
            for turn in -SPREAD..=SPREAD {
                let direction = (nearest + turn).rem_euclid(DIRECTIONS as i32) as usize;
                let normal = units[direction];
                let offset = normal.x * edgel.at.x + normal.y * edgel.at.y + reach + 1.0;
                // It is not negative.
                let whole = offset as usize;
                let share = offset - whole as f32;
                let cell = direction * offsets + whole;
                cells[cell] += edgel.straight * (1.0 - share);
                cells[cell + 1] += edgel.straight * share;
            }
        }
        Self { cells, offsets }
    }

    /// Directions and offsets that have more votes than their neighbours.
    fn peaks(&self) -> Vec<(usize, f32)> {
        const LEAST: f32 = 7.0;
        let mut found = Vec::new();
        for direction in 0..DIRECTIONS {
            let row = &self.cells[direction * self.offsets..][..self.offsets];
            for (offset, &votes) in row.iter().enumerate().skip(3).take(self.offsets - 6) {
                if votes >= LEAST
                    && votes > row[offset - 1]
                    && votes >= row[offset + 1]
                    && self.tops(direction, offset, votes)
                {
                    found.push((votes, direction, offset));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut sectors = [0; 12];
        let reach = (self.offsets - 3) as f32 / 2.0;
        found
            .into_iter()
            .filter(|&(_, direction, _)| {
                let sector = &mut sectors[direction * 12 / DIRECTIONS];
                *sector += 1;
                *sector <= MOST_A_SECTOR
            })
            .take(MOST_LINES)
            .map(|(_, direction, offset)| (direction, offset as f32 - reach - 1.0))
            .collect()
    }

    /// Whether no line within two degrees and two pixels has more votes.
    fn tops(&self, direction: usize, offset: usize, votes: f32) -> bool {
        (-2_i32..=2).all(|turn| {
            let other = direction as i32 + turn;
            // Half a turn on, the same line has the opposite offset.
            let (row, middle) = if (0..DIRECTIONS as i32).contains(&other) {
                (other as usize, offset)
            } else {
                (
                    other.rem_euclid(DIRECTIONS as i32) as usize,
                    self.offsets - 1 - offset,
                )
            };
            let row = &self.cells[row * self.offsets..][..self.offsets];
            (middle.saturating_sub(2)..=(middle + 2).min(self.offsets - 1))
                .all(|i| row[i] <= votes || (turn == 0 && i == middle))
        })
    }
}

/// The line through the edges near a vote's peak.
fn fitted(edges: &Edges, direction: usize, offset: f32) -> Option<Line> {
    let mut line = Line {
        normal: unit(direction),
        offset,
        start: 0.0,
        support: vec![0.0],
    };
    for reach in [2.5, NEAR] {
        line = refit(edges, &line, reach)?;
    }
    record(edges, &mut line);
    Some(line)
}

/// Calls `each` with every edgel within `reach` of the line that runs along it, and its place.
fn walk(
    edges: &Edges,
    line: &Line,
    reach: f32,
    mut each: impl FnMut(usize, f32, &super::edges::Edgel, f32),
) -> Option<(f32, usize)> {
    let (from, to) = inside(edges, line)?;
    let foot = Point::new(line.normal.x * line.offset, line.normal.y * line.offset);
    let steps = (to - from) as usize;
    let steep = line.normal.x.abs() > line.normal.y.abs();
    let wide = reach.ceil() as i32;
    let way = Way::of(line.normal);
    for step in 0..=steps {
        let t = from + step as f32;
        let (x, y) = (foot.x - line.normal.y * t, foot.y + line.normal.x * t);
        for side in -wide..=wide {
            // Inside the picture, dropping the fraction is rounding down, and no call.
            let (column, row) = if steep {
                (x as i32 + side, y as i32)
            } else {
                (x as i32, y as i32 + side)
            };
            let Some(edgel) = edges.lying(column, row, way, 0.96) else {
                continue;
            };
            let away = line.distance(edgel.at);
            // Within eleven degrees.
            let turn = (edgel.across.x * line.normal.x + edgel.across.y * line.normal.y).abs();
            if away.abs() <= reach && turn > 0.98 {
                each(step, t, edgel, away);
            }
        }
    }
    Some((from, steps))
}

/// The part of the line inside the picture.
fn inside(edges: &Edges, line: &Line) -> Option<(f32, f32)> {
    let foot = Point::new(line.normal.x * line.offset, line.normal.y * line.offset);
    let along = Point::new(-line.normal.y, line.normal.x);
    let (mut from, mut to) = (f32::NEG_INFINITY, f32::INFINITY);
    for (start, step, most) in [(foot.x, along.x, edges.width), (foot.y, along.y, edges.height)] {
        if step.abs() < 1e-4 {
            if start < 0.0 || start > most as f32 {
                return None;
            }
            continue;
        }
        let (a, b) = (-start / step, (most as f32 - start) / step);
        from = from.max(a.min(b));
        to = to.min(a.max(b));
    }
    (to - from > 20.0).then_some((from, to))
}

/// Least squares over the edges within `reach`.
fn refit(edges: &Edges, line: &Line, reach: f32) -> Option<Line> {
    let (mut w, mut t1, mut t2, mut d1, mut td) = (0.0_f32, 0.0, 0.0, 0.0, 0.0);
    walk(edges, line, reach, |_, t, edgel, away| {
        w += edgel.weight;
        t1 += edgel.weight * t;
        t2 += edgel.weight * t * t;
        d1 += edgel.weight * away;
        td += edgel.weight * t * away;
    })?;
    let spread = t2 * w - t1 * t1;
    if w < 4.0 || spread < 1.0 {
        return None;
    }
    let slope = ((td * w - t1 * d1) / spread).clamp(-0.06, 0.06);
    let shift = (d1 - slope * t1) / w;
    // The line tilted by `slope`: distance = normal · p - offset - slope·t - shift.
    let (nx, ny) = (
        line.normal.x + slope * line.normal.y,
        line.normal.y - slope * line.normal.x,
    );
    let size = nx.hypot(ny);
    Some(Line {
        normal: Point::new(nx / size, ny / size),
        offset: (line.offset + shift) / size,
        start: 0.0,
        support: vec![0.0],
    })
}

/// Writes down where along the line there is an edge.
fn record(edges: &Edges, line: &mut Line) {
    let mut present: Vec<f32> = Vec::new();
    let walked = walk(edges, line, NEAR, |step, _, edgel, _| {
        if present.len() <= step {
            present.resize(step + 1, 0.0);
        }
        // A clear edge counts as one; a faint one as less.
        present[step] = present[step].max((2.0 * edgel.weight).min(1.0));
    });
    let Some((start, steps)) = walked else { return };
    present.resize(steps + 1, 0.0);
    // A thin edge skips a pixel now and then where it changes rows: it takes its neighbour's.
    let filled = (0..present.len()).map(|i| {
        let before = if i > 0 { present[i - 1] } else { 0.0 };
        let after = present.get(i + 1).copied().unwrap_or(0.0);
        present[i].max(before.min(after))
    });
    let mut sum = 0.0;
    line.start = start;
    line.support = std::iter::once(0.0)
        .chain(filled.map(|here| {
            sum += here;
            sum
        }))
        .collect();
}
