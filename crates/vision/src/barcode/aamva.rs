//! What the PDF417 on driving licences and identity cards of North America says (AAMVA DL/ID Card Design Standard,
//! annex D).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::viz::Key;

/// A value of the barcode. Personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Element {
    /// As encoded, put together where the standard has it in parts (an address).
    pub text: String,
    /// The date, where it is one.
    pub date: Option<Date>,
}

/// The fields a text has, under the names of the visual zone; `None` where it is no AAMVA text. Elements that are
/// missing, empty, or not as the standard has them are left out.
#[must_use]
pub fn parse(text: &str) -> Option<BTreeMap<Key, Element>> {
    let header = text.find("ANSI ").or_else(|| text.find("AAMVA"))?;
    let elements = elements(&text[header..]);
    if elements.is_empty() {
        return None;
    }
    let get = |ids: &[&str]| ids.iter().find_map(|id| elements.get(*id)).cloned();
    let mut fields = BTreeMap::new();
    let mut put = |key: Key, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fields.insert(key, Element { text, date: None });
        }
    };
    // Version 1 had one element for the whole name: surname, given names, parted by commas.
    let whole = get(&["DAA"]).map(|name| {
        let mut parts = name.splitn(2, [',', '$']);
        let part = |text: Option<&str>| {
            text.unwrap_or_default()
                .replace([',', '$'], " ")
                .trim()
                .to_owned()
        };
        (part(parts.next()), part(parts.next()))
    });
    let given: Vec<String> = [get(&["DAC", "DCT"]), get(&["DAD"])]
        .into_iter()
        .flatten()
        .collect();
    let given = given.join(" ").replace([',', '$'], " ");
    put(
        Key::Surname,
        get(&["DCS", "DAB"]).or_else(|| whole.as_ref().map(|name| name.0.clone())),
    );
    put(
        Key::GivenNames,
        if given.is_empty() {
            whole.map(|name| name.1)
        } else {
            Some(given)
        },
    );
    put(Key::DocumentNumber, get(&["DAQ"]));
    put(Key::CountryCode, get(&["DCG"]));
    put(Key::Height, get(&["DAU"]));
    put(Key::EyesColor, get(&["DAY"]));
    put(
        Key::Sex,
        get(&["DBC"]).and_then(|code| match code.as_str() {
            "1" | "M" => Some("M".to_owned()),
            "2" | "F" => Some("F".to_owned()),
            "9" | "X" => Some("X".to_owned()),
            _ => None,
        }),
    );
    let address: Vec<String> = ["DAG", "DAH", "DAI", "DAJ", "DAK"]
        .iter()
        .filter_map(|id| elements.get(*id).cloned())
        .collect();
    put(Key::Address, Some(address.join(" ")));
    for (key, id) in [
        (Key::BirthDate, "DBB"),
        (Key::ExpiryDate, "DBA"),
        (Key::IssueDate, "DBD"),
    ] {
        let found = elements
            .get(id)
            .and_then(|text| Some((text.clone(), date(text)?)));
        if let Some((text, date)) = found {
            fields.insert(
                key,
                Element {
                    text,
                    date: Some(date),
                },
            );
        }
    }
    Some(fields)
}

/// The elements of a text by their three letters.
fn elements(text: &str) -> BTreeMap<String, String> {
    let mut elements = BTreeMap::new();
    for line in text.split(|c: char| c.is_control()) {
        // The first element follows the subfile's designator, the designator the header.
        let line = first_element(line).map_or(line, |at| &line[at..]);
        let Some((id, value)) = line.split_at_checked(3) else {
            continue;
        };
        let named = id.starts_with('D') && id.chars().all(|c| c.is_ascii_uppercase());
        let value = value.trim();
        if named && !value.is_empty() && !matches!(value, "NONE" | "unavl" | "unavail") {
            elements.entry(id.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    elements
}

/// Where the first element of a line begins that also has the designator of a subfile, `DL` or `ID`.
fn first_element(line: &str) -> Option<usize> {
    let starts = |at: &usize| {
        let id = line.get(at + 2..at + 5);
        id.is_some_and(|id| id.starts_with('D') && id.chars().all(|c| c.is_ascii_uppercase()))
    };
    let mut designators = line
        .match_indices("DL")
        .chain(line.match_indices("ID"))
        .map(|(at, _)| at);
    let at = designators.find(starts)?;
    // Only behind the header or at the line's start: a surname may contain these letters.
    (at == 0 || line.starts_with("ANSI ") || line.starts_with("AAMVA")).then_some(at + 2)
}

/// Month, day, year in the United States; year, month, day in Canada.
fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().ok();
    let day = |year: i16, month: i16, day: i16| {
        let plausible = (1880..=2150).contains(&year);
        plausible.then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok())?
    };
    let american = day(number(4..8)?, number(0..2)?, number(2..4)?);
    american.or_else(|| day(number(0..4)?, number(4..6)?, number(6..8)?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_licence_of_the_standard_is_understood() {
        let text = "@\n\u{1e}\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSPUBLIC\nDDEN\nDACJOHN\nDADQUINCY\nDBD08242015\nDBB01311970\nDBA01312035\nDBC1\nDAU069 in\nDAYGRN\nDAG789 E OAK ST\nDAIANYTOWN\nDAJCA\nDAK902230000  \nDCGUSA\r";
        let fields = parse(text).unwrap();
        let is = |key, text: &str| assert!(fields[&key].text == text, "{key:?}");
        is(Key::Surname, "PUBLIC");
        is(Key::GivenNames, "JOHN QUINCY");
        is(Key::DocumentNumber, "D12345678");
        is(Key::Sex, "M");
        is(Key::Address, "789 E OAK ST ANYTOWN CA 902230000");
        assert_eq!(fields[&Key::BirthDate].date, Some(date(1970, 1, 31)));
        assert_eq!(fields[&Key::ExpiryDate].date, Some(date(2035, 1, 31)));
    }

    #[test]
    fn canadian_dates_and_old_names_are_understood() {
        let fields = parse("ANSI 604428040002DL00390100DLDAAROE,JANE,ANN\rDBB19690128\rDBA20300128").unwrap();
        assert!(fields[&Key::Surname].text == "ROE");
        assert!(fields[&Key::GivenNames].text == "JANE ANN");
        assert_eq!(fields[&Key::BirthDate].date, Some(date(1969, 1, 28)));
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "ANSI ",
            "https://example.org",
            "AAMVA",
            "ANSI é DLDé",
            "\u{1e}\u{1e}",
        ] {
            assert!(parse(text).is_none(), "{text:?}");
        }
    }
}
