//! `cargo xtask test`: every check of the repository, part by part, with a table at the end.
//!
//! All parts run even when one fails, so that one run tells everything; `--fail-fast` stops at the first.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::command::{Call, target_folder};
use crate::machine::{self, Need};
use crate::outside::{self, Skipped};
use crate::progress::spoken;
use crate::{cameras, pages, torture};

/// What `test` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Only this part. Can be given several times.
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// Say the parts there are, and do nothing.
    #[arg(long)]
    list: bool,
    /// Stop at the first part that fails.
    #[arg(long)]
    fail_fast: bool,
}

/// One part of the tests. The order is the order in which they run: what answers fast comes first, and who judges what
/// others left behind comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Format,
    Pages,
    Lints,
    Licences,
    Advisories,
    Crates,
    Camera,
    ApiFuzz,
    Torture,
    Window,
    Signatures,
}

/// How a part ended when it did not fail.
enum Outcome {
    Passed,
    /// It could not be done here, for this reason, and that is no fault of the code.
    Skipped(String),
}

impl From<Skipped> for Outcome {
    fn from(skipped: Skipped) -> Self {
        skipped.map_or(Self::Passed, Self::Skipped)
    }
}

/// How long the API is fed in the tests; `cargo xtask fuzz api --seconds 600` does it at length.
const API_FUZZ_SECONDS: u32 = 75;

impl Part {
    const ALL: [Self; 11] = [
        Self::Format,
        Self::Pages,
        Self::Lints,
        Self::Licences,
        Self::Advisories,
        Self::Crates,
        Self::Camera,
        Self::ApiFuzz,
        Self::Torture,
        Self::Window,
        Self::Signatures,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Pages => "pages",
            Self::Lints => "lints",
            Self::Licences => "licences",
            Self::Advisories => "advisories",
            Self::Crates => "crates",
            Self::Camera => "camera",
            Self::Signatures => "signatures",
            Self::ApiFuzz => "api-fuzz",
            Self::Torture => "torture",
            Self::Window => "window",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Format => "the Rust code is formatted",
            Self::Pages => "the pages: types, lint, unit tests, build",
            Self::Lints => {
                "clippy over the whole workspace, and with sound, a warning is a failure; the fuzz targets compile"
            }
            Self::Licences => "dependencies: licences, banned crates, sources",
            Self::Advisories => "dependencies: known vulnerabilities",
            Self::Crates => {
                "unit, property and integration tests of the Rust crates; the page's types are theirs"
            }
            Self::Camera => "the camera code against the kernel's real drivers, in virtual machines",
            Self::Signatures => "the sandbox's signed documents, judged by pyHanko",
            Self::ApiFuzz => "the sandbox's API, fed at random by schemathesis",
            Self::Torture => {
                "short tortures: faults at calls, kills, a failing disk and network, residue, tampering"
            }
            Self::Window => "the real window, driven under Xvfb at three sizes",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Format | Self::Licences | Self::Advisories => &[],
            Self::Pages => &[Need::Node],
            Self::Lints => &[Need::Crates, Need::Sound, Need::Window, Need::Node],
            Self::Crates => &[
                Need::Crates,
                Need::Sound,
                Need::Window,
                Need::Node,
                Need::Ffmpeg,
                Need::Openssl,
                Need::Keyring,
                Need::Engine,
            ],
            Self::Signatures => &[Need::Crates, Need::Python, Need::Ffmpeg],
            Self::ApiFuzz => &[Need::Crates, Need::Python, Need::Ffmpeg],
            // What a virtual machine takes is looked for by the part itself: where it cannot be had, the rest goes on.
            Self::Torture | Self::Camera => &[Need::Crates],
            Self::Window => &[
                Need::Crates,
                Need::Window,
                Need::Node,
                Need::WindowTests,
                Need::Ffmpeg,
                Need::Engine,
            ],
        }
    }

    /// The commands of this part, in order.
    fn calls(self, runner: Runner) -> Vec<Call> {
        match self {
            Self::Format => vec![Call::cargo("fmt --all --check")],
            Self::Pages => vec![Call::npm("run check"), Call::npm("run lint"), Call::npm("test")],
            Self::Lints => vec![
                Call::cargo("clippy --workspace --all-targets --quiet -- -D warnings"),
                // What only a program with microphones has; nothing above it is compiled a second time.
                Call::cargo("clippy --package capture --features sound --all-targets --quiet -- -D warnings"),
                // A workspace of its own, which nothing else compiles; it shares what the rest is made of.
                Call::cargo("check --quiet --manifest-path fuzz/Cargo.toml --bins")
                    .variable("CARGO_TARGET_DIR", &target_folder().display().to_string()),
            ],
            Self::Licences => vec![Call::cargo("deny check licenses bans sources")],
            Self::Advisories => vec![Call::cargo("deny check advisories")],
            Self::Crates => match runner {
                Runner::Nextest => vec![
                    nextest("not package(e2e)"),
                    Call::cargo("nextest run --package capture --features sound --lib sound"),
                    Call::cargo("test --workspace --doc --quiet"),
                ],
                Runner::CargoTest => vec![
                    Call::cargo("test --workspace --exclude e2e --no-fail-fast"),
                    Call::cargo("test --package capture --features sound --lib sound"),
                ],
            },
            // What these run depends on where the sandbox listens, or on what the machine has.
            Self::Signatures | Self::ApiFuzz | Self::Camera => Vec::new(),
            Self::Torture => torture::short(),
            Self::Window => vec![
                // The same selection as the tests before it, so that nothing is compiled a second time with
                // other features.
                Call::cargo("build --workspace --bins --tests"),
                // One window at a time: two would fight for the keyboard and for both cores.
                match runner {
                    Runner::Nextest => nextest("package(e2e)").with(["--test-threads=1"]),
                    Runner::CargoTest => Call::cargo("test --package e2e --no-fail-fast -- --test-threads=1"),
                },
            ],
        }
    }

    /// Whether the part compiles the app, which takes the built pages into itself.
    fn compiles_the_app(self) -> bool {
        matches!(self, Self::Lints | Self::Crates | Self::Window)
    }

    fn run(self, runner: Runner) -> anyhow::Result<Outcome> {
        if self == Self::Pages || self.compiles_the_app() {
            pages::build()?;
        }
        if matches!(self, Self::Licences | Self::Advisories) {
            get_cargo_deny()?;
        }
        if self == Self::Advisories {
            return advisories(&self.calls(runner)[0]);
        }
        match self {
            Self::Signatures => return outside::signatures().map(Outcome::from),
            Self::Camera => return cameras::test().map(Outcome::from),
            Self::ApiFuzz => return outside::api(API_FUZZ_SECONDS).map(Outcome::from),
            _ => {}
        }
        for call in self.calls(runner) {
            println!("$ {call}");
            call.run()?;
        }
        Ok(Outcome::Passed)
    }
}

