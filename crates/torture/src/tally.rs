//! What happened, counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use station::Code;

use crate::trouble::Action;

/// What happened in one case.
#[derive(Default)]
pub struct Report {
    pub killed: u32,
    pub resumed: u32,
    /// How often each problem was told, by what was being done.
    problems: BTreeMap<(Action, &'static str), u32>,
    /// How often, and for how long in all.
    actions: BTreeMap<Action, (u32, Duration)>,
    last: &'static str,
    /// What was done and how it ended, in order.
    trail: Vec<(Action, &'static str)>,
    /// Problems that state no reason.
    pub unstated: Vec<String>,
}

impl Report {
    pub fn did(&mut self, action: Action, took: Duration) {
        let (times, all) = self.actions.entry(action).or_default();
        *times += 1;
        *all += took;
        self.last = "done";
        self.trail.push((action, "done"));
    }

    pub fn was_killed(&mut self) {
        self.killed += 1;
        self.ended("killed");
    }

    fn ended(&mut self, how: &'static str) {
        self.last = how;
        if let Some(newest) = self.trail.last_mut() {
            newest.1 = how;
        }
    }

    /// A problem was told, with its cause.
    pub fn told(&mut self, action: Action, code: Code, why: Option<&str>) {
        *self.problems.entry((action, code.as_str())).or_default() += 1;
        self.ended(code.as_str());
        if code == Code::Internal {
            let why = why.unwrap_or_default();
            self.unstated.push(format!("{}: internal, {why}", action.name()));
        }
    }

    /// The code of the problem the last action ended with.
    pub const fn last(&self) -> &'static str {
        self.last
    }

    /// What was done last, and how it ended.
    pub fn trail(&self) -> String {
        let newest = self.trail.iter().skip(self.trail.len().saturating_sub(25));
        let steps: Vec<String> = newest
            .map(|(action, how)| format!("{} {how}", action.name()))
            .collect();
        steps.join(", ")
    }
}

/// What happened in all of them.
#[derive(Default)]
pub struct Tally {
    pub signed: u32,
    pub refused: u32,
    /// Cases that did not come to an end.
    pub stuck: u32,
    pub violations: Vec<String>,
    killed: u32,
    resumed: u32,
    faults: BTreeMap<&'static str, BTreeMap<String, u32>>,
    problems: BTreeMap<&'static str, BTreeMap<&'static str, u32>>,
    actions: BTreeMap<Action, (u32, Duration)>,
}

impl Tally {
    /// Adds one case.
    pub fn add(&mut self, report: &Report) {
        self.killed += report.killed;
        self.resumed += report.resumed;
        for ((action, code), times) in &report.problems {
            *self
                .problems
                .entry(code)
                .or_default()
                .entry(action.name())
                .or_default() += times;
        }
        for (action, (times, took)) in &report.actions {
            let (all_times, all_took) = self.actions.entry(*action).or_default();
            *all_times += times;
            *all_took += *took;
        }
    }

    /// A fault a call met, `drop_after` or `delay:120`.
    pub fn met(&mut self, operation: &'static str, fault: &str) {
        let kind = fault.split(':').next().unwrap_or_default().to_owned();
        *self.faults.entry(operation).or_default().entry(kind).or_default() += 1;
    }

    /// Everything but the times.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut part = |name: &str, rows: Vec<(String, u32)>| {
            let all: u32 = rows.iter().map(|(_, times)| times).sum();
            let _ = writeln!(text, "\n{name:<18}{all:>6}");
            for (row, times) in rows {
                let _ = writeln!(text, "  {row:<50}{times:>6}");
            }
        };
        let rows = |by: &BTreeMap<&'static str, BTreeMap<String, u32>>| {
            by.iter()
                .map(|(name, of)| (format!("{name}: {}", listed(of)), of.values().sum()))
                .collect()
        };
        part("faults met", rows(&self.faults));
        let problems = self.problems.iter();
        part(
            "problems told",
            problems
                .map(|(code, of)| (format!("{code}: {}", listed(of)), of.values().sum()))
                .collect(),
        );
        let _ = writeln!(
            text,
            "\n{:<18}{:>6}, picked up again {}",
            "programs killed", self.killed, self.resumed
        );
        let _ = writeln!(text, "{:<18}{:>6}", "ISSUED, deleted", self.signed);
        let _ = writeln!(text, "{:<18}{:>6}", "refused", self.refused);
        let _ = writeln!(text, "{:<18}{:>6}", "not ended", self.stuck);
        let _ = writeln!(text, "{:<18}{:>6}", "violations", self.violations.len());
        for violation in self.violations.iter().take(40) {
            let _ = writeln!(text, "  {violation}");
        }
        text
    }

    /// How long each action took on average, to see where time goes.
    pub fn times(&self) -> String {
        let mut text = String::from("\ntime for each action, on average\n");
        for (action, (times, took)) in &self.actions {
            let _ = writeln!(
                text,
                "  {:<10}{times:>8} times{:>10.0} ms",
                action.name(),
                took.as_secs_f64() * 1e3 / f64::from(*times)
            );
        }
        text
    }
}

fn listed<K: AsRef<str>>(of: &BTreeMap<K, u32>) -> String {
    let parts: Vec<String> = of
        .iter()
        .map(|(name, times)| format!("{} {times}", name.as_ref()))
        .collect();
    parts.join(", ")
}
