//! Documents in and out of the case, before they are signed.

use std::io::Read;
use std::path::Path;

use evidence::{Case, Code, Event, Paper, PaperId, Problem, Sensitive, SigningEvent, Step, TryAgain, Upload};
use papers::PaperError;
use uuid::Uuid;

use super::inventory::Whereabouts;
use super::{Errand, TRIES, has_no_such_call, is_gone, pause};
use crate::booth::Booth;
use crate::problems;
use crate::view::CaseView;

/// The largest document that is taken. The API names no limit; with ten of them the server's body and the booth's memory
/// are the bounds, and a contract of hundreds of scanned pages is below it.
const MOST_BYTES: usize = 64 << 20;
/// A longer file name is cut: file systems allow 255 bytes, and the server may put something in front.
const LONGEST_NAME: usize = 120;

impl Booth {
    /// Takes a PDF a person picked to be signed.
    ///
    /// # Errors
    /// It is not the time for documents, there are as many as a request takes, or the file is not a PDF that can be shown.
    pub async fn paper_add(&self, path: &Path) -> Result<CaseView, Problem> {
        papers_wanted(&self.desk()?.case().await)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let path = path.to_owned();
        let bytes = tokio::task::spawn_blocking(move || read(&path))
            .await
            .map_err(|_| problems::internal("reading the document broke"))??;
        self.paper_add_bytes(&name, bytes).await
    }

    /// The same with the bytes of the file.
    ///
    /// # Errors
    /// As [`Booth::paper_add`].
    pub async fn paper_add_bytes(&self, file_name: &str, bytes: Vec<u8>) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        papers_wanted(&desk.case().await)?;
        if bytes.len() > MOST_BYTES {
            return Err(too_large());
        }
        let (pages, bytes) = pages_of(bytes).await?;
        let id = desk.id;
        let stored = self
            .with_store(move |store| vault::put(store, id, vault::Label::Paper, &bytes))
            .await?;
        let object = stored.object;
        let paper = Paper {
            id: PaperId(Uuid::new_v4()),
            file_name: Sensitive::new(tidy(file_name)),
            object,
            bytes: stored.bytes,
            sha256: stored.sha256,
            pages,
            upload: Upload::Waiting,
            read_at: None,
            signed: None,
        };
        let added = self
            .apply(&desk, Event::Signing(SigningEvent::PaperAdded(paper)))
            .await;
        if added.is_err() {
            self.discard(id, object).await;
        }
        added
    }

    /// Takes a document out again, at the server first if it has it.
    ///
    /// # Errors
    /// It is not the time, or the server may still have it.
    pub async fn paper_remove(&self, paper: &str) -> Result<CaseView, Problem> {
        let id = paper_id(paper)?;
        let errand = self.errand().await?;
        loop {
            let case = errand.expect(Step::Documents).await?;
            let paper = find(&case, id)?;
            match paper.upload {
                Upload::Waiting => return errand.happened(SigningEvent::PaperRemoved(id)).await,
                // Nobody can say whether it arrived, and it must not be signed: everything goes.
                Upload::Sending { .. } => {
                    if errand.look_up(&paper).await? == Whereabouts::NobodyCanTell {
                        errand.start_over().await?;
                    }
                }
                Upload::Arrived { uid, .. } => {
                    errand.delete_at_server(&uid).await?;
                    errand.happened(SigningEvent::PaperGone(id)).await?;
                }
            }
        }
    }
}

impl Errand {
    /// Deletes one document at the server, both copies. One that is not there any more is what was wanted.
    pub(super) async fn delete_at_server(&self, uid: &str) -> Result<(), Problem> {
        let uid = super::inventory::document_uid(uid)?;
        let mut done = 0;
        loop {
            match self.client().delete_document(self.request_pk, &uid, None).await {
                Ok(()) => return Ok(()),
                Err(error) if is_gone(&error) => return Ok(()),
                Err(error) => {
                    tracing::warn!(%error, "a document could not be deleted");
                    if error.retry() == oneshot::Retry::Never || !pause(done, TRIES).await {
                        return Err(problems::from_call(&error));
                    }
                    done += 1;
                }
            }
        }
    }

