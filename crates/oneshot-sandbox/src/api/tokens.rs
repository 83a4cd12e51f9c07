//! Tokens: an officer's credentials, stored under a name that stands for them.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;
use crate::store::{Token, key, new_uid, with_dashes};

pub(crate) fn create(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let body = asked.object()?;
    let mut form = Form::default();
    let mut text = |name: &str| {
        let text = form.text(&body, &["body"], name);
        text.filter(|it| !it.is_empty()).map(str::to_owned)
    };
    let (username, password, pin, env) = (text("username"), text("password"), text("pin"), text("env"));
    form.answer(voice)?;
    let Some(username) = username else {
        let said = if password.is_none() && pin.is_none() {
            "Missing required parameters: username, password, pin"
        } else {
            // The vendor's sentence has nothing between the quotes.
            "Missing required parameter: ''"
        };
        return Err(voice.refuse(400, said));
    };
    match env.as_deref() {
        None if voice.is_legacy() => return Err(voice.refuse(400, "Missing required parameter: ''")),
        None | Some("sandbox") => {}
        Some(other) => return Err(voice.refuse(400, format!("Environment {other} does not exist"))),
    }
    // What is stored must belong to an officer as far as it goes.
    let fits = |stored: &Option<String>, own: &str| stored.as_deref().is_none_or(|it| it == own);
    let mut officers = asked.store.settings().officers.iter();
    let known =
        officers.any(|it| it.username == username && fits(&password, &it.password) && fits(&pin, &it.pin));
    if !known {
        let said = "Error getting RAO's id. Make sure the credentials are correct.";
        return Err(voice.refuse(404, said));
    }
    let token = Token {
        username,
        password,
        pin,
        ours: false,
    };
    let uid = new_uid();
    let stored = asked.store.shelf(|shelf| {
        // The one made at start is no twin: who follows a guide begins with creating one.
        let twin = shelf.tokens.values().any(|it| *it == token);
        if !twin {
            shelf.tokens.insert(key(&uid), token);
        }
        !twin
    });
    if !stored {
        return Err(voice.refuse(400, "A token with these credentials already exist!"));
    }
    if voice.is_legacy() {
        return Ok(voice.told(json!(key(&uid))));
    }
    let details = json!({ "token_uid": uid });
    let body = json!({ "status": "success", "message": "Token created", "details": details });
    Ok(Answer::json(200, &body))
}

pub(crate) fn get(asked: &Asked) -> Result<Answer, Answer> {
    let token = asked.store.shelf(|shelf| shelf.token(asked.uid()).cloned());
    match token {
        Some(token) => Ok(asked.voice.told_details(show(&token))),
        None => {
            let said = format!("Token {} not found", asked.uid());
            Err(asked.voice.refuse(404, said))
        }
    }
}

pub(crate) fn delete(asked: &Asked) -> Result<Answer, Answer> {
    let key = key(asked.uid());
    match asked.store.shelf(|shelf| shelf.tokens.remove(&key)) {
        Some(_) => Ok(asked.voice.done("Token deleted successfully")),
        None => Err(asked.voice.refuse(404, "Token not found")),
    }
}

pub(crate) fn list(asked: &Asked) -> Answer {
    let legacy = asked.voice.is_legacy();
    let named = |(hex, token): (&String, &Token)| {
        let uid = if legacy { hex.clone() } else { with_dashes(hex) };
        let mut said = show(token);
        // The demo server of the older dialect has a note on its own token.
        if token.ours && legacy {
            said["NOTE"] = json!("Made by the sandbox at its start");
        }
        (uid, said)
    };
    let tokens: Map<String, Value> = asked
        .store
        .shelf(|shelf| shelf.tokens.iter().map(named).collect());
    asked.voice.told_details(Value::Object(tokens))
}

/// What is stored, and not what it is.
fn show(token: &Token) -> Value {
    json!({
        "username": token.username,
        "password": token.password.is_some(),
        "pin": token.pin.is_some(),
    })
}
