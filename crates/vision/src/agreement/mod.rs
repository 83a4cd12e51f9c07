//! Cross-checks: what one part of a document says against another. Each is measured or absent, never assumed.
//!
//! A measure has the shape that `station::judge` turns into a finding: method, score, threshold, and what was
//! compared. None of it holds a value of the document.

mod compare;

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    mrz::{Expiry, Field, Mrz, PartialDate},
    sides::{Side, coded, printed},
    viz::Key,
};

pub use compare::{Comparison, Outcome, Place, Zone};
pub(crate) use compare::{may_be_same_day, same_day};

/// The days a document without an end is said to have left.
pub const NO_END_DAYS: f64 = 36_525.0;

/// How sure the search for a portrait has to be: the detector's own threshold (`YuNet`, 0.6 to 0.9 in its authors'
/// examples).
pub const PORTRAIT_THRESHOLD: f64 = 0.7;

/// The checks on one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// The share of the MRZ's check digits that are right.
    pub check_digits: Measure,
    /// The share of fields in which the MRZ and the visual zone say the same.
    pub zones: Measure,
    /// The share of fields in which the front and the rear say the same, whichever zone shows them.
    pub sides: Measure,
    /// Whole days from the day of capture to the last day of validity.
    pub not_expired: Measure,
    /// The holder's age in whole years on the day of capture.
    pub of_age: Measure,
    /// How sure the search for a portrait is of what it found.
    pub portrait: Measure,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Measure {
    /// Measured.
    Measured(Measured),
    /// Not measured, and why.
    Absent {
        /// Why.
        absent: Missing,
    },
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// How, with the version of the rule.
    pub method: &'static str,
    /// The number; what it counts stands with the check.
    pub score: f64,
    /// The least score that passes.
    pub threshold: f64,
    /// Whether the score passes.
    pub passed: bool,
    /// What was compared, field by field.
    pub compared: Vec<Comparison>,
}

/// Why a check was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No MRZ was read, or one whose layout has no check digits.
    NoMrz,
    /// The visual zone shows nothing that the MRZ has too.
    NothingToCompare,
    /// Only one side was seen.
    OneSide,
    /// What was compared could be the same on documents of two people: neither a number, nor a date of birth with a
    /// name.
    TooLittle,
    /// No zone has the date, or not all of it.
    NoDate,
    /// The two zones have different dates.
    DatesDisagree,
    /// Nobody looked.
    NotLooked,
}

impl Agreement {
    /// The checks on the sides of one document; `on` is the day of capture, `adult` the age in years from which the
    /// holder is of age.
    #[must_use]
    pub fn of(sides: &[Side<'_>], on: Date, adult: u8) -> Self {
        Self {
            check_digits: check_digits(sides),
            zones: zones(sides),
            sides: across(sides),
            not_expired: not_expired(sides, on),
            of_age: of_age(sides, on, adult),
            portrait: portrait(sides),
        }
    }

    /// Whether the document is consistent in itself: check digits, zones and, where both were seen, sides. Its score
    /// is the least of theirs; without an MRZ and something to compare it with it is absent.
    #[must_use]
    pub fn integrity(&self) -> Measure {
        let (digits, zones) = match (&self.check_digits, &self.zones) {
            (Measure::Measured(digits), Measure::Measured(zones)) => (digits, zones),
            (Measure::Absent { absent }, _) | (_, Measure::Absent { absent }) => {
                return Measure::Absent { absent: *absent };
            }
        };
        let across = self.sides.measured();
        let parts = [Some(digits), Some(zones), across];
        let score = parts.into_iter().flatten().map(|it| it.score).fold(1.0, f64::min);
        let compared = zones
            .compared
            .iter()
            .chain(across.into_iter().flat_map(|it| &it.compared));
        let mut kept: Vec<Comparison> = Vec::new();
        for comparison in compared {
            if !kept.contains(comparison) {
                kept.push(*comparison);
            }
        }
        Measure::new("mrz-visual-zone-sides/1", score, 1.0, kept)
    }
}

impl Measure {
    /// What was measured, where it was.
    #[must_use]
    pub const fn measured(&self) -> Option<&Measured> {
        match self {
            Self::Measured(measured) => Some(measured),
            Self::Absent { .. } => None,
        }
    }

    const fn absent(absent: Missing) -> Self {
        Self::Absent { absent }
    }

    fn new(method: &'static str, score: f64, threshold: f64, compared: Vec<Comparison>) -> Self {
        Self::Measured(Measured {
            method,
            score,
            threshold,
            passed: score >= threshold,
            compared,
        })
    }

