//! `PUT request/{request_pk}` and `DELETE` of the same: changes of the record, and its end.

use serde_json::{Map, Value};

use super::answer::Answer;
use super::ask::Asked;
use super::create::{is_email, is_phone};
use super::form::Form;
use super::review::wrong_state;
use crate::store::Refused;

const REQUIRED: [&str; 5] = [
    "scratchcard",
    "email",
    "profile",
    "registration_authority",
    "country_name",
];
const OPTIONAL: [&str; 6] = [
    "given_name",
    "surname_1",
    "surname_2",
    "birth_date",
    "mobile_phone_number",
    "serial_number",
];

pub(crate) fn update(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let body = asked.object()?;
    let mut form = Form::default();
    let mut fields = Map::new();
    for name in REQUIRED.into_iter().chain(OPTIONAL) {
        if let Some(text) = form.text(&body, &["body"], name) {
            fields.insert(name.to_owned(), Value::from(text));
        }
    }
    form.answer(voice)?;
    if REQUIRED.iter().any(|name| !fields.contains_key(*name)) {
        return Err(voice.refuse(400, "Missing required parameters"));
    }
    let pk = asked.text("request_pk");
    let what = format!("Cannot update the Request {pk}");
    let refused = |refused| match refused {
        Refused::NotFound => voice.refuse(404, format!("Request {pk} not found")),
        Refused::State(pk) => voice.wrapped(&what, 412, "Invalid request status", 412).about(pk),
    };
    let request = asked.store.may_amend(which).map_err(refused)?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if text("scratchcard") != Some(request.scratchcard.as_str()) {
        let wrong = voice.wrapped(&what, 500, "Invalid ScratchCard", 400);
        return Err(wrong.about(request.request_pk));
    }
    let mut authorities = asked.store.settings().registration_authorities.iter();
    let authority = text("registration_authority");
    let refusal = if !authorities.any(|it| Some(it.id.as_str()) == authority) {
        Some((404, "Registration Authority not found"))
    } else if !text("email").is_some_and(is_email) {
        Some((400, "Enter a valid email address"))
    } else if text("mobile_phone_number").is_some_and(|phone| !is_phone(phone)) {
        Some((
            400,
            "Please use the mobile phone number with an international prefix",
        ))
    } else {
        None
    };
    if let Some((status, sentence)) = refusal {
        return Err(voice.refuse(status, sentence).about(request.request_pk));
    }
    // The scratchcard opens the record; it is no field of it that could be changed.
    fields.remove("scratchcard");
    let pk = asked.store.amend(which, fields).map_err(refused)?;
    Ok(voice.done("Request updated").about(pk))
}

pub(crate) fn cancel(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let pk = asked.store.cancel(which).map_err(|refused| match refused {
        Refused::NotFound => {
            let said = format!("Request {} not found", asked.text("request_pk"));
            voice.refuse(404, said)
        }
        Refused::State(pk) => wrong_state().about(pk),
    })?;
    Ok(voice.done("Request directory removed successfully").about(pk))
}
