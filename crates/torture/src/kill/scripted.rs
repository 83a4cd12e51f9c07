//! The program that is killed: a booth whose person walks one case to its submission, wherever it stands.
//!
//! It says on standard output what became true, a line each, so that whoever killed it knows what must be there when it
//! starts again.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use evidence::Step;
use station::Booth;
use station::view::Notice;

use super::said::Said;
use crate::material::{self, said};
use crate::visitor::{self, Visitor};

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
        let seen = || match self.options.seen.as_deref() {
            Some(&[request_pk, videoid_pk]) => Some((request_pk, videoid_pk)),
            _ => None,
        };
        let visitor = Visitor {
            booth: &self.booth,
            video: VIDEO,
            seen: &seen,
            recording: say_recording,
            contact: visitor::CONTACT,
            fields: material::fields,
        };
        self.listen();
        Said::of(&view).print();
        Said::Stands.print();
        for _ in 0..MOST_TURNS {
            if view.step == Step::Submitted {
                Said::Submitted.print();
                return Ok(());
            }
            match visitor.turn(&view).await {
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
}

/// Says when a recording begins and ends.
fn say_recording(begins: bool) {
    if begins {
        Said::Recording(0).print();
    } else {
        Said::RecordingEnded.print();
    }
}
