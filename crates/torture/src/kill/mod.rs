//! `cargo xtask torture kill`: a booth at work, killed with SIGKILL at random moments and started again.
//!
//! What must hold each time: the case is there, at the step it had reached, with every accepted piece of evidence
//! unchanged; of a recording that was running at most a second is missing; and in the end the server has one request
//! with everything, in review.

mod said;
mod scripted;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use oneshot_sandbox::{Sandbox, Status};

use self::said::{Said, Standing};
pub use self::scripted::{Options as Scripted, walk};
use crate::chance::Chance;

/// A case from start to submission takes about this long; the program is killed somewhere in it.
const LIFE_MS: u64 = 3200;
/// Everything but the recording takes about this long.
const QUICK_MS: u64 = 600;
/// How often one case is interrupted before it may end in peace.
const KILLS_A_CASE: u32 = 6;
/// More than this of a recording must not be lost.
const MOST_LOST: Duration = Duration::from_secs(1);
/// A server that was sent something to the end is done with it by then.
const SETTLES: Duration = Duration::from_millis(250);
/// A script that is left in peace is done by then.
const HANGS: Duration = Duration::from_secs(60);

/// What is killed, and how often.
pub struct Kills {
    pub runs: u32,
    pub seed: u64,
}

/// What came of it.
#[derive(Default)]
pub struct Report {
    pub kills: u32,
    pub cases: u32,
    pub recordings: u32,
    pub worst: Duration,
    pub violations: Vec<String>,
}

impl Report {
    pub fn table(&self) -> String {
        let mut text = format!(
            "kills                      {}\ncases                      {}\nrecordings interrupted     {}\n\
             most video lost            {:.2} s\nviolations                 {}\n",
            self.kills,
            self.cases,
            self.recordings,
            self.worst.as_secs_f64(),
            self.violations.len()
        );
        for violation in &self.violations {
            text.push_str(&format!("  {violation}\n"));
        }
        text
    }
}

impl Kills {
    /// Kills until it was often enough.
    pub fn run(&self) -> Result<Report> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let mut report = Report::default();
        while report.kills < self.runs {
            let number = report.cases;
            let sandbox = runtime.block_on(Sandbox::start(oneshot_sandbox::Settings::default()))?;
            let folder = tempfile::tempdir()?;
            let kills = KILLS_A_CASE.min(self.runs - report.kills);
            let mut case = Case {
                sandbox: &sandbox,
                folder: folder.path(),
                chance: Chance::of(self.seed, number),
                last: None,
            };
            let outcome = case.through(kills, &mut report);
            if let Err(error) = outcome {
                report.violations.push(format!("case {number}: {error:#}"));
                // What was not reached must not be tried for ever.
                report.kills += kills;
            }
            report.cases += 1;
            runtime.block_on(sandbox.stop());
        }
        Ok(report)
    }
}

/// One case and the programs that worked on it.
struct Case<'a> {
    sandbox: &'a Sandbox,
    folder: &'a Path,
    chance: Chance,
    last: Option<Died>,
}

/// What a program had said when it died.
struct Died {
    standing: Standing,
    /// A recording was running: how long, by the last word and the time since.
    recording: Option<Duration>,
}

