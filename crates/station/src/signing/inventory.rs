//! Which documents the server has, and whether they are ours.

use evidence::{Code, Paper, Problem, SigningEvent, TryAgain, Upload};
use oneshot::{DocumentCopy, DocumentUid, ListedDocument};

use super::{Errand, has_no_such_call, with_code};
use crate::problems;

/// What looking for a document at the server came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// It is there, under this name.
    There(String),
    /// It surely is not.
    NotThere,
    /// This server lists no documents: it cannot be asked.
    NobodyCanTell,
}

/// The server's name of a document, out of a case.
pub(super) fn document_uid(uid: &str) -> Result<DocumentUid, Problem> {
    // A case has only names the client took from the server: anything else is damage.
    DocumentUid::new(uid).map_err(|_| Problem::new(Code::StoreDamaged, TryAgain::AfterChange))
}

impl Errand {
    /// The documents the server has; `None` where it has no call for that.
    pub(super) async fn listed(&self) -> Result<Option<Vec<ListedDocument>>, oneshot::Error> {
        match self.client().list_documents(self.request_pk).await {
            Ok(listed) => Ok(Some(listed)),
            Err(error) if has_no_such_call(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// SHA-256 in hex of a document as it was uploaded, read back.
    pub(super) async fn digest_at_server(&self, uid: &DocumentUid) -> Result<String, oneshot::Error> {
        let download = self
            .client()
            .get_document(self.request_pk, uid, DocumentCopy::Original)
            .await?;
        let (digest, _) = download.sha256().await?;
        Ok(hex::encode(digest))
    }

    /// The server's name of `paper`, if it has it: among the documents that no other paper is, the one with the same
    /// bytes. Neither its file name nor its size would tell it from an altered one.
    pub(super) async fn find_at_server(&self, paper: &Paper) -> Result<Whereabouts, Problem> {
        let uncertain = |error: &oneshot::Error| {
            let problem = problems::from_call(error);
            with_code(Code::DocumentUncertain, TryAgain::FindOutFirst, problem)
        };
        let listed = self.listed().await.map_err(|error| uncertain(&error))?;
        let Some(listed) = listed else {
            return Ok(Whereabouts::NobodyCanTell);
        };
        let signing = self.case().await.signing;
        for document in listed {
            if signing.paper_at_server(document.uid.as_str()).is_some() {
                continue;
            }
            let digest = self
                .digest_of(&document)
                .await
                .map_err(|error| uncertain(&error))?;
            if digest == paper.sha256 {
                return Ok(Whereabouts::There(document.uid.as_str().to_owned()));
            }
            // EXPOSE: compared only.
            if document.file_name.as_deref() == Some(paper.file_name.expose()) {
                tracing::error!(uid = %document.uid, "the server has another document than was sent");
                self.delete_at_server(document.uid.as_str()).await?;
            }
        }
        Ok(Whereabouts::NotThere)
    }

    /// That the server has exactly the documents of the case: nothing else is signed than what was read. One that was
    /// doubled by a lost answer is deleted; one that is missing is told to the case.
    pub(super) async fn compare(&self) -> Result<(), Problem> {
        let listed = self.listed().await.map_err(|error| problems::from_call(&error))?;
        let Some(listed) = listed else { return Ok(()) };
        let signing = self.case().await.signing;
        let mut strangers = 0_usize;
        for document in &listed {
            let uid = document.uid.as_str();
            if signing.paper_at_server(uid).is_some() {
                continue;
            }
            let digest = self
                .digest_of(document)
                .await
                .map_err(|error| problems::from_call(&error))?;
            if signing.papers.iter().any(|paper| paper.sha256 == digest) {
                tracing::warn!(uid, "a document is at the server twice: one goes");
                self.delete_at_server(uid).await?;
            } else {
                strangers += 1;
            }
        }
        let is_listed = |uid: &str| listed.iter().any(|document| document.uid.as_str() == uid);
        let mut missing = false;
        for paper in &signing.papers {
            if let Upload::Arrived { uid, .. } = &paper.upload
                && !is_listed(uid)
            {
                self.happened(SigningEvent::PaperGone(paper.id)).await?;
                missing = true;
            }
        }
        if missing {
            return Err(Problem::new(Code::DocumentMissing, TryAgain::Now));
        }
        if strangers > 0 {
            return Err(Problem::new(Code::DocumentAltered, TryAgain::AfterChange)
                .because(format!("{strangers} of {} documents", listed.len())));
        }
        Ok(())
    }

    async fn digest_of(&self, document: &ListedDocument) -> Result<String, oneshot::Error> {
        match &document.digest {
            Some(digest) => Ok(digest.to_ascii_lowercase()),
            None => self.digest_at_server(&document.uid).await,
        }
    }
}
