//! One signature, judged.

use super::algorithm::{self, Digest, Outcome};
use super::certificate::{Anchors, Certificate};
use super::cms::{Cms, oid};
use super::der::{self, INTEGER, OCTETS, OID, Reader, SEQUENCE, Value};
use super::fields::{self, Signed};
use super::range::Range;
use super::{Later, Signature, SignatureFault, Subject, Trust};

const CADES: &str = "ETSI.CAdES.detached";
const PKCS7: &str = "adbe.pkcs7.detached";
const TIMESTAMP: &str = "ETSI.RFC3161";

/// Everything that can be said of a signature whose range is sound, and what can be said of one whose is not.
pub(super) fn judge(signed: Signed, range: Option<&Range>, file: &[u8], anchors: &Anchors) -> Signature {
    let claimed = signed.claimed_date.as_deref().and_then(fields::date);
    let covers_whole = range.is_some_and(|range| range.covers_whole(file));
    let mut verdict = Signature {
        field: signed.field,
        signer: Subject::default(),
        issuer: String::new(),
        serial: String::new(),
        not_before: 0,
        not_after: 0,
        signed_at: claimed,
        timestamped: false,
        sub_filter: signed.sub_filter,
        pades: false,
        covers_whole,
        later: if covers_whole {
            Later::Nothing
        } else {
            Later::Other
        },
        digest_matches: false,
        signature_matches: false,
        trust: if anchors.is_empty() {
            Trust::NoAnchors
        } else {
            Trust::NotAnchored
        },
        faults: Vec::new(),
    };
    let is_timestamp = verdict.sub_filter == TIMESTAMP;
    if ![CADES, PKCS7, TIMESTAMP].contains(&verdict.sub_filter.as_str()) {
        verdict.faults.push(SignatureFault::UnknownSubFilter);
    }
    let Some(cms) = Cms::parse(&signed.contents) else {
        verdict.faults.push(SignatureFault::Malformed);
        return verdict;
    };
    // The room that was left over. Anything else in it is hidden there.
    if cms.after.iter().any(|byte| *byte != 0) {
        verdict.faults.push(SignatureFault::Malformed);
    }
    let Some(certificate) = Certificate::find(&cms.certificates, &cms.signer) else {
        verdict.faults.push(SignatureFault::NoCertificate);
        return verdict;
    };
    verdict.signer = certificate.subject();
    verdict.issuer = certificate.issuer_line();
    verdict.serial = hex::encode(certificate.serial);
    verdict.not_before = certificate.not_before;
    verdict.not_after = certificate.not_after;

    let covered = range.map(|range| range.parts(file));
    let parts = covered.as_ref().map(|parts| &parts[..]);
    if is_timestamp {
        let token = judge_token(&cms, parts);
        verdict.digest_matches = token.imprint_matches;
        verdict.signature_matches = token.signature_matches;
        verdict.signed_at = token.time;
        verdict.timestamped = token.is_sound();
        verdict.faults.extend(token.faults);
    } else {
        let found = judge_signer(&cms, &certificate, &Content::Elsewhere(parts), oid::DATA);
        verdict.digest_matches = found.digest_matches;
        verdict.signature_matches = found.signature_matches;
        let named = found.names_certificate;
        verdict.faults.extend(found.faults);
        if verdict.sub_filter == CADES && !named {
            verdict.faults.push(SignatureFault::CertificateNotNamed);
        }
        let own_time = cms
            .signed_attributes
            .and_then(|attributes| attributes.single(oid::SIGNING_TIME));
        verdict.pades = verdict.sub_filter == CADES && named && own_time.is_none();
        verdict.signed_at = own_time.and_then(|value| der::time(&value)).or(claimed);
        if let Some(token) = cms.unsigned_attributes.single(oid::TIME_STAMP_TOKEN) {
            judge_stamp(&mut verdict, &token, &cms.signature, anchors);
        }
        if !certificate.may_sign() {
            verdict.faults.push(SignatureFault::WrongKeyUsage);
        }
    }

    match verdict.signed_at {
        None => verdict.faults.push(SignatureFault::NoTime),
        Some(then) => {
            if !certificate.is_valid_at(then) {
                verdict.faults.push(SignatureFault::NotValidThen);
            }
            verdict.trust = certificate.trust(&cms.certificates, anchors, then);
        }
    }
    verdict
}

