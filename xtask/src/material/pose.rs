//! A flat card in the hand: where each of its points is seen, and the picture of it from there.

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

use super::card;

/// Distance of the eye, in pixels: as a small camera's picture of 1280 pixels sees it.
const EYE: f64 = 1400.0;

/// How the card is held. Angles in radians.
#[derive(Clone, Copy)]
pub struct Pose {
    /// Where its middle is seen, in pixels.
    pub middle: [f64; 2],
    /// Pixels to the millimetre.
    pub scale: f64,
    /// Turned like a steering wheel.
    pub roll: f64,
    /// Turned like a door, half a turn shows the rear.
    pub yaw: f64,
    /// Nodding.
    pub pitch: f64,
}

impl Pose {
    /// The two directions of the card's plane in space, per millimetre: to its right and downwards.
    fn axes(&self) -> [[f64; 3]; 2] {
        let (yaw_sin, yaw_cos) = self.yaw.sin_cos();
        let (pitch_sin, pitch_cos) = self.pitch.sin_cos();
        let (roll_sin, roll_cos) = self.roll.sin_cos();
        let turned = |x: f64, y: f64| {
            let (x, y) = (x * roll_cos - y * roll_sin, x * roll_sin + y * roll_cos);
            let (y, z) = (y * pitch_cos, y * pitch_sin);
            let (x, z) = (x * yaw_cos + z * yaw_sin, z * yaw_cos - x * yaw_sin);
            [x * self.scale, y * self.scale, z * self.scale]
        };
        [turned(1.0, 0.0), turned(0.0, 1.0)]
    }

    /// Where a point of the card, in millimetres from its middle, is seen.
    pub fn seen(&self, right: f64, down: f64) -> [f64; 2] {
        let [a, b] = self.axes();
        let point: [f64; 3] = std::array::from_fn(|i| right * a[i] + down * b[i]);
        let near = EYE / (EYE + point[2]);
        [self.middle[0] + point[0] * near, self.middle[1] + point[1] * near]
    }

    /// The corners as seen: clockwise from the front's top left.
    pub fn corners(&self) -> [[f64; 2]; 4] {
        let (x, y) = (card::WIDTH / 2.0, card::HEIGHT / 2.0);
        [
            self.seen(-x, -y),
            self.seen(x, -y),
            self.seen(x, y),
            self.seen(-x, y),
        ]
    }

    /// Whether the front is what is seen.
    fn shows_front(&self) -> bool {
        let [a, b] = self.axes();
        a[0] * b[1] - a[1] * b[0] > 0.0
    }

    /// Which point of the card is seen at a pixel: the plane met by the ray through it.
    fn met(&self, x: f64, y: f64) -> [f64; 2] {
        let [a, b] = self.axes();
        let (x, y) = (x - self.middle[0], y - self.middle[1]);
        // x * (EYE + Z) = EYE * X and the same for y, with X, Y, Z linear in the point: two equations.
        let (m11, m12) = (EYE * a[0] - x * a[2], EYE * b[0] - x * b[2]);
        let (m21, m22) = (EYE * a[1] - y * a[2], EYE * b[1] - y * b[2]);
        let (r1, r2) = (x * EYE, y * EYE);
        let determinant = m11 * m22 - m12 * m21;
        [
            (r1 * m22 - m12 * r2) / determinant,
            (m11 * r2 - r1 * m21) / determinant,
        ]
    }

