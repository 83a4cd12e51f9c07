//! What waits to be delivered.

use serde::Serialize;
use ts_rs::TS;

use super::{ProblemView, UploadView};

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
    /// What the settings say about it.
    pub rules: QueueRules,
}

/// When and how fast cases go out, and how long what was taken stays. From the settings; the window changes none of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueueRules {
    /// The most an upload may take of the line, in kilobits a second; null: as fast as it goes.
    pub most_kbit_s: Option<u32>,
    /// The hours in which uploads go out, as a clock shows them: `22:00-06:00`; null: at any time.
    pub window: Option<String>,
    /// Hours that pictures and video stay here once the server has everything; 0: removed at once.
    pub keep_hours: u32,
    /// Megabytes of the disk a new case may not touch; 0: no reserve.
    #[ts(type = "number")]
    pub reserve_mb: u64,
    /// The one machine cases can be handed over to, as others name it (`age1…`); null: none, or several.
    pub hand_over_to: Option<String>,
}

/// What others need of this machine to exchange sealed bundles with it. Public.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CarryKeys {
    /// Others verify with it what this device sealed: 64 hex digits.
    pub device: String,
    /// Others encrypt to it what is for this machine: `age1…`.
    pub recipient: String,
}

/// A case that was handed over, and what waits now.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct HandedOver {
    /// The bundle's name, without its folder.
    pub file: String,
    /// Why it has no time stamp, where one was asked for.
    pub not_stamped: Option<ProblemView>,
    /// What waits now.
    pub queue: QueueView,
}

/// A case that was taken in, and what waits now.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TakenIn {
    /// Four characters to tell it by.
    pub code: String,
    /// What waits now.
    pub queue: QueueView,
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
    /// It is on its way: it is being sent, or looked up, or next in line.
    pub under_way: bool,
    /// How far the part that goes out is; null while none does.
    pub upload: Option<UploadView>,
    /// Failures since anything last arrived at the server.
    pub failed_attempts: u32,
    /// When it is tried again at the earliest, epoch milliseconds; null: now, or with the next that is.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
    /// Bytes of pictures and video that are still to go out.
    #[ts(type = "number")]
    pub bytes_left: u64,
    /// Of these, the video's, which goes out last.
    #[ts(type = "number")]
    pub video_left: u64,
    /// What stopped it last.
    pub problem: Option<ProblemView>,
}
