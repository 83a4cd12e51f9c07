//! `POST videoid/{videoid_pk}/evidences`: acceptance, pictures, fields and checks.
//!
//! Types and the fields the schema requires are checked at once (422). Pictures are decoded afterwards, as a back end
//! that answers first and processes later: one that does not decode ends in `VIDEOERROR`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::ask::Asked;
use super::form::{self, Form};
use super::receive::Received;
use super::voice::Voice;
use crate::kept::{Evidences, Picture};
use crate::picture;
use crate::store::Refused;

/// How far the client's clock may be ahead.
const CLOCKS_APART: Duration = Duration::from_secs(5 * 60);

pub(crate) async fn upload(asked: Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let store = asked.store;
    let Received { body, upload } = asked.received;
    let object = {
        let content_type = upload.header("content-type").map(str::to_owned);
        let parse = move || form::json_object(voice, content_type.as_deref(), &body);
        super::aside(voice, parse).await??
    };
    check(voice, &object, upload.at, store.settings().acceptance_max_age)?;
    let refused = |refused| refusal(voice, refused);
    store.may_take_evidences(which).map_err(refused)?;
    let evidences = super::aside(voice, move || {
        let mut body = Value::Object(object);
        let pictures = take_pictures(&mut body);
        Evidences {
            upload,
            body,
            pictures,
        }
    });
    let taken = store.take_evidences(which, evidences.await?);
    let request_pk = taken.map_err(refused)?;
    Ok(voice.done("Videoid evidences uploaded").about(request_pk))
}

fn refusal(voice: Voice, refused: Refused) -> Answer {
    match refused {
        Refused::NotFound => voice.refuse(404, "Request not found"),
        Refused::State(pk) => {
            let what = format!("Cannot upload evidences data for Request {pk}");
            let error = "Invalid VideoId status 'COMPLETE'";
            voice.wrapped(&what, 412, error, 412).about(pk)
        }
    }
}

/// Decodes the pictures and leaves `null` in place of their text.
fn take_pictures(body: &mut Value) -> BTreeMap<String, Picture> {
    let images = body
        .pointer_mut("/videoid_data/images")
        .and_then(Value::as_object_mut);
    let take = |(name, value): (&String, &mut Value)| {
        let text = value.take();
        text.as_str()
            .map(|text| (name.clone(), picture::from_base64(text)))
    };
    images
        .map(|images| images.iter_mut().filter_map(take).collect())
        .unwrap_or_default()
}

fn check(voice: Voice, body: &Map<String, Value>, now: Timestamp, max_age: Duration) -> Result<(), Answer> {
    let mut form = Form::default();
    if let Some(acceptance) = form
        .object(body, &["body"], "acceptance")
        .filter(|it| !it.is_empty())
    {
        check_acceptance(&mut form, acceptance, now, max_age);
    }
    if let Some(data) = form.object(body, &["body"], "videoid_data") {
        check_data(&mut form, data);
    } else if !body.contains_key("videoid_data") {
        form.missing(&["body", "videoid_data"]);
    }
    form.answer(voice)
}

/// The vendor calls the object free-form. These keys are the ones its guides show, with hyphens; a server that shows
/// the acceptance to an officer needs all of them.
fn check_acceptance(form: &mut Form, acceptance: &Map<String, Value>, now: Timestamp, max_age: Duration) {
    let place = &["body", "acceptance"];
    for key in ["description", "url-web-videoid", "user-agent"] {
        form.required(acceptance, place, key);
    }
    for key in ["url-doc-privacypolicy", "url-doc-termsconditions"] {
        let url = form.required(acceptance, place, key);
        if url.is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            form.against(&["body", "acceptance", key], "a web address is expected");
        }
    }
    let ip = form.required(acceptance, place, "ip");
    if ip.is_some_and(|ip| ip.parse::<IpAddr>().is_err()) {
        form.against(&["body", "acceptance", "ip"], "an IP address is expected");
    }
    let place = &["body", "acceptance", "date"];
    let Some(date) = acceptance.get("date") else {
        return form.missing(place);
    };
    // The schema says text; every sample, and what is read back, is a whole number of milliseconds.
    let Some(date) = date.as_i64() else {
        return form.wrong(place, "int_type", "Input should be a valid integer");
    };
    let now = now.as_millisecond();
    let milliseconds = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let oldest = now.saturating_sub(milliseconds(max_age));
    if date < oldest || date > now.saturating_add(milliseconds(CLOCKS_APART)) {
        form.against(
            place,
            "milliseconds since 1970 are expected, of a moment not long ago",
        );
    }
}

fn check_data(form: &mut Form, data: &Map<String, Value>) {
    let place = &["body", "videoid_data"];
    if let Some(images) = form.object(data, place, "images") {
        for name in images.keys() {
            form.text(images, &["body", "videoid_data", "images"], name);
        }
    }
    if let Some(fields) = form.object(data, place, "ocr_data") {
        check_fields(form, fields);
    } else if !data.contains_key("ocr_data") {
        form.missing(&["body", "videoid_data", "ocr_data"]);
    }
    if let Some(checks) = form.object(data, place, "security_checks") {
        for (name, value) in checks {
            if !value.is_boolean() {
                let place = &["body", "videoid_data", "security_checks", name.as_str()];
                form.wrong(place, "bool_type", "Input should be a valid boolean");
            }
        }
    }
    if let Some(similarity) = data.get("similarity_level") {
        check_similarity(form, similarity);
    }
}

fn check_fields(form: &mut Form, fields: &Map<String, Value>) {
    let place = &["body", "videoid_data", "ocr_data"];
    for key in ["given_name", "surname_1", "serial_number"] {
        form.required(fields, place, key);
    }
    for key in fields
        .keys()
        .filter(|key| !["given_name", "surname_1", "serial_number"].contains(&key.as_str()))
    {
        let text = form.text(fields, place, key);
        let place = &["body", "videoid_data", "ocr_data", key.as_str()];
        match (key.as_str(), text) {
            ("id_document_type", Some(kind)) if !["IDC", "PAS", "PNO", "TIN"].contains(&kind) => {
                form.wrong(place, "enum", "Input should be 'IDC', 'PAS', 'PNO' or 'TIN'");
            }
            ("id_document_country", Some(country))
                if country.len() != 2 || !country.bytes().all(|it| it.is_ascii_uppercase()) =>
            {
                form.against(place, "a country of two letters is expected");
            }
            _ => {}
        }
    }
}

/// A whole number from 0 to 100, as the schema says, or one word, as every sample has it.
fn check_similarity(form: &mut Form, similarity: &Value) {
    let fine = match similarity {
        Value::Number(number) => number.as_i64().is_some_and(|it| (0..=100).contains(&it)),
        Value::String(word) => !word.is_empty() && word.chars().all(|it| it.is_ascii_alphabetic()),
        _ => false,
    };
    if !fine {
        form.against(
            &["body", "videoid_data", "similarity_level"],
            "a whole number from 0 to 100, or a word, is expected",
        );
    }
}
