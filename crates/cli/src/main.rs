//! `proofbooth`: the booth without a window.
//!
//! Exit codes: 0 done; 1 failed, and the message says what to change; 2 the command line is wrong; 3 not now: trying
//! again later can help; 4 somebody has to find out first, because a repeat could duplicate.

#![expect(clippy::print_stderr, reason = "what it prints is what it is for")]

mod after;
mod arguments;
mod assurance;
mod audit;
mod cameras;
mod capture;
mod carry;
mod credentials;
mod delivery;
mod doctor;
mod faces;
mod microphones;
mod output;
mod practice;
mod queue;
mod read;
mod sandbox;
mod settings;
mod status;
mod unlock;
mod verify;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use station::{Booth, Problem, Settings, StartUp, TryAgain};

use crate::after::{review, signing, webhook};
use crate::arguments::{Arguments, BoothCommand, Command};
use crate::output::Output;

fn main() -> ExitCode {
    station::leave_no_crash_dumps();
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PROOFBOOTH_LOG").unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let output = Arc::new(Output::new(arguments.json, arguments.lang.as_deref()));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(arguments, Arc::clone(&output))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output.problem(&problem);
            exit_code(&problem)
        }
    }
}

async fn run(arguments: Arguments, output: Arc<Output>) -> Result<(), Problem> {
    let start_up = StartUp {
        settings: arguments.settings,
        practice: arguments.practice,
        data_dir: arguments.data_dir,
    };
    match arguments.command {
        Command::Sandbox(options) => sandbox::run(&options, &output).await,
        Command::Practice(options) => practice::run(start_up, &options, &output).await,
        Command::Capture(options) => {
            let mut settings = alone(start_up)?;
            options.cameras_into(&mut settings);
            capture::run(&unlock::booth(settings, &output).await?, &options, &output).await
        }
        Command::Deliver(options) => {
            let mut settings = alone(start_up)?;
            settings.delivery.queue = options.stay;
            queue::deliver(&unlock::booth(settings, &output).await?, options.stay, &output).await
        }
        Command::WebhookListen(options) => {
            let settings = alone(start_up)?;
            let booth = unlock::booth(settings.clone(), &output).await?;
            webhook::run(&booth, &settings, &options, output).await
        }
        Command::Read(options) => read::files(&alone(start_up)?, &options, &output),
        Command::FaceMatch(options) => faces::compare(&alone(start_up)?, &options, &output),
        Command::FaceQuality(options) => faces::quality(&alone(start_up)?, &options, &output),
        Command::Liveness(options) => faces::liveness(&alone(start_up)?, &options, &output),
        Command::Mrz => read::mrz(&output),
        Command::Verify(options) => verify::run(&options, &output),
        Command::Credentials(options) => credentials::run(&alone(start_up)?, &options.action, &output).await,
        Command::Audit(options) => audit::run(&alone(start_up)?, &options, &output).await,
        Command::Settings(options) => settings::run(start_up, &options.action, &output),
        Command::Doctor(options) => doctor::run(start_up, &options, &output).await,
        Command::Booth(command) => {
            let booth = unlock::booth(alone(start_up)?, &output).await?;
            with_booth(command, &booth, &output).await
        }
    }
}

/// The settings of a command that does what it says: what else waits is not sent beside it.
pub fn alone(start_up: StartUp) -> Result<Settings, Problem> {
    let mut settings = start_up.read()?;
    settings.delivery.queue = false;
    Ok(settings)
}

async fn with_booth(command: BoothCommand, booth: &Booth, output: &Output) -> Result<(), Problem> {
    match command {
        BoothCommand::Cameras => cameras::run(booth, output).await,
        BoothCommand::Microphones => microphones::run(booth, output).await,
        BoothCommand::Submit(options) => delivery::submit(booth, &options.case, output).await,
        BoothCommand::Queue => queue::list(booth, output).await,
        BoothCommand::Purge(options) => queue::purge(booth, options.case.as_deref(), output).await,
        BoothCommand::Export(options) => carry::export(booth, &options, output).await,
        BoothCommand::Import(options) => carry::import(booth, &options, output).await,
        BoothCommand::TakeBack(options) => carry::take_back(booth, &options, output).await,
        BoothCommand::DeviceKey => carry::device_key(booth, output).await,
        BoothCommand::Identity => carry::recipient(booth, output).await,
        BoothCommand::Status(options) => status::run(booth, options.case.as_deref(), output).await,
        BoothCommand::Assurance(options) => assurance::run(booth, &options.case, output).await,
        BoothCommand::Review(options) => review::run(booth, &options, output).await,
        BoothCommand::Documents(options) => signing::documents(booth, &options, output).await,
        BoothCommand::Contract(options) => signing::contract(booth, &options, output).await,
        BoothCommand::Code(options) => signing::code(booth, &options, output).await,
        BoothCommand::Sign(options) => signing::sign(booth, &options, output).await,
        BoothCommand::Fetch(options) => signing::fetch(booth, &options, output).await,
        BoothCommand::Delete(options) => signing::delete(booth, &options.case, output).await,
    }
}

fn exit_code(problem: &Problem) -> ExitCode {
    ExitCode::from(match problem.try_again {
        TryAgain::Now | TryAgain::AfterChange => 1,
        TryAgain::Later => 3,
        TryAgain::FindOutFirst => 4,
    })
}
