//! PDF documents in; pages as pictures, and verdicts on signatures, out.
//!
//! Documents come from a person's disk and from a server. Both are strangers: whatever the bytes are, the answer is a
//! page, a verdict or a [`PaperError`], never a panic, and what a page may cost is bounded before it is drawn (`unpack`
//! for memory, `budget` for work). Nothing here does I/O or reads a clock; a signature is judged at the time it claims.
//!
//! - [`Paper`]: how many pages, how large, what they look like.
//! - [`signatures`]: what is signed, by whom, and whether it still stands. It shares nothing with whoever signs.
//! - [`time_stamp`]: a time stamp of anything, checked the way those in signatures are.
//! - [`extends`]: whether a signed document begins with exactly the bytes that were shown.
//!
//! Documents that were read to the end but never asked about are simply dropped: there is no state.

mod budget;
mod error;
mod paper;
mod signature;
mod unpack;

pub use error::PaperError;
pub use paper::{Page, Paper};
pub use signature::{
    Anchors, Later, Signature, SignatureFault, Subject, TimeStamp, TimeStampError, Trust, certificate_ends,
    signatures, time_stamp, time_stamp_request, time_stamp_token,
};

/// Whether `signed` begins with exactly the bytes of `original` and goes on after them: an incremental update
/// (ISO 32000-2, 7.5.6), which cannot have touched what was shown.
#[must_use]
pub fn extends(original: &[u8], signed: &[u8]) -> bool {
    signed.len() > original.len() && signed.starts_with(original)
}
