//! What a developer or CI asks of the repository: `cargo xtask run`, `cargo xtask test` and the rest.
//!
//! Each subcommand first makes sure that what it needs is installed ([`machine`]), then goes through its steps,
//! saying each one before it starts ([`progress`]). The commands themselves are run as they would be by hand
//! ([`command`]), so that anything seen here can be repeated without xtask.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what this program prints is its product"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod cameras;
mod command;
mod engine;
mod fuzz;
mod machine;
mod material;
mod measuring;
mod outside;
mod pages;
mod progress;
mod python;
mod run;
mod sandbox;
mod test;
mod torture;

/// The repository's tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Open the booth in practice mode: nothing leaves this machine. Installs and builds what is missing.
    Run(run::Options),
    /// Run every test of the repository, the window tests included. This is what CI runs.
    Test(test::Options),
    /// Install what building, running and testing need, and say how by hand where that is not possible.
    Setup,
    /// Measure a part of the program, printed beside another program doing the same work.
    Bench(bench::Options),
    /// Run the camera code against real kernel drivers, in virtual machines.
    TestCamera,
    /// Have Chromium play a recording of ours.
    Browser,
    /// Take whole cases through the sandbox with faults at random calls.
    Torture(torture::Options),
    /// Feed a decoder of foreign bytes, or the sandbox's API, at random for a while.
    Fuzz(fuzz::Options),
    /// Draw the practice material (cards, face, clips) anew.
    Material,
}

/// The exit code when something has to be installed by hand first.
const NEEDS_A_HAND: u8 = 2;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::test(&options),
        Task::Setup => {
            machine::set_up(&machine::Need::ALL).map(|()| println!("Everything needed is installed."))
        }
        Task::Bench(options) => bench::bench(&options),
        Task::TestCamera => cameras::alone(),
        Task::Browser => bench::browser(),
        Task::Torture(options) => torture::torture(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Material => material::draw(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<machine::ByHand>() => {
            eprintln!("\n{error}");
            ExitCode::from(NEEDS_A_HAND)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository, wherever xtask was called from.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask/ lies in the repository")
        .to_owned()
}
