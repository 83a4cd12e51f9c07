//! What a document's visual zone says: the names of its fields.

use serde::{Deserialize, Serialize};

/// A field of the visual zone (ICAO Doc 9303-3 clause 3: the zones and the data elements of a document), under the
/// name it has in what the program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The type letter a passport prints (`P`).
    Type,
    /// The country code a passport prints.
    CountryCode,
    /// Surname or surnames; [`crate::viz::Value::parts`] has more than one where the document sets them apart.
    Surname,
    /// Given names.
    GivenNames,
    /// Surnames and given names under one label, as residence permits of the EU print them (Regulation (EC)
    /// 1030/2002, annex). Where the document sets them apart, `surname` and `given_names` are there as well.
    SurnameGiven,
    /// Name at birth.
    BirthName,
    /// Sex.
    Sex,
    /// Nationality, as printed: a code or a word.
    Nationality,
    /// Date of birth.
    BirthDate,
    /// Place of birth.
    BirthPlace,
    /// Place and date of birth under one label (Italy); `birth_place` and `birth_date` are there as well.
    BirthPlaceDate,
    /// Last day of validity.
    ExpiryDate,
    /// Day of issue.
    IssueDate,
    /// Place of issue.
    PlaceIssued,
    /// The number the holder calls the document's: for a Spanish DNI or NIE the holder's number with its letter.
    DocumentNumber,
    /// The number of the blank (Spain: three letters, six digits).
    SupportNumber,
    /// A number of the person: national register, tax, personal code.
    PersonalNumber,
    /// Another number of the person or of the office: Spain's team, Portugal's health number.
    Team,
    /// The number printed to open the chip with.
    AccessNumber,
    /// Issuing authority.
    Authority,
    /// Address or residence.
    Address,
    /// The municipality that issues an Italian identity card.
    Municipality,
    /// Names of the parents.
    Parents,
    /// Height.
    Height,
    /// Colour of the eyes.
    EyesColor,
    /// Kind of residence permit.
    PermitType,
    /// Remarks.
    Observations,
    /// The holder's signature, where it can be read.
    Signature,
    /// The signature of the authority, where it can be read.
    AuthoritySignature,
}

impl Key {
    /// All fields.
    pub const ALL: [Self; 29] = [
        Self::Type,
        Self::CountryCode,
        Self::Surname,
        Self::GivenNames,
        Self::SurnameGiven,
        Self::BirthName,
        Self::Sex,
        Self::Nationality,
        Self::BirthDate,
        Self::BirthPlace,
        Self::BirthPlaceDate,
        Self::ExpiryDate,
        Self::IssueDate,
        Self::PlaceIssued,
        Self::DocumentNumber,
        Self::SupportNumber,
        Self::PersonalNumber,
        Self::Team,
        Self::AccessNumber,
        Self::Authority,
        Self::Address,
        Self::Municipality,
        Self::Parents,
        Self::Height,
        Self::EyesColor,
        Self::PermitType,
        Self::Observations,
        Self::Signature,
        Self::AuthoritySignature,
    ];

    /// The field with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The field's name in what the program writes, as serde has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::CountryCode => "country_code",
            Self::Surname => "surname",
            Self::GivenNames => "given_names",
            Self::SurnameGiven => "surname_given",
            Self::BirthName => "birth_name",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::BirthDate => "birth_date",
            Self::BirthPlace => "birth_place",
            Self::BirthPlaceDate => "birth_place_date",
            Self::ExpiryDate => "expiry_date",
            Self::IssueDate => "issue_date",
            Self::PlaceIssued => "place_issued",
            Self::DocumentNumber => "document_number",
            Self::SupportNumber => "support_number",
            Self::PersonalNumber => "personal_number",
            Self::Team => "team",
            Self::AccessNumber => "access_number",
            Self::Authority => "authority",
            Self::Address => "address",
            Self::Municipality => "municipality",
            Self::Parents => "parents",
            Self::Height => "height",
            Self::EyesColor => "eyes_color",
            Self::PermitType => "permit_type",
            Self::Observations => "observations",
            Self::Signature => "signature",
            Self::AuthoritySignature => "authority_signature",
        }
    }

    /// Whether the value has to be a date.
    #[must_use]
    pub const fn is_date(self) -> bool {
        matches!(self, Self::BirthDate | Self::ExpiryDate | Self::IssueDate)
    }
}
