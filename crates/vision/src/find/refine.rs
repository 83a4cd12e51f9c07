//! The four sides measured again in the picture itself, to a fraction of a pixel.

use crate::geometry::{Point, Quad};
use crate::pixels::Picture;

/// Places looked at along a side.
const PLACES: usize = 40;

/// The part of a side at either end that is left out: corners are round.
const CORNER: f32 = 0.07;

/// Rounds of the fit: each drops what is far from the line of the one before.
const ROUNDS: usize = 6;

/// The outline with each side moved onto the edge next to it, at most `reach` pixels away.
pub(super) fn refined(picture: &Picture, quad: &Quad, reach: f32) -> Quad {
    let sides: [(Point, Point); 4] =
        std::array::from_fn(|i| side(picture, quad.0[i], quad.0[(i + 1) % 4], reach));
    let corners = std::array::from_fn(|i| {
        let met = meeting(sides[(i + 3) % 4], sides[i]);
        // Two sides that run nearly the same way meet anywhere.
        met.filter(|p| p.distance(quad.0[i]) < 3.0 * reach)
            .unwrap_or(quad.0[i])
    });
    Quad(corners)
}

/// The line through the edges beside one side, as the points next to its corners.
fn side(picture: &Picture, start: Point, end: Point, reach: f32) -> (Point, Point) {
    let length = start.distance(end).max(1.0);
    let along = Point::new((end.x - start.x) / length, (end.y - start.y) / length);
    let normal = Point::new(-along.y, along.x);
    let mut edges = Vec::with_capacity(PLACES);
    for place in 0..PLACES {
        let share = CORNER + (1.0 - 2.0 * CORNER) * (place as f32 + 0.5) / PLACES as f32;
        let at = start.towards(end, share);
        if let Some((offset, weight)) = edge(picture, at, along, normal, reach) {
            edges.push((share - 0.5, offset, weight));
        }
    }
    let Some((shift, slope)) = fit(&edges, reach) else {
        return (start, end);
    };
    let moved = |p: Point, share: f32| {
        let by = shift + slope * share;
        Point::new(p.x + normal.x * by, p.y + normal.y * by)
    };
    (moved(start, -0.5), moved(end, 0.5))
}

/// Where across the side its colour changes most, in pixels, and by how much.
fn edge(picture: &Picture, at: Point, along: Point, normal: Point, reach: f32) -> Option<(f32, f32)> {
    let steps = reach.ceil() as i32 + 2;
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let mut profile = Vec::with_capacity(2 * steps as usize + 1);
    for step in -steps..=steps {
        let mut colour = [0.0_f32; 3];
        for beside in [-3.0, -1.0, 1.0, 3.0] {
            let x = at.x + normal.x * step as f32 + along.x * beside;
            let y = at.y + normal.y * step as f32 + along.y * beside;
            if !(x >= 0.0 && y >= 0.0 && x < width && y < height) {
                return None;
            }
            let pixel = picture.between_pixels(Point::new(x, y));
            for (sum, level) in colour.iter_mut().zip(pixel) {
                *sum += f32::from(level);
            }
        }
        profile.push(colour);
    }
    let change: Vec<f32> = profile
        .windows(3)
        .map(|w| (0..3).map(|c| (w[2][c] - w[0][c]).abs()).sum::<f32>() / 4.0)
        .collect();
    let best = (1..change.len() - 1).max_by(|&a, &b| change[a].total_cmp(&change[b]))?;
    let (before, here, after) = (change[best - 1], change[best], change[best + 1]);
    if here < 4.0 {
        return None;
    }
    let bend = before + after - 2.0 * here;
    let part = if bend < -1e-3 {
        ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5)
    } else {
        0.0
    };
    // The first of `change` belongs to the second of `profile`.
    Some((best as f32 + 1.0 - steps as f32 + part, here.min(60.0)))
}

/// Shift and slope over the side's length: least squares that forgets what lies off (Tukey's biweight), begun at the
/// shift that most edges are near.
fn fit(edges: &[(f32, f32, f32)], reach: f32) -> Option<(f32, f32)> {
    if edges.len() < PLACES / 4 {
        return None;
    }
    let near = |shift: f32| -> f32 {
        edges
            .iter()
            .map(|&(_, offset, weight)| weight * (1.0 - ((offset - shift) / 2.0).powi(2)).max(0.0))
            .sum()
    };
    let mut shift = edges
        .iter()
        .map(|edge| edge.1)
        .max_by(|&a, &b| near(a).total_cmp(&near(b)))?;
    let mut slope = 0.0;
    for round in 0..ROUNDS {
        // From three pixels to one.
        let wide = 3.0 - 2.0 * round as f32 / (ROUNDS - 1) as f32;
        let (mut w, mut t1, mut t2, mut d1, mut td) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(t, offset, weight) in edges {
            let off = (offset - shift - slope * t) / wide;
            let weight = weight * (1.0 - off * off).max(0.0).powi(2);
            w += weight;
            t1 += weight * t;
            t2 += weight * t * t;
            d1 += weight * offset;
            td += weight * t * offset;
        }
        let spread = t2 * w - t1 * t1;
        if w < 1.0 || spread < 1e-3 * w * w {
            return None;
        }
        slope = (td * w - t1 * d1) / spread;
        shift = (d1 - slope * t1) / w;
    }
    (shift.abs() + slope.abs() / 2.0 <= reach).then_some((shift, slope))
}

/// Where the lines through two pairs of points meet.
fn meeting(first: (Point, Point), second: (Point, Point)) -> Option<Point> {
    let (a, b) = first;
    let (c, d) = second;
    let (ux, uy) = (b.x - a.x, b.y - a.y);
    let (vx, vy) = (d.x - c.x, d.y - c.y);
    let turn = ux * vy - uy * vx;
    if turn.abs() < 1e-3 {
        return None;
    }
    let share = ((c.x - a.x) * vy - (c.y - a.y) * vx) / turn;
    Some(Point::new(a.x + share * ux, a.y + share * uy))
}
