//! Time stamps (RFC 3161) on their own: asked for, taken out of the answer, checked.

use super::certificate::{Anchors, Certificate};
use super::cms::Cms;
use super::der::{INTEGER, Reader, SEQUENCE};
use super::{Trust, verdict};

/// `TimeStampReq` up to the digest: version 1, SHA-256.
const BEFORE_DIGEST: &[u8] =
    b"\x30\x39\x02\x01\x01\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
/// After it: the authority's certificate is wanted in the token.
const AFTER_DIGEST: &[u8] = b"\x01\x01\xff";

/// A time stamp that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    /// When what is stamped existed at the latest, milliseconds since 1970.
    pub at: i64,
    /// The authority, as its certificate says.
    pub authority: Option<String>,
    /// Whether the authority is one to trust.
    pub trust: Trust,
}

/// Why there is no time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeStampError {
    /// The authority did not stamp.
    #[error("the time stamp authority refuses (status {0})")]
    Refused(u8),
    /// What came is no time stamp.
    #[error("this is no time stamp")]
    Malformed,
    /// It is a time stamp of something else, broken, or by somebody who may not make any.
    #[error("the time stamp does not hold")]
    NotSound,
}

/// What is sent to a time stamp authority (`application/timestamp-query`) to have a SHA-256 digest stamped. There is no
/// nonce: a digest that was never there before cannot have been answered before.
#[must_use]
pub fn time_stamp_request(sha256: &[u8; 32]) -> Vec<u8> {
    [BEFORE_DIGEST, sha256, AFTER_DIGEST].concat()
}

/// The time stamp in what an authority answered (`application/timestamp-reply`).
///
/// # Errors
/// It refused, or this is no such answer.
pub fn time_stamp_token(reply: &[u8]) -> Result<Vec<u8>, TimeStampError> {
    let read = || {
        let mut reader = Reader::new(reply);
        let mut parts = reader.expect(SEQUENCE)?.inside();
        let status = parts.expect(SEQUENCE)?.inside().expect(INTEGER)?.body;
        let token = parts.expect(SEQUENCE).map(|token| token.raw.to_vec());
        reader.is_empty().then_some((status, token))
    };
    match read().ok_or(TimeStampError::Malformed)? {
        // Granted, and granted with changes.
        ([0 | 1], Some(token)) => Ok(token),
        (&[status], _) if status > 1 => Err(TimeStampError::Refused(status)),
        _ => Err(TimeStampError::Malformed),
    }
}

/// Checks that `token` stamps exactly the bytes of `stamped`.
///
/// # Errors
/// [`TimeStampError::Malformed`] or [`TimeStampError::NotSound`].
pub fn time_stamp(token: &[u8], stamped: &[u8], anchors: &Anchors) -> Result<TimeStamp, TimeStampError> {
    let cms = Cms::parse(token)
        .filter(|cms| cms.after.is_empty())
        .ok_or(TimeStampError::Malformed)?;
    let at = verdict::sound_time(&cms, stamped).ok_or(TimeStampError::NotSound)?;
    let certificate = Certificate::find(&cms.certificates, &cms.signer).ok_or(TimeStampError::NotSound)?;
    if !certificate.is_valid_at(at) {
        return Err(TimeStampError::NotSound);
    }
    Ok(TimeStamp {
        at,
        authority: certificate.subject().common_name,
        trust: certificate.trust(&cms.certificates, anchors, at),
    })
}
