//! The forms countries give to the numbers on their documents, and the check characters in them.
//!
//! A form is written with `A` for a letter, `9` for a digit, `*` for either and `G` for the alphabet of German
//! documents, which has no character that could be taken for another (BSI TR-03127: digits and
//! `CFGHJKLMNPRTVWXYZ`).

use super::Key;

/// A number and what its form says of it.
pub(super) struct Number {
    /// As printed; characters exchanged where the form leaves no choice.
    pub text: String,
    /// Whether characters were exchanged.
    pub repaired: bool,
    /// Whether its check character is right, where it has one.
    pub check: Option<bool>,
    /// Whether a form of the country fits.
    pub known: bool,
}

/// Says whether the check character of a number in capitals without blanks is right.
type Check = fn(&str) -> Option<bool>;

const fn no_check(_: &str) -> Option<bool> {
    None
}

/// Forms by country and field.
const FORMS: &[(&str, Key, &str, Check)] = &[
    ("ESP", Key::DocumentNumber, "99999999A", spanish_letter),
    ("ESP", Key::DocumentNumber, "A9999999A", spanish_letter),
    ("ESP", Key::DocumentNumber, "AAA999999", no_check),
    ("ESP", Key::SupportNumber, "AAA999999", no_check),
    ("ESP", Key::SupportNumber, "A99999999", no_check),
    ("ITA", Key::DocumentNumber, "AA99999AA", no_check),
    ("ITA", Key::DocumentNumber, "AA9999999", no_check),
    ("ITA", Key::PersonalNumber, "AAAAAA**A**A***A", codice_fiscale),
    ("PRT", Key::DocumentNumber, "999999999**9", citizen_card),
    ("PRT", Key::DocumentNumber, "A999999", no_check),
    ("PRT", Key::DocumentNumber, "AA999999", no_check),
    ("PRT", Key::PersonalNumber, "999999999", no_check),
    ("PRT", Key::Team, "999999999", no_check),
    ("DEU", Key::DocumentNumber, "GGGGGGGGG", no_check),
    ("NLD", Key::DocumentNumber, "AA******9", no_check),
    ("NLD", Key::PersonalNumber, "999999999", eleven),
    ("BEL", Key::DocumentNumber, "999999999999", belgian_card),
    ("BEL", Key::DocumentNumber, "AA999999", no_check),
    ("BEL", Key::PersonalNumber, "99999999999", belgian_register),
    ("EST", Key::DocumentNumber, "AA9999999", no_check),
    ("EST", Key::PersonalNumber, "99999999999", baltic),
    ("LTU", Key::PersonalNumber, "99999999999", baltic),
    ("HRV", Key::DocumentNumber, "999999999", no_check),
    ("HRV", Key::PersonalNumber, "99999999999", oib),
    ("CHE", Key::DocumentNumber, "A9999999", no_check),
    ("POL", Key::PersonalNumber, "99999999999", pesel),
];

/// What the country's forms make of a number; without one that fits it is left as it is.
pub(super) fn fit(country: Option<&str>, key: Key, text: &str) -> Number {
    let mut best: Option<(bool, usize, Number)> = None;
    for (_, _, form, check) in FORMS.iter().filter(|f| Some(f.0) == country && f.1 == key) {
        let Some((fitted, changes)) = apply(form, text) else {
            continue;
        };
        let compact: String = fitted.chars().filter(char::is_ascii_alphanumeric).collect();
        let right = check(&compact.to_ascii_uppercase());
        let wrong = right == Some(false);
        if best
            .as_ref()
            .is_some_and(|(bad, least, _)| (*bad, *least) <= (wrong, changes))
        {
            continue;
        }
        let number = Number {
            text: fitted,
            repaired: changes > 0,
            check: right,
            known: true,
        };
        best = Some((wrong, changes, number));
    }
    best.map_or_else(
        || Number {
            text: text.to_owned(),
            repaired: false,
            check: None,
            known: false,
        },
        |(_, _, number)| number,
    )
}

