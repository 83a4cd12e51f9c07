//! How good the picture of a document is, gate by gate: what was measured, what it had to be, and where.
//!
//! Nothing here looks for the document: it is given its outline. The figures are measured on the document
//! straightened to one size, so that they mean the same near and far.

mod adviser;
mod limits;
mod measure;
mod surface;

use serde::{Deserialize, Serialize};

use crate::find::Found;
use crate::geometry::Quad;
use crate::pixels::Picture;

pub use adviser::{Advice, Adviser};
pub(crate) use surface::edge_width;

/// What can be wrong with a picture, the most hindering first: this is the order in which they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// There is no document. Only an [`Adviser`] says so; it is no gate.
    Absent,
    /// A corner lies outside the picture.
    Cut,
    /// Something lies over the document's border: a finger, another paper.
    Covered,
    /// Too few pixels across the document.
    Small,
    /// The document is tilted.
    Tilted,
    /// The document moves.
    Moving,
    /// Too little light.
    Dark,
    /// A reflection hides print.
    Glare,
    /// The print is not sharp.
    Blurred,
    /// There is no colour: a copy, or a camera without colour.
    Colourless,
    /// A pattern as a screen or a printed copy has it. Not measured yet: no recaptured documents were at hand to
    /// measure it on, so there is no such gate.
    Screen,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it has to be.
    Good,
    /// Not as it should be, and still usable: it is recorded, and holds nothing up.
    Poor,
    /// Not usable.
    Bad,
}

/// One thing that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// What it looks at.
    pub cause: Cause,
    /// What was measured, in the gate's unit (the table in `limits` has them).
    pub value: f32,
    /// What it had to reach, or not to exceed.
    pub threshold: f32,
    /// Which of the two.
    pub bound: Bound,
    /// What follows.
    pub verdict: Verdict,
    /// Where, in pixels of the picture.
    pub place: Quad,
    /// Part of the document it was seen on, where that matters.
    pub zone: Option<Zone>,
}

/// On which side of its threshold a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value may not be less.
    AtLeast,
    /// The value may not be more.
    AtMost,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The holder's portrait.
    Portrait,
    /// The machine-readable zone.
    Mrz,
    /// Any other print.
    Text,
}

/// What else is known about the document; all of it may be left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Where its portrait is, in pixels of the picture.
    pub portrait: Option<Quad>,
    /// Where its machine-readable zone is, in pixels of the picture.
    pub mrz: Option<Quad>,
    /// The outline a moment before, and how many seconds ago that was: without it, motion is not measured.
    pub before: Option<(Quad, f32)>,
}

/// How good a picture of a document is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Every gate that was measured, in the order of [`Cause`]. A gate that could not be measured is absent.
    pub gates: Vec<Gate>,
    /// Pixels to the inch on the document's plane, from its known size.
    pub dpi: f32,
    /// The most this picture size can give of this shape of document.
    pub most_dpi: f32,
}

impl Quality {
    /// The gate that fails and hinders most.
    #[must_use]
    pub fn worst(&self) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.verdict == Verdict::Bad)
    }

    /// Whether nothing makes the picture unusable.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.worst().is_none()
    }

    /// The gate for `cause`, where it was measured.
    #[must_use]
    pub fn gate(&self, cause: Cause) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.cause == cause)
    }

    /// Whether the picture has too few pixels for the bar and no distance would give enough.
    #[must_use]
    pub fn beyond_camera(&self) -> bool {
        self.most_dpi < limits::SIZE.good
    }
}

/// Judges the picture of the document at `found`.
#[must_use]
pub fn judge(picture: &Picture, found: &Found, known: &Known) -> Quality {
    measure::all(picture, found, known)
}
