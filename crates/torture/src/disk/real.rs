//! A file system of a few megabytes that is really full: SQLite meets it too, below everything that can be injected.
//!
//! Mounted by `unshare` in a namespace of its own, so that it goes with the program that looked at it. Where that is not
//! allowed, it is said that it was not tried.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use evidence::{Code, Step};
use oneshot_sandbox::Sandbox;

use super::walk::seen_at;
use crate::chance::Chance;
use crate::life::Life;
use crate::material;
use crate::visitor::{self, Visitor};

/// Megabytes of the file system.
const SIZE_MB: u64 = 12;
/// How many cases where nobody says how many, and at least.
const CASES: (u32, u32) = (40, 3);
const VIDEO: Duration = Duration::from_millis(1300);
const HANGS: Duration = Duration::from_secs(60);

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    cases: u32,
    told: u32,
    not_tried: Option<String>,
    pub violations: Vec<String>,
}

impl Outcome {
    pub fn line(&self) -> String {
        match &self.not_tried {
            Some(why) => format!("NOT TRIED: {why}"),
            None => format!(
                "{} cases on a file system of {SIZE_MB} MB, {} told of it",
                self.cases, self.told
            ),
        }
    }
}

/// Where the program works.
#[derive(clap::Args)]
pub struct Options {
    /// The file system.
    #[arg(long)]
    folder: PathBuf,
    #[arg(long)]
    seed: u64,
    #[arg(long)]
    run: u32,
}

/// Cases on a file system that fills up, each in a program of its own.
pub fn run(seed: u64, runs: Option<u32>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    if let Err(why) = try_mount() {
        outcome.not_tried = Some(format!("no file system of our own can be mounted here ({why})"));
        return Ok(outcome);
    }
    let cases = runs.map_or(CASES.0, |runs| (runs / 10).clamp(CASES.1, CASES.0));
    let folder = tempfile::tempdir()?;
    for run in 0..cases {
        let script = format!(
            "mount -t tmpfs -o size={SIZE_MB}m,mode=700 tmpfs \"$1\" && exec \"$2\" on-real-disk --folder \"$1\" --seed {seed} --run {run}"
        );
        let output = in_namespace(&script)
            .arg(folder.path())
            .arg(std::env::current_exe()?)
            .output()?;
        outcome.cases += 1;
        let said = String::from_utf8_lossy(&output.stdout);
        outcome.told += u32::from(said.lines().any(|line| line == "told"));
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            let last = why
                .lines()
                .rfind(|line| line.starts_with("torture:"))
                .unwrap_or("");
            outcome
                .violations
                .push(format!("really full, case {run}: {}, {last}", output.status));
        }
    }
    Ok(outcome)
}

fn try_mount() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let tried = in_namespace("mount -t tmpfs -o size=1m tmpfs \"$1\"")
        .arg(folder.path())
        .output()
        .map_err(|error| format!("unshare: {error}"))?;
    if tried.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&tried.stderr);
    Err(said.trim().lines().next_back().unwrap_or("refused").to_owned())
}

/// A shell that may mount what nobody else sees.
fn in_namespace(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .stdin(Stdio::null());
    command
}

/// One case: at a moment drawn by chance the rest of the file system is filled, until the person was told of it.
pub fn walk(options: &Options) -> Result<()> {
    let mut chance = Chance::of(options.seed, options.run);
    let server = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let sandbox = server.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
    let folder = options.folder.join("booth");
    let mut settings = material::settings(&folder, &sandbox, "current")?;
    settings.delivery.queue = true;
    let pauses = (Duration::from_millis(20), Duration::from_millis(100));
    settings.delivery.pauses = station::QueuePauses {
        offline: pauses,
        fault: pauses,
    };
    let ballast = Ballast(options.folder.join("ballast"));
    // A step of the case, and how much is left then: nothing, or some pages, or half a recording.
    let fill_at = chance.below(18);
    let left = chance.pick(&[0, 4096, 20_000, 80_000, 300_000]);

    let began = Instant::now();
    let mut told = false;
    let mut turns = 0;
    let mut accepted = Vec::new();
    loop {
        ensure!(began.elapsed() < HANGS, "does not get on");
        if turns >= fill_at && !told {
            ballast.fill(left)?;
        }
        let life = match Life::attempt(&settings)? {
            Ok(life) => life,
            Err(problem) => {
                fits(problem.code)?;
                told = true;
                ballast.drop_it()?;
                continue;
            }
        };
        let ended = life.runtime.block_on(async {
            let seen = || seen_at(&sandbox);
            let visitor = Visitor {
                booth: &life.booth,
                video: VIDEO,
                seen: &seen,
                recording: |_| {},
                contact: visitor::CONTACT,
                fields: material::fields,
            };
            let kept = life.booth.cases().await;
            let opened = match kept.as_deref() {
                Ok([case, ..]) => life.booth.resume_case(&case.id).await,
                _ => life.booth.open_case().await,
            };
            let Ok(mut view) = opened else {
                told = true;
                ballast.drop_it()?;
                return Ok(false);
            };
            while view.step != Step::Submitted {
                ensure!(began.elapsed() < HANGS, "does not get on at {:?}", view.step);
                turns += 1;
                if turns == fill_at && !told {
                    ballast.fill(left)?;
                }
                view = match visitor.turn(&view).await {
                    Ok(view) => view,
                    Err(problem) => {
                        fits(problem.code)?;
                        told = true;
                        ballast.drop_it()?;
                        if chance.once_in(2) {
                            return Ok(false);
                        }
                        life.booth
                            .current_case()
                            .await
                            .context("the case is on the screen")?
                    }
                };
                if turns > fill_at + 40 {
                    // Nobody was told, as where a delivery could not be noted: somebody makes room all the same.
                    ballast.drop_it()?;
                }
                let now: Vec<_> = view
                    .exhibits
                    .iter()
                    .map(|exhibit| (exhibit.role, exhibit.sha256.clone()))
                    .collect();
                for piece in &accepted {
                    ensure!(now.contains(piece), "{:?} was accepted and is lost", piece.0);
                }
                accepted = now;
            }
            Ok(true)
        });
        life.kill();
        if ended? {
            break;
        }
    }
    ballast.drop_it()?;
    if told {
        print("told");
    }
    let life = Life::begin(&settings)?;
    let read = life.runtime.block_on(async {
        let case = life.booth.cases().await?.remove(0).id;
        let view = life.booth.resume_case(&case).await?;
        for exhibit in &view.exhibits {
            life.booth.object(&case, &exhibit.object).await?;
        }
        Ok(view)
    });
    life.kill();
    let view = read.map_err(material::said)?;
    ensure!(view.exhibits.len() == accepted.len(), "evidence is lost");
    let requests = sandbox.requests();
    ensure!(requests.len() == 1, "{} requests for one case", requests.len());
    server.block_on(sandbox.stop());
    Ok(())
}

fn print(line: &str) {
    println!("{line}");
}

fn fits(code: Code) -> Result<()> {
    match code {
        Code::StoreFull | Code::AuditFailed | Code::RequestUncertain => Ok(()),
        other => bail!("{} was told of a full disk", other.as_str()),
    }
}

/// What fills the file system.
struct Ballast(PathBuf);

impl Ballast {
    /// Fills it, all but so many bytes.
    fn fill(&self, left: u64) -> Result<()> {
        let mut file = File::create(&self.0)?;
        let block = [0x55; 4096];
        while file.write_all(&block).is_ok() {}
        let length = file.metadata()?.len();
        Ok(file.set_len(length.saturating_sub(left))?)
    }

    fn drop_it(&self) -> Result<()> {
        remove(&self.0)
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
