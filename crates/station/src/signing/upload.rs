//! Documents on their way to the server: each once, and the same bytes there as here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use evidence::{CaseId, Code, Paper, PaperId, Problem, SigningEvent, Step, TryAgain, Upload};
use oneshot::{DocumentFile, DocumentKind, Outcome, Progress, UploadedDocument};
use parking_lot::Mutex;

use super::inventory::Whereabouts;
use super::{Errand, pause, with_code};
use crate::booth::Booth;
use crate::kept::Kept;
use crate::view::{CaseView, Notice, PaperUploadView};
use crate::{clock, problems};

/// How often a document is looked for before it is said not to have arrived: the server may still be reading it.
const LOOKS: u32 = 3;
/// The page is told this often; more would only keep it busy.
const TOLD_EVERY: Duration = Duration::from_millis(100);

impl Booth {
    /// Brings every document to the server that is not there yet.
    ///
    /// # Errors
    /// The first failure; what has arrived until then stays there, and the next try goes on behind it.
    pub async fn papers_upload(&self) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        loop {
            let case = errand.expect(Step::Documents).await?;
            if case.signing.papers.is_empty() {
                return Err(problems::out_of_order());
            }
            let next = case
                .signing
                .papers
                .iter()
                .find(|paper| !matches!(paper.upload, Upload::Arrived { .. }));
            match next {
                None => return Ok(errand.view().await),
                Some(paper) if matches!(paper.upload, Upload::Sending { .. }) => {
                    errand.has_arrived(paper).await?;
                }
                Some(paper) => errand.send(case.id, paper).await?,
            }
        }
    }
}

impl Errand {
    async fn send(&self, case: CaseId, paper: &Paper) -> Result<(), Problem> {
        self.happened(SigningEvent::PaperSending {
            paper: paper.id,
            at: clock::now(),
        })
        .await?;
        let file = DocumentFile {
            // EXPOSE: the server shows the document under its name.
            file_name: paper.file_name.expose().clone(),
            source: Kept::source(&self.booth, case, paper.object, paper.bytes),
            kind: DocumentKind::Pdf,
        };
        let progress = told_to_the_page(&self.booth, case, paper.id);
        match self
            .client()
            .upload_document(self.request_pk, file, progress)
            .await
        {
            Ok(uploaded) => self.arrived(paper, &uploaded).await,
            Err(error) if error.outcome() != Outcome::Unknown => {
                tracing::warn!(%error, "a document was not uploaded");
                self.happened(SigningEvent::PaperNotArrived(paper.id)).await?;
                Err(problems::from_call(&error))
            }
            // Looked up once, at once, before a person is troubled.
            Err(error) => {
                tracing::warn!(%error, "the answer to an upload was lost");
                if self.has_arrived(paper).await? {
                    return Ok(());
                }
                Err(Problem {
                    try_again: TryAgain::Now,
                    ..problems::from_call(&error)
                })
            }
        }
    }

    /// Compares what the server has with what was sent: by the digest it answers with, or by reading the document back
    /// where it answers with none.
    async fn arrived(&self, paper: &Paper, uploaded: &UploadedDocument) -> Result<(), Problem> {
        let theirs = match &uploaded.digest {
            Some(digest) => digest.to_ascii_lowercase(),
            None => self.digest_at_server(&uploaded.uid).await.map_err(|error| {
                let problem = problems::from_call(&error);
                with_code(Code::DocumentUncertain, TryAgain::FindOutFirst, problem)
            })?,
        };
        let uid = uploaded.uid.as_str();
        if theirs == paper.sha256 {
            self.happened(SigningEvent::PaperArrived {
                paper: paper.id,
                uid: uid.to_owned(),
                at: clock::now(),
            })
            .await?;
            return Ok(());
        }
        tracing::error!(uid, "the server has another document than was sent");
        self.delete_at_server(uid).await?;
        self.happened(SigningEvent::PaperNotArrived(paper.id)).await?;
        Err(Problem::new(Code::DocumentAltered, TryAgain::Now))
    }

    /// Finds out whether a document whose answer was lost has arrived, and says so to the case.
    ///
    /// # Errors
    /// It cannot be found out now ([`Code::DocumentUncertain`]).
    pub(super) async fn look_up(&self, paper: &Paper) -> Result<Whereabouts, Problem> {
        let mut found = self.find_at_server(paper).await?;
        let mut looks = 0;
        while found == Whereabouts::NotThere && pause(looks, LOOKS).await {
            found = self.find_at_server(paper).await?;
            looks += 1;
        }
        let event = match &found {
            Whereabouts::There(uid) => SigningEvent::PaperArrived {
                paper: paper.id,
                uid: uid.clone(),
                at: clock::now(),
            },
            Whereabouts::NotThere => SigningEvent::PaperNotArrived(paper.id),
            Whereabouts::NobodyCanTell => return Ok(found),
        };
        self.happened(event).await?;
        Ok(found)
    }

    /// The same where not knowing is not enough to go on.
    pub(super) async fn has_arrived(&self, paper: &Paper) -> Result<bool, Problem> {
        match self.look_up(paper).await? {
            Whereabouts::There(_) => Ok(true),
            Whereabouts::NotThere => Ok(false),
            Whereabouts::NobodyCanTell => Err(Problem::new(Code::DocumentUncertain, TryAgain::FindOutFirst)),
        }
    }
}

/// A progress that becomes notices while the case is on the screen.
fn told_to_the_page(booth: &Booth, case: CaseId, paper: PaperId) -> Progress {
    let booth = booth.clone();
    let told = Mutex::new(None::<Instant>);
    Arc::new(move |sent, total| {
        let mut told = told.lock();
        let soon = told.is_some_and(|last| last.elapsed() < TOLD_EVERY);
        if (soon && sent < total) || !booth.is_on_screen(case) {
            return;
        }
        *told = Some(Instant::now());
        booth.notify(Notice::PaperUpload {
            upload: PaperUploadView {
                case: case.to_string(),
                paper: paper.to_string(),
                sent,
                total,
            },
        });
    })
}
