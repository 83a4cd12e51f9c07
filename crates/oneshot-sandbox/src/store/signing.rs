//! Codes, and the one signature of a request.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::{Refused, Store, Which, random};
use crate::kept::{Certificate, Code, Request, Status};

/// Why no code is sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoCode {
    /// The last one is too young; `request_pk`.
    TooSoon(u64),
    /// The request is not found, or stands elsewhere.
    Refused(Refused),
}

/// What a person unlocks the signature with.
pub(crate) enum Unlock<'a> {
    /// The code that was sent.
    Code(&'a str),
    /// Somebody else vouched for the person; there is no code to compare.
    External,
}

impl Store {
    /// Sends a code to the practice phone.
    pub(crate) fn send_code(&self, which: Which) -> Result<u64, NoCode> {
        let now = self.now();
        let rules = &self.settings().otp;
        let sent = self.with(which, |request| {
            if request.status != Status::EnrollReady {
                return Err(Refused::State(request.request_pk));
            }
            let newest = request.code.as_ref();
            if newest.is_some_and(|code| now < later(code.sent_at, rules.spacing)) {
                return Ok(Err(NoCode::TooSoon(request.request_pk)));
            }
            let digits = || format!("{:06}", random() % 1_000_000);
            request.code = Some(Code {
                digits: rules.fixed.clone().unwrap_or_else(digits),
                sent_at: now,
                wrong: 0,
            });
            request.otps_sent += 1;
            Ok(Ok(request.request_pk))
        });
        sent.map_err(NoCode::Refused)?
    }

    /// The code waiting for a request, while it is good.
    pub(crate) fn code(&self, which: Which) -> Option<String> {
        let digits = |request: &mut Request| Ok(self.good_code(request).map(|code| code.digits.clone()));
        self.with(which, digits).ok()?
    }

    /// The code of this request, while it is good.
    pub(crate) fn good_code<'a>(&self, request: &'a Request) -> Option<&'a Code> {
        let rules = &self.settings().otp;
        let now = self.now();
        request.code.as_ref().filter(|code| {
            request.status == Status::EnrollReady
                && code.wrong < rules.attempts
                && now < later(code.sent_at, rules.lifetime)
        })
    }

    /// Whether this unlocks the signature. A wrong code is counted.
    pub(crate) fn unlocks(&self, which: Which, unlock: &Unlock<'_>) -> Result<bool, Refused> {
        self.with(which, |request| {
            let right = match unlock {
                Unlock::External => true,
                Unlock::Code(sent) => self.good_code(request).is_some_and(|code| code.digits == *sent),
            };
            if !right {
                request.wrong_codes += 1;
                if let Some(code) = &mut request.code {
                    code.wrong += 1;
                }
            }
            Ok(right)
        })
    }

    /// Keeps what was signed, by the uid of each document, and ends the request.
    pub(crate) fn issue(
        &self,
        which: Which,
        signed: Vec<(String, Bytes)>,
        contract: Option<Bytes>,
        certificate: Certificate,
    ) -> Result<u64, Refused> {
        let at = self.now();
        self.with(which, |request| {
            if request.status != Status::EnrollReady {
                return Err(Refused::State(request.request_pk));
            }
            for (uid, bytes) in signed {
                if let Some(document) = request.documents.iter_mut().find(|it| it.uid == uid) {
                    document.signed = Some(bytes);
                }
            }
            request.contract = contract.or(request.contract.take());
            request.certificate = Some(certificate);
            request.signatures += 1;
            request.code = None;
            self.enter(request, at, Status::Issued, "signed by the person");
            Ok(request.request_pk)
        })
    }
}

fn later(at: Timestamp, by: std::time::Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
