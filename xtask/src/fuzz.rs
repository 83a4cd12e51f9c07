//! `cargo xtask fuzz`: a decoder of foreign bytes, fed at random for a while.

use anyhow::Context as _;

use crate::command::Call;
use crate::machine::{self, Need};

/// What `fuzz` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Which decoder.
    #[arg(value_enum)]
    target: Target,
    /// How long, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// The decoders, by the file in `fuzz/fuzz_targets`.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    /// What a camera delivers.
    Jpeg,
    /// A picture file somebody picked.
    Picture,
    /// A video file.
    Clip,
    /// What a server or a proxy answers.
    Answer,
    /// A case's record on the disk.
    Record,
}

/// Runs one target with the nightly compiler.
pub fn fuzz(options: &Options) -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates])?;
    fuzz_call(options)
        .run()
        .context("fuzzing needs a nightly toolchain and `cargo install cargo-fuzz`")
}

fn fuzz_call(options: &Options) -> Call {
    let name = match options.target {
        Target::Jpeg => "jpeg",
        Target::Picture => "picture",
        Target::Clip => "clip",
        Target::Answer => "answer",
        Target::Record => "record",
    };
    let time = format!("-max_total_time={}", options.seconds);
    // The sanitizer sees through the C libraries too; a decoder may want a little more than the default memory.
    Call::new(
        "cargo",
        ["+nightly", "fuzz", "run", name, "--", "-rss_limit_mb=4096", &time],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_by_itself() {
        let call = fuzz_call(&Options {
            target: Target::Clip,
            seconds: 30,
        });
        assert_eq!(
            call.to_string(),
            "cargo +nightly fuzz run clip -- -rss_limit_mb=4096 -max_total_time=30"
        );
    }
}
