//! Signed data (RFC 5652) with the attributes CAdES asks for (ETSI EN 319 122-1, RFC 5035), and time stamp tokens
//! (RFC 3161). Only what a signature over SHA-256 with a P-256 key needs.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{KeyPair, SigningKey};
use sha2::{Digest, Sha256};
use yasna::models::ObjectIdentifier;
use yasna::tags::TAG_GENERALIZEDTIME;
use yasna::{ASN1Result, DERWriter, Tag};

const DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 1];
const SIGNED_DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 2];
const CONTENT_TYPE: &[u64] = &[1, 2, 840, 113_549, 1, 9, 3];
const MESSAGE_DIGEST: &[u64] = &[1, 2, 840, 113_549, 1, 9, 4];
const TST_INFO: &[u64] = &[1, 2, 840, 113_549, 1, 9, 16, 1, 4];
const TIME_STAMP_TOKEN: &[u64] = &[1, 2, 840, 113_549, 1, 9, 16, 2, 14];
const SIGNING_CERTIFICATE_V2: &[u64] = &[1, 2, 840, 113_549, 1, 9, 16, 2, 47];
const SHA256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
const ECDSA_WITH_SHA256: &[u64] = &[1, 2, 840, 10045, 4, 3, 2];
/// X.660's arc for examples: the sandbox has no time stamp policy of its own.
const EXAMPLE_POLICY: &[u64] = &[2, 999, 1];

/// A key, its certificate, and the certificate that signed that.
pub(super) struct Identity {
    certificate: Vec<u8>,
    chain: Vec<u8>,
    key: KeyPair,
    /// As in the certificate: content of the INTEGER.
    serial: Vec<u8>,
    /// As in the certificate: the whole Name.
    issuer: Vec<u8>,
}

impl Identity {
    pub fn new(certificate: Vec<u8>, chain: Vec<u8>, key: KeyPair) -> Self {
        let (serial, issuer) =
            serial_and_issuer(&certificate).expect("the certificate was written a moment ago");
        Self {
            certificate,
            chain,
            key,
            serial,
            issuer,
        }
    }

    /// Bytes of the certificates that go into every signature.
    pub fn certificates_len(&self) -> usize {
        self.certificate.len() + self.chain.len()
    }

