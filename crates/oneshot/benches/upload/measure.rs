//! What the system says about this process, and how it travels from the process measured to the one that measures.

use anyhow::{Context, Result};

/// One submission.
pub struct Measured {
    pub seconds: f64,
    /// Bytes of both bodies.
    pub bytes: u64,
    /// Bytes of memory in use before it began. Zero where the system does not tell.
    pub idle: u64,
    /// The most there were until it ended.
    pub peak: u64,
}

impl Measured {
    pub fn more(&self) -> u64 {
        self.peak.saturating_sub(self.idle)
    }

    pub fn line(&self) -> String {
        format!("{} {} {} {}", self.seconds, self.bytes, self.idle, self.peak)
    }

    pub fn parse(line: &str) -> Result<Self> {
        let mut words = line.split_whitespace();
        let mut word = || words.next().context("four figures");
        Ok(Self {
            seconds: word()?.parse()?,
            bytes: word()?.parse()?,
            idle: word()?.parse()?,
            peak: word()?.parse()?,
        })
    }
}

/// Memory in use, in bytes, and the most there has been since [`forget_peak`].
pub fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    (kilobytes("VmRSS:") << 10, kilobytes("VmHWM:") << 10)
}

/// Starts a new peak. Not everybody may; the peak is then that of the whole process, which is more, never less.
pub fn forget_peak() {
    let _not_allowed = std::fs::write("/proc/self/clear_refs", "5");
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
