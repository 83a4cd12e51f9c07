//! What is on either side of a border, and what is printed inside it.

use super::edges::Edges;
use crate::geometry::{Homography, Point, Quad, Rect};

/// Places looked at along a side.
const PLACES: usize = 32;

/// What has less difference between its channels than this share of the largest is gray.
const MOST_COLOUR: f32 = 0.25;

/// Where along a side the place with this number is: not at the corners, which are round.
fn place_along(place: usize) -> f32 {
    0.07 + 0.86 * (place as f32 + 0.5) / PLACES as f32
}

/// What speaks for an outline, seen in its colours.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content {
    /// For the four sides: how alike the change of colour across the side is all along it, 0 to 1.
    pub(super) steady: [f32; 4],
    /// The share of the inside that is busy as print is: edges of many directions close together.
    pub(super) print: f32,
    /// The share of the inside that has any edge.
    pub(super) busy: f32,
}

impl Content {
    /// Whether anything is printed inside: a blank card, a telephone and a sheet of paper have nothing there.
    pub(super) fn printed(&self) -> bool {
        self.busy >= 0.2 && self.print >= 0.12
    }

    /// What this adds to an outline's score: nothing for a border beyond doubt, less for any other.
    pub(super) fn worth(&self) -> f32 {
        0.6 * (self.steady.iter().sum::<f32>() / 4.0 - 0.95)
    }
}

/// Looks at the colours along the border and inside it.
pub(super) fn content(edges: &Edges, quad: &Quad) -> Content {
    let mut found = Content::default();
    let middle = quad.centre();
    for i in 0..4 {
        found.steady[i] = border(edges, quad.0[i], quad.0[(i + 1) % 4], middle);
    }
    inside(edges, quad, &mut found);
    found
}

/// How alike and how large the change of colour is all along a side.
fn border(edges: &Edges, start: Point, end: Point, middle: Point) -> f32 {
    let changes = changes(edges, start, end, middle, 3.5);
    if changes.len() < PLACES / 4 {
        return 0.0;
    }
    let apart = changes.iter().map(length).sum::<f32>() / changes.len() as f32;
    // Noise alone changes by a few levels: it counts as unsteady.
    length(&mean(&changes)) / (apart + 3.0)
}

/// The change of colour from `reach` pixels outside a side to as many inside, in the mean along it: where it is now
/// one way and now the other, as with what lies about on a table, little is left.
pub(super) fn change(edges: &Edges, start: Point, end: Point, middle: Point, reach: f32) -> f32 {
    let changes = changes(edges, start, end, middle, reach);
    if changes.len() < PLACES / 4 {
        return 0.0;
    }
    let mean = mean(&changes);
    let along = |change: &&[f32; 3]| (0..3).map(|c| change[c] * mean[c]).sum::<f32>() > 0.0;
    // Along four fifths of the side it has to be the same change.
    let same = changes.iter().filter(along).count();
    if same * 5 >= changes.len() * 4 {
        length(&mean)
    } else {
        0.0
    }
}

/// The mean colour along a side.
pub(super) fn along(edges: &Edges, start: Point, end: Point) -> [f32; 3] {
    let colours: Vec<[f32; 3]> = (0..PLACES)
        .filter_map(|place| colour(edges, start.towards(end, place_along(place))))
        .collect();
    mean(&colours)
}

/// Whether a colour is white or gray, in light that may be warm.
pub(super) fn is_gray(colour: [f32; 3]) -> bool {
    let most = colour.into_iter().fold(0.0, f32::max);
    let least = colour.into_iter().fold(f32::INFINITY, f32::min);
    most - least <= MOST_COLOUR * most
}

/// How far apart two colours are, in levels.
pub(super) fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    length(&std::array::from_fn(|c| a[c] - b[c]))
}

/// How light a colour is, 0 to 255.
pub(super) fn light(colour: [f32; 3]) -> f32 {
    colour.into_iter().sum::<f32>() / 3.0
}

