//! Dates of an MRZ: two digits each of year, month and day (Doc 9303-3, 4.8), and the century they do not say.

use jiff::{ToSpan, civil::Date};

/// A date of birth, as far as the document knows it (Doc 9303-3, 4.8: fillers stand for what is unknown). Personal
/// data: it has no `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartialDate {
    /// The year, four digits.
    pub year: Option<i16>,
    /// The month, 1 to 12.
    pub month: Option<i8>,
    /// The day, 1 to 31.
    pub day: Option<i8>,
}

impl PartialDate {
    /// The day, where year, month and day are known.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// The last day it can have been: of two people born in the same year, the younger one's birthday.
    #[must_use]
    pub fn latest(self) -> Option<Date> {
        let month = self.month.unwrap_or(12);
        let first = Date::new(self.year?, month, 1).ok()?;
        match self.day {
            Some(day) => Date::new(first.year(), month, day).ok(),
            None => Some(first.last_of_month()),
        }
    }
}

/// Until when a document is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// The last day.
    On(Date),
    /// The document does not end.
    Never,
}

/// A date of birth. The century is the latest that does not put it after `on`: nobody is born in the future, and
/// nobody of more than a hundred years can be told from a child by two digits.
pub(super) fn birth(text: &[char], on: Date) -> Option<PartialDate> {
    let [year, month, day] = parts(text)?;
    let (month, day) = (month.map(i8::try_from), day.map(i8::try_from));
    let (month, day) = (month.transpose().ok()?, day.transpose().ok()?);
    let mut candidates = match year {
        // A leap year: the day may be any that its month can have.
        None => {
            return is_real(2000, month, day).then_some(PartialDate {
                year: None,
                month,
                day,
            });
        }
        Some(year) => [2000, 1900].map(|century| century + year).into_iter(),
    };
    candidates
        .find(|&year| {
            let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1));
            is_real(year, month, day) && first.is_ok_and(|first| first <= on)
        })
        .map(|year| PartialDate {
            year: Some(year),
            month,
            day,
        })
}

/// A last day of validity. The century is the one that puts it within fifty years of `on`, and not before the birth
/// where that is known. Only fillers: no end is stated.
pub(super) fn expiry(text: &[char], on: Date, birth: Option<PartialDate>) -> Option<Expiry> {
    let [year, month, day] = match parts(text)? {
        [Some(year), Some(month), Some(day)] => [year, month, day],
        [None, None, None] => return Some(Expiry::Never),
        _ => return None,
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let earliest = on.checked_sub(50.years()).ok()?;
    let born = birth.and_then(|birth| birth.year).unwrap_or(0);
    [1900, 2000, 2100]
        .into_iter()
        .filter_map(|century| Date::new(century + year, month, day).ok())
        .find(|date| *date > earliest && date.year() >= born)
        .map(Expiry::On)
}

/// Year, month and day; `None` in place of one where it is fillers, and where one is neither that nor digits.
fn parts(text: &[char]) -> Option<[Option<i16>; 3]> {
    let part = |pair: &[char]| match pair {
        ['<', '<'] => Some(None),
        [tens, ones] => {
            let number = tens.to_digit(10)? * 10 + ones.to_digit(10)?;
            i16::try_from(number).ok().map(Some)
        }
        _ => None,
    };
    match text {
        [y0, y1, m0, m1, d0, d1] => Some([part(&[*y0, *y1])?, part(&[*m0, *m1])?, part(&[*d0, *d1])?]),
        _ => None,
    }
}

fn is_real(year: i16, month: Option<i8>, day: Option<i8>) -> bool {
    match (month, day) {
        (None, None) => true,
        (None, Some(day)) => (1..=31).contains(&day),
        (Some(month), day) => Date::new(year, month, day.unwrap_or(1)).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn born(text: &str) -> Option<(Option<i16>, Option<i8>, Option<i8>)> {
        let text: Vec<char> = text.chars().collect();
        birth(&text, date(2026, 3, 1)).map(|it| (it.year, it.month, it.day))
    }

    fn ends(text: &str) -> Option<Expiry> {
        let text: Vec<char> = text.chars().collect();
        expiry(&text, date(2026, 3, 1), None)
    }

    #[test]
    fn nobody_is_born_in_the_future() {
        assert_eq!(born("260301"), Some((Some(2026), Some(3), Some(1))));
        assert_eq!(born("260302"), Some((Some(1926), Some(3), Some(2))));
        assert_eq!(born("26<<<<"), Some((Some(2026), None, None)));
        assert_eq!(born("27<<<<"), Some((Some(1927), None, None)));
    }

    #[test]
    fn a_birthday_exists() {
        assert_eq!(born("000229"), Some((Some(2000), Some(2), Some(29))));
        assert_eq!(
            born("280229"),
            Some((Some(1928), Some(2), Some(29))),
            "2028 is to come"
        );
        for none in [
            "010229", "800931", "801301", "000000", "8O0101", "8<0101", "80010",
        ] {
            assert_eq!(born(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        assert_eq!(born("8705<<"), Some((Some(1987), Some(5), None)));
        assert_eq!(born("<<<<<<"), Some((None, None, None)));
        let year = |year| PartialDate {
            year: Some(year),
            month: None,
            day: None,
        };
        assert_eq!(year(1987).latest(), Some(date(1987, 12, 31)));
        assert_eq!(year(1987).date(), None);
    }

    #[test]
    fn a_document_ends_within_fifty_years() {
        assert_eq!(
            ends("960623"),
            Some(Expiry::On(date(1996, 6, 23))),
            "expired long ago"
        );
        assert_eq!(
            ends("700601"),
            Some(Expiry::On(date(2070, 6, 1))),
            "valid for long"
        );
        assert_eq!(ends("<<<<<<"), Some(Expiry::Never));
        for none in ["12<<<<", "120431", "9<3861"] {
            assert_eq!(ends(none), None, "{none}");
        }
        let child = PartialDate {
            year: Some(1990),
            month: None,
            day: None,
        };
        let text: Vec<char> = "800101".chars().collect();
        let end = expiry(&text, date(2026, 3, 1), Some(child));
        assert_eq!(
            end,
            Some(Expiry::On(date(2080, 1, 1))),
            "not before the holder was born"
        );
    }
}
