//! The measurements behind the gates.

use super::limits::{self, Limit};
use super::surface;
use super::{Bound, Gate, Known, Quality, Verdict, Zone};
use crate::find::{Found, Shape, displacement, perspective};
use crate::geometry::{Homography, Point, Quad, Rect};
use crate::pixels::Picture;

const MILLIMETRES_AN_INCH: f32 = 25.4;

/// Pixels of the longer side of the document when its surface is looked at: what a webcam gives of it.
const LOOKED_AT: f32 = 640.0;

/// A gate's result against its limit.
fn gate(limit: Limit, value: f32, place: Quad, zone: Option<Zone>) -> Gate {
    let meets = |bar: f32| match limit.bound {
        Bound::AtLeast => value >= bar,
        Bound::AtMost => value <= bar,
    };
    let verdict = match (meets(limit.good), meets(limit.usable)) {
        (true, _) => Verdict::Good,
        (false, true) => Verdict::Poor,
        (false, false) => Verdict::Bad,
    };
    Gate {
        cause: limit.cause,
        value,
        threshold: limit.good,
        bound: limit.bound,
        verdict,
        place,
        zone,
    }
}

pub(super) fn all(picture: &Picture, found: &Found, known: &Known) -> Quality {
    let quad = found.quad;
    let dpi = dpi(&quad, found.shape);
    let mut gates = vec![
        gate(limits::SIZE, dpi, quad, None),
        gate(limits::CUT, inside(picture, &quad), quad, None),
    ];
    if let Some(tilt) = tilt(picture, found) {
        gates.push(gate(limits::TILT, tilt, quad, None));
    }
    if let Some((before, seconds)) = known.before.filter(|(_, seconds)| *seconds > 0.0) {
        let speed = 100.0 * displacement(&before, &quad) / seconds;
        gates.push(gate(limits::MOTION, speed, quad, None));
    }
    on_surface(picture, found, known, &mut gates);
    gates.sort_by_key(|gate| gate.cause);
    Quality {
        gates,
        dpi,
        most_dpi: most_dpi(picture, found.shape, &quad),
    }
}

/// What is measured on the document straightened.
fn on_surface(picture: &Picture, found: &Found, known: &Known, gates: &mut Vec<Gate>) {
    let quad = found.quad;
    let (across, down) = quad.size();
    let scale = LOOKED_AT / across.max(down).max(1.0);
    let side = |length: f32| ((length * scale).round() as usize).clamp(32, 2 * LOOKED_AT as usize);
    let Some(card) = picture.straightened(&quad, side(across), side(down)) else {
        return;
    };
    let whole = Rect::new(0.0, 0.0, card.width() as f32, card.height() as f32);
    let upright = Quad::of(whole);
    let (Some(to_card), Some(to_picture)) = (
        Homography::between(&quad, &upright),
        Homography::between(&upright, &quad),
    ) else {
        return;
    };
    let part = |zone: Option<Quad>| zone.map(|zone| to_card.apply_quad(&zone).bounds());
    let (portrait, mrz) = (part(known.portrait), part(known.mrz));
    let others: Vec<Rect> = portrait.into_iter().chain(mrz).collect();
    // The worst part is said.
    let glare = [(Zone::Portrait, portrait), (Zone::Mrz, mrz)]
        .into_iter()
        .filter_map(|(zone, part)| Some(surface::glare(&card, zone, part?, &[])))
        .chain([surface::glare(&card, Zone::Text, whole, &others)])
        .max_by(|a, b| a.share.total_cmp(&b.share));
    if let Some(glare) = glare {
        let place = to_picture.apply_quad(&Quad::of(glare.place));
        gates.push(gate(limits::GLARE, glare.share, place, Some(glare.zone)));
    }
    let gray = card.gray();
    gates.push(gate(limits::DARK, surface::brightness(&gray), quad, None));
    // Print is read along its lines; which way they run is not known, so the sharper direction counts.
    let widths = [
        surface::edge_width(&gray),
        surface::edge_width(&card.turned(1).gray()),
    ];
    if let Some(width) = widths.into_iter().flatten().min_by(f32::total_cmp) {
        gates.push(gate(limits::BLUR, width, quad, None));
    }
    if let Some((share, place)) = surface::covered(picture, &quad) {
        gates.push(gate(limits::COVER, share, place, None));
    }
    gates.push(gate(limits::COLOUR, surface::colourfulness(&card), quad, None));
}

/// Pixels to the inch along the side that has fewest.
fn dpi(quad: &Quad, shape: Shape) -> f32 {
    let [a, b, c, d] = quad.0;
    let (width, height) = millimetres(shape, quad);
    let per_mm = (a.distance(b) / width)
        .min(d.distance(c) / width)
        .min(a.distance(d) / height)
        .min(b.distance(c) / height);
    per_mm * MILLIMETRES_AN_INCH
}

/// Width and height of the document as it lies.
fn millimetres(shape: Shape, quad: &Quad) -> (f32, f32) {
    let (long, short) = shape.millimetres();
    let (across, down) = quad.size();
    if across >= down {
        (long, short)
    } else {
        (short, long)
    }
}

/// What a picture of this size gives when the document fills it but for a twentieth, lying as it lies.
fn most_dpi(picture: &Picture, shape: Shape, quad: &Quad) -> f32 {
    let (width, height) = millimetres(shape, quad);
    let per_mm = (picture.width() as f32 / width).min(picture.height() as f32 / height);
    0.95 * per_mm * MILLIMETRES_AN_INCH
}

/// How far the outermost corner is inside, in hundredths of the document's width; negative outside.
fn inside(picture: &Picture, quad: &Quad) -> f32 {
    let (across, down) = quad.size();
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let margin = |p: Point| p.x.min(p.y).min(width - p.x).min(height - p.y);
    let least = quad.0.into_iter().map(margin).fold(f32::INFINITY, f32::min);
    100.0 * least / across.max(down).max(1.0)
}

/// Degrees between the document's plane and the picture's.
fn tilt(picture: &Picture, found: &Found) -> Option<f32> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (plane, _) = perspective::plane(&found.quad, width, height, &[found.shape])?;
    Some(plane.tilt.to_degrees())
}
