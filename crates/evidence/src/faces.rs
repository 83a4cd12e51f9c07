//! What was measured of faces: how alike portrait, selfie and video are, and how good their pictures are.
//!
//! Numbers only. The template of a face, from which they are computed, is never part of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Check, Finding, Role, UtcMillis};

/// What the person said about biometrics, having read what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Biometrics {
    /// Faces may be compared, and a challenge may be asked.
    Allowed,
    /// Pictures only: no template of a face is computed, and no face compared.
    Refused,
}

/// A mistake a comparison can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Two people taken for one.
    FalseMatch,
    /// One person taken for two.
    FalseNonMatch,
}

/// How often a method was wrong where that was counted. Somewhere else it may be wrong more often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownError {
    /// Which mistake.
    pub kind: ErrorKind,
    /// How often it was made, 0 to 1.
    pub rate: f64,
    /// Upper end of the 95 % confidence interval of `rate`.
    pub at_most: f64,
    /// Among how many pairs.
    pub pairs: u32,
    /// What the pictures were.
    pub measured_on: String,
}

/// How faces were compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceMethod {
    /// The networks by name, and the engine that ran them.
    pub name: String,
    /// SHA-256 of the network that tells faces apart, 64 hex digits.
    pub model_sha256: String,
    /// The cosine from which two faces count as one person's.
    pub threshold: f64,
    /// How often it is known to be wrong.
    pub errors: Vec<KnownError>,
}

/// How alike two faces are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// The cosine of the angle between their templates, -1 to 1.
    pub cosine: f64,
    /// The same on the scale from 0 to 100 with the threshold at 50. No probability.
    pub level: u8,
}

/// How alike the video's face and the selfie's are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VideoLikeness {
    /// The median over the frames in which one face was found.
    #[serde(flatten)]
    pub likeness: Likeness,
    /// In so many frames.
    pub frames: u32,
}

/// What a passive anti-spoof network of the branch's own says. A hint to a person: nothing is claimed on it, and how often it
/// is wrong is not known here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passive {
    /// SHA-256 of the network's file, 64 hex digits.
    pub model_sha256: String,
    /// The share it gives to a living face in the selfie, 0 to 1; absent where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selfie: Option<f64>,
    /// The median of that over frames of the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<f64>,
}

/// How alike the holder's face and that of the operator on duty are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorLikeness {
    /// The operator's name.
    pub operator: String,
    /// How alike.
    #[serde(flatten)]
    pub likeness: Likeness,
    /// Whether they seem to be one person: somebody has to look.
    pub flagged: bool,
}

/// Why a picture gave nothing to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum NoFace {
    /// No face was found.
    None,
    /// Several, none of them surely the holder's.
    Several,
    /// The picture could not be read.
    Unreadable,
}

/// A property of the picture of a face, in the terms of ISO/IEC 29794-5.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceScore {
    /// What was measured, in the unit its name stands for.
    pub value: f64,
    /// Whether it is as it should be; absent where it is only noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<bool>,
}

/// Everything that was measured of the faces in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faces {
    /// How.
    pub method: FaceMethod,
    /// When.
    pub at: UtcMillis,
    /// In which pictures, by the SHA-256 of their bytes.
    pub of: BTreeMap<Role, String>,
    /// The document's portrait and the selfie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Likeness>,
    /// The video's face and the selfie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoLikeness>,
    /// What a passive anti-spoof network says, where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passive: Option<Passive>,
    /// The operator's face and the selfie, where that is asked for: the most alike of the operator's pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<OperatorLikeness>,
    /// Pictures of operators that gave nothing to compare, by their names, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub operators_missing: BTreeMap<String, NoFace>,
    /// Where there was nothing to compare, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<Role, NoFace>,
    /// What may be claimed on these measurements.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<Check, Finding>,
}
