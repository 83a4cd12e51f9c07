//! The numbers things go by.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A case on this machine. Random: it says nothing about the person and never leaves with the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub Uuid);

impl CaseId {
    /// Four characters a person can say aloud to tell two open cases apart.
    #[must_use]
    pub fn short_code(&self) -> String {
        // Without 0/O, 1/I/L: read over a counter, typed on a phone.
        const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
        let mut rest = self.0.as_u128();
        let base = ALPHABET.len() as u128;
        let mut code = String::with_capacity(4);
        for _ in 0..4 {
            let index = usize::try_from(rest % base).expect("a remainder of 31 fits");
            code.push(char::from(ALPHABET[index]));
            rest /= base;
        }
        code
    }
}

impl std::fmt::Display for CaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for CaseId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Something a case keeps in the store: a picture, the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectId(pub Uuid);

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for ObjectId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A document to be signed, within its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaperId(pub Uuid);

impl std::fmt::Display for PaperId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for PaperId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A case on its way from one machine to another. Random, and never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandoverId(pub Uuid);

impl std::fmt::Display for HandoverId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What the server calls the case. Two numbers that must never be swapped: a wrong one can hit another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestNumbers {
    /// The request: status, documents, contract, signature.
    pub request_pk: i64,
    /// Its VideoID: evidences, video, approval.
    pub videoid_pk: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_code_is_stable_and_unambiguous() {
        let id = CaseId(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef));
        assert_eq!(
            id.short_code(),
            id.short_code(),
            "the same case always has the same code"
        );
        assert!(
            id.short_code().chars().all(|c| !"01OIL".contains(c)),
            "no character that is misheard"
        );
    }
}
