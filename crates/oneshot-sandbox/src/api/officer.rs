//! Who the officer is that a call speaks for.
//!
//! A token stands for what it holds; what it lacks is sent beside it. `rao` may be left out, and is then the account's
//! own.

use serde_json::{Map, Value};

use super::answer::Answer;
use super::form::Form;
use super::voice::Voice;
use crate::settings::OfficerAccount;
use crate::store::Store;

/// Why nobody is the officer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Nobody {
    /// Username, password or pin is missing.
    Incomplete,
    /// They belong to nobody, or the token does not exist.
    Refused,
    /// `rao` is somebody else, or nobody.
    Unknown,
}

/// The officer a body names. Types are checked as every field's are.
pub(crate) fn officer(
    store: &Store,
    voice: Voice,
    body: &Map<String, Value>,
) -> Result<Result<OfficerAccount, Nobody>, Answer> {
    let mut form = Form::default();
    let place = &["body"];
    let token = form.text(body, place, "token");
    let username = form.text(body, place, "username");
    let password = form.text(body, place, "password");
    let pin = form.text(body, place, "pin");
    // The older dialect's sample of refuse says `rao_id`.
    let named = body.get("rao").or_else(|| body.get("rao_id"));
    let rao = match named {
        None | Some(Value::Null) => None,
        Some(Value::String(rao)) => Some(rao.clone()),
        Some(Value::Number(rao)) => Some(rao.to_string()),
        Some(_) => {
            form.wrong(&["body", "rao"], "string_type", "Input should be a valid string");
            None
        }
    };
    form.answer(voice)?;

    let stored = match token {
        None => None,
        Some(token) => match store.shelf(|shelf| shelf.token(token).cloned()) {
            Some(stored) => Some(stored),
            None => return Ok(Err(Nobody::Refused)),
        },
    };
    let stored = stored.as_ref();
    let credentials = (
        username.or(stored.map(|it| it.username.as_str())),
        password.or(stored.and_then(|it| it.password.as_deref())),
        pin.or(stored.and_then(|it| it.pin.as_deref())),
    );
    let (Some(username), Some(password), Some(pin)) = credentials else {
        return Ok(Err(Nobody::Incomplete));
    };
    let mut accounts = store.settings().officers.iter();
    let account = accounts.find(|it| it.username == username && it.password == password && it.pin == pin);
    Ok(match (account, rao) {
        (None, _) => Err(Nobody::Refused),
        (Some(account), Some(rao)) if rao != account.rao => Err(Nobody::Unknown),
        (Some(account), _) => Ok(account.clone()),
    })
}
