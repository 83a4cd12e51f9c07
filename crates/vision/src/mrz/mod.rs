//! The machine readable zone (MRZ): its text understood strictly, and readings of it made one.
//!
//! ICAO Doc 9303 (eighth edition): part 3 for what is common, part 4 for passports (TD3), part 5 for cards (TD1), part
//! 6 for TD2, part 7 for visas (MRV-A, MRV-B). Beside them the French identity card of 1988 to 2021 and the driving
//! licences of France and Switzerland, which have layouts of their own.
//!
//! [`parse`] takes text as it stands and never mends it. What a camera saw comes as a [`Reading`] with alternatives
//! for each character; [`vote`] makes one of several, and [`settle`] mends what may be mended, marked in
//! [`Mrz::repaired`]. Lines and positions count from 0.

mod check_digit;
mod date;
mod field;
mod format;
mod lookalike;
mod names;
mod parse;
mod reading;
mod settle;
mod spelling;
mod vote;

use std::fmt;

use serde::Serialize;

use crate::geometry::Rect;

pub use check_digit::check_digit;
pub use date::{Expiry, PartialDate};
pub use field::{Field, Fields};
pub use format::{Alphabet, Format};
pub use parse::parse;
pub use reading::{Cell, Choice, Reading};
pub use settle::{Witness, settle};
pub use spelling::Spelling;
pub(crate) use vote::are_of_one;
pub use vote::vote;

/// What an MRZ says, whether it is right or not. Personal data: its `Debug` shows none of it.
#[derive(Clone, PartialEq, Serialize)]
pub struct Mrz {
    /// The layout, told by the number and length of the lines and their first characters.
    pub format: Format,
    /// Whether nothing is wrong: no entry in `errors`.
    pub valid: bool,
    /// What is wrong.
    pub errors: Vec<Fault>,
    /// Every check digit of the layout.
    pub checks: Vec<Check>,
    /// The characters that were exchanged; none by [`parse`].
    pub repaired: Vec<Repair>,
    /// The values without their fillers; none where the layout is unknown or a character is none of an MRZ.
    pub fields: Fields,
    /// The lines the values were taken from.
    pub lines: Vec<String>,
    /// The date of birth, its century found; `None` where it is no date.
    #[serde(skip)]
    pub birth: Option<PartialDate>,
    /// The last day of validity, its century found; `None` where it is no date or the layout has none.
    #[serde(skip)]
    pub expiry: Option<Expiry>,
}

impl Mrz {
    /// The value of a field, `None` where the layout has none or it is empty.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(field).filter(|value| !value.is_empty())
    }

    /// Whether a character of this field was exchanged.
    #[must_use]
    pub fn is_repaired(&self, field: Field) -> bool {
        let places = self.format.places(field);
        self.repaired
            .iter()
            .any(|repair| places.contains(&(repair.line, repair.position)))
    }

    /// Where what stands in these fields is on the MRZ, as shares of its width and height; the fillers after it left out.
    /// `None` where nothing stands there.
    #[must_use]
    pub fn place(&self, fields: &[Field]) -> Option<Rect> {
        let mut place: Option<Rect> = None;
        for (line, at) in fields.iter().flat_map(|field| self.format.places(*field)) {
            let written = self.lines.get(line)?;
            if written
                .as_bytes()
                .get(at)
                .is_none_or(|character| *character == b'<')
            {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "an MRZ has at most 90 characters")]
            let (width, height) = (1.0 / written.len() as f32, 1.0 / self.lines.len() as f32);
            #[expect(clippy::cast_precision_loss, reason = "an MRZ has at most 90 characters")]
            let here = Rect::new(at as f32 * width, line as f32 * height, width, height);
            place = Some(place.map_or(here, |place| place.around(here)));
        }
        place
    }

    /// Whether the names may be cut: their field is full.
    #[must_use]
    pub fn names_may_be_cut(&self) -> bool {
        self.format.names_fill_their_field(&self.lines)
    }
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mrz")
            .field("format", &self.format)
            .field("valid", &self.valid)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

/// Something that makes an MRZ invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No layout has that many lines of that length (Doc 9303-4, -5, -6 and -7, clause 4.2).
    Length,
    /// A character that no MRZ has (Doc 9303-3, 4.3: A to Z, 0 to 9 and the filler).
    Charset,
    /// A check digit is not the one its data have (Doc 9303-3, 4.9).
    Check(Field),
    /// The date of birth is no date (Doc 9303-3, 4.8).
    BirthDate,
    /// The date of expiry is no date.
    ExpiryDate,
    /// Neither M, F nor a filler (Doc 9303-4, 4.2.2).
    Sex,
    /// A digit in a name (Doc 9303-3, 4.6: they are written in words or in Roman numerals).
    NameDigits,
    /// Not one to three letters, fillers behind them (Doc 9303-3, 4.7).
    Nationality,
    /// Not one to three letters, fillers behind them (Doc 9303-3, 4.7).
    IssuingState,
    /// The check digits are right, and a character that none of them covers (of a name, a state, the document code) was
    /// not read surely enough. Only reading a picture says so.
    Unsure,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("length"),
            Self::Charset => f.write_str("charset"),
            Self::Check(field) => write!(f, "check:{}", field.name()),
            Self::BirthDate => f.write_str("date:birth"),
            Self::ExpiryDate => f.write_str("date:expiry"),
            Self::Sex => f.write_str("sex"),
            Self::NameDigits => f.write_str("name_digits"),
            Self::Nationality => f.write_str("nationality"),
            Self::IssuingState => f.write_str("issuing_state"),
            Self::Unsure => f.write_str("unsure"),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A check digit, and what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it stands for; [`Field::Composite`] for the one over several fields.
    pub field: Field,
    /// Its line.
    pub line: usize,
    /// Its place in the line.
    pub position: usize,
    /// What stands there.
    pub found: char,
    /// What the data ask for.
    pub wanted: char,
    /// Whether it is right: the two are the same, or both the digit and its data are fillers.
    pub ok: bool,
}

/// A character that was exchanged for another.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// Its line.
    pub line: usize,
    /// Its place in the line.
    pub position: usize,
    /// What was read.
    pub from: char,
    /// What it was exchanged for.
    pub to: char,
    /// What proves it.
    pub why: Why,
}

/// What allowed a character to be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The position cannot hold what was read, and only one character it can hold looks like it.
    Alphabet,
    /// The check digits come out right with it, and the visual zone says the same.
    CheckDigitAndVisualZone,
    /// The check digits come out right with it, and another frame was read so.
    CheckDigitAndOtherFrame,
    /// No check digit covers it, and the frames together were read so.
    OtherFrames,
}
