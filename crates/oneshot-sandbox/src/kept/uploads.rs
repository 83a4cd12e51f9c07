//! What was uploaded as evidence, and how it came.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::footage::Footage;
use crate::picture::Look;

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

    pub(super) fn missing(&self) -> Vec<String> {
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
