//! `cargo xtask fuzz`: a decoder of foreign bytes, or the sandbox's whole API, fed at random for a while.

use anyhow::{Context as _, bail};

use crate::command::Call;
use crate::machine::{self, Need};
use crate::outside;

/// What `fuzz` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to feed.
    #[arg(value_enum)]
    target: Target,
    /// How long, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// The decoders, by the file in `fuzz/fuzz_targets`, and the one that is no decoder.
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
    /// What a server holds about a person.
    Held,
    /// What a server, or anybody, tells by itself.
    Webhook,
    /// A document, drawn and its signatures read.
    Paper,
    /// A case's record on the disk.
    Record,
    /// An encrypted object on the disk.
    Blob,
    /// The manifest of a sealed case.
    Manifest,
    /// A sealed bundle.
    Bundle,
    /// The lines of an audit log.
    Audit,
    /// The text of an MRZ, and several frames' readings of it.
    Mrz,
    /// Every call of the sandbox, by schemathesis over HTTP.
    Api,
}

/// Runs one target, a decoder with the nightly compiler.
pub fn fuzz(options: &Options) -> anyhow::Result<()> {
    let Some(decoder) = decoder(options.target) else {
        machine::set_up(&[Need::Crates, Need::Python, Need::Ffmpeg])?;
        return match outside::api(options.seconds)? {
            None => Ok(()),
            Some(why) => bail!("{why}"),
        };
    };
    machine::set_up(&[Need::Crates])?;
    fuzz_call(decoder, options.seconds)
        .run()
        .context("fuzzing needs a nightly toolchain and `cargo install cargo-fuzz`")
}

/// The name of a target that `cargo fuzz` knows.
fn decoder(target: Target) -> Option<&'static str> {
    match target {
        Target::Jpeg => Some("jpeg"),
        Target::Picture => Some("picture"),
        Target::Clip => Some("clip"),
        Target::Answer => Some("answer"),
        Target::Held => Some("held"),
        Target::Webhook => Some("webhook"),
        Target::Paper => Some("paper"),
        Target::Record => Some("record"),
        Target::Blob => Some("blob"),
        Target::Manifest => Some("manifest"),
        Target::Bundle => Some("bundle"),
        Target::Audit => Some("audit"),
        Target::Mrz => Some("mrz"),
        Target::Api => None,
    }
}

fn fuzz_call(name: &str, seconds: u32) -> Call {
    let time = format!("-max_total_time={seconds}");
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
    fn every_decoder_has_its_target() {
        use clap::ValueEnum as _;
        let decoders = Target::value_variants()
            .iter()
            .filter_map(|target| decoder(*target));
        let mut named: Vec<String> = decoders.map(|name| format!("{name}.rs")).collect();
        named.sort();
        let mut there: Vec<String> = std::fs::read_dir(crate::root().join("fuzz/fuzz_targets"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        assert_eq!(
            named, there,
            "a decoder that is not in the list would never be fed"
        );
    }

    #[test]
    fn a_run_ends_by_itself() {
        let call = fuzz_call("clip", 30);
        assert_eq!(
            call.to_string(),
            "cargo +nightly fuzz run clip -- -rss_limit_mb=4096 -max_total_time=30"
        );
    }
}
