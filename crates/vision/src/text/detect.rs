//! Where text is: PP-OCRv6 tiny, a network of the DBNet kind (differentiable binarisation).

use crate::geometry::{Point, Quad};
use crate::net::{self, Net, NetError};
use crate::pixels::Picture;

use super::outline::{self, Rule};

/// As PaddleOCR publishes them for its PP-OCR detectors.
const RULE: Rule = Rule {
    pixel: 0.3,
    patch: 0.5,
    grow: 1.5,
    thinnest: 3.0,
    most: 300,
};
/// Mean and spread of each channel that the network was taught with (ImageNet's, in the order the bytes are in).
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const SPREAD: [f32; 3] = [0.229, 0.224, 0.225];
/// The network halves its picture five times.
const STEP: usize = 32;

pub struct Detector(Box<dyn Net>);

impl Detector {
    pub fn load() -> Result<Self, NetError> {
        Ok(Self(net::load(&net::DETECT_TEXT)?))
    }

    /// Boxes around text in pixels of `picture`, which is looked at with its longer side `longest` pixels long.
    pub fn find(&self, picture: &Picture, longest: usize) -> Result<Vec<Quad>, NetError> {
        let (width, height) = looked_at(picture.width(), picture.height(), longest);
        let input = blue_green_red(&picture.resized(width, height), MEAN, SPREAD);
        let outputs = self.0.run([1, 3, height, width], input)?;
        let Some(map) = outputs.first().filter(|map| map.data.len() == width * height) else {
            return Err(NetError::Run {
                network: net::DETECT_TEXT.name,
                cause: "a map of another size".to_owned(),
            });
        };
        #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
        let (across, down) = (
            picture.width() as f32 / width as f32,
            picture.height() as f32 / height as f32,
        );
        Ok(outline::outlines(&map.data, width, &RULE)
            .into_iter()
            .map(|found| Quad(found.0.map(|p| Point::new(p.x * across, p.y * down))))
            .collect())
    }
}

/// The size at which a picture is looked at: sides are multiples of [`STEP`], the longer one `longest`.
fn looked_at(width: usize, height: usize, longest: usize) -> (usize, usize) {
    let longer = width.max(height);
    let side = |n: usize| ((n * longest).div_euclid(longer) + STEP / 2) / STEP * STEP;
    (side(width).max(STEP), side(height).max(STEP))
}

/// A picture as the planes blue, green, red (the order the PP-OCR networks were taught in), each less its mean and
/// divided by its spread, where 1 is full brightness.
pub fn blue_green_red(picture: &Picture, mean: [f32; 3], spread: [f32; 3]) -> Vec<f32> {
    let pixels = picture.width() * picture.height();
    let mut planes = vec![0.0; 3 * pixels];
    for (plane, out) in planes.chunks_exact_mut(pixels).enumerate() {
        let scale = 1.0 / (255.0 * spread[plane]);
        let shift = -mean[plane] / spread[plane];
        for (value, pixel) in out.iter_mut().zip(picture.rgb().chunks_exact(3)) {
            *value = f32::from(pixel[2 - plane]) * scale + shift;
        }
    }
    planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_multiples_of_what_the_network_divides_by() {
        assert_eq!(looked_at(1280, 720, 960), (960, 544));
        assert_eq!(looked_at(2160, 3840, 960), (544, 960));
        assert_eq!(looked_at(1, 5000, 736), (32, 736));
    }
}
