//! What the officer does, and what ends a request before its signature.

use serde_json::{Map, Value};

use super::{Refused, Store, Which};
use crate::kept::{Request, Status};

impl Store {
    /// Whether it can be validated, now: it waits for the officer, and its authority reviews in two steps.
    pub(crate) fn may_validate(&self, which: Which) -> Result<(), Refused> {
        self.with(which, |request| self.validates(request))
    }

    /// The officer vouches for the identification.
    pub(crate) fn validate(&self, which: Which, officer: (String, String)) -> Result<u64, Refused> {
        let at = self.now();
        self.with(which, |request| {
            self.validates(request)?;
            request.validations += 1;
            request.reviewed_by = Some(officer);
            self.enter(request, at, Status::Created, "identification validated");
            Ok(request.request_pk)
        })
    }

    fn validates(&self, request: &Request) -> Result<(), Refused> {
        if request.status == Status::Review && self.two_step(request) {
            Ok(())
        } else {
            Err(Refused::State(request.request_pk))
        }
    }

    fn two_step(&self, request: &Request) -> bool {
        let mut authorities = self.settings().registration_authorities.iter();
        authorities.any(|it| it.id == request.registration_authority && it.two_step)
    }

    /// Whether it waits for approval: the request as it is.
    pub(crate) fn may_approve(&self, which: Which) -> Result<Request, Refused> {
        self.with(which, |request| self.approves(request).map(|()| request.clone()))
    }

    /// The officer approves. `contract` is what the person will be shown.
    pub(crate) fn approve(
        &self,
        which: Which,
        officer: (String, String),
        contract: bytes::Bytes,
    ) -> Result<u64, Refused> {
        let at = self.now();
        self.with(which, |request| {
            self.approves(request)?;
            request.approvals += 1;
            request.reviewed_by.get_or_insert_with(|| officer.clone());
            request.approved_by = Some(officer);
            request.contract = Some(contract);
            self.enter(request, at, Status::EnrollReady, "approved by the officer");
            Ok(request.request_pk)
        })
    }

    fn approves(&self, request: &Request) -> Result<(), Refused> {
        let waits_in = if self.two_step(request) {
            Status::Created
        } else {
            Status::Review
        };
        if request.status == waits_in {
            Ok(())
        } else {
            Err(Refused::State(request.request_pk))
        }
    }

    /// The officer refuses.
    pub(crate) fn refuse(
        &self,
        which: Which,
        officer: (String, String),
        reason: &str,
    ) -> Result<u64, Refused> {
        let at = self.now();
        self.with(which, |request| {
            if request.status != Status::Review {
                return Err(Refused::State(request.request_pk));
            }
            request.refusals += 1;
            request.reviewed_by = Some(officer);
            request.refusal_reason = Some(reason.to_owned());
            self.enter(request, at, Status::Cancelled, "refused by the officer");
            Ok(request.request_pk)
        })
    }

    /// Ends a request before its signature.
    pub(crate) fn cancel(&self, which: Which) -> Result<u64, Refused> {
        let at = self.now();
        self.with(which, |request| {
            if over(request) {
                return Err(Refused::State(request.request_pk));
            }
            request.cancellations += 1;
            request.review_due = None;
            request.code = None;
            // "Request directory removed": the record stays, its documents do not.
            request.contract = None;
            for document in &mut request.documents {
                document.original = None;
            }
            self.enter(request, at, Status::Cancelled, "cancelled");
            Ok(request.request_pk)
        })
    }

    /// Whether the record may still be changed: the request as it is.
    pub(crate) fn may_amend(&self, which: Which) -> Result<Request, Refused> {
        self.with(which, |request| {
            if over(request) {
                Err(Refused::State(request.request_pk))
            } else {
                Ok(request.clone())
            }
        })
    }

    /// Changes fields of the record.
    pub(crate) fn amend(&self, which: Which, fields: Map<String, Value>) -> Result<u64, Refused> {
        self.with(which, |request| {
            if over(request) {
                return Err(Refused::State(request.request_pk));
            }
            request.updates += 1;
            if let Some(authority) = fields.get("registration_authority").and_then(Value::as_str) {
                request.registration_authority = authority.to_owned();
            }
            request.amended.extend(fields);
            Ok(request.request_pk)
        })
    }
}

fn over(request: &Request) -> bool {
    matches!(request.status, Status::Issued | Status::Cancelled)
}
