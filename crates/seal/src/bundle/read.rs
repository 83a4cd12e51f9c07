//! Reading a bundle: every part is looked at, every failure is named.

use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};

use evidence::Case;

use super::expected::Expected;
use super::hashed::Hashed;
use super::recipients::{Identity, decrypted};
use super::report::{Fault, Report, Timestamp};
use super::{
    BundleError, Imported, MANIFEST, MOST_RECORD, MOST_TIMESTAMP, PUBLIC_KEY, RECORD, SIGNATURE, Sink,
};
use crate::chain;
use crate::key::{PublicKey, Signature};
use crate::manifest::{HandoverEntry, Manifest, ManifestError, ObjectEntry, Sealed};
use crate::tar::{Next, Reader};

/// How an encrypted bundle begins.
const ENCRYPTED: &[u8] = b"age-encryption.org/";
/// The longest header of an encrypted bundle, in bytes: about a hundred recipients.
const MOST_HEADER: u64 = 16 << 10;
/// Files that do not belong to the bundle, after which no more are listed.
const MOST_UNEXPECTED: usize = 64;
/// What comes after the last file.
const END: &str = "end";
/// The chain in the manifest.
const EVENTS: &str = "events";

/// A bundle's bytes in the clear, whether it is encrypted or not.
///
/// # Errors
/// It is encrypted and no identity opens it, or it cannot be read.
pub fn open_bundle<'a, R: Read + 'a>(
    mut from: R,
    identities: &[Identity],
) -> Result<Box<dyn Read + 'a>, BundleError> {
    let mut start = Vec::new();
    (&mut from).take(MOST_HEADER).read_to_end(&mut start)?;
    let encrypted = start.starts_with(ENCRYPTED);
    // The header is read with effort that grows with the square of its length.
    let bounded = start.windows(4).any(|bytes| bytes == b"\n---");
    let whole = Cursor::new(start).chain(from);
    if !encrypted {
        return Ok(Box::new(whole));
    }
    if !bounded {
        return Err(BundleError::DamagedEncryption);
    }
    Ok(Box::new(decrypted(BufReader::new(whole), identities)?))
}

/// Verifies a bundle in the clear (see [`open_bundle`]) and names what fails. With no key in `trusted` it is verified
/// with the one in the bundle, and the report says that this is nobody known.
#[must_use]
pub fn verify_bundle(from: impl Read, trusted: &[PublicKey]) -> Report {
    Reading::new(from, trusted, None).run().report
}

/// Verifies a bundle in the clear and puts its objects into `sink`. Objects go there while they are read; unless this
/// returns well, the sink was rolled back and nothing of the bundle counts.
///
/// # Errors
/// [`BundleError::NotVerified`] with the whole report when a part fails; [`BundleError::Newer`]; or the sink's own.
pub fn import_bundle(
    from: impl Read,
    trusted: &[PublicKey],
    sink: &mut dyn Sink,
) -> Result<Imported, BundleError> {
    let read = Reading::new(from, trusted, Some(sink)).run();
    let imported = read.into_imported();
    if imported.is_err() {
        sink.roll_back();
    }
    imported
}

/// Everything that was read.
#[derive(Default)]
struct Found {
    report: Report,
    sealed: Option<Sealed>,
    record: Option<Vec<u8>>,
    sink_failed: Option<io::Error>,
}

impl Found {
    fn into_imported(self) -> Result<Imported, BundleError> {
        if let Some(error) = self.sink_failed {
            return Err(BundleError::Io(error));
        }
        let (true, Some(sealed), Some(record)) = (self.report.is_intact(), self.sealed, self.record) else {
            return Err(BundleError::NotVerified(Box::new(self.report)));
        };
        let case = match read_case(&record) {
            Some(Ok(case)) => case,
            Some(Err(newer)) => return Err(BundleError::Newer(newer)),
            None => return Err(BundleError::NotVerified(Box::new(self.report))),
        };
        Ok(Imported {
            sealed,
            case: case.brought_up_to_date(),
            report: self.report,
        })
    }
}

/// A record as a case; `Err` with its format when a newer program wrote it, `None` when it is none.
fn read_case(record: &[u8]) -> Option<Result<Case, u32>> {
    #[derive(serde::Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(record).ok()?;
    if version.format > Case::FORMAT {
        return Some(Err(version.format));
    }
    serde_json::from_slice(record).ok().map(Ok)
}

