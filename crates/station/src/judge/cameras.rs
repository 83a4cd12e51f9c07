//! What a camera has to deliver to serve a step, and in which light. None of these stops a case: they are what somebody is
//! told who sets a booth up.

use vision::scene::Scene;

/// Below 1280x720 a document's small print cannot be read, and the video is no identification video.
const DOCUMENT_PIXELS: u64 = 1280 * 720;
/// A face is compared at some hundred pixels; below VGA it is too small in the picture.
const FACE_PIXELS: u64 = 640 * 480;
/// Below this rate a movement that is asked for cannot be followed (cameras promise 15, and three seconds are counted).
const FLUID: f64 = 14.0;
/// A camera that reaches less than this part of what it promises does not get its data through, or has too little light.
const PROMISE: f64 = 0.8;
/// Mean brightness, of 255: below, sensors raise their gain and noise hides print; above, paper burns out. Reasoned, not
/// measured: the scene in front of a booth decides.
const DARK: f32 = 50.0;
const BRIGHT: f32 = 215.0;
/// The darkest quarter against the brightest, in hundredths: a window behind the person is below.
const UNEVEN: f32 = 25.0;
/// The width of the sharpest edges at 640 pixels: the bar that a document's picture is held to (`vision::quality`).
const BLURRED: f32 = 7.0;

/// What a camera can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Serves {
    /// Documents, faces and the video.
    All,
    /// Documents and faces: what it delivers as video is too small or too slow.
    Pictures,
    /// Faces alone.
    Faces,
    /// Nothing.
    Nothing,
}

/// What a camera serves that gives stills of so many pixels, and video of so many at so many pictures a second.
pub(crate) fn serves(still: u64, video: u64, rate: f64) -> Serves {
    match still {
        DOCUMENT_PIXELS.. if video >= DOCUMENT_PIXELS && rate >= FLUID => Serves::All,
        DOCUMENT_PIXELS.. => Serves::Pictures,
        FACE_PIXELS.. => Serves::Faces,
        _ => Serves::Nothing,
    }
}

/// Whether a picture is too small for small print.
pub(crate) const fn is_small(pixels: u64) -> bool {
    pixels < DOCUMENT_PIXELS
}

/// Whether a camera keeps what it promised.
pub(crate) fn keeps_its_rate(promised: f64, reached: f64) -> bool {
    reached >= promised * PROMISE
}

/// How the light is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Light {
    /// As it should be.
    Good,
    /// Too little.
    Dark,
    /// Too much.
    Bright,
    /// From one side.
    Uneven,
}

pub(crate) fn light(scene: &Scene) -> Light {
    if scene.light < DARK {
        Light::Dark
    } else if scene.light > BRIGHT {
        Light::Bright
    } else if scene.evenness < UNEVEN {
        Light::Uneven
    } else {
        Light::Good
    }
}

/// Whether edges of this width are sharp.
pub(crate) fn is_sharp(edge: f32) -> bool {
    edge <= BLURRED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_serves_what_it_has_pixels_and_pace_for() {
        let (hd, vga) = (1280 * 720, 640 * 480);
        for (still, video, rate, expected) in [
            (1920 * 1080, hd, 30.0, Serves::All),
            (hd, hd, 15.0, Serves::All),
            (1920 * 1080, hd, 7.5, Serves::Pictures),
            (1920 * 1080, vga, 30.0, Serves::Pictures),
            (vga, vga, 30.0, Serves::Faces),
            (320 * 240, 320 * 240, 30.0, Serves::Nothing),
        ] {
            assert_eq!(serves(still, video, rate), expected, "{still} {video} {rate}");
        }
    }

    #[test]
    fn light_is_judged_before_its_side() {
        let scene = |light, evenness| Scene {
            light,
            evenness,
            edge: None,
        };
        assert_eq!(light(&scene(120.0, 60.0)), Light::Good);
        assert_eq!(light(&scene(20.0, 10.0)), Light::Dark);
        assert_eq!(light(&scene(240.0, 90.0)), Light::Bright);
        assert_eq!(light(&scene(120.0, 10.0)), Light::Uneven);
    }
}
