//! A person at the booth who never gives up: looks at the screen, does what comes next, and tries again.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use evidence::{CodeMethod, Step};
use oneshot_sandbox::Sandbox;
use station::view::{CaseView, CodeProgress, LegProgress, RequestView, SignIn, UnlockInput};
use station::{Booth, PRACTICE_AGREEMENT, Problem};

use crate::chance::Chance;
use crate::life::Life;
use crate::tally::Report;
use crate::trouble::{Action, Trouble};

/// A case that needs more than this does not get on: one without faults takes a score, and two in five actions meet one.
const MOST_ACTIONS: u32 = 150;
/// An action that takes longer hangs: every fault is over in less than a second, and no pause is longer than seconds.
const HANGS: Duration = Duration::from_secs(90);

/// One case, from the review to its end.
pub struct Person<'a> {
    sandbox: &'a Sandbox,
    chance: Chance,
    settings: station::Settings,
    case: String,
    pause: Duration,
    life: Option<Life>,
    report: Report,
    /// Requests the server had made before.
    created_before: u64,
    /// What this person intends.
    papers: usize,
    refuses: bool,
    external: bool,
    /// How often documents were put in, and codes asked for.
    put_in: u32,
    put_back: u32,
    asked: u32,
}

/// What became of an action.
enum Did<T> {
    It(T),
    /// A problem was told, or the program was killed.
    Not,
}

impl<'a> Person<'a> {
    /// A person before a case at its review. `pause` is how long a killed program stays away.
    pub fn new(
        sandbox: &'a Sandbox,
        mut chance: Chance,
        case: String,
        settings: station::Settings,
        pause: Duration,
    ) -> Self {
        Self {
            settings,
            case,
            pause,
            life: None,
            report: Report::default(),
            created_before: sandbox.created(),
            papers: 1 + usize::try_from(chance.below(3)).expect("below three"),
            refuses: chance.once_in(20),
            external: chance.once_in(8),
            put_in: 0,
            put_back: 0,
            asked: 0,
            sandbox,
            chance,
        }
    }

    /// Goes through to the end. An error is something that must not be.
    pub fn walk(mut self) -> (Report, Walked, Result<()>) {
        let ended = self.walk_on();
        let walked = Walked {
            created_before: self.created_before,
            papers: self.papers,
            refused: self.refuses,
            put_in: self.put_in,
            put_back: self.put_back,
            asked: self.asked,
        };
        if let Some(life) = self.life.take() {
            life.kill();
        }
        (self.report, walked, ended)
    }

    fn walk_on(&mut self) -> Result<()> {
        for _ in 0..MOST_ACTIONS {
            let Some(view) = self.look()? else { continue };
            match view.step {
                Step::Closed | Step::Refused => return Ok(()),
                _ => self.act(&view)?,
            }
        }
        bail!("does not get on")
    }

    /// What is on the screen; opens the program where it is not running.
    fn look(&mut self) -> Result<Option<CaseView>> {
        if let Some(life) = &self.life
            && let Some(view) = life.runtime.block_on(life.booth.current_case())
        {
            return Ok(Some(view));
        }
        if self.life.is_none() {
            self.life = Some(Life::begin(&self.settings)?);
        }
        let case = self.case.clone();
        match self.does(Action::Resume, async move |booth| booth.resume_case(&case).await)? {
            Did::It(view) => {
                self.report.resumed += 1;
                Ok(Some(view))
            }
            Did::Not => Ok(None),
        }
    }

    fn act(&mut self, view: &CaseView) -> Result<()> {
        match view.step {
            Step::Review => self.submit(),
            Step::Submitting => self.wait_for_delivery(),
            Step::Failed => self.try_again(view),
            Step::Submitted => self.decide(),
            Step::Documents => self.documents(view),
            Step::Reading => self.read(view),
            Step::Code => self.code(view),
            Step::Signed => self.signed(view),
            step => bail!("the case went back to {step:?}"),
        }
    }

    fn submit(&mut self) -> Result<()> {
        if let Did::It(_) = self.does(Action::Submit, async |booth| booth.submit().await)? {
            self.wait_for_delivery()?;
        }
        Ok(())
    }

