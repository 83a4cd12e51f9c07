//! From the approval to the signed documents: papers, contract, code, signature, and nothing left at the server.

mod step;

use serde::{Deserialize, Serialize};

pub use step::SigningEvent;
pub(super) use step::step;

use super::{Case, State, Step};
use crate::{ObjectId, PaperId, Sensitive, UtcMillis};

/// The most documents one request takes (section 4.11 of the API's reference).
pub const MOST_PAPERS: usize = 10;

/// A document to be signed, a PDF. Its bytes are in the store under `object`; what is uploaded is exactly what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its identity within the case.
    pub id: PaperId,
    /// The name of the file it came from: it may name the person.
    pub file_name: Sensitive<String>,
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// Whether the server has it.
    #[serde(default)]
    pub upload: Upload,
    /// When a person had seen all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UtcMillis>,
    /// The signed copy, once it was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedCopy>,
}

impl Paper {
    /// The server's name for it, once it is known to be there.
    #[must_use]
    pub fn uid(&self) -> Option<&str> {
        match &self.upload {
            Upload::Arrived { uid, .. } => Some(uid),
            Upload::Waiting | Upload::Sending { .. } => None,
        }
    }

    /// Whether its signed copy is here and good.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.signed.as_ref().is_some_and(|copy| copy.seal.is_good())
    }
}

/// Whether the server has a document. `Sending` found after a crash means nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "upload", rename_all = "snake_case")]
pub enum Upload {
    /// It surely has not arrived.
    #[default]
    Waiting,
    /// A call is out, or its answer was lost.
    Sending {
        /// Since when.
        since: UtcMillis,
    },
    /// The server has it, and its digest agrees where the server gave one.
    Arrived {
        /// The server's name for it.
        uid: String,
        /// Since when.
        at: UtcMillis,
    },
}

/// A signed document as it was fetched, its bytes in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCopy {
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// When it was fetched.
    pub at: UtcMillis,
    /// What the signature says, checked here.
    pub seal: Seal,
}

/// A signature in a PDF as it was checked on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Bytes, digest and signature agree.
    pub intact: bool,
    /// The signature covers the whole file, but for what was appended only to prove it later.
    pub covers_whole: bool,
    /// The signed file begins with the bytes that were uploaded.
    pub extends_original: bool,
    /// Who signed, as the certificate says.
    pub signer: Sensitive<String>,
    /// Whether the certificate's subject is the person of the case; none where that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_holder: Option<bool>,
    /// Who issued the certificate.
    pub issuer: String,
    /// The certificate's serial number, hex.
    pub certificate: String,
    /// When it was signed, as the signature says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<UtcMillis>,
    /// Whether a timestamp is in it.
    pub timestamped: bool,
    /// Whether the certificate leads to an issuer this booth trusts; none where it was given none to trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
}

impl Seal {
    /// Whether the copy is what the customer is owed: the uploaded document, whole, under an intact signature of nobody
    /// else and of no issuer known to be wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.intact
            && self.covers_whole
            && self.extends_original
            && self.is_holder != Some(false)
            && self.trusted != Some(false)
    }
}

/// The service contract, as the server gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// When a person had seen all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UtcMillis>,
}

/// The way a code travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CodeMethod {
    /// A text message.
    Sms,
    /// `WhatsApp`.
    Whatsapp,
}

/// How far the one-time code is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CodeState {
    /// None was asked for.
    #[default]
    None,
    /// A call is out, or its answer was lost: a code may be on its way.
    Asking {
        /// Since when.
        since: UtcMillis,
        /// Which way.
        method: CodeMethod,
    },
    /// The server sent one.
    Sent {
        /// When.
        at: UtcMillis,
        /// Which way.
        method: CodeMethod,
    },
}

/// What unlocks the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlockKind {
    /// The one-time code.
    Code,
    /// An external authentication the registration authority has agreed on.
    External,
}

/// How far the signature is. `Sending` found after a crash means nobody knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "signature", rename_all = "snake_case")]
pub enum SignatureState {
    /// It surely was not made.
    #[default]
    Waiting,
    /// A call is out, or its answer was lost.
    Sending {
        /// Since when.
        since: UtcMillis,
        /// What it was unlocked with.
        unlock: UnlockKind,
    },
    /// The documents are signed, the certificate is issued and used up.
    Made {
        /// When the server said so.
        at: UtcMillis,
    },
}

/// Whether the documents are gone from the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deletion", rename_all = "snake_case")]
pub enum Deletion {
    /// Not asked for.
    #[default]
    Waiting,
    /// A call is out, or it is not proven.
    Sending {
        /// Since when.
        since: UtcMillis,
    },
    /// The server was asked for them afterwards, and has none.
    Proven {
        /// When.
        at: UtcMillis,
    },
}

/// Everything between the approval and the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signing {
    /// The documents, in the order they were added.
    pub papers: Vec<Paper>,
    /// The service contract.
    pub contract: Option<Contract>,
    /// The one-time code.
    pub code: CodeState,
    /// The signature.
    pub signature: SignatureState,
    /// The server's copies.
    pub deletion: Deletion,
}

impl Signing {
    /// Whether every document has arrived, and there is one.
    #[must_use]
    pub fn all_arrived(&self) -> bool {
        let arrived = |paper: &Paper| matches!(paper.upload, Upload::Arrived { .. });
        !self.papers.is_empty() && self.papers.iter().all(arrived)
    }

    /// Whether contract and documents were all seen to their ends.
    #[must_use]
    pub fn all_read(&self) -> bool {
        self.contract
            .as_ref()
            .is_some_and(|contract| contract.read_at.is_some())
            && self.papers.iter().all(|paper| paper.read_at.is_some())
    }

    /// Whether every document the server has is here, signed and in order.
    #[must_use]
    pub fn all_kept(&self) -> bool {
        self.papers.iter().all(|paper| match &paper.upload {
            Upload::Arrived { .. } => paper.is_kept(),
            Upload::Waiting => true,
            Upload::Sending { .. } => false,
        })
    }

    /// The document the server calls `uid`.
    #[must_use]
    pub fn paper_at_server(&self, uid: &str) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.uid() == Some(uid))
    }

    /// Every object of the store these need.
    pub fn objects(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let papers = self
            .papers
            .iter()
            .flat_map(|paper| [Some(paper.object), paper.signed.as_ref().map(|copy| copy.object)]);
        papers
            .chain([self.contract.as_ref().map(|contract| contract.object)])
            .flatten()
    }
}

const fn never_sent(signature: SignatureState) -> bool {
    matches!(signature, SignatureState::Waiting)
}

impl Case {
    /// Whether a person may go from one of the steps after the approval to `step` now: back to the documents or the
    /// reading, until the signature was asked for.
    pub(super) fn can_go_back_to(&self, step: Step) -> bool {
        let movable = matches!(self.state, State::Documents | State::Reading | State::Code)
            && never_sent(self.signing.signature)
            && step != self.step();
        movable
            && match step {
                Step::Documents => true,
                Step::Reading => self.signing.all_arrived() && self.signing.contract.is_some(),
                Step::Code => self.signing.all_arrived() && self.signing.all_read(),
                _ => false,
            }
    }
}
