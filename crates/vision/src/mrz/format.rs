//! The layouts: which characters of which line are which field, and what each check digit covers.

use serde::Serialize;

use super::Field::{self, *};

/// A layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Format {
    /// Cards, three lines of 30 (Doc 9303-5, 4.2).
    #[serde(rename = "TD1")]
    Td1,
    /// Larger cards, two lines of 36 (Doc 9303-6, 4.2).
    #[serde(rename = "TD2")]
    Td2,
    /// Passports, two lines of 44 (Doc 9303-4, 4.2).
    #[serde(rename = "TD3")]
    Td3,
    /// Visas of a passport page's size, two lines of 44 (Doc 9303-7, 4.2).
    #[serde(rename = "MRVA")]
    MrvA,
    /// Smaller visas, two lines of 36 (Doc 9303-7, 5.2).
    #[serde(rename = "MRVB")]
    MrvB,
    /// The French identity card of 1988 to 2021, two lines of 36.
    #[serde(rename = "FRID")]
    Frid,
    /// The French driving licence, one line of 30 (ISO/IEC 18013-1, arrangement of the French order of 20 April 2012).
    #[serde(rename = "FRDL")]
    Frdl,
    /// The Swiss driving licence, lines of 9, 30 and 30.
    #[serde(rename = "CHDL")]
    Chdl,
    /// None of these.
    #[serde(rename = "UNKNOWN")]
    Unknown,
}

/// Which characters a position can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// A letter or a filler.
    Letters,
    /// A digit.
    Digits,
    /// A digit or a filler.
    DigitsOrFiller,
    /// M, F or a filler.
    Sex,
    /// Any character of an MRZ.
    Any,
}

impl Alphabet {
    /// Whether a position of this kind can hold `character`.
    #[must_use]
    pub const fn holds(self, character: char) -> bool {
        match self {
            Self::Letters => matches!(character, 'A'..='Z' | '<'),
            Self::Digits => character.is_ascii_digit(),
            Self::DigitsOrFiller => matches!(character, '0'..='9' | '<'),
            Self::Sex => matches!(character, 'M' | 'F' | '<'),
            Self::Any => matches!(character, 'A'..='Z' | '0'..='9' | '<'),
        }
    }
}

/// Neighbouring characters of a line: from the first to the one before the last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub line: usize,
    pub from: usize,
    pub to: usize,
}

const fn at(line: usize, from: usize, to: usize) -> Span {
    Span { line, from, to }
}

/// Where names are.
pub(super) enum NamePlaces {
    /// Primary and secondary identifier, two fillers between them (Doc 9303-3, 4.6).
    Together(Span),
    /// Surname and given names in fields of their own; there need be no given names.
    Apart(Span, Option<Span>),
}

pub(super) struct Layout {
    pub lengths: &'static [usize],
    pub fields: &'static [(Field, Span)],
    /// What a check digit stands for, where it is, what it covers.
    pub checks: &'static [(Field, Span, &'static [Span])],
    pub names: NamePlaces,
    /// Where a long document number goes on.
    pub long_number: Option<Span>,
}

static TD1: Layout = Layout {
    lengths: &[30, 30, 30],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(0, 5, 14)),
        (DocumentNumberCheck, at(0, 14, 15)),
        (Optional1, at(0, 15, 30)),
        (BirthDate, at(1, 0, 6)),
        (BirthDateCheck, at(1, 6, 7)),
        (Sex, at(1, 7, 8)),
        (ExpiryDate, at(1, 8, 14)),
        (ExpiryDateCheck, at(1, 14, 15)),
        (Nationality, at(1, 15, 18)),
        (Optional2, at(1, 18, 29)),
        (CompositeCheck, at(1, 29, 30)),
    ],
    checks: &[
        (DocumentNumber, at(0, 14, 15), &[at(0, 5, 14)]),
        (BirthDate, at(1, 6, 7), &[at(1, 0, 6)]),
        (ExpiryDate, at(1, 14, 15), &[at(1, 8, 14)]),
        (
            Composite,
            at(1, 29, 30),
            &[at(0, 5, 30), at(1, 0, 7), at(1, 8, 15), at(1, 18, 29)],
        ),
    ],
    names: NamePlaces::Together(at(2, 0, 30)),
    long_number: Some(at(0, 15, 30)),
};

