//! What a case was, in one canonical document.

mod of;

use std::collections::{BTreeMap, BTreeSet};

use evidence::{
    Case, CaseId, Challenge, Check, Consent, Corners, Document, FaceScore, Faces, FieldKey, HandoverId, Hint,
    LookedAt, Method, ObjectId, Outline, RegisterAnswer, RequestNumbers, Role, Script, Sensitive, Shutter,
    Similarity, Source, Take, UtcMillis,
};
use serde::{Deserialize, Serialize};

use crate::canonical::{self, NotCanonical};
use crate::chain::Entry;
use crate::key::{DeviceKey, PublicKey, Signature};
use crate::tar;

/// Which program sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A file of the bundle that is no object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// SHA-256 of its bytes, 64 hex digits in lower case.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
}

impl FileEntry {
    /// The entry for a file with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: canonical::sha256(bytes),
            bytes: bytes.len() as u64,
        }
    }
}

/// A picture, the video, a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectEntry {
    /// What it is: `front`, `video`, `paper 1`, `paper 1 signed`, `contract`.
    pub label: String,
    /// Its identity; its file in the bundle is `objects/` and this.
    pub object: ObjectId,
    /// SHA-256 of its bytes, 64 hex digits in lower case.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// The IANA media type.
    pub media_type: String,
    /// When it was taken, picked or fetched, by the machine's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<UtcMillis>,
    /// Milliseconds from the opening of the case to then by the monotonic clock, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_opening_ms: Option<u64>,
    /// How it came to be: with which device, whether it is synthetic.
    pub source: Method,
    /// What a reviewer should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the document lies in the picture, and who says so. Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// How the booth came to take it, where no person did. Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shutter: Option<Shutter>,
    /// How the video was recorded, where it was recorded here. Since format 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Take>,
    /// How good it is as a picture of a face, where that was measured. Since format 3.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quality: BTreeMap<String, FaceScore>,
}

impl ObjectEntry {
    /// The name of its file in the bundle.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("objects/{}", self.object)
    }
}

/// A field. Personal: no `Debug` prints a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// Which.
    pub field: FieldKey,
    /// What a machine read; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Sensitive<String>>,
    /// Where and how surely it was read. Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
    /// What was confirmed.
    pub value: Sensitive<String>,
    /// Who put it in the place of what was read: the operator's name, or `at the booth` where none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was changed, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
}

/// Where a value was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceEntry {
    /// Which zone of the document.
    pub source: Source,
    /// How sure the reading was, 0 to 1. No probability.
    pub confidence: f64,
    /// Whether a character was corrected, by rules that prove the correction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
    /// In which picture.
    pub role: Role,
    /// Where in that picture, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corners: Option<Corners>,
    /// What another place of the document said instead, where they disagreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Sensitive<String>>,
}

/// What a machine read, and in which pictures. The values are with their fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadingEntry {
    /// The name and version of the method, with the engine that ran it.
    pub method: String,
    /// When.
    pub at: UtcMillis,
    /// The pictures, by their digests; with the corners a person gave, where one did.
    pub of: BTreeMap<Role, LookedAt>,
    /// What a person was told to look for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
}

/// A check with its basis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckEntry {
    /// Which.
    pub check: Check,
    /// Its result and on whose word.
    #[serde(flatten)]
    pub finding: evidence::Finding,
}

/// The machine a bundle hands its case over to: it alone delivers the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverEntry {
    /// The hand-over's number: it is taken in once.
    pub id: HandoverId,
    /// The recipient whose identity alone opens the bundle: `age1…`.
    pub to: String,
    /// Since when.
    pub at: UtcMillis,
}

impl HandoverEntry {
    /// To whom `case` was handed over, if it was.
    #[must_use]
    pub fn of(case: &Case) -> Option<Self> {
        let handover = case.custody.handed_over.as_ref()?;
        Some(Self {
            id: handover.id,
            to: handover.to.clone(),
            at: handover.at,
        })
    }
}

