//! A document straightened and upright, and the way back to the picture it comes from.

use crate::find::{self, Found};
use crate::geometry::{Homography, Point, Quad, Rect};
use crate::pixels::Picture;

/// A picture whose document was not found is read at this size at most: pixels along its longer side.
const MOST_WHOLE: usize = 2_400;

/// A straightened document is at least this large, if the picture has no more pixels of it: along its longer side.
const LEAST_OUTLINED: usize = 896;

/// A straightened document, or a whole picture.
pub struct Sheet {
    picture: Picture,
    /// What the sheet shows, in pixels of the picture that came in; its corners are those of the sheet.
    outline: Quad,
}

impl Sheet {
    /// What `outline` encloses, or all of `picture`.
    pub fn of(picture: &Picture, outline: Option<&Found>) -> Self {
        if let Some(found) = outline {
            return Self {
                picture: find::straighten_at(picture, &found.quad, found.shape, LEAST_OUTLINED),
                outline: found.quad,
            };
        }
        let longer = picture.width().max(picture.height());
        let fitted = |side: usize| (side * MOST_WHOLE / longer).max(1);
        let sheet = if longer > MOST_WHOLE {
            picture.resized(fitted(picture.width()), fitted(picture.height()))
        } else {
            picture.clone()
        };
        Self {
            picture: sheet,
            outline: border(picture),
        }
    }

    /// Its pixels.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// What it shows, in pixels of the picture that came in, named by the corners as they are read.
    pub fn outline(&self) -> Quad {
        self.outline
    }

    /// The sheet after `turns` quarter turns clockwise, and outlines on it.
    pub fn turned(self, turns: usize, quads: Vec<Quad>) -> (Self, Vec<Quad>) {
        if turns.is_multiple_of(4) {
            return (self, quads);
        }
        let old = border(&self.picture);
        let turned = Self {
            picture: self.picture.turned(turns),
            outline: self.outline.turned(turns),
        };
        let map = Homography::between(&old.turned(turns), &border(&turned.picture));
        let moved = |quad: Quad| map.map_or(quad, |map| level(map.apply_quad(&quad)));
        let quads = quads.into_iter().map(moved).collect();
        (turned, quads)
    }

    /// How long a line of an MRZ is at least, in pixels of the sheet: of a straightened document it runs along most of a
    /// side, in a whole picture along some of it.
    pub fn least_coded_line(&self, is_outlined: bool) -> f32 {
        let share = if is_outlined { 0.55 } else { 0.25 };
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
        let longer = self.picture.width().max(self.picture.height()) as f32;
        share * longer
    }

    /// An outline on the sheet, in pixels of the picture that came in.
    pub fn in_picture(&self, quad: &Quad) -> Quad {
        Homography::between(&border(&self.picture), &self.outline).map_or(*quad, |map| map.apply_quad(quad))
    }

    /// An outline in the picture that came in, on the sheet.
    pub fn in_sheet(&self, quad: &Quad) -> Quad {
        Homography::between(&self.outline, &border(&self.picture)).map_or(*quad, |map| map.apply_quad(quad))
    }
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
fn border(picture: &Picture) -> Quad {
    Quad::of(Rect::new(
        0.0,
        0.0,
        picture.width() as f32,
        picture.height() as f32,
    ))
}

/// The same outline with its upper edge running to the right, or, where it is steep, down: as a detector of text gives
/// it.
fn level(quad: Quad) -> Quad {
    let run = |a: Point, b: Point| {
        let length = a.distance(b).max(1e-3);
        let (right, down) = ((b.x - a.x) / length, (b.y - a.y) / length);
        if down.abs() > right.abs() { down } else { right }
    };
    let is_reversed = run(quad.0[0], quad.0[1]) < 0.0;
    if is_reversed { quad.turned(2) } else { quad }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::Shape;

    fn picture(width: usize, height: usize) -> Picture {
        Picture::new(width, height, vec![9; width * height * 3]).unwrap()
    }

    #[test]
    fn a_place_on_a_turned_sheet_leads_back_to_its_place_in_the_picture() {
        let found = Found {
            quad: Quad::of(Rect::new(100.0, 50.0, 856.0, 540.0)),
            shape: Shape::Id1,
            confidence: 1.0,
        };
        let frame = picture(1280, 720);
        let place = Quad::of(Rect::new(200.0, 100.0, 50.0, 20.0));
        for turns in 0..4 {
            let sheet = Sheet::of(&frame, Some(&found));
            let on_sheet = sheet.in_sheet(&place);
            let (sheet, quads) = sheet.turned(turns, vec![on_sheet]);
            let back = sheet.in_picture(&quads[0]).bounds();
            let wanted = place.bounds();
            let off =
                (back.x - wanted.x).abs() + (back.y - wanted.y).abs() + (back.width - wanted.width).abs();
            assert!(off < 0.5, "{turns} turns: {back:?}");
        }
    }

    #[test]
    fn a_turned_sheet_names_the_corners_as_they_are_read() {
        let frame = picture(400, 300);
        let (sheet, _) = Sheet::of(&frame, None).turned(2, Vec::new());
        assert_eq!(sheet.outline().0[0], Point::new(400.0, 300.0));
    }
}
