//! A field with its origin, or why it is absent.

use std::fmt;

use serde::Serialize;

use crate::{
    geometry::Quad,
    mrz::{Field, Mrz},
    sides::CodedZone,
    viz,
};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The MRZ.
    Mrz,
    /// The visual zone.
    VisualZone,
    /// Both say the same; a name is written as the visual zone writes it, a number as the MRZ does.
    Both,
}

/// Something a person should look at before the value is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The two zones say different things.
    ZonesDisagree,
    /// A check digit of the MRZ that covers the value is wrong.
    CheckDigit,
    /// The MRZ had characters exchanged in this value.
    Repaired,
    /// The MRZ alone names the holder: it has no marks on letters.
    WithoutMarks,
    /// The MRZ's name field is full: the name may go on.
    MayBeCut,
    /// The document is a residence permit: the number is a card's, but not of a national identity card.
    ResidencePermit,
}

/// A value with where it was read. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Found {
    /// The value.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
    /// How sure the reading is, 0 to 1; halved where the zones disagree or a check digit is wrong.
    pub confidence: f32,
    /// Which side shows it, counted from 0 as the sides were given.
    pub side: usize,
    /// Where it is in that side's picture.
    pub quad: Quad,
    /// What a person should look at.
    pub doubts: Vec<Doubt>,
    /// What the other zone says, where they disagree.
    pub other: Option<String>,
}

/// Why a value is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Neither zone shows it.
    NotRead,
    /// The document names one surname.
    OneSurname,
    /// The holder may have two surnames and the document does not show where the second begins.
    UndividedSurnames,
    /// The number's letter is not the one its digits have.
    WrongLetter,
    /// The document is none that a certificate can be based on: a visa, a driving licence.
    NoIdentityDocument,
    /// The issuer is no state of ISO 3166-1.
    NoState,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRead => "not found on the document",
            Self::OneSurname => "the document shows one surname",
            Self::UndividedSurnames => "the document does not show where the second surname begins",
            Self::WrongLetter => "the letter does not belong to the number",
            Self::NoIdentityDocument => "this is no identity document",
            Self::NoState => "the issuer is no state",
        })
    }
}

/// An absent value. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Absent {
    /// Why.
    pub absent: Reason,
    /// What a person can make the value of: surnames that were not divided, a number whose letter is wrong.
    pub read: Option<String>,
    /// Which side shows that.
    pub side: Option<usize>,
    /// Where it is in that side's picture.
    pub quad: Option<Quad>,
}

/// A field of the mapping.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Entry {
    /// Read.
    Found(Found),
    /// Left for a person.
    Absent(Absent),
}

impl Entry {
    /// The value, where there is one.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.found().map(|found| found.value.as_str())
    }

    /// The value with its origin, where there is one.
    #[must_use]
    pub const fn found(&self) -> Option<&Found> {
        match self {
            Self::Found(found) => Some(found),
            Self::Absent(_) => None,
        }
    }

    pub(super) const fn absent(reason: Reason) -> Self {
        Self::Absent(Absent {
            absent: reason,
            read: None,
            side: None,
            quad: None,
        })
    }

    /// Left for a person, with what was read.
    pub(super) fn left(reason: Reason, read: Found) -> Self {
        Self::Absent(Absent {
            absent: reason,
            read: Some(read.value),
            side: Some(read.side),
            quad: Some(read.quad),
        })
    }
}

impl Found {
    /// A value of the MRZ, with what is doubtful about `fields`.
    pub(super) fn coded(value: &str, (side, zone): (usize, CodedZone<'_>), fields: &[Field]) -> Self {
        let mut found = Self {
            value: value.to_owned(),
            source: Source::Mrz,
            confidence: zone.confidence,
            side,
            quad: zone.quad_of(fields),
            doubts: Vec::new(),
            other: None,
        };
        if !checks_hold(zone.mrz, fields) {
            found.doubt(Doubt::CheckDigit);
        }
        if fields.iter().any(|field| zone.mrz.is_repaired(*field)) {
            found.doubts.push(Doubt::Repaired);
        }
        found
    }

    /// A value of the visual zone.
    pub(super) fn printed(text: &str, (side, value): (usize, &viz::Value)) -> Self {
        Self {
            value: text.to_owned(),
            source: Source::VisualZone,
            confidence: value.confidence,
            side,
            quad: value.quad,
            doubts: Vec::new(),
            other: None,
        }
    }

    /// Both zones say the same: `shown` is the one whose writing is kept.
    pub(super) fn both(shown: Self, other: &Self) -> Self {
        Self {
            source: Source::Both,
            // Two readings of the same thing go wrong together only when both do.
            confidence: (1.0 - shown.confidence).mul_add(-(1.0 - other.confidence), 1.0),
            doubts: Vec::new(),
            ..shown
        }
    }

    /// The zones say different things: `kept` is the one that is more to be trusted.
    pub(super) fn against(mut kept: Self, other: Self) -> Self {
        kept.doubt(Doubt::ZonesDisagree);
        kept.other = Some(other.value);
        kept
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
        self.confidence /= 2.0;
    }
}

/// Whether the check digits of these fields, and the one over all, are right.
pub(super) fn checks_hold(mrz: &Mrz, fields: &[Field]) -> bool {
    let covers = |field| fields.contains(&field) || field == Field::Composite;
    mrz.checks
        .iter()
        .filter(|check| covers(check.field))
        .all(|check| check.ok)
}
