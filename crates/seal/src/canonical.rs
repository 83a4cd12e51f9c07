//! Canonical JSON (RFC 8785): one value, one sequence of bytes.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Why a value has no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value has no canonical JSON: a number that is none, or a key that is no text")]
pub struct NotCanonical;

/// `value` as canonical JSON: keys sorted by UTF-16 code units, no blanks, numbers as ECMAScript writes them.
///
/// Integers beyond 2^53 are written as the nearest double, as the standard has it: what must be exact is not kept in
/// one.
///
/// # Errors
/// A number is not finite, or a map has keys that are no text.
pub fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| NotCanonical)
}

/// SHA-256 of `bytes`, 64 hex digits in lower case.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
