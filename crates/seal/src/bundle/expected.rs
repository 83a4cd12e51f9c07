//! What a manifest promises to be in its bundle.

use super::{RECORD, TIMESTAMP};
use crate::manifest::ObjectEntry;

/// A part the manifest promises.
pub(super) enum Expected<'m> {
    Timestamp(&'m str, u64),
    Record(&'m str, u64),
    Object(&'m ObjectEntry),
}

impl Expected<'_> {
    pub fn name(&self) -> String {
        match self {
            Self::Timestamp(..) => TIMESTAMP.to_owned(),
            Self::Record(..) => RECORD.to_owned(),
            Self::Object(entry) => entry.file_name(),
        }
    }

    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Object(entry) => Some(&entry.label),
            Self::Timestamp(..) | Self::Record(..) => None,
        }
    }

    pub const fn bytes(&self) -> u64 {
        match self {
            Self::Timestamp(_, bytes) | Self::Record(_, bytes) => *bytes,
            Self::Object(entry) => entry.bytes,
        }
    }
}
