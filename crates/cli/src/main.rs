//! `proofbooth`: the booth without a window.
//!
//! Exit codes: 0 done; 1 failed, and the message says what to change; 2 the command line is wrong; 3 not now: trying
//! again later can help; 4 somebody has to find out first, because a repeat could duplicate.

#![expect(clippy::print_stderr, reason = "what it prints is what it is for")]

mod arguments;
mod cameras;
mod capture;
mod delivery;
mod output;
mod practice;
mod sandbox;
mod status;
mod words;

use std::process::ExitCode;

use clap::Parser;
use station::{Booth, Problem, StartUp, TryAgain};

use crate::arguments::{Arguments, Command};
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PROOFBOOTH_LOG").unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let output = Output::new(arguments.json, arguments.lang.as_deref());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(arguments, &output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output.problem(&problem);
            exit_code(&problem)
        }
    }
}

async fn run(arguments: Arguments, output: &Output) -> Result<(), Problem> {
    let start_up = StartUp {
        settings: arguments.settings,
        practice: arguments.practice,
        data_dir: arguments.data_dir,
    };
    match arguments.command {
        Command::Sandbox(options) => sandbox::run(&options, output).await,
        Command::Practice(options) => practice::run(start_up, &options, output).await,
        Command::Cameras => cameras::run(&Booth::open(start_up.read()?).await?, output).await,
        Command::Capture(options) => {
            let mut settings = start_up.read()?;
            options.cameras_into(&mut settings);
            capture::run(&Booth::open(settings).await?, &options, output).await
        }
        Command::Submit(options) => {
            let booth = Booth::open(start_up.read()?).await?;
            delivery::submit(&booth, &options.case, output).await
        }
        Command::Status(options) => {
            let booth = Booth::open(start_up.read()?).await?;
            status::run(&booth, options.case.as_deref(), output).await
        }
    }
}

fn exit_code(problem: &Problem) -> ExitCode {
    ExitCode::from(match problem.try_again {
        TryAgain::Now | TryAgain::AfterChange => 1,
        TryAgain::Later => 3,
        TryAgain::FindOutFirst => 4,
    })
}
