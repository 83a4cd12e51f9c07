//! Nothing left at the server, and the proof of it.
//!
//! The service never deletes by itself (section 4.14). Each document is deleted by its name: a call that deletes all of
//! them would take along what nobody has a copy of.

use evidence::{Code, Problem, SigningEvent, Step, TryAgain};
use oneshot::DocumentCopy;

use super::inventory::document_uid;
use super::{Errand, is_gone, with_code};
use crate::booth::Booth;
use crate::view::CaseView;
use crate::{clock, problems};

impl Booth {
    /// Deletes the server's copies, once every signed document is here in order, and reads that they are gone.
    ///
    /// # Errors
    /// The server has a document that is not here in order, or still has one afterwards.
    pub async fn server_delete(&self) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        errand.expect(Step::Signed).await?;
        errand.settle_uploads().await?;
        let held = errand.held().await?;
        errand
            .happened(SigningEvent::Deleting {
                held: held.clone(),
                at: clock::now(),
            })
            .await?;
        for uid in &held {
            errand.delete_at_server(uid).await?;
        }
        errand.prove_empty().await?;
        errand.happened(SigningEvent::Deleted { at: clock::now() }).await
    }
}

impl Errand {
    /// The server's names of the documents it has. A server that lists none is believed to have what it was sent.
    async fn held(&self) -> Result<Vec<String>, Problem> {
        let listed = self.listed().await.map_err(|error| problems::from_call(&error))?;
        Ok(match listed {
            Some(listed) => listed
                .into_iter()
                .map(|document| document.uid.as_str().to_owned())
                .collect(),
            None => self.sent().await,
        })
    }

    /// The server's names of the documents of the case.
    async fn sent(&self) -> Vec<String> {
        let papers = self.case().await.signing.papers;
        papers
            .iter()
            .filter_map(|paper| paper.uid().map(str::to_owned))
            .collect()
    }

    /// That the server lists nothing any more, and hands out neither copy of any document of the case.
    async fn prove_empty(&self) -> Result<(), Problem> {
        let unproven = || Problem::new(Code::DeletionUnproven, TryAgain::FindOutFirst);
        let unread = |error: &oneshot::Error| {
            tracing::warn!(%error, "the deletion could not be proven");
            with_code(
                Code::DeletionUnproven,
                TryAgain::FindOutFirst,
                problems::from_call(error),
            )
        };
        let listed = self.listed().await.map_err(|error| unread(&error))?;
        if listed.is_some_and(|listed| !listed.is_empty()) {
            return Err(unproven());
        }
        for uid in self.sent().await {
            let uid = document_uid(&uid)?;
            for copy in [DocumentCopy::Signed, DocumentCopy::Original] {
                match self.client().get_document(self.request_pk, &uid, copy).await {
                    Err(error) if is_gone(&error) => {}
                    Err(error) => return Err(unread(&error)),
                    Ok(_) => return Err(unproven()),
                }
            }
        }
        Ok(())
    }
}
