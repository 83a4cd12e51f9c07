//! What is sent about a person (section 5). Every type here holds personal data, and prints none of it.

use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::source::BytesSource;

/// The body of the evidences call.
#[derive(Clone)]
pub struct Evidences {
    /// What the person agreed to, when and where.
    pub acceptance: Acceptance,
    /// Pictures, fields, checks.
    pub videoid_data: VideoidData,
}

/// The moment of consent. The API's keys have hyphens; what it does not know can be added under other keys.
#[derive(Clone, PartialEq)]
pub struct Acceptance {
    /// What was agreed to, in a sentence.
    pub description: String,
    /// The privacy policy that was shown.
    pub url_doc_privacypolicy: String,
    /// The terms and conditions that were shown.
    pub url_doc_termsconditions: String,
    /// The machine's address.
    pub ip: Option<String>,
    /// The page or the program where it happened.
    pub url_web_videoid: Option<String>,
    /// What that program calls itself.
    pub user_agent: String,
    /// When, in milliseconds since 1970 UTC. The schema says string, every example is this integer.
    pub date: i64,
    /// Anything more, such as the hash and the language of the text. A key of the API's own is passed over.
    pub extra: Map<String, Value>,
}

impl Serialize for Acceptance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const OWN: [&str; 7] = [
            "description",
            "url-doc-privacypolicy",
            "url-doc-termsconditions",
            "ip",
            "url-web-videoid",
            "user-agent",
            "date",
        ];
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry("url-doc-privacypolicy", &self.url_doc_privacypolicy)?;
        map.serialize_entry("url-doc-termsconditions", &self.url_doc_termsconditions)?;
        if let Some(ip) = &self.ip {
            map.serialize_entry("ip", ip)?;
        }
        if let Some(page) = &self.url_web_videoid {
            map.serialize_entry("url-web-videoid", page)?;
        }
        map.serialize_entry("user-agent", &self.user_agent)?;
        map.serialize_entry("date", &self.date)?;
        for (key, value) in self.extra.iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Pictures, fields, checks.
#[derive(Clone)]
pub struct VideoidData {
    /// One for each slot at most. A passport has no rear.
    pub images: Vec<Image>,
    /// What the document says.
    pub ocr: OcrData,
    /// What was checked.
    pub checks: SecurityChecks,
    /// How alike the face and the document's portrait are; left out where nobody measured it.
    pub similarity: Option<Similarity>,
}

/// A picture and what it shows.
#[derive(Clone)]
pub struct Image {
    /// What it shows.
    pub slot: ImageSlot,
    /// The bytes of the JPEG or PNG file.
    pub source: Arc<dyn BytesSource>,
}

/// The pictures the API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageSlot {
    /// The document's front.
    DocumentFront,
    /// The document's rear.
    DocumentRear,
    /// The portrait, cut out of the document's picture.
    DocumentPhoto,
    /// The person.
    DocumentOwner,
}

impl ImageSlot {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::DocumentFront,
        Self::DocumentRear,
        Self::DocumentPhoto,
        Self::DocumentOwner,
    ];

    /// The slot of a [`wire_name`](Self::wire_name).
    pub fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.wire_name() == name)
    }

    /// The API's name for it.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::DocumentFront => "document_front",
            Self::DocumentRear => "document_rear",
            Self::DocumentPhoto => "document_photo",
            Self::DocumentOwner => "document_owner",
        }
    }
}

/// What the document says. The first three are required: they go into the certificate.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct OcrData {
    /// Given names.
    pub given_name: String,
    /// First surname.
    pub surname_1: String,
    /// Second surname, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname_2: Option<String>,
    /// Phone with its international prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_phone_number: Option<String>,
    /// Email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The document's number.
    pub serial_number: String,
    /// What kind of document it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_document_type: Option<IdDocumentType>,
    /// Who issued it, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_document_country: Option<String>,
    /// `dd/mm/YYYY`. Seen in stored records, not in the schema: leave it out unless the server is known to take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// `dd/mm/YYYY`, the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_document_validity: Option<String>,
}

/// The kinds of document the API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum IdDocumentType {
    /// National identity card.
    #[serde(rename = "IDC")]
    IdentityCard,
    /// Passport.
    #[serde(rename = "PAS")]
    Passport,
    /// National personal number.
    #[serde(rename = "PNO")]
    PersonalNumber,
    /// Tax identification number.
    #[serde(rename = "TIN")]
    TaxNumber,
}

/// What was checked: `Some(true)` passed, `Some(false)` failed, `None` not checked, and then not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SecurityChecks {
    /// The one-time code sent to the phone was given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otp_validation: Option<bool>,
    /// The document agrees with an official register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents_match: Option<bool>,
    /// The document's own data agree with each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_integrity: Option<bool>,
    /// The document is no copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_notcopy: Option<bool>,
    /// The document has not expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_notexpired: Option<bool>,
    /// Its holder is of age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_notunderage: Option<bool>,
    /// A living person was there (spelled so by the API).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveliness: Option<bool>,
}

/// How alike the face and the document's portrait are.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Similarity {
    /// 0 to 100, as the schema has it.
    Level(u8),
    /// A word such as `high`, as the samples have it.
    Word(String),
}

macro_rules! prints_nothing {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
pub(crate) use prints_nothing;

prints_nothing!(Evidences, Acceptance, VideoidData, Image, OcrData, Similarity);
