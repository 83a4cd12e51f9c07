//! Edges of a picture: where its colour changes, which way, and how much against what is around.

use crate::geometry::{Point, Quad};
use crate::pixels::Picture;

/// The picture is searched at this length of its longer side: a card's side is then 100 pixels or more, and the noise
/// of a webcam is halved.
const SEARCHED: usize = 640;

/// Half the side of the square a change is compared with, in pixels of the searched picture.
const AROUND: usize = 14;

/// A thin edge pixel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edgel {
    /// Where the change is steepest.
    pub(super) at: Point,
    /// Unit vector across the edge.
    pub(super) across: Point,
    /// How much it stands out, 0 to 1.
    pub(super) weight: f32,
    /// The same, less where the edge does not go on straight.
    pub(super) straight: f32,
}

/// The picture made smaller, and its edges.
pub(super) struct Edges {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Pixels of the picture to one of these.
    pub(super) scale: f32,
    /// The picture made smaller.
    pub(super) small: Picture,
    pub(super) edgels: Vec<Edgel>,
    /// For each pixel, one more than the index of its edgel, or 0.
    index: Vec<u32>,
    /// For each pixel, which way its edgel lies: all that most of those asked for are asked.
    ways: Vec<Way>,
}

/// The unit vector across an edge in 127ths; nothing where there is no edge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way([i8; 2]);

impl Way {
    pub(super) fn of(across: Point) -> Self {
        Self([(across.x * 127.0) as i8, (across.y * 127.0) as i8])
    }

    /// Whether two edges lie within an angle of each other, whichever side is the brighter one; `least` is the angle's
    /// cosine. Right to about a hundredth of it.
    pub(super) fn lies_as(self, other: Self, least: f32) -> bool {
        let [x, y] = self.0.map(i32::from);
        let [other_x, other_y] = other.0.map(i32::from);
        (x * other_x + y * other_y).abs() > (least * 127.0 * 127.0) as i32
    }
}

impl Edges {
    /// The edges of `picture` at the size it is searched at; `None` where it is too narrow to show a document.
    pub(super) fn of(picture: &Picture) -> Option<Self> {
        let long = picture.width().max(picture.height());
        let scale = (long as f32 / SEARCHED as f32).max(1.0);
        let side = |n: usize| ((n as f32 / scale).round() as usize).max(1);
        let (width, height) = (side(picture.width()), side(picture.height()));
        (width >= 96 && height >= 96).then(|| Self::in_small(picture.resized(width, height), scale))
    }

    /// Leaves only edges near an outline to make lines of: up to `reach` pixels from one of its sides.
    pub(super) fn keep_near(&mut self, quad: &Quad, reach: f32) {
        let sides: [(Point, Point, f32); 4] = std::array::from_fn(|i| {
            let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
            let length = a.distance(b).max(1.0);
            let normal = Point::new((a.y - b.y) / length, (b.x - a.x) / length);
            (normal, a, length)
        });
        let near = |p: Point| {
            sides.iter().any(|(normal, start, length)| {
                let (x, y) = (p.x - start.x, p.y - start.y);
                let along = x * normal.y - y * normal.x;
                (x * normal.x + y * normal.y).abs() <= reach && along >= -reach && along <= length + reach
            })
        };
        for edgel in &mut self.edgels {
            if !near(edgel.at) {
                edgel.straight = 0.0;
            }
        }
    }

    fn in_small(small: Picture, scale: f32) -> Self {
        let (edgels, index, ways) = thin(&Gradients::of(&small));
        let mut edges = Self {
            width: small.width(),
            height: small.height(),
            scale,
            small,
            edgels,
            index,
            ways,
        };
        edges.keep_straight();
        edges
    }

    /// Lowers the weight of edges that bend or end: letters and wood have many, a border is straight for long. Each
    /// edge pixel looks for others of its direction on either side along itself.
    fn keep_straight(&mut self) {
        const STEPS: [f32; 6] = [-7.0, -4.5, -2.0, 2.0, 4.5, 7.0];
        let weights: Vec<f32> = self
            .edgels
            .iter()
            .map(|edgel| {
                let goes_on = |step: &&f32| {
                    let x = edgel.at.x - edgel.across.y * **step;
                    let y = edgel.at.y + edgel.across.x * **step;
                    self.continues(edgel, x, y)
                };
                let found = STEPS.iter().filter(goes_on).count() as f32 / STEPS.len() as f32;
                edgel.weight * found
            })
            .collect();
        for (edgel, weight) in self.edgels.iter_mut().zip(weights) {
            edgel.straight = weight;
        }
    }

