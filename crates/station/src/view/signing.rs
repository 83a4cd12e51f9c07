//! Documents, contract, code, signature and copies.

use evidence::CodeMethod;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::LegProgress;

/// Documents, contract, code and signature.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SigningView {
    /// The documents.
    pub papers: Vec<PaperView>,
    /// The most there can be.
    pub most_papers: u32,
    /// The service contract, once it was fetched.
    pub contract: Option<ContractView>,
    /// The one-time code.
    pub code: CodeView,
    /// waiting, sending (or its fate unknown), arrived.
    pub signature: LegProgress,
    /// When it was signed, epoch milliseconds.
    #[ts(type = "number | null")]
    pub signed_at: Option<i64>,
    /// The deletion at the server: waiting, sending (or not proven), arrived (proven).
    pub deletion: LegProgress,
    /// When the server was found to have nothing left, epoch milliseconds.
    #[ts(type = "number | null")]
    pub deleted_at: Option<i64>,
    /// Every document the server has is here, signed and in order: deleting is allowed.
    pub all_kept: bool,
}

/// A document to be signed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PaperView {
    /// Its identity within the case.
    pub id: String,
    /// The name of the file it came from.
    pub file_name: String,
    /// Under `cam://localhost/page/{case}/{object}/{n}?w={pixels}` are its pages, from 0, as pictures.
    pub object: String,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// Whether the server has it.
    pub upload: LegProgress,
    /// A person has seen all of it.
    pub read: bool,
    /// The signed copy, once it was fetched and checked.
    pub signed: Option<SignedView>,
}

/// A signed document, kept here.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SignedView {
    /// Its pages, as of [`PaperView::object`].
    pub object: String,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// All in order: what the customer is owed.
    pub good: bool,
    /// Bytes, digest and signature agree.
    pub intact: bool,
    /// The signature covers the whole file.
    pub covers_whole: bool,
    /// The signed file begins with the bytes that were uploaded.
    pub extends_original: bool,
    /// Who signed, as the certificate says.
    pub signer: String,
    /// Whether that is the person of the case; null where it cannot be told.
    pub is_holder: Option<bool>,
    /// Who issued the certificate.
    pub issuer: String,
    /// The certificate's serial number.
    pub certificate: String,
    /// When it was signed, as the signature says, epoch milliseconds.
    #[ts(type = "number | null")]
    pub signed_at: Option<i64>,
    /// Whether a timestamp is in it.
    pub timestamped: bool,
    /// Whether the issuer is one this booth trusts; null where it was given none to trust.
    pub trusted: Option<bool>,
}

/// The service contract.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ContractView {
    /// Its pages, as of [`PaperView::object`].
    pub object: String,
    /// Pages in it.
    pub pages: u32,
    /// A person has seen all of it.
    pub read: bool,
}

/// The one-time code.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CodeView {
    /// How far it is.
    pub state: CodeProgress,
    /// Which way it went.
    pub method: Option<CodeMethod>,
    /// When it was sent, epoch milliseconds.
    #[ts(type = "number | null")]
    pub sent_at: Option<i64>,
    /// From when another can be asked for, epoch milliseconds.
    #[ts(type = "number | null")]
    pub again_at: Option<i64>,
    /// The end of the phone number it goes to, so that a person can tell a wrong one.
    pub phone_end: String,
}

/// How far the one-time code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CodeProgress {
    /// None was asked for.
    None,
    /// One may be on its way: the answer was lost.
    Uncertain,
    /// The server sent one.
    Sent,
}

/// A page of a document as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// PNG.
    pub png: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pages in the document.
    pub pages: u32,
}

/// How the documents are unlocked for signing.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "with", rename_all = "snake_case")]
#[ts(tag = "with", rename_all = "snake_case")]
pub enum UnlockInput {
    /// The one-time code.
    Code {
        /// As typed.
        code: String,
    },
    /// An external authentication the registration authority has agreed on.
    External {
        /// Its type, such as `biometric`.
        kind: String,
        /// Its value.
        value: String,
        /// The customer code that goes with it.
        secret: String,
    },
}

impl std::fmt::Debug for UnlockInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnlockInput(..)")
    }
}
