//! `cargo xtask torture flow`: whole cases from the captured evidence to the signed documents, through the booth both
//! doors use and the sandbox, with faults at random calls and the program killed at random moments.
//!
//! Each run is a booth with a folder of its own and a copy of the same captured case; a person who never gives up takes
//! it to its end ([`person`]). What goes wrong is drawn by chance ([`trouble`]). Afterwards the server says what really
//! happened ([`verdict`]): one request, one acceptance of the evidence and of the video, one decision, one signature, no
//! more codes and documents than the person asked for, and nothing left. Anything else is a violation, and the exit
//! code is 1.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what the program is for"
)]

mod chance;
mod disk;
mod kill;
mod life;
mod material;
mod network;
mod person;
mod residue;
mod tally;
mod tamper;
mod trouble;
mod verdict;
mod visitor;

use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use oneshot_sandbox::Sandbox;
use parking_lot::Mutex;

use chance::Chance;
use material::Material;
use person::Person;
use tally::Tally;

/// Tortures the booth.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Whole cases with faults at random calls.
    Flow {
        /// How many cases
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
        /// Only the case with this number
        #[arg(long)]
        only: Option<u32>,
        /// How many cases at a time: most of the time of each is spent waiting
        #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..))]
        at_a_time: u32,
        /// How long after it was killed the program is started again, in milliseconds: the server is done by then with
        /// what it had been sent to the end
        #[arg(long, default_value_t = 250)]
        pause_ms: u64,
    },
    /// The program killed while it captures and sends, and started again.
    Kill {
        /// How many kills
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
    },
    /// A disk that is full or broken, at every write of a case.
    Disk {
        /// How many cases, drawn by chance; by default one for every operation and every way to fail
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        runs: Option<u32>,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
        /// Only the place with this number
        #[arg(long)]
        only: Option<u32>,
        /// How many cases at a time
        #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..))]
        at_a_time: u32,
    },
    /// Submitted cases on their way through a network that fails.
    Network {
        /// How many submissions
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
        /// Only the booth with this number
        #[arg(long)]
        only: Option<u32>,
        /// How many booths at a time: most of the time of each is spent waiting
        #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
        at_a_time: u32,
    },
    /// Nothing of a case lies on the disk in the clear.
    Residue {
        /// How many cases
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
    },
    /// A bit flipped anywhere in vault, key, audit log and bundle.
    Tamper {
        /// How many flips
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Where chance begins; printed, so that a run can be had again
        #[arg(long)]
        seed: Option<u64>,
    },
    /// What `residue` looks through.
    #[command(hide = true)]
    ResidueWalk(residue::Walker),
    /// What `kill` kills.
    #[command(hide = true)]
    Scripted(kill::Scripted),
    /// A case on a file system that `disk` fills up.
    #[command(hide = true)]
    OnRealDisk(disk::OnRealDisk),
}

/// What is tortured, and how.
struct Flow {
    runs: Range<u32>,
    seed: u64,
    at_a_time: u32,
    pause: Duration,
}

