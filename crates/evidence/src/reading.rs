//! What a machine read in the pictures of the document. All of it is a proposal: a person confirms the fields, and a
//! check is claimed only under `station`'s rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Check, Corners, Crop, Exhibit, FieldKey, Finding, Role, Sensitive, UtcMillis};

/// Where on a document a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Source {
    /// The machine-readable zone.
    Mrz,
    /// The printed text.
    VisualZone,
    /// Both of these, which say the same.
    Both,
    /// A barcode.
    Barcode,
}

/// A value as it was read. Personal: no `Debug` prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadField {
    /// What it says.
    pub value: Sensitive<String>,
    /// Where it stands.
    pub source: Source,
    /// How sure the reading is, 0 to 1. No probability.
    pub confidence: f64,
    /// Whether a character of it was corrected, by rules that prove the correction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
    /// The picture it was read in.
    pub role: Role,
    /// Where in that picture it stands, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corners: Option<Corners>,
    /// What another place of the document says instead, where they disagree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Sensitive<String>>,
}

/// A picture that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookedAt {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The corners a person gave; without, they were searched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corners: Option<Corners>,
}

impl LookedAt {
    /// What there is to look at in `exhibit`.
    #[must_use]
    pub fn of(exhibit: &Exhibit) -> Self {
        Self {
            sha256: exhibit.sha256.clone(),
            corners: exhibit.corners_by_hand(),
        }
    }
}

/// Something a person should look for, measured without a known rate of error: it is shown, and never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Hint {
    /// The picture has no colours: perhaps a black-and-white copy.
    NoColour,
    /// A pattern as of a screen or of print is in the picture.
    Screen,
    /// The document names another country or kind than was chosen.
    OtherDocument,
    /// Front and back do not seem to be of one document.
    OtherSide,
    /// The check digits of its machine-readable zone do not hold.
    CheckDigits,
}

/// Everything that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The name and version of the method, with the engine that ran it.
    pub method: String,
    /// When.
    pub at: UtcMillis,
    /// In which pictures.
    pub of: BTreeMap<Role, LookedAt>,
    /// The values of fields.
    pub fields: BTreeMap<FieldKey, ReadField>,
    /// Where the portrait is on the front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Crop>,
    /// What may be claimed on these measurements.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<Check, Finding>,
    /// What a person should look for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
}

/// A person's value in the place of what a machine read. The machine's stays in the [`Reading`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The operator's name, where one was given; else it was whoever stood at the booth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    pub at: UtcMillis,
}
