//! Starts the booth's window.

// No console window behind ours on Windows; in debug it shows the log.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use clap::Parser as _;

fn main() -> anyhow::Result<()> {
    proofbooth_app::prepare_process();
    proofbooth_app::run(&proofbooth_app::Options::parse())
}
