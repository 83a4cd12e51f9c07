//! `cargo xtask torture`: what must hold whatever happens, tried by the program in `crates/torture`.

use clap::ValueEnum as _;

use crate::command::Call;
use crate::machine::{self, Need};

/// What `torture` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to torture.
    #[arg(value_enum)]
    what: What,
    /// How many cases, kills, flips. By default as many as the promise is made for.
    #[arg(long)]
    runs: Option<u32>,
    /// Where chance begins: the same seed gives the same faults. By default another one each time; it is printed.
    #[arg(long)]
    seed: Option<u64>,
}

/// What can be tortured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// A case from creation to deletion, with faults at random calls: 1,000 cases.
    Flow,
    /// The program killed while it captures and sends: 200 kills.
    Kill,
    /// A disk that is full or broken at every write of a case: a case for each write and each way to fail.
    Disk,
    /// What a case leaves on the disk in the clear: 20 cases.
    Residue,
    /// A bit flipped anywhere in vault, key, audit log and bundle: 2,000 flips.
    Tamper,
    /// Submitted cases on their way through a network that fails: 1,000 submissions.
    Network,
}

impl What {
    /// As the program in `crates/torture` knows it.
    const fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Kill => "kill",
            Self::Disk => "disk",
            Self::Residue => "residue",
            Self::Tamper => "tamper",
            Self::Network => "network",
        }
    }

    /// How often the tests try it: enough to see that it works.
    const fn short(self) -> u32 {
        match self {
            Self::Flow => 25,
            Self::Kill => 16,
            Self::Disk => 30,
            Self::Residue => 1,
            Self::Tamper => 150,
            Self::Network => 30,
        }
    }
}

/// Runs it; fails when anything was done twice, lost, or stopped without a reason.
pub fn torture(options: &Options) -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates])?;
    call(options.what, options.runs, options.seed).run()
}

/// A short run of each.
pub fn short() -> Vec<Call> {
    What::value_variants()
        .iter()
        .map(|&what| call(what, Some(what.short()), None))
        .collect()
}

/// The call that tortures; as often as the promise is made for, unless it is said how often.
fn call(what: What, runs: Option<u32>, seed: Option<u64>) -> Call {
    // Not optimised: a case spends its time waiting, and the tests have built most of this already.
    let mut call = Call::cargo("run --quiet --package torture --").with([what.name()]);
    for (option, number) in [("--runs", runs.map(u64::from)), ("--seed", seed)] {
        if let Some(number) = number {
            call = call.with([option.to_owned(), number.to_string()]);
        }
    }
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_passed_on_when_it_is_given() {
        let started = "cargo run --quiet --package torture -- flow --runs 3";
        assert_eq!(call(What::Flow, Some(3), None).to_string(), started);
        assert_eq!(
            call(What::Flow, Some(3), Some(7)).to_string(),
            format!("{started} --seed 7")
        );
    }

    #[test]
    fn each_is_tried_in_the_tests_by_the_name_it_is_called_by() {
        let short: Vec<String> = short().iter().map(ToString::to_string).collect();
        for what in What::value_variants() {
            let name = what.to_possible_value().expect("none is hidden");
            assert_eq!(name.get_name(), what.name());
            assert!(
                short
                    .iter()
                    .any(|call| call.contains(&format!(" {} ", what.name()))),
                "{what:?}"
            );
        }
    }
}
