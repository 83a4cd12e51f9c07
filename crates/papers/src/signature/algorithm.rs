//! Digests and signatures by the names they have in certificates and signed data.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{self as algorithms, RsaParameters, RsaPssSaltLength, VerificationAlgorithm};

use super::der::{INTEGER, OID, Reader, SEQUENCE, Value, context};

/// A digest nobody can choose collisions for. SHA-1 and MD5 are not among them, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    pub fn named(oid: &[u8]) -> Option<Self> {
        match oid {
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => Some(Self::Sha256),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => Some(Self::Sha384),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => Some(Self::Sha512),
            _ => None,
        }
    }

    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = digest::Context::new(match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        });
        for part in parts {
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    }
}

/// SHA-1, for the one place where it only tells two of the sender's own certificates apart (RFC 5035, 5.4.1).
pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
        .as_ref()
        .to_vec()
}

/// What kind of key a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Rsa,
    P256,
    P384,
    P521,
}

impl KeyKind {
    /// By the algorithm of a `SubjectPublicKeyInfo`.
    fn of(algorithm: &Value<'_>) -> Option<Self> {
        let mut parts = algorithm.inside();
        match parts.expect(OID)?.body {
            RSA | RSA_PSS => Some(Self::Rsa),
            EC_KEY => match parts.expect(OID)?.body {
                b"\x2a\x86\x48\xce\x3d\x03\x01\x07" => Some(Self::P256),
                b"\x2b\x81\x04\x00\x22" => Some(Self::P384),
                b"\x2b\x81\x04\x00\x23" => Some(Self::P521),
                _ => None,
            },
            _ => None,
        }
    }
}

const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const RSA_PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
const MGF1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";
const EC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";

/// What a signature algorithm came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Good,
    Bad,
    /// Not an algorithm that is accepted here, or not one for this key.
    Unknown,
}

/// Verifies `signature` over `message`.
///
/// `key` is a whole `SubjectPublicKeyInfo`; `algorithm` a whole `AlgorithmIdentifier`; `digest` what the signed data
/// names beside it, for algorithms that leave it open.
pub(super) fn verify(
    key: &[u8],
    algorithm: &Value<'_>,
    digest: Option<Digest>,
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    let Some((kind, point)) = public_key(key) else {
        return Outcome::Unknown;
    };
    let Some(chosen) = choose(kind, algorithm, digest) else {
        return Outcome::Unknown;
    };
    match chosen.verify_sig(point, message, signature) {
        Ok(()) => Outcome::Good,
        Err(_) => Outcome::Bad,
    }
}

fn public_key(spki: &[u8]) -> Option<(KeyKind, &[u8])> {
    let mut parts = Reader::new(spki).expect(SEQUENCE)?.inside();
    let kind = KeyKind::of(&parts.expect(SEQUENCE)?)?;
    // A bit string; its first byte counts the unused bits, of which a key has none.
    let [0, key @ ..] = parts.expect(0x03)?.body else {
        return None;
    };
    Some((kind, key))
}

fn choose(
    kind: KeyKind,
    algorithm: &Value<'_>,
    beside: Option<Digest>,
) -> Option<Box<dyn VerificationAlgorithm>> {
    let mut parts = algorithm.inside();
    let name = parts.expect(OID)?.body;
    let ecdsa = match name {
        b"\x2a\x86\x48\xce\x3d\x04\x03\x02" => Some(Digest::Sha256),
        b"\x2a\x86\x48\xce\x3d\x04\x03\x03" => Some(Digest::Sha384),
        b"\x2a\x86\x48\xce\x3d\x04\x03\x04" => Some(Digest::Sha512),
        EC_KEY => beside,
        _ => None,
    };
    let rsa = match name {
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b" => Some(Digest::Sha256),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c" => Some(Digest::Sha384),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d" => Some(Digest::Sha512),
        RSA => beside,
        _ => None,
    };
    Some(match (kind, ecdsa, rsa) {
        (KeyKind::P256, Some(digest), _) => Box::new(match digest {
            Digest::Sha256 => algorithms::ECDSA_P256_SHA256_ASN1,
            Digest::Sha384 => algorithms::ECDSA_P256_SHA384_ASN1,
            Digest::Sha512 => algorithms::ECDSA_P256_SHA512_ASN1,
        }),
        (KeyKind::P384, Some(digest), _) => Box::new(match digest {
            Digest::Sha256 => algorithms::ECDSA_P384_SHA256_ASN1,
            Digest::Sha384 => algorithms::ECDSA_P384_SHA384_ASN1,
            Digest::Sha512 => algorithms::ECDSA_P384_SHA512_ASN1,
        }),
        (KeyKind::P521, Some(digest), _) => Box::new(match digest {
            Digest::Sha256 => algorithms::ECDSA_P521_SHA256_ASN1,
            Digest::Sha384 => algorithms::ECDSA_P521_SHA384_ASN1,
            Digest::Sha512 => algorithms::ECDSA_P521_SHA512_ASN1,
        }),
        (KeyKind::Rsa, _, Some(digest)) => Box::new(match digest {
            Digest::Sha256 => algorithms::RSA_PKCS1_2048_8192_SHA256,
            Digest::Sha384 => algorithms::RSA_PKCS1_2048_8192_SHA384,
            Digest::Sha512 => algorithms::RSA_PKCS1_2048_8192_SHA512,
        }),
        (KeyKind::Rsa, _, None) if name == RSA_PSS => Box::new(pss(&parts.expect(SEQUENCE)?)?),
        _ => return None,
    })
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1). The defaults are SHA-1, which is not accepted, so digest and mask have to be
/// named, and the same, as RFC 4055 recommends and everybody does.
fn pss(parameters: &Value<'_>) -> Option<RsaParameters> {
    let mut parts = parameters.inside();
    let named = |value: Value<'_>| Digest::named(value.inside().expect(OID)?.body);
    let digest = named(parts.expect(context(0))?.inside().expect(SEQUENCE)?)?;
    let mut mask = parts.expect(context(1))?.inside().expect(SEQUENCE)?.inside();
    if mask.expect(OID)?.body != MGF1 || named(mask.expect(SEQUENCE)?)? != digest {
        return None;
    }
    let salt = match parts.expect(context(2)) {
        Some(wrapped) => match wrapped.inside().expect(INTEGER)?.body {
            [n] => u16::from(*n),
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => return None,
        },
        None => 20,
    };
    let parameters = match digest {
        Digest::Sha256 => algorithms::RSA_PSS_2048_8192_SHA256,
        Digest::Sha384 => algorithms::RSA_PSS_2048_8192_SHA384,
        Digest::Sha512 => algorithms::RSA_PSS_2048_8192_SHA512,
    };
    Some(parameters.with_pss_salt_length(RsaPssSaltLength::Custom(salt)))
}
