//! The body of a call, in full.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use jiff::Timestamp;

use crate::kept::Upload;

/// Of a body that is too large, this much more is taken and thrown away, so that the client gets to read the answer.
const MOST_THROWN_AWAY: u64 = 1024 * 1024 * 1024;

/// A body that came.
pub(crate) struct Received {
    pub(crate) body: Bytes,
    pub(crate) upload: Upload,
}

impl Received {
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.upload.header(header::CONTENT_TYPE.as_str())
    }
}

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreceived {
    /// Longer than the limit. It was read to its end.
    TooLarge,
    /// The client went away, or sent no HTTP.
    BrokeOff,
}

/// Reads a body to its end, at most `pace` bytes each second. One that is too large is read to its end too, as a proxy
/// does ("lingering close"): closing at once would lose the answer on its way.
pub(crate) async fn receive(
    headers: &HeaderMap,
    mut body: Body,
    limit: u64,
    pace: Option<u32>,
) -> Result<Received, Unreceived> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    // Room for all of it at once, so that a long video is not moved while it grows. A system gives out memory only as it
    // is written to, so a length that is announced and never comes costs nothing.
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut kept = BytesMut::with_capacity(announced.filter(|it| *it <= most).unwrap_or(0));
    let mut came: u64 = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unreceived::BrokeOff)?.into_data() else {
            continue;
        };
        came += data.len() as u64;
        if came > limit.saturating_add(MOST_THROWN_AWAY) {
            return Err(Unreceived::BrokeOff);
        }
        if came <= limit {
            kept.extend_from_slice(&data);
        }
        if let Some(bytes_per_second) = pace {
            tokio::time::sleep(super::wait_for(data.len(), bytes_per_second)).await;
        }
    }
    if came > limit {
        return Err(Unreceived::TooLarge);
    }
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    Ok(Received {
        body: kept.freeze(),
        upload: Upload {
            at: Timestamp::now(),
            headers,
            body_bytes: came,
        },
    })
}
