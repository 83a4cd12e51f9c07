//! `cargo xtask torture residue`: nothing of a case lies on the disk in the clear, at no time.
//!
//! A booth in practice is started with every place it may write to (home, settings, data, cache, state, run-time and
//! temporary folder, its own folder) inside a folder of ours, and a case with canaries in it is walked to its signed
//! paper. While it records, at some stages, after it was killed, and after it ended, every file there is searched for
//! the canaries in every form, and whatever it has open for writing elsewhere, deleted files too.

mod canaries;
mod walker;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use torture::{Needles, Searched};

pub use self::walker::{Options as Walker, walk};
use crate::chance::Chance;

/// Folders the program is told to use.
const PLACES: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "share"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_RUNTIME_DIR", "runtime"),
    ("TMPDIR", "tmp"),
];
/// The stages at which it waits to be looked through.
const STAGES: [&str; 5] = ["recording", "video", "review", "reading", "end"];

/// From here on the server inside the program has what it does not have any more in its next life.
const FORGOTTEN: &str = "reading";

/// Cases that are walked and looked through.
pub struct Cases {
    pub runs: u32,
    pub seed: u64,
}

/// What came of it.
#[derive(Default)]
pub struct Report {
    cases: u32,
    kills: u32,
    looks: u32,
    needles: usize,
    files: u64,
    bytes: u64,
    pub violations: Vec<String>,
}

impl Report {
    /// The figures, as a person reads them.
    pub fn table(&self) -> String {
        let mut text = format!(
            "cases                      {}\nkilled in between          {}\nlooked through             {} times\n\
             searched for               {} forms\nfiles, megabytes           {}, {:.1}\nfound                      {}\n",
            self.cases,
            self.kills,
            self.looks,
            self.needles,
            self.files,
            self.bytes as f64 / 1e6,
            self.violations.len()
        );
        for violation in &self.violations {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {violation}");
        }
        text
    }
}

impl Cases {
    pub fn run(&self) -> Result<Report> {
        let needles = canaries::needles();
        let mut report = Report {
            needles: needles.len(),
            ..Report::default()
        };
        would_be_found(&needles)?;
        for number in 0..self.runs {
            let folder = tempfile::tempdir()?;
            for (_, place) in PLACES {
                fs::create_dir(folder.path().join(place))?;
            }
            let mut case = Case {
                folder: folder.path(),
                needles: &needles,
                report: &mut report,
                number,
            };
            case.walk(Chance::of(self.seed, number))?;
            report.cases += 1;
        }
        Ok(report)
    }
}

/// Finding nothing says something only of who finds what is there.
fn would_be_found(needles: &Needles) -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("paper"), canaries::paper())?;
    fs::write(folder.path().join("picture"), canaries::picture())?;
    fs::write(folder.path().join("email"), canaries::EMAIL)?;
    let mut searched = Searched::default();
    needles.search(folder.path(), &mut searched)?;
    let found: BTreeSet<_> = searched.hits.iter().map(|hit| &hit.path).collect();
    ensure!(found.len() == 3, "what is there is not found");
    Ok(())
}

struct Case<'a> {
    folder: &'a Path,
    needles: &'a Needles,
    report: &'a mut Report,
    number: u32,
}

impl Case<'_> {
    /// One case: killed at a stage drawn by chance, and then to its end.
    fn walk(&mut self, mut chance: Chance) -> Result<()> {
        let killed_at = chance.pick(&STAGES[..4]);
        self.live(Some(killed_at))?;
        self.report.kills += 1;
        self.look(&format!("after it was killed at {killed_at}"), None)?;
        if killed_at == FORGOTTEN {
            return Ok(());
        }
        self.live(None)?;
        self.look("after its end", None)
    }

    fn live(&mut self, killed_at: Option<&str>) -> Result<()> {
        let mut program = self.start()?;
        let mut let_go_on = program.stdin.take().context("it is spoken to")?;
        let said = BufReader::new(program.stdout.take().context("it is heard")?);
        for stage in said.lines() {
            let stage = stage?;
            self.look(&format!("at {stage}"), Some(&program))?;
            if killed_at == Some(stage.as_str()) {
                program.kill()?;
                program.wait()?;
                return Ok(());
            }
            writeln!(let_go_on)?;
        }
        let status = program.wait()?;
        ensure!(
            status.success(),
            "case {}: the program ended with {status}: {}",
            self.number,
            fs::read_to_string(self.said())?
        );
        ensure!(
            killed_at.is_none(),
            "case {}: it never came to {killed_at:?}",
            self.number
        );
        Ok(())
    }

    /// What the program writes to its standard error.
    fn said(&self) -> PathBuf {
        self.folder.join("stderr.log")
    }

    fn start(&self) -> Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("residue-walk")
            .arg("--log")
            .arg(self.folder.join("program.log"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it says in its distress is looked through like everything else.
            .stderr(File::options().create(true).append(true).open(self.said())?);
        for (name, place) in PLACES {
            command.env(name, self.folder.join(place));
        }
        command.spawn().context("the program starts")
    }

    /// Searches everything there is now.
    fn look(&mut self, when: &str, program: Option<&Child>) -> Result<()> {
        let mut searched = Searched::default();
        self.needles.search(self.folder, &mut searched)?;
        self.report.looks += 1;
        self.report.files += searched.files;
        self.report.bytes += searched.bytes;
        for hit in searched.hits {
            let path = hit.path.strip_prefix(self.folder).unwrap_or(&hit.path);
            self.report.violations.push(format!(
                "case {}, {when}: {} in {}",
                self.number,
                hit.needle,
                path.display()
            ));
        }
        for path in program
            .map(|program| written_elsewhere(program.id(), self.folder))
            .into_iter()
            .flatten()
        {
            self.report.violations.push(format!(
                "case {}, {when}: {} is written to",
                self.number,
                path.display()
            ));
        }
        Ok(())
    }
}

/// Files outside `folder` that a program opened for writing; deleted ones are called so by the system. What it was given
/// by whoever started this one, such as the log of a whole test run, is not its own.
fn written_elsewhere(program: u32, folder: &Path) -> Vec<PathBuf> {
    let given = open_for_writing(std::process::id());
    let mut found = open_for_writing(program);
    found.retain(|path| !path.starts_with(folder) && !given.contains(path));
    found
}

/// Files that a program has open for writing.
fn open_for_writing(program: u32) -> Vec<PathBuf> {
    let descriptors = PathBuf::from(format!("/proc/{program}"));
    let Ok(open) = fs::read_dir(descriptors.join("fd")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in open.flatten() {
        let Ok(target) = fs::read_link(entry.path()) else {
            continue;
        };
        let is_file = fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_file());
        if is_file && is_for_writing(&descriptors.join("fdinfo").join(entry.file_name())) {
            found.push(target);
        }
    }
    found
}

fn is_for_writing(info: &Path) -> bool {
    let Ok(text) = fs::read_to_string(info) else {
        return false;
    };
    // The lowest two bits of the flags, in octal: read only is 0.
    text.lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
        .is_some_and(|flags| flags & 3 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_open_for_writing_is_seen_and_one_that_is_read_is_not() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (written, read) = (folder.path().join("written"), folder.path().join("read"));
        fs::write(&read, "")?;
        let _held = (File::create(&written)?, File::open(&read)?);
        let found = open_for_writing(std::process::id());
        ensure!(found.contains(&written) && !found.contains(&read), "{found:?}");
        Ok(())
    }
}
