//! What is claimed about a case, and on whose word.
//!
//! A claim exists only with its basis. There is no default and no constant: what nobody measured and nobody attested
//! is not in the map, and so is not sent.

use serde::{Deserialize, Serialize};

use crate::UtcMillis;

/// The checks the One-Shot API knows (`security_checks`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Check {
    /// A one-time password sent to the person's phone was verified.
    OtpValidation,
    /// The document matches official registers. Agreement between its own sides is [`Check::DataIntegrity`].
    DocumentsMatch,
    /// What the document says in several places agrees with itself.
    DataIntegrity,
    /// The document is an original, not a copy or a screen.
    DocumentNotCopy,
    /// The document has not expired.
    DocumentNotExpired,
    /// The person is of age.
    DocumentNotUnderage,
    /// A living person is in front of the camera.
    Liveness,
}

impl Check {
    /// Every check, in the order the review screen shows them.
    pub const ALL: [Self; 7] = [
        Self::DocumentNotExpired,
        Self::DocumentNotUnderage,
        Self::DocumentNotCopy,
        Self::DataIntegrity,
        Self::Liveness,
        Self::DocumentsMatch,
        Self::OtpValidation,
    ];

    /// Whether a person can vouch for it by looking. An OTP is verified by a code or not at all.
    #[must_use]
    pub const fn can_be_attested(self) -> bool {
        !matches!(self, Self::OtpValidation)
    }
}

/// On whose word something is claimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// A named person looked and said so.
    Attested {
        /// The person's name, as typed on the review screen.
        by: String,
        /// When.
        at: UtcMillis,
    },
    /// A method of ours measured it.
    Measured {
        /// Name and version of the method.
        method: String,
        /// What it measured.
        score: f64,
        /// Where yes begins.
        threshold: f64,
        /// When.
        at: UtcMillis,
    },
    /// Read back from the server: on whose word is not known here.
    Reported,
}

/// A check's result with its basis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// True = passed.
    pub passed: bool,
    /// On whose word.
    #[serde(flatten)]
    pub basis: Basis,
}

impl Finding {
    /// When it was made, where that is known.
    #[must_use]
    pub const fn at(&self) -> Option<UtcMillis> {
        match self.basis {
            Basis::Attested { at, .. } | Basis::Measured { at, .. } => Some(at),
            Basis::Reported => None,
        }
    }
}

/// How alike a person judges portrait and selfie to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SimilarityWord {
    /// Surely the same person.
    High,
    /// Probably the same person.
    Medium,
    /// Doubtful.
    Low,
}

/// How alike the document's portrait and the selfie are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Similarity {
    /// A person compared the two by eye.
    Attested {
        /// What they judged.
        word: SimilarityWord,
        /// Their name.
        by: String,
        /// When.
        at: UtcMillis,
    },
    /// A method of ours compared the two.
    Measured {
        /// From 0 to 100, the threshold at 50. No probability.
        level: u8,
        /// The cosine it stands for, -1 to 1.
        cosine: f64,
        /// The cosine from which two faces count as one person's.
        threshold: f64,
        /// Name and version of the method.
        method: String,
        /// When.
        at: UtcMillis,
    },
    /// Read back from the server: on whose word is not known here.
    Reported {
        /// The level as the server has it: a word, or a number from 0 to 100.
        level: String,
    },
}

impl Similarity {
    /// When it was judged, where that is known.
    #[must_use]
    pub const fn at(&self) -> Option<UtcMillis> {
        match self {
            Self::Attested { at, .. } | Self::Measured { at, .. } => Some(*at),
            Self::Reported { .. } => None,
        }
    }
}
