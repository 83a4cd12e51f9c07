//! The portrait on a document: YuNet finds faces, the largest one on the document is the holder's.

use crate::geometry::{Homography, Point, Quad, Rect};
use crate::net::{self, Net, NetError, Tensor};
use crate::pixels::Picture;

/// The longer side of what faces are looked for in: at half of it, small printed portraits are missed (vision.md, 3).
const LOOK: usize = 640;
/// The network halves its picture five times.
const STEP: usize = 32;
/// The steps of the network's three grids.
const STRIDES: [usize; 3] = [8, 16, 32];
/// A face less sure than this is a pattern.
const LEAST_SCORE: f32 = 0.6;
/// A face this sure is the right way up.
const SURE_SCORE: f32 = 0.85;
/// Two boxes that share more of what they cover than this are one face.
const SAME_FACE: f32 = 0.3;
/// A document is looked at with at most so many pixels along its longer side.
const LONGEST: f32 = 1600.0;
/// A portrait around two eyes, in distances between them: its width, what is above them, what is below. Those of a
/// photo of 35 by 45 mm with a head of 70 to 80 % of its height (ICAO Doc 9303-3, 3.9), eyes 8 mm apart.
const WIDTH: f32 = 4.4;
const ABOVE: f32 = 2.6;
const BELOW: f32 = 3.1;

/// A face in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// The box around it, forehead to chin.
    pub bounds: Rect,
    /// Right and left eye (the person's own), tip of the nose, right and left corner of the mouth.
    pub points: [Point; 5],
    /// How sure the network is, 0 to 1.
    pub score: f32,
}

impl Face {
    /// Pixels between the eyes.
    #[must_use]
    pub fn eye_distance(&self) -> f32 {
        self.points[0].distance(self.points[1])
    }

    /// The quarter turns clockwise that the head lies turned by, to the nearest.
    #[must_use]
    pub fn turns(&self) -> usize {
        let [right, left, ..] = self.points;
        let (x, y) = (left.x - right.x, left.y - right.y);
        match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        }
    }
}

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

    /// The largest face on the document whose outline is `document`, or in the whole `picture`; a second, smaller
    /// portrait (a ghost image) is not taken. The document may lie turned by quarter turns.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn portrait(&self, picture: &Picture, document: Option<&Quad>) -> Result<Option<Portrait>, NetError> {
        self.largest(picture, document, 0..4)
    }

    /// As [`FaceFinder::portrait`], where the corners of `document` are named as it is read: only an upright head is
    /// looked for, in a quarter of the time where there is none.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn upright_portrait(&self, picture: &Picture, document: &Quad) -> Result<Option<Portrait>, NetError> {
        self.largest(picture, Some(document), 0..1)
    }

    fn largest(
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
                .find(&page, LOOK)?
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
