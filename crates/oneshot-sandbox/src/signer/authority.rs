//! The throw-away certification authority, its time stamp authority, and the certificates it hands out.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType,
};

use super::cms::Identity;

/// How long the authority itself is valid, seconds. It is gone with the process long before.
const AUTHORITY_LIFETIME: i64 = 10 * 365 * DAY;
/// A one-shot certificate is for one signature; the vendor's are valid for a day.
const LIFETIME: i64 = DAY;
/// Clocks on one machine may be set back a little between two readings.
const LEEWAY: i64 = 60;
const DAY: i64 = 24 * 60 * 60;

/// X.520 attributes that have no name in rcgen.
const SURNAME: &[u64] = &[2, 5, 4, 4];
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];

/// Extended key usage "time stamping", and nothing else: RFC 3161, 2.3 wants it alone and critical.
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
const ONLY_TIME_STAMPING: &[u8] = &[
    0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08,
];

/// Who a certificate is for: a natural person, as ETSI EN 319 412-2 names one.
#[derive(Clone)]
pub(crate) struct Subject {
    pub given_name: String,
    pub surname: String,
    /// With the kind of number in front, e.g. `IDCES-12345678Z` (EN 319 412-1, 5.1.3).
    pub serial_number: String,
    /// ISO 3166, two letters.
    pub country: String,
    pub email: Option<String>,
}

/// The authority of one sandbox.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Vec<u8>,
    stamper: Arc<Identity>,
}

/// A person's certificate and its key, for one request.
pub(crate) struct Credential {
    pub(super) identity: Identity,
    pub(super) stamper: Arc<Identity>,
    pub(super) common_name: String,
    not_before: i64,
    not_after: i64,
}

impl Authority {
    /// Makes the keys and certificates, valid from `now`.
    pub fn new(now: Timestamp) -> Self {
        let key = new_key();
        let mut ca = CertificateParams::default();
        ca.distinguished_name = organisation("Sandbox One-Shot CA");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        last(&mut ca, now.as_second(), AUTHORITY_LIFETIME);
        let certificate = ca
            .self_signed(&key)
            .expect("a P-256 key signs whatever it is given")
            .der()
            .to_vec();
        let issuer = Issuer::new(ca, key);

        let key = new_key();
        let mut tsa = CertificateParams::default();
        tsa.distinguished_name = organisation("Sandbox One-Shot TSA");
        tsa.is_ca = IsCa::ExplicitNoCa;
        tsa.use_authority_key_identifier_extension = true;
        tsa.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let mut usage = CustomExtension::from_oid_content(EXTENDED_KEY_USAGE, ONLY_TIME_STAMPING.to_vec());
        usage.set_criticality(true);
        tsa.custom_extensions.push(usage);
        last(&mut tsa, now.as_second(), AUTHORITY_LIFETIME);
        let stamper = Identity::new(issued(&tsa, &key, &issuer), certificate.clone(), key);

        Self {
            issuer,
            certificate,
            stamper: Arc::new(stamper),
        }
    }

    /// The root to trust, PEM.
    pub fn ca_pem(&self) -> String {
        let text = STANDARD.encode(&self.certificate);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// A certificate for one person, valid from `now` for a day, with a key of its own.
    pub fn issue(&self, subject: &Subject, now: Timestamp) -> Credential {
        let key = new_key();
        let common_name = format!("{} {}", subject.given_name, subject.surname);
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        push_printable(&mut name, DnType::CountryName, &subject.country);
        name.push(DnType::CommonName, common_name.clone());
        name.push(DnType::from_oid(SURNAME), subject.surname.clone());
        name.push(DnType::from_oid(GIVEN_NAME), subject.given_name.clone());
        push_printable(&mut name, DnType::from_oid(SERIAL_NUMBER), &subject.serial_number);
        params.distinguished_name = name;
        // An address that is no ASCII cannot stand in a certificate of this kind and is left out.
        if let Some(email) = subject.email.as_deref().and_then(|e| Ia5String::try_from(e).ok()) {
            params.subject_alt_names.push(SanType::Rfc822Name(email));
        }
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        let (not_before, not_after) = last(&mut params, now.as_second(), LIFETIME);
        Credential {
            identity: Identity::new(issued(&params, &key, &self.issuer), self.certificate.clone(), key),
            stamper: Arc::clone(&self.stamper),
            common_name,
            not_before,
            not_after,
        }
    }
}

impl Credential {
    /// The certificate's own number, hexadecimal.
    pub fn serial_number(&self) -> String {
        self.identity.serial_hex()
    }

    /// Seconds since 1970.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Seconds since 1970.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("the system's random numbers are there")
}

fn issued(params: &CertificateParams, key: &KeyPair, issuer: &Issuer<'_, KeyPair>) -> Vec<u8> {
    params
        .signed_by(key, issuer)
        .expect("a P-256 key signs whatever it is given")
        .der()
        .to_vec()
}

fn organisation(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    push_printable(&mut name, DnType::CountryName, "ES");
    name.push(DnType::OrganizationName, "Proofbooth sandbox, trusted by nobody");
    name.push(DnType::CommonName, common_name);
    name
}

/// X.520 wants these attributes as `PrintableString`; what does not fit that is written as UTF-8 rather than lost.
fn push_printable(name: &mut DistinguishedName, kind: DnType, text: &str) {
    let value = PrintableString::try_from(text)
        .map_or_else(|_| DnValue::Utf8String(text.to_owned()), DnValue::PrintableString);
    name.push(kind, value);
}

/// Sets the validity; answers with it in seconds since 1970.
fn last(params: &mut CertificateParams, now: i64, seconds: i64) -> (i64, i64) {
    let at = |second: i64| {
        let after_1970 = u64::try_from(second.max(0)).unwrap_or_default();
        rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(after_1970)
    };
    let (from, to) = (now - LEEWAY, now + seconds);
    params.not_before = at(from);
    params.not_after = at(to);
    (from, to)
}
