//! Whether a text can be the value of a field, and what it then says.

use jiff::civil::Date;

use super::{Key, dates, fold::bare, numbers, page::is_word};

/// What is known while values are judged.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The issuing state, three letters.
    pub country: Option<&'a str>,
    /// The day of capture.
    pub today: Option<Date>,
}

/// A text as a field's value.
pub(super) struct Reading {
    /// The value.
    pub text: String,
    /// The date it is.
    pub date: Option<Date>,
    /// Whether characters were exchanged.
    pub repaired: bool,
    /// Whether its check character is right.
    pub check: Option<bool>,
    /// What is wrong with it, from 0: it only serves where nothing better is near.
    pub doubt: f32,
}

impl Reading {
    /// A text that is its own value.
    pub fn plain(text: &str, doubt: f32) -> Self {
        Self {
            text: text.to_owned(),
            date: None,
            repaired: false,
            check: None,
            doubt,
        }
    }
}

/// `text` as the value of `key`; `None` where it cannot be.
pub(super) fn judge(key: Key, text: &str, context: Context<'_>) -> Option<Reading> {
    let text = trimmed(text);
    let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
    let (letters, digits) = (count(|c| c.is_alphabetic()), count(char::is_ascii_digit));
    let length = letters + digits;
    if length == 0 || text.chars().count() > 120 {
        return None;
    }
    match key {
        Key::BirthDate | Key::ExpiryDate | Key::IssueDate => day(key, text, context),
        Key::Sex => sex(text),
        Key::Type => {
            let fits = letters <= 2
                && digits == 0
                && text.chars().all(|c| c.is_uppercase() || matches!(c, '<' | ' '));
            (fits && letters > 0).then(|| Reading::plain(text, 0.0))
        }
        Key::CountryCode => {
            let fits = letters <= 3 && digits == 0 && text.chars().all(char::is_uppercase);
            fits.then(|| Reading::plain(text, if letters == 3 || text == "D" { 0.0 } else { 0.5 }))
        }
        Key::Surname | Key::GivenNames | Key::SurnameGiven | Key::BirthName => name(text, letters, digits),
        Key::Nationality | Key::EyesColor => {
            words(text).filter(|r| !r.text.contains(|c: char| c.is_ascii_digit()))
        }
        Key::DocumentNumber | Key::PersonalNumber | Key::SupportNumber | Key::Team => {
            number(key, text, letters, digits, context)
        }
        Key::AccessNumber => (digits == 6 && letters == 0).then(|| Reading::plain(text, 0.0)),
        Key::Height => {
            let fits =
                (2..=4).contains(&digits) && letters <= 2 && text.starts_with(['1', '2', '0', '9', 'I', 'l']);
            fits.then(|| Reading::plain(text, 0.0))
        }
        Key::BirthPlaceDate => {
            let has_date = dates::find(text, of(Key::BirthDate, context)).is_some();
            Some(Reading::plain(text, if has_date { 0.0 } else { 0.6 }))
        }
        Key::BirthPlace | Key::Municipality | Key::PlaceIssued => {
            let is_date = dates::find(text, of(Key::BirthDate, context)).is_some();
            let mut reading = words(text).filter(|_| letters >= 2 && !is_date)?;
            reading.doubt += if digits > letters { 1.0 } else { 0.0 };
            Some(reading)
        }
        Key::PermitType => words(text),
        Key::Address if context.country == Some("ESP") => {
            let fitted = floors(text);
            let mut reading =
                (letters >= 1).then(|| Reading::plain(&fitted, if letters < 2 { 0.5 } else { 0.0 }))?;
            reading.repaired = fitted != text;
            Some(reading)
        }
        Key::Authority | Key::Address | Key::Parents | Key::Observations => {
            let is_date = dates::find(text, of(Key::BirthDate, context))
                .is_some_and(|d| d.text.len() + 2 >= text.len());
            (letters >= 1 && !is_date).then(|| Reading::plain(text, if letters < 2 { 0.5 } else { 0.0 }))
        }
        Key::Signature | Key::AuthoritySignature => {
            (letters >= 2 && digits == 0).then(|| Reading::plain(text, 1.0))
        }
    }
}

/// What a date field lets its date be.
pub(super) fn of(key: Key, context: Context<'_>) -> dates::Context {
    dates::Context {
        today: context.today,
        past: key != Key::ExpiryDate,
        month_first: context.country == Some("USA"),
    }
}

