//! Four lines that together are a document's border.

use super::Shape;
use super::complete;
use super::edges::Edges;
use super::lines::Line;
use super::perspective::{self, Plane};
use crate::geometry::{Point, Quad};

/// Each side has to show this share of an edge; fingers and glare hide the rest.
const LEAST_SIDE: f32 = 0.3;

/// Where a side is hidden, the three others have to show more.
const LEAST_OF_THREE: f32 = 0.5;

/// And there must be little edge past their ends.
const MOST_BEYOND_THREE: f32 = 0.3;

/// What a hidden side takes from the score.
const HIDDEN: f32 = 0.3;

/// The corners are rounded (3.18 mm, ISO/IEC 7810 8.1): this share of a side at either end has no edge on the line.
const CORNER: f32 = 0.06;

/// A document's shorter side is at least this share of the picture's longer one: it could not be read if smaller.
const LEAST_LENGTH: f32 = 0.11;

/// A corner may lie outside the picture by this share of its longer side.
const OUTSIDE: f32 = 0.12;

/// Four lines, and what speaks for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) quad: Quad,
    pub(super) shape: Shape,
    /// How much edge its sides have, in the mean of those that are seen.
    pub(super) edge: f32,
    /// How much edge the one with the least of these has.
    pub(super) least: f32,
    /// Whether one side is not seen.
    pub(super) hidden: bool,
    /// How much the edges go on beyond the corners.
    pub(super) beyond: f32,
    /// How far from a document's proportions, as a natural logarithm.
    pub(super) misshapen: f32,
    pub(super) plane: Plane,
    pub(super) score: f32,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Kinds {
    /// The sizes of document.
    pub(super) shapes: Vec<Shape>,
    /// Whether one side may be hidden.
    pub(super) hidden: bool,
}

/// The best `most` combinations, each clearly different from the ones before.
pub(super) fn candidates(
    edges: &Edges,
    lines: &[Line],
    kinds: &Kinds,
    most: usize,
    wanted: impl Fn(&Quad) -> bool,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (i, first) in lines.iter().enumerate() {
        for second in &lines[i + 1..] {
            opposites(edges, lines, kinds, [first, second], &mut found);
        }
    }
    found.sort_by(|a: &Candidate, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        if kept.len() >= most {
            break;
        }
        if wanted(&candidate.quad) && !kept.iter().any(|other| same(&other.quad, &candidate.quad)) {
            kept.push(candidate);
        }
    }
    kept
}

fn same(a: &Quad, b: &Quad) -> bool {
    (0..4).all(|i| a.0[i].distance(b.0[i]) < 5.0)
}

/// A side that runs from one of two opposite lines to the other.
struct Rung<'a> {
    line: &'a Line,
    start: Point,
    end: Point,
    edge: f32,
}

fn opposites(
    edges: &Edges,
    lines: &[Line],
    kinds: &Kinds,
    [first, second]: [&Line; 2],
    found: &mut Vec<Candidate>,
) {
    // Each outline with four sides is met once: these two are its more horizontal ones.
    let is_horizontal = first.normal.y.abs() + second.normal.y.abs() >= 1.38;
    if first.parallel(second) < 0.82 || !(is_horizontal || kinds.hidden) {
        return;
    }
    let rungs: Vec<Rung<'_>> = lines
        .iter()
        .filter_map(|line| rung(edges, line, first, second))
        .collect();
    if kinds.hidden {
        for base in rungs.iter().filter(|rung| rung.edge >= LEAST_OF_THREE) {
            three_sided(edges, [first, second], base, &kinds.shapes, found);
        }
    }
    if !is_horizontal {
        return;
    }
    for (j, left) in rungs.iter().enumerate() {
        for right in &rungs[j + 1..] {
            if left.line.parallel(right.line) < 0.82 {
                continue;
            }
            if let Some(candidate) = closed(edges, &kinds.shapes, [first, second], left, right) {
                found.push(candidate);
            }
        }
    }
}

fn rung<'a>(edges: &Edges, line: &'a Line, first: &Line, second: &Line) -> Option<Rung<'a>> {
    if line.parallel(first) > 0.7 || line.parallel(second) > 0.7 {
        return None;
    }
    let (start, end) = (first.meets(line)?, second.meets(line)?);
    let edge = side(edges, line, start, end)?;
    Some(Rung {
        line,
        start,
        end,
        edge,
    })
}