    /// The delivery runs by itself; the program may be killed meanwhile.
    fn wait_for_delivery(&mut self) -> Result<()> {
        self.does(Action::Submit, async |booth| {
            loop {
                match booth.current_case().await {
                    Some(view) if view.step == Step::Submitting => {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    _ => return Ok(()),
                }
            }
        })
        .map(drop)
    }

    /// After a failure. Where nobody knows whether there is a request, this person looks at the server.
    fn try_again(&mut self, view: &CaseView) -> Result<()> {
        let Some(problem) = &view.problem else {
            bail!("the delivery stopped without a reason");
        };
        self.report
            .told(Action::Submit, problem.code, problem.detail.as_deref());
        if view.request != RequestView::Uncertain {
            return self.submit();
        }
        std::thread::sleep(self.pause);
        let newest = self
            .sandbox
            .requests()
            .into_iter()
            .max_by_key(|request| request.request_pk);
        let made = newest.filter(|_| self.sandbox.created() > self.created_before);
        let told = match made {
            Some(request) => {
                let (request_pk, videoid_pk) = (
                    i64::try_from(request.request_pk)?,
                    i64::try_from(request.videoid_pk)?,
                );
                self.does(Action::Tell, async move |booth| {
                    booth.start_existing(request_pk, videoid_pk).await
                })?
            }
            None => self.does(Action::Tell, async |booth| booth.start_declare_none().await)?,
        };
        match told {
            Did::It(_) => self.wait_for_delivery(),
            Did::Not => Ok(()),
        }
    }

    fn decide(&mut self) -> Result<()> {
        let sign_in = SignIn {
            name: "Practice Officer".to_owned(),
            rao: Some("1400".to_owned()),
            token: Some(self.sandbox.token()),
            ..SignIn::default()
        };
        let signed_in = self.does(Action::SignIn, async move |booth| {
            if booth.officer().officer.is_none() {
                booth.officer_sign_in(sign_in).await?;
            }
            Ok(())
        })?;
        if let Did::Not = signed_in {
            return Ok(());
        }
        let case = self.case.clone();
        let opened = self.does(Action::Open, async move |booth| booth.desk_open(&case).await)?;
        if let Did::Not = opened {
            return Ok(());
        }
        let refuses = self.refuses;
        self.does(Action::Decide, async move |booth| {
            if refuses {
                booth.refuse("Expired document").await
            } else {
                booth.approve().await
            }
        })
        .map(drop)
    }

    fn documents(&mut self, view: &CaseView) -> Result<()> {
        let Some(signing) = &view.signing else {
            bail!("no documents can be picked after the approval");
        };
        if signing.papers.len() < self.papers {
            // Two that are alike are the hardest to tell apart afterwards.
            let alike = self.chance.once_in(3);
            let mut pdf = PRACTICE_AGREEMENT.to_vec();
            if !alike {
                pdf.extend(format!("\n% {}\n", signing.papers.len()).bytes());
            }
            let name = format!("paper {}.pdf", self.put_in);
            self.put_in += 1;
            return self
                .does(Action::Pick, async move |booth| {
                    booth.paper_add_bytes(&name, pdf).await
                })
                .map(drop);
        }
        let all_there = signing
            .papers
            .iter()
            .all(|paper| paper.upload == LegProgress::Arrived);
        if self.chance.once_in(15) {
            let paper = signing.papers[0].id.clone();
            self.put_back += 1;
            return self
                .does(Action::PutBack, async move |booth| {
                    booth.paper_remove(&paper).await
                })
                .map(drop);
        }
        if all_there {
            self.does(Action::Contract, async |booth| booth.contract_fetch().await)
                .map(drop)
        } else {
            self.does(Action::Upload, async |booth| booth.papers_upload().await)
                .map(drop)
        }
    }

    fn read(&mut self, view: &CaseView) -> Result<()> {
        let signing = view.signing.as_ref();
        let contract = signing.and_then(|signing| signing.contract.as_ref());
        let papers = signing.map_or(&[][..], |signing| &signing.papers);
        let unread = papers.iter().find(|paper| !paper.read).map(|paper| &paper.object);
        let unread = unread.or(contract
            .filter(|contract| !contract.read)
            .map(|contract| &contract.object));
        match unread.cloned() {
            Some(object) => self
                .does(Action::Read, async move |booth| booth.mark_read(&object).await)
                .map(drop),
            None => self
                .does(Action::Contract, async |booth| booth.contract_fetch().await)
                .map(drop),
        }
    }

    fn code(&mut self, view: &CaseView) -> Result<()> {
        let Some(signing) = &view.signing else {
            bail!("there is nothing to sign");
        };
        if self.external {
            let unlock = UnlockInput::External {
                kind: "biometric".to_owned(),
                value: "12345678-12345678".to_owned(),
                secret: "123456".to_owned(),
            };
            return self.sign(unlock);
        }
        let RequestView::Known { request_pk, .. } = view.request else {
            bail!("a case to be signed has no request");
        };
        let on_the_phone = self.sandbox.otp(request_pk.unsigned_abs());
        match on_the_phone {
            // Not told that one was sent, a person may still see it come.
            Some(code) if signing.code.state != CodeProgress::None && !self.chance.once_in(10) => {
                let mistyped = self.chance.once_in(10);
                let code = if mistyped { wrong(&code) } else { code };
                self.sign(UnlockInput::Code { code })
            }
            _ => {
                self.asked += 1;
                let outcome = self.does(Action::Code, async |booth| {
                    booth.code_request(CodeMethod::Sms).await
                })?;
                if let Did::Not = outcome
                    && self.report.last() == "code_too_soon"
                {
                    // A minute passes.
                    self.sandbox.advance_clock(Duration::from_secs(61));
                }
                Ok(())
            }
        }
    }

    fn sign(&mut self, unlock: UnlockInput) -> Result<()> {
        self.does(Action::Sign, async move |booth| booth.sign(unlock).await)
            .map(drop)
    }

    fn signed(&mut self, view: &CaseView) -> Result<()> {
        let Some(signing) = view.signing.as_ref().filter(|signing| signing.all_kept) else {
            return self
                .does(Action::Fetch, async |booth| booth.signed_fetch().await)
                .map(drop);
        };
        self.compare(view, signing.papers.len())?;
        for paper in &signing.papers {
            let id = paper.id.clone();
            let Did::It((_, bytes)) =
                self.does(Action::Open, async move |booth| booth.signed_bytes(&id).await)?
            else {
                return Ok(());
            };
            ensure!(
                bytes.starts_with(PRACTICE_AGREEMENT),
                "another document was signed"
            );
            ensure!(
                bytes.len() > PRACTICE_AGREEMENT.len() + 1000,
                "nothing was signed"
            );
        }
        self.does(Action::Delete, async |booth| booth.server_delete().await)
            .map(drop)
    }

    /// What was signed is what is on the screen: no document twice, none besides.
    fn compare(&self, view: &CaseView, papers: usize) -> Result<()> {
        let RequestView::Known { request_pk, .. } = view.request else {
            bail!("a signed case has no request");
        };
        let request = self
            .sandbox
            .request(request_pk.unsigned_abs())
            .context("the request is gone")?;
        let signed = request
            .documents
            .iter()
            .filter(|document| document.signed.is_some())
            .count();
        // Less than that: the deletion was under way when it was interrupted.
        let deleting = view
            .signing
            .as_ref()
            .is_some_and(|signing| signing.deletion != LegProgress::Waiting);
        ensure!(
            signed == papers || (deleting && signed < papers),
            "{signed} documents were signed, and {papers} wanted"
        );
        Ok(())
    }

    /// Does something, with whatever goes wrong this time.
    fn does<T>(
        &mut self,
        action: Action,
        what: impl AsyncFnOnce(&Booth) -> Result<T, Problem>,
    ) -> Result<Did<T>> {
        let trouble = Trouble::of(action, &mut self.chance);
        for (operation, fault) in &trouble.faults {
            self.sandbox.fail_next(*operation, *fault);
        }
        let Some(life) = &self.life else {
            bail!("the program is not running");
        };
        let began = Instant::now();
        let limit = trouble.killed_after.unwrap_or(HANGS);
        let outcome = life
            .runtime
            .block_on(async { tokio::time::timeout(limit, what(&life.booth)).await });
        self.report.did(action, began.elapsed());
        match outcome {
            Ok(Ok(done)) => Ok(Did::It(done)),
            Ok(Err(problem)) => {
                let why = problem.detail.as_ref().map(|detail| detail.expose().as_str());
                self.report.told(action, problem.code, why);
                Ok(Did::Not)
            }
            Err(_) if trouble.killed_after.is_none() => bail!("{} hangs", action.name()),
            Err(_) => {
                self.report.was_killed();
                if let Some(life) = self.life.take() {
                    life.kill();
                }
                // A program is not started again in the same instant: what it had sent is taken in by then.
                std::thread::sleep(self.pause);
                Ok(Did::Not)
            }
        }
    }
}

/// What a person meant to do, and did, in a case that ended.
pub struct Walked {
    pub created_before: u64,
    pub papers: usize,
    pub refused: bool,
    pub put_in: u32,
    pub put_back: u32,
    pub asked: u32,
}

fn wrong(code: &str) -> String {
    let mut digits: Vec<char> = code.chars().collect();
    if let Some(last) = digits.last_mut() {
        *last = if *last == '0' { '1' } else { '0' };
    }
    digits.into_iter().collect()
}