/// When a part of the delivery arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegEntry {
    /// Which.
    pub leg: evidence::Leg,
    /// When the server had it.
    pub arrived_at: UtcMillis,
}

/// How far the delivery was, and the server's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryEntry {
    /// When a person said: submit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<UtcMillis>,
    /// What has arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrived: Vec<LegEntry>,
    /// The server's word that it has everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<evidence::Confirmation>,
}

/// Everything a reviewer can know about a case, and the digests of everything that belongs to it.
///
/// It names a person: the field values, and those who vouch. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form; see [`Manifest::FORMAT`].
    pub format: u32,
    /// The program that sealed.
    pub program: Program,
    /// The public key of the device that seals, 64 hex digits.
    pub device_key: String,
    /// When it was sealed.
    pub sealed_at: UtcMillis,
    /// Milliseconds to add to the machine's clock to have the server's, where it was asked; 0 where they are the same as far
    /// as its answer tells, which is to the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_ms: Option<i64>,
    /// The case.
    pub case: CaseId,
    /// The booth it was opened at.
    pub booth: String,
    /// When it was opened.
    pub opened_at: UtcMillis,
    /// True for practice: no real person, no real server.
    pub practice: bool,
    /// The server's numbers, once there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestNumbers>,
    /// What the person agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// What they showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// The case's own record, `case.json`: with it another machine can go on with the case.
    pub record: FileEntry,
    /// A time stamp over [`Manifest::stamped`], `timestamp.tsr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<FileEntry>,
    /// Every picture, video and document, in the order they lie in the bundle.
    pub objects: Vec<ObjectEntry>,
    /// How the document was read, where a machine read it. Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingEntry>,
    /// What was measured of faces: numbers, never a template. Since format 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faces: Option<Faces>,
    /// The challenge of the video, and what came of it. Since format 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// What an official register answered, where one was asked. Since format 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterAnswer>,
    /// What was asked for in the video, and what came of it. Since format 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// Every field that has a value.
    pub fields: Vec<FieldEntry>,
    /// Every check that somebody or something made.
    pub checks: Vec<CheckEntry>,
    /// How alike portrait and selfie are said to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity: Option<Similarity>,
    /// How far the delivery was.
    pub delivery: DeliveryEntry,
    /// To whom the bundle hands the case over; without, it is a copy for the files, and its case is delivered elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoverEntry>,
    /// What happened, as a chain about [`Manifest::chain_subject`].
    pub events: Vec<Entry>,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is no manifest.
    #[error("it cannot be read")]
    Unreadable,
    /// It is larger than any manifest.
    #[error("it is too large")]
    TooLarge,
    /// Written by a newer program.
    #[error("it is written in format {0}, newer than this program knows")]
    Newer(u32),
    /// It is not the canonical form of what it says.
    #[error("it is not in canonical form")]
    NotCanonical,
    /// It names an object twice.
    #[error("it names the object {0} twice")]
    Twice(ObjectId),
    /// It names another key than it is signed with.
    #[error("it names another device's key")]
    OtherKey,
    /// A digest or a length in it is none.
    #[error("a digest or a length in it cannot be")]
    Impossible,
}

impl From<NotCanonical> for ManifestError {
    fn from(_: NotCanonical) -> Self {
        Self::NotCanonical
    }
}

impl Manifest {
    /// The version of the form that this code writes. 2 added what a machine read, the corners of the document and how a
    /// picture came to be taken; 3 what was measured of faces and of their pictures, and whether the person allowed faces to be
    /// compared; 4 how the video was recorded, where its pictures came from, and a register's answer. Earlier ones are read as manifests that have none of it.
    pub const FORMAT: u32 = 4;
    /// The longest manifest that is read, in bytes.
    pub const MOST_BYTES: u64 = 4 << 20;

