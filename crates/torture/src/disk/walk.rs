//! One case over a disk that fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use evidence::{Code, Step};
use oneshot_sandbox::{Sandbox, Status};
use sha2::{Digest as _, Sha256};
use station::view::CaseView;
use station::{Problem, QueuePauses, Settings};
use vault::Vault;
use vault::keys::{KeyFile, KeySource};

use super::faults::{FailingDisk, Kind, Plan};
use crate::chance::Chance;
use crate::life::Life;
use crate::material;
use crate::visitor::{self, Seen, Visitor};

/// Long enough for several fragments of a second, short enough for some hundred cases.
const VIDEO: Duration = Duration::from_millis(1300);
/// Who is told nothing makes room all the same after this long.
const MAKES_ROOM: Duration = Duration::from_millis(1500);
/// Whoever does not get on starts the program again.
const PATIENCE: Duration = Duration::from_secs(4);
/// A case that takes longer does not get on.
const HANGS: Duration = Duration::from_secs(90);

/// What came of one case.
#[derive(Debug, Default)]
pub struct Walked {
    /// Operations of the disk.
    pub operations: u32,
    /// The same, by kind.
    pub by_kind: BTreeMap<String, u32>,
    /// What failed.
    pub hit: Option<String>,
    /// What the person was told, in order.
    pub told: Vec<Code>,
    /// How often the program was started again.
    pub restarts: u32,
}

/// A case on its way.
pub struct Walk<'a> {
    sandbox: &'a Sandbox,
    settings: Settings,
    disk: Arc<FailingDisk>,
    plan: Option<Plan>,
    chance: Chance,
    walked: Walked,
    /// What was accepted, by role: its SHA-256.
    accepted: BTreeMap<String, String>,
    case: Option<String>,
    hit_at: Option<Instant>,
}

impl<'a> Walk<'a> {
    /// A case in `folder`, whose disk fails as planned.
    pub fn new(folder: &Path, sandbox: &'a Sandbox, plan: Option<Plan>, chance: Chance) -> Result<Self> {
        let disk = FailingDisk::new(plan);
        let mut settings = material::settings(folder, sandbox, "current")?;
        settings.vault.disk = disk.disk();
        settings.delivery.queue = true;
        let pauses = (Duration::from_millis(20), Duration::from_millis(100));
        settings.delivery.pauses = QueuePauses {
            offline: pauses,
            fault: pauses,
        };
        Ok(Self {
            sandbox,
            settings,
            disk,
            plan,
            chance,
            walked: Walked::default(),
            accepted: BTreeMap::new(),
            case: None,
            hit_at: None,
        })
    }

    /// Walks it to its submission. An error is something that must not be.
    pub fn walk(mut self) -> (Walked, Result<()>) {
        let ended = self.go_through();
        self.walked.operations = self.disk.counted();
        self.walked.by_kind = self.disk.by_kind();
        self.walked.hit = self.disk.hit().map(|op| format!("{op:?}"));
        (self.walked, ended)
    }

    fn go_through(&mut self) -> Result<()> {
        let began = Instant::now();
        while !self.live(began)? {
            self.walked.restarts += 1;
        }
        self.verify_at_the_server()?;
        self.verify_after_all()
    }

    /// One life of the program. True when the server has the case.
    fn live(&mut self, began: Instant) -> Result<bool> {
        ensure!(began.elapsed() < HANGS, "does not get on");
        let life = match Life::attempt(&self.settings)? {
            Ok(life) => life,
            Err(problem) => {
                self.told(&problem)?;
                return Ok(false);
            }
        };
        let outcome = self.at_the_booth(&life, began);
        life.kill();
        outcome
    }

    fn at_the_booth(&mut self, life: &Life, began: Instant) -> Result<bool> {
        let Some(mut view) = self.case_of(life)? else {
            return Ok(false);
        };
        self.compare(&view)?;
        let sandbox = self.sandbox;
        let seen = || seen_at(sandbox);
        let visitor = Visitor {
            booth: &life.booth,
            video: VIDEO,
            seen: &seen,
            recording: |_| {},
            contact: visitor::CONTACT,
            fields: material::fields,
        };
        let mut moved = Instant::now();
        while view.step != Step::Submitted {
            ensure!(began.elapsed() < HANGS, "does not get on at {:?}", view.step);
            self.make_room_in_time();
            if moved.elapsed() > PATIENCE {
                return Ok(false);
            }
            let turn = life
                .runtime
                .block_on(async { tokio::time::timeout(HANGS, visitor.turn(&view)).await });
            let next = match turn {
                Err(_) => bail!("hangs at {:?}", view.step),
                Ok(Ok(next)) => next,
                Ok(Err(problem)) => {
                    self.told(&problem)?;
                    if self.chance.once_in(3) {
                        // Whoever is told of trouble starts the program again, too.
                        return Ok(false);
                    }
                    match life.runtime.block_on(life.booth.current_case()) {
                        Some(view) => view,
                        None => return Ok(false),
                    }
                }
            };
            if next.step != view.step || next.revision != view.revision {
                moved = Instant::now();
            }
            self.compare(&next)?;
            view = next;
        }
        // What the audit log could not take is told on the first screen.
        let booth = life.runtime.block_on(life.booth.view());
        if let Some(problem) = booth.ok().and_then(|view| view.problem) {
            self.walked.told.push(problem.code);
            self.disk.repair();
        }
        Ok(true)
    }

