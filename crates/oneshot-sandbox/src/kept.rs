//! What the sandbox keeps of what it was sent.

mod papers;
mod uploads;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::fault::{Fault, Operation};
use crate::settings::Dialect;

pub(crate) use papers::Code;
pub use papers::{Certificate, Delivery, DocumentCopy, KeptDocument};
pub use uploads::{Evidences, Picture, Upload, Video};

/// The state of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Created; nothing uploaded.
    Pending,
    /// Something is missing, or all is there and being processed.
    Incomplete,
    /// Something that was uploaded cannot be used.
    Error,
    /// Complete; waits for the officer.
    Review,
    /// The officer validated the identification, where that is a step of its own; waits for approval.
    Created,
    /// Approved; waits for documents, code and signature.
    EnrollReady,
    /// Signed. The certificate is used up.
    Issued,
    /// Refused by the officer, or cancelled.
    Cancelled,
}

impl Status {
    /// The API's word, e.g. `VIDEOREVIEW`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "VIDEOPENDING",
            Self::Incomplete => "VIDEOINCOMPLETE",
            Self::Error => "VIDEOERROR",
            Self::Review => "VIDEOREVIEW",
            Self::Created => "CREATED",
            Self::EnrollReady => "ENROLLREADY",
            Self::Issued => "ISSUED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A request and everything that was sent for it. Clones share the bytes.
#[derive(Clone)]
pub struct Request {
    /// The id that `request/{request_pk}` takes.
    pub request_pk: u64,
    /// The id that `videoid/{videoid_pk}/…` takes. From another range, so that mixing the two up is answered with 404.
    pub videoid_pk: u64,
    /// Seven digits bound to the request.
    pub scratchcard: String,
    /// 32 hex digits, the back end's id of the identification.
    pub video_identifier: String,
    /// Where it stands now.
    pub status: Status,
    /// Each state it was in, oldest first. Never empty.
    pub history: Vec<Change>,
    /// The body of the call that created it, as it was sent, without `billing_password`.
    pub create: Value,
    /// How that call came.
    pub create_upload: Upload,
    /// The evidences accepted last.
    pub evidences: Option<Evidences>,
    /// The video accepted last.
    pub video: Option<Video>,
    /// When `VIDEOREVIEW` is due, while the request is being processed.
    pub review_due: Option<Timestamp>,
    /// The dialect of the call that created it.
    pub dialect: Dialect,
    /// The id of its registration authority, digits.
    pub registration_authority: String,
    /// Times evidences were accepted.
    pub evidences_taken: u32,
    /// Times a video was accepted.
    pub videos_taken: u32,
    /// Times the identification was validated (two-step review).
    pub validations: u32,
    /// Times it was approved.
    pub approvals: u32,
    /// Times it was refused.
    pub refusals: u32,
    /// Times it was cancelled.
    pub cancellations: u32,
    /// Times it was updated.
    pub updates: u32,
    /// Codes sent to the person.
    pub otps_sent: u32,
    /// Wrong codes that came.
    pub wrong_codes: u32,
    /// Documents accepted, deleted ones too.
    pub documents_taken: u32,
    /// Times its documents were signed.
    pub signatures: u32,
    /// Its documents in the order they came. A deleted one stays, without its bytes.
    pub documents: Vec<KeptDocument>,
    /// The service contract, from approval on; signed once the documents are.
    pub contract: Option<Bytes>,
    /// Why the officer refused.
    pub refusal_reason: Option<String>,
    /// The officer (`rao`, name) who approved.
    pub approved_by: Option<(String, String)>,
    /// The officer (`rao`, name) who validated or refused the identification, or approved both in one step.
    pub reviewed_by: Option<(String, String)>,
    /// The certificate issued for its one signature.
    pub certificate: Option<Certificate>,
    /// What calls changed of the record after it was created (`PUT request/…`).
    pub amended: Map<String, Value>,
    /// Who else is told of changes, besides the registration authority's own target.
    pub(crate) webhook_url: Option<String>,
    /// The newest code sent, good or not.
    pub(crate) code: Option<Code>,
    /// One call at a time changes a request.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
}

impl Request {
    /// What is still needed for `VIDEOREVIEW`, by the names the API uses. Empty when nothing is.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let mut missing = match &self.evidences {
            Some(evidences) => evidences.missing(),
            None => vec!["evidences".to_owned()],
        };
        if self.video.is_none() {
            missing.push("video".to_owned());
        }
        missing
    }

    /// What cannot be used of what was uploaded, e.g. `document_front: not a JPEG or PNG picture`. Empty when all can.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let pictures = self.evidences.iter().flat_map(|evidences| &evidences.pictures);
        let of_pictures = pictures.filter_map(|(name, picture)| {
            picture
                .look
                .as_ref()
                .err()
                .map(|problem| format!("{name}: {problem}"))
        });
        let of_video = self.video.iter().filter_map(|video| video.footage.as_ref().err());
        of_pictures
            .chain(of_video.map(|problem| format!("video: {problem}")))
            .collect()
    }

    /// A field of the record, as it stands after everything that was sent: the update, else the evidences, else the call
    /// that created it. Text only.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let amended = self.amended.get(name).and_then(Value::as_str);
        let created = || self.create.get(name).and_then(Value::as_str);
        // The phone and the address of the call that created it are the ones the service writes to.
        let told = match name {
            "mobile_phone_number" | "email" => None,
            _ => self
                .evidences
                .as_ref()
                .and_then(|evidences| evidences.field(name)),
        };
        amended.or(told).or_else(created)
    }

    /// The fields no certificate can be made of, by the API's names. (The names are the ones the vendor's answer
    /// lists; what makes one invalid is our choice.)
    #[must_use]
    pub fn invalid_fields(&self) -> Vec<&'static str> {
        let text = |name: &str| self.field(name).unwrap_or_default().trim().to_owned();
        let serial = text("serial_number");
        let fine_serial = (3..=30).contains(&serial.len())
            && serial.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        let fine = [
            ("serial_number", fine_serial),
            ("surname_1", !text("surname_1").is_empty()),
            (
                "mobile_phone_number",
                text("mobile_phone_number").starts_with('+'),
            ),
            ("given_name", !text("given_name").is_empty()),
        ];
        fine.into_iter()
            .filter(|(_, fine)| !fine)
            .map(|(name, _)| name)
            .collect()
    }

    /// The documents of which a copy is still there.
    pub fn documents_held(&self) -> impl Iterator<Item = &KeptDocument> {
        self.documents
            .iter()
            .filter(|it| it.original.is_some() || it.signed.is_some())
    }

    /// Bytes of pictures, video and documents kept for it.
    #[must_use]
    pub fn bytes_kept(&self) -> u64 {
        let pictures = self
            .evidences
            .iter()
            .flat_map(|evidences| evidences.pictures.values());
        let pictures: usize = pictures.map(|picture| picture.bytes.len()).sum();
        let video = self.video.as_ref().map_or(0, |video| video.bytes.len());
        let copies =
            |it: &KeptDocument| [it.original.as_ref(), it.signed.as_ref()].map(|it| it.map_or(0, Bytes::len));
        let documents: usize = self.documents.iter().flat_map(copies).sum();
        (pictures + video + documents) as u64
    }
}

/// Says where a request stands and nothing about its person.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("request_pk", &self.request_pk)
            .field("videoid_pk", &self.videoid_pk)
            .field("status", &self.status)
            .field("bytes_kept", &self.bytes_kept())
            .finish_non_exhaustive()
    }
}

/// One step in the life of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// The state entered.
    pub status: Status,
    /// What led to it, a few words in English.
    pub cause: &'static str,
}

/// A call the API received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Counts the calls from 0.
    pub number: u64,
    /// When its head was read.
    pub at: Timestamp,
    /// E.g. `POST`.
    pub method: String,
    /// The path as it was asked for.
    pub path: String,
    /// Which call was meant; `None` where there is no such call.
    pub operation: Option<Operation>,
    /// The request it was about, where that is known.
    pub request_pk: Option<u64>,
    /// The HTTP status answered. `None`: not answered (yet, or ever).
    pub status: Option<u16>,
    /// The fault it met.
    pub fault: Option<Fault>,
}
