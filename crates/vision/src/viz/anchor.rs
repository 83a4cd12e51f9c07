//! Where the page prints what the MRZ on it says: that text is the field, whatever became of its label.
//!
//! Names, numbers and dates are found by what they say, under every transliteration and in every order of a date. The
//! MRZ only says where to look; what is read there stays what it is, but for characters of a number that print cannot
//! tell apart (`O` and `0`), which its check digit does. A value under its own label that says something else is never
//! passed over: that the zones disagree is for `agreement` to say.

use super::{
    Key,
    fold::{bare, distance},
    layout::{Placed, Sheet},
    page::Piece,
    values::{self, Context, Reading},
};
use crate::agreement::{may_be_same_day, same_day};
use crate::mrz::{Expiry, Field, Format, Mrz, Spelling};
use crate::sides::plain;

/// A field of the MRZ found on the page.
pub(super) struct Anchor {
    /// The field.
    pub key: Key,
    /// Its lines.
    lines: Vec<Vec<Piece>>,
    reading: Reading,
}

/// What it costs to have been found by what it says: as much as a value right under its label.
const COST: f32 = 0.5;
/// More words than this are no name.
const MOST_WORDS: usize = 8;

impl Anchor {
    /// Its first piece.
    pub fn first(&self) -> &Piece {
        &self.lines[0][0]
    }

    /// As a value found for a label.
    pub fn placed(self) -> Placed {
        Placed {
            key: self.key,
            nth: 0,
            lines: self.lines,
            reading: self.reading,
            cost: COST,
        }
    }
}

/// A field as the MRZ has it.
enum Wanted<'a> {
    Name {
        coded: &'a str,
        cut: bool,
    },
    /// Whether its own check digit is right: characters that look alike are then known.
    Number {
        coded: String,
        proved: bool,
    },
    Birth,
    Expiry,
}

/// A part of a piece that says a field, and how well it does, from 0.
struct Candidate {
    piece: Piece,
    reading: Reading,
    cost: f32,
}

/// Finds the MRZ's fields on the page. The pieces that say them become pieces of their own and are used.
pub(super) fn find(sheet: &mut Sheet<'_>, mrz: &Mrz, context: Context<'_>) -> Vec<Anchor> {
    let mut found: Vec<Anchor> = Vec::new();
    let is_card_of_spain = mrz.format == Format::Td1 && mrz.get(Field::IssuingState) == Some("ESP");
    let cut = mrz.names_may_be_cut();
    let name = |field| mrz.get(field).map(|coded| Wanted::Name { coded, cut });
    let number = |field| {
        let coded = plain(mrz.get(field)?);
        let proved = mrz.checks.iter().any(|check| check.field == field && check.ok);
        (coded.len() >= 5).then_some(Wanted::Number { coded, proved })
    };
    let optional = || {
        [
            Field::PersonalNumber,
            Field::Optional1,
            Field::Optional2,
            Field::Optional,
        ]
        .into_iter()
        .find_map(number)
    };
    let numbers = if is_card_of_spain {
        [
            (Key::SupportNumber, number(Field::DocumentNumber)),
            (Key::DocumentNumber, number(Field::Optional1)),
        ]
    } else {
        [
            (Key::DocumentNumber, number(Field::DocumentNumber)),
            (Key::PersonalNumber, optional()),
        ]
    };
    let birth = mrz.birth.filter(|_| is_right(mrz, Field::BirthDate));
    let expiry = mrz.expiry.filter(|_| is_right(mrz, Field::ExpiryDate));
    let dates = [
        (Key::BirthDate, birth.map(|_| Wanted::Birth)),
        (Key::ExpiryDate, expiry.map(|_| Wanted::Expiry)),
    ];
    let names = [
        (Key::Surname, name(Field::Surname)),
        (Key::GivenNames, name(Field::GivenNames)),
    ];
    let wanted = numbers
        .into_iter()
        .chain(dates)
        .chain(names)
        .filter_map(|(key, it)| it.map(|it| (key, it)));
    for (key, wanted) in wanted {
        let shared = match key {
            Key::BirthDate => sheet.has_tag(Key::BirthPlaceDate),
            // Cards with three lines have the names on the other side, and the parents' here.
            Key::Surname | Key::GivenNames => {
                let has_label = [Key::Surname, Key::GivenNames, Key::SurnameGiven]
                    .into_iter()
                    .any(|key| sheet.has_tag(key));
                (mrz.format == Format::Td1 && !has_label)
                    || (sheet.has_tag(Key::SurnameGiven) && has_whole_name(sheet, mrz))
            }
            _ => false,
        };
        if shared {
            continue;
        }
        let anchor = best(sheet, key, mrz, &wanted, context, &found).or_else(|| match &wanted {
            Wanted::Name { coded, .. } => in_two(sheet, key, coded, context),
            _ => in_one_row(sheet, key, mrz, &wanted, context),
        });
        if let Some(anchor) = anchor {
            for piece in anchor.lines.iter().flatten() {
                sheet.set_apart(piece);
            }
            found.push(anchor);
        }
    }
    found
}

