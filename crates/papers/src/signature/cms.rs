//! Signed data (RFC 5652), taken apart without judging it.

use std::borrow::Cow;

use super::der::{INTEGER, OCTETS, OID, Reader, SEQUENCE, SET, Value, context, context_simple};

/// Object identifiers as they are encoded, without tag and length.
pub(super) mod oid {
    pub const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    pub const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    pub const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
    pub const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
    pub const SIGNING_TIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";
    pub const TST_INFO: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";
    pub const SIGNING_CERTIFICATE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c";
    pub const TIME_STAMP_TOKEN: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e";
    pub const SIGNING_CERTIFICATE_V2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";
}

/// What one signer signed, and how.
pub(super) struct Cms<'a> {
    /// What kind of content is signed.
    pub content_type: &'a [u8],
    /// The content, unless it is elsewhere.
    pub content: Option<Cow<'a, [u8]>>,
    /// DER, in no order.
    pub certificates: Vec<&'a [u8]>,
    pub signer: SignerId<'a>,
    pub digest_algorithm: &'a [u8],
    pub signed_attributes: Option<Attributes<'a>>,
    /// The whole `AlgorithmIdentifier`'s content.
    pub signature_algorithm: Value<'a>,
    pub signature: Cow<'a, [u8]>,
    pub unsigned_attributes: Attributes<'a>,
    /// Bytes after the structure.
    pub after: &'a [u8],
}

/// Which of the certificates is the signer's.
pub(super) enum SignerId<'a> {
    IssuerAndSerial {
        /// The whole Name.
        issuer: &'a [u8],
        /// Content of the INTEGER.
        serial: &'a [u8],
    },
    KeyIdentifier(&'a [u8]),
}

/// A set of attributes.
#[derive(Clone, Copy, Default)]
pub(super) struct Attributes<'a>(&'a [u8]);

impl<'a> Attributes<'a> {
    /// What is between tag and end.
    pub fn body(&self) -> &'a [u8] {
        self.0
    }

    /// The only value of an attribute. `None` when it is absent, there twice, or has not exactly one value: what may
    /// be read in two ways is not read.
    pub fn single(&self, kind: &[u8]) -> Option<Value<'a>> {
        let mut found = None;
        let mut attributes = Reader::new(self.0);
        while let Some(attribute) = attributes.expect(SEQUENCE) {
            let mut parts = attribute.inside();
            if parts.expect(OID)?.body != kind {
                continue;
            }
            let mut values = parts.expect(SET)?.inside();
            let value = values.next()?;
            if found.is_some() || !values.is_empty() {
                return None;
            }
            found = Some(value);
        }
        found
    }
}

impl<'a> Cms<'a> {
    /// `None` for anything but signed data with exactly one signer.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(bytes);
        let mut info = outer.expect(SEQUENCE)?.inside();
        if info.expect(OID)?.body != oid::SIGNED_DATA {
            return None;
        }
        let mut data = info.expect(context(0))?.inside().expect(SEQUENCE)?.inside();
        data.expect(INTEGER)?;
        data.expect(SET)?;
        let mut encapsulated = data.expect(SEQUENCE)?.inside();
        let content_type = encapsulated.expect(OID)?.body;
        let content = match encapsulated.expect(context(0)) {
            Some(wrapped) => Some(wrapped.inside().next()?.octets()?),
            None => None,
        };
        let mut certificates = Vec::new();
        if let Some(set) = data.expect(context(0)) {
            let mut choices = set.inside();
            while !choices.is_empty() {
                let choice = choices.next()?;
                // The other choices are attribute certificates and the like.
                if choice.tag == SEQUENCE {
                    certificates.push(choice.raw);
                }
            }
        }
        data.expect(context(1));
        let mut signers = data.expect(SET)?.inside();
        let mut signer = signers.expect(SEQUENCE)?.inside();
        if !signers.is_empty() {
            return None;
        }

        signer.expect(INTEGER)?;
        let id = match signer.expect(context_simple(0)) {
            Some(key) => SignerId::KeyIdentifier(key.body),
            None => {
                let mut id = signer.expect(SEQUENCE)?.inside();
                SignerId::IssuerAndSerial {
                    issuer: id.expect(SEQUENCE)?.raw,
                    serial: id.expect(INTEGER)?.body,
                }
            }
        };
        let digest_algorithm = signer.expect(SEQUENCE)?.inside().expect(OID)?.body;
        let signed_attributes = signer.expect(context(0)).map(|set| Attributes(set.body));
        let signature_algorithm = signer.expect(SEQUENCE)?;
        let signature = match signer.next()? {
            value if value.tag & !0x20 == OCTETS => value.octets()?,
            _ => return None,
        };
        let unsigned_attributes = signer
            .expect(context(1))
            .map(|set| Attributes(set.body))
            .unwrap_or_default();
        Some(Self {
            content_type,
            content,
            certificates,
            signer: id,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
            after: outer.rest(),
        })
    }
}
