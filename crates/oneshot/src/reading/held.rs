//! The evidence of a request, as a reviewer needs it (section 4.8). Two representations of the checks are documented and
//! two of the similarity; both are read.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{field, record, text};
use crate::answer::Answer;
use crate::error::Error;
use crate::evidences::{ImageSlot, SecurityChecks, Similarity};
use crate::held::HeldEvidence;
use crate::ids::RequestPk;
use crate::secret::Secret;

/// Padding or not: who wrote the record is not known.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fields of the request itself that say who the certificate will be for.
const PERSON: [&str; 13] = [
    "given_name",
    "surname_1",
    "surname_2",
    "serial_number",
    "id_document_type",
    "id_document_country",
    "country_name",
    "email",
    "mobile_phone_number",
    "birth_date",
    "residence_city",
    "residence_address",
    "validity_time",
];

/// Labels the stored records of the vendor's own service have in the place of the API's names.
const LABELS: [(&str, &str); 9] = [
    ("otp validation", "otp_validation"),
    ("documents match", "documents_match"),
    ("data integrity", "data_integrity"),
    ("document is not a black and white copy", "document_notcopy"),
    ("document is not a copy", "document_notcopy"),
    ("document not expired", "document_notexpired"),
    ("not underage", "document_notunderage"),
    ("liveliness detected", "liveliness"),
    ("liveness detected", "liveliness"),
];

/// The evidence of the request that was asked for.
///
/// # Errors
/// If the record has no status, or is another request's.
pub(crate) fn held(mut answer: Answer, asked: RequestPk) -> Result<HeldEvidence, Error> {
    let record = record(&answer, asked)?;
    let mut request = answer.payload.take().unwrap_or_default();
    let mut videoid = take(&mut request, "videoid_data");
    let mut data = take(&mut videoid, "data");
    let (images, damaged) = images(take(&mut data, "images"));
    let (checks, other_checks) = checks(&take(&mut data, "security_checks"));
    let mut acceptance = take(&mut videoid, "acceptance");
    if acceptance.as_object().is_none_or(Map::is_empty) {
        acceptance = take(&mut data, "acceptance");
    }
    Ok(HeldEvidence {
        scratchcard: field(&request, &["scratchcard"]).map(Secret::new),
        images,
        damaged,
        person: texts(&request, |key| PERSON.contains(&key)),
        ocr: texts(&take(&mut data, "ocr_data"), |_| true),
        checks,
        other_checks,
        similarity: data.get("similarity_level").and_then(similarity),
        acceptance: match acceptance {
            Value::Object(acceptance) => acceptance,
            _ => Map::new(),
        },
        approving_officer: request.get("approving_rao").and_then(name),
        validating_officer: videoid.get("validation_operator").and_then(name),
        record,
    })
}

/// Takes a part out, so that no picture is in memory twice.
fn take(object: &mut Value, key: &str) -> Value {
    object.get_mut(key).map(Value::take).unwrap_or_default()
}

fn texts(object: &Value, wanted: fn(&str) -> bool) -> BTreeMap<String, String> {
    let fields = object.as_object().into_iter().flatten();
    fields
        .filter(|(key, _)| wanted(key))
        .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
        .collect()
}

/// The pictures, each decoded once, and the slots whose text is none.
fn images(mut object: Value) -> (BTreeMap<ImageSlot, Bytes>, Vec<ImageSlot>) {
    let mut images = BTreeMap::new();
    let mut damaged = Vec::new();
    for slot in ImageSlot::ALL {
        let Value::String(encoded) = take(&mut object, slot.wire_name()) else {
            continue;
        };
        match decoded(encoded) {
            Some(bytes) if bytes.is_empty() => {}
            Some(bytes) => {
                images.insert(slot, bytes);
            }
            None => damaged.push(slot),
        }
    }
    (images, damaged)
}

fn decoded(mut encoded: String) -> Option<Bytes> {
    if encoded.starts_with("data:") {
        let start = encoded.find(";base64,")? + ";base64,".len();
        encoded.drain(..start);
    }
    if encoded.contains(|c: char| c.is_ascii_whitespace()) {
        encoded.retain(|c| !c.is_ascii_whitespace());
    }
    BASE64.decode(encoded).ok().map(Bytes::from)
}

/// An object of booleans under the API's names, or a list of `[label, boolean]`.
fn checks(value: &Value) -> (SecurityChecks, BTreeMap<String, bool>) {
    let mut checks = SecurityChecks::default();
    let mut others = BTreeMap::new();
    let mut add = |label: &str, passed: Option<bool>| {
        let Some(passed) = passed else { return };
        match slot(&mut checks, label) {
            // Named twice: what failed once has failed.
            Some(known) => *known = Some(known.unwrap_or(true) && passed),
            None => {
                let known = others.entry(label.to_owned()).or_insert(true);
                *known = *known && passed;
            }
        }
    };
    match value {
        Value::Object(named) => {
            for (name, passed) in named {
                add(name, truth(passed));
            }
        }
        Value::Array(pairs) => {
            for pair in pairs {
                if let Some([Value::String(label), passed, ..]) = pair.as_array().map(Vec::as_slice) {
                    add(label, truth(passed));
                }
            }
        }
        _ => {}
    }
    (checks, others)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn slot<'a>(checks: &'a mut SecurityChecks, label: &str) -> Option<&'a mut Option<bool>> {
    let label = label.trim().to_lowercase();
    let named = LABELS.iter().find(|(known, _)| *known == label);
    match named.map_or(label.as_str(), |(_, name)| name) {
        "otp_validation" => Some(&mut checks.otp_validation),
        "documents_match" => Some(&mut checks.documents_match),
        "data_integrity" => Some(&mut checks.data_integrity),
        "document_notcopy" => Some(&mut checks.document_notcopy),
        "document_notexpired" => Some(&mut checks.document_notexpired),
        "document_notunderage" => Some(&mut checks.document_notunderage),
        "liveliness" => Some(&mut checks.liveliness),
        _ => None,
    }
}

/// 0 to 100 as a number, whether it is written as one or not; anything else as the word it is.
fn similarity(value: &Value) -> Option<Similarity> {
    let said = text(value)?;
    let level = said
        .parse::<f64>()
        .ok()
        .filter(|level| (0.0..=100.0).contains(level));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 100"
    )]
    Some(level.map_or(Similarity::Word(said), |level| {
        Similarity::Level(level.round() as u8)
    }))
}

fn name(person: &Value) -> Option<String> {
    let parts: Vec<String> = ["given_name", "surname_1", "surname_2"]
        .iter()
        .filter_map(|key| person.get(*key).and_then(text))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