const fn is_name(key: Key) -> bool {
    matches!(key, Key::Surname | Key::GivenNames | Key::SurnameGiven)
}

/// A field of an MRZ counts where its own check digit is right, or it has none.
fn is_right(mrz: &Mrz, field: Field) -> bool {
    mrz.checks
        .iter()
        .filter(|check| check.field == field)
        .all(|check| check.ok)
}

/// The part of a piece that says a field best.
fn best(
    sheet: &Sheet<'_>,
    key: Key,
    mrz: &Mrz,
    wanted: &Wanted<'_>,
    context: Context<'_>,
    found: &[Anchor],
) -> Option<Anchor> {
    let body = body(sheet);
    let surname = found
        .iter()
        .find(|a| a.key == Key::Surname)
        .map(|a| a.lines[a.lines.len() - 1][0].clone());
    let candidates = sheet
        .free()
        .flat_map(|whole| windows(sheet, whole).into_iter().map(move |part| (whole, part)))
        .filter_map(|(whole, piece)| {
            let text = sheet.page.text(&piece);
            let (reading, cost) = says(key, wanted, mrz, &text, context)?;
            // Overprints are larger, and slanted.
            let unlike = (piece.height / body).ln().abs();
            let unsure = 1.0 - sheet.page.confidence(&piece);
            let labelled = sheet
                .label_cost(&piece, |it| it == key)
                .map_or(0.0, |c| (1.5 - c).max(0.0));
            // Two fields may say the same: a day of issue, the end of another document.
            let of_another = sheet
                .label_cost(whole, |it| it != key && !(is_name(it) && is_name(key)))
                .is_some_and(|c| c < 0.8);
            // On a passport's page only one date is the MRZ's.
            let is_doubtful = of_another && labelled == 0.0;
            let only_one = mrz.format == Format::Td3 && key.is_date();
            if is_doubtful && !only_one {
                return None;
            }
            let follows = surname
                .as_ref()
                .filter(|_| key == Key::GivenNames)
                .is_some_and(|above| {
                    let down = (piece.y - above.y) / above.height;
                    (0.5..5.0).contains(&down) && (whole.left - above.left).abs() < above.height * 2.0
                });
            let follows = if follows { 0.5 } else { 0.0 };
            let doubt = if is_doubtful { 1.0 } else { 0.0 };
            let cost = 2.0f32.mul_add(unsure, 2.0f32.mul_add(unlike, cost)) + doubt - labelled - follows;
            Some(Candidate { piece, reading, cost })
        });
    let best = candidates.min_by(|a, b| a.cost.total_cmp(&b.cost))?;
    Some(Anchor {
        key,
        lines: vec![vec![best.piece]],
        reading: best.reading,
    })
}

/// A name on two lines, or in two columns of one: the second surname of Spain stands under the first.
fn in_two(sheet: &Sheet<'_>, key: Key, coded: &str, context: Context<'_>) -> Option<Anchor> {
    let words: Vec<&str> = coded.split(' ').collect();
    let says =
        |piece: &Piece, name: &str| Spelling::compare(&sheet.page.text(piece), name, false) == Spelling::Same;
    (1..words.len()).find_map(|n| {
        let (first, second) = (words[..n].join(" "), words[n..].join(" "));
        sheet.free().filter(|one| says(one, &first)).find_map(|one| {
            let other = sheet.free().filter(|it| says(it, &second)).find(|it| {
                let (down, gap) = ((it.y - one.y) / one.height, (it.left - one.right) / one.height);
                let under = (0.5..2.5).contains(&down) && (it.left - one.left).abs() < one.height * 1.5;
                under || (down.abs() < 0.5 && (0.0..4.0).contains(&gap))
            })?;
            let reading = values::judge(key, &sheet.page.text(one), context)?;
            let lines = if (other.y - one.y).abs() < one.height * 0.5 {
                vec![vec![one.clone(), other.clone()]]
            } else {
                vec![vec![one.clone()], vec![other.clone()]]
            };
            Some(Anchor { key, lines, reading })
        })
    })
}

/// A number or a date whose parts were found as two lines of one row.
fn in_one_row(
    sheet: &Sheet<'_>,
    key: Key,
    mrz: &Mrz,
    wanted: &Wanted<'_>,
    context: Context<'_>,
) -> Option<Anchor> {
    sheet.free().find_map(|one| {
        sheet.free().find_map(|other| {
            let gap = (other.left - one.right) / one.height;
            if (other.y - one.y).abs() > one.height * 0.5 || !(-0.3..2.5).contains(&gap) {
                return None;
            }
            let text = format!("{} {}", sheet.page.text(one), sheet.page.text(other));
            let (reading, cost) = says(key, wanted, mrz, &text, context)?;
            (cost < 1.0).then(|| Anchor {
                key,
                lines: vec![vec![one.clone(), other.clone()]],
                reading,
            })
        })
    })
}

