//! What waits to be delivered.

use serde::Serialize;
use ts_rs::TS;

use super::ProblemView;

/// What waits to be delivered.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueueView {
    /// Submitted and not delivered: those that go out by themselves, in their order, then those a person has to see to.
    pub entries: Vec<QueueEntry>,
    /// Whether they go out by themselves in this program.
    pub by_itself: bool,
    /// Since when there is no connection to the server, epoch milliseconds; null while there is one, or nobody tried.
    #[ts(type = "number | null")]
    pub offline_since: Option<i64>,
}

/// A case that waits. Nothing personal in it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueueEntry {
    /// Identity of the case.
    pub id: String,
    /// Four characters to tell it by.
    pub code: String,
    /// Its place, from 1; null where only a person can help, and the problem says how.
    pub position: Option<u32>,
    /// When a person said: submit, epoch milliseconds.
    #[ts(type = "number")]
    pub submitted_at: i64,
    /// It is being sent.
    pub under_way: bool,
    /// Failures since anything last arrived at the server.
    pub failed_attempts: u32,
    /// When it is tried again at the earliest, epoch milliseconds; null: now, or with the next that is.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
    /// Bytes of pictures and video that are still to go out.
    #[ts(type = "number")]
    pub bytes_left: u64,
    /// What stopped it last.
    pub problem: Option<ProblemView>,
}