    /// Paints the card into the picture, lit from the upper left.
    pub fn paint(&self, card: &card::Card, picture: &mut Pixmap) {
        let corners = self.corners();
        let bounds = |axis: usize, limit: u32| {
            let low = corners
                .iter()
                .map(|corner| corner[axis])
                .fold(f64::MAX, f64::min)
                .floor()
                - 1.0;
            let high = corners
                .iter()
                .map(|corner| corner[axis])
                .fold(f64::MIN, f64::max)
                .ceil()
                + 1.0;
            (
                low.clamp(0.0, f64::from(limit)) as u32,
                high.clamp(0.0, f64::from(limit)) as u32,
            )
        };
        let (left, right) = bounds(0, picture.width());
        let (top, bottom) = bounds(1, picture.height());
        let side = if self.shows_front() {
            &card.front
        } else {
            &card.rear
        };
        let light = self.light();
        let taps = self.taps();
        let width = picture.width();
        for y in top..bottom {
            for x in left..right {
                let mut sum = [0.0; 4];
                for (dx, dy) in &taps {
                    let at = self.met(f64::from(x) + dx, f64::from(y) + dy);
                    let colour = self.colour(side, at, light);
                    for (total, part) in sum.iter_mut().zip(colour) {
                        *total += part / taps.len() as f64;
                    }
                }
                if sum[3] > 0.0 {
                    let pixel = &mut picture.pixels_mut()[(y * width + x) as usize];
                    *pixel = over(*pixel, sum);
                }
            }
        }
    }

    /// Where in a pixel to look: often enough to miss nothing that is drawn, and over the whole pixel, which is softer
    /// than a drawing and more like a lens.
    fn taps(&self) -> Vec<(f64, f64)> {
        let along = (card::FINENESS / self.scale).ceil().max(2.0) as u32;
        let at = |step: u32| f64::from(step) / f64::from(along - 1);
        (0..along)
            .flat_map(|row| (0..along).map(move |column| (at(column), at(row))))
            .collect()
    }

    /// How much light the card catches; it darkens as it turns away.
    fn light(&self) -> f64 {
        0.8 + 0.2 * self.yaw.cos().abs() + 0.12 * self.pitch
    }

    /// Premultiplied colour of a point of the card, 0 to 255.
    fn colour(&self, side: &Pixmap, [right, down]: [f64; 2], light: f64) -> [f64; 4] {
        // The rear's picture is that of somebody who went round the card.
        let across = if self.shows_front() { right } else { -right };
        let u = (across / card::WIDTH + 0.5) * f64::from(side.width()) - 0.5;
        let v = (down / card::HEIGHT + 0.5) * f64::from(side.height()) - 0.5;
        let [red, green, blue, alpha] = sample(side, u, v);
        // A sheen of the lamp that wanders as the card turns.
        let along = 0.8 * right + 0.6 * down - 260.0 * self.yaw.sin() - 160.0 * self.pitch + 30.0;
        let sheen = 0.13 * (-(along / 15.0).powi(2)).exp();
        let lit = |c: f64| ((c * light).min(alpha)) * (1.0 - sheen) + alpha * sheen;
        [lit(red), lit(green), lit(blue), alpha]
    }
}

fn sample(picture: &Pixmap, u: f64, v: f64) -> [f64; 4] {
    let (width, height) = (picture.width() as i64, picture.height() as i64);
    let (left, top) = (u.floor(), v.floor());
    let (du, dv) = (u - left, v - top);
    let mut sum = [0.0; 4];
    for (dx, dy, weight) in [
        (0, 0, (1.0 - du) * (1.0 - dv)),
        (1, 0, du * (1.0 - dv)),
        (0, 1, (1.0 - du) * dv),
        (1, 1, du * dv),
    ] {
        let (x, y) = (left as i64 + dx, top as i64 + dy);
        if (0..width).contains(&x) && (0..height).contains(&y) {
            let pixel = picture.pixels()[(y * width + x) as usize];
            for (total, c) in sum
                .iter_mut()
                .zip([pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
            {
                *total += f64::from(c) * weight;
            }
        }
    }
    sum
}

fn over(below: PremultipliedColorU8, [red, green, blue, alpha]: [f64; 4]) -> PremultipliedColorU8 {
    let through = 1.0 - alpha / 255.0;
    let mix = |above: f64, below: u8| (above + f64::from(below) * through).round().clamp(0.0, 255.0) as u8;
    PremultipliedColorU8::from_rgba(
        mix(red, below.red()),
        mix(green, below.green()),
        mix(blue, below.blue()),
        255,
    )
    .expect("an opaque colour is premultiplied")
}