struct Reading<'a, R> {
    tar: Reader<R>,
    trusted: &'a [PublicKey],
    sink: Option<&'a mut dyn Sink>,
    /// What a time stamp has to be one of.
    stamped: Option<Vec<u8>>,
    read: Found,
}

/// A fault after which nothing more can be read.
struct Stop(Fault);

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self(match error.kind() {
            io::ErrorKind::UnexpectedEof => Fault::CutOff,
            kind => Fault::Unreadable(kind),
        })
    }
}

impl<'a, R: Read> Reading<'a, R> {
    fn new(from: R, trusted: &'a [PublicKey], sink: Option<&'a mut dyn Sink>) -> Self {
        Self {
            tar: Reader::new(from),
            trusted,
            sink,
            stamped: None,
            read: Found::default(),
        }
    }

    fn run(mut self) -> Found {
        let Some(manifest) = self.head() else {
            return self.read;
        };
        if let Some(sink) = &mut self.sink
            && self.read.report.is_intact()
        {
            if let Err(error) = sink.begin(&manifest) {
                self.sink_fails(error);
            }
        } else {
            // What nobody vouches for is looked at, and put nowhere.
            self.sink = None;
        }
        self.body(&manifest);
        self.agreement(&manifest);
        self.read
    }

    /// Manifest, signature and key. `None` when there is no manifest to go on with.
    fn head(&mut self) -> Option<Manifest> {
        let manifest = self.small(MANIFEST, None, Manifest::MOST_BYTES)?;
        let signature = self.small(SIGNATURE, Some(64), 64)?;
        let pem_bytes = PublicKey::PEM_BYTES;
        let pem = self.small(PUBLIC_KEY, Some(pem_bytes), pem_bytes)?;

        let parsed = Manifest::from_canonical(&manifest.bytes);
        let embedded = PublicKey::from_exact_pem(&pem.bytes);
        let named = parsed
            .as_ref()
            .ok()
            .and_then(|parsed| parsed.device_key.parse().ok());
        let candidates: Vec<PublicKey> = if self.trusted.is_empty() {
            embedded.into_iter().chain(named).collect()
        } else {
            self.trusted.to_vec()
        };
        let signature_of = signature.bytes.as_slice().try_into().ok().map(Signature);
        let verifies =
            |key: &&PublicKey| signature_of.is_some_and(|made| key.verifies(&manifest.bytes, &made));
        let key = candidates.iter().find(verifies).copied();

        let report = &mut self.read.report;
        report.key = key;
        report.trusted = key.is_some() && !self.trusted.is_empty();
        let wrong_key = parsed.as_ref().is_ok_and(|_| key.is_some() && named != key);
        let fault = parsed.as_ref().err().copied().map(Fault::Manifest);
        let fault = fault.or(wrong_key.then_some(Fault::Manifest(ManifestError::OtherKey)));
        report.note(MANIFEST, manifest.fault.or(fault));
        report.note(
            SIGNATURE,
            signature.fault.or(key.is_none().then_some(Fault::Signature)),
        );
        let known = key.or(named);
        let stranger = !self.trusted.is_empty() && !embedded.is_some_and(|key| self.trusted.contains(&key));
        let fault = (stranger || embedded.is_none() || embedded != known).then_some(Fault::OtherKey);
        report.note(PUBLIC_KEY, pem.fault.or(fault));

        let parsed = parsed.ok()?;
        report.case = Some(parsed.case);
        report.sealed_at = Some(parsed.sealed_at);
        report.practice = parsed.practice;
        report.handed_over_to = parsed.handover.as_ref().map(|handover| handover.to.clone());
        let subject = Manifest::chain_subject(parsed.case);
        let broken = chain::verify(&subject, &parsed.events).err();
        report.note(EVENTS, broken.map(Fault::Events));
        self.stamped = parsed.stamped().ok();
        if let (Some(key), Some(signature)) = (key, signature_of) {
            self.read.sealed = Some(Sealed {
                manifest: parsed.clone(),
                bytes: manifest.bytes,
                signature,
                public_key: key,
            });
        }
        Some(parsed)
    }

    /// One of the first three files. `None` when there is nothing to go on from; the report says why then.
    fn small(&mut self, name: &str, exactly: Option<u64>, most: u64) -> Option<Small> {
        match self.try_small(name, exactly, most) {
            Ok(small) => Some(small),
            Err(Stop(fault)) => {
                self.read.report.note(name, Some(fault));
                None
            }
        }
    }

