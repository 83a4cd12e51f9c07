//! A time stamp (RFC 3161) from the authority of the settings. It is sent a digest and learns nothing else.

use std::path::Path;
use std::time::Duration;

use evidence::{Code, Problem, TryAgain};
use papers::{Anchors, Trust};
use reqwest::{Client, Url};
use sha2::{Digest, Sha256};

use crate::Settings;
use crate::delivery::is_loopback;
use crate::settings::wrong;

/// How long an authority has to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes.
const MOST: usize = 256 << 10;

/// A time stamp that holds.
pub(super) struct Stamp {
    /// The token, DER.
    pub token: Vec<u8>,
    /// When, epoch milliseconds.
    pub at: i64,
}

/// The authority of the settings.
pub(super) struct Authority {
    url: Url,
    anchors: Anchors,
}

impl Authority {
    /// The authority, if one is set.
    ///
    /// # Errors
    /// It is set wrongly.
    pub fn of(settings: &Settings) -> Result<Option<Self>, Problem> {
        let Some(tsa) = &settings.seal.tsa else {
            return Ok(None);
        };
        let url: Url = tsa.parse().map_err(|_| wrong("tsa: not an address".to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("tsa: neither http nor https".to_owned()));
        }
        if settings.practice && !is_loopback(&url) {
            return Err(wrong(
                "practice never leaves the machine: tsa is not a loopback address".to_owned(),
            ));
        }
        let anchors = match &settings.seal.tsa_authorities {
            Some(file) => anchors(file)?,
            None => Anchors::none(),
        };
        Ok(Some(Self { url, anchors }))
    }

    /// Has the authority stamp `stamped`, and checks what it says.
    ///
    /// # Errors
    /// [`Code::StampMissing`]: it cannot be reached, refuses, or what it says does not hold.
    pub async fn stamp(&self, stamped: &[u8]) -> Result<Stamp, Problem> {
        let digest: [u8; 32] = Sha256::digest(stamped).into();
        let answer = self
            .ask(papers::time_stamp_request(&digest))
            .await
            .map_err(|error| missing(&cause(&error)))?
            .ok_or_else(|| missing("no time stamp came"))?;
        let token = papers::time_stamp_token(&answer).map_err(|error| missing(&error.to_string()))?;
        let stamp = papers::time_stamp(&token, stamped, &self.anchors)
            .map_err(|error| missing(&error.to_string()))?;
        if stamp.trust == Trust::NotAnchored {
            return Err(missing("the authority is not one of tsa_authorities"));
        }
        Ok(Stamp { token, at: stamp.at })
    }

    /// What the authority answers; none where that is no answer to the question.
    async fn ask(&self, question: Vec<u8>) -> Result<Option<Vec<u8>>, reqwest::Error> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut response = client
            .post(self.url.clone())
            .header("content-type", "application/timestamp-query")
            .body(question)
            .send()
            .await?
            .error_for_status()?;
        let mut answer = Vec::new();
        while let Some(part) = response.chunk().await? {
            if answer.len() + part.len() > MOST {
                return Ok(None);
            }
            answer.extend_from_slice(&part);
        }
        Ok(Some(answer))
    }
}

fn anchors(file: &Path) -> Result<Anchors, Problem> {
    let pem = std::fs::read(file).map_err(|error| wrong(format!("tsa_authorities: {}", error.kind())))?;
    Anchors::from_pem(&pem).map_err(|error| wrong(format!("tsa_authorities: {error}")))
}

fn missing(why: &str) -> Problem {
    Problem::new(Code::StampMissing, TryAgain::Later).because(why)
}

/// Without the address: it may hold what a gateway wants to know.
fn cause(error: &reqwest::Error) -> String {
    match error.status() {
        Some(status) => format!("HTTP {}", status.as_u16()),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None => "no connection".to_owned(),
    }
}
