//! What a request is on the server: how it is asked for, the numbers it gets, where it stands.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{Numbers, RequestPk, VideoidPk};
use crate::secret::Secret;

/// The person a request is made for. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// With `+` and the international prefix; the OTP goes there.
    pub mobile_phone_number: String,
    /// Where the contract and the notices go.
    pub email: String,
}

impl fmt::Debug for NewRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewRequest(..)")
    }
}

/// What is to be changed about a request before it is approved (section 4.9). Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestUpdate {
    /// The request's own, [`crate::HeldEvidence::scratchcard`].
    pub scratchcard: Secret,
    /// Email address.
    pub email: String,
    /// Certificate profile.
    pub profile: String,
    /// The registration authority's number.
    pub registration_authority: String,
    /// Country, ISO 3166-1 alpha-2.
    pub country_name: String,
    /// Given names.
    pub given_name: Option<String>,
    /// First surname.
    pub surname_1: Option<String>,
    /// Second surname.
    pub surname_2: Option<String>,
    /// `dd/mm/YYYY`.
    pub birth_date: Option<String>,
    /// Phone with its international prefix.
    pub mobile_phone_number: Option<String>,
    /// The document's number.
    pub serial_number: Option<String>,
}

crate::evidences::prints_nothing!(RequestUpdate);

/// A request that was created (section 4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Created {
    /// The request's number.
    pub request_pk: RequestPk,
    /// The number evidences and video go by.
    pub videoid_pk: VideoidPk,
    /// A page the person could open; the server leaves it empty in External mode, and then it is `None`.
    pub videoid_link: Option<String>,
}

impl Created {
    /// Both numbers.
    pub const fn numbers(&self) -> Numbers {
        Numbers::new(self.request_pk, self.videoid_pk)
    }
}

impl fmt::Debug for Created {
    /// Without the link: whoever has it can open the page.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Created")
            .field("request_pk", &self.request_pk)
            .field("videoid_pk", &self.videoid_pk)
            .finish_non_exhaustive()
    }
}

/// Where a request stands (section 6).
#[derive(Clone, PartialEq, Eq)]
pub enum RequestStatus {
    /// Validated, waiting for approval (two-step authorities only).
    Created,
    /// Nothing uploaded yet.
    VideoPending,
    /// Something uploaded, or being processed: never the end.
    VideoIncomplete,
    /// The upload or its processing failed.
    VideoError,
    /// Complete, waiting for the officer.
    VideoReview,
    /// Approved, ready to sign.
    EnrollReady,
    /// Signed, the certificate issued.
    Issued,
    /// Refused or cancelled.
    Cancelled,
    /// Renewed.
    Renewed,
    /// A word the documents do not have.
    Other(String),
}

impl RequestStatus {
    /// Reads the server's word, whatever its case; `CANCELED` is met with one `L` too.
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_uppercase().as_str() {
            "CREATED" => Self::Created,
            "VIDEOPENDING" => Self::VideoPending,
            "VIDEOINCOMPLETE" => Self::VideoIncomplete,
            "VIDEOERROR" => Self::VideoError,
            "VIDEOREVIEW" => Self::VideoReview,
            "ENROLLREADY" => Self::EnrollReady,
            "ISSUED" => Self::Issued,
            "CANCELLED" | "CANCELED" => Self::Cancelled,
            "RENEWED" => Self::Renewed,
            _ => Self::Other(word.trim().to_owned()),
        }
    }

    /// The server's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "CREATED",
            Self::VideoPending => "VIDEOPENDING",
            Self::VideoIncomplete => "VIDEOINCOMPLETE",
            Self::VideoError => "VIDEOERROR",
            Self::VideoReview => "VIDEOREVIEW",
            Self::EnrollReady => "ENROLLREADY",
            Self::Issued => "ISSUED",
            Self::Cancelled => "CANCELLED",
            Self::Renewed => "RENEWED",
            Self::Other(word) => word,
        }
    }
}

/// Whether a word of the server's is one of a status, and nothing it says about anybody.
pub(crate) fn is_status_word(word: &str) -> bool {
    (1..=32).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

impl fmt::Display for RequestStatus {
    /// The API's word; a sentence in its place is not printed, [`as_str`](Self::as_str) has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other(word) if !is_status_word(word) => "OTHER",
            known => known.as_str(),
        })
    }
}

impl fmt::Debug for RequestStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for RequestStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RequestStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::from_word(&word))
    }
}

/// What the server says about a request (section 4.8): the parts that show where it stands, nothing of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The request's number, the one asked for.
    pub request_pk: RequestPk,
    /// Where it stands.
    pub status: RequestStatus,
    /// Whether the record has anything about a VideoID.
    pub videoid_data_present: bool,
    /// The VideoID's own number, where the record has it.
    pub videoid_pk: Option<VideoidPk>,
    /// The VideoID's own status word, such as `COMPLETE`, `VALIDATED`, `REFUSED`.
    pub videoid_status: Option<String>,
    /// Whether the server holds evidences: any picture, or any field read from the document.
    pub evidences_present: bool,
    /// Why the officer refused, where one did. An officer may name the person in it: for the screen, not for a log.
    pub refusal_reason: Option<String>,
    /// The registration authority the request belongs to.
    pub registration_authority: Option<i64>,
    /// The certificate profile.
    pub profile: Option<String>,
}

impl fmt::Debug for RequestRecord {
    /// All but the officer's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestRecord")
            .field("request_pk", &self.request_pk)
            .field("status", &self.status)
            .field("videoid_pk", &self.videoid_pk)
            .field(
                "videoid_status",
                &self.videoid_status.as_deref().filter(|word| is_status_word(word)),
            )
            .field("evidences_present", &self.evidences_present)
            .finish_non_exhaustive()
    }
}