fn day(key: Key, text: &str, context: Context<'_>) -> Option<Reading> {
    let found = dates::find(text, of(key, context))?;
    let future = context.today.is_some_and(|today| found.date > today) && key != Key::ExpiryDate;
    let beside = found
        .around
        .0
        .chars()
        .chain(found.around.1.chars())
        .filter(|&c| is_word(c))
        .count();
    let doubt = if future { 2.0 } else { 0.0 } + if beside > 3 { 0.5 } else { 0.0 };
    Some(Reading {
        text: found.text,
        date: Some(found.date),
        repaired: found.repaired,
        check: None,
        doubt,
    })
}

/// Letters documents print for the sexes (ICAO Doc 9303-3 clause 3.8: F, M, X, with a national one before a stroke).
fn sex(text: &str) -> Option<Reading> {
    const WORDS: &[&str] = &[
        "M",
        "F",
        "X",
        "V",
        "K",
        "S",
        "H",
        "W",
        "N",
        "Z",
        "D",
        "Ž",
        "Ж",
        "Ч",
        "Q",
        "E",
        "MALE",
        "FEMALE",
        "MOT",
        "VYR",
        "MUJER",
        "HOMBRE",
        "HOMME",
        "FEMME",
        "MASCULINO",
        "FEMENINO",
        "MARA",
        "MAN",
        "VROUW",
        "VIR",
        "SIEV",
    ];
    // A stroke between two letters that was read as one: KIF.
    let letters: Vec<char> = text.chars().collect();
    let stroked = match letters[..] {
        [
            national,
            'I' | 'l' | '1' | '7' | '|' | 'J',
            own @ ('M' | 'F' | 'X'),
        ] if national.is_alphabetic() => Some(format!("{national}/{own}")),
        _ => None,
    };
    let repaired = stroked.is_some();
    let text = stroked.as_deref().unwrap_or(text);
    let tokens: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty())
        .map(str::to_uppercase)
        .collect();
    let folded = |t: &String| WORDS.contains(&t.as_str()) || WORDS.contains(&bare(t).as_str());
    let plain = tokens
        .iter()
        .any(|t| matches!(t.as_str(), "M" | "F" | "X") || t.chars().count() > 2);
    let fits = (1..=2).contains(&tokens.len()) && tokens.iter().all(folded) && (plain || tokens.len() == 1);
    fits.then(|| Reading {
        repaired,
        ..Reading::plain(text, if plain { 0.0 } else { 0.5 })
    })
}

/// Words: a digit that is taken for a letter and stands among three or more of them was one.
fn words(text: &str) -> Option<Reading> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let word = |word: &str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let lower = word.chars().any(char::is_lowercase);
        // A digit behind a word may be a district's (PRAHA 1), its blank lost; a zero is none.
        let last = word.chars().count().saturating_sub(1);
        let put = |(at, c)| {
            if letters >= 3 && digits == 1 && !lower && (at < last || c == '0') {
                as_letter(c)
            } else {
                c
            }
        };
        word.chars().enumerate().map(put).collect::<String>()
    };
    let fitted = text.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let mut reading = Reading::plain(&fitted, 0.0);
    reading.repaired = fitted != text;
    Some(reading)
}

/// The letter a digit is taken for.
const fn as_letter(character: char) -> char {
    match character {
        '0' => 'O',
        '1' => 'I',
        '5' => 'S',
        '8' => 'B',
        c => c,
    }
}

/// A name has letters; a digit among them was a letter.
fn name(text: &str, letters: usize, digits: usize) -> Option<Reading> {
    if letters == 0 || digits * 3 > letters {
        return None;
    }
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "-'’‘`´.,()/·".contains(c);
    let strange = text.chars().filter(|&c| !allowed(c)).count();
    let fitted: String = text.chars().map(as_letter).collect();
    let left = fitted.chars().any(|c| c.is_ascii_digit());
    let doubt = if letters == 1 { 0.6 } else { 0.0 } + if strange > 0 || left { 0.5 } else { 0.0 };
    Some(Reading {
        repaired: digits > 0 && !left,
        text: if left { text.to_owned() } else { fitted },
        date: None,
        check: None,
        doubt,
    })
}

