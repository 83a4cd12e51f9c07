//! A slot for a passive anti-spoof network that somebody else supplies: a hint to a person, and never a reason for a yes.
//!
//! It takes a network of the kind of MiniFASNet (Silent-Face-Anti-Spoofing): in 1x3x80x80, blue, green and red planes, 0 to
//! 255, a square cut around the face's box; out 1x3, of which the second is the share of a living face. None is part of the
//! program: no network whose weights may be shipped was found. What such a network says of good screens and prints is not
//! known here, so nothing is claimed on it.

use super::Face;
use crate::geometry::{Point, Rect};
use crate::net::{self, Net, NetError, Network};
use crate::pixels::Picture;

/// The side of the picture the network looks at.
const SIDE: usize = 80;
/// Which of the network's classes is a living face.
const LIVING: usize = 1;
/// How many classes it tells apart.
const CLASSES: usize = 3;

/// A passive anti-spoof network.
pub struct AntiSpoof {
    net: Box<dyn Net>,
    around: f32,
}

impl AntiSpoof {
    /// Makes the network in `bytes` (ONNX) ready. `around`: the side of what it looks at, in sides of the face's box, as it
    /// was trained with (2.7 or 4). The bytes stay in memory as long as the program runs.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes it.
    pub fn load(bytes: Vec<u8>, around: f32) -> Result<Self, NetError> {
        let network = Network {
            name: "antispoof",
            // Loaded once in the life of a program, as those that are built into it.
            bytes: Vec::leak(bytes),
        };
        Ok(Self {
            net: net::load(&network)?,
            around: around.max(1.0),
        })
    }

    /// The share the network gives to a living face, 0 to 1, for a `face` of `picture`; `None` where it answers in another
    /// form than agreed. No probability.
    ///
    /// # Errors
    /// [`NetError::Run`] where the network fails.
    pub fn living(&self, picture: &Picture, face: &Face) -> Result<Option<f32>, NetError> {
        let outputs = self.net.run([1, 3, SIDE, SIDE], self.cut(picture, face))?;
        let classes = outputs.first().map(|output| output.data.as_slice());
        Ok(classes.filter(|it| it.len() == CLASSES).and_then(share))
    }

    /// What lies around the face, scaled as the network was trained: moved inside the picture where it reaches beyond it.
    #[expect(clippy::cast_precision_loss, reason = "places in a picture")]
    fn cut(&self, picture: &Picture, face: &Face) -> Vec<f32> {
        let whole = (picture.width() as f32, picture.height() as f32);
        let square = square_around(&face.bounds, self.around, whole);
        let mut planes = vec![0.0; 3 * SIDE * SIDE];
        for y in 0..SIDE {
            for x in 0..SIDE {
                let along =
                    |at: usize, from: f32, length: f32| from + (at as f32 + 0.5) / SIDE as f32 * length;
                let at = Point::new(
                    along(x, square.x, square.width),
                    along(y, square.y, square.height),
                );
                let [red, green, blue] = picture.between_pixels(at);
                for (channel, level) in [blue, green, red].into_iter().enumerate() {
                    planes[(channel * SIDE + y) * SIDE + x] = f32::from(level);
                }
            }
        }
        planes
    }
}

/// `around` times the box, no more than the picture has, moved to lie inside it.
fn square_around(face: &Rect, around: f32, (width, height): (f32, f32)) -> Rect {
    let around = around
        .min((height - 1.0) / face.height.max(1.0))
        .min((width - 1.0) / face.width.max(1.0))
        .max(0.0);
    let (wide, high) = (face.width * around, face.height * around);
    let inside = |middle: f32, length: f32, whole: f32| (middle - length / 2.0).min(whole - length).max(0.0);
    Rect::new(
        inside(face.x + face.width / 2.0, wide, width),
        inside(face.y + face.height / 2.0, high, height),
        wide,
        high,
    )
}

/// The living class's share: of shares as they are, of anything else by softmax.
fn share(classes: &[f32]) -> Option<f32> {
    if classes.iter().any(|class| !class.is_finite()) {
        return None;
    }
    let sum: f32 = classes.iter().sum();
    let are_shares = classes.iter().all(|class| (0.0..=1.0).contains(class)) && (sum - 1.0).abs() < 1e-3;
    if are_shares {
        return Some(classes[LIVING]);
    }
    let most = classes.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = classes.iter().map(|class| (class - most).exp()).collect();
    Some(powers[LIVING] / powers.iter().sum::<f32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes from the mean level: the brighter what it looks at, the surer it is of life. Made for this test.
    const BRIGHT_IS_LIVING: &[u8] = include_bytes!("fixtures/bright_is_genuine.onnx");

    fn face(x: f32, y: f32) -> Face {
        Face {
            bounds: Rect::new(x, y, 40.0, 50.0),
            points: [Point::new(0.0, 0.0); 5],
            score: 0.9,
        }
    }

    /// Black on the left half, white on the right.
    fn halves() -> Picture {
        let row = (0..400).flat_map(|x| [if x < 200 { 0 } else { 255 }; 3]);
        let rgb: Vec<u8> = row.collect::<Vec<u8>>().repeat(300);
        Picture::new(400, 300, rgb).unwrap()
    }

    #[test]
    fn it_looks_at_what_lies_around_the_face() {
        let net = AntiSpoof::load(BRIGHT_IS_LIVING.to_vec(), 2.7).unwrap();
        let living = |x| net.living(&halves(), &face(x, 120.0)).unwrap().unwrap();
        assert!(living(330.0) > 0.95, "white around it: {}", living(330.0));
        assert!(living(30.0) < 0.05, "black around it: {}", living(30.0));
        assert!(
            (0.2..0.8).contains(&living(180.0)),
            "half of each: {}",
            living(180.0)
        );
    }

    #[test]
    fn what_it_looks_at_stays_inside_the_picture() {
        for (x, y) in [(-10.0, -10.0), (380.0, 280.0), (180.0, 120.0)] {
            let square = square_around(&face(x, y).bounds, 4.0, (400.0, 300.0));
            assert!(square.x >= 0.0 && square.y >= 0.0, "{square:?}");
            assert!(
                square.x + square.width <= 400.0 && square.y + square.height <= 300.0,
                "{square:?}"
            );
        }
        let huge = Rect::new(0.0, 0.0, 900.0, 900.0);
        assert!(square_around(&huge, 2.7, (400.0, 300.0)).height <= 300.0);
    }

    #[test]
    fn shares_are_taken_as_they_are_and_scores_are_weighed() {
        assert_eq!(share(&[0.1, 0.7, 0.2]), Some(0.7));
        let weighed = share(&[0.0, 3.0, 0.0]).unwrap();
        assert!((weighed - 0.909_4).abs() < 1e-3, "{weighed}");
        assert_eq!(share(&[0.0, f32::NAN, 0.0]), None);
    }

    #[test]
    fn a_file_that_is_no_network_is_refused() {
        assert!(matches!(
            AntiSpoof::load(b"no network".to_vec(), 2.7),
            Err(NetError::Load { .. })
        ));
    }
}
