//! What is measured on the straightened document.

use super::Zone;
use crate::geometry::{Point, Quad, Rect};
use crate::pixels::{Gray, Picture};

/// Side of the blocks that are looked at, in pixels of the straightened document.
const BLOCK: usize = 8;

/// From here on a channel is burnt out: cameras and JPEG leave it a little below 255.
const TOP: u8 = 250;

/// A reflection in one part of the document.
pub(super) struct Glare {
    pub(super) zone: Zone,
    /// Hundredths of the part.
    pub(super) share: f32,
    /// The box around what is burnt out.
    pub(super) place: Rect,
}

/// Burnt-out blocks inside `part`; what lies in one of `others` belongs to them.
pub(super) fn glare(card: &Picture, zone: Zone, part: Rect, others: &[Rect]) -> Glare {
    let (mut burnt, mut all) = (0_usize, 0_usize);
    let (mut left, mut upper, mut right, mut lower) = (usize::MAX, usize::MAX, 0, 0);
    for y in (0..card.height().saturating_sub(BLOCK - 1)).step_by(BLOCK) {
        for x in (0..card.width().saturating_sub(BLOCK - 1)).step_by(BLOCK) {
            let block = Rect::new(x as f32, y as f32, BLOCK as f32, BLOCK as f32);
            let half = block.area() / 2.0;
            if block.overlap(part) < half || others.iter().any(|other| block.overlap(*other) >= half) {
                continue;
            }
            all += 1;
            if is_burnt(card, x, y) {
                burnt += 1;
                (left, upper) = (left.min(x), upper.min(y));
                (right, lower) = (right.max(x + BLOCK), lower.max(y + BLOCK));
            }
        }
    }
    let place = if burnt == 0 {
        part
    } else {
        Rect::new(
            left as f32,
            upper as f32,
            (right - left) as f32,
            (lower - upper) as f32,
        )
    };
    Glare {
        zone,
        share: 100.0 * burnt as f32 / all.max(1) as f32,
        place,
    }
}

fn is_burnt(card: &Picture, x: usize, y: usize) -> bool {
    // Every second pixel of every second row is enough.
    let white = (0..BLOCK * BLOCK / 4)
        .filter(|i| {
            let pixel = card.at(x + 2 * (i % (BLOCK / 2)), y + 2 * (i / (BLOCK / 2)));
            pixel.iter().all(|&level| level >= TOP)
        })
        .count();
    white * 10 >= BLOCK * BLOCK / 4 * 9
}

/// The width of the sharpest edges in pixels: the contrast of an edge over its steepest step, in the mean of the
/// tenth of edges that are strongest. Measured after a small smoothing, so that noise makes no steep steps; `None`
/// where there are too few edges to tell.
pub(crate) fn edge_width(gray: &Gray) -> Option<f32> {
    let smooth = smoothed(gray);
    let (width, height) = (gray.width(), gray.height());
    let mut edges: Vec<(f32, f32)> = Vec::new();
    for y in (4..height.saturating_sub(4)).step_by(2) {
        let row = &smooth[y * width..(y + 1) * width];
        for x in 12..width.saturating_sub(12) {
            let step = row[x + 1] - row[x];
            let steepest =
                step.abs() > (row[x] - row[x - 1]).abs() && step.abs() >= (row[x + 2] - row[x + 1]).abs();
            if step.abs() < 6.0 || !steepest {
                continue;
            }
            // As far as it goes on in the same direction.
            let mut first = x;
            while first > x - 11 && (row[first] - row[first - 1]) * step > 0.0 {
                first -= 1;
            }
            let mut last = x + 1;
            while last < x + 11 && (row[last + 1] - row[last]) * step > 0.0 {
                last += 1;
            }
            let contrast = (row[last] - row[first]).abs();
            edges.push((contrast, contrast / step.abs()));
        }
    }
    if edges.len() < 200 {
        return None;
    }
    edges.sort_by(|a, b| b.0.total_cmp(&a.0));
    let strongest = &edges[..edges.len() / 10];
    Some(strongest.iter().map(|edge| edge.1).sum::<f32>() / strongest.len() as f32)
}

/// A binomial filter of three by three pixels.
fn smoothed(gray: &Gray) -> Vec<f32> {
    let (width, height) = (gray.width(), gray.height());
    let at = |x: usize, y: usize| f32::from(gray.at(x.min(width - 1), y.min(height - 1)));
    let across: Vec<f32> = (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            (at(x.saturating_sub(1), y) + 2.0 * at(x, y) + at(x + 1, y)) / 4.0
        })
        .collect();
    (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            let above = across[y.saturating_sub(1) * width + x];
            let below = across[(y + 1).min(height - 1) * width + x];
            (above + 2.0 * across[i] + below) / 4.0
        })
        .collect()
}

