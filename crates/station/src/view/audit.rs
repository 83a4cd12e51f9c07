//! The audit log. Nothing personal is in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::audit::Fault;

/// What lines are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum AuditKind {
    /// The way of a case.
    Cases,
    /// Officers: who came and went by nothing but that somebody did, and what was decided.
    Officers,
    /// The program, its settings, the vault.
    Booth,
    /// The log itself, and the clock.
    Log,
}

/// A part of the log, the newest line first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditPage {
    /// The lines.
    pub entries: Vec<AuditEntry>,
    /// There are older ones.
    pub more: bool,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditEntry {
    /// Its number, from 0.
    #[ts(type = "number")]
    pub n: u64,
    /// When, by the machine's clock then, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
    /// What it is about.
    pub kind: AuditKind,
    /// What happened; the page has a word for each it knows, and a newer program's lines have others.
    pub what: String,
    /// The four characters of the case it is about.
    pub code: Option<String>,
    /// What else is known, by name.
    pub details: BTreeMap<String, String>,
}

/// Whether the log holds.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditChain {
    /// Lines that hold, up to the first that does not.
    #[ts(type = "number")]
    pub entries: u64,
    /// When the last line was written, epoch milliseconds; null where the log does not hold to its end, or is empty.
    #[ts(type = "number | null")]
    pub holds_until: Option<i64>,
    /// The end of the chain, to be kept elsewhere: `N:SHA256`.
    pub head: Option<String>,
    /// The number of the first line that does not hold.
    #[ts(type = "number | null")]
    pub broken_at: Option<u64>,
    /// What is wrong with it.
    pub fault: Option<Fault>,
    /// The last line is not whole, as after a power cut. It is no fault.
    pub torn: bool,
}
