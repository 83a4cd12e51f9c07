//! Certificates (RFC 5280): what they say, and whether they lead to one that is trusted.

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    anchor_from_trusted_cert,
};

use super::cms::SignerId;
use super::der::{self, INTEGER, OCTETS, OID, Reader, SEQUENCE, SET, Value, context, context_simple};
use super::{Subject, Trust};
use crate::PaperError;

const EXTENDED_KEY_USAGE: &[u8] = b"\x55\x1d\x25";
const KEY_IDENTIFIER: &[u8] = b"\x55\x1d\x0e";
const KEY_USAGE: &[u8] = b"\x55\x1d\x0f";
const OTHER_NAMES: &[u8] = b"\x55\x1d\x11";
const TIME_STAMPING: &[u8] = b"\x2b\x06\x01\x05\x05\x07\x03\x08";

const COMMON_NAME: &[u8] = b"\x55\x04\x03";
const SURNAME: &[u8] = b"\x55\x04\x04";
const SERIAL_NUMBER: &[u8] = b"\x55\x04\x05";
const COUNTRY: &[u8] = b"\x55\x04\x06";
const ORGANISATION: &[u8] = b"\x55\x04\x0a";
const GIVEN_NAME: &[u8] = b"\x55\x04\x2a";
const EMAIL: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01";

/// What may be done with a key (RFC 5280, 4.2.1.3), first byte of the bit string.
const DIGITAL_SIGNATURE: u8 = 0x80;
const NON_REPUDIATION: u8 = 0x40;

/// Whom to trust: roots, or whoever else is trusted without being vouched for.
#[derive(Clone, Default)]
pub struct Anchors(Vec<CertificateDer<'static>>);

impl std::fmt::Debug for Anchors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Anchors({})", self.0.len())
    }
}

