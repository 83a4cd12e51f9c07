//! What an official register answered about a person and their document.

use serde::{Deserialize, Serialize};

use crate::{Document, Fields, Finding, UtcMillis};

/// What a register is asked about: the fields as they were confirmed, and the document they stand on.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterQuestion {
    /// The kind of document and its country.
    pub document: Document,
    /// The fields.
    pub fields: Fields,
}

/// A register's answer. It is about the fields as they are: with any of them it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterAnswer {
    /// The register's name, as the booth's settings give it.
    pub register: String,
    /// The register's own number of this answer, if it gave one. Removed with the pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it answered.
    pub at: UtcMillis,
    /// What may be claimed on it.
    pub measured: Finding,
}