/// The text with its letters and digits where the form has them, and how many were exchanged: at most two, and only
/// for a character they are taken for.
fn apply(form: &str, text: &str) -> Option<(String, usize)> {
    let mut places = form.chars();
    let mut changes = 0;
    let mut fitted = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_alphanumeric() {
            fitted.push(character);
            continue;
        }
        let place = places.next()?;
        let put = match place {
            '9' => as_digit(character)?,
            'A' => as_letter(character)?,
            'G' => as_german(character)?,
            _ => character.is_ascii_alphanumeric().then_some(character)?,
        };
        changes += usize::from(put != character.to_ascii_uppercase());
        fitted.push(if put == character.to_ascii_uppercase() {
            character
        } else {
            put
        });
    }
    (places.next().is_none() && changes <= 2).then_some((fitted, changes))
}

/// The digit a character is or is taken for.
const fn as_digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        'O' | 'o' | 'D' | 'Q' => Some('0'),
        'I' | 'i' | 'l' | 'L' => Some('1'),
        'Z' | 'z' => Some('2'),
        'S' | 's' => Some('5'),
        'G' | 'b' => Some('6'),
        'B' => Some('8'),
        'g' | 'q' => Some('9'),
        _ => None,
    }
}

/// The letter a character is or is taken for.
const fn as_letter(character: char) -> Option<char> {
    match character {
        'A'..='Z' => Some(character),
        'a'..='z' => Some(character.to_ascii_uppercase()),
        '0' => Some('O'),
        '1' => Some('I'),
        '2' => Some('Z'),
        '5' => Some('S'),
        '6' => Some('G'),
        '8' => Some('B'),
        _ => None,
    }
}

