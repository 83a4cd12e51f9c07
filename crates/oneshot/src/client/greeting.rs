//! What there is to see of a server without asking it for anything.

use std::time::SystemTime;

use reqwest::header::DATE;
use reqwest::tls::TlsInfo;
use tokio::time::Instant;

use super::Client;
use crate::call::Call;
use crate::dialect::{Dialect, written_in};
use crate::error::Error;
use crate::ids::RequestPk;

/// What there is to see of a server without asking it for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Greeting {
    /// The generation that answers; none where no answer was in the envelope of either.
    pub dialect: Option<Dialect>,
    /// What the server's clock said (RFC 9110, `Date`), to the second.
    pub date: Option<SystemTime>,
    /// The certificate it came with (DER); none without TLS.
    pub certificate: Option<Vec<u8>>,
}

impl Client {
    /// Looks at the server by calls that change nothing and name nobody's request, as [`Client::probe_dialect`] does.
    ///
    /// # Errors
    /// If nothing answers.
    pub async fn greet(&self) -> Result<Greeting, Error> {
        let nobody = self.config.request_path(RequestPk::new(0));
        let mut greeting = Greeting::default();
        for path in [
            self.dialect().hello_path(),
            self.dialect().version_path(),
            &nobody,
        ] {
            let outgoing = self.reading(Call::Hello, path);
            let deadline = Instant::now() + outgoing.timeout;
            let (response, sent) = outgoing.send(&self.http, &outgoing.url, deadline).await?;
            let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
            greeting.date = date
                .and_then(|date| httpdate::parse_http_date(date).ok())
                .or(greeting.date);
            let certificate = response
                .extensions()
                .get::<TlsInfo>()
                .and_then(TlsInfo::peer_certificate);
            greeting.certificate = certificate.map(<[u8]>::to_vec).or(greeting.certificate);
            let answer = outgoing.read(response, &sent).await?;
            greeting.dialect = written_in(&answer);
            if greeting.dialect.is_some() {
                break;
            }
        }
        Ok(greeting)
    }
}
