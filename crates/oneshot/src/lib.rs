//! Client of the One-Shot API for the "VideoID External mode": create a request, upload the evidences and the video,
//! read back where it stands.
//!
//! In order of reading:
//!
//! 1. [`Config`] says where the server is and on whose behalf it is called; [`Client`] makes the calls.
//! 2. `dialect` holds what the server's generation decides: the paths, and what a successful body looks like.
//! 3. [`Evidences`] is what is sent; `body` writes it as a stream, the pictures encoded piece by piece, so that a case
//!    of any size passes through a few hundred kilobytes of memory.
//! 4. [`Answer`] reads whatever comes back, and [`Error`] says two things a caller needs besides the reason: whether
//!    the server can have acted ([`Error::outcome`]), and whether to try again ([`Error::retry`]).
//!
//! What is absent: no call is ever repeated on its own, but for one repetition with a trailing slash after an answer
//! that shows the server did nothing; no redirect is followed; nothing personal is in any `Debug`, `Display` or path.
//!
//! Facts about the API are quoted by the sections of `../shared/oneshot-api.md`.

mod answer;
mod body;
mod client;
mod config;
mod dialect;
mod error;
mod evidences;
mod ids;
mod judge;
mod record;
mod source;
mod transport;

pub use answer::{Answer, Shape, parse_answer};
pub use client::{Client, Download};
pub use config::{Billing, Config, DEFAULT_REQUEST_PATH, Env, SHARED_SANDBOX, Secret, Timeouts};
pub use error::{Call, Error, ErrorKind, Outcome, Retry, Upstream};
pub use evidences::{
    Acceptance, Evidences, IdDocumentType, Image, ImageSlot, OcrData, SecurityChecks, Similarity, VideoidData,
};
pub use ids::{RequestPk, VideoidPk};
pub use record::{Created, NewRequest, RequestRecord, RequestStatus};
pub use reqwest::Url;
pub use source::{BytesSource, FileSource, Progress, ignore_progress};
