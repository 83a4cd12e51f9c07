//! MRZs written from fields: each is understood as what was written, and no changed character is overlooked.

use proptest::{collection::vec, prelude::*, sample::select};
use vision::mrz::{Cell, Field, Format, Mrz, Reading, parse, settle};

use crate::zones::{TODAY, coded, with_digits};

/// What is written, and as which layout.
#[derive(Debug, Clone)]
struct Written {
    format: Format,
    number: String,
    surname: String,
    given: String,
    birth: String,
    expiry: String,
    sex: char,
    optional: String,
}

fn left(text: &str, width: usize) -> String {
    let mut text: String = text.replace(' ', "<").chars().take(width).collect();
    text.extend(std::iter::repeat_n('<', width - text.chars().count()));
    text
}

impl Written {
    fn lines(&self) -> Vec<String> {
        let names = |width| left(&format!("{}<<{}", self.surname, self.given), width);
        let (birth, expiry, sex) = (&self.birth, &self.expiry, self.sex);
        let number = left(&self.number, 9);
        // A long number goes on in the optional data, its check digit behind it.
        let rest: String = self.number.chars().skip(9).collect();
        let (check, optional) = if rest.is_empty() {
            ('0', self.optional.clone())
        } else {
            ('<', format!("{rest}0"))
        };
        let lines = match self.format {
            Format::Td1 => vec![
                format!("I<UTO{number}{check}{}", left(&optional, 15)),
                format!("{birth}0{sex}{expiry}0UTO{}0", left("", 11)),
                names(30),
            ],
            Format::Td2 => vec![
                format!("I<UTO{}", names(31)),
                format!("{number}{check}UTO{birth}0{sex}{expiry}0{}0", left(&optional, 7)),
            ],
            Format::Td3 => vec![
                format!("P<UTO{}", names(39)),
                format!("{number}0UTO{birth}0{sex}{expiry}0{}00", left(&optional, 14)),
            ],
            Format::MrvA => vec![
                format!("V<UTO{}", names(39)),
                format!("{number}0UTO{birth}0{sex}{expiry}0{}", left(&optional, 16)),
            ],
            Format::MrvB => vec![
                format!("V<UTO{}", names(31)),
                format!("{number}0UTO{birth}0{sex}{expiry}0{}", left(&optional, 8)),
            ],
            _ => vec![
                format!("IDFRA{}<<<<<<", left(&self.surname, 25)),
                format!(
                    "{}0{}{birth}0{sex}0",
                    left(&self.number, 12),
                    left(&self.given, 14)
                ),
            ],
        };
        with_digits(&lines)
    }
}

fn parse_lines(lines: &[String]) -> Mrz {
    coded(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

fn date() -> impl Strategy<Value = String> {
    (0..100, 1..=12, 1..=28).prop_map(|(year, month, day)| format!("{year:02}{month:02}{day:02}"))
}

fn birth() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => date(),
        1 => (0..100, 1..=12).prop_map(|(year, month)| format!("{year:02}{month:02}<<")),
        1 => Just("<<<<<<".to_owned()),
    ]
}

fn written() -> impl Strategy<Value = Written> {
    let formats = [
        Format::Td1,
        Format::Td2,
        Format::Td3,
        Format::MrvA,
        Format::MrvB,
        Format::Frid,
    ];
    let number = ("[A-Z0-9]{5,9}", "[A-Z0-9]{1,5}", any::<bool>());
    let names = ("[A-Z]{2,7}( [A-Z]{1,5})?", "[A-Z]{2,7}( [A-Z]{1,5})?");
    let rest = (birth(), date(), select(vec!['M', 'F', '<']), "[A-Z0-9]{0,7}");
    (select(formats.to_vec()), number, names, rest).prop_map(
        |(format, (number, more, is_long), (surname, given), (birth, expiry, sex, optional))| {
            let is_long = is_long && matches!(format, Format::Td1 | Format::Td2) && number.len() == 9;
            Written {
                format,
                number: if is_long { number + &more } else { number },
                surname,
                given,
                birth,
                expiry,
                sex,
                optional,
            }
        },
    )
}

/// The places that a check digit covers, check digits included.
fn covered(format: Format) -> Vec<(usize, usize)> {
    let spans: &[(usize, std::ops::Range<usize>)] = match format {
        Format::Td1 => &[(0, 5..30), (1, 0..7), (1, 8..15), (1, 18..30)],
        Format::Td2 => &[(1, 0..10), (1, 13..20), (1, 21..36)],
        Format::Td3 => &[(1, 0..10), (1, 13..20), (1, 21..44)],
        Format::MrvA | Format::MrvB => &[(1, 0..10), (1, 13..20), (1, 21..28)],
        _ => &[(0, 0..36), (1, 0..36)],
    };
    spans
        .iter()
        .flat_map(|(line, range)| range.clone().map(|position| (*line, position)))
        .collect()
}

fn weight(character: char) -> u32 {
    character.to_digit(36).unwrap_or(0) % 10
}

