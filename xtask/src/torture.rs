//! `cargo xtask torture`: what must hold whatever happens, tried by the program in `crates/torture`.

use crate::command::Call;
use crate::machine::{self, Need};

/// What `torture` takes.
#[derive(clap::Args)]
pub struct Options {
    /// What to torture.
    #[arg(value_enum)]
    what: What,
    /// How many cases, or kills. By default as many as the promise is made for.
    #[arg(long)]
    runs: Option<u32>,
    /// Where chance begins: the same seed gives the same faults. By default another one each time; it is printed.
    #[arg(long)]
    seed: Option<u64>,
}

/// What can be tortured.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// A case from creation to deletion, with faults at random calls: 1,000 cases.
    Flow,
    /// The program killed while it captures and sends: 200 kills.
    Kill,
}

/// Runs it; fails when anything was done twice, lost, or stopped without a reason.
pub fn torture(options: &Options) -> anyhow::Result<()> {
    machine::set_up(&[Need::Crates])?;
    let (name, promised) = match options.what {
        What::Flow => ("flow", 1000),
        What::Kill => ("kill", 200),
    };
    call(name, options.runs.unwrap_or(promised), options.seed).run()
}

/// The call that tortures.
pub fn call(name: &str, runs: u32, seed: Option<u64>) -> Call {
    // Not optimised: a case spends its time waiting, and the tests have built most of this already.
    let call = Call::cargo("run --quiet --package torture --").with([
        name.to_owned(),
        "--runs".to_owned(),
        runs.to_string(),
    ]);
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
        assert_eq!(call("flow", 3, None).to_string(), started);
        assert_eq!(
            call("flow", 3, Some(7)).to_string(),
            format!("{started} --seed 7")
        );
    }
}
