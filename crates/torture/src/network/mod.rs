//! `cargo xtask torture network`: submitted cases on their way through a network that goes down, breaks in the middle of
//! an upload, is slow, and through a program that is started again meanwhile.
//!
//! The delivery queue brings them out; a person only looks for a request whose answer was lost, and presses the button
//! for what a person has to cure. What must hold: each case is delivered once, none is lost, none is there twice, and
//! nothing the server has not acknowledged is ever removed here.

mod booth;
mod line;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use oneshot_sandbox::Sandbox;
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use self::booth::{Happened, Submitting};
use self::line::Line;
use crate::chance::Chance;
use crate::material::Material;

/// Cases that wait in one booth at once.
const CASES: u32 = 3;

/// What is submitted.
pub struct Submissions {
    pub runs: u32,
    pub seed: u64,
    pub at_a_time: u32,
    /// Only the booth with this number.
    pub only: Option<u32>,
}

/// What came of it.
#[derive(Default)]
pub struct Report {
    happened: Happened,
    booths: u32,
    submitted: u32,
    pub violations: Vec<String>,
}

impl Submissions {
    pub fn run(&self) -> Result<Report> {
        let folder = tempfile::tempdir()?;
        let server = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let sandbox = server.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
        let material = Material::capture(&folder.path().join("material"), &sandbox, CASES)?;
        server.block_on(sandbox.stop());
        let booths = self.runs.div_ceil(CASES);
        println!("{} submissions in {booths} booths, seed {}", self.runs, self.seed);
        let report = Mutex::new(Report::default());
        let next = AtomicU32::new(0);
        let work = || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= booths {
                    return Ok(());
                }
                if self.only.is_some_and(|only| only != number) {
                    continue;
                }
                let cases = CASES.min(self.runs - number * CASES) as usize;
                let place = folder.path().join(number.to_string());
                let (happened, ended) = self.one(number, &server, &material, cases, &place)?;
                report.lock().add(number, cases, &happened, &ended);
                let _gone_with_the_rest = std::fs::remove_dir_all(&place);
            }
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
        Ok(report.into_inner())
    }

    fn one(
        &self,
        number: u32,
        server: &Runtime,
        material: &Material,
        cases: usize,
        place: &Path,
    ) -> Result<(Happened, Result<()>)> {
        let sandbox = server.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
        let line = Line::to(sandbox.address(), server.handle())?;
        material.copy_to(place)?;
        let dialect = if number.is_multiple_of(2) {
            "current"
        } else {
            "legacy"
        };
        let cases = &material.cases[..cases];
        let chance = Chance::of(self.seed, number);
        let outcome = Submitting::new(place, &sandbox, line, cases, dialect, chance)?.walk();
        server.block_on(sandbox.stop());
        Ok(outcome)
    }
}

impl Report {
    fn add(&mut self, number: u32, cases: usize, happened: &Happened, ended: &Result<()>) {
        self.booths += 1;
        self.submitted += u32::try_from(cases).expect("a few");
        let all = &mut self.happened;
        all.offline += happened.offline;
        all.broken += happened.broken;
        all.restarts += happened.restarts;
        all.faults += happened.faults;
        all.asked += happened.asked;
        all.delivered += happened.delivered;
        all.purged += happened.purged;
        if let Err(error) = ended {
            self.violations.push(format!("booth {number}: {error:#}"));
        }
    }

    /// The figures, as a person reads them.
    pub fn table(&self) -> String {
        let Happened {
            offline,
            broken,
            restarts,
            faults,
            asked,
            delivered,
            purged,
        } = &self.happened;
        let mut text = format!(
            "submissions                {}\ndelivered, each once       {delivered}\nremoved here afterwards    {purged}\n\
             times offline              {offline}\nconnections broken         {broken}\nserver faults              {faults}\n\
             restarts of the program    {restarts}\na person was needed        {asked}\nviolations                 {}\n",
            self.submitted,
            self.violations.len()
        );
        for violation in &self.violations {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {violation}");
        }
        text
    }
}
