//! Where a document lies in a picture.
//!
//! A document is a flat rectangle of a known shape: four straight sides that meet, seen in perspective, one colour
//! inside and another outside, print within. [`find`] looks for straight edges in the picture made smaller (`edges`,
//! `lines`), puts four together (`combine`) where they can be such a rectangle seen by a camera (`perspective`), asks
//! what is printed in it (`content`), steps from a printed frame out to the border (`frame`), and measures the four
//! sides again in the picture itself (`refine`). Who can read what is in it may ask for a border of which only three
//! sides are seen (`complete`), or for the one an MRZ belongs in (`coded`). No network takes part: none with weights that may be shipped was
//! found.

mod coded;
mod combine;
mod complete;
mod content;
mod edges;
mod frame;
mod lines;
pub(crate) mod perspective;
mod refine;
mod tracker;

use serde::{Deserialize, Serialize};

use crate::geometry::{Point, Quad, Rect};
use crate::pixels::Picture;

pub use coded::Coded;
pub use tracker::Tracker;
pub(crate) use tracker::displacement;

/// The sizes a document comes in (ISO/IEC 7810, ICAO Doc 9303-4 2.1, -5 2.1, -6 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// ID-1, a card (TD1): 85.6 by 53.98 mm.
    Id1,
    /// ID-2 (TD2, MRV-B): 105 by 74 mm.
    Id2,
    /// ID-3, a page of a passport (TD3, MRV-A): 125 by 88 mm. In a picture it has the proportions of [`Shape::Id2`]:
    /// the search always says this one, which is far more common; who has read what is printed knows better.
    Page,
}

impl Shape {
    /// Width and height in millimetres, the longer side first.
    #[must_use]
    pub const fn millimetres(self) -> (f32, f32) {
        match self {
            Self::Id1 => (85.6, 53.98),
            Self::Id2 => (105.0, 74.0),
            Self::Page => (125.0, 88.0),
        }
    }

    /// The longer side divided by the shorter.
    #[must_use]
    pub fn ratio(self) -> f32 {
        let (long, short) = self.millimetres();
        long / short
    }

    /// Pixels of a straightened picture, the longer side first: 300 to the inch.
    #[must_use]
    pub const fn canonical(self) -> (usize, usize) {
        match self {
            Self::Id1 => (1011, 638),
            Self::Id2 => (1240, 874),
            Self::Page => (1476, 1039),
        }
    }
}

/// A document in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its corners in pixels of the picture, clockwise from the one that is upper left as the picture lies; a corner
    /// can lie outside the picture where two sides meet there. Which way it is read is not known here: whoever finds
    /// out turns it with [`Quad::turned`].
    pub quad: Quad,
    /// Which size of document has these proportions.
    pub shape: Shape,
    /// How sure the search is, 0 to 1; what is below one half is returned only where [`Search::faint`] asks for it.
    pub confidence: f32,
}

/// Where to look, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Search {
    /// Only documents whose middle lies in here, in pixels (the guide drawn on a live picture).
    pub region: Option<Rect>,
    /// The outline of a moment ago, in pixels: only its neighbourhood is searched, which is faster.
    pub near: Option<Quad>,
    /// Whether an outline is wanted that little speaks for, or of which one side is not seen: for who can read what is
    /// in it, and will drop it where that is nothing.
    pub faint: bool,
    /// The document's MRZ, where it was found before its border: a border in which it lies where it belongs needs
    /// little else to speak for it, and the corners are named as they are read.
    pub coded: Option<Coded>,
}

/// The document in `picture`, if there is one.
#[must_use]
pub fn find(picture: &Picture) -> Option<Found> {
    find_with(picture, &Search::default())
}

