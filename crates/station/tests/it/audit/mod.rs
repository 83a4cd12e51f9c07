//! The audit log: that nobody can change it unseen, and that it says what happened and nothing personal.

mod booth;
mod paged;
mod tampering;

use std::path::Path;

use evidence::{CaseId, UtcMillis};
use station::audit::{AuditLog, What};
use uuid::Uuid;

const BEGAN: i64 = 1_700_000_000_000;

fn log(folder: &Path) -> AuditLog {
    AuditLog::beside_its_head(folder.join("audit.log"))
}

fn case() -> CaseId {
    CaseId(Uuid::from_u128(7))
}

/// A log with `lines` lines, a second apart.
fn written(folder: &Path, lines: i64) -> AuditLog {
    let log = log(folder);
    for n in 0..lines {
        log.append(What::CaseOpened, Some(case()), UtcMillis(BEGAN + n * 1_000))
            .expect("a line is added");
    }
    log
}

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("audit.log")).expect("there is a log")
}

fn words(log: &AuditLog) -> Vec<String> {
    let entries = log.entries().expect("the log can be read");
    entries.into_iter().map(|entry| entry.what).collect()
}
