//! From a map of "how likely is this pixel text" to rotated boxes.

use crate::geometry::{Point, Quad};

/// A patch of pixels that hang together, as the pixels it spans in each of its rows.
struct Patch {
    rows: Vec<(usize, usize, usize)>,
    sum: f32,
    pixels: usize,
}

/// How a map becomes boxes.
pub struct Rule {
    /// A pixel is text from this value on.
    pub pixel: f32,
    /// A patch is text from this mean on.
    pub patch: f32,
    /// The network is taught to mark text shrunk: each side is moved out by this times area over circumference.
    pub grow: f32,
    /// Boxes thinner than this are noise, in pixels of the map.
    pub thinnest: f32,
    /// No more boxes than this, the largest first.
    pub most: usize,
}

/// The boxes in a `map` of `width` pixels a row, the largest first; the upper edge is along the longer side (see
/// [`super::TextReader::find`] for how it is turned).
pub fn outlines(map: &[f32], width: usize, rule: &Rule) -> Vec<Quad> {
    let mut patches = patches(map, width, rule.pixel);
    patches.retain(|p| p.sum >= rule.patch * count(p.pixels));
    patches.sort_by_key(|p| std::cmp::Reverse(p.pixels));
    patches.truncate(rule.most);
    patches
        .iter()
        .filter_map(|patch| {
            let (quad, thickness) = smallest_box(&hull(patch), rule.grow)?;
            (thickness >= rule.thinnest).then_some(quad)
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
fn count(n: usize) -> f32 {
    n as f32
}

fn patches(map: &[f32], width: usize, least: f32) -> Vec<Patch> {
    let height = map.len() / width.max(1);
    let mut seen = vec![false; map.len()];
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..width * height {
        if seen[start] || map[start] < least {
            continue;
        }
        seen[start] = true;
        open.push(start);
        let mut sum = 0.0;
        let mut pixels = 0;
        let mut rows: Vec<Option<(usize, usize)>> = Vec::new();
        let first_row = start / width;
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            sum += map[at];
            pixels += 1;
            // The scan goes down, so that no pixel of the patch lies above the first one.
            let row = y - first_row;
            if rows.len() <= row {
                rows.resize(row + 1, None);
            }
            let (left, right) = rows[row].unwrap_or((x, x));
            rows[row] = Some((left.min(x), right.max(x)));
            for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    if !seen[near] && map[near] >= least {
                        seen[near] = true;
                        open.push(near);
                    }
                }
            }
        }
        let rows = rows
            .into_iter()
            .enumerate()
            .filter_map(|(row, span)| span.map(|(left, right)| (first_row + row, left, right)))
            .collect();
        found.push(Patch { rows, sum, pixels });
    }
    found
}

/// The convex hull of a patch's pixels (their corners), counter-clockwise in a system with y up (Andrew's monotone
/// chain, over rows instead of columns: the points come sorted).
fn hull(patch: &Patch) -> Vec<Point> {
    let mut left = Vec::with_capacity(patch.rows.len() * 2);
    let mut right = Vec::with_capacity(patch.rows.len() * 2);
    for &(y, first, last) in &patch.rows {
        for edge in [y, y + 1] {
            left.push(Point::new(count(first), count(edge)));
            right.push(Point::new(count(last + 1), count(edge)));
        }
    }
    let mut outline = bend(&left, -1.0);
    let mut other = bend(&right, 1.0);
    other.reverse();
    outline.append(&mut other);
    outline
}

/// Drops the points of a chain that lie inside of the hull; `side` is 1 where the hull lies to the left of the chain.
fn bend(points: &[Point], side: f32) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for &p in points {
        while let [.., a, b] = kept[..] {
            let turn = (b.x - a.x).mul_add(p.y - a.y, -((b.y - a.y) * (p.x - a.x)));
            if turn * side > 0.0 {
                break;
            }
            kept.pop();
        }
        kept.push(p);
    }
    kept
}

