//! `cargo xtask torture tamper`: somebody changes a bit of what lies on the disk.
//!
//! A captured case, its vault, key and audit log as a booth leaves them when it is closed, and a bundle of the case. One
//! random bit after the other is flipped in a copy of all that; every one must be told of, with what it is in named: an
//! object of the vault by its number, the database, the key, a line of the log, a file of the bundle.
//!
//! What is counted apart, because no seal is over it then: the database and journal of a program that was killed, until it
//! is opened the next time. There a flip may change nothing that is read, and is not told then. What must not be is that
//! something else is read than was written, or that a change is missing, and nothing is told.

mod bundle;
mod vault;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use oneshot_sandbox::Sandbox;

use self::bundle::Sealed;
use self::vault::{Closed, Killed};
use crate::chance::Chance;
use crate::material::Material;

/// One in so many of the flips is tried on a vault whose program was killed as well.
const KILLED_ONE_IN: u32 = 5;

/// What is flipped.
pub struct Flips {
    pub runs: u32,
    pub seed: u64,
}

/// A bit of a file.
#[derive(Debug, Clone)]
pub struct Flip {
    /// From the folder that is tampered with.
    pub file: PathBuf,
    pub at: usize,
    pub bit: u8,
}

/// What came of a flip.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// It was told of, and what it is in was named.
    Named,
    /// It was told of, but something else was named.
    Elsewhere(String),
    /// Nothing was told.
    Nothing,
}

/// What came of all of them.
#[derive(Default)]
pub struct Report {
    /// By kind of file: flips, and those told of and named.
    closed: BTreeMap<String, (u32, u32)>,
    /// After a kill: by what came of it.
    killed: BTreeMap<&'static str, u32>,
    pub violations: Vec<String>,
}

impl Flips {
    pub fn run(&self) -> Result<Report> {
        let server = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let sandbox = server.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
        let material = Material::capture(&folder.path().join("closed"), &sandbox, 2)?;
        let mut report = Report::default();

        let closed = Closed::of(&material, folder.path())?;
        let sealed = Sealed::of(&material)?;
        for number in 0..self.runs {
            let mut chance = Chance::of(self.seed, number);
            let (kind, told, flip) = if number.is_multiple_of(2) {
                closed.flip(&mut chance)?
            } else {
                sealed.flip(&mut chance)
            };
            let (flips, named) = report.closed.entry(kind.clone()).or_default();
            *flips += 1;
            match told {
                Told::Named => *named += 1,
                other => report.violations.push(format!(
                    "flip {number}: {kind}, {}, byte {}: {other:?}",
                    flip.file.display(),
                    flip.at
                )),
            }
        }
        let killed = Killed::of(&material, folder.path())?;
        for number in 0..self.runs.div_ceil(KILLED_ONE_IN) {
            let mut chance = Chance::of(self.seed, self.runs + number);
            match killed.flip(&mut chance) {
                Ok(what) => *report.killed.entry(what).or_default() += 1,
                Err(lie) => report
                    .violations
                    .push(format!("after a kill, flip {number}: {lie:#}")),
            }
        }
        server.block_on(sandbox.stop());
        Ok(report)
    }
}

impl Report {
    /// The figures, as a person reads them.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<27}flips   told and named", "of what is closed");
        for (kind, (flips, named)) in &self.closed {
            let _ = writeln!(text, "  {kind:<24}{flips:>6}   {named:>6}");
        }
        let (flips, named) = self.closed.values().fold((0, 0), |(flips, named), (more, also)| {
            (flips + more, named + also)
        });
        let share = f64::from(named) * 100.0 / f64::from(flips.max(1));
        let _ = writeln!(text, "  {:<24}{flips:>6}   {named:>6}   {share:.1} %", "all");
        let _ = writeln!(text, "of the database of a killed program, before its next start");
        for (what, times) in &self.killed {
            let _ = writeln!(text, "  {what:<40}{times:>6}");
        }
        let _ = writeln!(text, "violations                 {}", self.violations.len());
        for violation in &self.violations {
            let _ = writeln!(text, "  {violation}");
        }
        text
    }
}

/// The files below a folder that have something in them, from that folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.metadata()?.len() > 0 {
                found.push(entry.path().strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A bit of one of these files: half of the time of any file, half of the time of any byte.
fn any_bit(folder: &Path, files: &[PathBuf], chance: &mut Chance) -> Result<Flip> {
    let length = |file: &PathBuf| fs::metadata(folder.join(file)).map(|metadata| metadata.len());
    let lengths: Vec<u64> = files.iter().map(length).collect::<std::io::Result<_>>()?;
    let number = if chance.once_in(2) {
        usize::try_from(chance.below(files.len() as u64))?
    } else {
        let mut at = chance.below(lengths.iter().sum());
        lengths
            .iter()
            .position(|length| {
                let here = at < *length;
                at = at.saturating_sub(*length);
                here
            })
            .context("a byte of some file")?
    };
    Ok(Flip {
        file: files[number].clone(),
        at: usize::try_from(chance.below(lengths[number]))?,
        bit: 1 << chance.below(8),
    })
}

impl Flip {
    fn apply(&self, folder: &Path) -> Result<()> {
        let path = folder.join(&self.file);
        let mut bytes = fs::read(&path)?;
        bytes[self.at] ^= self.bit;
        Ok(fs::write(path, bytes)?)
    }
}
