//! The One-Shot API's "VideoID External mode", pretended on this machine: for practice, for tests, for a demonstration.
//!
//! It answers in both of the vendor's dialects (the prefix of a path says which), from a new request to signed documents
//! that are deleted again, checks what a real server could check, keeps everything it was sent, and can be told to fail
//! ([`Sandbox::fail_next`]). Nothing leaves the machine: it listens on loopback only, and it holds what it was sent in
//! memory until it stops. Its signatures are real, by a certification authority that is thrown away with it.
//!
//! A call passes, in this order: `server` (connections), `guard` (who may ask at all), `api` (fault knobs, body,
//! the one call meant, found in `api::table`), `picture` and `footage` (what was uploaded), `store` (the state of each
//! request), `notary` and `signer` (certificates and signatures), `webhook` (who is told). `page` shows a person what
//! arrived.
//!
//! What the vendor does not document is decided here, and said so where it is decided:
//!
//! - *All the evidence* is a non-empty `acceptance`, the pictures `document_front`, `document_photo` and
//!   `document_owner` (and `document_rear`, unless the document is a passport), the three required `ocr_data` fields, and
//!   one video. **No check and no similarity is needed**: who did not measure one leaves it out.
//! - A picture that does not decode, or a video that is none, is answered with success and ends in `VIDEOERROR`; the
//!   broken part may be sent again.
//! - Complete evidences are write-once; a video may be replaced until the request is complete.
//! - A person's fields are looked at when the request is approved: what no certificate can be made of is refused then.
//! - Documents are taken between approval and signature. Hash signing is not pretended: a JSON file is no PDF and
//!   answers 415. A countersignature is checked for its credentials and not made. Metadata is kept and not drawn.
//! - What changes a request waits its turn, and is carried out even if nobody waits for the answer any more.
//! - Everything else marked as a choice in [`Settings`].
//!
//! This crate knows nothing of the client: both are held to the bodies in `fixtures/oneshot`.

mod api;
mod fault;
mod footage;
mod guard;
mod kept;
mod notary;
#[cfg(feature = "bin")]
mod options;
mod page;
mod picture;
mod server;
mod settings;
mod signer;
mod store;
mod webhook;

pub use fault::{Fault, FaultError, Operation};
pub use footage::Footage;
pub use kept::{
    Call, Certificate, Change, Delivery, DocumentCopy, Evidences, KeptDocument, Picture, Request, Status,
    Upload, Video,
};
#[cfg(feature = "bin")]
pub use options::Options;
pub use picture::{Format, Look};
pub use server::Sandbox;
pub use settings::{
    BillingUser, Dialect, Dialects, ErrorShape, OfficerAccount, OtpRules, Quirks, RegistrationAuthority,
    Settings, WebhookFormat, WebhookTarget,
};
