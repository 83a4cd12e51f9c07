//! A booth with a few submitted cases, and a network that does what it likes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use evidence::{Code, Step};
use oneshot_sandbox::{Fault, Operation, Sandbox, Status};
use station::view::{CaseView, RequestView};
use station::{Problem, QueuePauses, Settings};

use super::line::Line;
use crate::chance::Chance;
use crate::life::Life;
use crate::material;

/// What goes wrong in one booth before it is left in peace.
const TROUBLES: u64 = 14;
/// A server that was sent something to the end is done with it by then.
const SETTLES: Duration = Duration::from_millis(250);
/// A booth left in peace is done by then.
const HANGS: Duration = Duration::from_secs(120);
/// How often somebody looks.
const LOOKS: Duration = Duration::from_millis(25);

/// What happened at one booth.
#[derive(Debug, Default)]
pub struct Happened {
    pub offline: u32,
    pub broken: u32,
    pub restarts: u32,
    pub faults: u32,
    /// How often a person was needed, by why.
    pub asked: u32,
    pub delivered: u32,
    pub purged: u32,
}

/// A booth and its cases.
pub struct Submitting<'a> {
    sandbox: &'a Sandbox,
    line: Line,
    settings: Settings,
    cases: &'a [String],
    chance: Chance,
    life: Option<Life>,
    happened: Happened,
    /// Evidence goes as soon as the server has it.
    at_once: bool,
}

impl<'a> Submitting<'a> {
    pub fn new(
        place: &Path,
        sandbox: &'a Sandbox,
        line: Line,
        cases: &'a [String],
        dialect: &str,
        mut chance: Chance,
    ) -> Result<Self> {
        let mut settings = material::settings(place, sandbox, dialect)?;
        let server = settings.server.as_mut().context("a server is set")?;
        server.base_url = server
            .base_url
            .replace(&sandbox.address().to_string(), &line.address().to_string());
        settings.delivery.queue = true;
        settings.delivery.most_kbit_s = chance.pick(&[0, 0, 24_000, 8_000]);
        settings.delivery.pauses = QueuePauses {
            offline: (Duration::from_millis(20), Duration::from_millis(200)),
            fault: (Duration::from_millis(20), Duration::from_millis(200)),
        };
        let at_once = chance.once_in(2);
        settings.retention.after_hours = if at_once { 0 } else { 24 };
        Ok(Self {
            sandbox,
            line,
            settings,
            cases,
            chance,
            life: None,
            happened: Happened::default(),
            at_once,
        })
    }

    /// Submits them all and waits until they are delivered. An error is something that must not be.
    pub fn walk(mut self) -> (Happened, Result<()>) {
        let ended = self
            .submit()
            .and_then(|()| self.wait())
            .and_then(|()| self.verify());
        if let Some(life) = self.life.take() {
            life.kill();
        }
        (self.happened, ended)
    }

    fn life(&mut self) -> Result<&Life> {
        if self.life.is_none() {
            self.life = Some(Life::begin(&self.settings)?);
        }
        self.life.as_ref().context("it was just begun")
    }

