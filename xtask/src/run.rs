//! `cargo xtask run`: from a fresh clone to the booth in practice mode.

use std::path::PathBuf;

use anyhow::bail;

use crate::command::{Call, target_folder};
use crate::machine::{self, Need};
use crate::pages;
use crate::progress::{Steps, spoken};

/// What `run` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Walk one whole case on the command line instead of opening the window. By itself where no display is.
    #[arg(long)]
    headless: bool,
    /// Build optimised: slower to build, faster to run.
    #[arg(long)]
    release: bool,
    /// Passed on to the booth.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds what is needed and runs it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let display = has_display();
    if !options.headless && !display {
        println!("No display here: practising on the command line.");
    }
    if options.headless || !display {
        practise_headless(options)
    } else {
        open_window(options)
    }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn open_window(options: &Options) -> anyhow::Result<()> {
    let mut steps = Steps::new(4);
    steps.step("Looking at what is installed", || {
        machine::set_up(&[Need::Crates, Need::Window, Need::Node, Need::Engine])
    })?;
    steps.step("Building the pages", pages::build)?;
    steps.step("Building the booth (the first time takes some minutes)", || {
        build("proofbooth-app", options).run()
    })?;
    steps.say(&format!(
        "Opening the booth in practice mode, after {}",
        spoken(steps.elapsed())
    ));
    start(Call::new(&built("proofbooth-app", options), ["--practice"]).with(options.arguments.clone()))
}

fn practise_headless(options: &Options) -> anyhow::Result<()> {
    let mut steps = Steps::new(3);
    steps.step("Looking at what is installed", || {
        machine::set_up(&[Need::Crates, Need::Engine])
    })?;
    steps.step(
        "Building the command line (the first time takes some minutes)",
        || build("proofbooth-cli", options).run(),
    )?;
    steps.say(&format!(
        "Walking one practice case, after {}",
        spoken(steps.elapsed())
    ));
    start(Call::new(&built("proofbooth", options), ["practice"]).with(options.arguments.clone()))
}

fn build(package: &str, options: &Options) -> Call {
    let call = Call::cargo("build --package").with([package]);
    if options.release {
        call.with(["--release"])
    } else {
        call
    }
}

fn built(program: &str, options: &Options) -> String {
    let profile = if options.release { "release" } else { "debug" };
    let path: PathBuf = target_folder()
        .join(profile)
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    path.to_string_lossy().into_owned()
}

/// Runs the booth. What went wrong in it, it has said itself.
fn start(booth: Call) -> anyhow::Result<()> {
    let status = booth.status()?;
    if !status.success() {
        bail!("the booth ended with {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(release: bool) -> Options {
        Options {
            headless: false,
            release,
            arguments: Vec::new(),
        }
    }

    #[test]
    fn the_program_started_is_the_one_that_was_built() {
        assert_eq!(
            build("proofbooth-cli", &options(false)).to_string(),
            "cargo build --package proofbooth-cli"
        );
        assert!(built("proofbooth", &options(false)).contains("debug"));
        assert_eq!(
            build("proofbooth-app", &options(true)).to_string(),
            "cargo build --package proofbooth-app --release"
        );
        assert!(built("proofbooth-app", &options(true)).contains("release"));
    }
}
