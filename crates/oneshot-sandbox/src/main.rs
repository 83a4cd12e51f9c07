//! The sandbox as a program: prints where it listens, and serves until it is interrupted.
#![expect(
    clippy::print_stdout,
    reason = "the addresses printed are what the program is for"
)]

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use oneshot_sandbox::{Options, Sandbox};

/// A One-Shot server for practice: answers like the real one, keeps what it is sent in memory, shows it on a page.
///
/// Prints four lines: the base URL for a client of the current dialect, the page's address, the base URL of the legacy
/// dialect, and an officer's token. Ctrl-C stops it and forgets everything.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(&arguments.options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "oneshot-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: &Options) -> io::Result<()> {
    let settings = options
        .settings()
        .map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
    let sandbox = Sandbox::start(settings).await?;
    for (operation, fault) in options.faults() {
        sandbox.fail_next(*operation, *fault);
    }
    println!("{}", sandbox.base_url());
    println!("{}", sandbox.page_url());
    println!("{}", sandbox.legacy_base_url());
    println!("{}", sandbox.token());
    io::stdout().flush()?;
    interrupted().await?;
    sandbox.stop().await;
    Ok(())
}

/// Ctrl-C, or being asked to end by the system.
#[cfg(unix)]
async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn interrupted() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