static TD2: Layout = Layout {
    lengths: &[36, 36],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(1, 0, 9)),
        (DocumentNumberCheck, at(1, 9, 10)),
        (Nationality, at(1, 10, 13)),
        (BirthDate, at(1, 13, 19)),
        (BirthDateCheck, at(1, 19, 20)),
        (Sex, at(1, 20, 21)),
        (ExpiryDate, at(1, 21, 27)),
        (ExpiryDateCheck, at(1, 27, 28)),
        (Optional, at(1, 28, 35)),
        (CompositeCheck, at(1, 35, 36)),
    ],
    checks: &[
        (DocumentNumber, at(1, 9, 10), &[at(1, 0, 9)]),
        (BirthDate, at(1, 19, 20), &[at(1, 13, 19)]),
        (ExpiryDate, at(1, 27, 28), &[at(1, 21, 27)]),
        (
            Composite,
            at(1, 35, 36),
            &[at(1, 0, 10), at(1, 13, 20), at(1, 21, 35)],
        ),
    ],
    names: NamePlaces::Together(at(0, 5, 36)),
    long_number: Some(at(1, 28, 35)),
};

static TD3: Layout = Layout {
    lengths: &[44, 44],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(1, 0, 9)),
        (DocumentNumberCheck, at(1, 9, 10)),
        (Nationality, at(1, 10, 13)),
        (BirthDate, at(1, 13, 19)),
        (BirthDateCheck, at(1, 19, 20)),
        (Sex, at(1, 20, 21)),
        (ExpiryDate, at(1, 21, 27)),
        (ExpiryDateCheck, at(1, 27, 28)),
        (PersonalNumber, at(1, 28, 42)),
        (PersonalNumberCheck, at(1, 42, 43)),
        (CompositeCheck, at(1, 43, 44)),
    ],
    checks: &[
        (DocumentNumber, at(1, 9, 10), &[at(1, 0, 9)]),
        (BirthDate, at(1, 19, 20), &[at(1, 13, 19)]),
        (ExpiryDate, at(1, 27, 28), &[at(1, 21, 27)]),
        (PersonalNumber, at(1, 42, 43), &[at(1, 28, 42)]),
        (
            Composite,
            at(1, 43, 44),
            &[at(1, 0, 10), at(1, 13, 20), at(1, 21, 43)],
        ),
    ],
    names: NamePlaces::Together(at(0, 5, 44)),
    long_number: None,
};

/// A visa has no composite check digit and its optional data have none either.
static MRVA: Layout = Layout {
    lengths: &[44, 44],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(1, 0, 9)),
        (DocumentNumberCheck, at(1, 9, 10)),
        (Nationality, at(1, 10, 13)),
        (BirthDate, at(1, 13, 19)),
        (BirthDateCheck, at(1, 19, 20)),
        (Sex, at(1, 20, 21)),
        (ExpiryDate, at(1, 21, 27)),
        (ExpiryDateCheck, at(1, 27, 28)),
        (Optional, at(1, 28, 44)),
    ],
    checks: VISA_CHECKS,
    names: NamePlaces::Together(at(0, 5, 44)),
    long_number: None,
};

static MRVB: Layout = Layout {
    lengths: &[36, 36],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(1, 0, 9)),
        (DocumentNumberCheck, at(1, 9, 10)),
        (Nationality, at(1, 10, 13)),
        (BirthDate, at(1, 13, 19)),
        (BirthDateCheck, at(1, 19, 20)),
        (Sex, at(1, 20, 21)),
        (ExpiryDate, at(1, 21, 27)),
        (ExpiryDateCheck, at(1, 27, 28)),
        (Optional, at(1, 28, 36)),
    ],
    checks: VISA_CHECKS,
    names: NamePlaces::Together(at(0, 5, 36)),
    long_number: None,
};

