//! The fields of an MRZ, under the names they have in what the program writes.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// A field of an MRZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What kind of document it is: `P` a passport, `V` a visa, `I`, `A` or `C` a card; the second character is the
    /// issuer's.
    DocumentCode,
    /// Issuing state or organisation.
    IssuingState,
    /// The document's number, with its continuation in the optional data where it is longer than nine characters.
    DocumentNumber,
    /// Its check digit.
    DocumentNumberCheck,
    /// Optional data of TD2 and of visas.
    Optional,
    /// Optional data of TD1's first line, less what belongs to a long document number.
    Optional1,
    /// Optional data of TD1's second line.
    Optional2,
    /// Optional data of TD3, the personal number in most states.
    PersonalNumber,
    /// Its check digit.
    PersonalNumberCheck,
    /// Nationality of the holder.
    Nationality,
    /// Date of birth, YYMMDD.
    BirthDate,
    /// Its check digit.
    BirthDateCheck,
    /// M, F, or a filler where it is not specified.
    Sex,
    /// Last day of validity, YYMMDD.
    ExpiryDate,
    /// Its check digit.
    ExpiryDateCheck,
    /// Primary identifier.
    Surname,
    /// Secondary identifier.
    GivenNames,
    /// Only in [`super::Check`] and [`super::Fault`]: what the composite check digit stands for.
    Composite,
    /// The check digit over several fields.
    CompositeCheck,
    /// French identity card: the department or territory of issue.
    AdminCode,
    /// French identity card: the office of issue.
    OfficeCode,
    /// French identity card: year and month of issue, the first four characters of its number.
    IssueYymm,
    /// Swiss driving licence: its language.
    LanguageCode,
}

impl Field {
    /// The field's name in what the program writes, as serde has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentCode => "document_code",
            Self::IssuingState => "issuing_state",
            Self::DocumentNumber => "document_number",
            Self::DocumentNumberCheck => "document_number_check",
            Self::Optional => "optional",
            Self::Optional1 => "optional1",
            Self::Optional2 => "optional2",
            Self::PersonalNumber => "personal_number",
            Self::PersonalNumberCheck => "personal_number_check",
            Self::Nationality => "nationality",
            Self::BirthDate => "birth_date",
            Self::BirthDateCheck => "birth_date_check",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry_date",
            Self::ExpiryDateCheck => "expiry_date_check",
            Self::Surname => "surname",
            Self::GivenNames => "given_names",
            Self::Composite => "composite",
            Self::CompositeCheck => "composite_check",
            Self::AdminCode => "admin_code",
            Self::OfficeCode => "office_code",
            Self::IssueYymm => "issue_yymm",
            Self::LanguageCode => "language_code",
        }
    }
}

/// The values of an MRZ in the order of its lines; written as an object. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(Field, String)>);

impl Fields {
    /// The value of a field; empty where the document left it out, `None` where the layout has no such field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.iter().find(|(key, _)| *key == field).map(|(_, value)| value)
    }

    /// Every field with its value.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    pub(super) fn push(&mut self, field: Field, value: String) {
        self.0.push((field, value));
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, value) in self.iter() {
            map.serialize_entry(field.name(), value)?;
        }
        map.end()
    }
}
