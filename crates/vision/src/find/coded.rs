//! An MRZ as a witness of the border around it.
//!
//! The standards say where on a document its MRZ is (ICAO Doc 9303-4 3.1, -5 3.1, -6 3.1, -7 4.1): along a longer side,
//! at the bottom, nearly from edge to edge. A border in which it lies elsewhere is that of something else.

use super::Shape;
use crate::geometry::{Homography, Point, Quad, Rect};

/// An MRZ that was found before the border.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coded {
    /// The outline of its characters in pixels of the picture, from the start of its first line clockwise.
    pub quad: Quad,
    /// The size of document that carries an MRZ of its layout.
    pub shape: Shape,
}

/// Where its left, right, upper and lower edge can be, in widths and heights of the document. Print of specimens is
/// narrower than the standards say, and a border may be off a little and still be the right one to start from.
const LEFT: (f32, f32) = (0.015, 0.13);
const RIGHT: (f32, f32) = (0.68, 0.985);
const UPPER: (f32, f32) = (0.62, 0.84);
const LOWER: (f32, f32) = (0.855, 0.975);

/// Its lines run along the document's longer side to within this: the tangent of two and a half degrees.
const ASKEW: f32 = 0.044;

impl Coded {
    /// `quad` named by the corners as the MRZ is read, where the MRZ lies in it as the standards say.
    pub(super) fn upright_in(&self, quad: &Quad) -> Option<Quad> {
        (0..4)
            .map(|turns| quad.turned(turns))
            .find(|quad| self.fits(quad))
    }

    /// Whether the MRZ lies upright at the bottom of `quad`.
    #[must_use]
    pub fn fits(&self, quad: &Quad) -> bool {
        let whole = Quad::of(Rect::new(0.0, 0.0, 1.0, 1.0));
        let Some(map) = Homography::between(quad, &whole) else {
            return false;
        };
        let [a, b, c, d] = map.apply_quad(&self.quad).0;
        let between = |value: f32, (least, most): (f32, f32)| value >= least && value <= most;
        let runs = |p: Point, q: Point| (q.y - p.y).abs() <= ASKEW * self.shape.ratio() * (q.x - p.x);
        [a.x, d.x].iter().all(|&x| between(x, LEFT))
            && [b.x, c.x].iter().all(|&x| between(x, RIGHT))
            && [a.y, b.y].iter().all(|&y| between(y, UPPER))
            && [c.y, d.y].iter().all(|&y| between(y, LOWER))
            && runs(a, b)
            && runs(d, c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Quad {
        Quad::of(Rect::new(200.0, 100.0, 856.0, 540.0))
    }

    fn coded(x: f32, y: f32, width: f32, height: f32) -> Coded {
        Coded {
            quad: Quad::of(Rect::new(x, y, width, height)),
            shape: Shape::Id1,
        }
    }

    #[test]
    fn an_mrz_lies_at_the_foot_of_its_document() {
        assert!(coded(240.0, 460.0, 770.0, 150.0).fits(&card()));
        assert!(!coded(240.0, 130.0, 770.0, 150.0).fits(&card()), "at its head");
        assert!(!coded(240.0, 460.0, 400.0, 150.0).fits(&card()), "half as wide");
        assert!(!coded(240.0, 560.0, 770.0, 150.0).fits(&card()), "below it");
    }

    #[test]
    fn the_corners_are_named_as_the_mrz_is_read() {
        let here = coded(240.0, 460.0, 770.0, 150.0);
        for turns in 0..4 {
            assert_eq!(here.upright_in(&card().turned(turns)), Some(card()));
        }
    }
}