/// The time stamp over a signature: it counts only when it is sound and of this very signature.
fn judge_stamp(verdict: &mut Signature, token: &Value<'_>, signature: &[u8], anchors: &Anchors) {
    let Some(cms) = Cms::parse(token.raw) else {
        verdict.faults.push(SignatureFault::BadTimestamp);
        return;
    };
    let found = judge_token(&cms, Some(&[signature]));
    let Some(time) = found.time.filter(|_| found.is_sound()) else {
        verdict.faults.push(SignatureFault::BadTimestamp);
        return;
    };
    verdict.timestamped = true;
    verdict.signed_at = Some(time);
    if !anchors.is_empty() {
        let trust = Certificate::find(&cms.certificates, &cms.signer)
            .map(|maker| maker.trust(&cms.certificates, anchors, time));
        if trust != Some(Trust::Anchored) {
            verdict.faults.push(SignatureFault::TimestampNotAnchored);
        }
    }
}

/// What signed data holds over.
enum Content<'a> {
    /// Bytes of the file; `None` when it is not known which.
    Elsewhere(Option<&'a [&'a [u8]]>),
    Inside(&'a [u8]),
}

struct Found {
    digest_matches: bool,
    signature_matches: bool,
    names_certificate: bool,
    faults: Vec<SignatureFault>,
}

fn judge_signer(cms: &Cms<'_>, certificate: &Certificate<'_>, content: &Content<'_>, kind: &[u8]) -> Found {
    let mut found = Found {
        digest_matches: false,
        signature_matches: false,
        names_certificate: false,
        faults: Vec::new(),
    };
    let digest = Digest::named(cms.digest_algorithm);
    if cms.content_type != kind {
        found.faults.push(SignatureFault::OtherContent);
    }
    let inside;
    let parts = match content {
        Content::Inside(bytes) => {
            inside = [*bytes];
            Some(&inside[..])
        }
        Content::Elsewhere(parts) => {
            // Detached means so: content inside would be what is really signed.
            if cms.content.is_some() {
                found.faults.push(SignatureFault::OtherContent);
            }
            *parts
        }
    };

    let message = match &cms.signed_attributes {
        Some(attributes) => {
            let declared = attributes.single(oid::CONTENT_TYPE);
            if !declared.is_some_and(|value| value.tag == OID && value.body == cms.content_type) {
                found.faults.push(SignatureFault::OtherContent);
            }
            let signed = attributes
                .single(oid::MESSAGE_DIGEST)
                .filter(|value| value.tag == OCTETS);
            if let (Some(digest), Some(signed), Some(parts)) = (digest, signed, parts) {
                found.digest_matches = digest.of(parts) == signed.body;
            }
            match named_certificate(cms, certificate) {
                Named::This => found.names_certificate = true,
                Named::Other => found.faults.push(SignatureFault::OtherCertificate),
                Named::None => {}
            }
            // Signed as a SET, whatever tag it is stored under (RFC 5652, 5.4).
            Some(der::retagged(der::SET, attributes.body()))
        }
        // Without attributes the content itself is signed.
        None => parts.map(|parts| parts.concat()),
    };
    if let Some(message) = message {
        let outcome = algorithm::verify(
            certificate.key,
            &cms.signature_algorithm,
            digest,
            &message,
            &cms.signature,
        );
        found.signature_matches = outcome == Outcome::Good;
        if outcome == Outcome::Unknown {
            found.faults.push(SignatureFault::UnknownAlgorithm);
        }
        if cms.signed_attributes.is_none() {
            found.digest_matches = found.signature_matches;
        }
    }
    if digest.is_none() && !found.faults.contains(&SignatureFault::UnknownAlgorithm) {
        found.faults.push(SignatureFault::UnknownAlgorithm);
    }
    found
}

enum Named {
    This,
    Other,
    None,
}

