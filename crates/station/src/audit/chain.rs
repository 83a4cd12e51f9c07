//! Whether the chain holds.

use serde::Serialize;
use ts_rs::TS;

use super::Mark;
use super::entry::{Line, NOTHING};

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AuditFault", rename_all = "snake_case")]
pub enum Fault {
    /// It is no line of a log.
    Unreadable,
    /// It is not as it was written: its own hash is another.
    Changed,
    /// Its number is not the next: a line was added, moved or removed before it.
    OutOfPlace,
    /// It does not follow the line before it: that one, or both, were written anew.
    NotChained,
    /// It is not what a head says it was: the log was written anew.
    NotAsKept,
    /// A head knows of it, and it is not here: the end was removed.
    Missing,
    /// There is no head: it was removed.
    NoHead,
    /// The program noticed damage here, and said so in the log.
    Noticed,
}

/// The first line that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The number it has, or should have.
    pub n: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What verifying showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Lines that hold, up to the first that does not.
    pub entries: u64,
    /// The end of the chain, to be kept elsewhere; of a broken chain, where it held last.
    pub head: Option<Mark>,
    /// The last line is not whole, as after a power cut; the next to be written will say so. It is no fault.
    pub torn: bool,
    /// The first line that does not hold.
    pub broken: Option<Broken>,
}

/// Follows a chain line by line.
pub(super) struct Follower<'a> {
    expected: &'a [Mark],
    verdict: Verdict,
}

impl<'a> Follower<'a> {
    /// Follows a chain that has to pass through the `expected` marks.
    pub fn new(expected: &'a [Mark]) -> Self {
        Self {
            expected,
            verdict: Verdict {
                entries: 0,
                head: None,
                torn: false,
                broken: None,
            },
        }
    }

    /// The next line, without its line break.
    pub fn line(&mut self, text: &[u8]) {
        if self.verdict.broken.is_some() {
            return;
        }
        let n = self.next();
        match self.look_at(text, n) {
            Ok(mark) => {
                self.verdict.entries += 1;
                self.verdict.head = Some(mark);
            }
            Err(fault) => self.verdict.broken = Some(Broken { n, fault }),
        }
    }

    fn look_at(&self, text: &[u8], n: u64) -> Result<Mark, Fault> {
        let line = std::str::from_utf8(text).ok().and_then(Line::read);
        let line = line.ok_or(Fault::Unreadable)?;
        if !line.sound {
            return Err(Fault::Changed);
        }
        if line.entry.n != n {
            return Err(Fault::OutOfPlace);
        }
        let before = self
            .verdict
            .head
            .as_ref()
            .map_or(NOTHING, |head| head.sha256.as_str());
        if line.previous != before {
            return Err(Fault::NotChained);
        }
        let mark = line.mark();
        if self.expected.iter().any(|kept| kept.n == n && *kept != mark) {
            return Err(Fault::NotAsKept);
        }
        if matches!(line.entry.what.as_str(), "log_shortened" | "log_damaged") {
            return Err(Fault::Noticed);
        }
        Ok(mark)
    }

    fn next(&self) -> u64 {
        self.verdict.head.as_ref().map_or(0, |head| head.n + 1)
    }

    /// The file ended with a line that is not whole. Only the last file may.
    pub fn torn(&mut self) {
        self.verdict.torn = true;
    }

    /// The chain ended.
    pub fn finish(mut self) -> Verdict {
        let n = self.next();
        if self.verdict.broken.is_none() && self.expected.iter().any(|kept| kept.n >= n) {
            self.verdict.broken = Some(Broken {
                n,
                fault: Fault::Missing,
            });
        }
        self.verdict
    }
}

/// Whether `log`, the bytes of a whole log in one piece, holds and passes through the `expected` marks.
#[must_use]
pub fn verify_lines(log: &[u8], expected: &[Mark]) -> Verdict {
    let mut follower = Follower::new(expected);
    feed(&mut follower, log, true);
    follower.finish()
}

/// Feeds the bytes of one file; `last` says whether it is the last one.
pub(super) fn feed(follower: &mut Follower<'_>, file: &[u8], last: bool) {
    let mut lines = file.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        match (lines.peek().is_some(), line.is_empty(), last) {
            (true, ..) => follower.line(line),
            // Behind the last line break there is nothing in a whole file.
            (false, true, _) => {}
            (false, false, true) => follower.torn(),
            (false, false, false) => follower.line(line),
        }
    }
}