/// How much edge there is between two corners; `None` where they cannot be corners.
fn side(edges: &Edges, line: &Line, start: Point, end: Point) -> Option<f32> {
    let long = edges.width.max(edges.height) as f32;
    let near = |p: Point| {
        let margin = OUTSIDE * long;
        p.x > -margin
            && p.y > -margin
            && p.x < edges.width as f32 + margin
            && p.y < edges.height as f32 + margin
    };
    if start.distance(end) < LEAST_LENGTH * long || !near(start) || !near(end) {
        return None;
    }
    let (from, to) = (line.along(start), line.along(end));
    let edge = line.covered(from + CORNER * (to - from), to - CORNER * (to - from))?;
    (edge >= LEAST_SIDE).then_some(edge)
}

/// The outlines three sides leave, where all three have an edge as far as the fourth, and none much farther.
fn three_sided(
    edges: &Edges,
    opposite: [&Line; 2],
    base: &Rung<'_>,
    shapes: &[Shape],
    found: &mut Vec<Candidate>,
) {
    let [first, second] = opposite;
    let size = (edges.width as f32, edges.height as f32);
    for (quad, shape) in complete::outlines(size, opposite, base.line, (base.start, base.end), shapes) {
        let [start, end, third, fourth] = quad.0;
        let one = side(edges, first, start, fourth).filter(|&edge| edge >= LEAST_OF_THREE);
        let two = side(edges, second, end, third).filter(|&edge| edge >= LEAST_OF_THREE);
        let (Some(one), Some(two), Some(quad)) = (one, two, clockwise(quad)) else {
            continue;
        };
        let Some((plane, shape)) = perspective::plane(&quad, size.0, size.1, &[shape]) else {
            continue;
        };
        let beyond =
            (beyond(first, start, fourth) + beyond(second, end, third) + beyond(base.line, start, end)) / 3.0;
        if plane.tilt > 1.0 || beyond > MOST_BEYOND_THREE {
            continue;
        }
        let mut candidate = Candidate {
            quad,
            shape,
            edge: (one + base.edge + two) / 3.0,
            least: one.min(base.edge).min(two),
            hidden: true,
            beyond,
            misshapen: 0.0,
            plane: Plane { skew: 0.0, ..plane },
            score: 0.0,
        };
        candidate.score = score(edges, &candidate);
        found.push(candidate);
    }
}

fn closed(
    edges: &Edges,
    shapes: &[Shape],
    opposite: [&Line; 2],
    left: &Rung<'_>,
    right: &Rung<'_>,
) -> Option<Candidate> {
    let [first, second] = opposite;
    let one = side(edges, first, left.start, right.start)?;
    let two = side(edges, second, left.end, right.end)?;
    let quad = clockwise(Quad([left.start, right.start, right.end, left.end]))?;
    let (plane, shape) = perspective::plane(&quad, edges.width as f32, edges.height as f32, shapes)?;
    let misshapen = plane.misshapen(shape);
    if misshapen > 0.15 || plane.skew.abs() > 0.15 || plane.tilt > 1.0 {
        return None;
    }
    let sides = [one, right.edge, two, left.edge];
    let beyond = (beyond(first, left.start, right.start)
        + beyond(second, left.end, right.end)
        + beyond(left.line, left.start, left.end)
        + beyond(right.line, right.start, right.end))
        / 4.0;
    let mut candidate = Candidate {
        quad,
        shape,
        edge: sides.iter().sum::<f32>() / 4.0,
        least: sides.into_iter().fold(f32::INFINITY, f32::min),
        hidden: false,
        beyond,
        misshapen,
        plane,
        score: 0.0,
    };
    candidate.score = score(edges, &candidate);
    Some(candidate)
}

fn score(edges: &Edges, candidate: &Candidate) -> f32 {
    let share = candidate.quad.signed_area() / (edges.width * edges.height) as f32;
    let hidden = if candidate.hidden { HIDDEN } else { 0.0 };
    candidate.edge + 0.4 * candidate.least
        - hidden
        - 0.6 * candidate.beyond
        - 0.05 * (candidate.misshapen / 0.03).powi(2).min(9.0)
        - 0.05 * (candidate.plane.skew / 0.03).powi(2).min(9.0)
        + 0.2 * share.max(1e-3).ln()
}

/// How much edge there is just past the corners of a side.
fn beyond(line: &Line, start: Point, end: Point) -> f32 {
    let (from, to) = (line.along(start), line.along(end));
    let reach = 0.15 * (to - from);
    let gap = 0.02 * (to - from);
    let before = line.covered(from - reach, from - gap).unwrap_or(0.0);
    let after = line.covered(to + gap, to + reach).unwrap_or(0.0);
    (before + after) / 2.0
}

/// The corners clockwise, when they enclose something.
fn clockwise(quad: Quad) -> Option<Quad> {
    let [a, b, c, d] = quad.0;
    let quad = if quad.signed_area() < 0.0 {
        Quad([a, d, c, b])
    } else {
        quad
    };
    quad.is_convex().then_some(quad)
}
