//! What the visual zone says of fields that the MRZ has too, in the MRZ's form.

use jiff::civil::Date;

use crate::mrz::{Field, Format, Mrz, Reading, Spelling, Witness};
use crate::mrz_lines;
use crate::state_codes;
use crate::viz::{Fields, Key};

/// Values of the visual zone that can prove a character of the MRZ together with its check digit.
pub fn of(fields: &Fields) -> Vec<Witness> {
    let number = |key, field| {
        let value: String = fields
            .text(key)?
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        (!value.is_empty()).then_some(Witness { field, value })
    };
    let date = |key, field| {
        let date: Date = fields.get(key)?.date?;
        let value = format!(
            "{:02}{:02}{:02}",
            date.year().rem_euclid(100),
            date.month(),
            date.day()
        );
        Some(Witness { field, value })
    };
    [
        // Of a Spanish card the number of the document is the support number.
        number(Key::SupportNumber, Field::DocumentNumber)
            .or_else(|| number(Key::DocumentNumber, Field::DocumentNumber)),
        // Its holder's number stands in the optional data, which the composite check digit covers.
        fields
            .get(Key::SupportNumber)
            .and_then(|_| number(Key::DocumentNumber, Field::Optional1)),
        date(Key::BirthDate, Field::BirthDate),
        date(Key::ExpiryDate, Field::ExpiryDate),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the second character of a document's code has to be where it is a letter. Of most documents it is a filler, and
/// fillers are misread for letters (never with more than 0.6 in what was looked at, real letters with 0.93 or more).
const SURE_LETTER: f32 = 0.8;

/// Whether what no check digit covers can be believed: its reader is sure of all of it, or the visual zone prints the
/// names. The document's code is printed nowhere else.
pub fn bear_out(reading: &Reading, mrz: &Mrz, fields: &Fields) -> bool {
    let is_sure = mrz_lines::weakest_unchecked(reading) >= mrz_lines::SURE || print_names(fields, mrz);
    is_sure && has_sure_code(reading) && has_known_code(mrz)
}

fn has_sure_code(reading: &Reading) -> bool {
    let second = reading.lines.first().and_then(|line| line.get(1));
    second.is_none_or(|cell| {
        let best = cell.best();
        let least = if best.character == '<' {
            mrz_lines::SURE
        } else {
            SURE_LETTER
        };
        best.confidence >= least
    })
}

/// Whether the document code is one that Doc 9303 has for the layout (parts 4 to 7: P of passports, V of visas, A, C and I
/// of cards), or the layout is none of its. No check digit covers it.
fn has_known_code(mrz: &Mrz) -> bool {
    let known: &[char] = match mrz.format {
        Format::Td3 => &['P'],
        Format::MrvA | Format::MrvB => &['V'],
        Format::Td1 | Format::Td2 | Format::Frid => &['A', 'C', 'I', 'P'],
        Format::Frdl | Format::Chdl | Format::Unknown => return true,
    };
    mrz.get(Field::DocumentCode)
        .is_some_and(|code| code.starts_with(known))
}

/// Whether the visual zone prints the names that the MRZ codes, and the states that no check digit covers exist.
fn print_names(fields: &Fields, mrz: &Mrz) -> bool {
    let same = |key, field| {
        let (Some(printed), Some(coded)) = (fields.text(key), mrz.get(field)) else {
            return false;
        };
        Spelling::compare(printed, coded, mrz.names_may_be_cut()) == Spelling::Same
    };
    let is_state = |field| {
        mrz.get(field)
            .is_none_or(|code| state_codes::alpha2(code).is_some())
    };
    is_state(Field::IssuingState)
        && is_state(Field::Nationality)
        && same(Key::Surname, Field::Surname)
        && same(Key::GivenNames, Field::GivenNames)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::mrz::{Cell, parse};

    #[test]
    fn a_document_code_that_no_document_has_is_not_believed() {
        let read = |code: char| {
            let upper = format!("{code}<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
            parse(
                &[&upper, "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
                date(2026, 11, 23),
            )
        };
        assert!(has_known_code(&read('P')));
        for misread in ['L', 'C'] {
            assert!(!has_known_code(&read(misread)));
        }
    }

    #[test]
    fn a_letter_in_the_code_is_believed_only_where_it_was_seen_clearly() {
        let upper = |code: char| format!("P{code}JPNGAIMU<<SAKURA<<<<<<<<<<<<<<<<<<<<<<<<<<");
        let lower = "XS12345673JPN7902206F1603202<<<<<<<<<<<<<<02";
        let believed = |code: char, confidence: f32| {
            let mut reading = Reading::of_text(&[&upper(code), lower], 0.95);
            reading.lines[0][1] = Cell::sure(code, confidence);
            bear_out(
                &reading,
                &parse(&[&upper(code), lower], date(2026, 11, 23)),
                &Fields::default(),
            )
        };
        assert!(believed('<', 0.6) && believed('P', 0.95));
        assert!(!believed('A', 0.6) && !believed('<', 0.3));
    }
}
