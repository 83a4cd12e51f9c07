//! How open eyes are: MediaPipe's iris landmarks.

use super::Face;
use crate::geometry::Point;
use crate::net::{self, Net, NetError};
use crate::pixels::Picture;

/// The side of the picture the network looks at.
const SIDE: usize = 64;
/// The side of what is cut around an eye, in distances between the eyes (vision.md, 7).
const AROUND: f32 = 1.0;
/// Points of the lids among the network's: the corners, then pairs of the lower and the upper lid.
const CORNERS: (usize, usize) = (0, 8);
const LIDS: [(usize, usize); 3] = [(3, 11), (4, 12), (5, 13)];
/// Numbers for each point: x, y, depth.
const NUMBERS: usize = 3;
/// Eyes nearer together than this, in pixels, have too few pixels each to see their lids.
const LEAST_EYE_DISTANCE: f32 = 18.0;

/// Looks at eyes.
pub struct EyeReader(Box<dyn Net>);

impl EyeReader {
    /// Loads the network.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes it.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self(net::load(&net::READ_EYES)?))
    }

    /// How open the right and the left eye (the person's own) of `face` are: the distance of the lids by the distance of
    /// the corners. Open eyes have about 0.3, shut ones below 0.15. `None` where the face is too small.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn openness(&self, picture: &Picture, face: &Face) -> Result<Option<[f32; 2]>, NetError> {
        let [right, left, ..] = face.points;
        let distance = right.distance(left);
        if !distance.is_finite() || distance < LEAST_EYE_DISTANCE {
            return Ok(None);
        }
        let along = Point::new((left.x - right.x) / distance, (left.y - right.y) / distance);
        let side = AROUND * distance;
        // The network knows left eyes: a right one is shown to it in a mirror.
        let [first, second] = [
            self.one(picture, right, along, side, true)?,
            self.one(picture, left, along, side, false)?,
        ];
        Ok(first.zip(second).map(|(right, left)| [right, left]))
    }

    #[expect(clippy::cast_precision_loss, reason = "places in a small picture")]
    fn one(
        &self,
        picture: &Picture,
        eye: Point,
        along: Point,
        side: f32,
        mirrored: bool,
    ) -> Result<Option<f32>, NetError> {
        let mut input = vec![0.0; 3 * SIDE * SIDE];
        let step = side / SIDE as f32;
        let middle = SIDE as f32 / 2.0;
        for y in 0..SIDE {
            for x in 0..SIDE {
                let across = (x as f32 + 0.5 - middle) * step * if mirrored { -1.0 } else { 1.0 };
                let down = (y as f32 + 0.5 - middle) * step;
                let colour = picture.between_pixels(Point::new(
                    eye.x + across * along.x - down * along.y,
                    eye.y + across * along.y + down * along.x,
                ));
                for (channel, level) in colour.into_iter().enumerate() {
                    input[(channel * SIDE + y) * SIDE + x] = f32::from(level) / 255.0;
                }
            }
        }
        let outputs = self.0.run([1, 3, SIDE, SIDE], input)?;
        Ok(outputs.first().and_then(|lids| openness(&lids.data)))
    }
}

/// The mean distance of the lids by that of the corners.
fn openness(numbers: &[f32]) -> Option<f32> {
    let point = |i: usize| {
        let at = numbers.get(i * NUMBERS..i * NUMBERS + 2)?;
        Some(Point::new(at[0], at[1]))
    };
    let width = point(CORNERS.0)?.distance(point(CORNERS.1)?);
    let mut gap = 0.0;
    for (lower, upper) in LIDS {
        gap += point(lower)?.distance(point(upper)?) / 3.0;
    }
    let open = gap / width;
    open.is_finite().then_some(open)
}