/// Whether a line prints surname and given names together.
fn has_whole_name(sheet: &Sheet<'_>, mrz: &Mrz) -> bool {
    let (Some(surname), Some(given)) = (mrz.get(Field::Surname), mrz.get(Field::GivenNames)) else {
        return false;
    };
    let whole = bare(surname) + &bare(given);
    sheet
        .free()
        .any(|piece| distance(&whole, &bare(&sheet.page.text(piece)), whole.chars().count() / 6).is_some())
}

/// How high the page's text is: the middle one of the sure pieces.
fn body(sheet: &Sheet<'_>) -> f32 {
    let mut heights: Vec<f32> = sheet
        .pieces
        .iter()
        .filter(|piece| sheet.page.confidence(piece) > 0.9)
        .map(|piece| piece.height)
        .collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(1.0).max(1.0)
}

/// Every row of words in a piece, the whole piece among them. A stroke ends a word: two scripts or two languages stand
/// at its sides.
fn windows(sheet: &Sheet<'_>, piece: &Piece) -> Vec<Piece> {
    let glyphs = sheet.page.rows[piece.row].glyphs();
    let ends = |i: usize| {
        let c = glyphs[i].character;
        c.is_whitespace() || matches!(c, '/' | '|' | ',' | ';' | ':' | '(' | ')')
    };
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for i in piece.from..=piece.to {
        match (start, i == piece.to || ends(i)) {
            (None, false) => start = Some(i),
            (Some(from), true) => {
                words.push((from, i));
                start = None;
            }
            _ => {}
        }
    }
    words.truncate(2 * MOST_WORDS);
    let mut all = Vec::new();
    for first in 0..words.len() {
        for last in words.iter().skip(first).take(MOST_WORDS) {
            all.extend(sheet.page.piece(piece.row, words[first].0, last.1));
        }
    }
    all
}

/// Whether a text says the field, what it then is, and how well it does, from 0.
fn says(
    key: Key,
    wanted: &Wanted<'_>,
    mrz: &Mrz,
    text: &str,
    context: Context<'_>,
) -> Option<(Reading, f32)> {
    match wanted {
        Wanted::Name { coded, cut } => {
            let cost = spells(text, coded, *cut)?;
            Some((values::judge(key, text, context)?, cost))
        }
        Wanted::Number { coded, proved } => {
            let printed = plain(text);
            if printed != *coded && !(*proved && alike(&printed, coded)) {
                return None;
            }
            let put = settled(text, coded);
            let mut reading = values::judge(key, &put, context).unwrap_or_else(|| Reading::plain(&put, 0.0));
            let changed = printed != *coded;
            reading.repaired |= changed;
            Some((reading, if changed { 0.5 } else { 0.0 }))
        }
        Wanted::Birth | Wanted::Expiry => {
            if !text.starts_with(|c: char| c.is_alphanumeric())
                || text.chars().filter(char::is_ascii_digit).count() < 3
            {
                return None;
            }
            let reading = values::judge(key, text, context)?;
            let date = reading.date?;
            let same = match (wanted, mrz.birth, mrz.expiry) {
                (Wanted::Birth, Some(birth), _) => birth.year.is_some() && may_be_same_day(birth, date),
                (Wanted::Expiry, _, Some(Expiry::On(last))) => same_day(last, date),
                (Wanted::Expiry, _, Some(Expiry::Never)) => date.year() == 9999,
                _ => false,
            };
            // The rest of the text belongs to something else.
            let whole = reading.text.chars().filter(|c| c.is_alphanumeric()).count()
                == text.chars().filter(|c| c.is_alphanumeric()).count();
            same.then_some((reading, if whole { 0.0 } else { 1.0 }))
        }
    }
}

/// How well a text spells a name, from 0; `None` where it is another. A letter in six may have been misread.
fn spells(text: &str, coded: &str, cut: bool) -> Option<f32> {
    let (printed, wanted) = (bare(text), bare(coded));
    let letters = wanted.chars().count();
    // Of two scripts with a stroke between them the one that says it is looked for.
    if letters < 2 || printed.chars().count() + letters / 3 < letters || text.contains('/') {
        return None;
    }
    match Spelling::compare(text, coded, cut) {
        // The Latin letters are those a certificate takes.
        Spelling::Same => return Some(if printed.is_ascii() { 0.0 } else { 0.3 }),
        // A word alone may be the beginning of anything.
        Spelling::Shortened if letters > 8 => return Some(0.5),
        _ => {}
    }
    let wrong = distance(&wanted, &printed, letters / 6)?;
    let wrong = f32::from(u16::try_from(wrong).unwrap_or(u16::MAX));
    Some(1.0 + wrong)
}

/// Whether two numbers differ only in characters that print can hardly tell apart.
fn alike(one: &str, other: &str) -> bool {
    one.chars().map(look).eq(other.chars().map(look))
}

const fn look(character: char) -> char {
    match character {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        other => other,
    }
}

/// A printed number with the characters its check digit proves.
fn settled(text: &str, coded: &str) -> String {
    let mut characters = coded.chars();
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                characters.next().unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}
