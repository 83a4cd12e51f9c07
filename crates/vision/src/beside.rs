//! A face and a document held beside it, in one frame.
//!
//! What is found is a face, and beside it a flat thing of a document's proportions with print in it, about as large as
//! a document is against a face; and whether it bears a smaller face, as a document's front does. It is no proof
//! that this is an identity document, nor whose.

use crate::face::{Face, FaceFinder, STILL};
use crate::find::{Found, Search, find_with, straighten_at};
use crate::geometry::{Point, Quad, Rect};
use crate::net::NetError;
use crate::pixels::Picture;

/// What looks, by name and version: raised when another thing could come of the same frame.
pub const METHOD: &str = "beside/1";

/// The longer side of a document against the height of the face beside it: a card at arm's length behind the face, and
/// a passport held close to the camera.
const SIZE: (f32, f32) = (0.35, 2.6);
/// The height of a document's portrait against the shorter side of the document.
const PORTRAIT: (f32, f32) = (0.2, 0.95);
/// A document reaches so many times its portrait's height to either side of it.
const REACH: f32 = 4.0;
/// So much of a face may be covered by the document beside it.
const COVERED: f32 = 0.25;

/// A document beside a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Where it is, in pixels of the frame.
    pub quad: Quad,
    /// Whether it bears a face.
    pub portrait: bool,
}

/// What one frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Beside {
    /// The person's face: the largest.
    pub face: Option<Face>,
    /// The document beside it.
    pub document: Option<Held>,
}

/// Looks at `frame`. No template is made: this tells nobody from anybody.
///
/// # Errors
/// [`NetError::Run`] where the network fails.
pub fn look(finder: &FaceFinder, frame: &Picture) -> Result<Beside, NetError> {
    let faces = finder.find(frame, STILL)?;
    let largest = faces.iter().copied().max_by(|a, b| a.span().total_cmp(&b.span()));
    let Some(face) = largest else {
        return Ok(Beside::default());
    };
    let others: Vec<Face> = faces.into_iter().filter(|other| *other != face).collect();
    let is_beside = |found: &Found| is_beside(&face, &found.quad);
    // Around a small face first: behind the person may be other things with four sides.
    let around = others.first().map(reach_of);
    let found = around
        .into_iter()
        .chain(sides_of(&face, frame))
        .find_map(|region| {
            let search = Search {
                region: Some(region),
                ..Search::default()
            };
            find_with(frame, &search).filter(is_beside)
        });
    let document = match found {
        Some(found) => Some(Held {
            quad: found.quad,
            portrait: others.iter().any(|other| is_portrait(other, &found.quad))
                || has_portrait(finder, frame, &found)?,
        }),
        None => None,
    };
    Ok(Beside {
        face: Some(face),
        document,
    })
}

/// Where a document may be that bears this portrait.
fn reach_of(portrait: &Face) -> Rect {
    let middle = portrait.bounds.centre();
    let reach = REACH * portrait.bounds.height;
    Rect::new(middle.x - reach, middle.y - reach, 2.0 * reach, 2.0 * reach)
}

/// What is to the left and to the right of a face, the wider first, where a document fits.
fn sides_of(face: &Face, frame: &Picture) -> impl Iterator<Item = Rect> {
    let side = |pixels: usize| f32::from(u16::try_from(pixels).unwrap_or(u16::MAX));
    let (width, height) = (side(frame.width()), side(frame.height()));
    let bounds = face.bounds;
    let right = bounds.x + bounds.width;
    let mut sides = [
        Rect::new(0.0, 0.0, bounds.x.max(0.0), height),
        Rect::new(right, 0.0, (width - right).max(0.0), height),
    ];
    sides.sort_by(|a, b| b.width.total_cmp(&a.width));
    let least = SIZE.0 * bounds.height;
    sides.into_iter().filter(move |side| side.width >= least)
}

/// Whether a document can be held there by whoever has this face.
fn is_beside(face: &Face, quad: &Quad) -> bool {
    let (across, down) = quad.size();
    let share = across.max(down) / face.bounds.height.max(1.0);
    let covered = quad.bounds().overlap(face.bounds) / face.bounds.area().max(1.0);
    (SIZE.0..=SIZE.1).contains(&share) && covered <= COVERED && !holds(quad, face.bounds.centre())
}

/// Whether a face is the portrait of the document there.
fn is_portrait(face: &Face, quad: &Quad) -> bool {
    let (across, down) = quad.size();
    let share = face.bounds.height / across.min(down).max(1.0);
    (PORTRAIT.0..=PORTRAIT.1).contains(&share) && holds(quad, face.bounds.centre())
}

/// Looks for a portrait in the document alone, where it is larger than in the frame.
fn has_portrait(finder: &FaceFinder, frame: &Picture, found: &Found) -> Result<bool, NetError> {
    let straight = straighten_at(frame, &found.quad, found.shape, STILL);
    let side = |pixels: usize| f32::from(u16::try_from(pixels).unwrap_or(u16::MAX));
    let whole = Quad::of(Rect::new(
        0.0,
        0.0,
        side(straight.width()),
        side(straight.height()),
    ));
    // What is blurred is found better where it is small.
    for longest in [STILL, STILL / 2] {
        let faces = finder.find(&straight, longest)?;
        if faces.iter().any(|face| is_portrait(face, &whole)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a point lies inside.
fn holds(quad: &Quad, point: Point) -> bool {
    let sides = (0..4).map(|at| {
        let (a, b) = (quad.0[at], quad.0[(at + 1) % 4]);
        (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    });
    let (mut left, mut right) = (false, false);
    for side in sides {
        left |= side < 0.0;
        right |= side > 0.0;
    }
    !(left && right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, height: f32) -> Face {
        let at = |dx: f32, dy: f32| Point::new(x + dx * height, y + dy * height);
        Face {
            bounds: Rect::new(x, y, 0.75 * height, height),
            points: [
                at(0.2, 0.4),
                at(0.55, 0.4),
                at(0.37, 0.6),
                at(0.25, 0.8),
                at(0.5, 0.8),
            ],
            score: 0.9,
        }
    }

    fn card(x: f32, y: f32, width: f32) -> Quad {
        Quad::of(Rect::new(x, y, width, width / 1.586))
    }

    #[test]
    fn a_document_is_held_beside_a_face_and_not_before_it() {
        let face = face(300.0, 200.0, 280.0);
        assert!(is_beside(&face, &card(560.0, 300.0, 300.0)));
        assert!(
            !is_beside(&face, &card(250.0, 250.0, 300.0)),
            "it covers the face"
        );
        assert!(!is_beside(&face, &card(560.0, 300.0, 60.0)), "too small");
        assert!(!is_beside(&face, &card(0.0, 0.0, 1280.0)), "a poster");
    }

    #[test]
    fn a_portrait_lies_in_the_document_and_has_a_portraits_size() {
        let card = card(560.0, 300.0, 300.0);
        assert!(is_portrait(&face(580.0, 350.0, 90.0), &card));
        assert!(!is_portrait(&face(300.0, 350.0, 90.0), &card), "outside");
        assert!(!is_portrait(&face(580.0, 350.0, 20.0), &card), "a ghost image");
    }
}