impl Case<'_> {
    fn through(&mut self, kills: u32, report: &mut Report) -> Result<()> {
        for _ in 0..kills {
            // The recording takes most of a life; the steps before and after it have their share of the kills.
            let within = if self.chance.once_in(2) { QUICK_MS } else { LIFE_MS };
            let after = Duration::from_millis(self.chance.below(within));
            let submitted = self.live(Some(after), report)?;
            if submitted {
                // It was quicker than its end.
                break;
            }
            report.kills += 1;
            std::thread::sleep(SETTLES);
        }
        ensure!(self.live(None, report)?, "left in peace, it does not submit");
        let requests = self.sandbox.requests();
        ensure!(requests.len() == 1, "{} requests for one case", requests.len());
        let request = &requests[0];
        ensure!(request.status == Status::Review, "it ended {}", request.status);
        ensure!(
            (request.evidences_taken, request.videos_taken) == (1, 1),
            "evidence was taken {} times, the video {} times",
            request.evidences_taken,
            request.videos_taken
        );
        Ok(())
    }

    /// One life of the program. True when it submitted the case.
    fn live(&mut self, killed_after: Option<Duration>, report: &mut Report) -> Result<bool> {
        let mut program = self.start()?;
        let began = Instant::now();
        let lines = BufReader::new(program.stdout.take().context("its output is heard")?).lines();
        // A life says some hundred lines at most.
        let (say, hear) = std::sync::mpsc::sync_channel(4096);
        let listener = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The one who hears may have gone.
                let _ = say.send((Instant::now(), line));
            }
        });
        let ends = killed_after.unwrap_or(HANGS);
        let mut heard = Vec::new();
        let mut submitted = false;
        while let Ok(line) = hear.recv_timeout(ends.saturating_sub(began.elapsed())) {
            heard.push(line);
        }
        let finished = program.try_wait()?;
        program.kill().ok();
        let killed_at = Instant::now();
        program.wait()?;
        listener.join().ok();
        heard.extend(hear.try_iter());

        let mut died: Option<Died> = None;
        let mut recording: Option<(Instant, u64)> = None;
        for (at, line) in &heard {
            match line.parse::<Said>()? {
                Said::Case(standing) => {
                    if died.is_none() {
                        self.compare(&standing, report)?;
                    }
                    died = Some(Died {
                        standing,
                        recording: None,
                    });
                }
                Said::Recording(millis) => recording = Some((*at, millis)),
                Said::RecordingEnded => recording = None,
                Said::Submitted => submitted = true,
                Said::Stands | Said::Problem(_) => {}
            }
        }
        if let Some(status) = finished
            && !submitted
        {
            bail!("the program ended by itself: {status}");
        }
        if let Some(mut died) = died {
            // Nothing was on the camera before the first word, and no more than the time since the last is missing.
            died.recording = recording
                .map(|(at, millis)| Duration::from_millis(millis) + killed_at.saturating_duration_since(at));
            self.last = Some(died);
        }
        Ok(submitted)
    }

    /// That everything is there which was there when the last program died.
    fn compare(&mut self, now: &Standing, report: &mut Report) -> Result<()> {
        let Some(last) = self.last.take() else {
            return Ok(());
        };
        ensure!(now.case == last.standing.case, "another case came back");
        ensure!(
            now.step >= last.standing.step || last.standing.step == Some(evidence::Step::Failed),
            "back at {:?} from {:?}",
            now.step,
            last.standing.step
        );
        for (role, sha256) in &last.standing.kept {
            ensure!(now.kept.get(role) == Some(sha256), "{role} is not what it was");
        }
        if let Some(recorded) = last.recording {
            // Accepted or on the screen: it had ended before the program died.
            if now.step != Some(evidence::Step::Video) {
                return Ok(());
            }
            let back = Duration::from_millis(now.taken_ms.unwrap_or(0));
            let lost = recorded.saturating_sub(back);
            report.recordings += 1;
            report.worst = report.worst.max(lost);
            ensure!(
                lost <= MOST_LOST,
                "{:.2} s of {:.2} s of video are lost",
                lost.as_secs_f64(),
                recorded.as_secs_f64()
            );
        }
        Ok(())
    }

    fn start(&self) -> Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("scripted")
            .arg("--folder")
            .arg(self.folder)
            .args(["--server", &self.sandbox.base_url()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let [request] = self.sandbox.requests().as_slice() {
            let (request_pk, videoid_pk) = (request.request_pk, request.videoid_pk);
            command.args(["--seen", &request_pk.to_string(), &videoid_pk.to_string()]);
        }
        command.spawn().context("the program starts")
    }
}
