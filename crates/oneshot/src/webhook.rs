//! What the server tells by itself (section 7). Nothing proves who sent it: no signature, no secret, no order. It is a hint
//! that a request may have moved, and the request is read before anything is done about it.

use std::fmt;

use serde_json::Value;

use crate::ids::RequestPk;
use crate::record::RequestStatus;

/// The most a message may be: the longest documented one is a few hundred bytes.
pub const LIMIT: usize = 1 << 20;

/// The most a word of a message may be; longer ones are passed over.
const WORD: usize = 64;

/// Certificates read out of one message; a request has one.
const CERTIFICATES: usize = 16;

/// The form a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WebhookFormat {
    /// The older one: `request` is the request's number.
    A,
    /// The current one: `request` is an object.
    B,
}

/// A message, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Its form.
    pub format: WebhookFormat,
    /// The request; the message of a signature may leave it out.
    pub request_pk: Option<RequestPk>,
    /// Where the request is said to stand.
    pub status: RequestStatus,
    /// Where it is said to have stood before.
    pub previous: Option<RequestStatus>,
    /// Such as `REQUEST_APPROVED`; the older form has none.
    pub event_type: Option<String>,
    /// When it was sent, as the server writes it: neither form states a zone.
    pub sent_at: Option<String>,
    /// The registration authority.
    pub registration_authority: Option<i64>,
    /// What became of the certificate. Its status is not the request's.
    pub certificates: Vec<WebhookCertificate>,
}

/// A certificate in a message.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookCertificate {
    /// Such as `VALID`, `REVOKED`.
    pub status: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// As the server writes it: `YYYYMMDD HH:MM:SS`.
    pub valid_from: Option<String>,
    /// The same.
    pub valid_to: Option<String>,
}

/// Why a body is no message. It says nothing of what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WebhookFault {
    /// Longer than [`LIMIT`].
    TooLarge,
    /// Not a JSON object.
    NotJson,
    /// Without the status of a request.
    NoStatus,
}

impl fmt::Display for WebhookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "longer than a message can be",
            Self::NotJson => "not a JSON object",
            Self::NoStatus => "no status of a request",
        })
    }
}

impl std::error::Error for WebhookFault {}

impl WebhookEvent {
    /// The same for a message and its repetition: what to tell them apart by (section 7).
    pub fn key(&self) -> String {
        let pk = self.request_pk.map(|pk| pk.to_string());
        // The parts have no line ends of their own, so that two messages cannot share a key.
        [
            pk.as_deref(),
            self.event_type.as_deref(),
            Some(self.status.as_str()),
            self.sent_at.as_deref(),
        ]
        .map(Option::unwrap_or_default)
        .join("\n")
    }
}

impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent")
            .field("format", &self.format)
            .field("request_pk", &self.request_pk)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

crate::evidences::prints_nothing!(WebhookCertificate);

/// Takes a message apart, whichever form it has. Total: any bytes give an event or a fault.
///
/// # Errors
/// If it is none.
pub fn parse(body: &[u8]) -> Result<WebhookEvent, WebhookFault> {
    if body.len() > LIMIT {
        return Err(WebhookFault::TooLarge);
    }
    let json: Value = serde_json::from_slice(body).map_err(|_| WebhookFault::NotJson)?;
    if !json.is_object() {
        return Err(WebhookFault::NotJson);
    }
    let request = json.get("request").unwrap_or(&Value::Null);
    // The fields of the two forms are met together too (section 7): what tells them apart is the request.
    let (format, about) = if request.is_object() {
        (WebhookFormat::B, request)
    } else {
        (WebhookFormat::A, &json)
    };
    let status = word(about, "status").ok_or(WebhookFault::NoStatus)?;
    let number = match format {
        WebhookFormat::A => number_of(request),
        WebhookFormat::B => request.get("pk").and_then(number_of),
    };
    let certificates = json.get("certificates").and_then(Value::as_array);
    Ok(WebhookEvent {
        format,
        request_pk: number.filter(|pk| *pk > 0).map(RequestPk::new),
        status: RequestStatus::from_word(&status),
        previous: word(&json, "previous_status").map(|word| RequestStatus::from_word(&word)),
        event_type: word(&json, "event_type"),
        sent_at: word(&json, "sent_at").or_else(|| word(&json, "date")),
        registration_authority: about.get("registration_authority").and_then(number_of),
        certificates: certificates
            .into_iter()
            .flatten()
            .filter(|certificate| certificate.is_object())
            .take(CERTIFICATES)
            .map(|certificate| WebhookCertificate {
                status: word(certificate, "status"),
                serial_number: word(certificate, "serial_number"),
                valid_from: word(certificate, "valid_from"),
                valid_to: word(certificate, "valid_to"),
            })
            .collect(),
    })
}

fn number_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A short word without control characters; a number is one too.
fn word(object: &Value, key: &str) -> Option<String> {
    let word = match object.get(key)? {
        Value::String(word) => word.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    ((1..=WORD).contains(&word.len()) && !word.contains(char::is_control)).then_some(word)
}

#[cfg(test)]
mod tests;
