//! Zones of documents for the tests that need them, as readers would hand them over.

use std::path::Path;

use jiff::civil::{Date, date};
use vision::{
    geometry::{Quad, Rect},
    mrz::{self, Mrz},
    sides::{CodedZone, Side},
    viz::{Fields, Key, Value},
};

pub const TODAY: Date = date(2026, 11, 23);

pub fn coded(lines: &[&str]) -> Mrz {
    mrz::parse(lines, TODAY)
}

/// The lines with the check digits that their data ask for.
pub fn with_digits(lines: &[impl AsRef<str>]) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|line| line.as_ref().to_owned()).collect();
    // The one over all covers the others: it comes out in the second round.
    for _ in 0..2 {
        let refs: Vec<&str> = lines.iter().map(String::as_str).collect();
        for check in coded(&refs).checks {
            let at = check.position..=check.position;
            lines[check.line].replace_range(at, &check.wanted.to_string());
        }
    }
    lines
}

/// The same, understood.
pub fn sealed(lines: &[&str]) -> Mrz {
    let lines = with_digits(lines);
    coded(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The fields of a visual zone; a text with a line break is printed on two lines.
pub fn printed(values: &[(Key, &str)]) -> Fields {
    let value = |text: &str| Value {
        text: text.replace('\n', " "),
        parts: text.split('\n').map(str::to_owned).collect(),
        date: text.parse().ok(),
        confidence: 0.8,
        quad: quad(1.0),
        repaired: false,
        check: None,
    };
    Fields {
        values: values.iter().map(|(key, text)| (*key, value(text))).collect(),
        ..Fields::default()
    }
}

pub fn quad(at: f32) -> Quad {
    Quad::of(Rect::new(at, at, 10.0, 2.0))
}

pub fn side<'a>(mrz: Option<&'a Mrz>, fields: Option<&'a Fields>) -> Side<'a> {
    let zone = |mrz| CodedZone {
        mrz,
        quad: quad(2.0),
        confidence: 0.9,
    };
    Side {
        coded: mrz.map(zone),
        printed: fields,
        portrait: None,
    }
}

/// Says that a test did not run because its data are not there.
#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
pub fn skip(path: &Path) {
    eprintln!("SKIPPED: nothing at {}", path.display());
}
