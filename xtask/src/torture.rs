//! `cargo xtask torture`: whole cases with faults at random calls, by the program in `crates/torture`.

use crate::command::Call;
use crate::machine::{self, Need};

/// What `torture` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to torture.
    #[arg(value_enum)]
    what: What,
    /// How many cases.
    #[arg(long, default_value_t = 1000)]
    runs: u32,
    /// Where chance begins: the same seed gives the same faults. By default another one each time; it is printed.
    #[arg(long)]
    seed: Option<u64>,
}

/// What can be tortured.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// A case from creation to deletion.
    Flow,
}

/// Runs it; fails when anything was done twice, lost, or stopped without a reason.
pub fn torture(options: &Options) -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates])?;
    match options.what {
        What::Flow => flow(options.runs, options.seed).run(),
    }
}

/// The call that tortures whole cases.
pub fn flow(runs: u32, seed: Option<u64>) -> Call {
    // Not optimised: a case spends its time waiting, and the tests have built most of this already.
    let call = Call::cargo("run --quiet --package torture -- flow --runs").with([runs.to_string()]);
    match seed {
        Some(seed) => call.with(["--seed".to_owned(), seed.to_string()]),
        None => call,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_passed_on_when_it_is_given() {
        let started = "cargo run --quiet --package torture -- flow --runs 3";
        assert_eq!(flow(3, None).to_string(), started);
        assert_eq!(flow(3, Some(7)).to_string(), format!("{started} --seed 7"));
    }
}
