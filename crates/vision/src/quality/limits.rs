//! Every number a gate is held against, and why it is that number. Only the bar of sharpness was set by looking at
//! measurements, of the generated scenes; the others are reasoned, and wait for real captures.

use super::Bound::{self, AtLeast, AtMost};
use super::Cause;

/// The bar of one gate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) cause: Cause,
    pub(super) bound: Bound,
    /// Up to here a value is as it should be.
    pub(super) good: f32,
    /// Up to here it is usable; beyond, it is not.
    pub(super) usable: f32,
}

const fn limit(cause: Cause, bound: Bound, good: f32, usable: f32) -> Limit {
    Limit {
        cause,
        bound,
        good,
        usable,
    }
}

/// Pixels to the inch. 290 is the bar for evidence. A frame of 1280 by 720 reaches it for a card that fills it and for
/// no passport page, so less than that holds nothing up: below 110 an MRZ character (2.54 mm wide with
/// its gap, Doc 9303-3 4.4) has under 11 pixels; what that does to a reading was not measured.
pub(super) const SIZE: Limit = limit(Cause::Small, AtLeast, 290.0, 110.0);

/// How far the outermost corner is inside the picture, in hundredths of the document's width. A corner on the very
/// border may be cut, and its sides could not be measured.
pub(super) const CUT: Limit = limit(Cause::Cut, AtLeast, 0.5, 0.0);

/// Degrees between the document's plane and the picture's. At 25 degrees one side has 10 % fewer pixels; beyond 40
/// print on the far side runs together.
pub(super) const TILT: Limit = limit(Cause::Tilted, AtMost, 20.0, 35.0);

/// How far the quickest corner moves, in hundredths of the document's width a second. At 4 an exposure of 1/30 s
/// smears by 0.1 % of the width, a third of a stroke of MRZ print.
pub(super) const MOTION: Limit = limit(Cause::Moving, AtMost, 6.0, 12.0);

/// The brightness that nine tenths of the document are below, of 255: the paper is among the brightest tenth.
pub(super) const DARK: Limit = limit(Cause::Dark, AtLeast, 95.0, 60.0);

/// The width of the document's sharpest edges, in pixels of a document 640 pixels long. Of the generated scenes that
/// were looked at, those blurred by less than 0.85 pixels measured 2.3 to 6.3, those by more than 1.1 from 7.7 on. How
/// much noise alone changes it was not measured on them.
pub(super) const BLUR: Limit = limit(Cause::Blurred, AtMost, 5.0, 7.0);

/// Hundredths of a zone's blocks that are burnt out (all three channels at the top, nothing printed). White paper in
/// good light is below the top. A reflection over a whole field covers 3 of a hundred.
pub(super) const GLARE: Limit = limit(Cause::Glare, AtMost, 2.0, 10.0);

/// Hundredths of the border's length where a foreign colour crosses it. Two fingertips that hold a card cover 8 of a
/// hundred; more than 15 hide print.
pub(super) const COVER: Limit = limit(Cause::Covered, AtMost, 8.0, 20.0);

/// Mean colourfulness (half the spread of the channels), of 255. Printed documents have a coloured background; a grey
/// copy has the noise of the camera alone. It never stops the shutter: a card's rear can be nearly white.
pub(super) const COLOUR: Limit = limit(Cause::Colourless, AtLeast, 3.0, f32::NEG_INFINITY);
