//! The video's play: the card's front beside the face, tilted, turned to its back and put away; then the steps of a
//! challenge, one after the other.

use std::f64::consts::{PI, TAU};

use super::clips::wave;
use super::person::Moment;
use super::pose::Pose;

/// Frames a second.
pub const RATE: u32 = 15;
/// Seconds from the first frame to the last.
const LENGTH: f64 = 27.0;
/// Frames in all.
pub const FRAMES: u32 = RATE * LENGTH as u32;

/// What is seen at one moment.
pub struct Act {
    pub moment: Moment,
    /// Where the middle of the face is, in pixels, and how large it is drawn.
    pub place: [f64; 2],
    pub size: f64,
    pub card: Pose,
}

/// The moment at `phase`, from 0 to 1 over the clip. Practice draws its nonces until this order is asked for: front, tilt,
/// back, digits (which she does not show), then left, blink, right, closer. Left and right are hers: in the picture they are
/// the other way.
pub fn at(phase: f64) -> Act {
    let seconds = phase * LENGTH;
    let pace = seconds / 2.6;
    let aside = held(seconds, 15.2, 16.2, 0.8) - held(seconds, 20.2, 21.2, 0.8);
    let closer = held(seconds, 23.2, 24.2, 0.9);
    let raised = held(seconds, 1.2, 10.8, 0.8);
    let turned = held(seconds, 7.3, 10.8, 0.8);
    // Up and down twice, as a hologram is shown.
    let tilted = held(seconds, 5.2, 6.2, 0.6) * (TAU * (seconds - 4.6) / 1.1).sin();
    let shut = [1.1, 4.2, 9.0, 14.1, 18.6, 25.6]
        .iter()
        .map(|blink| (1.0 - ((seconds - blink) / 0.2).powi(4)).max(0.0))
        .fold(0.0, f64::max);
    let moment = Moment {
        turn: 3.55 * aside + 0.25 * wave(pace, 1.0, 0.1) + 0.11 * wave(seconds, 0.23, 0.4),
        open: 1.0 - shut,
        breath: 0.5 + 0.5 * wave(pace, 0.8, 0.0),
        tilt: 0.8 * wave(pace, 0.7, 0.35) + 1.4 * aside,
    };
    Act {
        moment,
        place: [600.0 - 130.0 * raised + 12.0 * aside, 318.0 + 26.0 * closer],
        size: 1.1 + 0.5 * closer + 0.1 * raised,
        card: card(phase, raised, turned, tilted),
    }
}

/// Below the picture until it is raised; front for a while, tilted, and over to the rear.
fn card(phase: f64, raised: f64, turned: f64, tilted: f64) -> Pose {
    Pose {
        middle: [
            948.0 + 5.0 * wave(phase, 9.0, 0.0),
            386.0 + 5.0 * wave(phase, 8.0, 0.3) - 14.0 * turned + 620.0 * (1.0 - raised),
        ],
        scale: 5.3,
        roll: -0.03 + 0.02 * wave(phase, 7.0, 0.6) + 0.03 * turned,
        yaw: -0.16 + PI * turned + 0.34 * turned + 0.04 * wave(phase, 13.0, 0.2),
        pitch: 0.06 + 0.03 * wave(phase, 8.0, 0.8) + 0.42 * tilted,
    }
}

/// From 0 to 1 before `from`, back to 0 after `to`, each within `ramp` seconds.
fn held(seconds: f64, from: f64, to: f64, ramp: f64) -> f64 {
    let way = |from: f64, to: f64| {
        let way = ((seconds - from) / (to - from)).clamp(0.0, 1.0);
        way * way * (3.0 - 2.0 * way)
    };
    way(from - ramp, from) - way(to, to + ramp)
}
