//! The calls.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use crate::body::Sent;
use crate::config::Config;
use crate::dialect;
use crate::error::{Call, Error};
use crate::evidences::Evidences;
use crate::record::{Created, NewRequest, RequestRecord};
use crate::source::{BytesSource, Progress};
use crate::transport::{Outgoing, Payload, Responded};
use crate::{RequestPk, VideoidPk};

/// Makes the calls of one configuration. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    config: Arc<Config>,
    http: reqwest::Client,
}

impl Client {
    /// Checks the settings and makes ready; connects to nothing.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadConfig`] if the settings cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.check()?;
        let mut headers = HeaderMap::new();
        for (name, value) in &config.extra_headers {
            let name = HeaderName::from_bytes(name.trim().as_bytes())
                .map_err(|_| Error::bad_config(Call::Configure, "extra_headers: not a header's name"))?;
            // EXPOSE: it goes into the header, marked as not to be printed.
            let mut value = HeaderValue::from_str(value.expose())
                .map_err(|_| Error::bad_config(Call::Configure, "extra_headers: not a header's value"))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(&config.user_agent)
            .default_headers(headers)
            .connect_timeout(config.timeouts.connect)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // A connection kept from an earlier call may be dead by now, and a call that dies with it leaves open
            // whether it arrived. There are a handful of calls a case: each has a connection of its own.
            .pool_max_idle_per_host(0);
        if config.is_loopback() {
            builder = builder.no_proxy();
        }
        if config.base_url.scheme() == "http" {
            // No redirect is followed, so TLS cannot come up: a machine that trusts no certificate at all, as a bare
            // installation does, can practise all the same.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| {
            Error::bad_config(Call::Configure, "user_agent, or this system's certificates").caused_by(error)
        })?;
        Ok(Self {
            config: Arc::new(config),
            http,
        })
    }

    /// What the client was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Makes a request. Each call makes a new one and may cost credit: after an error with
    /// [`crate::Outcome::Unknown`] there may be a request nobody has the number of.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn create_videoid(&self, request: &NewRequest) -> Result<Created, Error> {
        let body = Bytes::from(dialect::create_body(&self.config, request));
        let outgoing = self.outgoing(
            Call::Create,
            Method::POST,
            &dialect::create_path(),
            Payload::Json(body),
            self.config.timeouts.create,
        );
        dialect::created(&outgoing.answer(&self.http).await?)
    }

    /// Sends the evidences. `progress` counts the bytes of the body.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. [`crate::ErrorKind::WrongState`] means the request is complete already.
    pub async fn upload_evidences(
        &self,
        videoid_pk: VideoidPk,
        evidences: &Evidences,
        progress: Progress,
    ) -> Result<(), Error> {
        let pieces = dialect::evidences_body(evidences)?;
        let payload = Payload::Stream {
            content_type: "application/json".to_owned(),
            pieces,
            progress,
        };
        let path = dialect::evidences_path(videoid_pk);
        self.upload(Call::Evidences, &path, payload, self.config.timeouts.evidences)
            .await
    }

    /// Sends the video, an MP4 file. `progress` counts the bytes of the body: the video's and a few hundred more.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn upload_video(
        &self,
        videoid_pk: VideoidPk,
        video: Arc<dyn BytesSource>,
        progress: Progress,
    ) -> Result<(), Error> {
        // A line no video contains.
        let boundary = format!("proofbooth-{}", uuid::Uuid::new_v4().simple());
        let pieces = dialect::video_body(video, &boundary);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let payload = Payload::Stream {
            content_type,
            pieces,
            progress,
        };
        let path = dialect::video_path(videoid_pk);
        self.upload(Call::Video, &path, payload, self.config.timeouts.video)
            .await
    }

    /// Reads where a request stands.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn read_request(&self, request_pk: RequestPk) -> Result<RequestRecord, Error> {
        let path = self.config.request_path(request_pk);
        let timeout = self.config.timeouts.read;
        let outgoing = self.outgoing(Call::ReadRequest, Method::GET, &path, Payload::None, timeout);
        dialect::record(&outgoing.answer(&self.http).await?, request_pk)
    }

    /// Fetches the video back, to hold it against what was sent.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn download_video(&self, videoid_pk: VideoidPk) -> Result<Download, Error> {
        let path = dialect::video_path(videoid_pk);
        let timeout = self.config.timeouts.video;
        let outgoing = self.outgoing(Call::DownloadVideo, Method::GET, &path, Payload::None, timeout);
        let (response, sent) = outgoing.respond(&self.http).await?;
        let response = match response {
            Responded::Head(response) => response,
            Responded::Whole(answer) => return Err(answer.into_error(Call::DownloadVideo)),
        };
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if kind.contains("json") || kind.contains("text/") {
            // An error under HTTP 200; a JSON success is no video either.
            let answer = outgoing.read(response, &sent).await?;
            return Err(answer
                .into_success(Call::DownloadVideo)?
                .into_unexpected(Call::DownloadVideo));
        }
        let len = response.content_length();
        Ok(Download {
            outgoing,
            response,
            len,
        })
    }

    async fn upload(&self, call: Call, path: &str, payload: Payload, timeout: Duration) -> Result<(), Error> {
        self.outgoing(call, Method::POST, path, payload, timeout)
            .answer(&self.http)
            .await?;
        Ok(())
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
}

/// A video on its way back.
pub struct Download {
    outgoing: Outgoing,
    response: reqwest::Response,
    len: Option<u64>,
}

impl Download {
    /// How long it will be, where the server said.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether the server said that nothing will come.
    pub fn is_empty(&self) -> bool {
        self.len == Some(0)
    }

    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// If the connection breaks before the length that was promised.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let status = self.response.status().as_u16();
        let chunk = self.response.chunk().await;
        chunk.map_err(|error| self.outgoing.failed(error, &Sent::default(), Some(status)))
    }

    /// Reads to the end and keeps nothing: the SHA-256 and the length of what came.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn sha256(mut self) -> Result<([u8; 32], u64), Error> {
        let mut hash = Sha256::new();
        let mut len = 0;
        while let Some(chunk) = self.chunk().await? {
            hash.update(&chunk);
            len += chunk.len() as u64;
        }
        Ok((hash.finalize().into(), len))
    }
}