const VISA_CHECKS: &[(Field, Span, &[Span])] = &[
    (DocumentNumber, at(1, 9, 10), &[at(1, 0, 9)]),
    (BirthDate, at(1, 19, 20), &[at(1, 13, 19)]),
    (ExpiryDate, at(1, 27, 28), &[at(1, 21, 27)]),
];

static FRID: Layout = Layout {
    lengths: &[36, 36],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (AdminCode, at(0, 30, 33)),
        (OfficeCode, at(0, 33, 36)),
        (IssueYymm, at(1, 0, 4)),
        (DocumentNumber, at(1, 0, 12)),
        (DocumentNumberCheck, at(1, 12, 13)),
        (BirthDate, at(1, 27, 33)),
        (BirthDateCheck, at(1, 33, 34)),
        (Sex, at(1, 34, 35)),
        (CompositeCheck, at(1, 35, 36)),
    ],
    checks: &[
        (DocumentNumber, at(1, 12, 13), &[at(1, 0, 12)]),
        (BirthDate, at(1, 33, 34), &[at(1, 27, 33)]),
        (Composite, at(1, 35, 36), &[at(0, 0, 36), at(1, 0, 35)]),
    ],
    names: NamePlaces::Apart(at(0, 5, 30), Some(at(1, 13, 27))),
    long_number: None,
};

static FRDL: Layout = Layout {
    lengths: &[30],
    fields: &[
        (DocumentCode, at(0, 0, 2)),
        (IssuingState, at(0, 2, 5)),
        (DocumentNumber, at(0, 5, 14)),
        (DocumentNumberCheck, at(0, 14, 15)),
        (ExpiryDate, at(0, 15, 21)),
        (CompositeCheck, at(0, 29, 30)),
    ],
    checks: &[
        (DocumentNumber, at(0, 14, 15), &[at(0, 0, 14)]),
        (Composite, at(0, 29, 30), &[at(0, 0, 29)]),
    ],
    names: NamePlaces::Apart(at(0, 21, 29), None),
    long_number: None,
};

static CHDL: Layout = Layout {
    lengths: &[9, 30, 30],
    fields: &[
        (LanguageCode, at(0, 6, 7)),
        (DocumentCode, at(1, 0, 2)),
        (IssuingState, at(1, 2, 5)),
        (DocumentNumber, at(1, 5, 17)),
        (BirthDate, at(1, 19, 25)),
    ],
    checks: &[],
    names: NamePlaces::Together(at(2, 0, 30)),
    long_number: None,
};

