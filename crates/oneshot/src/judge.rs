//! From an answer to a verdict: what the failure is, and whether the server can have acted (section 2.2).

use crate::answer::{Answer, Shape, is_validation, sentence};
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome};
use crate::reason::Reason;

impl Answer {
    /// Passes a success on, and makes everything else an error of `call`.
    ///
    /// # Errors
    /// Whatever the HTTP status, the body's status, the embedded error and the text together mean.
    pub fn into_success(self, call: Call) -> Result<Self, Error> {
        // A body without a status does not contradict HTTP; one that says a documented refusal does.
        let refuses = || self.body_status.is_none() && self.reason(call).is_some();
        if self.is_success() && !refuses() {
            Ok(self)
        } else {
            Err(self.into_error(call))
        }
    }

    /// The error this answer is for `call`, taken as a failure.
    pub(crate) fn into_error(self, call: Call) -> Error {
        let reason = self.reason(call);
        let kind = self.kind(reason);
        let outcome = self.outcome(kind, reason);
        let fields = self.fields();
        Error {
            http_status: Some(self.http_status),
            body_status: self.body_status,
            message: self.message,
            upstream: self.upstream.map(Box::new),
            reason,
            fields,
            retry_after: self.retry_after,
            ..Error::new(call, kind, outcome)
        }
    }

    /// The one code that says most. The three can disagree: a `412` of the certification service comes inside a 500,
    /// a `404` inside an HTTP 400. A client error other than plain 400 is the most telling, then a server's.
    fn code(&self) -> u16 {
        let told = [
            self.upstream.as_ref().and_then(|upstream| upstream.code_number()),
            self.body_code(),
        ];
        let codes = || told.iter().flatten().copied().chain([self.http_status]);
        codes()
            .find(|code| (401..500).contains(code))
            .or_else(|| codes().find(|code| (500..600).contains(code)))
            .or_else(|| codes().find(|code| *code == 400))
            .unwrap_or(self.http_status)
    }

    fn kind(&self, reason: Option<Reason>) -> ErrorKind {
        if self.http_status == 413 {
            return ErrorKind::TooLarge;
        }
        if self.http_status >= 500 && self.shape != Shape::Json {
            return ErrorKind::ServerFault;
        }
        if self.shape == Shape::Html || (300..400).contains(&self.http_status) || self.is_nowhere() {
            return ErrorKind::NotTheService;
        }
        if self.payload.as_ref().is_some_and(is_validation) {
            return ErrorKind::Invalid;
        }
        if let Some(reason) = reason {
            return reason.kind();
        }
        match self.code() {
            401 | 403 | 407 => ErrorKind::Refused,
            404 | 410 => ErrorKind::NotFound,
            405 => ErrorKind::NotTheService,
            408 => ErrorKind::TimedOut,
            409 | 412 => ErrorKind::WrongState,
            413 => ErrorKind::TooLarge,
            429 => ErrorKind::TooMany,
            400..500 => ErrorKind::Invalid,
            500..600 => ErrorKind::ServerFault,
            // 2xx from here on: the body contradicts it, or is no JSON.
            _ if self.shape == Shape::Other => ErrorKind::NotTheService,
            _ if self.says("invalid") => ErrorKind::Invalid,
            _ if self.body_status.is_some() => ErrorKind::ServerFault,
            _ => ErrorKind::Unexpected,
        }
    }

    /// Which documented refusal this is. A page of a proxy is none, whatever it says.
    pub(crate) fn reason(&self, call: Call) -> Option<Reason> {
        if self.shape != Shape::Json || self.is_nowhere() {
            return None;
        }
        let upstream = self
            .upstream
            .as_ref()
            .and_then(|upstream| upstream.error.as_ref());
        // What lies deepest is the cause, the sentence around it the consequence.
        [upstream, self.message.as_ref(), self.body_status.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|said| Reason::of(call, said))
            .or_else(|| {
                // Signing is refused document by document, in an object (section 4.17).
                let said = self
                    .payload
                    .as_ref()
                    .filter(|_| call == Call::Sign)
                    .and_then(sentence);
                said.and_then(|said| Reason::of(call, &said))
            })
    }

    fn says(&self, words: &str) -> bool {
        let holds = |text: &Option<String>| {
            text.as_ref()
                .is_some_and(|text| text.to_lowercase().contains(words))
        };
        holds(&self.message) || holds(&self.body_status)
    }

    /// A 404 of the server's routing, not of the service: there is no such path. FastAPI says `{"detail": "Not
    /// Found"}`, Falcon `{"title": "404 Not Found"}`, proxies a page, others plain text or nothing.
    pub(crate) fn is_nowhere(&self) -> bool {
        if self.http_status != 404 {
            return false;
        }
        match self.shape {
            Shape::Empty | Shape::Html | Shape::Other => true,
            Shape::Json => {
                self.upstream.is_none()
                    && match (&self.body_status, &self.message) {
                        (None, Some(said)) => said.eq_ignore_ascii_case("not found"),
                        (_, None) => true,
                        (Some(_), Some(_)) => false,
                    }
            }
        }
    }

    fn outcome(&self, kind: ErrorKind, reason: Option<Reason>) -> Outcome {
        if reason.is_some() {
            // It says what it did not do.
            return Outcome::Refused;
        }
        let told_off = self
            .upstream
            .as_ref()
            .and_then(|upstream| upstream.code_number())
            .is_some_and(is_refusal)
            || self.body_code().is_some_and(is_refusal);
        match kind {
            // It failed somewhere, perhaps after it had done its work; a proxy's failure says even less.
            ErrorKind::ServerFault if !told_off => Outcome::Unknown,
            ErrorKind::Unexpected => Outcome::Unknown,
            // A page is a sign-in or a notice, and was not written by the service; text may be its answer, cut.
            ErrorKind::NotTheService if self.http_status < 300 && self.shape != Shape::Html => {
                Outcome::Unknown
            }
            _ => Outcome::Refused,
        }
    }
}

fn is_refusal(code: u16) -> bool {
    (400..500).contains(&code)
}
