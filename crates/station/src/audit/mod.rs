//! The audit log: what happened at this booth, in order, where nobody can quietly take a line out again.
//!
//! One JSON object a line (RFC 8785), each with its number, the SHA-256 of the line before it and its own, in
//! `audit.log` beside the cases. When a file has grown large it becomes `audit.1.log`, `audit.2.log` and so on; the
//! chain goes on through all of them. Every line is synced before the booth goes on, and programs take turns through a
//! lock. Where the chain ends is kept apart from it, in a [`Head`].
//!
//! Nothing personal is in it: a case goes by its random identity, an officer by nothing.
//!
//! What [`AuditLog::verify`] detects: a line that was changed, added, moved or removed anywhere, and a missing end.
//! What it cannot detect: somebody who may write to the head as well, and writes the whole log anew. Against them, keep
//! a head elsewhere (`proofbooth audit` prints it) and have it compared: `proofbooth audit --verify --expect HEAD`.

mod chain;
mod entry;
mod files;
mod head;
mod log;
mod noting;
mod page;

pub use chain::{Broken, Fault, Verdict, verify_lines};
pub use entry::{Decided, Entry, What};
pub use head::{FileHead, Head, Mark};
pub use log::AuditLog;
pub(crate) use noting::{Auditor, of_change, vault_not_unlocked};
