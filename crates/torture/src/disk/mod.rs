//! `cargo xtask torture disk`: a case walked over a disk that is full or broken, at every write there is.
//!
//! First a case is walked over a disk that works, and counts. Then, for each operation and each way to fail, a case of
//! its own is walked over a disk that fails there. What must hold: the person is told what is wrong (no other problem,
//! and no panic), what was accepted stays as it was, through restarts too, and once the disk is well the case ends with
//! one request that has everything.
//!
//! Then the same on a small file system that is really full ([`real`]).

mod faults;
mod real;
mod walk;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use oneshot_sandbox::Sandbox;
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use self::faults::{Kind, Plan};
pub use self::real::{Options as OnRealDisk, walk as walk_on_real_disk};
pub use self::walk::seen_at;
use self::walk::{Walk, Walked};
use crate::chance::Chance;

/// Panics of any thread.
static PANICS: AtomicU32 = AtomicU32::new(0);

/// What is walked.
pub struct Disks {
    /// How many of the places are tried, drawn by chance; all of them without it.
    pub runs: Option<u32>,
    pub seed: u64,
    pub at_a_time: u32,
    /// Only the place with this number.
    pub only: Option<u32>,
}

/// What came of it.
#[derive(Default)]
pub struct Report {
    operations: BTreeMap<String, u32>,
    cases: u32,
    hit: u32,
    restarts: u32,
    /// Cases in which the person was told, by the first code.
    told: BTreeMap<String, u32>,
    /// How they went on where nobody was told: nothing that counts had failed.
    untold: BTreeMap<String, u32>,
    real: Option<real::Outcome>,
    pub violations: Vec<String>,
}

impl Disks {
    pub fn run(&self) -> Result<Report> {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            default(info);
        }));
        let folder = tempfile::tempdir()?;
        let server = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (counted, ended) = one(
            &server,
            &folder.path().join("counted"),
            None,
            Chance::of(self.seed, 0),
        )?;
        ended.context("on a disk that works")?;
        let plans = self.plans(counted.operations);
        println!(
            "{} operations of the disk in one case, {} cases, seed {}",
            counted.operations,
            plans.len(),
            self.seed
        );
        let report = Mutex::new(Report {
            operations: counted.by_kind,
            ..Report::default()
        });
        let next = AtomicUsize::new(0);
        let work = || -> Result<()> {
            while let Some(&(number, plan)) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                let place = folder.path().join(number.to_string());
                let chance = Chance::of(self.seed, number);
                let (walked, ended) = one(&server, &place, Some(plan), chance)?;
                report.lock().add(number, plan, &walked, &ended);
                let _gone_with_the_rest = std::fs::remove_dir_all(&place);
            }
            Ok(())
        };
        std::thread::scope(|scope| -> Result<()> {
            let workers = (0..self.at_a_time).map(|number| {
                std::thread::Builder::new()
                    .name(format!("torture-{number}"))
                    .spawn_scoped(scope, work)
            });
            let workers: Vec<_> = workers.collect::<Result<_, _>>()?;
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a worker panicked"))?)
        })?;
        let mut report = report.into_inner();
        if self.only.is_none() {
            let real = real::run(self.seed, self.runs)?;
            report.violations.extend(real.violations.iter().cloned());
            report.real = Some(real);
        }
        match PANICS.load(Ordering::SeqCst) {
            0 => {}
            panics => report.violations.push(format!("{panics} panics")),
        }
        Ok(report)
    }

    /// Every operation failing in every way, or so many of them.
    fn plans(&self, operations: u32) -> Vec<(u32, Plan)> {
        let every = (0..operations).flat_map(|at| Kind::ALL.map(|kind| Plan { at, kind }));
        let mut plans: Vec<(u32, Plan)> = (0..).zip(every).collect();
        if let Some(only) = self.only {
            plans.retain(|(number, _)| *number == only);
        }
        let mut chance = Chance::of(self.seed, u32::MAX);
        let wanted = self.runs.map_or(plans.len(), |runs| runs as usize);
        while plans.len() > wanted {
            let out = usize::try_from(chance.below(plans.len() as u64)).expect("an index");
            plans.swap_remove(out);
        }
        plans
    }
}

/// One case, with a server of its own.
fn one(server: &Runtime, place: &Path, plan: Option<Plan>, chance: Chance) -> Result<(Walked, Result<()>)> {
    let sandbox = server.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
    let outcome = Walk::new(place, &sandbox, plan, chance)?.walk();
    server.block_on(sandbox.stop());
    Ok(outcome)
}

impl Report {
    fn add(&mut self, number: u32, plan: Plan, walked: &Walked, ended: &Result<()>) {
        self.cases += 1;
        self.restarts += walked.restarts;
        if let Some(hit) = &walked.hit {
            self.hit += 1;
            match walked.told.first() {
                Some(code) => *self.told.entry(code.as_str().to_owned()).or_default() += 1,
                None => {
                    let what = format!("{hit}, {}", plan.kind.name());
                    *self.untold.entry(what).or_default() += 1;
                }
            }
        }
        if let Err(error) = ended {
            let hit = walked.hit.as_deref().unwrap_or("nothing");
            self.violations.push(format!(
                "place {number}: operation {} ({hit}), {}: {error:#}; told {:?}",
                plan.at,
                plan.kind.name(),
                walked.told
            ));
        }
    }

    /// The figures, as a person reads them.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "operations                 {:?}", self.operations);
        let _ = writeln!(text, "cases                      {}", self.cases);
        let _ = writeln!(text, "met a failure              {}", self.hit);
        let _ = writeln!(text, "told first                 {:?}", self.told);
        let _ = writeln!(text, "went on by itself          {:?}", self.untold);
        let _ = writeln!(text, "starts of the program more {}", self.restarts);
        if let Some(real) = &self.real {
            let _ = writeln!(text, "really full                {}", real.line());
        }
        let _ = writeln!(text, "violations                 {}", self.violations.len());
        for violation in &self.violations {
            let _ = writeln!(text, "  {violation}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_tried_unless_fewer_are_asked_for() {
        let disks = |runs, only| Disks {
            runs,
            seed: 3,
            at_a_time: 1,
            only,
        };
        assert_eq!(disks(None, None).plans(10).len(), 30);
        assert_eq!(disks(Some(7), None).plans(10).len(), 7);
        assert_eq!(disks(Some(70), None).plans(10).len(), 30);
        let only = disks(None, Some(4)).plans(10);
        assert_eq!(
            only,
            [(
                4,
                Plan {
                    at: 1,
                    kind: Kind::Broken
                }
            )]
        );
    }
}
