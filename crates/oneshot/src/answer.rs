//! Reads whatever comes back: the envelopes of section 2.1, the error bodies of section 2.2, a proxy's page, nothing.
//! Total: any bytes give an [`Answer`].

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Upstream, leading_code};

/// What the body turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No body, or blanks.
    Empty,
    /// JSON, whatever the content type says.
    Json,
    /// A page for people: a proxy, a sign-in, another server.
    Html,
    /// Neither: plain text, or JSON that was cut.
    Other,
}

/// An answer taken apart, not yet judged. `Debug` shows none of its text.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub http_status: u16,
    /// What the body is.
    pub shape: Shape,
    /// `status` (or `title`, or `code`) of the body: `success`, `404 Not Found`, `Invalid JSON`.
    pub body_status: Option<String>,
    /// `details` or `detail`.
    pub payload: Option<Value>,
    /// What the server says, whatever the key it says it under.
    pub message: Option<String>,
    /// The certification service's error, as the body itself or embedded in its message.
    pub upstream: Option<Upstream>,
    /// How long the server asks to be left alone (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("http_status", &self.http_status)
            .field("shape", &self.shape)
            .field("body_code", &self.body_code())
            .field("upstream", &self.upstream)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The body's status as a number, where it has one.
    pub fn body_code(&self) -> Option<u16> {
        self.body_status.as_deref().and_then(leading_code)
    }

    /// Success only if HTTP says so **and** the body does not contradict it (section 2.2, rule 1).
    pub fn is_success(&self) -> bool {
        let body_agrees = match self.body_status.as_deref().map(str::trim) {
            None => true,
            Some(status) => status.eq_ignore_ascii_case("success") || status.starts_with('2'),
        };
        (200..300).contains(&self.http_status)
            && matches!(self.shape, Shape::Json | Shape::Empty)
            && body_agrees
    }
}

/// Takes an answer apart. The content type matters only for the encoding of text that is not UTF-8.
pub fn parse_answer(http_status: u16, content_type: Option<&str>, body: &[u8]) -> Answer {
    let mut answer = Answer {
        http_status,
        shape: Shape::Empty,
        body_status: None,
        payload: None,
        message: None,
        upstream: None,
        retry_after: None,
    };
    let text = decode(content_type, body);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.is_empty() {
        return answer;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(json) => {
            answer.shape = Shape::Json;
            answer.take(json);
        }
        Err(_) if text.starts_with('<') => answer.shape = Shape::Html,
        Err(_) => answer.shape = Shape::Other,
    }
    answer
}

impl Answer {
    fn take(&mut self, json: Value) {
        let mut object = match json {
            Value::Object(object) => object,
            Value::String(text) => {
                self.say(text);
                return;
            }
            other => {
                self.payload = Some(other);
                return;
            }
        };
        let said = ["message", "messsage"].into_iter().find_map(|key| {
            object
                .remove(key)
                .and_then(|said| sentence(&said).or_else(|| scalar(said)))
        });
        let mut word = |key: &str| {
            object
                .remove(key)
                .and_then(scalar)
                .filter(|text| !text.trim().is_empty())
        };
        let status = word("status");
        let title = word("title");
        let description = word("description");
        let upstream = Upstream {
            code: word("code"),
            id: word("id"),
            error: word("error"),
        };
        self.payload = ["details", "detail"]
            .into_iter()
            .find_map(|key| object.remove(key).filter(|value| !value.is_null()));

        let error = upstream.error.clone();
        self.upstream = (error.is_some() && upstream.code.is_some()).then_some(upstream);
        self.body_status = status
            .or(title)
            .or_else(|| self.upstream.as_ref().and_then(|upstream| upstream.code.clone()))
            // Whoever names an error does not mean a success.
            .or_else(|| error.as_ref().map(|_| "error".to_owned()));
        // The fields of a success are its content. Only a failure's are sentences about them.
        let speaks = |payload: &&Value| payload.is_string() || !self.is_success();
        let message = said
            .or_else(|| self.payload.as_ref().filter(speaks).and_then(sentence))
            .or(description)
            .or(error);
        if let Some(message) = message {
            self.say(message);
        }
    }

    fn say(&mut self, message: String) {
        if self.upstream.is_none() {
            self.upstream = embedded(&message);
        }
        self.message = Some(message);
    }
}

