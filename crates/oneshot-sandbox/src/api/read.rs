//! `GET request/{request_pk}`: where a request stands, and what it holds.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use crate::kept::{Evidences, Request, Status};
use crate::picture;
use crate::store::Store;

pub(crate) fn request(store: &Store, pk: &str) -> Result<Answer, Answer> {
    let request_pk = super::id("request_pk", pk)?;
    let not_found = || {
        let message = "Request not found. Make sure the upload directory is correct.";
        Answer::not_found(message, store.settings().quirks.missing_is_400)
    };
    let request = store.request(request_pk).ok_or_else(not_found)?;
    Ok(Answer::json(200, &json!({ "status": "success", "detail": record(&request) })).about(request_pk))
}

/// The record of the back end. Fields of the evidences are copied into it, as the vendor's are.
fn record(request: &Request) -> Value {
    let evidences = request.evidences.as_ref();
    let field = |name: &str| evidences.and_then(|evidences| evidences.field(name));
    let country = field("id_document_country").unwrap_or("ES");
    let sent = |name: &str| request.create.get(name).cloned().unwrap_or_default();
    let authority = request
        .create
        .get("registration_authority")
        .and_then(Value::as_str);
    json!({
        "pk": request.request_pk,
        "status": request.status.word(),
        "videoid_mode": true,
        "scratchcard": request.scratchcard,
        "profile": sent("profile"),
        "registration_authority": authority.and_then(|it| it.parse::<u64>().ok()),
        "given_name": field("given_name"),
        "surname_1": field("surname_1"),
        "surname_2": field("surname_2"),
        "serial_number": field("serial_number"),
        "id_document_type": field("id_document_type").unwrap_or("IDC"),
        "id_document_country": country,
        "country_name": country,
        "email": sent("email"),
        "mobile_phone_number": sent("mobile_phone_number"),
        "birth_date": field("birth_date"),
        "validity_time": "1",
        "secure_element": 2,
        "paperless_mode": false,
        "approving_rao": null,
        "certificate_set": [],
        "communication_language": "es",
        "videoid_data": videoid(request),
    })
}

/// The identification; `null` until something was uploaded.
fn videoid(request: &Request) -> Value {
    let status = match request.status {
        Status::Pending => return Value::Null,
        // The words of the sub-object are documented only for what comes after; these two are ours.
        Status::Incomplete => "INCOMPLETE",
        Status::Error => "ERROR",
        Status::Review => "COMPLETE",
    };
    let evidences = request.evidences.as_ref();
    let acceptance = evidences.and_then(|evidences| evidences.at(&["acceptance"]).cloned());
    json!({
        "pk": request.videoid_pk,
        "status": status,
        "provider": 2,
        "videoid_link": "",
        "requests": [request.request_pk],
        "refusal_reason": "",
        "data": evidences.map_or_else(|| json!({}), data),
        "video_identifier": request.video_identifier,
        "validation_services": {},
        "acceptance": acceptance.unwrap_or_else(|| json!({})),
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
