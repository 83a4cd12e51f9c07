//! What the sandbox keeps of what it was sent.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::fault::{Fault, Operation};
use crate::footage::Footage;
use crate::picture::Look;

/// The state of a request, as far as these calls take it.
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

    /// Bytes of pictures and video kept for it.
    #[must_use]
    pub fn bytes_kept(&self) -> u64 {
        let pictures = self
            .evidences
            .iter()
            .flat_map(|evidences| evidences.pictures.values());
        let pictures: usize = pictures.map(|picture| picture.bytes.len()).sum();
        let video = self.video.as_ref().map_or(0, |video| video.bytes.len());
        (pictures + video) as u64
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

/// How a body came.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// When it was complete.
    pub at: Timestamp,
    /// All headers of the call, names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// Bytes of body that came.
    pub body_bytes: u64,
}

impl Upload {
    /// The first header of this name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.as_str())
    }

    /// The length the client announced, if it announced one (rather than sending in chunks).
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// What the client calls itself.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.header("user-agent")
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("at", &self.at)
            .field("body_bytes", &self.body_bytes)
            .finish_non_exhaustive()
    }
}

/// The evidences of a request.
#[derive(Clone)]
pub struct Evidences {
    /// How they came.
    pub upload: Upload,
    /// The body as it was sent, but with the Base64 text of each picture taken out (`null` in its place): the decoded
    /// bytes are in `pictures`.
    pub body: Value,
    /// The pictures by the name they were sent under, e.g. `document_front`.
    pub pictures: BTreeMap<String, Picture>,
}

impl Evidences {
    /// A value of the body by its path, e.g. `&["videoid_data", "ocr_data", "given_name"]`.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(&self.body, |value, key| value.get(key))
    }

    /// A field of `ocr_data`, if it is text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.at(&["videoid_data", "ocr_data", name])?.as_str()
    }

    fn missing(&self) -> Vec<String> {
        let mut needed = vec!["document_front", "document_photo", "document_owner"];
        if self.field("id_document_type") != Some("PAS") {
            needed.insert(1, "document_rear");
        }
        needed.retain(|name| !self.pictures.contains_key(*name));
        if self
            .at(&["acceptance"])
            .and_then(Value::as_object)
            .is_none_or(serde_json::Map::is_empty)
        {
            needed.insert(0, "acceptance");
        }
        if self.at(&["videoid_data", "ocr_data"]).is_none() {
            needed.push("ocr_data");
        }
        needed.into_iter().map(str::to_owned).collect()
    }

    /// Whether nothing is missing and every picture can be used.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.missing().is_empty() && self.pictures.values().all(|picture| picture.look.is_ok())
    }
}

/// One picture of the evidences.
#[derive(Clone)]
pub struct Picture {
    /// The decoded bytes. What was sent, as text, where it is not Base64.
    pub bytes: Bytes,
    /// What it is, or why it is no picture.
    pub look: Result<Look, String>,
}

/// The video of a request.
#[derive(Clone)]
pub struct Video {
    /// How it came. Its headers are those of the call.
    pub upload: Upload,
    /// The bytes of the part.
    pub bytes: Bytes,
    /// The part's own filename.
    pub file_name: Option<String>,
    /// The part's own content type.
    pub content_type: Option<String>,
    /// What it is, or why it is no video.
    pub footage: Result<Footage, String>,
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