/// The brightness nine tenths of the picture are below.
pub(super) fn brightness(gray: &Gray) -> f32 {
    let mut counts = [0_usize; 256];
    for &level in gray.levels() {
        counts[usize::from(level)] += 1;
    }
    let mut seen = 0;
    let level = counts.iter().position(|count| {
        seen += count;
        seen * 10 >= gray.levels().len() * 9
    });
    level.unwrap_or(255) as f32
}

/// Half the spread between the channels, after the picture's own cast is taken away.
pub(super) fn colourfulness(card: &Picture) -> f32 {
    let small = card.resized(64, 40);
    let count = (small.width() * small.height()) as f32;
    let mut mean = [0.0_f32; 3];
    for pixel in small.rgb().chunks_exact(3) {
        for (sum, &level) in mean.iter_mut().zip(pixel) {
            *sum += f32::from(level) / count;
        }
    }
    let gray = mean.iter().sum::<f32>() / 3.0;
    let spread = |pixel: &[u8]| {
        let levels: [f32; 3] = std::array::from_fn(|c| f32::from(pixel[c]) * gray / mean[c].max(1.0));
        let most = levels.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let least = levels.into_iter().fold(f32::INFINITY, f32::min);
        (most - least) / 2.0
    };
    small.rgb().chunks_exact(3).map(spread).sum::<f32>() / count
}

/// Hundredths of the border where its change of colour is missing, as under a finger that crosses it, and the side
/// where most is missing; `None` where no side has a change clear enough to miss it.
pub(super) fn covered(picture: &Picture, quad: &Quad) -> Option<(f32, Quad)> {
    /// Places along a side.
    const PLACES: usize = 48;
    /// A side whose colours differ less than so many levels from what is around says nothing.
    const CLEAR: f32 = 24.0;
    let (across, down) = quad.size();
    let reach = 0.008 * across.max(down);
    let middle = quad.centre();
    let (mut missing, mut looked_at, mut worst) = (0, 0, (0, 0));
    for i in 0..4 {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        let outward = {
            let at = a.towards(b, 0.5);
            let length = at.distance(middle).max(1.0);
            Point::new(
                (at.x - middle.x) / length * reach,
                (at.y - middle.y) / length * reach,
            )
        };
        let mut changes: Vec<f32> = (0..PLACES)
            .map(|place| {
                let at = a.towards(b, 0.08 + 0.84 * place as f32 / (PLACES - 1) as f32);
                let inner = picture.between_pixels(Point::new(at.x - outward.x, at.y - outward.y));
                let outer = picture.between_pixels(Point::new(at.x + outward.x, at.y + outward.y));
                (0..3)
                    .map(|c| f32::from(inner[c].abs_diff(outer[c])))
                    .fold(0.0, f32::max)
            })
            .collect();
        let unsorted = changes.clone();
        changes.sort_by(f32::total_cmp);
        let usual = changes[PLACES / 2];
        if usual < CLEAR {
            continue;
        }
        let gone = unsorted.iter().filter(|&&change| change < 0.35 * usual).count();
        looked_at += PLACES;
        missing += gone;
        if gone > worst.0 {
            worst = (gone, i);
        }
    }
    let (a, b) = (quad.0[worst.1], quad.0[(worst.1 + 1) % 4]);
    let inward = |p: Point| p.towards(middle, 0.15);
    (looked_at >= 2 * PLACES).then(|| {
        (
            100.0 * missing as f32 / looked_at as f32,
            Quad([a, b, inward(b), inward(a)]),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(soft: usize, noise: u32) -> Gray {
        let mut state = 1_u32;
        let levels = (0..400 * 200)
            .map(|i| {
                let place = (i % 400) % 40;
                let ramp = (place.min(40 - place) * 160 / soft.max(1)).min(160) as i32;
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = ((state >> 16) % (2 * noise + 1)) as i32 - noise as i32;
                (40 + ramp + noise).clamp(0, 255) as u8
            })
            .collect();
        Gray::new(400, 200, levels).unwrap()
    }

    #[test]
    fn a_softer_edge_is_wider_and_noise_does_not_sharpen_it() {
        let sharp = edge_width(&stripes(1, 0)).unwrap();
        let soft = edge_width(&stripes(8, 0)).unwrap();
        let noisy = edge_width(&stripes(8, 10)).unwrap();
        assert!(soft > 2.0 * sharp, "{sharp} {soft}");
        assert!(noisy > 1.5 * sharp, "{sharp} {noisy}");
    }

    #[test]
    fn white_paper_is_no_glare() {
        let part = Rect::new(0.0, 0.0, 64.0, 64.0);
        let paper = Picture::new(64, 64, vec![240; 64 * 64 * 3]).unwrap();
        let burnt = Picture::new(64, 64, vec![255; 64 * 64 * 3]).unwrap();
        assert!(glare(&paper, Zone::Text, part, &[]).share < 0.1);
        assert!(glare(&burnt, Zone::Text, part, &[]).share > 99.0);
    }
}
