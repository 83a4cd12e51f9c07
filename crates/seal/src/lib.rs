//! What a case was, sealed: a manifest signed by the device, and one file to carry everything in.
//!
//! - [`Manifest`]: every object, field, check and event of a case, as canonical JSON ([`canonical`], RFC 8785).
//! - [`Chain`]: an append-only list, for the events of a case and for the audit log.
//! - [`DeviceKey`] signs the manifest ([`seal`]); [`PublicKey`] is all that is needed to verify it.
//! - [`write_bundle`], [`verify_bundle`], [`import_bundle`]: the file, in the clear or encrypted to [`Recipient`]s.
//!   A time stamp (RFC 3161) of the manifest travels with it; `papers` asks for it and checks it.
//!
//! Nothing here opens a file, knows the vault or the network: bytes come from `Read` and [`Objects`] and go to `Write`
//! and [`Sink`]. Bundles come from strangers: whatever the bytes are, the answer is a [`Report`] or an error.

mod bundle;
pub mod canonical;
mod chain;
mod key;
mod manifest;
mod tar;

pub use bundle::{
    BundleError, Contents, Fault, Identity, Imported, Objects, Part, Recipient, RecipientError, Report, Sink,
    Timestamp, import_bundle, open_bundle, verify_bundle, write_bundle,
};
pub use chain::{Broken, Chain, Entry, Head, Why, verify};
pub use key::{DeviceKey, KeyError, PublicKey, Signature};
pub use manifest::{
    CheckEntry, DeliveryEntry, FieldEntry, FileEntry, HandoverEntry, LegEntry, Manifest, ManifestError,
    ObjectEntry, PlaceEntry, Program, ReadingEntry, Sealed, seal,
};