/// The character of the German alphabet a character is or is taken for.
const fn as_german(character: char) -> Option<char> {
    match character.to_ascii_uppercase() {
        c @ ('0'..='9' | 'C' | 'F' | 'G' | 'H' | 'J'..='N' | 'P' | 'R' | 'T' | 'V'..='Z') => Some(c),
        'O' | 'Q' | 'D' => Some('0'),
        'I' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

/// The value of each digit; `None` where a character is none.
fn values(number: &str) -> Option<Vec<u32>> {
    number.chars().map(|c| c.to_digit(10)).collect()
}

/// Spain's number of a person: the letter is the number modulo 23, X, Y and Z of a foreigner's count as 0, 1 and 2
/// (Real Decreto 1553/2005, article 11; Orden of 7 February 1997).
pub(super) fn spanish_letter(number: &str) -> Option<bool> {
    const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let (body, letter) = number.split_at_checked(number.len().checked_sub(1)?)?;
    let body = match body.chars().next()? {
        'X' => body.replacen('X', "0", 1),
        'Y' => body.replacen('Y', "1", 1),
        'Z' => body.replacen('Z', "2", 1),
        _ => body.to_owned(),
    };
    let Ok(value) = body.parse::<usize>() else {
        return Some(false);
    };
    Some(letter.as_bytes().first() == Some(&LETTERS[value % 23]))
}

/// Italy's tax code: the last letter comes from the values of the fifteen before it (Decreto ministeriale 23 December
/// 1976, n. 13813).
fn codice_fiscale(code: &str) -> Option<bool> {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let characters: Vec<char> = code.chars().collect();
    let (last, body) = characters.split_last()?;
    let mut sum = 0;
    for (i, c) in body.iter().enumerate() {
        let value = c.to_digit(10).or_else(|| c.to_digit(36).map(|v| v - 10))?;
        sum += if i % 2 == 0 {
            *ODD.get(value as usize)?
        } else {
            value
        };
    }
    Some(char::from_digit(sum % 26 + 10, 36)?.to_ascii_uppercase() == *last)
}

/// Portugal's citizen card: Luhn's sum over twelve characters, letters from 10 up.
fn citizen_card(number: &str) -> Option<bool> {
    let mut sum = 0;
    for (i, c) in number.chars().enumerate() {
        let mut value = c.to_digit(36)?;
        if i % 2 == 0 {
            value *= 2;
            value -= if value > 9 { 9 } else { 0 };
        }
        sum += value;
    }
    Some(sum % 10 == 0)
}

/// The Dutch number of a citizen: the weighted sum is a multiple of eleven, the last digit counted negatively.
fn eleven(number: &str) -> Option<bool> {
    let digits = values(number)?;
    let sum: i64 = digits
        .iter()
        .enumerate()
        .map(|(i, &d)| {
            i64::from(d)
                * if i == 8 {
                    -1
                } else {
                    9 - i64::try_from(i).unwrap_or(0)
                }
        })
        .sum();
    Some(sum % 11 == 0)
}

/// Belgium's card number: ten digits modulo 97, 97 for none.
fn belgian_card(number: &str) -> Option<bool> {
    let (body, check) = number.split_at_checked(10)?;
    let (body, check): (u64, u64) = (body.parse().ok()?, check.parse().ok()?);
    let rest = body % 97;
    Some(check == if rest == 0 { 97 } else { rest })
}

/// Belgium's national register number: 97 less nine digits modulo 97, with a 2 before them for those born from 2000 on
/// (Arrêté royal of 3 April 1984).
fn belgian_register(number: &str) -> Option<bool> {
    let (body, check) = number.split_at_checked(9)?;
    let (body, check): (u64, u64) = (body.parse().ok()?, check.parse().ok()?);
    Some(check == 97 - body % 97 || check == 97 - (2_000_000_000 + body) % 97)
}

/// The personal code of Estonia and Lithuania: two rounds of weights modulo 11 (EVS 585).
fn baltic(number: &str) -> Option<bool> {
    let digits = values(number)?;
    let (last, body) = digits.split_last()?;
    let round = |weights: [u32; 10]| body.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11;
    let first = round([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
    let check = if first < 10 {
        first
    } else {
        round([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 10
    };
    Some(check == *last)
}

/// Croatia's OIB: ISO/IEC 7064 modulo 11,10.
fn oib(number: &str) -> Option<bool> {
    let digits = values(number)?;
    let (last, body) = digits.split_last()?;
    let rest = body.iter().fold(10, |rest, d| {
        let sum = (rest + d) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    Some((11 - rest) % 10 == *last)
}

/// Poland's PESEL: weights 1, 3, 7, 9.
fn pesel(number: &str) -> Option<bool> {
    let digits = values(number)?;
    let (last, body) = digits.split_last()?;
    let sum: u32 = body
        .iter()
        .zip([1, 3, 7, 9, 1, 3, 7, 9, 1, 3])
        .map(|(d, w)| d * w)
        .sum();
    Some((10 - sum % 10) % 10 == *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_of_published_examples() {
        assert_eq!(spanish_letter("99999999R"), Some(true));
        assert_eq!(spanish_letter("99999999T"), Some(false));
        assert_eq!(codice_fiscale("RSSMRA85T10A562S"), Some(true));
        assert_eq!(codice_fiscale("RSSMRA85T10A562T"), Some(false));
        assert_eq!(citizen_card("000000000ZZ4"), Some(true));
        assert_eq!(eleven("123456782"), Some(true));
        assert_eq!(belgian_card("000000000097"), Some(true));
        assert_eq!(belgian_register("85073003328"), Some(true));
        assert_eq!(baltic("37605030299"), Some(true));
        assert_eq!(oib("94577403194"), Some(true));
        assert_eq!(pesel("44051401359"), Some(true));
    }

    #[test]
    fn a_form_forces_letters_and_digits_and_says_so() {
        let number = fit(Some("ESP"), Key::DocumentNumber, "9999999gR");
        assert_eq!(
            (number.text.as_str(), number.repaired, number.check),
            ("99999999R", true, Some(true))
        );
        let number = fit(Some("ESP"), Key::SupportNumber, "BAAOOO589");
        assert_eq!(number.text, "BAAOOO589", "three exchanges are a guess");
        let number = fit(Some("DEU"), Key::DocumentNumber, "LO1X00T47");
        assert_eq!((number.text.as_str(), number.repaired), ("L01X00T47", true));
        let number = fit(Some("BEL"), Key::DocumentNumber, "592-2178831-29");
        assert_eq!((number.text.as_str(), number.known), ("592-2178831-29", true));
        assert!(!fit(None, Key::DocumentNumber, "O0O").repaired);
    }
}
