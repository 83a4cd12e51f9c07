//! The signed documents: fetched, checked, kept.

use evidence::{Case, Code, Paper, Problem, SignedCopy, SigningEvent, Step, TryAgain, Upload};
use oneshot::DocumentCopy;
use papers::Anchors;
use sha2::{Digest, Sha256};

use super::inventory::document_uid;
use super::papers::{find, paper_id};
use super::{Errand, is_gone, with_code};
use crate::booth::Booth;
use crate::view::CaseView;
use crate::{clock, problems, settings};

/// How much longer than the document its signed copy may be. A signature with its certificates, a timestamp and the data
/// for long-term validation takes tens of kilobytes, and a revocation list some megabytes at the worst.
const MOST_ADDED: u64 = 16 << 20;

impl Booth {
    /// Fetches every signed document that is not here in order yet, checks it and keeps it.
    ///
    /// # Errors
    /// One cannot be had, or does not hold ([`Code::SignatureInvalid`]): that one is kept to be looked at, and counts for
    /// nothing. The others are tried all the same.
    pub async fn signed_fetch(&self) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        errand.expect(Step::Signed).await?;
        errand.settle_uploads().await?;
        let anchors = self.anchors()?;
        let mut failed = None;
        let case = errand.case().await;
        for paper in &case.signing.papers {
            let Upload::Arrived { uid, .. } = &paper.upload else {
                continue;
            };
            if paper.is_kept() {
                continue;
            }
            if let Err(problem) = errand.fetch(&case, paper, uid, anchors.clone()).await {
                tracing::warn!(code = %problem, "a signed document is not here in order");
                failed.get_or_insert(problem);
            }
        }
        match failed {
            None => Ok(errand.view().await),
            Some(problem) => Err(problem),
        }
    }

    /// A signed document with the file name it is handed over under.
    ///
    /// # Errors
    /// It is not here, or does not hold.
    pub async fn signed_bytes(&self, paper: &str) -> Result<(String, Vec<u8>), Problem> {
        let desk = self.desk()?;
        let (case, id) = (desk.case().await, desk.id);
        let paper = find(&case, paper_id(paper)?)?;
        let copy = paper
            .signed
            .ok_or_else(|| Problem::new(Code::CopyMissing, TryAgain::AfterChange))?;
        if !copy.seal.is_good() {
            return Err(Problem::new(Code::SignatureInvalid, TryAgain::AfterChange));
        }
        let object = copy.object;
        let bytes = self
            .with_store(move |store| vault::get(store, id, object))
            .await?;
        if hex::encode(Sha256::digest(&bytes)) != copy.sha256 {
            return Err(Problem::new(Code::StoreDamaged, TryAgain::AfterChange));
        }
        // EXPOSE: the person's own file goes back to them under its name.
        let name = paper.file_name.expose();
        let stem = name.strip_suffix(".pdf").unwrap_or(name);
        Ok((format!("{stem}-signed.pdf"), bytes))
    }

    /// Whom a signature may come from.
    fn anchors(&self) -> Result<Anchors, Problem> {
        let pem = self.trusted_signers()?;
        if pem.is_empty() {
            return Ok(Anchors::none());
        }
        Anchors::from_pem(&pem).map_err(|error| settings::wrong(format!("trusted_signers: {error}")))
    }
}

impl Errand {
    /// Finds out about documents whose fate was unknown when the request was signed.
    pub(super) async fn settle_uploads(&self) -> Result<(), Problem> {
        for paper in self.case().await.signing.papers {
            if matches!(paper.upload, Upload::Sending { .. }) {
                self.has_arrived(&paper).await?;
            }
        }
        Ok(())
    }

    async fn fetch(&self, case: &Case, paper: &Paper, uid: &str, anchors: Anchors) -> Result<(), Problem> {
        let told = |error: &oneshot::Error| {
            let problem = problems::from_call(error);
            if is_gone(error) {
                // The server may need a moment more for it.
                with_code(Code::DocumentMissing, TryAgain::Later, problem)
            } else {
                problem
            }
        };
        let uid = document_uid(uid)?;
        let download = self
            .client()
            .get_document(self.request_pk, &uid, DocumentCopy::Signed)
            .await
            .map_err(|error| told(&error))?;
        // Checking needs all of it at once: it is held here once, never twice.
        let bytes = download
            .bytes(paper.bytes.saturating_add(MOST_ADDED))
            .await
            .map_err(|error| told(&error))?;
        let (id, object) = (case.id, paper.object);
        let store = self.booth.store();
        let (holder, at) = (super::seal::Holder::of(case), clock::now());
        let checked = tokio::task::spawn_blocking(move || {
            let original = vault::get(&*store, id, object).map_err(|error| problems::from_store(&error))?;
            let seal = super::seal::seal(&original, &bytes, &anchors, &holder)?;
            let stored = vault::put(&*store, id, vault::Label::Copy, &bytes)
                .map_err(|error| problems::from_store(&error))?;
            Ok::<_, Problem>(SignedCopy {
                object: stored.object,
                bytes: stored.bytes,
                sha256: stored.sha256,
                at,
                seal,
            })
        });
        let copy = checked
            .await
            .map_err(|_| problems::internal("checking the signature broke"))??;
        let (object, good) = (copy.object, copy.seal.is_good());
        let kept = self
            .happened(SigningEvent::CopyKept {
                paper: paper.id,
                copy,
            })
            .await;
        if let Err(problem) = kept {
            self.booth.discard(id, object).await;
            return Err(problem);
        }
        if good {
            Ok(())
        } else {
            Err(Problem::new(Code::SignatureInvalid, TryAgain::Now))
        }
    }
}
