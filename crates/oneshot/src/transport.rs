//! One call over the wire: send, wait, read the answer with a bound, and say of every failure whether the server can
//! have acted.

use std::error::Error as StdError;
use std::io;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use tokio::time::{Instant, sleep};

use crate::answer::{Answer, parse_answer};
use crate::body::{Pieces, Sent};
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome};
use crate::source::Progress;

/// The most an answer may be. A request's record holds four pictures in Base64; nothing else comes near.
const ANSWER_LIMIT: u64 = 96 << 20;

/// The longest wait a server may ask for; a longer one is cut to it.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// What is sent with a call.
pub(crate) enum Payload {
    /// Nothing.
    None,
    /// Small, at hand.
    Json(Bytes),
    /// Written while it is sent.
    Stream {
        content_type: String,
        pieces: Pieces,
        progress: Progress,
        most_bytes_s: Option<NonZeroU64>,
    },
}

/// A call ready to go.
pub(crate) struct Outgoing {
    pub(crate) call: Call,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) payload: Payload,
    pub(crate) timeout: Duration,
    pub(crate) stall: Duration,
}

/// What came back.
pub(crate) enum Responded {
    /// The head of an answer with a 2xx status, its body still to be read.
    Head(Response),
    /// Any other answer, read whole.
    Whole(Answer),
}

impl Outgoing {
    /// Sends, and reads the answer whole.
    ///
    /// # Errors
    /// If no answer came, or it is no success.
    pub(crate) async fn answer(&self, http: &reqwest::Client) -> Result<Answer, Error> {
        let (answer, sent) = self.exchange(http).await?;
        self.judge(answer, &sent)
    }

    /// Sends, and reads whatever comes back.
    ///
    /// # Errors
    /// If no answer came.
    pub(crate) async fn exchange(&self, http: &reqwest::Client) -> Result<(Answer, Arc<Sent>), Error> {
        let (responded, sent) = self.respond(http).await?;
        let answer = match responded {
            Responded::Head(response) => self.read(response, &sent).await?,
            Responded::Whole(answer) => answer,
        };
        Ok((answer, sent))
    }

    /// Sends, and reads a file of at most `limit` bytes that `is` what was asked for, whatever its content type says:
    /// the older specification has a PDF as `text/plain` (section 4.15).
    ///
    /// # Errors
    /// If no answer came, or it is something else.
    pub(crate) async fn file(
        &self,
        http: &reqwest::Client,
        limit: u64,
        is: fn(&[u8]) -> bool,
    ) -> Result<Bytes, Error> {
        let (responded, sent) = self.respond(http).await?;
        let response = match responded {
            Responded::Head(response) => response,
            Responded::Whole(answer) => return Err(answer.into_error(self.call)),
        };
        let head = Head::of(&response);
        let body = self.body(Vec::new(), response, &sent, limit).await?;
        if is(&body) {
            return Ok(body.into());
        }
        let answer = head.answer(&body).into_success(self.call)?;
        Err(answer.into_unexpected(self.call))
    }

    /// Sends, and repeats once with a trailing slash where the first answer shows that the server did nothing but
    /// miss it (section 0.1): a redirect that keeps the method, or a 404 of its routing.
    pub(crate) async fn respond(&self, http: &reqwest::Client) -> Result<(Responded, Arc<Sent>), Error> {
        let deadline = Instant::now() + self.timeout;
        let (response, sent) = self.send(http, &self.url, deadline).await?;
        if response.status().is_success() {
            return Ok((Responded::Head(response), sent));
        }
        let location = path_of_location(response.headers());
        let answer = self.read(response, &sent).await?;
        let missed_the_slash = match answer.http_status {
            307 | 308 => location.is_none_or(|path| path.ends_with('/')),
            404 => answer.is_nowhere(),
            _ => false,
        };
        if !missed_the_slash {
            return Ok((Responded::Whole(answer), sent));
        }
        let (response, sent) = self.send(http, &with_slash(&self.url), deadline).await?;
        if response.status().is_success() {
            return Ok((Responded::Head(response), sent));
        }
        let answer = self.read(response, &sent).await?;
        Ok((Responded::Whole(answer), sent))
    }

    fn judge(&self, answer: Answer, sent: &Sent) -> Result<Answer, Error> {
        if answer.is_success() && sent.is_partial() {
            // Success for what it has not had: nothing here can be relied on.
            return Err(answer.into_unexpected(self.call));
        }
        answer.into_success(self.call)
    }

    /// Sends, and waits for the head of the answer.
    pub(crate) async fn send(
        &self,
        http: &reqwest::Client,
        url: &Url,
        deadline: Instant,
    ) -> Result<(Response, Arc<Sent>), Error> {
        let sent = Arc::new(Sent::default());
        let left = deadline.saturating_duration_since(Instant::now());
        let request = http.request(self.method.clone(), url.clone()).timeout(left);
        let request = match &self.payload {
            Payload::None => request,
            Payload::Json(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone()),
            Payload::Stream {
                content_type,
                pieces,
                progress,
                most_bytes_s,
            } => request
                .header(CONTENT_TYPE, content_type)
                .header(CONTENT_LENGTH, pieces.len())
                .body(reqwest::Body::wrap_stream(
                    pieces
                        .stream(Arc::clone(&sent), Arc::clone(progress))
                        .at_most(*most_bytes_s),
                )),
        };
        let response = tokio::select! {
            response = request.send() => response.map_err(|error| self.failed(error, &sent, None))?,
            () = stalled(&sent, self.stall) => {
                return Err(Error::new(self.call, ErrorKind::TimedOut, Outcome::NotSent));
            }
        };
        Ok((response, sent))
    }

