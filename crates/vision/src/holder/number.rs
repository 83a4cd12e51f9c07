//! The number a certificate names its subject by.

use crate::{
    mrz::Field,
    sides::{Side, coded, plain, printed},
    viz::Key,
};

use super::{
    entry::{Entry, Found, Reason, checks_hold},
    kind::Document,
};

/// The letters of Spanish numbers, by the remainder of the digits divided by 23 (Royal Decree 1553/2005, article 11,
/// and Order INT/2058/2008 for foreigners' numbers).
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Whether a Spanish number (eight digits and a letter) or a foreigner's number in Spain (X, Y or Z, seven digits and
/// a letter) has the letter its digits ask for. Anything else has none.
#[must_use]
pub fn has_right_letter(number: &str) -> bool {
    let bytes = number.as_bytes();
    let [first, middle @ .., letter] = bytes else {
        return false;
    };
    let lead = match first {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        digit => *digit,
    };
    let digits = std::iter::once(&lead).chain(middle);
    let mut value = 0_u32;
    for digit in digits {
        if !digit.is_ascii_digit() || bytes.len() != 9 {
            return false;
        }
        value = value * 10 + u32::from(digit - b'0');
    }
    let index = usize::try_from(value % 23).expect("less than 23");
    LETTERS[index] == *letter
}

pub(super) fn serial(sides: &[Side<'_>], document: &Document) -> Entry {
    if !document.is_identity_document {
        return Entry::absent(Reason::NoIdentityDocument);
    }
    let coded = coded(sides);
    let field = if document.is_spanish_card {
        Field::Optional1
    } else {
        Field::DocumentNumber
    };
    let value = coded.and_then(|(_, zone)| zone.mrz.get(field));
    let written = value
        .zip(coded)
        .map(|(value, coded)| Found::coded(&plain(value), coded, &[field]));
    let shown = printed(sides, Key::DocumentNumber).map(|seen| Found::printed(&plain(&seen.1.text), seen));
    let shown = shown.filter(|found| found.value.chars().any(|it| it.is_ascii_digit()));
    if document.is_spanish_card {
        return spanish(written, shown);
    }
    let is_proved = coded.is_some_and(|(_, zone)| checks_hold(zone.mrz, &[field]));
    match (written, shown) {
        (Some(written), Some(shown)) if written.value == shown.value => {
            Entry::Found(Found::both(written, &shown))
        }
        (Some(written), Some(shown)) if is_proved || written.confidence >= shown.confidence => {
            Entry::Found(Found::against(written, shown))
        }
        (Some(written), Some(shown)) => Entry::Found(Found::against(shown, written)),
        (Some(one), None) | (None, Some(one)) => Entry::Found(one),
        (None, None) => Entry::absent(Reason::NotRead),
    }
}

/// The number with its letter: one that has the wrong one is left for a person.
fn spanish(written: Option<Found>, shown: Option<Found>) -> Entry {
    let is_right = |found: &Found| has_right_letter(&found.value);
    let (written, wrong) = match written {
        Some(written) if is_right(&written) => (Some(written), None),
        other => (None, other),
    };
    match (written, shown) {
        (Some(written), Some(shown)) if written.value == shown.value => {
            Entry::Found(Found::both(written, &shown))
        }
        (Some(written), Some(shown)) => Entry::Found(Found::against(written, shown)),
        (Some(one), None) => Entry::Found(one),
        (None, Some(shown)) if is_right(&shown) => Entry::Found(shown),
        (None, shown) => match wrong.or(shown) {
            Some(wrong) => Entry::left(Reason::WrongLetter, wrong),
            None => Entry::absent(Reason::NotRead),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::has_right_letter;

    #[test]
    fn the_letter_follows_from_the_digits() {
        for right in [
            "99999999R",
            "00000023T",
            "12345678Z",
            "76183305Z",
            "X5511882R",
            "X2894553A",
            "Y0000000Z",
            "Z0000000M",
        ] {
            assert!(has_right_letter(right), "{right}");
        }
        for wrong in [
            "99999999T",
            "X5511882T",
            "9999999R",
            "999999999R",
            "A9999999R",
            "9999X999R",
            "",
            "R",
            "\u{e9}",
        ] {
            assert!(!has_right_letter(wrong), "{wrong}");
        }
    }
}