    /// Whether there is an edge at `x`, `y`, or right beside it across the edge, that runs as `edgel` does.
    fn continues(&self, edgel: &Edgel, x: f32, y: f32) -> bool {
        let steep = edgel.across.x.abs() > edgel.across.y.abs();
        let (column, row) = (x as i32, y as i32);
        let way = Way::of(edgel.across);
        [0, -1, 1].into_iter().any(|side| {
            let i = if steep {
                self.pixel(column + side, row)
            } else {
                self.pixel(column, row + side)
            };
            i.is_some_and(|i| self.ways[i].lies_as(way, 0.92))
        })
    }

    /// The pixel's number at column `x` of row `y`, where it is inside.
    fn pixel(&self, x: i32, y: i32) -> Option<usize> {
        // What is negative becomes too large.
        let (x, y) = (x as u32 as usize, y as u32 as usize);
        (x < self.width && y < self.height).then(|| y * self.width + x)
    }

    /// The edgel in the pixel at column `x` of row `y`, if it lies as `way`, to an angle with the cosine `least`.
    pub(super) fn lying(&self, x: i32, y: i32, way: Way, least: f32) -> Option<&Edgel> {
        let i = self.pixel(x, y)?;
        self.ways[i]
            .lies_as(way, least)
            .then(|| &self.edgels[self.index[i] as usize - 1])
    }
}

/// The steepest of the three channels' gradients at each pixel.
struct Gradients {
    width: usize,
    height: usize,
    x: Vec<i16>,
    y: Vec<i16>,
    /// Length of the gradient.
    length: Vec<u16>,
}

impl Gradients {
    fn of(picture: &Picture) -> Self {
        let (width, height) = (picture.width(), picture.height());
        let pixels = width * height;
        let mut found = Self {
            width,
            height,
            x: vec![0; pixels],
            y: vec![0; pixels],
            length: vec![0; pixels],
        };
        let mut plane = vec![0_i16; pixels];
        let mut spare = vec![0_i16; pixels];
        for channel in 0..3 {
            for (value, pixel) in plane.iter_mut().zip(picture.rgb().chunks_exact(3)) {
                *value = i16::from(pixel[channel]);
            }
            blur(&mut plane, &mut spare, width);
            found.steepest(&plane);
        }
        for ((length, x), y) in found.length.iter_mut().zip(&found.x).zip(&found.y) {
            let (x, y) = (f32::from(*x), f32::from(*y));
            *length = (x * x + y * y).sqrt() as u16;
        }
        found
    }

    /// Sobel's gradient of `plane` (0 to 4080) where it is steeper than what is there.
    fn steepest(&mut self, plane: &[i16]) {
        let width = self.width;
        for row in 1..self.height - 1 {
            // Of the same length by their form, so that many pixels are computed at a time.
            let above = &plane[(row - 1) * width..][..width];
            let here = &plane[row * width..][..width];
            let below = &plane[(row + 1) * width..][..width];
            let out_x = &mut self.x[row * width..][..width];
            let out_y = &mut self.y[row * width..][..width];
            for i in 1..width - 1 {
                // A quarter, so that the sums fit.
                let dx = (above[i + 1].wrapping_sub(above[i - 1]) >> 2)
                    .wrapping_add(here[i + 1].wrapping_sub(here[i - 1]) >> 1)
                    .wrapping_add(below[i + 1].wrapping_sub(below[i - 1]) >> 2);
                let dy = (below[i - 1].wrapping_sub(above[i - 1]) >> 2)
                    .wrapping_add(below[i].wrapping_sub(above[i]) >> 1)
                    .wrapping_add(below[i + 1].wrapping_sub(above[i + 1]) >> 2);
                let (old_x, old_y) = (out_x[i], out_y[i]);
                let is_steeper = dx.wrapping_abs().wrapping_add(dy.wrapping_abs())
                    > old_x.wrapping_abs().wrapping_add(old_y.wrapping_abs());
                out_x[i] = if is_steeper { dx } else { old_x };
                out_y[i] = if is_steeper { dy } else { old_y };
            }
        }
    }
}

/// A binomial filter of three by three pixels, times 16.
fn blur(plane: &mut [i16], spare: &mut [i16], width: usize) {
    spare.copy_from_slice(plane);
    for (out, row) in spare.chunks_exact_mut(width).zip(plane.chunks_exact(width)) {
        for (out, near) in out[1..].iter_mut().zip(row.windows(3)) {
            *out = near[0] + 2 * near[1] + near[2];
        }
        out[0] = 4 * row[0];
        out[width - 1] = 4 * row[width - 1];
    }
    let height = plane.len() / width;
    for row in 0..height {
        let above = &spare[row.saturating_sub(1) * width..][..width];
        let here = &spare[row * width..][..width];
        let below = &spare[(row + 1).min(height - 1) * width..][..width];
        let out = &mut plane[row * width..][..width];
        for i in 0..width {
            out[i] = above[i] + 2 * here[i] + below[i];
        }
    }
}