    /// Reads the answer to its end. One that is cut still counts for what its status says, unless that is success.
    pub(crate) async fn read(&self, response: Response, sent: &Sent) -> Result<Answer, Error> {
        self.read_on(Vec::new(), response, sent).await
    }

    /// As [`read`](Self::read), where the first bytes have been looked at.
    pub(crate) async fn read_on(
        &self,
        first: Vec<u8>,
        response: Response,
        sent: &Sent,
    ) -> Result<Answer, Error> {
        let head = Head::of(&response);
        let body = self.body(first, response, sent, ANSWER_LIMIT).await?;
        Ok(head.answer(&body))
    }

    async fn body(
        &self,
        mut body: Vec<u8>,
        mut response: Response,
        sent: &Sent,
        limit: u64,
    ) -> Result<Vec<u8>, Error> {
        let status = response.status();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > limit => {
                    return Err(self.too_long(status.as_u16()));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body),
                Err(_) if !status.is_success() => return Ok(body),
                Err(error) => return Err(self.failed(error, sent, Some(status.as_u16()))),
            }
        }
    }

    /// More came than the call can mean.
    pub(crate) fn too_long(&self, status: u16) -> Error {
        Error {
            http_status: Some(status),
            ..Error::new(self.call, ErrorKind::NotTheService, Outcome::Unknown)
        }
    }

    /// Sorts a failure of the connection.
    pub(crate) fn failed(&self, error: reqwest::Error, sent: &Sent, http_status: Option<u16>) -> Error {
        // The address holds the numbers of a request: it stays out of what may be logged.
        let error = error.without_url();
        if let Some(kind) = sent.failure() {
            return Error::new(self.call, ErrorKind::Source, Outcome::NotSent)
                .caused_by(io::Error::from(kind));
        }
        let unless_partial = if sent.is_partial() {
            Outcome::NotSent
        } else {
            Outcome::Unknown
        };
        let (kind, outcome) = if error.is_builder() {
            (ErrorKind::BadConfig, Outcome::NotSent)
        } else if refused_by_proxy(&error) {
            (ErrorKind::Refused, Outcome::NotSent)
        } else if tls_refusal(&error, error.is_connect()) {
            (ErrorKind::Tls, Outcome::NotSent)
        } else if error.is_connect() {
            (ErrorKind::Unreachable, Outcome::NotSent)
        } else if error.is_timeout() {
            (ErrorKind::TimedOut, unless_partial)
        } else if connection_error(&error, hyper::Error::is_parse) {
            // Another kind of server listens there, or one that wants TLS.
            (ErrorKind::NotTheService, unless_partial)
        } else if connection_error(&error, hyper::Error::is_canceled) {
            // The connection went before the call was begun.
            (ErrorKind::ConnectionLost, Outcome::NotSent)
        } else {
            (ErrorKind::ConnectionLost, unless_partial)
        };
        Error {
            http_status,
            ..Error::new(self.call, kind, outcome).caused_by(error)
        }
    }
}

/// What of an answer's head is needed when its body has been read.
struct Head {
    status: u16,
    content_type: Option<String>,
    retry_after: Option<Duration>,
}

impl Head {
    fn of(response: &Response) -> Self {
        let header = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        Self {
            status: response.status().as_u16(),
            content_type: header(CONTENT_TYPE),
            retry_after: header(RETRY_AFTER).and_then(|asked| wait(&asked, SystemTime::now())),
        }
    }

    fn answer(&self, body: &[u8]) -> Answer {
        Answer {
            retry_after: self.retry_after,
            ..parse_answer(self.status, self.content_type.as_deref(), body)
        }
    }
}

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
fn wait(asked: &str, now: SystemTime) -> Option<Duration> {
    let asked = asked.trim();
    let wait = match asked.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(asked).ok()?;
            until.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Whether a proxy wants credentials for the way to a server it only passes on (407 to `CONNECT`). The connection's own
/// error is of a private type, and tells it by its words alone.
fn refused_by_proxy(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("proxy authorization required") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether TLS is what failed. While connecting, any TLS error is; afterwards only the alerts that end a handshake,
/// which a server may send late: with TLS 1.3 it looks at a client certificate after the client believes it is done.
fn tls_refusal(error: &reqwest::Error, connecting: bool) -> bool {
    use rustls::AlertDescription as Alert;
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        // An io::Error does not name the error it wraps as its source, only that one's source.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let found = error
            .downcast_ref::<rustls::Error>()
            .or_else(|| wrapped.and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>()));
        match found {
            Some(_) if connecting => return true,
            Some(rustls::Error::AlertReceived(
                Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateExpired
                | Alert::CertificateRevoked
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
                // Of the handshake only (RFC 8446, 6.2): a certificate's signature does not fit.
                | Alert::DecryptError
                | Alert::HandshakeFailure,
            )) => return true,
            Some(_) | None => {}
        }
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}

/// Whether the connection's own error is of a kind.
fn connection_error(error: &reqwest::Error, is: fn(&hyper::Error) -> bool) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(is) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Ends when an upload has stood still for `limit`; never, where nothing is left to upload.
async fn stalled(sent: &Sent, limit: Duration) {
    let mut seen = 0;
    loop {
        sleep(limit).await;
        let bytes = sent.bytes();
        if sent.is_partial() && bytes == seen {
            return;
        }
        seen = bytes;
    }
}

fn with_slash(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_path(&format!("{}/", url.path()));
    url
}

fn path_of_location(headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    Some(location.split(['?', '#']).next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_or_as_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (asked, seconds) in [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("99999999999999", Some(3600)),
            ("99999999999999999999999999", None),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(wait(asked, now), seconds.map(Duration::from_secs), "{asked}");
        }
    }
}