    /// The manifest as it is signed: canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// A number in it has no exact form there.
    pub fn to_canonical(&self) -> Result<Vec<u8>, ManifestError> {
        let bytes = canonical::to_vec(self)?;
        // An integer beyond 2^53 would come back as another one.
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(back) if back == *self => Ok(bytes),
            _ => Err(ManifestError::NotCanonical),
        }
    }

    /// Reads exactly what [`Manifest::to_canonical`] writes: no blank, no unknown or double key passes.
    ///
    /// # Errors
    /// See [`ManifestError`].
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        if bytes.len() as u64 > Self::MOST_BYTES {
            return Err(ManifestError::TooLarge);
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|_| ManifestError::Unreadable)?;
        if version.format > Self::FORMAT {
            return Err(ManifestError::Newer(version.format));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| ManifestError::Unreadable)?;
        if canonical::to_vec(&manifest)? != bytes {
            return Err(ManifestError::NotCanonical);
        }
        manifest.is_possible()?;
        Ok(manifest)
    }

    /// What the chain of events is about.
    #[must_use]
    pub fn chain_subject(case: CaseId) -> String {
        format!("case {case}")
    }

    /// What a time stamp (RFC 3161) is made over: the canonical manifest without one. Its SHA-256 goes to the
    /// authority; the token that comes back is named by [`Manifest::with_timestamp`] before sealing.
    ///
    /// # Errors
    /// As [`Manifest::to_canonical`].
    pub fn stamped(&self) -> Result<Vec<u8>, ManifestError> {
        let bare = Self {
            timestamp: None,
            ..self.clone()
        };
        bare.to_canonical()
    }

    /// The manifest of a bundle that hands `case` over, if it was handed over; every other bundle is a copy.
    #[must_use]
    pub fn handing_over(self, case: &Case) -> Self {
        Self {
            handover: HandoverEntry::of(case),
            ..self
        }
    }

    /// The manifest with a time stamp over [`Manifest::stamped`].
    #[must_use]
    pub fn with_timestamp(self, token: &[u8]) -> Self {
        Self {
            timestamp: Some(FileEntry::of(token)),
            ..self
        }
    }

    fn is_possible(&self) -> Result<(), ManifestError> {
        let mut seen = BTreeSet::new();
        for entry in &self.objects {
            if !seen.insert(entry.object) {
                return Err(ManifestError::Twice(entry.object));
            }
        }
        let objects = self.objects.iter().map(|entry| (&entry.sha256, entry.bytes));
        let files = [Some(&self.record), self.timestamp.as_ref()];
        let files = files.into_iter().flatten().map(|file| (&file.sha256, file.bytes));
        let possible = |(sha256, bytes): (&String, u64)| {
            let digits = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            sha256.len() == 64 && sha256.bytes().all(digits) && bytes <= tar::MOST_BYTES
        };
        if objects.chain(files).all(possible) {
            Ok(())
        } else {
            Err(ManifestError::Impossible)
        }
    }
}

/// A manifest with the signature of the device.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    pub(crate) manifest: Manifest,
    pub(crate) bytes: Vec<u8>,
    pub(crate) signature: Signature,
    pub(crate) public_key: PublicKey,
}

impl Sealed {
    /// What was sealed.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The signed bytes: canonical JSON.
    #[must_use]
    pub fn manifest_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signature over them, 64 bytes (RFC 8032).
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature.0
    }

    /// The key it was made with.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public_key
    }
}

/// Signs `manifest` with the key of the device.
///
/// # Errors
/// It was made for another key, names an object twice, or a number has no exact form.
pub fn seal(manifest: Manifest, key: &DeviceKey) -> Result<Sealed, ManifestError> {
    let public_key = key.public();
    if manifest.device_key != public_key.to_string() {
        return Err(ManifestError::OtherKey);
    }
    manifest.is_possible()?;
    let bytes = manifest.to_canonical()?;
    let signature = key.sign(&bytes);
    Ok(Sealed {
        manifest,
        bytes,
        signature,
        public_key,
    })
}
