//! A request: the numbers it gets, where it stands (sections 4.1, 4.8).

use serde_json::Value;

use super::integer;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::ids::{RequestPk, VideoidPk};
use crate::record::{Created, RequestRecord, RequestStatus};

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

/// The number a sentence gives: the one after `pk`, or the only one there is. `VideoID created with pk 16673`.
pub(super) fn number_in(sentence: &str) -> Option<i64> {
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
