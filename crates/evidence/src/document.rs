//! The identity document a person shows.

use serde::{Deserialize, Serialize};

/// Kinds of document the booth captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum DocumentType {
    /// A national identity card: two sides.
    IdentityCard,
    /// A residence card of a foreigner (the Spanish TIE and its like): two sides.
    ResidenceCard,
    /// A passport: the data page only.
    Passport,
}

impl DocumentType {
    /// Every kind, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::IdentityCard, Self::ResidenceCard, Self::Passport];

    /// Whether the back is evidence too.
    #[must_use]
    pub const fn has_rear(self) -> bool {
        !matches!(self, Self::Passport)
    }
}

/// A country as ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Two ASCII letters, in either case.
    ///
    /// # Errors
    /// Anything else; whether the country exists is not checked here (UTO is not a country, and is on specimens).
    pub fn new(text: &str) -> Result<Self, String> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err("a country is two letters (ISO 3166-1 alpha-2)".to_owned()),
        }
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters by construction")
    }
}

impl TryFrom<String> for CountryCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl std::str::FromStr for CountryCode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::new(text)
    }
}

/// What the person shows: kind and issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Card, residence card or passport.
    pub kind: DocumentType,
    /// The issuing country.
    pub country: CountryCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_letters_in_upper_case() {
        assert_eq!(CountryCode::new(" es ").expect("two letters").as_str(), "ES");
        for wrong in ["", "E", "ESP", "E5", "é"] {
            assert!(CountryCode::new(wrong).is_err(), "{wrong:?} is not a country");
        }
    }
}
