//! The visual zone: what a document says to a reader's eye, as fields.
//!
//! Values are found by their labels and by the layout, in the words of any of the EU's languages, and are only taken
//! where they can be what the label says: a date is a date, a number has the form its country gives it. Where the MRZ
//! on the page is known, what says its fields is found without a label. It only says where to look: comparing the two is
//! `vision::agreement`'s part, and nothing is made to agree but a character of a number that print cannot tell apart.

mod anchor;
mod compose;
mod dates;
mod fold;
mod headings;
mod infer;
mod key;
mod labels;
mod layout;
mod numbers;
mod order;
mod page;
mod tags;
mod values;
mod wordings;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    geometry::Quad,
    mrz::{Field, Format, Mrz},
    text::Line,
};

pub use key::Key;
use layout::Sheet;
use page::Page;
use values::Context;

/// What is known before the visual zone is read.
#[derive(Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The issuing state, three letters as in an MRZ (`ESP`, Germany `D` or `DEU`), where an MRZ or another side said
    /// so.
    pub country: Option<&'a str>,
    /// The names in an MRZ. They only serve to tell surname and given names apart where the document prints both
    /// under one label: the letters always come from the visual zone.
    pub names: Option<Names<'a>>,
    /// The day of capture: years of two digits are understood from it. Without it they are no dates.
    pub today: Option<Date>,
}

/// Names as an MRZ writes them, blanks for fillers.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The primary identifier.
    pub surname: &'a str,
    /// The secondary identifier.
    pub given_names: &'a str,
}

/// What kind of document the headings name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A passport.
    Passport,
    /// An identity card.
    IdentityCard,
    /// A residence permit or card.
    ResidencePermit,
    /// A driving licence.
    DrivingLicence,
    /// A visa.
    Visa,
}

/// Which side of a document is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The side with the name and the portrait, also a passport's data page.
    Front,
    /// The other side.
    Rear,
}

/// A value as the visual zone prints it. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Value {
    /// As printed, marks included; the lines of a value that has several with a blank between them.
    pub text: String,
    /// The value's lines, or, of surnames, each surname where the document sets them apart (on lines of their own or
    /// under labels of their own). One part says nothing about how many surnames there are.
    pub parts: Vec<String>,
    /// The date, where the value is one.
    pub date: Option<Date>,
    /// How sure the reading is, 0 to 1: that of the characters, less where the place was only inferred.
    pub confidence: f32,
    /// Where it is in the picture that was given.
    pub quad: Quad,
    /// Whether characters were exchanged because the value's form forces it (an `O` among the digits of a date).
    pub repaired: bool,
    /// Whether the value's own check character is right, where its form has one (the letter of a Spanish number).
    pub check: Option<bool>,
}

/// What the visual zone says. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct Fields {
    /// The issuing state that was given or that the headings name, three letters as in ISO 3166-1; where neither says
    /// one, that in a machine-readable zone on the same page, as it was read.
    pub country: Option<String>,
    /// The kind of document the headings name.
    pub kind: Option<Kind>,
    /// Which side it is, where its fields tell.
    pub side: Option<Side>,
    /// The fields.
    pub values: BTreeMap<Key, Value>,
}

impl Fields {
    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.values.get(&key)
    }

    /// The text of `key`.
    #[must_use]
    pub fn text(&self, key: Key) -> Option<&str> {
        self.get(key).map(|value| value.text.as_str())
    }
}

/// The fields in the lines read in a picture of `size` (width and height in pixels), which has to be upright within
/// some ten degrees: a straightened document, or a whole picture with the document in it.
#[must_use]
pub fn read(lines: &[Line], size: (usize, usize), hints: Hints<'_>) -> Fields {
    read_beside(lines, size, hints, None)
}

