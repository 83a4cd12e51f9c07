//! An official register that is asked about the confirmed fields. Off unless it is set.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An official register, asked through a program of the branch's own. Its answer alone says `documents_match`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegisterSettings {
    /// The register's name as the person reads it in the consent, and a reviewer in the record. Left out, none is asked.
    pub name: Option<String>,
    /// The program that asks it, by its whole path. It reads one line of JSON from its standard input, `{"format":1,
    /// "document":{"country","kind"},"fields":{…}}` with the fields' names of the API's documentation, and writes one,
    /// `{"matches":true,"reference":"…"}`. It gets nothing of the environment but `PATH`.
    pub program: Option<PathBuf>,
    /// What the program is given on its command line.
    pub arguments: Vec<String>,
    /// Seconds it may take. After that it is ended, and the check is left to a person.
    pub timeout_s: u64,
}

impl Default for RegisterSettings {
    fn default() -> Self {
        Self {
            name: None,
            program: None,
            arguments: Vec::new(),
            timeout_s: 20,
        }
    }
}

/// A register that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Register {
    /// Its name.
    pub name: String,
    /// The program that asks it.
    pub program: PathBuf,
    /// What the program is given on its command line.
    pub arguments: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl RegisterSettings {
    /// The register, where one is set.
    pub(crate) fn register(&self) -> Option<Register> {
        let name = self
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())?;
        Some(Register {
            name: name.to_owned(),
            program: self.program.clone()?,
            arguments: self.arguments.clone(),
            timeout: Duration::from_secs(self.timeout_s),
        })
    }
}
