//! What a successful answer says, in either generation: the keys vary from call to call (section 2.1), so that every
//! reader takes all of them. A success that cannot be what was asked for is an error whose outcome is unknown.

mod documents;
mod held;
mod request;
mod server;

pub(crate) use documents::{async_status, listed_documents, signed, uploaded_document};
pub(crate) use held::held;
pub(crate) use request::{created, record};
pub(crate) use server::{
    created_token, listed_images, settings, token_content, tokens, uploaded_image, version,
};

use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome};

impl Answer {
    /// A success that cannot be what the call asked for.
    pub(crate) fn into_unexpected(self, call: Call) -> Error {
        let error = self.into_error(call);
        Error {
            kind: ErrorKind::Unexpected,
            outcome: Outcome::Unknown,
            reason: None,
            ..error
        }
    }
}

/// An id as a number or as a string of digits (section 8, 18).
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A field's text, where there is any. Numbers are text too: the documents show phone numbers and sizes as either.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of one of the keys a field goes by.
fn field(object: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| object.get(*key).and_then(text))
}

/// A hash in hex, in lower case; nothing else is taken for one.
fn sha256(object: &Value) -> Option<String> {
    let digest = field(object, &["digest", "sha256"])?.to_ascii_lowercase();
    (digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
}

#[cfg(test)]
mod tests;