/// The pixels where the change is steepest across the edge, and stands out of what is around it.
fn thin(gradients: &Gradients) -> (Vec<Edgel>, Vec<u32>, Vec<Way>) {
    let (width, height) = (gradients.width, gradients.height);
    let around = means(&gradients.length, width, height);
    let floor = noise(&gradients.length);
    let mut edgels = Vec::with_capacity(width * height / 8);
    let mut index = vec![0; width * height];
    let mut ways = vec![Way::default(); width * height];
    for row in 2..height - 2 {
        for column in 2..width - 2 {
            let i = row * width + column;
            let length = f32::from(gradients.length[i]);
            if length < 2.0 * floor {
                continue;
            }
            let (dx, dy) = (f32::from(gradients.x[i]), f32::from(gradients.y[i]));
            // The neighbours across the edge, between pixels.
            let (ahead, behind) = across(&gradients.length, width, i, dx, dy);
            if length < ahead || length <= behind {
                continue;
            }
            let bend = ahead + behind - 2.0 * length;
            let offset = if bend < -1e-3 {
                ((behind - ahead) / (2.0 * bend)).clamp(-0.5, 0.5)
            } else {
                0.0
            };
            let size = (dx * dx + dy * dy).sqrt().max(1e-3);
            // `across` steps one pixel along the gradient's longer part.
            let step = offset * size / dx.abs().max(dy.abs());
            let unit = Point::new(dx / size, dy / size);
            edgels.push(Edgel {
                at: Point::new(
                    unit.x * step + column as f32 + 0.5,
                    unit.y * step + row as f32 + 0.5,
                ),
                across: unit,
                weight: length / (length + around[i] + 4.0 * floor),
                straight: 0.0,
            });
            index[i] = edgels.len() as u32;
            ways[i] = Way::of(unit);
        }
    }
    (edgels, index, ways)
}

/// The gradient's length one step ahead and behind, along the gradient.
fn across(length: &[u16], width: usize, i: usize, dx: f32, dy: f32) -> (f32, f32) {
    let (w, at) = (width as isize, |i: isize| f32::from(length[i as usize]));
    let i = i as isize;
    let (main, side, share) = if dx.abs() >= dy.abs() {
        (
            dx.signum() as isize,
            dy.signum() as isize * w,
            dy.abs() / dx.abs().max(1e-3),
        )
    } else {
        (
            dy.signum() as isize * w,
            dx.signum() as isize,
            dx.abs() / dy.abs().max(1e-3),
        )
    };
    let ahead = at(i + main) * (1.0 - share) + at(i + main + side) * share;
    let behind = at(i - main) * (1.0 - share) + at(i - main - side) * share;
    (ahead, behind)
}

/// The noise in a picture's gradients: what a third of the pixels are below, which are those without an edge.
fn noise(length: &[u16]) -> f32 {
    let mut counts = [0_usize; 512];
    for &value in length {
        counts[usize::from(value).min(511)] += 1;
    }
    let mut seen = 0;
    let middle = counts.iter().position(|count| {
        seen += count;
        seen * 3 > length.len()
    });
    (middle.unwrap_or(511) as f32).max(6.0)
}

/// The mean over a square around each pixel: two running sums.
fn means(values: &[u16], width: usize, height: usize) -> Vec<f32> {
    let mut rows = vec![0_u32; values.len()];
    for (out, row) in rows.chunks_exact_mut(width).zip(values.chunks_exact(width)) {
        let mut sum: u32 = row[..AROUND.min(width)].iter().map(|&v| u32::from(v)).sum();
        for i in 0..width {
            if i + AROUND < width {
                sum += u32::from(row[i + AROUND]);
            }
            if i > AROUND {
                sum -= u32::from(row[i - AROUND - 1]);
            }
            out[i] = sum;
        }
    }
    let mut column = vec![0_u32; width];
    for row in 0..AROUND.min(height) {
        for (sum, value) in column.iter_mut().zip(&rows[row * width..]) {
            *sum += value;
        }
    }
    let mut out = vec![0.0; values.len()];
    for row in 0..height {
        if row + AROUND < height {
            for (sum, value) in column.iter_mut().zip(&rows[(row + AROUND) * width..]) {
                *sum += value;
            }
        }
        if row > AROUND {
            for (sum, value) in column.iter_mut().zip(&rows[(row - AROUND - 1) * width..]) {
                *sum -= value;
            }
        }
        let tall = (row + AROUND).min(height - 1) - row.saturating_sub(AROUND) + 1;
        for (i, (out, sum)) in out[row * width..][..width].iter_mut().zip(&column).enumerate() {
            let wide = (i + AROUND).min(width - 1) - i.saturating_sub(AROUND) + 1;
            *out = *sum as f32 / (tall * wide) as f32;
        }
    }
    out
}
