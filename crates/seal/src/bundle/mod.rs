//! The file a sealed case travels in (`.pbx`): a tar of the manifest, its signature, the device's public key, the case's
//! record and every object, in this order; encrypted as a whole to recipients' keys when there are any.
//!
//! Everything streams: a video is never held in memory, neither written nor read.

mod expected;
mod hashed;
mod read;
mod recipients;
mod report;
mod write;

use std::io;

use evidence::{Case, ObjectId};

use crate::manifest::{Manifest, ObjectEntry, Sealed};
pub use read::{import_bundle, open_bundle, verify_bundle};
pub use recipients::{Identity, Recipient, RecipientError};
pub use report::{Fault, Part, Report, Timestamp};
pub use write::{Contents, write_bundle};

/// The manifest, canonical JSON.
const MANIFEST: &str = "manifest.json";
/// The signature over the bytes of `manifest.json`: 64 bytes (RFC 8032).
const SIGNATURE: &str = "manifest.sig";
/// The public key, PEM.
const PUBLIC_KEY: &str = "device.pub";
/// The time stamp token, DER (RFC 3161).
const TIMESTAMP: &str = "timestamp.tsr";
/// The case's record, canonical JSON.
const RECORD: &str = "case.json";
/// The longest record that is read, in bytes.
const MOST_RECORD: u64 = 16 << 20;
/// The longest time stamp that is read, in bytes.
const MOST_TIMESTAMP: u64 = 256 << 10;

/// Where the objects of a case are read from.
pub trait Objects {
    /// The bytes of an object, from the first.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    fn open(&self, object: ObjectId) -> io::Result<Box<dyn io::Read + '_>>;
}

/// Where the objects of a bundle are put. Nothing put there counts until [`import_bundle`] returns well.
pub trait Sink {
    /// The manifest was read and its signature holds: objects follow.
    ///
    /// # Errors
    /// The case cannot be taken; nothing more is put then.
    fn begin(&mut self, manifest: &Manifest) -> io::Result<()>;

    /// The object's bytes follow. One that was begun before and not ended is given up.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn begin_object(&mut self, entry: &ObjectEntry) -> io::Result<()>;

    /// The next bytes of the object.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// The object is whole and is what the manifest says.
    ///
    /// # Errors
    /// No room, or the disk refuses.
    fn end_object(&mut self) -> io::Result<()>;

    /// Something failed: everything that was put is to be removed.
    fn roll_back(&mut self);
}

/// A bundle whose every part was verified.
#[derive(Debug)]
pub struct Imported {
    /// The manifest with its signature: the proof that goes with the case.
    pub sealed: Sealed,
    /// The case as it was when it was sealed.
    pub case: Case,
    /// What was verified.
    pub report: Report,
}

/// Why a bundle was not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Bytes could not be read or written.
    #[error("the bundle could not be read or written: {}", .0.kind())]
    Io(#[from] io::Error),
    /// An object is not what the case says.
    #[error("the object {0} is not what the case says")]
    Changed(ObjectId),
    /// An object cannot be read.
    #[error("the object {0} cannot be read: {kind}", kind = .1.kind())]
    Object(ObjectId, io::Error),
    /// The record or the time stamp is not the one the manifest names.
    #[error("{0} is not what the manifest says")]
    NotSealed(&'static str),
    /// The bundle is encrypted, and no identity was given.
    #[error("the bundle is encrypted: it needs the identity of a recipient")]
    Encrypted,
    /// The bundle is encrypted to others.
    #[error("the bundle is encrypted to others")]
    NotForUs,
    /// The encryption's header is damaged or of an unknown kind.
    #[error("the encryption of the bundle is damaged")]
    DamagedEncryption,
    /// Parts of the bundle do not verify.
    #[error("the bundle does not verify")]
    NotVerified(Box<Report>),
    /// The case was written by a newer program.
    #[error("the case is written in format {0}, newer than this program knows")]
    Newer(u32),
}