/// As [`find`], told where to look.
#[must_use]
pub fn find_with(picture: &Picture, search: &Search) -> Option<Found> {
    let mut edges = edges::Edges::of(picture)?;
    let scale = edges.scale;
    if let Some(near) = search.near.map(|quad| quad.scaled(1.0 / scale)) {
        let (across, down) = near.size();
        edges.keep_near(&near, NEIGHBOURHOOD * across.max(down));
    }
    let lines = lines::lines(&edges);
    let wanted = |quad: &Quad| {
        search.region.is_none_or(|region| {
            let centre = quad.scaled(scale).centre();
            Rect::new(centre.x, centre.y, 1.0, 1.0).overlap(region) > 0.0
        })
    };
    let wanted = |quad: &Quad| {
        wanted(quad)
            && search
                .coded
                .is_none_or(|coded| coded.upright_in(&quad.scaled(scale)).is_some())
    };
    let kinds = combine::Kinds {
        shapes: search
            .coded
            .map_or_else(|| vec![Shape::Id1, Shape::Page], |coded| vec![coded.shape]),
        hidden: search.faint || search.coded.is_some(),
    };
    let all = combine::candidates(&edges, &lines, &kinds, LOOKED_INTO, wanted);
    let judged = |candidate: &combine::Candidate| {
        let content = content::content(&edges, &candidate.quad);
        let worth = candidate.score + content.worth();
        let least = if search.faint { FAINT_WORTH } else { LEAST_WORTH };
        (search.coded.is_some() || content.printed() && worth >= least).then_some((*candidate, worth))
    };
    let (best, worth) = all.iter().filter_map(judged).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let border = frame::around(&edges, &best.quad, best.shape.ratio()).unwrap_or(best.quad);
    let quad = border.scaled(scale);
    let (across, down) = quad.size();
    let reach = (0.012 * across.max(down)).max(2.0 * scale).min(24.0);
    let quad = as_it_lies(&refine::refined(picture, &quad, reach));
    Some(Found {
        quad: search
            .coded
            .and_then(|coded| coded.upright_in(&quad))
            .unwrap_or(quad),
        shape: best.shape,
        confidence: if best.hidden { FAINT } else { confidence(worth) },
    })
}

/// From what an outline is worth.
fn confidence(worth: f32) -> f32 {
    if worth < LEAST_WORTH {
        FAINT
    } else {
        0.5 + 0.5 * ((worth - LEAST_WORTH) / (SURE_WORTH - LEAST_WORTH)).min(1.0)
    }
}

/// How far from the last outline its sides are looked for, in widths of the document: what a hand moves it between two
/// frames.
const NEIGHBOURHOOD: f32 = 0.05;

/// Combinations of lines that are looked into.
const LOOKED_INTO: usize = 24;

/// What a combination has to be worth to be called a document, and from where on there is no doubt.
const LEAST_WORTH: f32 = 0.45;
/// What it has to be worth where something else decides whether it is one.
const FAINT_WORTH: f32 = 0.15;
/// How sure the search is of that.
const FAINT: f32 = 0.4;
const SURE_WORTH: f32 = 1.0;

/// The picture's border, where its sides are in the proportions of a document: it may be one itself, as a scan or a
/// cropped file is.
#[must_use]
pub fn filling(picture: &Picture) -> Option<Found> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let ratio = width.max(height) / width.min(height);
    let shape = [Shape::Id1, Shape::Page]
        .into_iter()
        .min_by(|a, b| (a.ratio() - ratio).abs().total_cmp(&(b.ratio() - ratio).abs()))?;
    ((shape.ratio() / ratio).ln().abs() < 0.08).then(|| Found {
        quad: Quad::of(Rect::new(0.0, 0.0, width, height)),
        shape,
        confidence: FAINT,
    })
}

/// What `quad` encloses at 300 pixels to the inch, or more where the picture has more: as wide as it is tall in the
/// picture's own sense, so that nothing is stretched (a card that stands upright gives an upright picture).
#[must_use]
pub fn straighten(picture: &Picture, quad: &Quad, shape: Shape) -> Picture {
    straighten_at(picture, quad, shape, shape.canonical().0)
}

/// As [`straighten`], with the longer side `least` pixels long or more.
pub(crate) fn straighten_at(picture: &Picture, quad: &Quad, shape: Shape, least: usize) -> Picture {
    let (across, down) = quad.size();
    let (long, short) = shape.canonical();
    // Not more than twice the canonical size: beyond that nothing is read better, and memory is finite.
    let wanted = across.max(down).max(least as f32).min(2.0 * long as f32);
    let wanted = if wanted.is_finite() { wanted } else { long as f32 };
    let (long, short) = (wanted as usize, (wanted * short as f32 / long as f32) as usize);
    let (width, height) = if across >= down {
        (long, short)
    } else {
        (short, long)
    };
    picture
        .straightened(quad, width, height)
        .unwrap_or_else(|| picture.resized(width, height))
}

/// The corners clockwise from the upper left one as the picture lies: the turn of them whose sides run most to the
/// right, down, left and up.
fn as_it_lies(quad: &Quad) -> Quad {
    let rightness = |q: &Quad| {
        let [a, b, c, d] = q.0;
        let run = |p: Point, q: Point| (q.x - p.x) / p.distance(q).max(1e-3);
        run(a, b) + run(d, c)
    };
    (0..4)
        .map(|turns| quad.turned(turns))
        .max_by(|a, b| rightness(a).total_cmp(&rightness(b)))
        .unwrap_or(*quad)
}