/// What runs the Rust tests.
#[derive(Clone, Copy)]
enum Runner {
    Nextest,
    CargoTest,
}

impl Runner {
    fn here() -> Self {
        match Call::cargo("nextest --version").output() {
            Some((true, _)) => Self::Nextest,
            _ => Self::CargoTest,
        }
    }
}

fn nextest(which: &str) -> Call {
    Call::cargo("nextest run --workspace --no-fail-fast -E").with([which])
}

/// Runs the chosen parts.
pub fn test(options: &Options) -> anyhow::Result<()> {
    if options.list {
        for part in Part::ALL {
            println!("{:<12}{}", part.name(), part.what());
        }
        return Ok(());
    }
    let parts = chosen(&options.only);
    let needs: Vec<Need> = Need::ALL
        .into_iter()
        .filter(|need| parts.iter().any(|part| part.needs().contains(need)))
        .collect();
    println!("Looking at what is installed ...");
    machine::set_up(&needs)?;

    let runner = Runner::here();
    let mut rows = Vec::new();
    for part in parts {
        println!("\n== {}: {}", part.name(), part.what());
        let began = Instant::now();
        let outcome = part.run(runner);
        if let Err(error) = &outcome {
            eprintln!("error: {error:#}");
        }
        let failed = outcome.is_err();
        rows.push(Row {
            part,
            time: began.elapsed(),
            outcome,
        });
        if failed && options.fail_fast {
            break;
        }
    }
    println!("\n{}", table(&rows));
    let screenshots = crate::root().join("artifacts");
    if screenshots.is_dir() {
        println!("Screenshots: {}", screenshots.display());
    }
    match rows.iter().filter(|row| row.outcome.is_err()).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} parts failed", rows.len()),
    }
}

/// The parts asked for, in their fixed order; all of them when none was named.
fn chosen(only: &[Part]) -> Vec<Part> {
    Part::ALL
        .into_iter()
        .filter(|part| only.is_empty() || only.contains(part))
        .collect()
}

