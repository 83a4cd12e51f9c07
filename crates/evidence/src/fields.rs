//! The fields that go into the certificate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Sensitive;

/// A field of the evidence (`ocr_data`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FieldKey {
    /// Given names.
    GivenName,
    /// First surname.
    FirstSurname,
    /// Second surname, where the country has one.
    SecondSurname,
    /// The document's number as the certificate will carry it.
    SerialNumber,
    /// Mobile phone with international prefix: the OTP goes there.
    MobilePhone,
    /// Electronic mail.
    Email,
}

impl FieldKey {
    /// Every field, in the order they are shown.
    pub const ALL: [Self; 6] = [
        Self::GivenName,
        Self::FirstSurname,
        Self::SecondSurname,
        Self::SerialNumber,
        Self::MobilePhone,
        Self::Email,
    ];

    /// Whether a case cannot be submitted without it. The first three go into the certificate (One-Shot API,
    /// evidences body); without them approval fails much later, with a reviewer waiting.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::GivenName | Self::FirstSurname | Self::SerialNumber)
    }

    /// What is wrong with `text` as this field, if anything. Empty is fine here: see [`Fields::faults`].
    #[must_use]
    pub fn fault(self, text: &str) -> Option<FieldFault> {
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > 100 || text.chars().any(char::is_control) {
            return Some(FieldFault::Malformed);
        }
        let fine = match self {
            Self::GivenName | Self::FirstSurname | Self::SecondSurname => {
                text.chars().any(char::is_alphabetic)
            }
            Self::SerialNumber => text.chars().any(|c| c.is_ascii_digit()),
            Self::MobilePhone => is_international_phone(text),
            Self::Email => is_mail_address(text),
        };
        (!fine).then_some(FieldFault::Malformed)
    }

    /// `text` as it is stored: outer blanks gone, and the blanks and dashes people type into phone numbers.
    #[must_use]
    pub fn tidy(self, text: &str) -> String {
        match self {
            Self::MobilePhone => text
                .chars()
                .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')'))
                .collect(),
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// `+` and 7 to 15 digits (ITU-T E.164).
fn is_international_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// One `@` with something before it and a dotted name behind; the server has the last word.
fn is_mail_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty())
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FieldFault {
    /// It is needed and empty.
    Missing,
    /// It is not of its form.
    Malformed,
}

/// The values, as a person confirmed them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<FieldKey, Sensitive<String>>);

impl Fields {
    /// The value of a field; empty when there is none.
    #[must_use]
    pub fn get(&self, key: FieldKey) -> &str {
        // EXPOSE: the one reader of field values; callers send or show them to the person they belong to.
        self.0.get(&key).map_or("", |value| value.expose())
    }

    /// Sets a field, tidied; an empty value removes it.
    pub fn set(&mut self, key: FieldKey, text: &str) {
        let text = key.tidy(text);
        if text.is_empty() {
            self.0.remove(&key);
        } else {
            self.0.insert(key, Sensitive::new(text));
        }
    }

    /// Everything that keeps the fields from being confirmed, in the order they are shown.
    #[must_use]
    pub fn faults(&self) -> Vec<(FieldKey, FieldFault)> {
        FieldKey::ALL
            .into_iter()
            .filter_map(|key| {
                let text = self.get(key);
                if text.is_empty() && key.is_required() {
                    return Some((key, FieldFault::Missing));
                }
                key.fault(text).map(|fault| (key, fault))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_needs_its_prefix_and_may_be_typed_with_blanks() {
        let mut fields = Fields::default();
        fields.set(FieldKey::MobilePhone, " +34 699-99 99 99 ");
        assert_eq!(fields.get(FieldKey::MobilePhone), "+34699999999");
        for wrong in ["699999999", "+34", "+0699999999", "+34a99999999"] {
            assert_eq!(
                FieldKey::MobilePhone.fault(wrong),
                Some(FieldFault::Malformed),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_three_fields_of_the_certificate_are_required() {
        let missing: Vec<_> = Fields::default()
            .faults()
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(
            missing,
            [
                FieldKey::GivenName,
                FieldKey::FirstSurname,
                FieldKey::SerialNumber
            ]
        );
    }

    #[test]
    fn names_keep_their_letters_and_lose_outer_blanks() {
        let mut fields = Fields::default();
        fields.set(FieldKey::FirstSurname, "  Muñoz   de la O ");
        assert_eq!(fields.get(FieldKey::FirstSurname), "Muñoz de la O");
        assert_eq!(
            FieldKey::FirstSurname.fault("Ö"),
            None,
            "a one-letter surname exists"
        );
        assert_eq!(FieldKey::GivenName.fault("12"), Some(FieldFault::Malformed));
    }

    #[test]
    fn mail_addresses_are_checked_for_form_only() {
        assert_eq!(FieldKey::Email.fault("alma@example.org"), None);
        for wrong in [
            "alma",
            "@example.org",
            "alma@org",
            "a b@example.org",
            "a@b@c.d",
            "a@b..c",
        ] {
            assert_eq!(
                FieldKey::Email.fault(wrong),
                Some(FieldFault::Malformed),
                "{wrong}"
            );
        }
    }
}
