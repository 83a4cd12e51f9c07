//! Bodies and their fields, checked as FastAPI does: every problem in one list, each with its place, answered 422.
//!
//! The older dialect has no such list; it says the same as an object of lists by place, the form its classic create
//! answers in.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::voice::Voice;
use crate::settings::Dialect;

/// The problems found in one call.
#[derive(Debug, Default)]
pub(crate) struct Form {
    problems: Vec<Value>,
}

impl Form {
    pub(crate) fn missing(&mut self, place: &[&str]) {
        self.wrong(place, "missing", "Field required");
    }

    pub(crate) fn wrong(&mut self, place: &[&str], kind: &str, message: &str) {
        self.problems
            .push(json!({ "loc": place, "msg": message, "type": kind }));
    }

    /// A rule of its own, which no type says.
    pub(crate) fn against(&mut self, place: &[&str], rule: &str) {
        self.wrong(place, "value_error", &format!("Value error, {rule}"));
    }

    /// An object under `key`, if it is there.
    pub(crate) fn object<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        place: &[&str],
        key: &str,
    ) -> Option<&'a Map<String, Value>> {
        let value = of.get(key)?;
        let object = value.as_object();
        if object.is_none() {
            self.wrong(
                &[place, &[key]].concat(),
                "dict_type",
                "Input should be a valid dictionary",
            );
        }
        object
    }

    /// A text under `key`, if it is there.
    pub(crate) fn text<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        place: &[&str],
        key: &str,
    ) -> Option<&'a str> {
        let value = of.get(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong(
                &[place, &[key]].concat(),
                "string_type",
                "Input should be a valid string",
            );
        }
        text
    }

    /// A text under `key` that must be there and say something.
    pub(crate) fn required<'a>(
        &mut self,
        of: &'a Map<String, Value>,
        place: &[&str],
        key: &str,
    ) -> Option<&'a str> {
        if !of.contains_key(key) {
            self.missing(&[place, &[key]].concat());
            return None;
        }
        let text = self.text(of, place, key)?;
        if text.trim().is_empty() {
            let place = [place, &[key]].concat();
            self.wrong(
                &place,
                "string_too_short",
                "String should have at least 1 character",
            );
            return None;
        }
        Some(text)
    }

    /// Nothing wrong, or the list of it.
    pub(crate) fn answer(self, voice: Voice) -> Result<(), Answer> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.refusal(voice))
        }
    }

    pub(crate) fn refusal(self, voice: Voice) -> Answer {
        match voice.dialect {
            // In either error shape: FastAPI makes this list before the server's own code is reached.
            Dialect::Current => Answer::json(422, &json!({ "detail": self.problems })),
            Dialect::Legacy => voice.refuse(400, self.by_place()),
        }
    }

    /// `{"videoid_data.ocr_data": ["Field required"]}`
    fn by_place(self) -> Map<String, Value> {
        let mut places = Map::new();
        for problem in self.problems {
            let place = problem["loc"].as_array().cloned().unwrap_or_default();
            let segments: Vec<&str> = place.iter().skip(1).filter_map(Value::as_str).collect();
            let name = if segments.is_empty() {
                "body".to_owned()
            } else {
                segments.join(".")
            };
            let said = places.entry(name).or_insert_with(|| json!([]));
            if let Some(said) = said.as_array_mut() {
                said.push(problem["msg"].clone());
            }
        }
        places
    }
}

/// A list as FastAPI answers with, of a field that is always the same.
pub(crate) fn unprocessable() -> Answer {
    let mut form = Form::default();
    form.missing(&["body", "email"]);
    Answer::json(422, &json!({ "detail": form.problems }))
}

/// The object a body holds.
pub(crate) fn json_object(
    voice: Voice,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Map<String, Value>, Answer> {
    let media_type = content_type.and_then(|it| it.split(';').next()).map(str::trim);
    // FastAPI does not parse a body that does not say it is JSON; the older server does not look.
    let says_json = media_type.is_some_and(|it| it.eq_ignore_ascii_case("application/json"));
    let value = if says_json || voice.is_legacy() {
        serde_json::from_slice(body).map_err(|error| voice.invalid_json(invalid_json(body, &error)))?
    } else {
        Value::Null
    };
    match value {
        Value::Object(object) => Ok(object),
        _ => {
            let mut form = Form::default();
            form.wrong(&["body"], "dict_type", "Input should be a valid dictionary");
            Err(form.refusal(voice))
        }
    }
}

/// The vendor's sentence, with the reason and place as its JSON parser writes them.
fn invalid_json(body: &[u8], error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = if text.starts_with("expected `,`") {
        "Expecting ',' delimiter"
    } else if text.starts_with("expected `:`") {
        "Expecting ':' delimiter"
    } else if text.starts_with("key must be a string") {
        "Expecting property name enclosed in double quotes"
    } else if text.starts_with("EOF while parsing a string") {
        "Unterminated string starting at"
    } else {
        "Expecting value"
    };
    let (line, column) = (error.line(), error.column());
    let before: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let character = before + column.saturating_sub(1);
    format!("Could not parse JSON body - {reason}: line {line} column {column} (char {character})")
}
