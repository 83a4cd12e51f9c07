//! Client of the One-Shot API for the "VideoID External mode": from creating a request to the signed documents, in both
//! generations of the server.
//!
//! In order of reading:
//!
//! 1. [`Config`] says where the server is, which [`Dialect`] it speaks and on whose behalf it is called; [`Client`] makes
//!    the calls. `gateway` is what may stand in between.
//! 2. `dialect` holds what the server's generation decides: the paths and what is sent. `reading` takes what comes back
//!    apart, in whichever form.
//! 3. [`Evidences`] is what is sent about a person, [`HeldEvidence`] what is read back; `body` writes uploads as a stream,
//!    the pictures encoded piece by piece, so that a case of any size passes through a few hundred kilobytes of memory.
//! 4. [`Answer`] reads whatever comes back, and [`Error`] says what a caller needs besides the kind: which documented
//!    refusal it is ([`Reason`]), whether the server can have acted ([`Error::outcome`]), and whether to try again
//!    ([`Error::retry`]).
//! 5. [`webhook`] reads what the server tells by itself: a hint, never a fact.
//!
//! What is absent: no call is ever repeated on its own, but for one repetition with a trailing slash, or under the other
//! documented spelling of a path, after an answer that shows the server did nothing; no redirect is followed; nothing
//! personal is in any `Debug` or `Display`, and no secret in a path but a token's own.
//!
//! Facts about the API are quoted by the sections of `../shared/oneshot-api.md`; `GAP` is where no source says anything.

mod answer;
mod body;
mod call;
mod client;
mod config;
mod dialect;
mod error;
mod evidences;
mod gateway;
mod held;
mod ids;
mod judge;
mod officer;
mod reading;
mod reason;
mod record;
mod secret;
mod server;
mod signing;
mod source;
mod transport;
pub mod webhook;

pub use answer::{Answer, Shape, parse_answer};
pub use call::Call;
pub use client::{Client, Download, Greeting};
pub use config::{
    AppearanceShape, Billing, Config, DEFAULT_REQUEST_PATH, Env, Paths, SHARED_SANDBOX, Timeouts,
};
pub use dialect::{Dialect, UnknownDialect};
pub use error::{Error, ErrorKind, Outcome, Retry, Upstream};
pub use evidences::{
    Acceptance, Evidences, IdDocumentType, Image, ImageSlot, OcrData, SecurityChecks, Similarity, VideoidData,
};
pub use gateway::Proxy;
pub use held::HeldEvidence;
pub use ids::{BadUid, DocumentUid, ImageUid, Numbers, RequestPk, VideoidPk};
pub use officer::{Officer, OfficerKey};
pub use reason::Reason;
pub use record::{Created, NewRequest, RequestRecord, RequestStatus, RequestUpdate};
pub use reqwest::Url;
pub use secret::Secret;
pub use server::{
    ListedImage, NewToken, ServerSettings, ServerVersion, SettingValue, SettingsUpdate, StoredToken,
    TokenContent,
};
pub use signing::{
    AsyncStatus, Countersigner, DeliveryMethod, DocumentCopy, DocumentFile, DocumentKind, ListedDocument,
    SignAnswer, SignOrder, SignatureText, Stamp, Unlock, UploadedDocument,
};
pub use source::{BytesSource, FileSource, Progress, ignore_progress};