    /// Every case is submitted, whether there is a network or not.
    fn submit(&mut self) -> Result<()> {
        for case in self.cases {
            self.trouble()?;
            let case = case.clone();
            let life = self.life()?;
            life.runtime
                .block_on(async {
                    life.booth.resume_case(&case).await?;
                    life.booth.submit().await?;
                    life.booth.close_case().await
                })
                .map_err(material::said)?;
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<()> {
        let mut began = Instant::now();
        let mut troubles = TROUBLES;
        loop {
            let views = self.look()?;
            if views.iter().all(|view| view.step == Step::Submitted) {
                return Ok(());
            }
            ensure!(
                began.elapsed() < HANGS,
                "left in peace, it does not deliver: {:?}",
                views
                    .iter()
                    .map(|view| (view.step, view.problem.as_ref().map(|problem| problem.code)))
                    .collect::<Vec<_>>()
            );
            for view in &views {
                self.help(view)?;
            }
            if troubles > 0 && self.chance.once_in(3) {
                troubles -= 1;
                self.trouble()?;
                if troubles == 0 {
                    self.sandbox.clear_faults();
                    self.line.heal();
                    began = Instant::now();
                }
            }
            std::thread::sleep(LOOKS);
        }
    }

    /// Every case as it is kept. Nothing of one that is not acknowledged may be gone.
    fn look(&mut self) -> Result<Vec<CaseView>> {
        let cases = self.cases;
        let life = self.life()?;
        let mut views = Vec::new();
        for case in cases {
            let view = life
                .runtime
                .block_on(life.booth.look_at(case))
                .map_err(material::said)?;
            ensure!(
                view.step == Step::Submitted || view.exhibits.iter().all(|exhibit| exhibit.kept),
                "evidence the server does not have was removed"
            );
            views.push(view);
        }
        if self.chance.once_in(8) {
            let life = self.life()?;
            life.runtime
                .block_on(life.booth.purge_due())
                .map_err(material::said)?;
        }
        Ok(views)
    }

    /// What only a person can do: look whether there is a request, and press a button.
    fn help(&mut self, view: &CaseView) -> Result<()> {
        let by_itself = view.delivery.as_ref().is_some_and(|delivery| delivery.by_itself);
        if view.step != Step::Failed || by_itself {
            return Ok(());
        }
        self.happened.asked += 1;
        let uncertain = view.request == RequestView::Uncertain;
        if uncertain {
            // What was sent has arrived by the time somebody looks.
            std::thread::sleep(SETTLES);
        }
        let seen = self.request_of(view);
        let life = self.life()?;
        let helped = life.runtime.block_on(async {
            if !uncertain {
                return life.booth.send_now(&view.id).await.map(drop);
            }
            life.booth.resume_case(&view.id).await?;
            let told = match seen {
                Some((request_pk, videoid_pk)) => life.booth.start_existing(request_pk, videoid_pk).await,
                None => life.booth.start_declare_none().await,
            };
            life.booth.close_case().await?;
            told.map(drop)
        });
        match helped {
            // It went on meanwhile, or the queue has it in hand.
            Err(Problem {
                code: Code::OutOfOrder | Code::CaseInUse,
                ..
            })
            | Ok(()) => Ok(()),
            Err(problem) => bail!("a person who helps is told {}", problem.code.as_str()),
        }
    }

    /// What is at the server for this person, looked up by their address.
    fn request_of(&self, view: &CaseView) -> Option<(i64, i64)> {
        let number = self.cases.iter().position(|case| *case == view.id)?;
        let email = material::email_of(u32::try_from(number).ok()?);
        let requests = self.sandbox.requests();
        let request = requests
            .iter()
            .find(|request| request.create["email"].as_str() == Some(&email))?;
        Some((
            i64::try_from(request.request_pk).ok()?,
            i64::try_from(request.videoid_pk).ok()?,
        ))
    }

    /// Something happens to the network, or to the program.
    fn trouble(&mut self) -> Result<()> {
        use Operation as O;
        match self.chance.below(8) {
            0 | 1 => {
                self.happened.offline += 1;
                self.line.go_down();
                std::thread::sleep(Duration::from_millis(20 + self.chance.below(400)));
                self.line.come_up();
            }
            2 | 3 => {
                self.happened.broken += 1;
                let most = self.chance.pick(&[600, 20_000, 400_000]);
                self.line.break_after(1 + self.chance.below(most));
            }
            4 => {
                self.happened.restarts += 1;
                if let Some(life) = self.life.take() {
                    life.kill();
                }
                std::thread::sleep(SETTLES);
                self.life()?;
            }
            _ => {
                self.happened.faults += 1;
                let operation = self.chance.pick(&[
                    O::CreateVideoid,
                    O::UploadEvidences,
                    O::UploadVideo,
                    O::DownloadVideo,
                    O::GetRequest,
                    O::Hello,
                ]);
                let fault = match self.chance.below(10) {
                    0 | 1 => Fault::DropBefore,
                    2..=4 => Fault::DropAfter,
                    5 => Fault::Html502,
                    6 => Fault::TruncatedBody,
                    7 => Fault::EmptyBody,
                    8 => Fault::Status422,
                    _ => Fault::Delay(Duration::from_millis(20 + self.chance.below(300))),
                };
                self.sandbox.fail_next(operation, fault);
            }
        }
        Ok(())
    }

    /// Each once, none lost, none twice; and what is gone here is there.
    fn verify(&mut self) -> Result<()> {
        let requests = self.sandbox.requests();
        ensure!(
            requests.len() == self.cases.len(),
            "{} requests for {} cases",
            requests.len(),
            self.cases.len()
        );
        for request in &requests {
            ensure!(request.status == Status::Review, "one ended {}", request.status);
            ensure!(
                (request.evidences_taken, request.videos_taken) == (1, 1),
                "evidence was taken {} times, the video {} times",
                request.evidences_taken,
                request.videos_taken
            );
        }
        let views = self.look()?;
        for view in &views {
            let RequestView::Known { request_pk, .. } = view.request else {
                bail!("a delivered case has no request");
            };
            let own = self.request_of(view).map(|(request_pk, _)| request_pk);
            ensure!(own == Some(request_pk), "a case was sent for somebody else");
        }
        self.happened.delivered += u32::try_from(views.len())?;
        let at_once = self.at_once;
        let life = self.life()?;
        life.runtime
            .block_on(life.booth.purge_due())
            .map_err(material::said)?;
        for view in self.look()? {
            let gone = view.exhibits.iter().all(|exhibit| !exhibit.kept);
            ensure!(
                gone == at_once,
                "evidence goes at once: {at_once}, it went: {gone}"
            );
            ensure!(
                view.exhibits.iter().all(|exhibit| exhibit.sha256.len() == 64),
                "the proof of a delivery is gone"
            );
            self.happened.purged += u32::from(gone);
        }
        Ok(())
    }
}