fn length(colour: &[f32; 3]) -> f32 {
    colour.iter().map(|c| c * c).sum::<f32>().sqrt()
}

fn mean(colours: &[[f32; 3]]) -> [f32; 3] {
    std::array::from_fn(|c| colours.iter().map(|colour| colour[c]).sum::<f32>() / colours.len().max(1) as f32)
}

/// The changes of colour at places along a side.
fn changes(edges: &Edges, start: Point, end: Point, middle: Point, reach: f32) -> Vec<[f32; 3]> {
    let size = start.distance(end).max(1.0);
    let mut normal = Point::new(-(end.y - start.y) / size, (end.x - start.x) / size);
    if (middle.x - start.x) * normal.x + (middle.y - start.y) * normal.y < 0.0 {
        normal = Point::new(-normal.x, -normal.y);
    }
    (0..PLACES)
        .filter_map(|place| {
            let at = start.towards(end, place_along(place));
            let step = |by: f32| Point::new(at.x + normal.x * by, at.y + normal.y * by);
            let (inner, outer) = (colour(edges, step(reach))?, colour(edges, step(-reach))?);
            Some(std::array::from_fn(|c| inner[c] - outer[c]))
        })
        .collect()
}

/// The mean colour of three by three pixels.
fn colour(edges: &Edges, at: Point) -> Option<[f32; 3]> {
    let (x, y) = (at.x.floor(), at.y.floor());
    if !(x >= 1.0 && y >= 1.0 && x + 2.0 < edges.width as f32 && y + 2.0 < edges.height as f32) {
        return None;
    }
    let (x, y) = (x as usize, y as usize);
    let mut sum = [0.0; 3];
    for row in y - 1..=y + 1 {
        for column in x - 1..=x + 1 {
            let pixel = edges.small.at(column, row);
            for (sum, level) in sum.iter_mut().zip(pixel) {
                *sum += f32::from(level) / 9.0;
            }
        }
    }
    Some(sum)
}

/// Cells along the longer and the shorter side.
const CELLS: (usize, usize) = (24, 15);

fn inside(edges: &Edges, quad: &Quad, found: &mut Content) {
    let (across, down) = quad.size();
    let (columns, rows) = if across >= down { CELLS } else { (CELLS.1, CELLS.0) };
    let upright = Quad::of(Rect::new(0.0, 0.0, columns as f32, rows as f32));
    let Some(map) = Homography::between(quad, &upright) else {
        return;
    };
    // In each cell: edges, and the sums of their doubled directions.
    let mut cells = vec![[0.0_f32; 3]; columns * rows];
    let bounds = quad.bounds();
    for edgel in &edges.edgels {
        let (x, y) = (edgel.at.x - bounds.x, edgel.at.y - bounds.y);
        if x < 0.0 || y < 0.0 || x > bounds.width || y > bounds.height {
            continue;
        }
        let at = map.apply(edgel.at);
        // The border's own edge is not print.
        if at.x >= 0.5 && at.y >= 0.5 && at.x < columns as f32 - 0.5 && at.y < rows as f32 - 0.5 {
            let cell = &mut cells[at.y as usize * columns + at.x as usize];
            let (c, s) = (edgel.across.x, edgel.across.y);
            cell[0] += 1.0;
            cell[1] += c * c - s * s;
            cell[2] += 2.0 * c * s;
        }
    }
    let area = (quad.signed_area() / (columns * rows) as f32).max(1.0);
    let busy = |cell: &[f32; 3]| cell[0] / area > 0.06;
    let print = |cell: &[f32; 3]| cell[0] / area > 0.1 && cell[1].hypot(cell[2]) < 0.75 * cell[0];
    let total = cells.len() as f32;
    found.busy = cells.iter().filter(|cell| busy(cell)).count() as f32 / total;
    found.print = cells.iter().filter(|cell| print(cell)).count() as f32 / total;
}
