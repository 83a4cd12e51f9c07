//! The program that is killed: a booth whose person walks one case to its submission, wherever it stands.
//!
//! It says on standard output what became true, a line each, so that whoever killed it knows what must be there when it
//! starts again.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use evidence::{DocumentType, Step};
use station::view::{CaseView, DocumentView, Notice, RequestView, ShowingView};
use station::{Booth, Problem, practice_person};

use super::said::Said;
use crate::material::{self, said};

/// How long the video is.
const VIDEO: Duration = Duration::from_millis(2500);
/// More often than this nothing is tried: a script that does not get on has found something.
const MOST_TURNS: u32 = 400;

/// Where the program works, and what a person found when they looked at the server.
#[derive(clap::Args)]
pub struct Options {
    /// The folder of the booth.
    #[arg(long)]
    folder: std::path::PathBuf,
    /// The server's prefix.
    #[arg(long)]
    server: String,
    /// The request somebody saw at the server: its number, its VideoID's.
    #[arg(long, num_args = 2)]
    seen: Option<Vec<i64>>,
}

/// Walks the case of the folder to its submission.
pub fn walk(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let settings = material::settings_for(&options.folder, &options.server, "current", None)?;
        let booth = Booth::open(settings).await.map_err(said)?;
        Script { booth, options }.run().await
    })
}

struct Script<'a> {
    booth: Booth,
    options: &'a Options,
}

impl Script<'_> {
    async fn run(&self) -> Result<()> {
        let kept = self.booth.cases().await.map_err(said)?;
        let mut view = match kept.as_slice() {
            [] => self.booth.open_case().await.map_err(said)?,
            [case] => self.booth.resume_case(&case.id).await.map_err(said)?,
            more => bail!("{} cases where there is one", more.len()),
        };
        self.listen();
        Said::of(&view).print();
        Said::Stands.print();
        for _ in 0..MOST_TURNS {
            if view.step == Step::Submitted {
                Said::Submitted.print();
                return Ok(());
            }
            match self.turn(&view).await {
                Ok(next) => view = next,
                // What is refused is looked at anew, as a person does.
                Err(problem) => {
                    Said::Problem(problem.code.as_str().to_owned()).print();
                    view = self
                        .booth
                        .current_case()
                        .await
                        .context("the case is on the screen")?;
                }
            }
            Said::of(&view).print();
        }
        bail!("does not get on: {:?}", view.step)
    }

    /// Says how far a recording is.
    fn listen(&self) {
        let mut notices = self.booth.notices();
        tokio::spawn(async move {
            while let Ok(notice) = notices.recv().await {
                if let Notice::Recording { recording } = notice {
                    Said::Recording(recording.elapsed_ms).print();
                }
            }
        });
    }

    async fn turn(&self, view: &CaseView) -> Result<CaseView, Problem> {
        let booth = &self.booth;
        match view.step {
            Step::Start => self.begin(view).await,
            Step::Consent => {
                let text = booth.consent_text("es");
                booth.accept_consent("es", &text.version).await
            }
            Step::Document => {
                let card = DocumentView {
                    kind: DocumentType::IdentityCard,
                    country: "ES".to_owned(),
                };
                booth.choose_document(card).await
            }
            Step::Front | Step::Rear | Step::Selfie => match showing(view) {
                ShowingView::Live => booth.take_still().await,
                _ => booth.use_capture().await,
            },
            Step::Portrait => booth.cut_portrait(practice_person().portrait).await,
            Step::Fields => booth.confirm_fields(material::fields()).await,
            Step::Video => match showing(view) {
                ShowingView::Live => {
                    booth.begin_video().await?;
                    Said::Recording(0).print();
                    tokio::time::sleep(VIDEO).await;
                    let ended = booth.end_video().await;
                    Said::RecordingEnded.print();
                    ended
                }
                _ => booth.use_capture().await,
            },
            Step::Review => booth.submit().await,
            Step::Failed => booth.submit().await,
            _ => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(booth.current_case().await.unwrap_or_else(|| view.clone()))
            }
        }
    }

    /// Somebody who does not know whether there is a request looks at the server first.
    async fn begin(&self, view: &CaseView) -> Result<CaseView, Problem> {
        if view.request != RequestView::Uncertain {
            return self.booth.start_new("+34 699 999 999", "alma@example.org").await;
        }
        match self.options.seen.as_deref() {
            Some(&[request_pk, videoid_pk]) => self.booth.start_existing(request_pk, videoid_pk).await,
            _ => self.booth.start_declare_none().await,
        }
    }
}

fn showing(view: &CaseView) -> &ShowingView {
    view.capture
        .as_ref()
        .map_or(&ShowingView::Live, |capture| &capture.showing)
}
