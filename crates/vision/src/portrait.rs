//! The portrait on a document: YuNet finds faces, the largest one on the document is the holder's.

use crate::face::{Face, FaceFinder, STILL};
use crate::geometry::{Homography, Quad, Rect};
use crate::net::NetError;
use crate::pixels::Picture;

/// A face this sure is the right way up.
const SURE_SCORE: f32 = 0.85;
/// A document is looked at with at most so many pixels along its longer side.
const LONGEST: f32 = 1600.0;
/// A portrait around two eyes, in distances between them: its width, what is above them, what is below. Those of a
/// photo of 35 by 45 mm with a head of 70 to 80 % of its height (ICAO Doc 9303-3, 3.9), eyes 8 mm apart.
const WIDTH: f32 = 4.4;
const ABOVE: f32 = 2.6;
const BELOW: f32 = 3.1;

/// The holder's portrait on a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portrait {
    /// The face, in pixels of the picture. Its box encloses the face's outline where the document is tilted.
    pub face: Face,
    /// Head and shoulders as they are printed, upper edge above the head; in pixels of the picture.
    pub quad: Quad,
    /// The quarter turns clockwise that the head is turned by against the document's outline that was given, or
    /// against the picture.
    pub turns: usize,
}

impl Portrait {
    /// The portrait, upright, one pixel for each of the picture's; `None` where it encloses nothing.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the size of a part of a picture"
    )]
    pub fn cut(&self, picture: &Picture) -> Option<Picture> {
        let (width, height) = self.quad.size();
        let side = |n: f32| n.round().clamp(1.0, LONGEST) as usize;
        picture.straightened(&self.quad, side(width), side(height))
    }
}

impl FaceFinder {
    /// The largest face on the document whose outline is `document`, or in the whole `picture`; a second, smaller
    /// portrait (a ghost image) is not taken. The document may lie turned by quarter turns.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn portrait(&self, picture: &Picture, document: Option<&Quad>) -> Result<Option<Portrait>, NetError> {
        self.holder(picture, document, 0..4)
    }

    /// As [`FaceFinder::portrait`], where the corners of `document` are named as it is read: only an upright head is
    /// looked for, in a quarter of the time where there is none.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn upright_portrait(&self, picture: &Picture, document: &Quad) -> Result<Option<Portrait>, NetError> {
        self.holder(picture, Some(document), 0..1)
    }

    fn holder(
        &self,
        picture: &Picture,
        document: Option<&Quad>,
        turns: std::ops::Range<usize>,
    ) -> Result<Option<Portrait>, NetError> {
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
        let whole = Quad::of(Rect::new(
            0.0,
            0.0,
            picture.width() as f32,
            picture.height() as f32,
        ));
        let outline = document.copied().unwrap_or(whole);
        let mut best: Option<Portrait> = None;
        for turns in turns {
            let Some((page, back)) = straightened(picture, &outline.turned(turns)) else {
                return Ok(None);
            };
            let largest = self
                .find(&page, STILL)?
                .into_iter()
                .filter(|face| face.turns() == 0)
                .max_by(|a, b| a.eye_distance().total_cmp(&b.eye_distance()));
            if let Some(face) = largest
                && best.is_none_or(|known| face.score > known.face.score)
            {
                best = Some(on_picture(&face, &back, (4 - turns) % 4));
            }
            // Most documents lie upright. A face upside down is sometimes seen too, but never as surely.
            if best.is_some_and(|known| known.face.score >= SURE_SCORE) {
                break;
            }
        }
        Ok(best)
    }
}

/// What an outline encloses, and the way from there back to the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to small numbers"
)]
fn straightened(picture: &Picture, outline: &Quad) -> Option<(Picture, Homography)> {
    let (width, height) = outline.size();
    let scale = (LONGEST / width.max(height)).min(1.0);
    let side = |n: f32| (n * scale).round().clamp(1.0, LONGEST) as usize;
    let (width, height) = (side(width), side(height));
    let page = Quad::of(Rect::new(0.0, 0.0, width as f32, height as f32));
    Some((
        picture.straightened(outline, width, height)?,
        Homography::between(&page, outline)?,
    ))
}

fn on_picture(face: &Face, back: &Homography, turns: usize) -> Portrait {
    let [right, left, ..] = face.points;
    let eyes = right.towards(left, 0.5);
    let apart = face.eye_distance();
    let portrait = Rect::new(
        (-WIDTH / 2.0).mul_add(apart, eyes.x),
        (-ABOVE).mul_add(apart, eyes.y),
        WIDTH * apart,
        (ABOVE + BELOW) * apart,
    );
    Portrait {
        face: Face {
            bounds: back.apply_quad(&Quad::of(face.bounds)).bounds(),
            points: face.points.map(|p| back.apply(p)),
            score: face.score,
        },
        quad: back.apply_quad(&Quad::of(portrait)),
        turns,
    }
}
