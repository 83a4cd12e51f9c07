//! What was verified, and what fails.

use std::io;

use evidence::{CaseId, UtcMillis};

use crate::chain::Broken;
use crate::key::PublicKey;
use crate::manifest::ManifestError;

/// What is wrong with a part of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// Nothing in the manifest names it.
    #[error("does not belong to the bundle")]
    Unexpected,
    /// It is there more than once.
    #[error("is there twice")]
    Duplicate,
    /// It stands before something it has to follow.
    #[error("is out of its place")]
    OutOfPlace,
    /// Its header is not the one it must have.
    #[error("has a damaged header")]
    Header,
    /// Its length is not the one it must have.
    #[error("has another length")]
    Length,
    /// Its contents are not what was sealed.
    #[error("was changed")]
    Digest,
    /// Something stands in what must be empty after it.
    #[error("is followed by bytes that do not belong there")]
    Padding,
    /// The bundle ends within it.
    #[error("is cut off")]
    CutOff,
    /// It cannot be read; where the bundle is encrypted, what is there was not encrypted so.
    #[error("cannot be read: {0}")]
    Unreadable(io::ErrorKind),
    /// The signature is not one over this manifest with this key.
    #[error("does not match")]
    Signature,
    /// It is not the key that signed, or not a key that is trusted.
    #[error("is another device's key")]
    OtherKey,
    /// The manifest is none.
    #[error("{0}")]
    Manifest(ManifestError),
    /// The events do not follow each other.
    #[error("{0}")]
    Events(Broken),
    /// The case's record is of another case or names other objects than the manifest.
    #[error("does not agree with the manifest")]
    Disagrees,
}

/// A part of a bundle, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name of its file; `events` for the chain in the manifest, `end` for what comes after the last file.
    pub name: String,
    /// What it is, for an object: `front`, `video`.
    pub label: Option<String>,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

/// A time stamp, and what it has to be one of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    /// The token, DER (RFC 3161).
    pub token: Vec<u8>,
    /// The bytes that were stamped.
    pub stamped: Vec<u8>,
}

/// What was verified, and what fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The case, as far as the manifest could be read.
    pub case: Option<CaseId>,
    /// When it was sealed, by the clock of the machine that did.
    pub sealed_at: Option<UtcMillis>,
    /// True for practice.
    pub practice: bool,
    /// The recipient who is to deliver the case; without, the bundle is a copy for the files.
    pub handed_over_to: Option<String>,
    /// The key the signature was made with.
    pub key: Option<PublicKey>,
    /// Whether that key is one the caller trusts. Without: the bundle is whole, but whoever made it is unknown.
    pub trusted: bool,
    /// The time stamp, where there is one. That its bytes are those that were sealed is verified; what an authority says
    /// in them is for whoever knows authorities.
    pub timestamp: Option<Timestamp>,
    /// Every part, in the order it was looked at.
    pub parts: Vec<Part>,
}

impl Report {
    /// Whether every part holds. Says nothing about whose key it is: see [`Report::trusted`].
    #[must_use]
    pub fn is_intact(&self) -> bool {
        !self.parts.is_empty() && self.failures().next().is_none()
    }

    /// Every part that fails.
    pub fn failures(&self) -> impl Iterator<Item = (&Part, Fault)> {
        self.parts.iter().filter_map(|part| Some((part, part.fault?)))
    }

    pub(super) fn note(&mut self, name: &str, fault: Option<Fault>) {
        self.note_object(name, None, fault);
    }

    pub(super) fn note_object(&mut self, name: &str, label: Option<&str>, fault: Option<Fault>) {
        self.parts.push(Part {
            name: name.to_owned(),
            label: label.map(str::to_owned),
            fault,
        });
    }
}