struct Row {
    part: Part,
    time: Duration,
    outcome: anyhow::Result<Outcome>,
}

fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for Row { part, time, outcome } in rows {
        let said = match outcome {
            Ok(Outcome::Passed) => {
                passed += 1;
                "passed".to_owned()
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                format!("skipped: {why}")
            }
            Err(error) => {
                failed += 1;
                format!("FAILED: {error:#}")
            }
        };
        text.push_str(&format!("{:<12}{:>12}   {said}\n", part.name(), spoken(*time)));
    }
    let total: Duration = rows.iter().map(|row| row.time).sum();
    text.push_str(&format!("{:<12}{:>12}\n\n", "all", spoken(total)));
    text.push_str(&format!(
        "parts: {passed} passed, {failed} failed, {skipped} skipped"
    ));
    text
}

fn get_cargo_deny() -> anyhow::Result<()> {
    if matches!(Call::cargo("deny --version").output(), Some((true, _))) {
        return Ok(());
    }
    let install = Call::cargo("install cargo-deny --locked --quiet --version ^0.20");
    println!("cargo-deny is missing; installing it takes about three minutes, once:\n$ {install}");
    install
        .run()
        .context("cargo-deny is needed to check the dependencies")
}

/// Checks for known vulnerabilities. The list of them is fetched from elsewhere, and a machine that cannot
/// reach it has learned nothing about the code.
fn advisories(call: &Call) -> anyhow::Result<Outcome> {
    println!("$ {call}");
    let (succeeded, said) = call.output().context("cargo could not be started")?;
    print!("{said}");
    if succeeded {
        Ok(Outcome::Passed)
    } else if said.contains("failed to fetch advisory database") {
        Ok(Outcome::Skipped(
            "the list of advisories cannot be reached from here".to_owned(),
        ))
    } else {
        bail!("`{call}` failed")
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn parts_run_in_their_own_order_whatever_order_they_are_named_in() {
        assert_eq!(
            chosen(&[Part::Window, Part::Format]),
            [Part::Format, Part::Window]
        );
        assert_eq!(chosen(&[]), Part::ALL);
    }

    #[test]
    fn a_part_is_listed_by_the_name_it_is_chosen_by() {
        for part in Part::ALL {
            let chosen_by = part.to_possible_value().expect("no part is hidden");
            assert_eq!(part.name(), chosen_by.get_name());
        }
        assert_eq!(
            Part::ALL,
            Part::value_variants(),
            "a part that is not in the list would never run"
        );
    }

    #[test]
    fn every_part_has_a_command() {
        let outside = [Part::Signatures, Part::ApiFuzz, Part::Camera];
        for part in Part::ALL.into_iter().filter(|part| !outside.contains(part)) {
            assert!(!part.calls(Runner::Nextest).is_empty(), "{part:?}");
            assert!(!part.calls(Runner::CargoTest).is_empty(), "{part:?}");
        }
    }

    #[test]
    fn what_compiles_the_app_has_what_that_takes() {
        for part in Part::ALL.into_iter().filter(|part| part.compiles_the_app()) {
            for need in [Need::Crates, Need::Window, Need::Node] {
                assert!(
                    part.needs().contains(&need),
                    "{part:?} compiles the app without {need:?}"
                );
            }
        }
    }

    #[test]
    fn the_window_tests_stay_out_of_the_crates_tests() {
        for call in Part::Crates.calls(Runner::CargoTest) {
            let said = call.to_string();
            let elsewhere = said.contains("--exclude e2e") || said.contains("--package capture");
            assert!(elsewhere, "{call}");
        }
        assert!(
            Part::Crates.calls(Runner::Nextest)[0]
                .to_string()
                .contains("'not package(e2e)'")
        );
    }

    #[test]
    fn the_table_closes_with_a_line_that_counts() {
        let row = |part, outcome| Row {
            part,
            time: Duration::from_secs(2),
            outcome,
        };
        let text = table(&[
            row(Part::Format, Ok(Outcome::Passed)),
            row(Part::Lints, Err(anyhow::anyhow!("a warning"))),
            row(Part::Advisories, Ok(Outcome::Skipped("no network".to_owned()))),
        ]);
        assert_eq!(text.lines().last(), Some("parts: 1 passed, 1 failed, 1 skipped"));
        assert!(
            text.contains("lints              2.0 s   FAILED: a warning"),
            "{text}"
        );
    }
}