fn main() -> ExitCode {
    let began = Instant::now();
    let holds = match Arguments::parse().what {
        What::Flow {
            runs,
            seed,
            only,
            at_a_time,
            pause_ms,
        } => {
            let flow = Flow {
                runs: only.map_or(0..runs, |only| only..only + 1),
                seed: some(seed),
                at_a_time,
                pause: Duration::from_millis(pause_ms),
            };
            flow.run().map(|tally| tally.violations.is_empty())
        }
        What::Kill { runs, seed } => {
            let kills = kill::Kills {
                runs,
                seed: some(seed),
            };
            println!("{runs} kills, seed {}", kills.seed);
            kills
                .run()
                .map(|report| told(&report.table(), began, &report.violations))
        }
        What::Disk {
            runs,
            seed,
            only,
            at_a_time,
        } => {
            let disks = disk::Disks {
                runs,
                seed: some(seed),
                at_a_time,
                only,
            };
            disks
                .run()
                .map(|report| told(&report.table(), began, &report.violations))
        }
        What::Network {
            runs,
            seed,
            only,
            at_a_time,
        } => {
            let submissions = network::Submissions {
                runs,
                seed: some(seed),
                at_a_time,
                only,
            };
            submissions
                .run()
                .map(|report| told(&report.table(), began, &report.violations))
        }
        What::Residue { runs, seed } => {
            let cases = residue::Cases {
                runs,
                seed: some(seed),
            };
            println!("{runs} cases, seed {}", cases.seed);
            cases
                .run()
                .map(|report| told(&report.table(), began, &report.violations))
        }
        What::Tamper { runs, seed } => {
            let flips = tamper::Flips {
                runs,
                seed: some(seed),
            };
            println!("{runs} flips, seed {}", flips.seed);
            flips
                .run()
                .map(|report| told(&report.table(), began, &report.violations))
        }
        What::ResidueWalk(options) => residue::walk(&options).map(|()| true),
        What::Scripted(options) => kill::walk(&options).map(|()| true),
        What::OnRealDisk(options) => disk::walk_on_real_disk(&options).map(|()| true),
    };
    match holds {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Says what came of it. True when it held.
fn told(table: &str, began: Instant, violations: &[String]) -> bool {
    print!("{table}");
    println!("took {:.0} s", began.elapsed().as_secs_f64());
    violations.is_empty()
}

/// The seed that is given, or one of chance.
fn some(seed: Option<u64>) -> u64 {
    seed.unwrap_or_else(|| RandomState::new().hash_one(0_u8) % 1_000_000)
}

impl Flow {
    fn run(self) -> Result<Tally> {
        let began = Instant::now();
        let folder = tempfile::tempdir()?;
        let server = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let sandbox = server.block_on(Sandbox::start(server_settings()))?;
        let material = Material::capture(&folder.path().join("material"), &sandbox, 1)?;
        server.block_on(sandbox.stop());
        println!(
            "{} cases, seed {}, {} at a time",
            self.runs.len(),
            self.seed,
            self.at_a_time
        );

        let next = AtomicU32::new(self.runs.start);
        let tally = Mutex::new(Tally::default());
        let work = || -> Result<()> {
            let sandbox = server.block_on(Sandbox::start(server_settings()))?;
            loop {
                let run = next.fetch_add(1, Ordering::Relaxed);
                if run >= self.runs.end {
                    return Ok(());
                }
                let place = folder.path().join(run.to_string());
                let met = self.one(run, &sandbox, &material, &place, &tally);
                let _gone_with_the_rest = std::fs::remove_dir_all(&place);
                met.with_context(|| format!("run {run}"))?;
            }
        };
        std::thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..self.at_a_time)
                .map(|number| {
                    let named = std::thread::Builder::new().name(format!("torture-{number}"));
                    named.spawn_scoped(scope, work)
                })
                .collect::<Result<_, _>>()?;
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a worker panicked"))?)
        })?;

        let tally = tally.into_inner();
        println!("{}{}", tally.table(), tally.times());
        println!("took {:.0} s", began.elapsed().as_secs_f64());
        Ok(tally)
    }

    /// One case. What must not be goes into the tally; an error is one of this program.
    fn one(
        &self,
        run: u32,
        sandbox: &Sandbox,
        material: &Material,
        place: &Path,
        tally: &Mutex<Tally>,
    ) -> Result<()> {
        let dialect = if run.is_multiple_of(2) {
            "current"
        } else {
            "legacy"
        };
        let calls_before = sandbox.history().last().map_or(0, |call| call.number);
        material.copy_to(place)?;
        let settings = material::settings(place, sandbox, dialect)?;
        let chance = Chance::of(self.seed, run);
        let person = Person::new(sandbox, chance, material.cases[0].clone(), settings, self.pause);
        let (report, walked, ended) = person.walk();
        sandbox.clear_faults();

        let mut wrong = report.unstated.clone();
        match &ended {
            Err(error) => wrong.push(format!("{error:#}")),
            Ok(()) => wrong.extend(verdict::violations(sandbox, &walked)),
        }
        let mut tally = tally.lock();
        for call in sandbox.history() {
            if call.number <= calls_before {
                continue;
            }
            if let (Some(operation), Some(fault)) = (call.operation, call.fault) {
                tally.met(operation.name(), &fault.to_string());
            }
        }
        match ended {
            Err(_) => tally.stuck += 1,
            Ok(()) if walked.refused => tally.refused += 1,
            Ok(()) => tally.signed += 1,
        }
        for what in wrong {
            let trail = report.trail();
            tally
                .violations
                .push(format!("run {run}, {dialect}: {what}\n    {trail}"));
        }
        tally.add(&report);
        Ok(())
    }
}

/// A server at work takes its time over approving and signing: a program can be killed meanwhile.
fn server_settings() -> oneshot_sandbox::Settings {
    oneshot_sandbox::Settings {
        approve_delay: Duration::from_millis(60),
        sign_delay: Duration::from_millis(60),
        ..oneshot_sandbox::Settings::default()
    }
}
