//! Sizes, rates and pixel layouts: what a source offers, what we want, what the driver really delivers.

use serde::{Deserialize, Serialize};

use crate::Size;

/// Frames per second as an exact fraction: 7.5 is `15/2`, NTSC is `30000/1001`.
///
/// Drivers think in fractions, and rounding them is how 7.5 comes to be listed as 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fps {
    /// Frames in `den` seconds.
    pub num: u32,
    /// Seconds; never zero.
    pub den: u32,
}

impl Fps {
    /// `num / den` frames a second, in lowest terms; a zero on either side becomes 1.
    #[must_use]
    pub fn new(num: u32, den: u32) -> Self {
        let (num, den) = (num.max(1), den.max(1));
        let (mut a, mut b) = (num, den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self {
            num: num / a,
            den: den / a,
        }
    }

    /// A whole number of frames a second.
    #[must_use]
    pub const fn whole(fps: u32) -> Self {
        Self {
            num: if fps == 0 { 1 } else { fps },
            den: 1,
        }
    }

    /// The rate as a number, for people and for comparisons.
    #[must_use]
    pub fn per_second(self) -> f64 {
        f64::from(self.num) / f64::from(self.den.max(1))
    }

    /// Time from one frame to the next.
    #[must_use]
    pub fn interval(self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(f64::from(self.den.max(1)) / f64::from(self.num.max(1)))
    }

    /// The rate if it is a whole number of frames a second.
    #[must_use]
    pub const fn as_whole(self) -> Option<u32> {
        if self.den == 1 { Some(self.num) } else { None }
    }
}

impl std::fmt::Display for Fps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.den == 1 {
            write!(f, "{}", self.num)
        } else {
            write!(f, "{}/{}", self.num, self.den)
        }
    }
}

/// How a source lays out its pixels, by V4L2's names for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PixelFormat {
    /// A JPEG a frame: what nearly every webcam gives at 720p and above.
    Mjpeg,
    /// 4:2:2 packed, two bytes a pixel.
    Yuyv,
    /// 4:2:0, a luma plane and an interleaved chroma plane.
    Nv12,
    /// Red, green, blue, a byte each.
    Rgb24,
    /// Blue, green, red, a byte each.
    Bgr24,
}

/// One line of a device's own list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OfferedFormat {
    /// Pixels of the picture.
    pub size: Size,
    /// The rate, exactly as the driver states it.
    pub fps: Fps,
    /// How the pixels come.
    pub pixel: PixelFormat,
}

impl std::fmt::Display for OfferedFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}@{}", self.pixel, self.size, self.fps)
    }
}

/// What the driver said it delivers after it was asked: read back, never assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Pixels of the picture. A frame's own [`crate::Frame::size`] is read from its bytes and wins over this.
    pub size: Size,
    /// The rate the driver promises; what arrives is in [`crate::Health::fps`].
    pub fps: Fps,
    /// How the pixels come.
    pub pixel: PixelFormat,
}

/// What the preview and the recorder would like. A wish: devices answer with what they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// The size to come closest to.
    pub size: Size,
    /// The rate to come closest to. A replay plays exactly at this rate.
    pub fps: Fps,
}

impl Want {
    /// 1280x720 at 30, MJPEG where there is a choice: preview and identification video.
    pub const VIDEO: Self = Self {
        size: Size::new(1280, 720),
        fps: Fps::whole(30),
    };

    /// The same size at another rate; a replay follows it exactly.
    #[must_use]
    pub const fn at(self, fps: Fps) -> Self {
        Self { fps, ..self }
    }
}

impl Default for Want {
    fn default() -> Self {
        Self::VIDEO
    }
}

#[cfg(test)]
mod tests {
    use super::Fps;

    #[test]
    fn rates_stay_exact() {
        assert_eq!(Fps::new(15, 2).to_string(), "15/2");
        assert_eq!(Fps::new(15, 2).as_whole(), None);
        assert_eq!(
            Fps::new(10_000_000, 333_333).as_whole(),
            None,
            "30.00003 is not 30"
        );
        assert_eq!(Fps::new(60, 2), Fps::whole(30));
        assert_eq!(
            Fps::new(0, 0),
            Fps::whole(1),
            "a driver's nonsense must not divide by zero"
        );
        assert_eq!(Fps::whole(25).interval().as_millis(), 40);
    }
}
