//! What the officer does: validates (where that is a step of its own), approves, refuses.
//!
//! Checked in this order: the officer's credentials, whether there is such a request, its state, the person's fields.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;
use super::officer::{self, Nobody};
use super::voice::Voice;
use crate::store::{Refused, random};

/// What each of the calls says to an officer it does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    /// 404, in the words of approve.
    NoId,
    /// 500, in the words of validate and refuse.
    Wrapped,
}

/// The officer's id and name.
fn account(asked: &Asked, body: &Map<String, Value>, unknown: Unknown) -> Result<(String, String), Answer> {
    let voice = asked.voice;
    let account = officer::officer(&asked.store, voice, body)?;
    account
        .map(|officer| (officer.rao, officer.name))
        .map_err(|nobody| match nobody {
            Nobody::Incomplete => {
                voice.refuse(400, "Missing required parameters: incomplete RAO's credentials")
            }
            Nobody::Refused => voice.refuse(403, "Invalid RAO credentials"),
            Nobody::Unknown if unknown == Unknown::NoId => voice.refuse(
                404,
                "Error getting RAO's id. Make sure the credentials are correct",
            ),
            Nobody::Unknown => voice.wrapped(
                "Error during Videoid validation",
                500,
                "Rao matching query does not exist.",
                404,
            ),
        })
}

pub(crate) async fn validate(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let officer = account(asked, &asked.object()?, Unknown::Wrapped)?;
    let refused = |refused| match refused {
        Refused::NotFound => voice.refuse(404, "Request not found"),
        Refused::State(pk) => {
            let what = "Error during Videoid validation";
            voice.wrapped(what, 412, "Invalid request status", 412).about(pk)
        }
    };
    asked.store.may_validate(which).map_err(refused)?;
    tokio::time::sleep(asked.store.settings().approve_delay).await;
    let pk = asked.store.validate(which, officer).map_err(refused)?;
    Ok(voice.done("Videoid validated").about(pk))
}

pub(crate) async fn approve(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let officer = account(asked, &asked.object()?, Unknown::NoId)?;
    let refused = |refused| match refused {
        Refused::NotFound => voice.refuse(404, "Request not found"),
        Refused::State(pk) => {
            let what = format!("Cannot approve Request {pk}");
            voice.wrapped(&what, 412, "Invalid request status", 412).about(pk)
        }
    };
    let request = asked.store.may_approve(which).map_err(refused)?;
    let fields = request.invalid_fields();
    if !fields.is_empty() {
        return Err(invalid_fields(voice, request.request_pk, &fields));
    }
    tokio::time::sleep(asked.store.settings().approve_delay).await;
    let store = Arc::clone(&asked.store);
    let contract = super::aside(voice, move || store.notary().contract(&request)).await?;
    let approved = asked.store.approve(which, officer, contract);
    let pk = approved.map_err(refused)?;
    Ok(voice.done("Request approved successfully").about(pk))
}

fn invalid_fields(voice: Voice, pk: u64, fields: &[&str]) -> Answer {
    let fields = fields.join("; ");
    let answer = if voice.quirks.fields_500 {
        let said = format!("Cannot approve Request {pk}: Invalid request fields: {fields}");
        voice.refuse(500, said)
    } else {
        // The spelling is the vendor's.
        let said = format!("Error occured during request approval: Invalid request fields: {fields}");
        voice.refuse(412, said)
    };
    answer.about(pk)
}

pub(crate) fn refuse(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let body = asked.object()?;
    let officer = account(asked, &body, Unknown::Wrapped)?;
    let mut form = Form::default();
    let reason = form.text(&body, &["body"], "reason").map(str::trim);
    form.answer(voice)?;
    let Some(reason) = reason.filter(|reason| !reason.is_empty()) else {
        return Err(voice.refuse(400, "No reason specified"));
    };
    let refused = asked.store.refuse(which, officer, reason);
    let pk = refused.map_err(|refused| match refused {
        Refused::NotFound => voice.refuse(404, "Request not found"),
        Refused::State(pk) => wrong_state().about(pk),
    })?;
    Ok(voice.done("Videoid refuse completed").about(pk))
}

/// The back end's own answer, passed on as it is.
pub(crate) fn wrong_state() -> Answer {
    let id = format!("{:016x}", random());
    Answer::json(
        412,
        &json!({ "code": "412", "id": id, "error": "Invalid request status" }),
    )
}
