//! What the server's generation decides (section 0.1): where each call goes ([`paths`]) and what it carries
//! ([`bodies`]). What comes back is read without asking for the generation: its keys vary from call to call.

pub(crate) mod bodies;
pub(crate) mod paths;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Shape};

/// A generation of the server. Chosen by settings, or found out by [`crate::Client::probe_dialect`]; never guessed
/// by a call, since the two take different numbers in the same place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// What the vendor documents now: calls on a VideoID go by `videoid_pk`.
    #[default]
    Current,
    /// The older "v1": every call goes by `request_pk`.
    Legacy,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "current",
            Self::Legacy => "legacy",
        })
    }
}

/// A word that names no generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDialect;

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither `current` nor `legacy`")
    }
}

impl std::error::Error for UnknownDialect {}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, UnknownDialect> {
        match word.trim() {
            "current" => Ok(Self::Current),
            "legacy" => Ok(Self::Legacy),
            _ => Err(UnknownDialect),
        }
    }
}

/// Which generation an answer is written in, by its envelope (section 2): `{"status": "200 OK", …}` and
/// `{"title": "404 Not Found"}` are the older one's, `{"status": "success", …}` and a bare `{"detail": …}` the current
/// one's. `None` where it is not the service's answer.
pub(crate) fn written_in(answer: &Answer) -> Option<Dialect> {
    if answer.shape != Shape::Json || answer.upstream.is_some() || answer.http_status >= 500 {
        return None;
    }
    match answer.body_status.as_deref().map(str::trim) {
        Some(status) if status.eq_ignore_ascii_case("success") || status.eq_ignore_ascii_case("error") => {
            Some(Dialect::Current)
        }
        Some(status) if status.starts_with(|c: char| c.is_ascii_digit()) => Some(Dialect::Legacy),
        Some(_) => None,
        // A bare list or number has no envelope at all.
        None => answer
            .message
            .as_ref()
            .and(answer.payload.as_ref())
            .map(|_| Dialect::Current),
    }
}

#[cfg(test)]
mod tests;
