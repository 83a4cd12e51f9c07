//! The service contract: fetched, kept, and read together with the documents before anything is signed.

use evidence::{Code, Contract, ObjectId, Problem, SigningEvent, Step, TryAgain};
use sha2::{Digest as _, Sha256};

use super::papers::pages_of;
use super::with_code;
use crate::booth::Booth;
use crate::view::CaseView;
use crate::{clock, problems};

impl Booth {
    /// Fetches the service contract, once every document is at the server. The same contract again does not have to be
    /// read again.
    ///
    /// # Errors
    /// A document has not arrived, the server has others than those of the case, or the contract cannot be had.
    pub async fn contract_fetch(&self) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        let case = errand.case().await;
        if !matches!(case.step(), Step::Documents | Step::Reading) || !case.signing.all_arrived() {
            return Err(problems::out_of_order());
        }
        errand.compare().await?;
        let bytes = errand
            .client()
            .contract(errand.request_pk)
            .await
            .map_err(|error| {
                tracing::warn!(%error, "the contract was not fetched");
                problems::from_call(&error)
            })?;
        // It is the server's, not the person's: there is nothing they could change about it.
        let (pages, bytes) = pages_of(bytes)
            .await
            .map_err(|problem| with_code(problem.code, TryAgain::Later, problem))?;
        let stored = self
            .with_store(move |store| vault::put(store, case.id, vault::Label::Contract, &bytes))
            .await?;
        let object = stored.object;
        let contract = Contract {
            object,
            bytes: stored.bytes,
            sha256: stored.sha256,
            pages,
            read_at: None,
        };
        let fetched = errand.happened(SigningEvent::ContractFetched(contract)).await;
        if fetched.is_err() {
            self.discard(case.id, object).await;
        }
        fetched
    }

    /// The contract as the server gave it.
    ///
    /// # Errors
    /// It was not fetched, or the store does not hold what was put there.
    pub async fn contract_bytes(&self) -> Result<Vec<u8>, Problem> {
        let case = self.desk()?.case().await;
        let Some(contract) = case.signing.contract else {
            return Err(Problem::new(Code::DocumentMissing, TryAgain::AfterChange));
        };
        let (id, object) = (case.id, contract.object);
        let bytes = self
            .with_store(move |store| vault::get(store, id, object))
            .await?;
        if hex::encode(Sha256::digest(&bytes)) != contract.sha256 {
            return Err(Problem::new(Code::StoreDamaged, TryAgain::AfterChange));
        }
        Ok(bytes)
    }

    /// A person has seen the contract or a document, by its object, to its end.
    ///
    /// # Errors
    /// It is not the time, or the object is neither.
    pub async fn mark_read(&self, object: &str) -> Result<CaseView, Problem> {
        let object: ObjectId = object
            .parse()
            .map_err(|_| Problem::new(Code::CaseUnknown, TryAgain::AfterChange))?;
        let at = clock::now();
        self.happened(evidence::Event::Signing(SigningEvent::Read { object, at }))
            .await
    }
}
