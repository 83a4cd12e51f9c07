//! A list to which something can only be appended: each entry carries the SHA-256 of the one before it.
//!
//! Used for what happened to a case and for the audit log. Whoever knows the [`Head`] of a chain can tell whether
//! anything before it was changed, removed, inserted or moved. What was cut off after the head is only told by a newer
//! head kept somewhere else; a case's chain has its head under the signature of the manifest.

use std::collections::BTreeMap;

use evidence::UtcMillis;
use serde::{Deserialize, Serialize};

use crate::canonical;

/// One thing that happened. Free of personal data: `what` and `data` are codes and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 0.
    pub n: u64,
    /// When it happened, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
    /// What happened: a code in `snake_case`.
    pub what: String,
    /// What else belongs to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// The SHA-256 of the entry before; of the chain's subject for the first. 64 hex digits in lower case.
    pub previous: String,
    /// SHA-256 over the canonical JSON of everything above. 64 hex digits in lower case.
    pub sha256: String,
}

/// An entry without its own digest: what the digest is over.
#[derive(Serialize)]
struct Body<'a> {
    n: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<UtcMillis>,
    what: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    data: &'a BTreeMap<String, String>,
    previous: &'a str,
}

impl Entry {
    fn digest(&self) -> String {
        let body = Body {
            n: self.n,
            at: self.at,
            what: &self.what,
            data: &self.data,
            previous: &self.previous,
        };
        canonical::sha256(&canonical::to_vec(&body).expect("integers and texts are always canonical"))
    }
}

/// Where a chain ends: enough to append to it, or to tell whether a longer one goes on from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many entries there are.
    pub length: u64,
    /// The SHA-256 of the last one; of the subject while there is none. 64 hex digits in lower case.
    pub sha256: String,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {n} {why}")]
pub struct Broken {
    /// The place in the chain, from 0.
    pub n: u64,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It carries another number than its place has.
    Number,
    /// It does not follow the entry before it.
    Previous,
    /// It is not what it was when it was appended.
    Digest,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Number => "has another number than its place",
            Self::Previous => "does not follow the one before it",
            Self::Digest => "was changed",
        })
    }
}

/// A chain being written or followed: it holds its head only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(Head);

impl Chain {
    /// An empty chain about `subject`, for instance `case 01234567-…`: the first entry refers to it, so that entries of
    /// two chains cannot be exchanged.
    #[must_use]
    pub fn new(subject: &str) -> Self {
        Self(Head {
            length: 0,
            sha256: canonical::sha256(subject.as_bytes()),
        })
    }

    /// Goes on from where a chain ended.
    #[must_use]
    pub const fn resume(head: Head) -> Self {
        Self(head)
    }

    /// Where it ends now.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.0
    }

    /// The entry for something that happened; the chain ends with it from now on.
    pub fn append(&mut self, at: Option<UtcMillis>, what: &str, data: BTreeMap<String, String>) -> Entry {
        let mut entry = Entry {
            n: self.0.length,
            at,
            what: what.to_owned(),
            data,
            previous: self.0.sha256.clone(),
            sha256: String::new(),
        };
        entry.sha256 = entry.digest();
        self.0 = Head {
            length: entry.n + 1,
            sha256: entry.sha256.clone(),
        };
        entry
    }

    /// Takes an entry that was appended before, if it is the next one.
    ///
    /// # Errors
    /// It is not; the chain stays where it was.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Broken> {
        let broken = |why| Broken {
            n: self.0.length,
            why,
        };
        if entry.n != self.0.length {
            return Err(broken(Why::Number));
        }
        if entry.previous != self.0.sha256 {
            return Err(broken(Why::Previous));
        }
        if entry.sha256 != entry.digest() {
            return Err(broken(Why::Digest));
        }
        self.0 = Head {
            length: entry.n + 1,
            sha256: entry.sha256.clone(),
        };
        Ok(())
    }
}

/// Where the chain about `subject` ends, if every entry is what it was and where it was.
///
/// # Errors
/// The first entry that is not.
pub fn verify<'a>(subject: &str, entries: impl IntoIterator<Item = &'a Entry>) -> Result<Head, Broken> {
    let mut chain = Chain::new(subject);
    for entry in entries {
        chain.follow(entry)?;
    }
    Ok(chain.0)
}
