//! From a printed frame to the document's border.
//!
//! Many documents have an unprinted margin, and the frame it leaves has stronger edges than a white border on a white
//! table. Around such a frame the colour changes once more, sharply, about as far away on all four sides. A shadow
//! fades, and another paper lies as it lies.

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

/// The widest margin may be so many times the narrowest.
const EVEN: f32 = 2.2;

/// The border around the printed frame `quad`, whose longer side is `ratio` times its shorter one.
pub(super) fn around(edges: &Edges, quad: &Quad, ratio: f32) -> Option<Quad> {
    let (across, down) = quad.size();
    let (width, height) = if across >= down {
        (1.0, 1.0 / ratio)
    } else {
        (1.0 / ratio, 1.0)
    };
    let map = Homography::between(&Quad::of(Rect::new(0.0, 0.0, width, height)), quad)?;
    // Of each side, the margin with the largest sharp change, and that change.
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
    let least = best.into_iter().map(|(m, _)| m).fold(f32::INFINITY, f32::min);
    let most = best.into_iter().map(|(m, _)| m).fold(0.0, f32::max);
    if best.into_iter().any(|(_, change)| change < LEAST_CHANGE) || most > EVEN * least {
        return None;
    }
    let [up, right, down, left] = best.map(|(m, _)| m);
    Some(map.apply_quad(&Quad::of(Rect::new(
        -left,
        -up,
        left + width + right,
        up + height + down,
    ))))
}

/// The change of colour across a side, where it is an edge.
fn sharp_change(edges: &Edges, start: Point, end: Point, middle: Point) -> f32 {
    let near = content::change(edges, start, end, middle, 1.0);
    let far = content::change(edges, start, end, middle, 3.5);
    if near > SHARP * far { near } else { 0.0 }
}