    fn try_small(&mut self, name: &str, exactly: Option<u64>, most: u64) -> Result<Small, Stop> {
        let (bytes, fault) = match self.tar.next()? {
            Next::File { name: found, bytes } if found == name => (bytes, None),
            Next::Damaged => (exactly.ok_or(Stop(Fault::Header))?, Some(Fault::Header)),
            Next::File { .. } | Next::End | Next::BadEnd => return Err(Stop(Fault::Missing)),
        };
        if bytes > most || exactly.is_some_and(|exactly| bytes != exactly) {
            return Err(Stop(Fault::Length));
        }
        let mut content = Vec::new();
        self.tar.content(bytes).read_to_end(&mut content)?;
        if content.len() as u64 != bytes {
            return Err(Stop(Fault::CutOff));
        }
        let clean = self.tar.after(bytes)?;
        Ok(Small {
            bytes: content,
            fault: fault.or((!clean).then_some(Fault::Padding)),
        })
    }

    /// Everything after the first three files.
    fn body(&mut self, manifest: &Manifest) {
        let timestamp = manifest.timestamp.as_ref();
        let timestamp = timestamp.map(|file| Expected::Timestamp(&file.sha256, file.bytes));
        let record = Expected::Record(&manifest.record.sha256, manifest.record.bytes);
        let objects = manifest.objects.iter().map(Expected::Object);
        let expected: Vec<Expected<'_>> = timestamp.into_iter().chain([record]).chain(objects).collect();
        let mut seen = vec![false; expected.len()];
        if let Err((place, fault)) = self.files(&expected, &mut seen) {
            match expected.get(place) {
                Some(part) => {
                    seen[place] = true;
                    self.read
                        .report
                        .note_object(&part.name(), part.label(), Some(fault));
                }
                None => self.read.report.note(END, Some(fault)),
            }
        }
        for (part, _) in expected.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            let fault = Some(Fault::Missing);
            self.read.report.note_object(&part.name(), part.label(), fault);
        }
    }

    /// Reads file after file. Fails with the place it was at when nothing more can be read.
    fn files(&mut self, expected: &[Expected<'_>], seen: &mut [bool]) -> Result<(), (usize, Fault)> {
        let places: HashMap<String, usize> = expected.iter().map(Expected::name).zip(0..).collect();
        // The place after the last file that was in its place.
        let mut next = 0;
        let mut unexpected = 0;
        loop {
            let at = |Stop(fault)| (next, fault);
            let (name, bytes) = match self.tar.next().map_err(Stop::from).map_err(at)? {
                Next::End => {
                    self.read.report.note(END, None);
                    return Ok(());
                }
                Next::BadEnd => return Err((expected.len(), Fault::Padding)),
                Next::Damaged => {
                    // What is here can only be what comes next; how long it is, the manifest says.
                    let part = expected.get(next).ok_or((next, Fault::Header))?;
                    self.skip(part.bytes()).map_err(at)?;
                    self.read
                        .report
                        .note_object(&part.name(), part.label(), Some(Fault::Header));
                    seen[next] = true;
                    next += 1;
                    continue;
                }
                Next::File { name, bytes } => (name, bytes),
            };
            let Some(&place) = places.get(&name) else {
                unexpected += 1;
                if unexpected > MOST_UNEXPECTED {
                    return Err((expected.len(), Fault::Unexpected));
                }
                let first = [MANIFEST, SIGNATURE, PUBLIC_KEY].contains(&name.as_str());
                let fault = if first {
                    Fault::Duplicate
                } else {
                    Fault::Unexpected
                };
                self.read.report.note(&name, Some(fault));
                self.skip(bytes).map_err(at)?;
                continue;
            };
            let part = &expected[place];
            let fault = if seen[place] {
                self.skip(bytes).map_err(at)?;
                Some(Fault::Duplicate)
            } else {
                let out_of_place = (place < next).then_some(Fault::OutOfPlace);
                next = next.max(place);
                let found = self.file(part, bytes).map_err(|Stop(fault)| (place, fault))?;
                next = next.max(place + 1);
                seen[place] = true;
                found.or(out_of_place)
            };
            self.read.report.note_object(&name, part.label(), fault);
        }
    }

    /// One promised file, `bytes` long by its header.
    fn file(&mut self, part: &Expected<'_>, bytes: u64) -> Result<Option<Fault>, Stop> {
        if bytes != part.bytes() {
            self.skip(bytes)?;
            return Ok(Some(Fault::Length));
        }
        let fault = match part {
            Expected::Object(entry) => self.object(entry)?,
            Expected::Record(sha256, _) => {
                let (content, fault) = self.whole(bytes, MOST_RECORD, sha256)?;
                self.read.record = content;
                fault
            }
            Expected::Timestamp(sha256, _) => {
                let (content, fault) = self.whole(bytes, MOST_TIMESTAMP, sha256)?;
                self.read.report.timestamp = content
                    .zip(self.stamped.take())
                    .map(|(token, stamped)| Timestamp { token, stamped });
                fault
            }
        };
        let clean = self.tar.after(bytes)?;
        Ok(fault.or((!clean).then_some(Fault::Padding)))
    }

    /// A file that is held in memory, if it is what it must be.
    fn whole(
        &mut self,
        bytes: u64,
        most: u64,
        sha256: &str,
    ) -> Result<(Option<Vec<u8>>, Option<Fault>), Stop> {
        if bytes > most {
            self.pass(bytes)?;
            return Ok((None, Some(Fault::Length)));
        }
        let mut content = Vec::new();
        self.tar.content(bytes).read_to_end(&mut content)?;
        if content.len() as u64 != bytes {
            return Err(Stop(Fault::CutOff));
        }
        if crate::canonical::sha256(&content) == sha256 {
            Ok((Some(content), None))
        } else {
            Ok((None, Some(Fault::Digest)))
        }
    }

    /// An object, on its way into the sink.
    fn object(&mut self, entry: &ObjectEntry) -> Result<Option<Fault>, Stop> {
        if let Some(sink) = &mut self.sink
            && let Err(error) = sink.begin_object(entry)
        {
            self.sink_fails(error);
        }
        let mut content = Hashed::new(self.tar.content(entry.bytes));
        let mut buffer = vec![0; 64 << 10];
        let mut left = entry.bytes;
        let mut failed = None;
        while left > 0 {
            let came = match content.read(&mut buffer) {
                Ok(0) => return Err(Stop(Fault::CutOff)),
                Ok(came) => came,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            left -= came as u64;
            if let (Some(sink), None) = (&mut self.sink, &failed) {
                failed = sink.write(&buffer[..came]).err();
            }
        }
        let good = content.sha256() == entry.sha256;
        if let (Some(sink), None, true) = (&mut self.sink, &failed, good) {
            failed = sink.end_object().err();
        }
        if let Some(error) = failed {
            self.sink_fails(error);
        }
        Ok((!good).then_some(Fault::Digest))
    }

    fn sink_fails(&mut self, error: io::Error) {
        self.read.sink_failed = Some(error);
        self.sink = None;
    }

    /// Reads over the contents of a file.
    fn pass(&mut self, bytes: u64) -> Result<(), Stop> {
        let came = io::copy(&mut self.tar.content(bytes), &mut io::sink())?;
        if came == bytes {
            Ok(())
        } else {
            Err(Stop(Fault::CutOff))
        }
    }

    /// Reads over a file.
    fn skip(&mut self, bytes: u64) -> Result<(), Stop> {
        self.pass(bytes)?;
        self.tar.after(bytes)?;
        Ok(())
    }

    /// Whether record and manifest are of one case, and name the same objects.
    fn agreement(&mut self, manifest: &Manifest) {
        let Some(record) = &self.read.record else {
            return;
        };
        let agree = match read_case(record) {
            Some(Ok(case)) => {
                let named = |objects: &[ObjectEntry]| {
                    let mut named: Vec<_> = objects
                        .iter()
                        .map(|entry| {
                            let taken = (entry.taken_at, entry.since_opening_ms);
                            (entry.object, entry.sha256.clone(), entry.bytes, taken)
                        })
                        .collect();
                    named.sort();
                    named
                };
                let objects = Manifest::objects_of(&case);
                // A copy can be made of a case that was handed over; the other way round it would be delivered twice.
                let handed_over =
                    manifest.handover.is_none() || HandoverEntry::of(&case) == manifest.handover;
                case.id == manifest.case && named(&objects) == named(&manifest.objects) && handed_over
            }
            // What a newer program wrote cannot be compared; that it was sealed so is verified.
            Some(Err(_)) => true,
            None => false,
        };
        if !agree {
            let parts = &mut self.read.report.parts;
            if let Some(part) = parts.iter_mut().find(|part| part.name == RECORD) {
                part.fault = part.fault.or(Some(Fault::Disagrees));
            }
        }
    }
}

/// One of the first three files.
struct Small {
    bytes: Vec<u8>,
    fault: Option<Fault>,
}
