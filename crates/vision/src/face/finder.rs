//! Faces with five points: YuNet.

use super::{Face, STILL};
use crate::geometry::{Point, Quad, Rect};
use crate::net::{self, Net, NetError, Tensor};
use crate::pixels::Picture;

/// The network halves its picture five times.
const STEP: usize = 32;
/// The steps of the network's three grids.
const STRIDES: [usize; 3] = [8, 16, 32];
/// A face less sure than this is a pattern.
const LEAST_SCORE: f32 = 0.6;
/// A face of a still is looked at again in a square so many times its box, at so many pixels.
const STILL_AROUND: f32 = 2.0;
const STILL_AGAIN: usize = 320;
/// A face this sure is the right way up.
const SURE_SCORE: f32 = 0.85;
/// Two boxes that share more of what they cover than this are one face.
const SAME_FACE: f32 = 0.3;

/// Finds faces: `YuNet`, trained on faces of 10 to 300 pixels.
pub struct FaceFinder(Box<dyn Net>);

impl FaceFinder {
    /// Loads the network.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes it.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self(net::load(&net::FIND_FACES)?))
    }

    /// The faces in `picture`, which is looked at with its longer side `longest` pixels long (32 to 1,280), surest
    /// first. Heads lying on their side or upside down are often missed: see [`FaceFinder::portrait`].
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
    pub fn find(&self, picture: &Picture, longest: usize) -> Result<Vec<Face>, NetError> {
        let longer = picture.width().max(picture.height());
        let longest = longest.clamp(STEP, 1280);
        let side = |n: usize| ((n * longest / longer + STEP / 2) / STEP * STEP).max(STEP);
        let (width, height) = (side(picture.width()), side(picture.height()));
        let small = picture.resized(width, height);
        let pixels = width * height;
        let mut input = vec![0.0; 3 * pixels];
        for (plane, values) in input.chunks_exact_mut(pixels).enumerate() {
            for (value, pixel) in values.iter_mut().zip(small.rgb().chunks_exact(3)) {
                *value = f32::from(pixel[2 - plane]);
            }
        }
        let outputs = self.0.run([1, 3, height, width], input)?;
        let (across, down) = (
            picture.width() as f32 / width as f32,
            picture.height() as f32 / height as f32,
        );
        let mut faces = decode(&outputs, width, height);
        for face in &mut faces {
            let b = &mut face.bounds;
            *b = Rect::new(b.x * across, b.y * down, b.width * across, b.height * down);
            face.points = face.points.map(|p| Point::new(p.x * across, p.y * down));
        }
        Ok(distinct(faces))
    }

    /// The faces of a still, surest first, whatever their size: where none is found at [`STILL`], they are looked for
    /// as faces that fill the picture and as small ones, and then with the picture turned by quarter turns.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn in_still(&self, picture: &Picture) -> Result<Vec<Face>, NetError> {
        let upright = self.upright(picture)?;
        // A head that lies is sometimes seen as an upright one, but never surely.
        let is_sure = |faces: &[Face]| faces.iter().any(|face| face.score >= SURE_SCORE);
        if is_sure(&upright) {
            return Ok(upright);
        }
        let mut best = upright;
        for turns in 1..4 {
            let turned = picture.turned(turns);
            let found: Vec<Face> = self
                .upright(&turned)?
                .iter()
                .map(|face| turned_back(face, &turned, turns))
                .collect();
            let score = |faces: &[Face]| faces.first().map_or(0.0, |face| face.score);
            if score(&found) > score(&best) {
                best = found;
            }
            if is_sure(&best) {
                break;
            }
        }
        Ok(best)
    }

    /// The largest face of a still and how many there are: on a document the portrait, and not its ghost image.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn largest(&self, picture: &Picture) -> Result<Option<(Face, usize)>, NetError> {
        let found = self.in_still(picture)?;
        let largest = found.iter().max_by(|a, b| a.span().total_cmp(&b.span()));
        Ok(largest.map(|face| (*face, found.len())))
    }

    /// The faces that are the right way up.
    fn upright(&self, picture: &Picture) -> Result<Vec<Face>, NetError> {
        for longest in [STILL, STILL / 4, 2 * STILL] {
            let mut found = self.find(picture, longest)?;
            found.retain(|face| face.turns() == 0);
            if !found.is_empty() {
                for face in &mut found {
                    if let Some(again) = self.again(picture, face, STILL_AROUND, STILL_AGAIN)? {
                        *face = again;
                    }
                }
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// The same face looked for once more in a square around it, `around` times its box, at `side` pixels: its points are
    /// found better where it was small in the whole picture. `None` where it was not small, or is not seen there.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn again(
        &self,
        picture: &Picture,
        face: &Face,
        around: f32,
        side: usize,
    ) -> Result<Option<Face>, NetError> {
        let longer = face.bounds.width.max(face.bounds.height) * around;
        // A large face was found well enough, and would be made smaller here.
        if longer > side as f32 {
            return Ok(None);
        }
        let middle = face.bounds.centre();
        let square = Rect::new(middle.x - longer / 2.0, middle.y - longer / 2.0, longer, longer);
        let part = picture.straightened(&Quad::of(square), side, side);
        let Some(part) = part else {
            return Ok(None);
        };
        let scale = longer / part.width() as f32;
        let found = self.find(&part, side)?.into_iter().map(|mut face| {
            let b = face.bounds;
            face.bounds = Rect::new(
                b.x.mul_add(scale, square.x),
                b.y.mul_add(scale, square.y),
                b.width * scale,
                b.height * scale,
            );
            face.points = face
                .points
                .map(|p| Point::new(p.x.mul_add(scale, square.x), p.y.mul_add(scale, square.y)));
            face
        });
        // The one in the middle: another face may be in a corner.
        let known = face.span();
        Ok(found
            .filter(|again| again.points[2].distance(face.points[2]) < known)
            .min_by(|a, b| {
                let far = |f: &Face| f.points[2].distance(face.points[2]);
                far(a).total_cmp(&far(b))
            }))
    }
}

/// A face that was found in a picture after `turns` quarter turns clockwise, in the picture as it was.
#[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
fn turned_back(face: &Face, turned: &Picture, turns: usize) -> Face {
    let (width, height) = (turned.width() as f32, turned.height() as f32);
    let back = |p: Point| match turns % 4 {
        0 => p,
        1 => Point::new(p.y, width - p.x),
        2 => Point::new(width - p.x, height - p.y),
        _ => Point::new(height - p.y, p.x),
    };
    Face {
        bounds: Quad(Quad::of(face.bounds).0.map(back)).bounds(),
        points: face.points.map(back),
        score: face.score,
    }
}

/// The twelve outputs: for each stride whether there is a face (two factors), its box and its points, against the
/// grid's cell (`FaceDetectorYN` in OpenCV).
#[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
fn decode(outputs: &[Tensor], width: usize, height: usize) -> Vec<Face> {
    let mut faces = Vec::new();
    for (level, stride) in STRIDES.into_iter().enumerate() {
        let cells = (width / stride) * (height / stride);
        let output = |kind: usize, numbers: usize| {
            let tensor = outputs.get(kind * STRIDES.len() + level)?;
            (tensor.data.len() == cells * numbers).then_some(tensor.data.as_slice())
        };
        let (Some(class), Some(object), Some(boxes), Some(points)) =
            (output(0, 1), output(1, 1), output(2, 4), output(3, 10))
        else {
            continue;
        };
        let step = stride as f32;
        for cell in 0..cells {
            let score = (class[cell].clamp(0.0, 1.0) * object[cell].clamp(0.0, 1.0)).sqrt();
            if score < LEAST_SCORE {
                continue;
            }
            let (x, y) = ((cell % (width / stride)) as f32, (cell / (width / stride)) as f32);
            let b = &boxes[cell * 4..cell * 4 + 4];
            let (w, h) = (b[2].exp() * step, b[3].exp() * step);
            let p = &points[cell * 10..cell * 10 + 10];
            faces.push(Face {
                bounds: Rect::new(
                    (x + b[0]).mul_add(step, -w / 2.0),
                    (y + b[1]).mul_add(step, -h / 2.0),
                    w,
                    h,
                ),
                points: std::array::from_fn(|i| Point::new((p[2 * i] + x) * step, (p[2 * i + 1] + y) * step)),
                score,
            });
        }
    }
    faces
}

/// One box a face, the surest.
fn distinct(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        let is_known = kept.iter().any(|known| {
            let both = known.bounds.overlap(face.bounds);
            both > SAME_FACE * (known.bounds.area() + face.bounds.area() - both)
        });
        if !is_known {
            kept.push(face);
        }
    }
    kept
}
