//! Where the document lies in a picture.

use serde::{Deserialize, Serialize};

/// How far outside the picture a corner may lie: a document that is cut off has its corners there, and nothing is worth
/// drawing beyond.
const SLACK: f64 = 0.5;

/// Four corners of a document, or of something on it, in fractions (0 to 1) of the picture's width and height: upper left, upper right, lower right and lower
/// left of the document as it is read, each x before y. One that was cut off lies outside.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Corners(pub [[f64; 2]; 4]);

impl Corners {
    /// Whether something flat can have them: numbers near the picture, in order, around an area without a dent.
    #[must_use]
    pub fn are_possible(&self) -> bool {
        let near = |v: f64| v.is_finite() && (-SLACK..=1.0 + SLACK).contains(&v);
        let turn = |n: usize| {
            let [a, b, c] = [0, 1, 2].map(|step| self.0[(n + step) % 4]);
            (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        };
        // Fractions of the picture: print has some hundred pixels of millions.
        self.0.iter().flatten().all(|&v| near(v)) && (0..4).all(|n| turn(n) > 1e-6)
    }
}

/// Who says where the document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum OutlinedBy {
    /// It was found in the picture.
    Machine,
    /// A person put the corners there.
    Person,
}

/// The document's outline in a picture. The picture itself stays whole: what lies inside is derived from both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Outline {
    /// The corners.
    pub corners: Corners,
    /// Who says so.
    pub by: OutlinedBy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_enclose_something_near_the_picture() {
        let upright = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.8], [0.1, 0.8]];
        assert!(Corners(upright).are_possible());
        let mut cut_off = upright;
        cut_off[0] = [-0.2, 0.1];
        assert!(Corners(cut_off).are_possible(), "a corner outside the picture");
        let mut crossed = upright;
        crossed.swap(0, 1);
        let mut far = upright;
        far[2] = [9.0, 9.0];
        let mut no_number = upright;
        no_number[3] = [f64::NAN, 0.8];
        for wrong in [crossed, far, no_number, [[0.5, 0.5]; 4]] {
            assert!(!Corners(wrong).are_possible(), "{wrong:?}");
        }
    }
}