    /// The case on the screen: the one that is kept, or a new one. None when a problem was told.
    fn case_of(&mut self, life: &Life) -> Result<Option<CaseView>> {
        let opened = life.runtime.block_on(async {
            let kept = life.booth.cases().await?;
            match kept.as_slice() {
                [] => life.booth.open_case().await,
                [case, ..] => life.booth.resume_case(&case.id).await,
            }
        });
        match opened {
            Ok(view) => {
                if let Some(case) = &self.case {
                    ensure!(*case == view.id, "the case is gone");
                }
                self.case = Some(view.id.clone());
                Ok(Some(view))
            }
            Err(problem) => {
                self.told(&problem)?;
                Ok(None)
            }
        }
    }

    /// A problem was told: it has to say what is wrong.
    fn told(&mut self, problem: &Problem) -> Result<()> {
        self.walked.told.push(problem.code);
        let Some(plan) = self.plan.filter(|_| self.disk.hit().is_some()) else {
            bail!("{} without a cause", problem.code.as_str());
        };
        let fits = match (plan.kind, problem.code) {
            (_, Code::AuditFailed | Code::RequestUncertain) => true,
            (Kind::Full | Kind::StaysFull, code) => code == Code::StoreFull,
            (Kind::Broken, code) => matches!(code, Code::StoreFailed | Code::CredentialStore),
        };
        ensure!(
            fits,
            "{} was told of a disk {}",
            problem.code.as_str(),
            plan.kind.name()
        );
        if self.chance.once_in(2) {
            self.disk.repair();
        }
        self.make_room_in_time();
        Ok(())
    }

    fn make_room_in_time(&mut self) {
        if self.disk.hit().is_some() {
            let hit_at = *self.hit_at.get_or_insert_with(Instant::now);
            if hit_at.elapsed() > MAKES_ROOM {
                self.disk.repair();
            }
        }
    }

    /// That everything accepted is there still, as it was.
    fn compare(&mut self, view: &CaseView) -> Result<()> {
        let now: BTreeMap<String, String> = view
            .exhibits
            .iter()
            .map(|exhibit| (format!("{:?}", exhibit.role), exhibit.sha256.clone()))
            .collect();
        for (role, sha256) in &self.accepted {
            ensure!(now.get(role) == Some(sha256), "{role} was accepted and is lost");
        }
        self.accepted = now;
        Ok(())
    }

    fn verify_at_the_server(&self) -> Result<()> {
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

    /// Once the disk is well: the case with every accepted piece, a vault and an audit log that hold.
    fn verify_after_all(&self) -> Result<()> {
        let mut settings = self.settings.clone();
        settings.vault.disk = vault::Disk::default();
        let life = Life::begin(&settings)?;
        let case = self.case.clone().unwrap_or_default();
        let mut digests = Vec::new();
        let read = life.runtime.block_on(async {
            let view = life.booth.resume_case(&case).await?;
            for exhibit in &view.exhibits {
                let stored = life.booth.object(&case, &exhibit.object).await?;
                digests.push(hex::encode(Sha256::digest(&stored.bytes)));
            }
            Ok(view)
        });
        life.kill();
        let view = read.map_err(material::said)?;
        for (role, sha256) in &self.accepted {
            let there = view
                .exhibits
                .iter()
                .any(|exhibit| format!("{:?}", exhibit.role) == *role && exhibit.sha256 == *sha256)
                && digests.contains(sha256);
            ensure!(there, "{role} is lost");
        }
        let folder = settings.data_dir.clone().unwrap_or_default();
        let key = KeyFile::new(folder.join("practice.key"));
        let vault = Vault::open(folder.join("practice"), KeySource::Kept(&key))?;
        let damage = vault.verify()?;
        ensure!(damage.is_empty(), "the vault is damaged: {damage:?}");
        let log = settings.audit_log().map_err(material::said)?.verify(&[])?;
        ensure!(
            log.broken.is_none(),
            "the audit log does not hold: {:?}",
            log.broken
        );
        Ok(())
    }
}

/// The only request a server has.
pub fn seen_at(sandbox: &Sandbox) -> Option<Seen> {
    match sandbox.requests().as_slice() {
        [request] => Some((
            i64::try_from(request.request_pk).ok()?,
            i64::try_from(request.videoid_pk).ok()?,
        )),
        _ => None,
    }
}