/// A string, number or boolean as text; the documents show statuses and codes as either.
fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A payload that says something: a string, a list of validation errors (`[{loc, msg, type}]`), or an object of
/// sentences or of lists of them (`{"email": ["This field is required"]}`).
pub(crate) fn sentence(payload: &Value) -> Option<String> {
    let parts: Vec<String> = match payload {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(validation_error).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter_map(|(field, said)| {
                let said = match said {
                    Value::String(text) if text.contains(' ') => text.clone(),
                    Value::Array(lines) if !lines.is_empty() => lines
                        .iter()
                        .map(Value::as_str)
                        .collect::<Option<Vec<_>>>()?
                        .join("; "),
                    _ => return None,
                };
                Some(format!("{field}: {said}"))
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    };
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn validation_error(item: &Value) -> Option<String> {
    if let Value::String(text) = item {
        return Some(text.clone());
    }
    let said = item.get("msg")?.as_str()?;
    let place: Vec<String> = item
        .get("loc")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .cloned()
        .filter_map(scalar)
        .collect();
    Some(if place.is_empty() {
        said.to_owned()
    } else {
        format!("{}: {said}", place.join("."))
    })
}

/// Whether a payload is nothing but validation errors: the data is wrong, whatever status it comes with.
pub(crate) fn is_validation(payload: &Value) -> bool {
    match payload {
        Value::Array(items) => !items.is_empty() && items.iter().all(|item| item.get("msg").is_some()),
        Value::Object(fields) => {
            let lines = |said: &Value| {
                said.as_array()
                    .is_some_and(|lines| !lines.is_empty() && lines.iter().all(Value::is_string))
            };
            !fields.is_empty() && fields.values().all(lines)
        }
        _ => false,
    }
}

impl Answer {
    /// What the answer complains of: the fields of a validation error, the documents of an error for each, or the names
    /// its sentence lists.
    pub(crate) fn fields(&self) -> Vec<String> {
        let listed: Vec<String> = match &self.payload {
            Some(Value::Array(items)) => items.iter().filter_map(place).collect(),
            Some(Value::Object(fields)) => {
                let complains = |said: &Value| match said {
                    Value::String(text) => text.contains(' '),
                    Value::Array(lines) => !lines.is_empty() && lines.iter().all(Value::is_string),
                    _ => false,
                };
                let named = fields.iter().filter(|(_, said)| complains(said));
                named.map(|(field, _)| field.clone()).collect()
            }
            _ => Vec::new(),
        };
        if listed.is_empty() {
            self.message.as_deref().map(names_after).unwrap_or_default()
        } else {
            listed
        }
    }
}

/// The field of a validation error, without the part of the call it is in.
fn place(item: &Value) -> Option<String> {
    let mut loc = item.get("loc")?.as_array()?.clone();
    if loc.len() > 1
        && loc[0]
            .as_str()
            .is_some_and(|part| matches!(part, "body" | "query" | "path"))
    {
        loc.remove(0);
    }
    let parts: Vec<String> = loc.into_iter().filter_map(scalar).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

/// The names a sentence lists after its colon (sections 4.6, 4.17).
fn names_after(message: &str) -> Vec<String> {
    const LISTS: [&str; 2] = [
        "invalid request fields:",
        "documents are not found in request's folders:",
    ];
    // ASCII only: so that the positions of the two texts agree.
    let lower = message.to_ascii_lowercase();
    let Some(list) = LISTS
        .iter()
        .find_map(|words| Some(&message[lower.find(words)? + words.len()..]))
    else {
        return Vec::new();
    };
    list.split([';', ','])
        .map(str::trim)
        .filter(|name| (1..=64).contains(&name.len()) && !name.contains(char::is_whitespace))
        .take(64)
        .map(str::to_owned)
        .collect()
}

/// The certification service's error inside a sentence (section 2.2): `… for Request 46289: {"code": "412", …}`.
fn embedded(message: &str) -> Option<Upstream> {
    // A few braces are tried, not all: a hostile message must not cost more than a few passes.
    message.match_indices('{').take(4).find_map(|(start, _)| {
        let json = serde_json::Deserializer::from_str(&message[start..])
            .into_iter::<Value>()
            .next()?
            .ok()?;
        let word = |key: &str| json.get(key).cloned().and_then(scalar);
        let upstream = Upstream {
            code: word("code"),
            id: word("id"),
            error: word("error"),
        };
        (upstream.code.is_some() || upstream.error.is_some()).then_some(upstream)
    })
}

/// The body as text: UTF-8, UTF-16 by its mark, or one byte a letter where it is neither.
fn decode<'a>(content_type: Option<&str>, body: &'a [u8]) -> Cow<'a, str> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Cow<'a, str> {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
            .into()
    };
    match body {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    match std::str::from_utf8(body) {
        Ok(text) => text.into(),
        // Cut in the middle of a letter, or broken: what there is of it still tells a page from JSON.
        Err(_) if content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("utf-8")) => {
            String::from_utf8_lossy(body)
        }
        Err(_) => body.iter().copied().map(char::from).collect::<String>().into(),
    }
}

#[cfg(test)]
mod tests;