    /// The share of comparisons that agree, where there is enough to tell two people apart.
    fn share(method: &'static str, compared: Vec<Comparison>) -> Self {
        if compared.is_empty() {
            return Self::absent(Missing::NothingToCompare);
        }
        let has = |fields: &[Key]| compared.iter().any(|it| fields.contains(&it.field));
        let numbers = [Key::DocumentNumber, Key::SupportNumber, Key::PersonalNumber];
        let tells = has(&numbers) || (has(&[Key::BirthDate]) && has(&[Key::Surname, Key::GivenNames]));
        // What differs says so, however little it is.
        if !tells && compared.iter().all(Comparison::agrees) {
            return Self::absent(Missing::TooLittle);
        }
        let agree = compared.iter().filter(|it| it.agrees()).count();
        Self::new(method, ratio(agree, compared.len()), 1.0, compared)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

fn check_digits(sides: &[Side<'_>]) -> Measure {
    let checks = coded(sides)
        .map(|(_, zone)| zone.mrz.checks.as_slice())
        .filter(|it| !it.is_empty());
    checks.map_or(Measure::absent(Missing::NoMrz), |checks| {
        let right = checks.iter().filter(|check| check.ok).count();
        Measure::new("mrz-check-digits/1", ratio(right, checks.len()), 1.0, Vec::new())
    })
}

fn zones(sides: &[Side<'_>]) -> Measure {
    let Some((at, zone)) = coded(sides) else {
        return Measure::absent(Missing::NoMrz);
    };
    let others = sides
        .iter()
        .enumerate()
        .filter_map(|(side, it)| it.printed.map(|fields| (side, fields)));
    let compared =
        others.flat_map(|(side, fields)| compare::coded_and_printed((at, zone.mrz), (side, fields)));
    Measure::share("mrz-visual-zone/1", compared.collect())
}

fn across(sides: &[Side<'_>]) -> Measure {
    let mut compared = Vec::new();
    for (i, one) in sides.iter().enumerate() {
        for (j, other) in sides.iter().enumerate().skip(i + 1) {
            for (from, to) in [((i, one), (j, other)), ((j, other), (i, one))] {
                if let (Some(zone), Some(fields)) = (from.1.coded, to.1.printed) {
                    compared.extend(compare::coded_and_printed((from.0, zone.mrz), (to.0, fields)));
                }
            }
            if let (Some(a), Some(b)) = (one.printed, other.printed) {
                compared.extend(compare::printed_and_printed((i, a), (j, b)));
            }
            if let (Some(a), Some(b)) = (one.coded, other.coded) {
                compared.extend(compare::coded_and_coded((i, a.mrz), (j, b.mrz)));
            }
        }
    }
    if sides.len() < 2 {
        return Measure::absent(Missing::OneSide);
    }
    Measure::share("front-rear/1", compared)
}

/// A date of the MRZ counts where its own check digit is right and it is a date.
fn is_right(mrz: &Mrz, field: Field) -> bool {
    mrz.checks
        .iter()
        .filter(|check| check.field == field)
        .all(|check| check.ok)
}

fn not_expired(sides: &[Side<'_>], on: Date) -> Measure {
    const METHOD: &str = "days-of-validity/1";
    let mrz = coded(sides)
        .map(|(_, zone)| zone.mrz)
        .filter(|mrz| is_right(mrz, Field::ExpiryDate));
    let written = mrz.and_then(|mrz| mrz.expiry);
    let shown = printed(sides, Key::ExpiryDate).and_then(|(_, value)| value.date);
    let last = match (written, shown) {
        (Some(Expiry::On(one)), Some(other)) if !compare::same_day(one, other) => {
            return Measure::absent(Missing::DatesDisagree);
        }
        // Four digits of the year know the century.
        (_, Some(date)) | (Some(Expiry::On(date)), None) => date,
        (Some(Expiry::Never), None) => return Measure::new(METHOD, NO_END_DAYS, 0.0, Vec::new()),
        (None, None) => return Measure::absent(Missing::NoDate),
    };
    let days = on.until(last).map_or(0, |span| span.get_days());
    Measure::new(METHOD, f64::from(days).min(NO_END_DAYS), 0.0, Vec::new())
}

fn of_age(sides: &[Side<'_>], on: Date, adult: u8) -> Measure {
    let mrz = coded(sides)
        .map(|(_, zone)| zone.mrz)
        .filter(|mrz| is_right(mrz, Field::BirthDate));
    let written = mrz.and_then(|mrz| mrz.birth);
    let shown = printed(sides, Key::BirthDate).and_then(|(_, value)| value.date);
    let born = match (written, shown) {
        (Some(one), Some(other)) if !compare::may_be_same_day(one, other) => {
            return Measure::absent(Missing::DatesDisagree);
        }
        (_, Some(date)) => Some(date),
        // Where the day is unknown it is the last it can have been.
        (Some(date), None) => PartialDate::latest(date),
        (None, None) => None,
    };
    let Some(born) = born.filter(|born| *born <= on) else {
        return Measure::absent(Missing::NoDate);
    };
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    let years = on.year() - born.year() - i16::from(!had_birthday);
    Measure::new("age-in-years/1", f64::from(years), f64::from(adult), Vec::new())
}

fn portrait(sides: &[Side<'_>]) -> Measure {
    let surest = sides
        .iter()
        .filter_map(|side| side.portrait)
        .max_by(f32::total_cmp);
    surest.map_or(Measure::absent(Missing::NotLooked), |score| {
        Measure::new(
            "portrait-found/1",
            f64::from(score),
            PORTRAIT_THRESHOLD,
            Vec::new(),
        )
    })
}
