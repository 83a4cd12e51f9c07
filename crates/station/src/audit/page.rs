//! The log, a page at a time, newest first.

use std::io;

use evidence::{Code, Problem, TryAgain};

use super::{AuditLog, Entry};
use crate::booth::Booth;
use crate::problems;
use crate::view::{AuditChain, AuditEntry, AuditKind, AuditPage};

/// Lines of a page: more than a screen holds, and quickly drawn.
const PAGE: usize = 50;

impl Booth {
    /// The newest lines of the audit log that are older than line `before`, and of this kind if one is given.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn audit_page(
        &self,
        before: Option<u64>,
        kind: Option<AuditKind>,
    ) -> Result<AuditPage, Problem> {
        self.with_log(move |log| {
            // One more than is shown: whether there is another page.
            let mut found = log.newest(PAGE + 1, |entry| {
                before.is_none_or(|before| entry.n < before)
                    && kind.is_none_or(|kind| kind == kind_of(&entry.what))
            })?;
            let more = found.len() > PAGE;
            found.truncate(PAGE);
            Ok(AuditPage {
                entries: found.into_iter().map(shown).collect(),
                more,
            })
        })
        .await
    }

    /// Whether the audit log holds, from its first line to its head. Reads all of it.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn audit_chain(&self) -> Result<AuditChain, Problem> {
        self.with_log(|log| {
            let verdict = log.verify(&[])?;
            // Where it holds to its end, the end is the last line.
            let last = log.last()?.filter(|_| verdict.broken.is_none());
            Ok(AuditChain {
                entries: verdict.entries,
                holds_until: last.map(|entry| entry.at.0),
                head: verdict.head.map(|head| head.to_string()),
                broken_at: verdict.broken.map(|broken| broken.n),
                fault: verdict.broken.map(|broken| broken.fault),
                torn: verdict.torn,
            })
        })
        .await
    }

    async fn with_log<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AuditLog) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let log = self.0.settings.audit_log()?;
        tokio::task::spawn_blocking(move || work(&log))
            .await
            .map_err(|_| problems::internal("reading the log broke"))?
            .map_err(|error| {
                Problem::new(Code::AuditFailed, TryAgain::AfterChange).because(error.kind().to_string())
            })
    }
}

/// A line as the page is shown it. What else a line holds is told by its name, and only where it says something to a
/// person.
fn shown(entry: Entry) -> AuditEntry {
    /// A log that was written by somebody else may hold anything, of any length.
    const LONGEST: usize = 64;
    let kept = |text: String| -> String { text.chars().filter(|c| !c.is_control()).take(LONGEST).collect() };
    AuditEntry {
        n: entry.n,
        at: entry.at.0,
        kind: kind_of(&entry.what),
        what: kept(entry.what),
        code: entry.code,
        details: entry
            .details
            .into_iter()
            .map(|(name, value)| (kept(name), kept(value)))
            .collect(),
    }
}

/// What a line is about. By the beginning of its name, so that it is known of a newer program's lines, too.
fn kind_of(what: &str) -> AuditKind {
    match what.split('_').next() {
        Some("case" | "delivery") => AuditKind::Cases,
        Some("officer" | "decision") => AuditKind::Officers,
        Some("log" | "line" | "clock") => AuditKind::Log,
        _ => AuditKind::Booth,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_found_under_what_it_is_about() {
        for (what, kind) in [
            ("case_submitted", AuditKind::Cases),
            ("delivery_stopped", AuditKind::Cases),
            ("decision_made", AuditKind::Officers),
            ("officer_ran_out", AuditKind::Officers),
            ("log_shortened", AuditKind::Log),
            ("line_torn", AuditKind::Log),
            ("clock_set_back", AuditKind::Log),
            ("started", AuditKind::Booth),
            ("settings_changed", AuditKind::Booth),
            ("vault_unlocked", AuditKind::Booth),
            ("", AuditKind::Booth),
        ] {
            assert_eq!(kind_of(what), kind, "{what}");
        }
    }
}
