//! What is signed, what signs it, and who was told.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

/// A document of a request.
#[derive(Clone)]
pub struct KeptDocument {
    /// What calls name it by.
    pub uid: String,
    /// The part's own filename.
    pub file_name: String,
    /// The name of the part it came in.
    pub key: String,
    /// SHA-256 of the bytes that came, hex.
    pub digest: String,
    /// When it came.
    pub uploaded_at: Timestamp,
    /// As it came; `None` once deleted.
    pub original: Option<Bytes>,
    /// Signed; `None` before that, and once deleted.
    pub signed: Option<Bytes>,
}

impl KeptDocument {
    /// One of its copies, if it is there.
    #[must_use]
    pub fn copy(&self, copy: DocumentCopy) -> Option<&Bytes> {
        match copy {
            DocumentCopy::Original => self.original.as_ref(),
            DocumentCopy::Signed => self.signed.as_ref(),
        }
    }
}

/// Says nothing of what the document is called or says.
impl fmt::Debug for KeptDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map(Bytes::len);
        f.debug_struct("KeptDocument")
            .field("uid", &self.uid)
            .field("original", &length(&self.original))
            .field("signed", &length(&self.signed))
            .finish_non_exhaustive()
    }
}

/// Which copy of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentCopy {
    /// As it was uploaded.
    Original,
    /// As it was signed.
    Signed,
}

impl DocumentCopy {
    /// The API's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Signed => "signed",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Original, Self::Signed]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

/// A certificate issued for one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Hex.
    pub serial_number: String,
    /// Not good before.
    pub valid_from: Timestamp,
    /// Not good after.
    pub valid_to: Timestamp,
}

/// A code that was sent to a person.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) digits: String,
    pub(crate) sent_at: Timestamp,
    /// Wrong codes that came since.
    pub(crate) wrong: u32,
}

/// One attempt to tell somebody of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// When it was attempted, by the machine's clock.
    pub at: Timestamp,
    /// Which request changed.
    pub request_pk: u64,
    /// Where to.
    pub url: String,
    /// What was sent.
    pub body: Value,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// What the receiver answered; `None`: nothing in time, or not reached.
    pub status: Option<u16>,
}