impl Anchors {
    /// Trusts nobody: signatures are then judged on their own.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// All the certificates of a PEM file.
    ///
    /// # Errors
    /// [`PaperError::BadAnchor`] when there is none, or one that cannot be used: trusting fewer than was meant would go
    /// unnoticed.
    pub fn from_pem(pem: &[u8]) -> Result<Self, PaperError> {
        let mut anchors = Self::none();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| PaperError::BadAnchor(error.to_string()))?;
            anchors = anchors.and_der(&certificate)?;
        }
        if anchors.0.is_empty() {
            return Err(PaperError::BadAnchor("no certificate in the file".to_owned()));
        }
        Ok(anchors)
    }

    /// One more certificate, DER.
    ///
    /// # Errors
    /// [`PaperError::BadAnchor`] when it cannot be used.
    pub fn and_der(mut self, certificate: &[u8]) -> Result<Self, PaperError> {
        let certificate = CertificateDer::from(certificate.to_vec());
        anchor_from_trusted_cert(&certificate).map_err(|error| PaperError::BadAnchor(error.to_string()))?;
        self.0.push(certificate);
        Ok(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A certificate, read but not believed.
pub(super) struct Certificate<'a> {
    pub der: &'a [u8],
    /// Content of the INTEGER.
    pub serial: &'a [u8],
    /// The whole Name.
    pub issuer: &'a [u8],
    subject: &'a [u8],
    /// The whole `SubjectPublicKeyInfo`.
    pub key: &'a [u8],
    /// Milliseconds since 1970.
    pub not_before: i64,
    /// Milliseconds since 1970.
    pub not_after: i64,
    /// A sequence's content.
    extensions: &'a [u8],
}

impl<'a> Certificate<'a> {
    pub fn parse(der: &'a [u8]) -> Option<Self> {
        let mut inner = Reader::new(der)
            .expect(SEQUENCE)?
            .inside()
            .expect(SEQUENCE)?
            .inside();
        inner.expect(context(0));
        let serial = inner.expect(INTEGER)?.body;
        inner.expect(SEQUENCE)?;
        let issuer = inner.expect(SEQUENCE)?.raw;
        let mut validity = inner.expect(SEQUENCE)?.inside();
        let not_before = der::time(&validity.next()?)?;
        let not_after = der::time(&validity.next()?)?;
        let subject = inner.expect(SEQUENCE)?.raw;
        let key = inner.expect(SEQUENCE)?.raw;
        inner.expect(context_simple(1));
        inner.expect(context_simple(2));
        let extensions = match inner.expect(context(3)) {
            Some(wrapped) => wrapped.inside().expect(SEQUENCE)?.body,
            None => &[],
        };
        Some(Self {
            der,
            serial,
            issuer,
            subject,
            key,
            not_before,
            not_after,
            extensions,
        })
    }

    /// The one a signer means.
    pub fn find(certificates: &[&'a [u8]], id: &SignerId<'_>) -> Option<Self> {
        certificates
            .iter()
            .filter_map(|der| Self::parse(der))
            .find(|certificate| match id {
                SignerId::IssuerAndSerial { issuer, serial } => {
                    certificate.issuer == *issuer && certificate.serial == *serial
                }
                SignerId::KeyIdentifier(wanted) => certificate
                    .extension(KEY_IDENTIFIER)
                    .and_then(|value| Reader::new(value).expect(OCTETS))
                    .is_some_and(|own| own.body == *wanted),
            })
    }

    /// Content of an extension's octet string.
    fn extension(&self, kind: &[u8]) -> Option<&'a [u8]> {
        let mut extensions = Reader::new(self.extensions);
        while let Some(extension) = extensions.expect(SEQUENCE) {
            let mut parts = extension.inside();
            if parts.expect(OID)?.body == kind {
                // A boolean says whether it is critical.
                parts.expect(0x01);
                return Some(parts.expect(OCTETS)?.body);
            }
        }
        None
    }

    /// Whether the key is for signing documents. A certificate that does not say so may be used for anything.
    pub fn may_sign(&self) -> bool {
        let Some(usage) = self.extension(KEY_USAGE) else {
            return true;
        };
        let bits = Reader::new(usage).expect(0x03).map_or(&[][..], |bits| bits.body);
        matches!(bits, [_, first, ..] if first & (DIGITAL_SIGNATURE | NON_REPUDIATION) != 0)
    }

    /// Whether the key is for time stamps, which has to be said (RFC 3161, 2.3).
    pub fn may_stamp(&self) -> bool {
        let purposes = self
            .extension(EXTENDED_KEY_USAGE)
            .and_then(|value| Reader::new(value).expect(SEQUENCE));
        let Some(mut purposes) = purposes.map(|purposes| purposes.inside()) else {
            return false;
        };
        let first = purposes.expect(OID);
        first.is_some_and(|purpose| purpose.body == TIME_STAMPING) && purposes.is_empty()
    }

    pub fn is_valid_at(&self, ms: i64) -> bool {
        (self.not_before..=self.not_after).contains(&ms)
    }

    /// Whom it is for.
    pub fn subject(&self) -> Subject {
        let find = |kind| {
            attributes(self.subject)
                .find(|(name, _)| *name == kind)
                .map(|(_, text)| text)
        };
        Subject {
            common_name: find(COMMON_NAME),
            given_name: find(GIVEN_NAME),
            surname: find(SURNAME),
            serial_number: find(SERIAL_NUMBER),
            country: find(COUNTRY),
            organisation: find(ORGANISATION),
            email: self.email().or_else(|| find(EMAIL)),
        }
    }

    /// `rfc822Name`, the second choice of a general name.
    fn email(&self) -> Option<String> {
        let mut names = Reader::new(self.extension(OTHER_NAMES)?)
            .expect(SEQUENCE)?
            .inside();
        loop {
            let name = names.next()?;
            if name.tag == context_simple(1) {
                return String::from_utf8(name.body.to_vec()).ok();
            }
        }
    }

    /// Who vouches for it, as one line: common name, organisation, country.
    pub fn issuer_line(&self) -> String {
        let known = [COMMON_NAME, ORGANISATION, COUNTRY];
        let parts: Vec<String> = known
            .iter()
            .filter_map(|kind| attributes(self.issuer).find(|(name, _)| name == kind))
            .map(|(_, text)| text)
            .collect();
        parts.join(", ")
    }

    /// Whether it leads to an anchor, every certificate on the way valid at that time.
    ///
    /// The path is found and checked by webpki: signatures, validity, who may issue, name constraints. Revocation is
    /// not looked up: nothing here has a network.
    pub fn trust(&self, others: &[&[u8]], anchors: &Anchors, ms: i64) -> Trust {
        if anchors.is_empty() {
            return Trust::NoAnchors;
        }
        if anchors.0.iter().any(|anchor| anchor.as_ref() == self.der) {
            return if self.is_valid_at(ms) {
                Trust::Anchored
            } else {
                Trust::NotAnchored
            };
        }
        match self.leads_to(others, anchors, ms) {
            Some(()) => Trust::Anchored,
            None => Trust::NotAnchored,
        }
    }

    fn leads_to(&self, others: &[&[u8]], anchors: &Anchors, ms: i64) -> Option<()> {
        let own = CertificateDer::from(self.der);
        let end = EndEntityCert::try_from(&own).ok()?;
        let roots: Vec<TrustAnchor<'_>> = anchors
            .0
            .iter()
            .filter(|root| Certificate::parse(root).is_some_and(|root| root.is_valid_at(ms)))
            .filter_map(|root| anchor_from_trusted_cert(root).ok())
            .collect();
        let between: Vec<CertificateDer<'_>> = others.iter().map(|der| CertificateDer::from(*der)).collect();
        let second = u64::try_from(ms.div_euclid(1000)).ok()?;
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(second));
        end.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &roots,
            &between,
            time,
            AnyPurpose,
            None,
            None,
        )
        .ok()
        .map(|_| ())
    }
}

/// Certificates of people name purposes of many kinds, or none; what matters is asked for in `may_sign`, `may_stamp`.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// Kinds and texts of a Name's attributes, in order.
fn attributes(name: &[u8]) -> impl Iterator<Item = (&[u8], String)> {
    let mut sets = Reader::new(name)
        .expect(SEQUENCE)
        .map_or(Reader::new(&[]), |name| name.inside());
    let mut inner = Reader::new(&[]);
    std::iter::from_fn(move || {
        loop {
            if let Some(attribute) = inner.expect(SEQUENCE) {
                let mut parts = attribute.inside();
                return Some((parts.expect(OID)?.body, text(&parts.next()?)?));
            }
            inner = sets.expect(SET)?.inside();
        }
    })
}

/// The kinds of string a Name may hold.
fn text(value: &Value<'_>) -> Option<String> {
    match value.tag {
        // UTF-8, numeric, printable, IA5, visible: all of them UTF-8 too.
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a => String::from_utf8(value.body.to_vec()).ok(),
        // T.61, which everybody reads as Latin-1.
        0x14 => Some(value.body.iter().copied().map(char::from).collect()),
        0x1e => {
            let units: Vec<u16> = value
                .body
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}
