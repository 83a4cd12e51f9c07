//! From a case to what the One-Shot API is sent.

use std::sync::Arc;

use evidence::{Case, CaseId, Code, Consent, DocumentType, Exhibit, FieldKey, Problem, Role, TryAgain};
use oneshot::{
    Acceptance, BytesSource, Evidences, IdDocumentType, Image, ImageSlot, OcrData, Url, VideoidData,
};
use serde_json::{Map, Value};

use crate::booth::Booth;
use crate::intake::address_towards;
use crate::judge;
use crate::kept::Kept;
use crate::settings::SimilarityForm;

/// Where each picture goes.
pub(super) const PICTURES: [(Role, ImageSlot); 4] = [
    (Role::Front, ImageSlot::DocumentFront),
    (Role::Rear, ImageSlot::DocumentRear),
    (Role::Portrait, ImageSlot::DocumentPhoto),
    (Role::Selfie, ImageSlot::DocumentOwner),
];

/// Everything but the video.
pub(super) fn evidences(booth: &Booth, case: &Case) -> Result<Evidences, Problem> {
    let consent = case.consent.as_ref().ok_or_else(incomplete)?;
    let document = case.document.ok_or_else(incomplete)?;
    let mut images = Vec::new();
    for (role, slot) in PICTURES {
        if role == Role::Rear && !document.kind.has_rear() {
            continue;
        }
        let exhibit = case.exhibits.get(&role).ok_or_else(incomplete)?;
        images.push(Image {
            slot,
            source: source(booth, case.id, exhibit),
        });
    }
    let field = |key| case.fields.get(key).to_owned();
    let optional = |key| Some(field(key)).filter(|text| !text.is_empty());
    Ok(Evidences {
        acceptance: acceptance(booth, case, consent),
        videoid_data: VideoidData {
            images,
            ocr: OcrData {
                given_name: field(FieldKey::GivenName),
                surname_1: field(FieldKey::FirstSurname),
                surname_2: optional(FieldKey::SecondSurname),
                mobile_phone_number: optional(FieldKey::MobilePhone),
                email: optional(FieldKey::Email),
                serial_number: field(FieldKey::SerialNumber),
                id_document_type: Some(match document.kind {
                    // The API has no word for a residence card; as a document it is a national identity card.
                    DocumentType::IdentityCard | DocumentType::ResidenceCard => IdDocumentType::IdentityCard,
                    DocumentType::Passport => IdDocumentType::Passport,
                }),
                id_document_country: Some(document.country.as_str().to_owned()),
                birth_date: None,
                id_document_validity: None,
            },
            checks: judge::security_checks(case),
            similarity: judge::similarity(case, similarity_form(booth)),
        },
    })
}

fn similarity_form(booth: &Booth) -> SimilarityForm {
    let server = booth.0.settings.server.as_ref();
    server.map(|server| server.similarity_form).unwrap_or_default()
}

/// The video.
pub(super) fn video(booth: &Booth, case: &Case) -> Result<Arc<dyn BytesSource>, Problem> {
    case.exhibits
        .get(&Role::Video)
        .map(|video| source(booth, case.id, video))
        .ok_or_else(incomplete)
}

/// Who accepted what, when and where. The object is the client's to extend (One-Shot API, evidences body): which text
/// it was goes along.
fn acceptance(booth: &Booth, case: &Case, consent: &Consent) -> Acceptance {
    let config = booth.0.client.config();
    let extra = [
        ("booth", case.booth.clone()),
        ("text-version", consent.version.clone()),
        ("text-language", consent.language.clone()),
        ("text-sha256", consent.text_sha256.clone()),
    ];
    Acceptance {
        description: "User Accepted Terms and Conditions and Privacy Policy".to_owned(),
        url_doc_privacypolicy: consent.privacy_url.clone(),
        url_doc_termsconditions: consent.terms_url.clone(),
        // Without a network at that moment, the address is the one the evidence is sent from.
        ip: consent
            .address
            .clone()
            .or_else(|| address_towards(&config.base_url).map(|ip| ip.to_string())),
        url_web_videoid: Some(booth_address(&case.booth)),
        user_agent: config.user_agent.clone(),
        date: consent.accepted_at.0,
        extra: extra
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::String(value)))
            .collect::<Map<_, _>>(),
    }
}

/// The booth as an address: no page was involved, yet the API asks where it was done.
fn booth_address(booth: &str) -> String {
    let mut url = Url::parse("proofbooth://booth/").expect("a constant address");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(booth);
    }
    url.into()
}

/// Evidence that the machine let through is complete: this is a defect of ours.
fn incomplete() -> Problem {
    Problem::new(Code::Internal, TryAgain::AfterChange).because("the evidence is incomplete")
}

fn source(booth: &Booth, case: CaseId, exhibit: &Exhibit) -> Arc<dyn BytesSource> {
    Kept::source(booth, case, exhibit.object, exhibit.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booths_name_becomes_part_of_an_address() {
        assert_eq!(booth_address("Branch 12/3"), "proofbooth://booth/Branch%2012%2F3");
    }
}