impl Format {
    /// The lengths of its lines.
    #[must_use]
    pub fn lengths(self) -> &'static [usize] {
        self.layout().map_or(&[], |layout| layout.lengths)
    }

    /// What a position can hold; `None` outside the layout.
    ///
    /// A digit is never in a name or a code of a state, a letter never in a date. A document number can hold both.
    #[must_use]
    pub fn alphabet(self, line: usize, position: usize) -> Option<Alphabet> {
        let layout = self.layout()?;
        if position >= *layout.lengths.get(line)? {
            return None;
        }
        let holds = |span: &Span| span.line == line && (span.from..span.to).contains(&position);
        let names = match &layout.names {
            NamePlaces::Together(span) => holds(span),
            NamePlaces::Apart(surname, given) => holds(surname) || given.as_ref().is_some_and(holds),
        };
        if names {
            return Some(Alphabet::Letters);
        }
        let field = layout.fields.iter().rev().find(|(_, span)| holds(span));
        Some(match field.map(|(field, _)| *field) {
            // The second character of a document's code is the issuer's to choose (Doc 9303-5, 4.2.2).
            Some(DocumentCode) if position == 0 => Alphabet::Letters,
            Some(IssuingState | Nationality | LanguageCode) => Alphabet::Letters,
            Some(BirthDate | ExpiryDate | PersonalNumberCheck) => Alphabet::DigitsOrFiller,
            Some(DocumentNumberCheck) if layout.long_number.is_some() => Alphabet::DigitsOrFiller,
            Some(DocumentNumberCheck | BirthDateCheck | ExpiryDateCheck | CompositeCheck) => Alphabet::Digits,
            Some(Sex) => Alphabet::Sex,
            _ => Alphabet::Any,
        })
    }

    /// The layout of lines with these lengths and first characters.
    pub(super) fn of(lines: &[Vec<char>]) -> Self {
        let begins = |with: &str| {
            lines
                .first()
                .is_some_and(|line| line.iter().copied().zip(with.chars()).all(|(a, b)| a == b))
        };
        let lengths: Vec<usize> = lines.iter().map(Vec::len).collect();
        match lengths.as_slice() {
            [30, 30, 30] => Self::Td1,
            [36, 36] if begins("V") => Self::MrvB,
            [36, 36] if begins("IDFRA") => Self::Frid,
            [36, 36] => Self::Td2,
            [44, 44] if begins("V") => Self::MrvA,
            [44, 44] => Self::Td3,
            [30] if begins("D1FRA") => Self::Frdl,
            [9, 30, 30] => Self::Chdl,
            _ => Self::Unknown,
        }
    }

    pub(super) const fn layout(self) -> Option<&'static Layout> {
        match self {
            Self::Td1 => Some(&TD1),
            Self::Td2 => Some(&TD2),
            Self::Td3 => Some(&TD3),
            Self::MrvA => Some(&MRVA),
            Self::MrvB => Some(&MRVB),
            Self::Frid => Some(&FRID),
            Self::Frdl => Some(&FRDL),
            Self::Chdl => Some(&CHDL),
            Self::Unknown => None,
        }
    }
}

/// What repairs need to know of a layout; lines and positions.
impl Format {
    /// The places of a field, in order; none where the layout has none.
    pub(super) fn places(self, field: Field) -> Vec<(usize, usize)> {
        let layout = self.layout();
        let span = layout.and_then(|it| it.fields.iter().find(|(key, _)| *key == field));
        span.map(|(_, span)| places(*span).collect()).unwrap_or_default()
    }

    /// Where the codes of states begin.
    pub(super) fn state_places(self) -> impl Iterator<Item = (usize, usize)> {
        [IssuingState, Nationality]
            .into_iter()
            .filter_map(move |field| self.places(field).first().copied())
    }

    /// The places of check digits and of what they cover.
    pub(super) fn covered_places(self) -> Vec<(usize, usize)> {
        let checks = self.layout().map_or(&[][..], |layout| layout.checks);
        let spans = checks
            .iter()
            .flat_map(|(_, digit, over)| over.iter().chain([digit]));
        let mut all: Vec<(usize, usize)> = spans.flat_map(|span| places(*span)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether the name field may have been too short for the names: it ends with a letter (Doc 9303-3, 4.6; 9303-4,
    /// 4.2.3), or with one filler that a further name would have to follow.
    pub(super) fn names_fill_their_field(self, lines: &[String]) -> bool {
        let Some(layout) = self.layout() else {
            return false;
        };
        let full = |span: Span| {
            let text: Vec<char> = lines
                .get(span.line)
                .map(|it| it.chars().collect())
                .unwrap_or_default();
            let end = text.get(span.to.saturating_sub(2)..span.to);
            end.is_some_and(|end| end != ['<', '<'])
        };
        match layout.names {
            NamePlaces::Together(span) => full(span),
            NamePlaces::Apart(surname, given) => full(surname) || given.is_some_and(full),
        }
    }
}

fn places(span: Span) -> impl Iterator<Item = (usize, usize)> {
    (span.from..span.to).map(move |position| (span.line, position))
}
