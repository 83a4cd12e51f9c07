//! What went wrong, in the three words a caller needs: why, whether the server can have acted, whether to try again.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::reason::Reason;

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection: no network, no such host, nobody listening, or no answer to the attempt.
    Unreachable,
    /// The connection could not be made safe: a certificate that is not trusted, a clock that is wrong, or a server
    /// that does not speak TLS.
    Tls,
    /// The call took longer than it may, or an upload stood still.
    TimedOut,
    /// The connection broke after the call had begun.
    ConnectionLost,
    /// Something else answered: a sign-in page, a proxy, a server with nothing at this address.
    NotTheService,
    /// The service answered with success, and with something the call cannot mean: no numbers, or another request's.
    Unexpected,
    /// The upload is larger than the server, or a proxy before it, takes (413).
    TooLarge,
    /// The server found the data wrong (400, 422 and their like).
    Invalid,
    /// The registration authority is unknown, or not enabled for VideoID.
    WrongRa,
    /// Credentials were refused: a gateway's, the billing account's, or the server's own.
    Refused,
    /// There is no such request.
    NotFound,
    /// The request is past this step, or not there yet (412).
    WrongState,
    /// Too many calls (429).
    TooMany,
    /// The server, or a proxy before it, failed (5xx).
    ServerFault,
    /// The bytes to be sent could not be read on this machine.
    Source,
    /// The settings cannot work.
    BadConfig,
}

impl ErrorKind {
    /// A short stable name: what the screen's table of sentences goes by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timed-out",
            Self::ConnectionLost => "connection-lost",
            Self::NotTheService => "not-the-service",
            Self::Unexpected => "unexpected-answer",
            Self::TooLarge => "too-large",
            Self::Invalid => "invalid",
            Self::WrongRa => "wrong-ra",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::WrongState => "wrong-state",
            Self::TooMany => "too-many",
            Self::ServerFault => "server-fault",
            Self::Source => "source-unreadable",
            Self::BadConfig => "bad-config",
        }
    }
}

/// Whether the server can have acted on a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It cannot: it never had the whole of it.
    NotSent,
    /// It did not: it, or something before it, answered with a refusal.
    Refused,
    /// Nobody knows: it had all of it, and no answer settles the matter.
    Unknown,
}

/// What to do about a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Repeat it when there is a connection again.
    Offline,
    /// Repeat it after a while.
    Later,
    /// Not before a person has changed something.
    Never,
    /// Find out first whether it took effect: repeating it could do it twice.
    FindOut,
}

/// The certification service's own error, which the server passes on or embeds in its message (section 2.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its code, digits as a string; it may disagree with the HTTP status.
    pub code: Option<String>,
    /// The error's id, 16 hex digits: what the vendor's support asks for.
    pub id: Option<String>,
    /// What it says.
    pub error: Option<String>,
}

impl Upstream {
    /// The code as a number.
    pub fn code_number(&self) -> Option<u16> {
        self.code.as_deref().and_then(leading_code)
    }

    /// The id, if it looks like one: anything else might be personal and is not logged.
    pub fn loggable_id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| {
            (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        })
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("code", &self.code_number())
            .field("id", &self.loggable_id())
            .finish_non_exhaustive()
    }
}

/// The three digits a status such as `404 Not Found` begins with.
pub(crate) fn leading_code(status: &str) -> Option<u16> {
    let digits: String = status.trim().chars().take_while(char::is_ascii_digit).collect();
    if digits.len() == 3 {
        digits.parse().ok()
    } else {
        None
    }
}

/// A call that failed. `Debug` and `Display` hold nothing the server wrote but numbers and the error's id.
#[derive(Clone)]
pub struct Error {
    /// Which call.
    pub call: Call,
    /// Why.
    pub kind: ErrorKind,
    /// The HTTP status, if an answer came.
    pub http_status: Option<u16>,
    /// The status inside the body, which may disagree.
    pub body_status: Option<String>,
    /// What the server said, for the screen: it may name the person, so it is never logged.
    pub message: Option<String>,
    /// The certification service's own error.
    pub upstream: Option<Box<Upstream>>,
    /// Which of the documented sentences it said, if one.
    pub reason: Option<Reason>,
    /// The fields, or the documents by their uid, that it complains of: names, no values.
    pub fields: Vec<String>,
    /// How long the server, or a proxy before it, asks to be left alone (`Retry-After`).
    pub retry_after: Option<Duration>,
    pub(crate) outcome: Outcome,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error found on this machine, before anything was sent.
    pub(crate) fn local(call: Call, kind: ErrorKind, message: Option<String>) -> Self {
        Self {
            message,
            ..Self::new(call, kind, Outcome::NotSent)
        }
    }

