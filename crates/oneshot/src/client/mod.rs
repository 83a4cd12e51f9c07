//! The calls, by what they are about.

mod documents;
mod download;
mod greeting;
mod housekeeping;
mod identification;
mod review;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;

pub use self::download::Download;
pub use self::greeting::Greeting;

use crate::answer::Answer;
use crate::body::Pieces;
use crate::call::Call;
use crate::config::Config;
use crate::dialect::bodies::{Part, form};
use crate::dialect::{Dialect, written_in};
use crate::error::{Error, ErrorKind, Outcome};
use crate::gateway::connector;
use crate::ids::RequestPk;
use crate::source::Progress;
use crate::transport::{Outgoing, Payload};

/// Makes the calls of one configuration. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
    http: reqwest::Client,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Checks the settings and makes ready; connects to nothing.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadConfig`] if the settings cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.check()?;
        let http = connector(&config)?;
        Ok(Self {
            config: Arc::new(config),
            http,
        })
    }

    /// What the client was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The generation it speaks to.
    pub fn dialect(&self) -> Dialect {
        self.config.dialect
    }

    /// The same client for another generation.
    #[must_use]
    pub fn with_dialect(&self, dialect: Dialect) -> Self {
        let config = Config {
            dialect,
            ..Config::clone(&self.config)
        };
        Self {
            config: Arc::new(config),
            http: self.http.clone(),
        }
    }

    /// Finds out which generation answers at the configured prefix, by calls that change nothing and name nobody's
    /// request: the greeting, the version, and a request number nobody has. The client's own dialect plays no part, and
    /// is not changed.
    ///
    /// # Errors
    /// If nothing answers, or what answers shows no envelope of either.
    pub async fn probe_dialect(&self) -> Result<Dialect, Error> {
        let nobody = self.config.request_path(RequestPk::new(0));
        let mut last = Error::new(Call::Hello, ErrorKind::NotTheService, Outcome::Refused);
        for path in [
            self.dialect().hello_path(),
            self.dialect().version_path(),
            &nobody,
        ] {
            let outgoing = self.reading(Call::Hello, path);
            let (answer, _) = outgoing.exchange(&self.http).await?;
            if let Some(dialect) = written_in(&answer) {
                return Ok(dialect);
            }
            last = answer.into_error(Call::Hello);
        }
        Err(last)
    }

    fn outgoing(
        &self,
        call: Call,
        method: Method,
        path: &str,
        payload: Payload,
        timeout: Duration,
    ) -> Outgoing {
        let url = self.config.url(path);
        Outgoing {
            call,
            method,
            url,
            payload,
            timeout,
            stall: self.config.timeouts.stall,
        }
    }

    /// A small call that reads.
    fn reading(&self, call: Call, path: &str) -> Outgoing {
        self.outgoing(call, Method::GET, path, Payload::None, self.config.timeouts.read)
    }

    async fn read(&self, call: Call, path: &str) -> Result<Answer, Error> {
        self.reading(call, path).answer(&self.http).await
    }

    async fn delete(&self, call: Call, path: &str) -> Result<(), Error> {
        let timeout = self.config.timeouts.read;
        let outgoing = self.outgoing(call, Method::DELETE, path, Payload::None, timeout);
        outgoing.answer(&self.http).await.map(drop)
    }

    async fn post(&self, call: Call, path: &str, body: Bytes, timeout: Duration) -> Result<Answer, Error> {
        let outgoing = self.outgoing(call, Method::POST, path, Payload::Json(body), timeout);
        outgoing.answer(&self.http).await
    }

    async fn stream(
        &self,
        call: Call,
        path: &str,
        content_type: String,
        pieces: Pieces,
        progress: Progress,
        timeout: Duration,
    ) -> Result<Answer, Error> {
        let most_bytes_s = self.config.most_bytes_s;
        // Half as long again as the cap alone makes it: the line is shared with others.
        let capped = most_bytes_s.map_or(0, |most| pieces.len() * 3 / 2 / most.get());
        let timeout = timeout.max(Duration::from_secs(capped));
        let payload = Payload::Stream {
            content_type,
            pieces,
            progress,
            most_bytes_s,
        };
        let outgoing = self.outgoing(call, Method::POST, path, payload, timeout);
        outgoing.answer(&self.http).await
    }

    async fn upload(
        &self,
        call: Call,
        path: &str,
        part: Part<'_>,
        progress: Progress,
        timeout: Duration,
    ) -> Result<Answer, Error> {
        // A line no file contains.
        let boundary = format!("proofbooth-{}", uuid::Uuid::new_v4().simple());
        let pieces = form(part, &boundary);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        self.stream(call, path, content_type, pieces, progress, timeout)
            .await
    }
}

/// Whether the server has no such path, or not for this method: another spelling may be tried, since nothing happened.
fn is_no_path(error: &Error) -> bool {
    error.kind == ErrorKind::NotTheService && matches!(error.http_status, Some(404 | 405))
}
