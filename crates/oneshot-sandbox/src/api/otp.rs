//! `POST otp/{request_pk}`: a code for the person, shown on the practice phone.

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;
use crate::store::{NoCode, Refused};

pub(crate) fn generate(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let body = asked.object_or_nothing()?;
    let mut form = Form::default();
    let method = form.text(&body, &["body"], "delivery_method");
    if method.is_some_and(|it| !["sms", "whatsapp"].contains(&it)) {
        form.wrong(
            &["body", "delivery_method"],
            "enum",
            "Input should be 'sms' or 'whatsapp'",
        );
    }
    form.answer(voice)?;
    // The spelling is the vendor's.
    let error = |why: &str| voice.refuse(412, format!("Error occured during OTP generation: {why}"));
    let pk = asked.store.send_code(which).map_err(|no_code| match no_code {
        NoCode::TooSoon(pk) => error("Otp generated less than a minute ago").about(pk),
        NoCode::Refused(Refused::State(pk)) => error("Invalid request status").about(pk),
        NoCode::Refused(Refused::NotFound) => {
            let pk = asked.text("request_pk");
            voice.refuse(404, format!("Request {pk} not found. Cannot send OTP secret"))
        }
    })?;
    Ok(voice.done("OTP generated").about(pk))
}
