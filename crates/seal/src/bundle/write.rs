//! Writing a bundle.

use std::io::{Read, Write};

use super::hashed::Hashed;
use super::recipients::{Recipient, encryptor};
use super::{BundleError, MANIFEST, Objects, PUBLIC_KEY, RECORD, SIGNATURE, TIMESTAMP};
use crate::manifest::{FileEntry, Sealed};
use crate::tar::Writer;

/// What goes into a bundle.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The manifest with its signature.
    pub sealed: &'a Sealed,
    /// The case's record, as [`crate::Manifest::of`] gave it.
    pub record: &'a [u8],
    /// The time stamp the manifest names.
    pub timestamp: Option<&'a [u8]>,
    /// Where the objects are.
    pub objects: &'a dyn Objects,
}

/// Writes the bundle: encrypted to `recipients`, or in the clear when there are none. Each object is verified on its way.
/// What was written by then is worthless after an error.
///
/// # Errors
/// An object is not what the case says or cannot be read, record or time stamp are not the sealed ones, or `out`
/// refuses.
pub fn write_bundle<W: Write>(
    contents: &Contents<'_>,
    out: W,
    recipients: &[Recipient],
) -> Result<W, BundleError> {
    let manifest = contents.sealed.manifest();
    if FileEntry::of(contents.record) != manifest.record {
        return Err(BundleError::NotSealed(RECORD));
    }
    if contents.timestamp.map(FileEntry::of) != manifest.timestamp {
        return Err(BundleError::NotSealed(TIMESTAMP));
    }
    if recipients.is_empty() {
        return write(contents, out);
    }
    let encrypted = encryptor(recipients)?.wrap_output(out)?;
    Ok(write(contents, encrypted)?.finish()?)
}

fn write<W: Write>(contents: &Contents<'_>, out: W) -> Result<W, BundleError> {
    let sealed = contents.sealed;
    let mut tar = Writer::new(out);
    let mut small = |name: &str, bytes: &[u8]| tar.file(name, bytes.len() as u64, bytes).map(drop);
    small(MANIFEST, sealed.manifest_bytes())?;
    small(SIGNATURE, sealed.signature())?;
    small(PUBLIC_KEY, sealed.public_key().to_pem().as_bytes())?;
    if let Some(token) = contents.timestamp {
        small(TIMESTAMP, token)?;
    }
    small(RECORD, contents.record)?;
    for entry in &sealed.manifest().objects {
        let opened = contents.objects.open(entry.object);
        let object = opened.map_err(|error| BundleError::Object(entry.object, error))?;
        let mut source = Source {
            from: Hashed::new(object),
            failed: None,
        };
        let came = tar.file(&entry.file_name(), entry.bytes, &mut source);
        if let Some(error) = source.failed {
            return Err(BundleError::Object(entry.object, error));
        }
        if came? != entry.bytes || source.from.sha256() != entry.sha256 {
            return Err(BundleError::Changed(entry.object));
        }
    }
    Ok(tar.finish()?)
}

/// An object being read, which keeps its own failures apart from those of the bundle's disk.
struct Source<R> {
    from: R,
    failed: Option<std::io::Error>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.from.read(buffer).map_err(|error| {
            let kind = error.kind();
            // An interrupted call is simply made again.
            if kind != std::io::ErrorKind::Interrupted {
                self.failed = Some(error);
            }
            kind.into()
        })
    }
}
