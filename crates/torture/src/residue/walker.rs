//! The program that is looked through: a booth in practice, as a newcomer starts it, with a whole case in it.
//!
//! It stops at each stage until whoever looks through its files is done; a recording goes on meanwhile.

use std::fs::File;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use evidence::{CodeMethod, Step};
use oneshot_sandbox::Sandbox;
use station::view::{CaseView, RequestView, ShowingView, SignIn, UnlockInput};
use station::{Booth, Settings, StartUp};

use super::canaries;
use crate::material::said;
use crate::visitor::{Visitor, showing};

const VIDEO: Duration = Duration::from_millis(2600);
/// More often than this nothing is tried.
const MOST_TURNS: u32 = 600;

/// Where its log goes.
#[derive(clap::Args)]
pub struct Options {
    #[arg(long)]
    log: PathBuf,
}

/// Walks one case from its start to the signed paper.
pub fn walk(options: &Options) -> Result<()> {
    let log = File::options().create(true).append(true).open(&options.log)?;
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let booth = Booth::open(settings()?).await.map_err(said)?;
        case(&booth).await?;
        stage("end");
        Ok(())
    })
}

/// Everything by default but what a machine that tests cannot have.
fn settings() -> Result<Settings> {
    let start_up = StartUp {
        practice: true,
        ..StartUp::default()
    };
    let mut settings = start_up.read().map_err(said)?;
    settings.cameras.replay_only = true;
    settings.disk.reserve_mb = 0;
    settings.secrets = station::credentials::Source::in_memory([]);
    Ok(settings)
}

/// Says the stage and waits to be let go on.
fn stage(name: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens may be gone; then nobody lets go on either.
    let _ = writeln!(out, "{name}").and_then(|()| out.flush());
    let _ = std::io::stdin().lock().lines().next();
}

async fn case(booth: &Booth) -> Result<()> {
    let kept = booth.cases().await.map_err(said)?;
    let mut view = match kept.as_slice() {
        [] => booth.open_case().await.map_err(said)?,
        [case, ..] => booth.resume_case(&case.id).await.map_err(said)?,
    };
    let sandbox = booth.sandbox().context("practice brings its server")?;
    for _ in 0..MOST_TURNS {
        view = match view.step {
            Step::Start
            | Step::Consent
            | Step::Document
            | Step::Front
            | Step::Portrait
            | Step::Rear
            | Step::Selfie
            | Step::Fields
            | Step::Video
            | Step::Review
            | Step::Submitting
            | Step::Failed => captured(booth, sandbox, &view).await?,
            Step::Signed if signed(booth, &view).await? => return Ok(()),
            _ => after(booth, sandbox, &view).await?,
        };
    }
    bail!("does not get on: {:?}", view.step)
}

async fn captured(booth: &Booth, sandbox: &Sandbox, view: &CaseView) -> Result<CaseView> {
    match (view.step, showing(view)) {
        // A file a person picked, besides what the cameras give.
        (Step::Rear, ShowingView::Live) => {
            return booth.add_picture(canaries::picture()).await.map_err(said);
        }
        (Step::Video, ShowingView::Live) => {
            booth.begin_video().await.map_err(said)?;
            tokio::time::sleep(VIDEO).await;
            tokio::task::spawn_blocking(|| stage("recording")).await?;
            return booth.end_video().await.map_err(said);
        }
        (Step::Video, ShowingView::Taken { exhibit }) => {
            // Looked at, as a person does: pictures of it are decoded.
            for millis in [0, 700] {
                booth
                    .clip_frame(&view.id, &exhibit.object, millis)
                    .await
                    .map_err(said)?;
            }
            tokio::task::spawn_blocking(|| stage("video")).await?;
        }
        (Step::Review, _) => tokio::task::spawn_blocking(|| stage("review")).await?,
        _ => {}
    }
    let seen = || crate::disk::seen_at(sandbox);
    let visitor = Visitor {
        booth,
        video: VIDEO,
        seen: &seen,
        recording: |_| {},
        contact: (canaries::PHONE, canaries::EMAIL),
        fields: canaries::fields,
    };
    visitor.turn(view).await.map_err(said)
}

async fn after(booth: &Booth, sandbox: &Sandbox, view: &CaseView) -> Result<CaseView> {
    let done = match view.step {
        Step::Submitted => {
            if booth.officer().officer.is_none() {
                let sign_in = SignIn {
                    name: canaries::OFFICER.to_owned(),
                    rao: Some("1400".to_owned()),
                    token: Some(sandbox.token()),
                    ..SignIn::default()
                };
                booth.officer_sign_in(sign_in).await.map_err(said)?;
            }
            booth.desk_open(&view.id).await.map_err(said)?;
            booth.approve().await
        }
        Step::Documents => {
            let signing = view.signing.as_ref().context("papers can be added")?;
            if signing.papers.is_empty() {
                booth
                    .paper_add_bytes(canaries::PAPER, canaries::paper())
                    .await
                    .map_err(said)?;
            }
            booth.papers_upload().await.map_err(said)?;
            booth.contract_fetch().await
        }
        Step::Reading => {
            let signing = view.signing.as_ref().context("there is something to read")?;
            let contract = signing.contract.iter().map(|contract| contract.object.clone());
            let papers = signing.papers.iter().map(|paper| paper.object.clone());
            let mut read = None;
            for object in papers.chain(contract).collect::<Vec<_>>() {
                booth.paper_page(&view.id, &object, 0, 1000).await.map_err(said)?;
                read = Some(booth.mark_read(&object).await.map_err(said)?);
            }
            tokio::task::spawn_blocking(|| stage("reading")).await?;
            read.map(Ok).unwrap_or_else(|| Ok(view.clone()))
        }
        Step::Code => {
            let RequestView::Known { request_pk, .. } = view.request else {
                bail!("a case to be signed has no request");
            };
            booth.code_request(CodeMethod::Sms).await.map_err(said)?;
            let code = sandbox
                .otp(request_pk.unsigned_abs())
                .context("a code was sent")?;
            booth.sign(UnlockInput::Code { code }).await
        }
        Step::Signed => booth.signed_fetch().await,
        step => bail!("the case went to {step:?}"),
    };
    done.map_err(said)
}

/// Whether the signed paper is here; then it was looked at.
async fn signed(booth: &Booth, view: &CaseView) -> Result<bool> {
    let Some(signing) = view.signing.as_ref().filter(|signing| signing.all_kept) else {
        return Ok(false);
    };
    for paper in &signing.papers {
        booth.signed_bytes(&paper.id).await.map_err(said)?;
    }
    Ok(true)
}
