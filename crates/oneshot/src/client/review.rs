//! Look at a request and decide about it (section 3, 6 to 11).

use reqwest::Method;

use super::{Client, is_no_path};
use crate::call::Call;
use crate::dialect::bodies;
use crate::error::{Error, ErrorKind};
use crate::held::HeldEvidence;
use crate::ids::{Numbers, RequestPk};
use crate::officer::Officer;
use crate::reading;
use crate::reason::Reason;
use crate::record::{RequestRecord, RequestUpdate};
use crate::transport::Payload;

impl Client {
    /// Reads where a request stands.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn read_request(&self, request_pk: RequestPk) -> Result<RequestRecord, Error> {
        let path = self.config.request_path(request_pk);
        let answer = self.read(Call::ReadRequest, &path).await?;
        reading::record(&answer, request_pk)
    }

    /// Reads what the server holds about the person, for whoever reviews it: the same call as
    /// [`read_request`](Self::read_request), and all of its answer. There is no call for the evidence alone
    /// (section 3, 5).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn read_evidence(&self, request_pk: RequestPk) -> Result<HeldEvidence, Error> {
        let path = self.config.request_path(request_pk);
        let timeout = self.config.timeouts.document;
        let outgoing = self.outgoing(Call::ReadRequest, Method::GET, &path, Payload::None, timeout);
        HeldEvidence::read(outgoing.answer(&self.http).await?, request_pk)
    }

    /// Validates an identification, where the authority does it in two steps (section 4.5); elsewhere
    /// [`approve`](Self::approve) does both.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn validate(&self, numbers: Numbers, officer: &Officer) -> Result<(), Error> {
        let path = self.dialect().validate_path(numbers);
        self.decide(Call::Validate, &path, officer, None).await
    }

    /// Approves a request in the officer's name. The server signs twice meanwhile: a lost answer says nothing, and the
    /// request is to be read before anything is repeated.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn approve(&self, numbers: Numbers, officer: &Officer) -> Result<(), Error> {
        let path = self.dialect().approve_path(numbers);
        let missed = match self.decide(Call::Approve, &path, officer, None).await {
            Err(error) if is_no_path(&error) => error,
            decided => return decided,
        };
        match self.dialect().approve_fallback_path(numbers) {
            Some(path) => self.decide(Call::Approve, &path, officer, None).await,
            None => Err(missed),
        }
    }

    /// Refuses a request in the officer's name. The reason is stored with it.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. Nothing is sent without a reason.
    pub async fn refuse(&self, numbers: Numbers, officer: &Officer, reason: &str) -> Result<(), Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error {
                reason: Some(Reason::ReasonMissing),
                ..Error::local(Call::Refuse, ErrorKind::Invalid, None)
            });
        }
        let path = self.dialect().refuse_path(numbers);
        self.decide(Call::Refuse, &path, officer, Some(reason)).await
    }

    async fn decide(
        &self,
        call: Call,
        path: &str,
        officer: &Officer,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        officer.check(call)?;
        let body = bodies::officer(self.dialect(), officer, reason);
        self.post(call, path, body, self.config.timeouts.officer)
            .await
            .map(drop)
    }

    /// Changes fields of a request before it is approved (section 4.9; not in the current dialect's pages, where the older
    /// path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn update_request(&self, request_pk: RequestPk, update: &RequestUpdate) -> Result<(), Error> {
        let payload = Payload::Json(bodies::update(update));
        let path = self.config.request_path(request_pk);
        let timeout = self.config.timeouts.create;
        let outgoing = self.outgoing(Call::UpdateRequest, Method::PUT, &path, payload, timeout);
        outgoing.answer(&self.http).await.map(drop)
    }

    /// Cancels a request that is not issued yet (section 4.10; not in the current dialect's pages, where the older path is
    /// taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn cancel_request(&self, request_pk: RequestPk) -> Result<(), Error> {
        let path = self.config.request_path(request_pk);
        self.delete(Call::CancelRequest, &path).await
    }
}
