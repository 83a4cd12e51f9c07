//! From a printed frame to the document's border.
//!
//! Many documents have an unprinted margin, and the frame it leaves has stronger edges than a white border on a white
//! table. Around such a frame is the white of the material, lighter than the print, and then the colour changes once more, sharply, about as far
//! away on all sides. A shadow fades, wood and cloth are not white, and another paper lies as it lies.

use super::content;
use super::edges::Edges;
use crate::geometry::{Homography, Point, Quad, Rect};

/// Margins that are looked at, in thousandths of the longer side: nearer, the frame's own edge is in the way.
const MARGINS: std::ops::RangeInclusive<u16> = 14..=50;

/// The colour has to change by so many levels at each side, in the mean along it.
const LEAST_CHANGE: f32 = 8.0;

/// Within a pixel, an edge changes by more than this share of what it changes by within three and a half; what fades
/// evenly, by 0.29.
const SHARP: f32 = 0.4;

/// What is darker by so many levels than the print beside it is no margin.
const CLEARLY_DARKER: f32 = 16.0;

/// The widest margin may be so many times the narrowest.
const EVEN: f32 = 2.2;

/// Two colours this near are of one material.
const ALIKE: f32 = 24.0;

/// The border around the printed frame `quad`, whose longer side is `ratio` times its shorter one.
pub(super) fn around(edges: &Edges, quad: &Quad, ratio: f32) -> Option<Quad> {
    let (across, down) = quad.size();
    let (width, height) = if across >= down {
        (1.0, 1.0 / ratio)
    } else {
        (1.0 / ratio, 1.0)
    };
    let map = Homography::between(&Quad::of(Rect::new(0.0, 0.0, width, height)), quad)?;
    let best = margins(edges, &map, (width, height));
    around_all(edges, &map, (width, height), best).or_else(|| beyond_one(edges, &map, (width, height), best))
}

/// Of each side, the margin with the largest sharp change, and that change.
fn margins(edges: &Edges, map: &Homography, (width, height): (f32, f32)) -> [(f32, f32); 4] {
    let mut best = [(0.0_f32, 0.0_f32); 4];
    for margin in MARGINS.step_by(2) {
        let m = f32::from(margin) / 1000.0;
        let outer = map.apply_quad(&Quad::of(Rect::new(-m, -m, 2.0 * m + width, 2.0 * m + height)));
        for (i, best) in best.iter_mut().enumerate() {
            let change = sharp_change(edges, outer.0[i], outer.0[(i + 1) % 4], outer.centre());
            if change > best.1 {
                *best = (m, change);
            }
        }
    }
    best
}

/// Three sides may be the border already, and the fourth the edge of what is printed beside its margin: the margin is
/// then of the colour that the document has inside its other sides.
fn beyond_one(
    edges: &Edges,
    map: &Homography,
    (width, height): (f32, f32),
    best: [(f32, f32); 4],
) -> Option<Quad> {
    let grown = |out: f32| {
        map.apply_quad(&Quad::of(Rect::new(
            -out,
            -out,
            width + 2.0 * out,
            height + 2.0 * out,
        )))
    };
    let sides = grown(0.0);
    let at = |quad: &Quad, i: usize| content::along(edges, quad.0[i], quad.0[(i + 1) % 4]);
    let is_margin = |i: &usize| {
        let (m, change) = best[*i];
        let (margin, print) = (at(&grown(m / 2.0), *i), at(&grown(-m / 2.0), *i));
        let others = (0..4).filter(|j| j != i);
        let alike = others
            .clone()
            .filter(|j| content::apart(margin, at(&grown(-m / 2.0), *j)) < ALIKE)
            .count();
        let border = others
            .map(|j| sharp_change(edges, sides.0[j], sides.0[(j + 1) % 4], sides.centre()))
            .sum::<f32>()
            / 3.0;
        change >= LEAST_CHANGE.max(border / 2.0)
            && content::is_gray(margin)
            && content::light(margin) > content::light(print) + CLEARLY_DARKER
            && alike >= 2
    };
    let mut found = (0..4).filter(is_margin);
    let side = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let mut out = [0.0; 4];
    out[side] = best[side].0;
    Some(moved_out(map, (width, height), out))
}

/// The outline with its upper, right, lower and left side moved out.
fn moved_out(map: &Homography, (width, height): (f32, f32), [up, right, down, left]: [f32; 4]) -> Quad {
    map.apply_quad(&Quad::of(Rect::new(
        -left,
        -up,
        left + width + right,
        up + height + down,
    )))
}

/// The border where all sides are the frame's, or all but one.
fn around_all(
    edges: &Edges,
    map: &Homography,
    (width, height): (f32, f32),
    mut best: [(f32, f32); 4],
) -> Option<Quad> {
    let seen: Vec<f32> = best
        .iter()
        .filter(|(_, change)| *change >= LEAST_CHANGE)
        .map(|(m, _)| *m)
        .collect();
    let least = seen.iter().copied().fold(f32::INFINITY, f32::min);
    let most = seen.iter().copied().fold(0.0, f32::max);
    // One side may lie on its own like.
    if seen.len() < 3 || most > EVEN * least {
        return None;
    }
    let mean = seen.iter().sum::<f32>() / seen.len() as f32;
    for (m, change) in &mut best {
        if *change < LEAST_CHANGE {
            *m = mean;
        }
    }
    let grown = |out: f32| {
        map.apply_quad(&Quad::of(Rect::new(
            -out,
            -out,
            width + 2.0 * out,
            height + 2.0 * out,
        )))
    };
    let (margin, print) = (grown(least / 2.0), grown(-least / 2.0));
    let at = |quad: &Quad, i: usize| content::along(edges, quad.0[i], quad.0[(i + 1) % 4]);
    let lighter = |i: usize| content::light(at(&margin, i)) - content::light(at(&print, i));
    // A side may have white print at its edge, as an MRZ has around it. Where it is clearly darker beyond, the border is
    // there already: the frame was put together of both.
    let is_border: [bool; 4] = std::array::from_fn(|i| lighter(i) < -CLEARLY_DARKER);
    let is_margin = |i: &usize| !is_border[*i];
    let margins = (0..4).filter(is_margin).count();
    if margins < 3
        || !(0..4).filter(is_margin).all(|i| content::is_gray(at(&margin, i)))
        || (0..4).filter(|&i| lighter(i) > 0.0).count() < 2
    {
        return None;
    }
    for (side, is_border) in best.iter_mut().zip(is_border) {
        if is_border {
            side.0 = 0.0;
        }
    }
    Some(moved_out(map, (width, height), best.map(|(m, _)| m)))
}

/// The change of colour across a side, where it is an edge.
fn sharp_change(edges: &Edges, start: Point, end: Point, middle: Point) -> f32 {
    let near = content::change(edges, start, end, middle, 1.0);
    let far = content::change(edges, start, end, middle, 3.5);
    if near > SHARP * far { near } else { 0.0 }
}
