//! Two zones, field by field. What only one of them has, or what cannot be compared (a nationality in words), is left
//! out.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    mrz::{Expiry, Field, Format, Mrz, PartialDate, Spelling},
    sides::plain,
    state_codes,
    viz::{Fields, Key},
};

/// Which zone says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The MRZ.
    Mrz,
    /// The visual zone.
    VisualZone,
}

/// A zone of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Which side, counted from 0 as the sides were given.
    pub side: usize,
    /// Which zone.
    pub zone: Zone,
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The same, as far as the one's writing can express the other's.
    Same,
    /// The same as far as there was room.
    Shortened,
    /// Not the same.
    Different,
}

/// A field in two zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Which field, by its name in the visual zone.
    pub field: Key,
    /// One of the two.
    pub one: Place,
    /// The other.
    pub other: Place,
    /// What it came to.
    pub outcome: Outcome,
}

impl Comparison {
    /// Whether the two go together.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.outcome != Outcome::Different
    }
}

/// A side by its number, and what it says.
type Of<'a, T> = (usize, &'a T);

pub(super) fn coded_and_printed((at, mrz): Of<'_, Mrz>, (side, fields): Of<'_, Fields>) -> Vec<Comparison> {
    let (one, other) = (place(at, Zone::Mrz), place(side, Zone::VisualZone));
    let text = |key| fields.text(key).map(str::trim).filter(|text| !text.is_empty());
    let date = |key| fields.get(key).and_then(|value| value.date);
    let mut all = Vec::new();
    let mut note = |field, outcome: Option<Outcome>| {
        all.extend(outcome.map(|outcome| Comparison {
            field,
            one,
            other,
            outcome,
        }));
    };

    let cut = mrz.names_may_be_cut();
    let name = |key, field| {
        let written = mrz.fields.get(field).filter(|it| cut || !it.is_empty())?;
        let printed = text(key).filter(|it| Spelling::can_compare(it))?;
        Some(match Spelling::compare(printed, written, cut) {
            Spelling::Same => Outcome::Same,
            Spelling::Shortened => Outcome::Shortened,
            Spelling::Different => Outcome::Different,
        })
    };
    note(Key::Surname, name(Key::Surname, Field::Surname));
    note(Key::GivenNames, name(Key::GivenNames, Field::GivenNames));

    let born = mrz.birth.zip(date(Key::BirthDate));
    note(Key::BirthDate, born.map(|(a, b)| same_if(may_be_same_day(a, b))));
    let ends = match (mrz.expiry, date(Key::ExpiryDate)) {
        (Some(Expiry::On(a)), Some(b)) => Some(same_if(same_day(a, b))),
        // Spain prints the year 9999 on what does not end.
        (Some(Expiry::Never), Some(b)) => Some(same_if(b.year() == 9999)),
        _ => None,
    };
    note(Key::ExpiryDate, ends);

    let sex = mrz.get(Field::Sex).zip(text(Key::Sex).and_then(sex));
    note(Key::Sex, sex.map(|(a, b)| same_if(a == b)));
    let state = mrz
        .get(Field::Nationality)
        .zip(text(Key::Nationality).and_then(state));
    note(
        Key::Nationality,
        state.map(|(a, b)| same_if(state_codes::same(a, &b))),
    );

    // Of Spain's cards the number in the MRZ is the blank's; the holder's stands in the optional data.
    let is_spanish_card = mrz.format == Format::Td1 && mrz.get(Field::IssuingState) == Some("ESP");
    let number = |key, field| {
        let (written, shown) = (plain(mrz.get(field)?), plain(text(key)?));
        (!written.is_empty() && !shown.is_empty()).then(|| same_if(written == shown))
    };
    if is_spanish_card {
        note(Key::DocumentNumber, number(Key::DocumentNumber, Field::Optional1));
        note(
            Key::SupportNumber,
            number(Key::SupportNumber, Field::DocumentNumber),
        );
    } else {
        note(
            Key::DocumentNumber,
            number(Key::DocumentNumber, Field::DocumentNumber),
        );
    }
    note(
        Key::PersonalNumber,
        text(Key::PersonalNumber).and_then(|text| personal(mrz, text)),
    );
    all
}