    pub(crate) fn new(call: Call, kind: ErrorKind, outcome: Outcome) -> Self {
        Self {
            call,
            kind,
            http_status: None,
            body_status: None,
            message: None,
            upstream: None,
            reason: None,
            fields: Vec::new(),
            retry_after: None,
            outcome,
            source: None,
        }
    }

    /// Settings that cannot work; `what` names them, and is printed.
    pub(crate) fn bad_config(call: Call, what: &str) -> Self {
        Self::local(call, ErrorKind::BadConfig, Some(what.to_owned()))
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Whether the server can have acted.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What to do about it.
    pub fn retry(&self) -> Retry {
        if self.outcome == Outcome::Unknown && !self.call.is_idempotent() {
            return Retry::FindOut;
        }
        if self.reason == Some(Reason::CodeTooSoon) {
            return Retry::Later;
        }
        match self.kind {
            ErrorKind::Unreachable => Retry::Offline,
            ErrorKind::TimedOut | ErrorKind::ConnectionLost => match self.outcome {
                Outcome::NotSent => Retry::Offline,
                Outcome::Refused | Outcome::Unknown => Retry::Later,
            },
            // No such path, or not by this method: the address or the dialect is wrong, and stays so.
            ErrorKind::NotTheService if matches!(self.http_status, Some(404 | 405)) => Retry::Never,
            // A sign-in page goes away by itself when the machine is elsewhere.
            ErrorKind::NotTheService | ErrorKind::TooMany | ErrorKind::ServerFault => Retry::Later,
            ErrorKind::Tls
            | ErrorKind::Unexpected
            | ErrorKind::TooLarge
            | ErrorKind::Invalid
            | ErrorKind::WrongRa
            | ErrorKind::Refused
            | ErrorKind::NotFound
            | ErrorKind::WrongState
            | ErrorKind::Source
            | ErrorKind::BadConfig => Retry::Never,
        }
    }

    /// The body's status as a number, where it has one.
    pub fn body_code(&self) -> Option<u16> {
        self.body_status.as_deref().and_then(leading_code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call.name(), self.kind.code())?;
        if let Some(status) = self.http_status {
            write!(f, ", HTTP {status}")?;
        }
        if let Some(code) = self.body_code() {
            write!(f, ", body {code}")?;
        }
        if let Some(upstream) = &self.upstream {
            if let Some(code) = upstream.code_number() {
                write!(f, ", upstream {code}")?;
            }
            if let Some(id) = upstream.loggable_id() {
                write!(f, ", error id {id}")?;
            }
        }
        if let Some(reason) = self.reason {
            write!(f, ", {}", reason.name())?;
        }
        if let (Call::Configure, None, Some(what)) = (self.call, self.http_status, &self.message) {
            // Ours, not the server's: it names a setting.
            write!(f, ": {what}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self}, outcome {:?}", self.outcome)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "; {error}")?;
            cause = error.source();
        }
        f.write_str(")")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeat_that_could_do_it_twice_is_never_advised() {
        for call in [Call::Create, Call::Evidences, Call::Video] {
            for kind in [
                ErrorKind::TimedOut,
                ErrorKind::ConnectionLost,
                ErrorKind::ServerFault,
            ] {
                assert_eq!(
                    Error::new(call, kind, Outcome::Unknown).retry(),
                    Retry::FindOut,
                    "{call:?} {kind:?}"
                );
            }
        }
        assert_eq!(
            Error::new(Call::ReadRequest, ErrorKind::TimedOut, Outcome::Unknown).retry(),
            Retry::Later,
            "reading twice does no harm"
        );
    }

    #[test]
    fn what_never_arrived_waits_for_the_network() {
        for kind in [
            ErrorKind::Unreachable,
            ErrorKind::TimedOut,
            ErrorKind::ConnectionLost,
        ] {
            assert_eq!(
                Error::new(Call::Create, kind, Outcome::NotSent).retry(),
                Retry::Offline,
                "{kind:?}"
            );
        }
    }

    #[test]
    fn nothing_the_server_wrote_is_printed_but_the_error_id() {
        let mut error = Error::new(Call::Evidences, ErrorKind::WrongState, Outcome::Refused);
        error.http_status = Some(500);
        error.body_status = Some("500 Ana Perez".into());
        error.message = Some("Cannot take Ana Perez".into());
        error.upstream = Some(Box::new(Upstream {
            code: Some("412".into()),
            id: Some("22981d7f5029e78d".into()),
            error: Some("Ana Perez".into()),
        }));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("Ana"), "{shown}");
        assert!(shown.contains("22981d7f5029e78d"), "{shown}");
        error.upstream.as_mut().unwrap().id = Some("Ana Perez".into());
        assert!(!format!("{error} {error:?}").contains("Ana"));
    }
}