    /// For a server that lists no documents: deletes all of them, so that each is known not to be there.
    async fn start_over(&self) -> Result<(), Problem> {
        match self.client().delete_documents(self.request_pk).await {
            Ok(()) => {}
            Err(error) if is_gone(&error) && !has_no_such_call(&error) => {}
            Err(error) => return Err(problems::from_call(&error)),
        }
        for paper in self.case().await.signing.papers {
            match paper.upload {
                Upload::Waiting => {}
                Upload::Sending { .. } => {
                    self.happened(SigningEvent::PaperNotArrived(paper.id)).await?;
                }
                Upload::Arrived { .. } => {
                    self.happened(SigningEvent::PaperGone(paper.id)).await?;
                }
            }
        }
        Ok(())
    }
}

/// Opens it as a PDF; half a document is none.
pub(super) async fn pages_of(bytes: impl Into<bytes::Bytes>) -> Result<(u32, bytes::Bytes), Problem> {
    let bytes = bytes.into();
    tokio::task::spawn_blocking(move || {
        let paper = papers::Paper::open(bytes.clone()).map_err(|error| from_paper(&error))?;
        match paper.pages() {
            0 => Err(Problem::new(Code::DocumentUnreadable, TryAgain::AfterChange)),
            pages => Ok((pages, bytes)),
        }
    })
    .await
    .map_err(|_| problems::internal("looking at the document broke"))?
}

/// What is wrong with a PDF.
pub(super) fn from_paper(error: &PaperError) -> Problem {
    let code = match error {
        PaperError::Encrypted => Code::DocumentLocked,
        PaperError::TooLarge => Code::DocumentTooLarge,
        PaperError::NoSuchPage => Code::CaseUnknown,
        _ => Code::DocumentUnreadable,
    };
    Problem::new(code, TryAgain::AfterChange)
}

pub(super) fn paper_id(text: &str) -> Result<PaperId, Problem> {
    text.parse()
        .map_err(|_| Problem::new(Code::CaseUnknown, TryAgain::AfterChange))
}

pub(super) fn find(case: &Case, id: PaperId) -> Result<Paper, Problem> {
    let paper = case.signing.papers.iter().find(|paper| paper.id == id);
    paper
        .cloned()
        .ok_or_else(|| Problem::new(Code::CaseUnknown, TryAgain::AfterChange))
}

/// Asked before a file is read, so that ten documents are not opened for nothing.
fn papers_wanted(case: &Case) -> Result<(), Problem> {
    if case.step() != Step::Documents {
        return Err(problems::out_of_order());
    }
    if case.signing.papers.len() >= evidence::MOST_PAPERS {
        return Err(Problem::new(Code::DocumentLimit, TryAgain::AfterChange));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(Code::DocumentUnreadable, TryAgain::AfterChange).because(error.kind().to_string())
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(Problem::new(Code::DocumentUnreadable, TryAgain::AfterChange));
    }
    let mut bytes = Vec::new();
    // One byte more than is taken tells a file that is too large, whatever its size was said to be.
    file.take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > MOST_BYTES {
        return Err(too_large());
    }
    Ok(bytes)
}

fn too_large() -> Problem {
    Problem::new(Code::DocumentTooLarge, TryAgain::AfterChange).because(format!("> {} MiB", MOST_BYTES >> 20))
}

/// A file name as it is shown and sent: its last part, without what no file name has, and with the ending the server
/// goes by.
fn tidy(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && *c != '"').collect();
    let clean = clean.trim();
    let stem = match clean
        .len()
        .checked_sub(4)
        .and_then(|at| clean.split_at_checked(at))
    {
        Some((stem, ending)) if ending.eq_ignore_ascii_case(".pdf") => stem,
        _ => clean,
    };
    let stem: String = stem.chars().take(LONGEST_NAME).collect();
    let stem = if stem.is_empty() { "document" } else { &stem };
    format!("{stem}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_keeps_what_a_person_knows_it_by() {
        for (given, tidied) in [
            ("Account opening.pdf", "Account opening.pdf"),
            ("C:\\Users\\x\\Vertrag ä.PDF", "Vertrag ä.pdf"),
            ("/home/x/scan", "scan.pdf"),
            ("", "document.pdf"),
            ("a\r\n\"b\".pdf", "ab.pdf"),
            ("ñ.p", "ñ.p.pdf"),
        ] {
            assert_eq!(tidy(given), tidied, "{given:?}");
        }
        assert_eq!(tidy(&"é".repeat(500)).chars().count(), LONGEST_NAME + 4);
    }
}