pub(super) fn printed_and_printed((i, one): Of<'_, Fields>, (j, other): Of<'_, Fields>) -> Vec<Comparison> {
    const COMPARED: [Key; 8] = [
        Key::Surname,
        Key::GivenNames,
        Key::BirthDate,
        Key::ExpiryDate,
        Key::IssueDate,
        Key::DocumentNumber,
        Key::SupportNumber,
        Key::PersonalNumber,
    ];
    let compare = |key: Key| {
        let (a, b) = (one.get(key)?, other.get(key)?);
        let same = match (a.date, b.date) {
            (Some(a), Some(b)) => a == b,
            _ if key.is_date() => return None,
            _ => folded(&a.text) == folded(&b.text),
        };
        Some(Comparison {
            field: key,
            one: place(i, Zone::VisualZone),
            other: place(j, Zone::VisualZone),
            outcome: same_if(same),
        })
    };
    COMPARED.into_iter().filter_map(compare).collect()
}

pub(super) fn coded_and_coded((i, one): Of<'_, Mrz>, (j, other): Of<'_, Mrz>) -> Vec<Comparison> {
    const COMPARED: [(Key, Field); 5] = [
        (Key::Surname, Field::Surname),
        (Key::GivenNames, Field::GivenNames),
        (Key::BirthDate, Field::BirthDate),
        (Key::ExpiryDate, Field::ExpiryDate),
        (Key::DocumentNumber, Field::DocumentNumber),
    ];
    let compare = |(key, field)| {
        let same = one.get(field)? == other.get(field)?;
        Some(Comparison {
            field: key,
            one: place(i, Zone::Mrz),
            other: place(j, Zone::Mrz),
            outcome: same_if(same),
        })
    };
    COMPARED.into_iter().filter_map(compare).collect()
}

/// Whether two days are the same but for the century, which the MRZ does not say.
pub(crate) fn same_day(one: Date, other: Date) -> bool {
    let short = |date: Date| (date.year().rem_euclid(100), date.month(), date.day());
    short(one) == short(other)
}

/// Whether what is known of a date of birth goes with `other`.
pub(crate) fn may_be_same_day(known: PartialDate, other: Date) -> bool {
    known
        .year
        .is_none_or(|year| year.rem_euclid(100) == other.year().rem_euclid(100))
        && known.month.is_none_or(|month| month == other.month())
        && known.day.is_none_or(|day| day == other.day())
}

const fn place(side: usize, zone: Zone) -> Place {
    Place { side, zone }
}

const fn same_if(same: bool) -> Outcome {
    if same { Outcome::Same } else { Outcome::Different }
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|it| it.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The MRZ's letter for a printed sex: M, F or X, alone or behind a stroke (`V/F`: the national letter stands first).
/// Other letters mean one thing here and the other there.
fn sex(text: &str) -> Option<&'static str> {
    let last = text.rsplit('/').next()?.trim();
    match last {
        "M" | "m" => Some("M"),
        "F" | "f" => Some("F"),
        "X" | "x" | "<" => Some("<"),
        _ => None,
    }
}

/// A printed nationality that is a code; words are not compared.
fn state(text: &str) -> Option<String> {
    let code = text.trim().to_uppercase();
    (state_codes::alpha2(&code).is_some() || matches!(code.as_str(), "UTO" | "XXA" | "XXB" | "XXC" | "XXX"))
        .then_some(code)
}

/// A printed number of the person against the optional data, which may hold it or something else: they differ only
/// where both are as long.
fn personal(mrz: &Mrz, text: &str) -> Option<Outcome> {
    let shown = plain(text);
    let fields = [
        Field::PersonalNumber,
        Field::Optional1,
        Field::Optional2,
        Field::Optional,
    ];
    let written: Vec<String> = fields
        .iter()
        .filter_map(|&field| mrz.get(field))
        .map(plain)
        .collect();
    if shown.is_empty() {
        None
    } else if written.contains(&shown) {
        Some(Outcome::Same)
    } else {
        written
            .iter()
            .any(|it| it.len() == shown.len())
            .then_some(Outcome::Different)
    }
}