fn replace(lines: &mut [String], (line, position): (usize, usize), to: char) -> char {
    let from = lines[line].as_bytes()[position] as char;
    lines[line].replace_range(position..=position, &to.to_string());
    from
}

proptest! {
    #[test]
    fn what_was_written_is_understood(written in written()) {
        let lines = written.lines();
        let mrz = parse_lines(&lines);
        prop_assert!(mrz.valid, "{lines:?} {:?}", mrz.errors);
        prop_assert_eq!(mrz.format, written.format);
        prop_assert_eq!(mrz.get(Field::DocumentNumber), Some(written.number.as_str()));
        prop_assert_eq!(mrz.get(Field::Surname), Some(written.surname.as_str()));
        prop_assert_eq!(mrz.get(Field::GivenNames), Some(written.given.as_str()));
        prop_assert_eq!(mrz.get(Field::BirthDate), Some(written.birth.as_str()));
        prop_assert!(mrz.birth.is_some_and(|birth| birth.date().is_none_or(|date| date <= TODAY)));
        if written.format != Format::Frid {
            prop_assert_eq!(mrz.get(Field::ExpiryDate), Some(written.expiry.as_str()));
        }
    }

    #[test]
    fn no_changed_character_is_overlooked(
        written in written(),
        place in any::<prop::sample::Index>(),
        to in "[A-Z0-9<]",
    ) {
        let mut lines = written.lines();
        let before = parse_lines(&lines);
        let covered = covered(written.format);
        let to = to.chars().next().unwrap();
        let from = replace(&mut lines, covered[place.index(covered.len())], to);
        if from == to {
            return Ok(());
        }
        let after = parse_lines(&lines);
        // Never the same document, and no valid one where the two characters weigh differently; the first letters of
        // the French card also say which layout it is.
        prop_assert!(!after.valid || after.fields != before.fields, "{lines:?}");
        let same_layout = after.format == before.format;
        prop_assert!(!after.valid || !same_layout || weight(from) == weight(to), "{from} {to} {lines:?}");
    }

    #[test]
    fn what_is_settled_is_what_was_written(
        written in written(),
        places in vec((any::<prop::sample::Index>(), "[A-Z0-9<]"), 1..4),
    ) {
        let lines = written.lines();
        // In a name a digit is forced to be a letter, which may weigh as much as what stood there.
        let names = |place: &(usize, usize)| {
            written.format == Format::Frid && (place.0 == 0 || (13..27).contains(&place.1))
        };
        let covered: Vec<_> = covered(written.format).into_iter().filter(|place| !names(place)).collect();
        let mut frames = Vec::new();
        for (place, to) in &places {
            let mut frame = lines.clone();
            let to = to.chars().next().unwrap();
            let from = replace(&mut frame, covered[place.index(covered.len())], to);
            // Characters of the same weight are the same to every check digit.
            if from != to && weight(from) == weight(to) {
                continue;
            }
            frames.push(Reading::of_text(&frame.iter().map(String::as_str).collect::<Vec<_>>(), 0.9));
        }
        let Some(mrz) = settle(&frames, &[], TODAY) else {
            return Ok(());
        };
        prop_assert!(!mrz.valid || mrz.lines == lines, "{lines:?}");
    }

    #[test]
    fn any_text_is_survived(lines in vec("\\PC{0,50}", 0..5)) {
        let refs: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mrz = parse(&refs, TODAY);
        prop_assert_eq!(mrz.valid, mrz.errors.is_empty());
        let reading = Reading::of_text(&refs, 0.5);
        prop_assert!(settle(&[reading], &[], TODAY).is_some());
    }

    #[test]
    fn any_characters_of_an_mrz_are_survived(
        shape in select(vec![vec![30, 30, 30], vec![36, 36], vec![44, 44], vec![30], vec![9, 30, 30]]),
        text in "[A-Z0-9<]{90}",
        begin in select(vec!["", "V", "IDFRA", "D1FRA"]),
    ) {
        let mut rest = format!("{begin}{text}");
        let lines: Vec<String> = shape.iter().map(|length| {
            let tail = rest.split_off((*length).min(rest.len()));
            std::mem::replace(&mut rest, tail)
        }).collect();
        let mrz = parse_lines(&lines);
        prop_assert!(serde_json::to_string(&mrz).is_ok());
        let cells = |line: &String| line.chars().map(|it| Cell::sure(it, 0.5)).collect();
        let frames = [Reading { lines: lines.iter().map(cells).collect() }];
        let settled = settle(&frames, &[], TODAY).unwrap();
        prop_assert!(!settled.valid || settled.lines.iter().zip(&lines).all(|(a, b)| a.len() == b.len()));
    }
}

#[test]
fn the_written_form_stays_as_it_is() {
    let lines = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F12O4159ZE184226B<<<<<10",
    ];
    let mrz = settle(&[Reading::of_text(&lines, 0.9)], &[], TODAY).unwrap();
    insta::assert_json_snapshot!(mrz);
    insta::assert_json_snapshot!("of_no_layout", coded(&["P<UTOERIKSSON"]));
}
