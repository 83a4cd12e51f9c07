//! What the server's generation decides: where each call goes, what it carries, and what its success looks like.
//! This is the current one ("N" in `oneshot-api.md`): VideoID calls go by `videoid_pk`.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::body::Pieces;
use crate::config::{Config, Env};
use crate::error::{Call, Error, ErrorKind, Outcome};
use crate::evidences::Evidences;
use crate::record::{Created, NewRequest, RequestRecord, RequestStatus};
use crate::source::BytesSource;
use crate::{RequestPk, VideoidPk};

pub(crate) fn create_path() -> String {
    "videoid".to_owned()
}

pub(crate) fn evidences_path(videoid_pk: VideoidPk) -> String {
    format!("videoid/{videoid_pk}/evidences")
}

/// Upload and download share it.
pub(crate) fn video_path(videoid_pk: VideoidPk) -> String {
    format!("videoid/{videoid_pk}/video")
}

/// The body of the create call (section 4.1). What is not configured is left out: the server has it in its settings.
pub(crate) fn create_body(config: &Config, request: &NewRequest) -> Vec<u8> {
    #[derive(Serialize)]
    struct Create<'a> {
        mobile_phone_number: &'a str,
        email: &'a str,
        registration_authority: &'a str,
        profile: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        billing_username: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        billing_password: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        env: Option<Env>,
    }
    let billing = config.billing.as_ref();
    json(&Create {
        mobile_phone_number: &request.mobile_phone_number,
        email: &request.email,
        registration_authority: config.registration_authority.trim(),
        profile: config.profile.trim(),
        billing_username: billing.map(|billing| billing.username.as_str()),
        billing_password: billing.map(crate::config::Billing::encoded_password),
        env: config.env,
    })
}

/// The body of the evidences call (section 5), its pictures not yet read.
///
/// # Errors
/// If two pictures claim the same slot: one of them would be lost without a word.
pub(crate) fn evidences_body(evidences: &Evidences) -> Result<Pieces, Error> {
    let data = &evidences.videoid_data;
    let mut body = Pieces::default();
    let mut text = b"{\"acceptance\":".to_vec();
    text.extend(json(&evidences.acceptance));
    text.extend_from_slice(b",\"videoid_data\":{\"images\":{");
    for (index, image) in data.images.iter().enumerate() {
        if data.images[..index]
            .iter()
            .any(|earlier| earlier.slot == image.slot)
        {
            let message = format!("two pictures for {}", image.slot.wire_name());
            return Err(Error::local(Call::Evidences, ErrorKind::Invalid, Some(message)));
        }
        let separator = if index == 0 { "" } else { "," };
        text.extend(format!("{separator}\"{}\":\"", image.slot.wire_name()).into_bytes());
        body.text(std::mem::take(&mut text));
        body.base64(Arc::clone(&image.source));
        text.push(b'"');
    }
    text.extend_from_slice(b"},\"ocr_data\":");
    text.extend(json(&data.ocr));
    text.extend_from_slice(b",\"security_checks\":");
    text.extend(json(&data.checks));
    if let Some(similarity) = &data.similarity {
        text.extend_from_slice(b",\"similarity_level\":");
        text.extend(json(similarity));
    }
    text.extend_from_slice(b"}}");
    body.text(text);
    Ok(body)
}

/// The body of the video call (section 4.3): one part, `video`, framed as RFC 7578 has it. `boundary` must not occur
/// in the video; 128 random bits do not.
pub(crate) fn video_body(video: Arc<dyn BytesSource>, boundary: &str) -> Pieces {
    let mut body = Pieces::default();
    body.text(format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"video\"; filename=\"video.mp4\"\r\n\
         Content-Type: video/mp4\r\n\r\n"
    ));
    body.raw(video);
    body.text(format!("\r\n--{boundary}--\r\n"));
    body
}

/// The numbers of a created request, with the fallbacks of section 4.1: a missing `videoid_pk` is the integer in the
/// message, and failing that the request's own number.
///
/// # Errors
/// If there is no request number. The server said it made one, so that repeating the call would make another.
pub(crate) fn created(answer: &Answer) -> Result<Created, Error> {
    let payload = answer.payload.as_ref();
    let id = |key: &str| payload.and_then(|payload| payload.get(key)).and_then(integer);
    let Some(request_pk) = id("request_pk") else {
        return Err(answer.clone().into_unexpected(Call::Create));
    };
    let videoid_pk = id("videoid_pk")
        .or_else(|| answer.message.as_deref().and_then(number_in))
        .unwrap_or(request_pk);
    let link = payload
        .and_then(|payload| payload.get("videoid_link"))
        .and_then(Value::as_str);
    Ok(Created {
        request_pk: RequestPk::new(request_pk),
        videoid_pk: VideoidPk::new(videoid_pk),
        videoid_link: link
            .map(str::trim)
            .filter(|link| !link.is_empty())
            .map(str::to_owned),
    })
}

/// The record of a request (section 4.8).
///
/// # Errors
/// If it has no status, or is another request's.
pub(crate) fn record(answer: &Answer, asked: RequestPk) -> Result<RequestRecord, Error> {
    let unexpected = || answer.clone().into_unexpected(Call::ReadRequest);
    let record = answer
        .payload
        .as_ref()
        .and_then(Value::as_object)
        .ok_or_else(unexpected)?;
    if record
        .get("pk")
        .and_then(integer)
        .is_some_and(|pk| pk != asked.get())
    {
        return Err(unexpected());
    }
    let status = record
        .get("status")
        .and_then(Value::as_str)
        .ok_or_else(unexpected)?;
    let videoid = record.get("videoid_data").and_then(Value::as_object);
    let word = |key: &str| {
        let text = videoid?.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let holds = |key: &str| {
        let held = videoid.and_then(|videoid| videoid.get("data")?.get(key)?.as_object());
        held.is_some_and(|held| {
            held.values()
                .any(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        })
    };
    Ok(RequestRecord {
        request_pk: asked,
        status: RequestStatus::from_word(status),
        videoid_data_present: videoid.is_some_and(|videoid| !videoid.is_empty()),
        videoid_pk: videoid
            .and_then(|videoid| videoid.get("pk"))
            .and_then(integer)
            .map(VideoidPk::new),
        videoid_status: word("status"),
        evidences_present: holds("images") || holds("ocr_data"),
        refusal_reason: word("refusal_reason"),
        registration_authority: record.get("registration_authority").and_then(integer),
        profile: record.get("profile").and_then(Value::as_str).map(str::to_owned),
    })
}

impl Answer {
    /// A success that cannot be what the call asked for.
    pub(crate) fn into_unexpected(self, call: Call) -> Error {
        let error = self.into_error(call);
        Error {
            kind: ErrorKind::Unexpected,
            outcome: Outcome::Unknown,
            ..error
        }
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings, numbers and booleans under string keys always serialise")
}

/// An id as a number or as a string of digits (section 8, 18).
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The number a sentence gives: the one after `pk`, or the only one there is. `VideoID created with pk 16673`.
fn number_in(sentence: &str) -> Option<i64> {
    let words = || {
        sentence
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let number = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| word.parse().ok())?
    };
    let after_pk = words()
        .zip(words().skip(1))
        .filter(|(word, _)| word.eq_ignore_ascii_case("pk"));
    if let Some(named) = after_pk.filter_map(|(_, next)| number(next)).next() {
        return Some(named);
    }
    let mut numbers = words().filter_map(number);
    let first = numbers.next()?;
    numbers.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