    pub fn serial_hex(&self) -> String {
        self.serial.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A detached signature over a document with this SHA-256, and a time stamp over that signature.
pub(super) fn sign_detached(
    signer: &Identity,
    stamper: &Identity,
    digest: &[u8; 32],
    at: Timestamp,
) -> Vec<u8> {
    signed_data(signer, DATA, None, digest, |signature| {
        Some(time_stamp(stamper, signature, at))
    })
}

/// A time stamp token over `signature`.
fn time_stamp(stamper: &Identity, signature: &[u8], at: Timestamp) -> Vec<u8> {
    let imprint = Sha256::digest(signature);
    // Unique for one authority: no two signatures have the same hash.
    let serial = &imprint[..16];
    let time = at.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%SZ").to_string();
    let info = yasna::construct_der(|writer| {
        writer.write_sequence(|info| {
            info.next().write_u8(1);
            info.next().write_oid(&oid(EXAMPLE_POLICY));
            info.next().write_sequence(|hashed| {
                algorithm(hashed.next(), SHA256);
                hashed.next().write_bytes(&imprint);
            });
            info.next().write_bigint_bytes(serial, true);
            info.next()
                .write_tagged_implicit(TAG_GENERALIZEDTIME, |text| text.write_bytes(time.as_bytes()));
        });
    });
    let digest: [u8; 32] = Sha256::digest(&info).into();
    signed_data(stamper, TST_INFO, Some(&info), &digest, |_| None)
}

fn signed_data(
    signer: &Identity,
    content_type: &[u64],
    content: Option<&[u8]>,
    digest: &[u8; 32],
    stamp: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Vec<u8> {
    // Signed as a SET, stored with a context tag instead (RFC 5652, 5.4): the same but for the first byte.
    let attributes = signed_attributes(signer, content_type, digest);
    let signature = signer
        .key
        .sign(&attributes)
        .expect("a P-256 key signs whatever it is given");
    let stamp = stamp(&signature);

    yasna::construct_der(|writer| {
        writer.write_sequence(|info| {
            info.next().write_oid(&oid(SIGNED_DATA));
            info.next().write_tagged(Tag::context(0), |writer| {
                writer.write_sequence(|data| {
                    // Version 3 as soon as the content is not plain data (RFC 5652, 5.1).
                    data.next().write_u8(if content_type == DATA { 1 } else { 3 });
                    data.next().write_set(|set| algorithm(set.next(), SHA256));
                    data.next().write_sequence(|inner| {
                        inner.next().write_oid(&oid(content_type));
                        if let Some(content) = content {
                            inner
                                .next()
                                .write_tagged(Tag::context(0), |writer| writer.write_bytes(content));
                        }
                    });
                    data.next().write_tagged_implicit(Tag::context(0), |writer| {
                        writer.write_set_of(|set| {
                            set.next().write_der(&signer.certificate);
                            set.next().write_der(&signer.chain);
                        });
                    });
                    data.next().write_set(|set| {
                        set.next().write_sequence(|info| {
                            info.next().write_u8(1);
                            info.next().write_sequence(|id| issuer_and_serial(signer, id));
                            algorithm(info.next(), SHA256);
                            info.next().write_der(&with_context_tag(attributes));
                            algorithm(info.next(), ECDSA_WITH_SHA256);
                            info.next().write_bytes(&signature);
                            if let Some(token) = stamp {
                                info.next().write_tagged_implicit(Tag::context(1), |writer| {
                                    writer.write_set(|set| {
                                        attribute(set.next(), TIME_STAMP_TOKEN, |value| {
                                            value.write_der(&token);
                                        });
                                    });
                                });
                            }
                        });
                    });
                });
            });
        });
    })
}

/// No signing time: in a PDF it stands in the signature dictionary (EN 319 142-1, 6.3).
fn signed_attributes(signer: &Identity, content_type: &[u64], digest: &[u8; 32]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_set_of(|set| {
            attribute(set.next(), CONTENT_TYPE, |value| {
                value.write_oid(&oid(content_type));
            });
            attribute(set.next(), MESSAGE_DIGEST, |value| value.write_bytes(digest));
            attribute(set.next(), SIGNING_CERTIFICATE_V2, |value| {
                value.write_sequence(|signing| {
                    signing.next().write_sequence(|certificates| {
                        certificates.next().write_sequence(|certificate| {
                            // The hash is SHA-256, the default, so DER leaves its name out.
                            certificate
                                .next()
                                .write_bytes(&Sha256::digest(&signer.certificate));
                            certificate.next().write_sequence(|id| {
                                id.next().write_sequence(|names| {
                                    names.next().write_tagged(Tag::context(4), |name| {
                                        name.write_der(&signer.issuer);
                                    });
                                });
                                id.next().write_bigint_bytes(&signer.serial, true);
                            });
                        });
                    });
                });
            });
        });
    })
}

fn issuer_and_serial(signer: &Identity, id: &mut yasna::DERWriterSeq<'_>) {
    id.next().write_der(&signer.issuer);
    id.next().write_bigint_bytes(&signer.serial, true);
}

fn attribute(writer: DERWriter<'_>, kind: &[u64], value: impl FnOnce(DERWriter<'_>)) {
    writer.write_sequence(|attribute| {
        attribute.next().write_oid(&oid(kind));
        attribute.next().write_set(|set| value(set.next()));
    });
}

fn algorithm(writer: DERWriter<'_>, name: &[u64]) {
    // Neither of the two takes parameters (RFC 5754, 2 and 3.3).
    writer.write_sequence(|algorithm| algorithm.next().write_oid(&oid(name)));
}

fn with_context_tag(mut set: Vec<u8>) -> Vec<u8> {
    set[0] = 0xa0;
    set
}

fn oid(components: &[u64]) -> ObjectIdentifier {
    ObjectIdentifier::from_slice(components)
}

fn serial_and_issuer(certificate: &[u8]) -> ASN1Result<(Vec<u8>, Vec<u8>)> {
    yasna::parse_der(certificate, |reader| {
        reader.read_sequence(|certificate| {
            let found = certificate.next().read_sequence(|inner| {
                inner.next().read_der()?; // version
                let (serial, _) = inner.next().read_bigint_bytes()?;
                inner.next().read_der()?; // how it is signed
                let issuer = inner.next().read_der()?;
                // Validity, subject, key, extensions.
                for _ in 0..4 {
                    inner.next().read_der()?;
                }
                Ok((serial, issuer))
            })?;
            certificate.next().read_der()?;
            certificate.next().read_der()?;
            Ok(found)
        })
    })
}