/// As [`read`], on a page whose MRZ is known: what the page prints of the MRZ's fields is found by what it says, also
/// where its label could not be read. The MRZ need not be valid: of fields with a check digit those count whose own is
/// right, names where the page prints them.
#[must_use]
pub fn read_beside(lines: &[Line], size: (usize, usize), hints: Hints<'_>, mrz: Option<&Mrz>) -> Fields {
    let names = mrz.and_then(|mrz| {
        mrz.get(Field::Surname).map(|surname| Names {
            surname,
            given_names: mrz.get(Field::GivenNames).unwrap_or(""),
        })
    });
    let hints = Hints {
        names: hints.names.or(names),
        ..hints
    };
    let lines = &lines[..lines.len().min(MOST_LINES)];
    let page = Page::new(lines);
    let mut sheet = Sheet::new(&page);
    let (country, kind) = named(&page, size.1);
    let country = hints
        .country
        .map(alpha_3)
        .or_else(|| country.map(str::to_owned))
        .or_else(|| page.state.as_deref().map(alpha_3));
    let context = Context {
        country: country.as_deref(),
        today: hints.today,
    };
    let anchors = mrz.map_or_else(Vec::new, |mrz| anchor::find(&mut sheet, mrz, context));
    let mut placed = sheet.pair(anchors, context);
    let coded_sex = mrz.and_then(|mrz| mrz.get(Field::Sex));
    infer::add(&mut sheet, &mut placed, hints, coded_sex, context);
    if mrz.is_some_and(|mrz| mrz.format == Format::Td3) {
        order::add(&mut sheet, &mut placed, context);
    }
    let values = compose::values(&mut sheet, placed, hints, context);
    Fields {
        side: side(&page, kind, &values),
        country,
        kind,
        values,
    }
}

/// A picture with more lines than this is no document; the rest is not looked at.
const MOST_LINES: usize = 300;

/// Three letters of a country whose code in an MRZ is shorter (ICAO Doc 9303-3 section 5: Germany's D).
fn alpha_3(code: &str) -> String {
    match code.trim_end_matches('<') {
        "D" => "DEU".to_owned(),
        other => other.to_owned(),
    }
}

/// The country and the kind the headings name: those most letters speak for, the upper ones more.
fn named(page: &Page, height: usize) -> (Option<&'static str>, Option<Kind>) {
    let mut countries: Vec<(&str, f32)> = Vec::new();
    let mut kinds: Vec<(Kind, f32)> = Vec::new();
    for row in 0..page.rows.len() {
        for run in page.runs(row) {
            let heading = headings::find(&page.text(&run));
            #[expect(clippy::cast_precision_loss, reason = "a picture's height is a small number")]
            let lower = (run.y / height.max(1) as f32).clamp(0.0, 1.0);
            let weight = (1.5 - lower) * if heading.share > 0.5 { 2.0 } else { 1.0 };
            #[expect(clippy::cast_precision_loss, reason = "letters of a heading are few")]
            let letters = |n: usize| n as f32 * weight;
            if let Some((country, n)) = heading.country {
                match countries.iter_mut().find(|c| c.0 == country) {
                    Some(known) => known.1 += letters(n),
                    None => countries.push((country, letters(n))),
                }
            }
            if let Some((kind, n)) = heading.kind {
                match kinds.iter_mut().find(|k| k.0 == kind) {
                    Some(known) => known.1 += letters(n),
                    None => kinds.push((kind, letters(n))),
                }
            }
        }
    }
    (
        countries
            .into_iter()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|c| c.0),
        kinds.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|k| k.0),
    )
}

/// Which side has these fields: a card's MRZ of three lines is on its rear (ICAO Doc 9303-5 clause 3), one of two on
/// its front (Doc 9303-6), as is the name.
fn side(page: &Page, kind: Option<Kind>, values: &BTreeMap<Key, Value>) -> Option<Side> {
    let has = |keys: &[Key]| keys.iter().any(|key| values.contains_key(key));
    if kind == Some(Kind::Passport) || has(&[Key::Surname, Key::SurnameGiven, Key::GivenNames]) {
        return Some(Side::Front);
    }
    match page.mrz {
        Some((2, longest)) if longest > 33 => return Some(Side::Front),
        Some(_) => return Some(Side::Rear),
        None => {}
    }
    let rear = [
        Key::Address,
        Key::Parents,
        Key::BirthPlace,
        Key::Authority,
        Key::Height,
        Key::IssueDate,
        Key::Team,
    ];
    if has(&rear) {
        return Some(Side::Rear);
    }
    kind.map(|_| Side::Front)
}