/// Which certificate the signed attributes name: RFC 5035's first `ESSCertIDv2` or `ESSCertID` is the signer's.
fn named_certificate(cms: &Cms<'_>, certificate: &Certificate<'_>) -> Named {
    let Some(attributes) = &cms.signed_attributes else {
        return Named::None;
    };
    let first = |value: Value<'_>| -> Option<(Option<Digest>, Vec<u8>)> {
        let mut parts = value
            .inside()
            .expect(SEQUENCE)?
            .inside()
            .expect(SEQUENCE)?
            .inside();
        let digest = match parts.expect(SEQUENCE) {
            Some(named) => Digest::named(named.inside().expect(OID)?.body),
            None => Some(Digest::Sha256),
        };
        Some((digest, parts.expect(OCTETS)?.body.to_vec()))
    };
    if let Some(value) = attributes.single(oid::SIGNING_CERTIFICATE_V2) {
        return match first(value) {
            Some((Some(digest), hash)) if digest.of(&[certificate.der]) == hash => Named::This,
            _ => Named::Other,
        };
    }
    if let Some(value) = attributes.single(oid::SIGNING_CERTIFICATE) {
        return match first(value) {
            Some((_, hash)) if algorithm::sha1(certificate.der) == hash => Named::This,
            _ => Named::Other,
        };
    }
    Named::None
}

/// A time stamp token (RFC 3161, 2.4.2).
struct Token {
    /// Milliseconds since 1970.
    time: Option<i64>,
    imprint_matches: bool,
    signature_matches: bool,
    may_stamp: bool,
    faults: Vec<SignatureFault>,
}

impl Token {
    fn is_sound(&self) -> bool {
        self.time.is_some()
            && self.imprint_matches
            && self.signature_matches
            && self.may_stamp
            && self.faults.is_empty()
    }
}

/// The time in a token, when it is sound and stamps exactly `stamped`.
pub(super) fn sound_time(cms: &Cms<'_>, stamped: &[u8]) -> Option<i64> {
    let token = judge_token(cms, Some(&[stamped]));
    token.time.filter(|_| token.is_sound())
}

fn judge_token(cms: &Cms<'_>, stamped: Option<&[&[u8]]>) -> Token {
    let mut token = Token {
        time: None,
        imprint_matches: false,
        signature_matches: false,
        may_stamp: false,
        faults: Vec::new(),
    };
    let Some(info) = cms.content.as_deref() else {
        token.faults.push(SignatureFault::Malformed);
        return token;
    };
    let Some(certificate) = Certificate::find(&cms.certificates, &cms.signer) else {
        token.faults.push(SignatureFault::NoCertificate);
        return token;
    };
    token.may_stamp = certificate.may_stamp();
    if !token.may_stamp {
        token.faults.push(SignatureFault::WrongKeyUsage);
    }
    let found = judge_signer(cms, &certificate, &Content::Inside(info), oid::TST_INFO);
    token.signature_matches = found.digest_matches && found.signature_matches;
    token.faults.extend(found.faults);
    // RFC 3161 asks for the name of the certificate among what is signed, in either form.
    if !found.names_certificate && !token.faults.contains(&SignatureFault::OtherCertificate) {
        token.faults.push(SignatureFault::CertificateNotNamed);
    }
    let Some((digest, imprint, time)) = read_info(info) else {
        token.faults.push(SignatureFault::Malformed);
        return token;
    };
    token.time = Some(time);
    match (digest, stamped) {
        (Some(digest), Some(stamped)) => token.imprint_matches = digest.of(stamped) == imprint,
        (None, _) => token.faults.push(SignatureFault::UnknownAlgorithm),
        (_, None) => {}
    }
    token
}

/// Digest, imprint and time of a `TSTInfo`.
fn read_info(info: &[u8]) -> Option<(Option<Digest>, &[u8], i64)> {
    let mut parts = Reader::new(info).expect(SEQUENCE)?.inside();
    parts.expect(INTEGER)?;
    parts.expect(OID)?;
    let mut imprint = parts.expect(SEQUENCE)?.inside();
    let digest = Digest::named(imprint.expect(SEQUENCE)?.inside().expect(OID)?.body);
    let hash = imprint.expect(OCTETS)?.body;
    parts.expect(INTEGER)?;
    Some((digest, hash, der::time(&parts.next()?)?))
}
