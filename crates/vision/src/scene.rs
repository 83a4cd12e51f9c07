//! What a camera's picture says of its place: how much light there is, whether it comes from one side, whether the
//! picture is sharp. Nothing is looked for in it: these are measures of the picture as it is.

use serde::{Deserialize, Serialize};

use crate::pixels::Picture;
use crate::quality::edge_width;

/// The length that edges are measured at: the longer side in pixels, so that widths mean the same for every camera.
const MEASURED_AT: usize = 640;
/// The picture is cut into so many parts each way to see where the light is.
const PARTS: usize = 2;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// The mean brightness, of 255.
    pub light: f32,
    /// The darkest quarter's mean brightness in hundredths of the brightest quarter's: 100 is light without a side.
    pub evenness: f32,
    /// The width of the sharpest edges in pixels of a picture 640 long; absent where there are too few edges to tell.
    pub edge: Option<f32>,
}

impl Scene {
    /// Measures a picture.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let longer = picture.width().max(picture.height()).max(1);
        let (width, height) = if longer > MEASURED_AT {
            let scaled = |side: usize| (side * MEASURED_AT / longer).max(1);
            (scaled(picture.width()), scaled(picture.height()))
        } else {
            (picture.width(), picture.height())
        };
        let gray = picture.resized(width, height).gray();
        let levels = gray.levels();
        let mut sums = [0_u64; PARTS * PARTS];
        let mut counts = [0_u64; PARTS * PARTS];
        for (at, &level) in levels.iter().enumerate() {
            let part = at / width * PARTS / height * PARTS + at % width * PARTS / width;
            sums[part] += u64::from(level);
            counts[part] += 1;
        }
        let mean = |sum: u64, count: u64| sum as f32 / count.max(1) as f32;
        let parts = sums.iter().zip(&counts).map(|(&sum, &count)| mean(sum, count));
        let (darkest, brightest) = parts.fold((f32::INFINITY, 0.0_f32), |(darkest, brightest), level| {
            (darkest.min(level), brightest.max(level))
        });
        Self {
            light: mean(sums.iter().sum(), levels.len() as u64),
            evenness: if brightest > 0.0 {
                100.0 * darkest / brightest
            } else {
                100.0
            },
            edge: edge_width(&gray),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose brightness at `(x, y)` is told.
    fn drawn(width: usize, height: usize, level: impl Fn(usize, usize) -> u8) -> Picture {
        let rgb = (0..width * height)
            .flat_map(|at| [level(at % width, at / width); 3])
            .collect();
        Picture::new(width, height, rgb).expect("a picture")
    }

    #[test]
    fn light_from_one_side_is_uneven_and_a_grey_wall_has_no_edges() {
        let wall = Scene::of(&drawn(1280, 720, |_, _| 120));
        assert!(
            (wall.light - 120.0).abs() < 1.0 && wall.evenness > 99.0,
            "{wall:?}"
        );
        assert_eq!(wall.edge, None);
        let lamp = Scene::of(&drawn(1280, 720, |x, _| if x < 640 { 200 } else { 40 }));
        assert!((lamp.light - 120.0).abs() < 2.0, "{lamp:?}");
        assert!((lamp.evenness - 20.0).abs() < 2.0, "{lamp:?}");
    }

    #[test]
    fn a_blurred_picture_has_wider_edges_than_a_sharp_one() {
        let stripes = |ramp: usize| {
            move |x: usize, _: usize| {
                let at = x % 80;
                let level = if at < 40 {
                    at.min(ramp)
                } else {
                    ramp.saturating_sub(at - 40)
                };
                u8::try_from(40 + 160 * level / ramp).unwrap_or(u8::MAX)
            }
        };
        let sharp = Scene::of(&drawn(640, 480, stripes(1))).edge.expect("edges");
        let soft = Scene::of(&drawn(640, 480, stripes(12))).edge.expect("edges");
        assert!(sharp < 5.0 && soft > 7.0, "{sharp} and {soft}");
    }

    #[test]
    fn a_picture_of_one_pixel_is_measured_too() {
        let dot = Scene::of(&drawn(1, 1, |_, _| 0));
        assert_eq!((dot.light, dot.edge), (0.0, None));
    }
}
