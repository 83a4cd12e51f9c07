//! The benches: each hands over to one other program.

use anyhow::{bail, ensure};

use crate::command::Call;
use crate::machine::{self, Need};
use crate::{measuring, sandbox};

/// What `bench` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to measure.
    #[arg(value_enum)]
    what: What,
    /// How long to measure, in seconds. For `preview`, `record` and `soak`.
    #[arg(long, conflicts_with = "rounds")]
    seconds: Option<u32>,
    /// How often to submit the case, or to keep the video. For `upload` and `store`.
    #[arg(long)]
    rounds: Option<u32>,
}

/// Seconds of a long run when nobody says otherwise.
const LONG_RUN: u32 = 1_800;

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The camera's newest frame on its way to the page.
    Preview,
    /// Preview and recording together; the recording beside ffmpeg's x264: CPU, PSNR, SSIM, VMAF and rate.
    Record,
    /// A long run of preview with a recording each minute: nothing grows, nothing is left behind.
    Soak,
    /// Submitting 6 MB of pictures and a 100 MB video, beside curl.
    Upload,
    /// Keeping a video encrypted, beside plain writing; opening a vault with 1,000 cases.
    Store,
    /// Reading documents whose truth is known, beside Tesseract and PassportEye; needs the test data.
    Read,
    /// Comparing faces and judging challenges, beside the same networks in Python; needs the test data.
    Face,
}

impl What {
    fn needs(self) -> &'static [Need] {
        match self {
            Self::Preview => &[Need::Crates, Need::Ffmpeg],
            Self::Record => &[Need::Crates, Need::Ffmpeg, Need::Python],
            Self::Upload => &[Need::Crates, Need::Curl],
            Self::Soak | Self::Store => &[Need::Crates],
            Self::Face => &[Need::Crates, Need::Engine, Need::Python, Need::Ffmpeg],
            Self::Read => &[Need::Crates, Need::Engine, Need::Python, Need::Tesseract],
        }
    }
}

/// Measures with an optimised build: figures of a debug build say nothing.
pub fn bench(options: &Options) -> anyhow::Result<()> {
    machine::set_up(options.what.needs())?;
    if matches!(options.what, What::Read | What::Face) {
        ensure!(
            options.seconds.is_none() && options.rounds.is_none(),
            "the test data are read once"
        );
        return if options.what == What::Read {
            measuring::read()
        } else {
            measuring::face()
        };
    }
    let calls = calls(options)?;
    if options.what == What::Record {
        return measuring::record(&calls);
    }
    calls.iter().try_for_each(Call::run)
}

fn calls(options: &Options) -> anyhow::Result<Vec<Call>> {
    let passed_on = |name: &str, value: Option<u32>| {
        value.map_or_else(Vec::new, |value| vec![format!("--{name}"), value.to_string()])
    };
    let capture = |name: &str| {
        let call = Call::cargo("bench --package capture --bench").with([name]);
        call.with(["--"]).with(passed_on("seconds", options.seconds))
    };
    match (options.what, options.seconds, options.rounds) {
        (What::Upload | What::Store, Some(_), _) => bail!("this is measured in --rounds"),
        (What::Preview | What::Record | What::Soak, _, Some(_)) => bail!("this is measured in --seconds"),
        (What::Preview, ..) => Ok(vec![capture("preview")]),
        (What::Record, ..) => Ok(vec![capture("record")]),
        (What::Soak, ..) => Ok(vec![
            Call::cargo("bench --package capture --bench soak -- --seconds")
                .with([options.seconds.unwrap_or(LONG_RUN).to_string()]),
        ]),
        (What::Store, ..) => Ok(vec![
            Call::cargo("bench --package vault --bench store --").with(passed_on("rounds", options.rounds)),
        ]),
        (What::Read | What::Face, ..) => Ok(Vec::new()),
        (What::Upload, ..) => Ok(vec![
            sandbox::build("release"),
            Call::cargo("bench --package oneshot --bench upload -- --sandbox")
                .with([sandbox::program("release").display().to_string()])
                .with(passed_on("rounds", options.rounds)),
        ]),
    }
}

/// Has Chromium play a recording. Not part of the tests: the browser is 80 MB to fetch and 290 MB on the disk.
pub fn browser() -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates, Need::Browser])?;
    Call::cargo("test --package capture --test it -- --ignored --exact delivered::chromium_plays_it").run()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(what: What, seconds: Option<u32>, rounds: Option<u32>) -> Vec<String> {
        let options = Options {
            what,
            seconds,
            rounds,
        };
        let calls = calls(&options).expect("these go together");
        calls.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_length_of_a_bench_is_passed_on_when_it_is_given() {
        let bench = "cargo bench --package capture --bench record --";
        assert_eq!(said(What::Record, None, None), [bench]);
        assert_eq!(
            said(What::Record, Some(30), None),
            [format!("{bench} --seconds 30")]
        );
        assert!(
            said(What::Soak, None, None)[0].ends_with(" --seconds 1800"),
            "half an hour"
        );
        assert!(
            said(What::Upload, None, Some(3))[1].ends_with(" --rounds 3"),
            "submissions are counted"
        );
    }

    #[test]
    fn the_upload_is_measured_against_an_optimised_sandbox() {
        let calls = said(What::Upload, None, None);
        assert!(calls[0].contains("--release"), "{}", calls[0]);
        let program = sandbox::program("release").display().to_string();
        assert!(calls[1].ends_with(&program), "{}", calls[1]);
    }

    #[test]
    fn a_measure_of_the_other_kind_is_refused() {
        for (what, seconds, rounds) in [(What::Upload, Some(30), None), (What::Preview, None, Some(3))] {
            let options = Options {
                what,
                seconds,
                rounds,
            };
            assert!(calls(&options).is_err());
        }
    }
}
