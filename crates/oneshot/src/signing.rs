//! Documents, codes and signatures (sections 4.11 to 4.17).

use std::fmt;
use std::sync::Arc;

use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::ids::{DocumentUid, ImageUid};
use crate::reason::Reason;
use crate::secret::Secret;
use crate::source::BytesSource;

/// A document to be signed.
#[derive(Clone)]
pub struct DocumentFile {
    /// What it is called; the server shows it again in its list.
    pub file_name: String,
    /// Its bytes.
    pub source: Arc<dyn BytesSource>,
    /// What they are.
    pub kind: DocumentKind,
}

/// What a document to be signed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// The document itself.
    Pdf,
    /// Its hash, in the JSON of section 4.11; what comes back is a P7M.
    HashJson,
}

/// The two copies of a document the server keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentCopy {
    /// As uploaded.
    Original,
    /// As signed.
    Signed,
}

impl DocumentCopy {
    /// The API's word for it.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Signed => "signed",
        }
    }
}

/// A document the server took.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadedDocument {
    /// Its name at the server.
    pub uid: DocumentUid,
    /// SHA-256 of what arrived, in lower-case hex, where the server says it: hold it against what was sent.
    pub digest: Option<String>,
    /// What it is called there.
    pub file_name: Option<String>,
}

/// A document the server has.
#[derive(Clone, PartialEq, Eq)]
pub struct ListedDocument {
    /// Its name at the server.
    pub uid: DocumentUid,
    /// What it is called.
    pub file_name: Option<String>,
    /// How large it is.
    pub bytes: Option<u64>,
    /// Its media type.
    pub media_type: Option<String>,
    /// When it was uploaded, as the server writes it: `dd/mm/YYYY HH:MM:SS`, no zone stated.
    pub uploaded: Option<String>,
    /// SHA-256 in lower-case hex, where the server says it.
    pub digest: Option<String>,
}

/// How the one-time code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryMethod {
    /// A text message.
    Sms,
    /// A message through another service.
    Whatsapp,
}

impl DeliveryMethod {
    /// The API's word for it.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// What is asked for when the documents are signed: all of them at once, and once only.
#[derive(Clone)]
pub struct SignOrder {
    /// What releases the person's key.
    pub unlock: Unlock,
    /// Where signatures can be seen; without any they are invisible.
    pub stamps: Vec<Stamp>,
    /// What they say.
    pub text: SignatureText,
    /// Who signs as well (older dialect only).
    pub countersigner: Option<Countersigner>,
    /// Leaves the long-term validation data out. Undocumented, seen in a client: sent only where it is true.
    pub disable_ltv: bool,
}

/// What releases the person's key.
#[derive(Clone)]
pub enum Unlock {
    /// The code that was sent to the phone.
    Otp(Secret),
    /// Another way of knowing the person, agreed with the vendor beforehand.
    External {
        /// A customer's code.
        secret: Secret,
        /// The kind agreed on, such as `biometric`.
        kind: String,
        /// The id of that identification.
        value: Secret,
    },
}

/// Where a signature can be seen, in points (1/72 inch) from the page's bottom left; written in whole points.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// On which document.
    pub document: DocumentUid,
    /// On which page; the first is 0.
    pub page: u32,
    /// Left.
    pub x1: f32,
    /// Bottom.
    pub y1: f32,
    /// Right.
    pub x2: f32,
    /// Top.
    pub y2: f32,
    /// A picture in it, uploaded before.
    pub image: Option<ImageUid>,
    /// Whether the countersigner signs here too (older dialect only).
    pub countersign: bool,
}

/// What a visible signature says. Everything left out is the server's choice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SignatureText {
    /// Whether there is any text (older dialect only).
    pub shown: Option<bool>,
    /// Its lines, with `%(CN)s`, `%(SUBJECT)s`, `%(DATE)s`, `%(E)s` for what the certificate says.
    pub lines: Vec<String>,
    /// `strftime` (older dialect only).
    pub date_format: Option<String>,
    /// A zone's name, such as `Europe/Madrid` (older dialect only).
    pub timezone: Option<String>,
}

/// Who signs as well (older dialect only).
#[derive(Clone, PartialEq, Eq)]
pub struct Countersigner {
    /// The name.
    pub username: Secret,
    /// The password.
    pub password: Secret,
    /// The pin.
    pub pin: Secret,
}

/// What the server did about signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignAnswer {
    /// The documents are signed.
    Signed,
    /// It has begun: the request's state will tell.
    Underway,
}

/// Where a request that is signed in the background stands (section 4.21).
#[derive(Clone, PartialEq, Eq)]
pub enum AsyncStatus {
    /// Approved.
    Approved,
    /// The server does not know: so it is for a request that is not signed in the background.
    Unknown,
    /// Another word: none is documented.
    Other(String),
}

impl SignOrder {
    /// Signs without showing it.
    pub const fn new(unlock: Unlock) -> Self {
        Self {
            unlock,
            stamps: Vec::new(),
            text: SignatureText {
                shown: None,
                lines: Vec::new(),
                date_format: None,
                timezone: None,
            },
            countersigner: None,
            disable_ltv: false,
        }
    }

    /// Finds what no server could take, before anything is sent: a code is worth a minute, and a request one signature.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |reason: Reason, what: &str| Error {
            reason: Some(reason),
            ..Error::local(Call::Sign, ErrorKind::Invalid, Some(what.to_owned()))
        };
        let code_is_missing = match &self.unlock {
            Unlock::Otp(code) => code.is_empty(),
            Unlock::External { secret, kind, value } => {
                secret.is_empty() || kind.trim().is_empty() || value.is_empty()
            }
        };
        if code_is_missing {
            return Err(refuse(Reason::CodeMissing, "no code"));
        }
        for (at, stamp) in self.stamps.iter().enumerate() {
            let in_reach = |value: f32| (0.0..100_000.0).contains(&value);
            let edges = [stamp.x1, stamp.y1, stamp.x2, stamp.y2].map(f32::round);
            if !edges.into_iter().all(in_reach) || edges[0] >= edges[2] || edges[1] >= edges[3] {
                return Err(refuse(Reason::StampIncomplete, "a stamp without an area"));
            }
            if self.stamps[..at]
                .iter()
                .any(|other| other.document == stamp.document)
            {
                return Err(refuse(Reason::StampIncomplete, "two stamps on one document"));
            }
        }
        Ok(())
    }
}

impl Stamp {
    /// As the API writes it: `x1, y1, x2, y2`. Every example has whole numbers, and a point is a third of a millimetre.
    pub(crate) fn position(&self) -> String {
        let [x1, y1, x2, y2] = [self.x1, self.y1, self.x2, self.y2].map(f32::round);
        format!("{x1}, {y1}, {x2}, {y2}")
    }

    /// Whether the two look the same, each on its own document.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        (self.page, self.position(), &self.image, self.countersign)
            == (other.page, other.position(), &other.image, other.countersign)
    }
}

impl fmt::Debug for SignOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignOrder")
            .field("unlock", &self.unlock)
            .field("stamps", &self.stamps)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Unlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Otp(_) => "Otp(..)",
            Self::External { .. } => "External(..)",
        })
    }
}

impl fmt::Debug for UploadedDocument {
    /// Without the file's name: it may be a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedDocument")
            .field("uid", &self.uid)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ListedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedDocument")
            .field("uid", &self.uid)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AsyncStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Approved => "Approved",
            Self::Unknown => "Unknown",
            Self::Other(_) => "Other(..)",
        })
    }
}

crate::evidences::prints_nothing!(DocumentFile, SignatureText, Countersigner);