fn number(key: Key, text: &str, letters: usize, digits: usize, context: Context<'_>) -> Option<Reading> {
    let length = letters + digits;
    let ascii = text.chars().filter(|&c| is_word(c)).all(|c| c.is_ascii());
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    if !(5..=20).contains(&length) || digits < 2 || !ascii || lower > 2 || text.split_whitespace().count() > 5
    {
        return None;
    }
    // Two letters and more between digits are a word: "12 RUE DES 4".
    if letters > digits + 6 {
        return None;
    }
    let is_date = dates::find(text, of(Key::ExpiryDate, context)).is_some_and(|d| d.text.len() == text.len());
    let fitted = numbers::fit(context.country, key, text);
    // Eight digits may be a number and a day; with strokes or points between them they are a day.
    if is_date && (!text.chars().all(|c| c.is_ascii_digit()) || !fitted.known) {
        return None;
    }
    let doubt = match (fitted.known, fitted.check) {
        (true, Some(false)) => 0.4,
        (true, _) => 0.0,
        (false, _) if digits < 5 => 0.8,
        (false, _) => 0.2,
    };
    Some(Reading {
        text: fitted.text,
        date: None,
        repaired: fitted.repaired,
        check: fitted.check,
        doubt,
    })
}

/// A Spanish address counts floors and doors in two digits after a letter (`P02 B`): an O between the letter and a
/// digit is a zero.
fn floors(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = |i: usize| characters.get(i).copied().unwrap_or(' ');
    let floor = |i: usize| {
        i > 0
            && at(i) == 'O'
            && at(i - 1).is_ascii_uppercase()
            && at(i + 1).is_ascii_digit()
            && !at(i + 2).is_alphanumeric()
            && (i == 1 || !at(i - 2).is_alphanumeric())
    };
    (0..characters.len())
        .map(|i| if floor(i) { '0' } else { at(i) })
        .collect()
}

/// Without blanks and punctuation at its ends that belong to no value.
pub(super) fn trimmed(text: &str) -> &str {
    let stray = |c: char| c.is_whitespace() || ":;,_=*~^|/\\'\"`´‘’“”«»<>•·-–—.".contains(c);
    let text = text.trim_start_matches(stray);
    let end = text.trim_end_matches(|c: char| stray(c) && c != '.');
    // A point may belong to the value: "25.12.1982."
    end.trim_end_matches(" .")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SPAIN: Context<'_> = Context {
        country: Some("ESP"),
        today: Some(date(2026, 11, 23)),
    };

    fn text(key: Key, text: &str) -> Option<String> {
        judge(key, text, SPAIN).map(|r| r.text)
    }

    #[test]
    fn a_sex_is_a_letter_or_two() {
        for value in ["F", "M", "V/F", "F/Ž", "MOT / F", "Ж/F", "X", "M/M"] {
            assert_eq!(text(Key::Sex, value).as_deref(), Some(value));
        }
        let read = judge(Key::Sex, "KIF", SPAIN).unwrap();
        assert_eq!((read.text.as_str(), read.repaired), ("K/F", true));
        for value in ["MADRID", "F MADRID", "01 01 1980", "", "P"] {
            assert!(text(Key::Sex, value).is_none(), "{value}");
        }
    }

    #[test]
    fn a_floor_is_a_number() {
        let read = judge(Key::Address, "C. OCA 5 PO2 B, SORO 3", SPAIN).unwrap();
        assert_eq!(
            (read.text.as_str(), read.repaired),
            ("C. OCA 5 P02 B, SORO 3", true)
        );
    }

    #[test]
    fn a_name_has_letters() {
        assert_eq!(text(Key::Surname, "R0SSI").as_deref(), Some("ROSSI"));
        assert!(judge(Key::Surname, "R0SSI", SPAIN).unwrap().repaired);
        assert!(text(Key::Surname, "01 01 1980").is_none());
        assert!(text(Key::Surname, "99999999R").is_none());
    }

    #[test]
    fn a_digit_in_a_word_is_a_letter_and_one_behind_it_is_none() {
        assert_eq!(text(Key::BirthPlace, "T0LED0").as_deref(), Some("T0LED0"));
        assert_eq!(text(Key::BirthPlace, "TOLED0").as_deref(), Some("TOLEDO"));
        assert_eq!(text(Key::BirthPlace, "MAL1GA").as_deref(), Some("MALIGA"));
        assert_eq!(text(Key::BirthPlace, "PRAHA1").as_deref(), Some("PRAHA1"));
    }

    #[test]
    fn a_number_is_no_date_and_no_street() {
        assert_eq!(
            text(Key::DocumentNumber, "99999999R").as_deref(),
            Some("99999999R")
        );
        assert!(text(Key::DocumentNumber, "01 01 1980").is_none());
        assert!(text(Key::DocumentNumber, "C. REAL DE PEPINO 5 P02 B").is_none());
        assert_eq!(text(Key::Team, "616517286").as_deref(), Some("616517286"));
    }
}
