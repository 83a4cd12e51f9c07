//! Alma: one drawing, moved a little from frame to frame.

use super::drawing::{Values, fill};

/// How she is at one moment.
pub struct Moment {
    /// To the left of the picture below 0, to its right above; up to 1 she looks here, at 3 well aside.
    pub turn: f64,
    /// 1 eyes open, 0 shut.
    pub open: f64,
    /// 0 breathed out, 1 breathed in.
    pub breath: f64,
    /// The head to one side, in degrees.
    pub tilt: f64,
}

/// What she wears.
#[derive(Clone, Copy)]
pub enum Wool {
    /// Teal, today.
    Teal,
    /// Dark blue, on the day the card's portrait was taken.
    Blue,
    /// No colour, for the ghost portrait.
    Grey,
}

/// The drawing as an SVG group around the middle of the face.
pub fn person(at: &Moment, wool: Wool) -> anyhow::Result<String> {
    let [light, dark, collar] = match wool {
        Wool::Teal => ["#1d7f78", "#0d4f4b", "#2a928a"],
        Wool::Blue => ["#3d4f73", "#232f4b", "#4a5d84"],
        Wool::Grey => ["#7c8688", "#555e60", "#8a9496"],
    };
    // Eyelids: each line of the eye on its way from where it is when open to where it is when shut.
    let lid = |open: f64, shut: f64| shut + (open - shut) * at.open;
    let number = |value: f64| format!("{value:.2}");
    let values = Values::from([
        ("wool_light", light.to_owned()),
        ("wool_dark", dark.to_owned()),
        ("wool_collar", collar.to_owned()),
        // What is further from the middle of the head moves less, or the other way; what is nearer to the looker goes
        // further, and ever further the more she turns.
        ("hair_back", number(-4.0 * at.turn)),
        ("ears", number(-5.0 * at.turn)),
        ("hair_front", number(3.0 * at.turn)),
        ("far", number(7.0 * at.turn)),
        ("mid", number(9.0 * at.turn + 0.8 * at.turn * at.turn.abs())),
        ("near", number(13.0 * at.turn + 2.2 * at.turn * at.turn.abs())),
        // A face that turns away becomes narrower.
        ("narrow", format!("{:.3}", 1.0 - 0.007 * at.turn * at.turn)),
        ("tilt", number(at.tilt)),
        ("shoulders", number(-20.0 - 5.0 * at.breath)),
        ("lid_high", number(lid(-23.0, 9.0))),
        ("lid_under", number(lid(12.0, 9.0))),
        ("lid_low", number(lid(-1.0, 2.0))),
        ("lid_low_in", number(lid(1.0, 2.0))),
        ("lash_tip", number(lid(-5.0, 1.0))),
        ("crease_low", "-12".to_owned()),
        ("crease_high", number(lid(-29.0, -24.0))),
        ("crease_in", "-14".to_owned()),
        ("brows", number(lid(-2.0, 1.0))),
        ("iris_left", number(-39.0 + 3.0 * at.turn)),
        ("iris_right", number(39.0 + 3.0 * at.turn)),
        ("glint_left", number(-44.0 + 3.0 * at.turn)),
        ("glint_right", number(34.0 + 3.0 * at.turn)),
    ]);
    fill(include_str!("person.svg"), &values)
}
