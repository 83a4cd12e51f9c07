//! `GET request/{request_pk}`: where a request stands, and what it holds.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use crate::kept::{Evidences, Request, Status};
use crate::picture;
use crate::settings::Settings;
use crate::webhook::certificate;

pub(crate) fn request(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let not_found = || voice.not_found("Request not found. Make sure the upload directory is correct.");
    let request = asked.store.request(asked.which()?).ok_or_else(not_found)?;
    let record = record(asked.store.settings(), &request);
    Ok(voice.told(record).about(request.request_pk))
}

/// Only the classic flow is asynchronous, so no request here is.
pub(crate) fn async_status(asked: &Asked) -> Result<Answer, Answer> {
    let not_found = || asked.voice.not_found("Request not found");
    let request = asked.store.request(asked.which()?).ok_or_else(not_found)?;
    Ok(asked.voice.told(json!("Unknown")).about(request.request_pk))
}

/// The record of the back end. Fields of the evidences are copied into it, as the vendor's are.
fn record(settings: &Settings, request: &Request) -> Value {
    let field = |name: &str| request.field(name);
    let country = field("id_document_country").unwrap_or("ES");
    let certificates: Vec<Value> = request.certificate.iter().map(certificate).collect();
    json!({
        "pk": request.request_pk,
        "status": request.status.word(),
        "videoid_mode": true,
        "scratchcard": request.scratchcard,
        "profile": field("profile"),
        "registration_authority": request.registration_authority.parse::<u64>().ok(),
        "given_name": field("given_name"),
        "surname_1": field("surname_1"),
        "surname_2": field("surname_2"),
        "serial_number": field("serial_number"),
        "id_document_type": field("id_document_type").unwrap_or("IDC"),
        "id_document_country": country,
        "country_name": field("country_name").unwrap_or(country),
        "residence_city": field("residence_city"),
        "residence_address": field("residence_address"),
        "email": field("email"),
        "mobile_phone_number": field("mobile_phone_number"),
        "birth_date": field("birth_date"),
        "validity_time": "1",
        "secure_element": 2,
        "paperless_mode": false,
        "approving_rao": officer(settings, request.approved_by.as_ref()),
        "approving_user": null,
        "registering_user": null,
        "certificate_set": certificates,
        "communication_language": "es",
        "videoid_data": videoid(settings, request),
    })
}

/// What a record says of an officer. What stands in `certificate` is not documented, and the sandbox's officers have none.
fn officer(settings: &Settings, officer: Option<&(String, String)>) -> Value {
    let Some((rao, name)) = officer else {
        return Value::Null;
    };
    let (given_name, surname) = name.split_once(' ').unwrap_or((name, ""));
    let account = settings.officers.iter().find(|it| it.rao == *rao);
    json!({
        "pk": rao.parse::<u64>().ok(),
        "given_name": given_name,
        "surname_1": surname,
        "surname_2": null,
        "username": account.map(|it| &it.username),
        "certificate": null,
    })
}

/// The identification; `null` until something was uploaded.
fn videoid(settings: &Settings, request: &Request) -> Value {
    if request.evidences.is_none() && request.video.is_none() {
        return Value::Null;
    }
    let whole = request.missing().is_empty() && request.problems().is_empty();
    // The words of the sub-object are documented only from COMPLETE on; the others are ours.
    let status = match request.status {
        _ if request.refusals > 0 => "REFUSED",
        _ if request.validations > 0 || request.approvals > 0 => "VALIDATED",
        Status::Error => "ERROR",
        _ if whole && request.review_due.is_none() => "COMPLETE",
        _ => "INCOMPLETE",
    };
    let evidences = request.evidences.as_ref();
    let acceptance = evidences.and_then(|evidences| evidences.at(&["acceptance"]).cloned());
    json!({
        "pk": request.videoid_pk,
        "status": status,
        "provider": 2,
        "videoid_link": "",
        "requests": [request.request_pk],
        "refusal_reason": request.refusal_reason.as_deref().unwrap_or_default(),
        "data": evidences.map_or_else(|| json!({}), data),
        "video_identifier": request.video_identifier,
        "validation_services": {},
        "acceptance": acceptance.unwrap_or_else(|| json!({})),
        "validation_operator": officer(settings, request.reviewed_by.as_ref()),
    })
}

/// `videoid_data` as it was uploaded, its pictures put back.
fn data(evidences: &Evidences) -> Value {
    let mut data = evidences.at(&["videoid_data"]).cloned().unwrap_or_default();
    let usable = evidences
        .pictures
        .iter()
        .filter(|(_, picture)| picture.look.is_ok());
    let images: Map<String, Value> = usable
        .map(|(name, picture)| (name.clone(), picture::to_base64(&picture.bytes).into()))
        .collect();
    if let Some(kept) = data.get_mut("images") {
        *kept = Value::Object(images);
    }
    data
}
