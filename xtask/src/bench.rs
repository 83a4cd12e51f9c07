//! The tasks that hand over to one other program: benches, the camera's virtual machine, the practice material.

use anyhow::bail;

use crate::command::Call;
use crate::machine::{self, Need};

/// What `bench` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to measure.
    #[arg(value_enum)]
    what: What,
    /// How long to measure, in seconds.
    #[arg(long)]
    seconds: Option<u32>,
}

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// The camera's newest frame on its way to the page.
    Preview,
    /// Preview and recording together.
    Record,
}

/// Measures with an optimised build: figures of a debug build say nothing.
pub fn bench(options: &Options) -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates, Need::Ffmpeg])?;
    bench_call(options).run()
}

fn bench_call(options: &Options) -> Call {
    let name = match options.what {
        What::Preview => "preview",
        What::Record => "record",
    };
    let call = Call::cargo("bench --package capture --bench").with([name]);
    match options.seconds {
        Some(seconds) => call.with(["--".to_owned(), "--seconds".to_owned(), seconds.to_string()]),
        None => call,
    }
}

/// Runs the camera code against real kernel drivers.
pub fn camera_vm() -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the virtual machine with cameras is built from a Linux kernel package: run this on Linux");
    }
    machine::set_up(&[Need::Crates])?;
    Call::new("bash", ["crates/capture/camera-vm/run.sh"]).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_bench_is_passed_on_when_it_is_given() {
        let call = |seconds| {
            bench_call(&Options {
                what: What::Record,
                seconds,
            })
            .to_string()
        };
        assert_eq!(call(None), "cargo bench --package capture --bench record");
        assert_eq!(
            call(Some(30)),
            "cargo bench --package capture --bench record -- --seconds 30"
        );
    }
}
