//! Signatures in documents: what is signed, by whom, whether it still stands, whether the signer is trusted.
//!
//! The ways a signature in a PDF is faked are known (a gap larger than the signature, a signature of another document,
//! a byte range in another revision's dictionary, a certificate beside the real one), and each is a
//! [`SignatureFault`] here. A signature that later bytes follow says so ([`Signature::covers_whole`]), and whether they
//! are only what proves it in years to come ([`Signature::later`]). What this does not do: look up revocation (no
//! network).

mod algorithm;
mod certificate;
mod cms;
mod der;
mod fields;
mod later;
mod range;
mod revision;
mod stamp;
mod verdict;

use bytes::Bytes;

pub use self::certificate::Anchors;
pub use self::later::Later;
use self::range::Range;
pub use self::stamp::{TimeStamp, TimeStampError, time_stamp, time_stamp_request, time_stamp_token};
use crate::PaperError;

/// Signatures for which it is looked at what follows them.
const MOST_COMPARED: usize = 8;

/// When a certificate (DER) runs out, milliseconds since 1970; `None` when it is none. Nothing else of it is checked.
#[must_use]
pub fn certificate_ends(der: &[u8]) -> Option<i64> {
    certificate::Certificate::parse(der).map(|certificate| certificate.not_after)
}

/// One signature of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The full name of its field.
    pub field: String,
    /// Whom the certificate is for.
    pub signer: Subject,
    /// Who vouches for the certificate, as one line.
    pub issuer: String,
    /// The certificate's number, hexadecimal.
    pub serial: String,
    /// From when the certificate is valid, milliseconds since 1970.
    pub not_before: i64,
    /// Until when the certificate is valid, milliseconds since 1970.
    pub not_after: i64,
    /// When it was signed, milliseconds since 1970: as the time stamp says when there is a sound one, else as the signer
    /// says.
    pub signed_at: Option<i64>,
    /// Whether `signed_at` is a time stamp authority's word (RFC 3161).
    pub timestamped: bool,
    /// Which rules it follows, e.g. `ETSI.CAdES.detached`.
    pub sub_filter: String,
    /// Whether it is what ETSI EN 319 142-1 calls a PAdES baseline signature, level B-B at least.
    pub pades: bool,
    /// Whether nothing follows what it signs.
    pub covers_whole: bool,
    /// What follows it. Looked at only where the signature is intact; else what follows is [`Later::Other`].
    pub later: Later,
    /// Whether the bytes it covers are those that were signed.
    pub digest_matches: bool,
    /// Whether it was made with the key of `signer`'s certificate.
    pub signature_matches: bool,
    /// Whether that certificate is one to trust.
    pub trust: Trust,
    /// What else is wrong.
    pub faults: Vec<SignatureFault>,
}

impl Signature {
    /// Whether it covers all of the document that a person sees: nothing follows it, or only what proves signatures
    /// later.
    #[must_use]
    pub fn whole_document(&self) -> bool {
        self.covers_whole || self.later == Later::ValidationData
    }

    /// Whether what is signed is unchanged, and signed with the key of `signer`'s certificate. Says nothing about trust,
    /// nor about what was appended later.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.digest_matches && self.signature_matches && !self.faults.iter().any(|fault| fault.breaks())
    }
}

/// Whom a certificate is for, as it says. Not shown by `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// The whole name.
    pub common_name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub surname: Option<String>,
    /// The person's number, e.g. `IDCES-12345678Z` (ETSI EN 319 412-1).
    pub serial_number: Option<String>,
    /// Two letters.
    pub country: Option<String>,
    /// For whom the person signs.
    pub organisation: Option<String>,
    /// An address.
    pub email: Option<String>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(..)")
    }
}

/// Whether a certificate is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It leads to one of the anchors, and all on the way was valid when it was signed.
    Anchored,
    /// It does not, or not at that time.
    NotAnchored,
    /// Nobody said whom to trust.
    NoAnchors,
}

/// What is wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureFault {
    /// The byte range is none, or not within the file.
    BadRange,
    /// What the byte range leaves out is not the signature alone.
    GapHoldsMore,
    /// It and another signature cannot both have been made one after the other.
    Overlaps,
    /// Not signed data with one signer, or something after it.
    Malformed,
    /// No rules known here, e.g. `adbe.pkcs7.sha1`.
    UnknownSubFilter,
    /// An algorithm that is unknown here or too weak, e.g. SHA-1.
    UnknownAlgorithm,
    /// The signer's certificate is not there, or cannot be read.
    NoCertificate,
    /// What is signed names another certificate than the signer's (RFC 5035).
    OtherCertificate,
    /// What is signed names no certificate, though PAdES asks for it.
    CertificateNotNamed,
    /// The content type is missing among what is signed, or another (RFC 5652, 11.1).
    OtherContent,
    /// It says no time, or one that cannot be read.
    NoTime,
    /// The certificate was not valid when it was signed.
    NotValidThen,
    /// The certificate is for something else than signing.
    WrongKeyUsage,
    /// A time stamp is there, but of something else, broken, or by somebody who may not make any.
    BadTimestamp,
    /// The time stamp is sound, but its maker leads to no anchor.
    TimestampNotAnchored,
}

impl SignatureFault {
    /// Whether the signature itself is void, rather than doubtful for its time or its signer.
    #[must_use]
    pub const fn breaks(self) -> bool {
        match self {
            Self::BadRange
            | Self::GapHoldsMore
            | Self::Overlaps
            | Self::Malformed
            | Self::UnknownSubFilter
            | Self::UnknownAlgorithm
            | Self::NoCertificate
            | Self::OtherCertificate
            | Self::CertificateNotNamed
            | Self::OtherContent => true,
            Self::NoTime
            | Self::NotValidThen
            | Self::WrongKeyUsage
            | Self::BadTimestamp
            | Self::TimestampNotAnchored => false,
        }
    }
}

/// The signatures of a document, in the order they were made. None is an answer, not an error.
///
/// # Errors
/// When the document cannot be read at all; see [`PaperError`].
pub fn signatures(pdf: &[u8], anchors: &Anchors) -> Result<Vec<Signature>, PaperError> {
    let file = Bytes::copy_from_slice(pdf);
    let document = crate::paper::read(file.clone())?;
    let found = fields::signed(&document);
    let ranges: Vec<Result<Range, SignatureFault>> = found
        .iter()
        .map(|signed| Range::check(&signed.byte_range, pdf, &signed.contents))
        .collect();
    let mut judged: Vec<(usize, Signature)> = Vec::new();
    for (index, (signed, range)) in found.into_iter().zip(&ranges).enumerate() {
        let mut signature = verdict::judge(signed, range.as_ref().ok(), pdf, anchors);
        if let Err(fault) = range {
            signature.faults.push(*fault);
        }
        let clashes = ranges.iter().enumerate().any(|(other_index, other)| {
            matches!((range, other), (Ok(own), Ok(other))
                if other_index != index && !own.follows(other) && !other.follows(own))
        });
        if clashes {
            signature.faults.push(SignatureFault::Overlaps);
        }
        judged.push((range.as_ref().map_or(usize::MAX, |range| range.end), signature));
    }
    judged.sort_by_key(|(end, _)| *end);
    // The latest are what the document rests on; each costs as much as reading it once more.
    let followed = judged
        .iter_mut()
        .rev()
        .filter(|(_, signature)| signature.is_intact() && !signature.covers_whole);
    for (end, signature) in followed.take(MOST_COMPARED) {
        signature.later = later::since(&file, *end, &document);
    }
    Ok(judged.into_iter().map(|(_, signature)| signature).collect())
}
