//! The sandbox's side of the `signer`: made when it is first needed, asked in this crate's own words.
//!
//! Certificates and signatures carry the machine's time and not the sandbox's own, which may have been set forward: a
//! validator that looks at them has only the machine's.

use std::sync::OnceLock;

use bytes::Bytes;
use jiff::Timestamp;

use crate::kept::{Certificate, Request};
use crate::signer::{Authority, Stamp, Subject};

/// Makes contracts and signatures.
#[derive(Default)]
pub(crate) struct Notary(OnceLock<Authority>);

/// A document to sign.
pub(crate) struct Unsigned {
    pub(crate) uid: String,
    pub(crate) pdf: Bytes,
    pub(crate) stamps: Vec<Stamp>,
}

/// Everything a request has signed, all at once.
pub(crate) struct Signed {
    /// By the uid of each document.
    pub(crate) documents: Vec<(String, Bytes)>,
    pub(crate) contract: Option<Bytes>,
    pub(crate) certificate: Certificate,
}

impl Notary {
    fn authority(&self) -> &Authority {
        self.0.get_or_init(|| Authority::new(Timestamp::now()))
    }

    pub(crate) fn ca_pem(&self) -> String {
        self.authority().ca_pem()
    }

    /// The contract a person is shown before signing.
    pub(crate) fn contract(&self, request: &Request) -> Bytes {
        let text = |name: &str| request.field(name).unwrap_or_default().to_owned();
        let name = format!(
            "{} {} {}",
            text("given_name"),
            text("surname_1"),
            text("surname_2")
        );
        let facts = [
            ("Request", request.request_pk.to_string()),
            ("Name", name.trim().to_owned()),
            ("Number", text("serial_number")),
            ("Telephone", text("mobile_phone_number")),
            ("Email", text("email")),
            ("Profile", text("profile")),
            ("Registration authority", request.registration_authority.clone()),
        ];
        let facts: Vec<_> = facts.map(|(name, value)| (name.to_owned(), value)).into();
        self.authority().contract(&facts, Timestamp::now()).into()
    }

    /// Issues a certificate for the request's person and signs with it. The error is the uid of the document that cannot
    /// be signed, and why.
    pub(crate) fn sign(
        &self,
        request: &Request,
        documents: Vec<Unsigned>,
    ) -> Result<Signed, (String, String)> {
        let now = Timestamp::now();
        let credential = self.authority().issue(&subject(request), now);
        let sign = |uid: &str, pdf: &[u8], stamps: &[Stamp]| {
            let signed = credential.sign(pdf, now, stamps);
            signed
                .map(Bytes::from)
                .map_err(|error| (uid.to_owned(), error.to_string()))
        };
        let mut signed = Vec::with_capacity(documents.len());
        for Unsigned { uid, pdf, stamps } in documents {
            let bytes = sign(&uid, &pdf, &stamps)?;
            signed.push((uid, bytes));
        }
        // The contract is signed together with the documents.
        let contract = request.contract.as_ref();
        let contract = contract.map(|contract| sign("contract", contract, &[]));
        let moment = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(now);
        Ok(Signed {
            documents: signed,
            contract: contract.transpose()?,
            certificate: Certificate {
                serial_number: credential.serial_number(),
                valid_from: moment(credential.not_before()),
                valid_to: moment(credential.not_after()),
            },
        })
    }
}

/// The person as the certificate names them.
fn subject(request: &Request) -> Subject {
    let text = |name: &str| request.field(name).unwrap_or_default().trim().to_owned();
    let surname = format!("{} {}", text("surname_1"), text("surname_2"));
    let kind = request.field("id_document_type").unwrap_or("IDC");
    let country = request.field("id_document_country").unwrap_or("ES");
    Subject {
        given_name: text("given_name"),
        surname: surname.trim().to_owned(),
        serial_number: format!("{kind}{country}-{}", text("serial_number")),
        country: country.to_owned(),
        email: request.field("email").map(str::to_owned),
    }
}

/// What stands in a visible signature for `%(CN)s` and `%(SUBJECT)s`.
pub(crate) fn names(request: &Request) -> (String, String) {
    let subject = subject(request);
    let common_name = format!("{} {}", subject.given_name, subject.surname);
    let whole = format!(
        "CN={common_name}, serialNumber={}, C={}",
        subject.serial_number, subject.country
    );
    (common_name, whole)
}