/// The box of the smallest area around a hull, moved out by `grow`, and its thickness before that. One of its sides
/// lies along a side of the hull.
fn smallest_box(hull: &[Point], grow: f32) -> Option<(Quad, f32)> {
    let mut best: Option<(f32, Point, [f32; 4])> = None;
    for (i, &a) in hull.iter().enumerate() {
        let b = hull[(i + 1) % hull.len()];
        let length = a.distance(b);
        if length < f32::EPSILON {
            continue;
        }
        let along = Point::new((b.x - a.x) / length, (b.y - a.y) / length);
        let mut span = [f32::INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NEG_INFINITY];
        for p in hull {
            let u = p.x.mul_add(along.x, p.y * along.y);
            let v = p.y.mul_add(along.x, -(p.x * along.y));
            span = [span[0].min(u), span[1].max(u), span[2].min(v), span[3].max(v)];
        }
        let area = (span[1] - span[0]) * (span[3] - span[2]);
        if best.as_ref().is_none_or(|(least, ..)| area < *least) {
            best = Some((area, along, span));
        }
    }
    let (area, mut along, [u0, u1, v0, v1]) = best?;
    let (mut length, mut thickness) = (u1 - u0, v1 - v0);
    let (u, v) = (f32::midpoint(u0, u1), f32::midpoint(v0, v1));
    let centre = Point::new(
        u.mul_add(along.x, -(v * along.y)),
        u.mul_add(along.y, v * along.x),
    );
    // A nearly square box is a character or two, read as the page lies.
    let across = if length.max(thickness) < 1.5 * length.min(thickness) {
        along.x.abs() < along.y.abs()
    } else {
        length < thickness
    };
    if across {
        (length, thickness) = (thickness, length);
        along = Point::new(-along.y, along.x);
    }
    let backwards = if along.x.abs() >= along.y.abs() {
        along.x < 0.0
    } else {
        along.y < 0.0
    };
    if backwards {
        along = Point::new(-along.x, -along.y);
    }
    let out = area * grow / (2.0 * (length + thickness));
    let (half, up) = (length / 2.0 + out, thickness / 2.0 + out);
    let corner = |a: f32, b: f32| {
        Point::new(
            (a * half).mul_add(along.x, (b * up).mul_add(-along.y, centre.x)),
            (a * half).mul_add(along.y, (b * up).mul_add(along.x, centre.y)),
        )
    };
    Some((
        Quad([
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0),
        ]),
        thickness,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        pixel: 0.3,
        patch: 0.5,
        grow: 0.0,
        thinnest: 2.0,
        most: 10,
    };

    fn map(width: usize, height: usize, inside: impl Fn(f32, f32) -> bool) -> Vec<f32> {
        (0..width * height)
            .map(|i| {
                let (x, y) = (count(i % width) + 0.5, count(i / width) + 0.5);
                if inside(x, y) { 0.9 } else { 0.0 }
            })
            .collect()
    }

    #[test]
    fn an_upright_patch_has_an_upright_box() {
        let map = map(60, 40, |x, y| x > 10.0 && x < 50.0 && y > 5.0 && y < 15.0);
        let found = outlines(&map, 60, &RULE);
        assert_eq!(found.len(), 1);
        let bounds = found[0].bounds();
        assert!((bounds.x - 10.0).abs() < 0.01 && (bounds.width - 40.0).abs() < 0.01);
        assert!((bounds.y - 5.0).abs() < 0.01 && (bounds.height - 10.0).abs() < 0.01);
        assert!(found[0].0[0].distance(Point::new(10.0, 5.0)) < 0.01);
    }

    #[test]
    fn a_turned_patch_has_a_turned_box_with_its_upper_edge_along_it() {
        for degrees in [-80.0_f32, -40.0, -10.0, 10.0, 40.0, 80.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let map = map(200, 200, |x, y| {
                let (x, y) = (x - 100.0, y - 100.0);
                x.mul_add(cos, y * sin).abs() < 60.0 && y.mul_add(cos, -(x * sin)).abs() < 8.0
            });
            let found = outlines(&map, 200, &RULE);
            let (length, thickness) = found[0].size();
            assert!(
                (length - 120.0).abs() < 3.0 && (thickness - 16.0).abs() < 3.0,
                "{degrees}"
            );
            assert!(found[0].is_convex(), "{degrees}");
            let [a, b, ..] = found[0].0;
            let seen = (b.y - a.y).atan2(b.x - a.x).to_degrees();
            let wanted = if degrees < -45.0 { degrees + 180.0 } else { degrees };
            assert!((seen - wanted).abs() < 3.0, "{degrees}: {seen}");
        }
    }

    #[test]
    fn faint_and_thin_patches_are_no_text_and_growing_moves_every_side() {
        let faint: Vec<f32> = map(30, 30, |x, _| x < 20.0).iter().map(|v| v * 0.4).collect();
        assert!(outlines(&faint, 30, &RULE).is_empty());
        assert!(outlines(&map(30, 30, |x, _| x < 1.0), 30, &RULE).is_empty());
        let grown = Rule { grow: 2.0, ..RULE };
        let found = outlines(
            &map(40, 40, |x, y| x > 10.0 && x < 30.0 && y > 15.0 && y < 25.0),
            40,
            &grown,
        );
        let (length, thickness) = found[0].size();
        assert!((length - (20.0 + 2.0 * 400.0 / 60.0)).abs() < 0.1);
        assert!((thickness - (10.0 + 2.0 * 400.0 / 60.0)).abs() < 0.1);
    }
}
