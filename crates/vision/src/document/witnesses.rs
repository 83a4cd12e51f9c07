//! What the visual zone says of fields that the MRZ has too, in the MRZ's form.

use jiff::civil::Date;

use crate::mrz::{Field, Format, Mrz, Spelling, Witness};
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

/// Whether the document code is one that Doc 9303 has for the layout (parts 4 to 7: P of passports, V of visas, A, C and I
/// of cards), or the layout is none of its. No check digit covers it.
pub fn has_known_code(mrz: &Mrz) -> bool {
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
pub fn bear_out(fields: &Fields, mrz: &Mrz) -> bool {
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
    use crate::mrz::parse;

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
}
