//! From what a document says to the fields of the One-Shot API that name its holder.
//!
//! Nothing is guessed: a field is there with where it comes from, or absent with a reason a person can act on.

mod entry;
mod kind;
mod names;
mod number;

use serde::Serialize;

use crate::sides::Side;

pub use entry::{Absent, Doubt, Entry, Found, Reason, Source};
pub use number::has_right_letter;

/// The fields of `ocr_data` that a document can fill, under the names they have there. Personal data: it has no
/// `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Holder {
    /// Given names, all of them.
    pub given_name: Entry,
    /// The surname; of people with two the first.
    pub surname_1: Entry,
    /// The second surname of people who have two.
    pub surname_2: Entry,
    /// The number the certificate will name its subject by: of a Spanish card the holder's number with its letter, of
    /// any other document the document's number.
    pub serial_number: Entry,
    /// `IDC` an identity card, `PAS` a passport (ETSI EN 319 412-1, 5.1.3).
    pub id_document_type: Entry,
    /// The issuing state, two letters (ISO 3166-1).
    pub id_document_country: Entry,
}

impl Holder {
    /// What the sides of one document say about its holder.
    #[must_use]
    pub fn of(sides: &[Side<'_>]) -> Self {
        let document = kind::Document::of(sides);
        let (surname_1, surname_2) = names::surnames(sides, &document);
        Self {
            given_name: names::given(sides),
            surname_1,
            surname_2,
            serial_number: number::serial(sides, &document),
            id_document_type: document.kind,
            id_document_country: document.country,
        }
    }

    /// The subject's identifier in a certificate, as `IDCES-99999999R` (ETSI EN 319 412-1, 5.1.3); `None` where one
    /// of its three parts is absent.
    #[must_use]
    pub fn identifier(&self) -> Option<String> {
        let part = |entry: &Entry| entry.value().map(str::to_owned);
        let (kind, country) = (part(&self.id_document_type)?, part(&self.id_document_country)?);
        Some(format!("{kind}{country}-{}", part(&self.serial_number)?))
    }
}
