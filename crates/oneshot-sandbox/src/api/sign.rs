//! `POST sign/{request_pk}`: all documents of a request at once, once.
//!
//! Checked in this order: the request exists, is not signed already, and is ready; a secret was sent; the documents
//! exist; what is to be drawn on them is sound; the code is right.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;
use super::stamps;
use crate::kept::{Request, Status};
use crate::notary::Unsigned;
use crate::store::{Refused, Unlock, Which};

/// What a person unlocks the signature with, as it was sent.
struct Sent<'a> {
    secret: Option<&'a str>,
    kind: Option<&'a str>,
    value: Option<&'a str>,
}

pub(crate) async fn sign(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let body = asked.object()?;
    let mut form = Form::default();
    let sent = Sent {
        secret: form.text(&body, &["body"], "secret"),
        kind: form.text(&body, &["body"], "ext_unlock_type"),
        value: form.text(&body, &["body"], "ext_unlock_value"),
    };
    for name in ["signature", "options", "signature_format", "countersignature"] {
        form.object(&body, &["body"], name);
    }
    form.answer(voice)?;
    let request = asked.store.request(which).ok_or_else(|| not_found(asked))?;
    let pk = request.request_pk;
    let signed = carry_out(asked, which, &body, &sent, request).await;
    signed
        .map(|answer| answer.about(pk))
        .map_err(|answer| answer.about(pk))
}

fn not_found(asked: &Asked) -> Answer {
    let pk = asked.text("request_pk");
    let said = format!("Request {pk} not found. Cannot sign documents");
    asked.voice.refuse(404, said)
}

async fn carry_out(
    asked: &Asked,
    which: Which,
    body: &Map<String, Value>,
    sent: &Sent<'_>,
    request: Request,
) -> Result<Answer, Answer> {
    let voice = asked.voice;
    match request.status {
        Status::EnrollReady => {}
        Status::Issued => return Err(voice.refuse(412, "Request already in ISSUED status")),
        _ => return Err(voice.refuse(412, "Invalid request status")),
    }
    let Some(secret) = sent.secret.filter(|it| !it.is_empty()) else {
        return Err(voice.refuse(400, "Missing required parameter: 'secret'"));
    };
    let unsigned = unsigned(asked, body, &request)?;
    check_metadata(asked, body)?;
    check_countersigner(asked, body)?;
    let unlock = match sent.kind {
        None => Unlock::Code(secret),
        Some(kind) => external(asked, kind, sent.value)?,
    };
    let refused = |refused| match refused {
        Refused::NotFound => not_found(asked),
        Refused::State(_) => voice.refuse(412, "Invalid request status"),
    };
    if !asked.store.unlocks(which, &unlock).map_err(refused)? {
        return Err(voice.refuse(403, "Confirmation Code invalid"));
    }
    tokio::time::sleep(asked.store.settings().sign_delay).await;

    let store = Arc::clone(&asked.store);
    let signed = super::aside(voice, move || store.notary().sign(&request, unsigned)).await?;
    // A file that begins as a PDF and is none, or a page it has not. Nothing has happened; the code is still good.
    let signed = signed.map_err(|(uid, why)| {
        let said = format!("Cannot sign file {uid}: {why}");
        voice.refuse(400, json!({ uid.as_str(): said }))
    })?;
    let issued = asked
        .store
        .issue(which, signed.documents, signed.contract, signed.certificate);
    issued.map_err(refused)?;
    Ok(voice.done("Documents correctly signed"))
}

/// The documents that will be signed, and what is to be drawn on them.
fn unsigned(asked: &Asked, body: &Map<String, Value>, request: &Request) -> Result<Vec<Unsigned>, Answer> {
    let voice = asked.voice;
    let originals = request.documents.iter();
    let documents: Vec<(String, Bytes)> = originals
        .filter_map(|it| Some((it.uid.clone(), it.original.clone()?)))
        .collect();
    if documents.is_empty() {
        return Err(voice.refuse(404, "No documents found for specified Request"));
    }
    let uids: Vec<String> = documents.iter().map(|(uid, _)| uid.clone()).collect();
    let wishes = stamps::wishes(voice, body, &uids);
    let unknown: Vec<&str> = wishes
        .keys()
        .map(String::as_str)
        .filter(|uid| !uids.iter().any(|it| it == uid))
        .collect();
    if !unknown.is_empty() {
        let said = format!(
            "The following documents are not found in Request's folders: {}",
            unknown.join(", ")
        );
        return Err(voice.refuse(404, said));
    }
    let mut stamps = stamps::stamps(asked, body, request, &wishes)?;
    let unsigned = documents.into_iter().map(|(uid, pdf)| Unsigned {
        stamps: stamps.remove(&uid).unwrap_or_default(),
        uid,
        pdf,
    });
    Ok(unsigned.collect())
}

/// Metadata is kept and looked up; nothing of it is drawn.
fn check_metadata(asked: &Asked, body: &Map<String, Value>) -> Result<(), Answer> {
    let named = body.get("metadata").and_then(Value::as_str);
    let Some(uid) = named.filter(|_| asked.voice.is_legacy()) else {
        return Ok(());
    };
    if asked.store.shelf(|shelf| shelf.metadata.contains_key(uid)) {
        return Ok(());
    }
    let said = format!("Metadata with uid {uid} not found");
    Err(asked.voice.refuse(404, said))
}

/// Whoever countersigns must be an officer. (The second signature itself is not pretended.)
fn check_countersigner(asked: &Asked, body: &Map<String, Value>) -> Result<(), Answer> {
    let by = body.get("countersignature").and_then(Value::as_object);
    let Some(by) = by.filter(|_| asked.voice.is_legacy()) else {
        return Ok(());
    };
    let said = |name: &str, own: &str| by.get(name).and_then(Value::as_str) == Some(own);
    let mut officers = asked.store.settings().officers.iter();
    let known = officers
        .any(|it| said("username", &it.username) && said("password", &it.password) && said("pin", &it.pin));
    if known {
        return Ok(());
    }
    Err(asked.voice.refuse(403, "Invalid countersignature credentials"))
}

/// An agreed way, and a value. What is answered to another way is not documented: the same as to a wrong code.
fn external<'a>(asked: &Asked, kind: &str, value: Option<&str>) -> Result<Unlock<'a>, Answer> {
    let voice = asked.voice;
    if value.is_none_or(|value| value.trim().is_empty()) {
        return Err(voice.refuse(400, "Missing required parameter: 'ext_unlock_value'"));
    }
    let mut agreed = asked.store.settings().ext_unlock_types.iter();
    if agreed.any(|it| it == kind) {
        return Ok(Unlock::External);
    }
    Err(voice.refuse(403, "Confirmation Code invalid"))
}
