//! Fields by their order on a passport's data page, where their labels could not be read: between and beside the
//! fields that the MRZ found, only one thing is printed (ICAO Doc 9303-4, 4.1.1.1: the sequence of the data elements).

use super::{
    Key,
    infer::{has, take},
    layout::{Placed, Sheet},
    page::Piece,
    values::{self, Context},
};

/// A value is read this surely; labels that could not be understood are not.
const SURE: f32 = 0.85;
/// Of the pieces that could be a value, those this much smaller or larger than the page's values are not.
const ALIKE: std::ops::Range<f32> = 0.7..1.4;

/// Adds the fields that only the order of a passport's data page tells.
pub(super) fn add(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, context: Context<'_>) {
    let first = |key| {
        placed
            .iter()
            .find(|p: &&Placed| p.key == key)
            .map(|p| p.lines[0][0].clone())
    };
    let last = |key| {
        placed
            .iter()
            .find(|p: &&Placed| p.key == key)
            .map(|p| p.lines[p.lines.len() - 1][0].clone())
    };
    let (Some(names), Some(birth), Some(expiry)) = (
        last(Key::GivenNames),
        first(Key::BirthDate),
        first(Key::ExpiryDate),
    ) else {
        return;
    };
    // A page read at an angle or with its columns swapped has another order.
    if !(names.y < birth.y && birth.y < expiry.y) {
        return;
    }
    let body = (names.height + birth.height + expiry.height) / 3.0;
    let issue = first(Key::IssueDate);
    let sex = first(Key::Sex);
    let low = issue.map_or(expiry.y, |issue| issue.y.min(expiry.y));
    let level = |a: f32, b: f32| (a - b).abs() < body * 0.6;

    let within = |piece: &Piece| piece.y > names.y + body * 0.5 && piece.y < expiry.y - body * 0.5;
    let mut numbers = (0..sheet.pieces.len()).filter(|&i| {
        let piece = &sheet.pieces[i];
        let text = sheet.page.text(piece);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let fits = digits >= 8 && values::judge(Key::PersonalNumber, &text, context).is_some();
        !sheet.used[i] && within(piece) && fits && sheet.page.confidence(piece) > SURE
    });
    let number = numbers.next().filter(|_| numbers.next().is_none());
    drop(numbers);
    put(sheet, placed, Key::PersonalNumber, number, context);

    let between = |piece: &Piece| {
        let beside = level(piece.y, birth.y) && piece.right < birth.left;
        piece.y > names.y + body * 0.5 && (piece.y < birth.y - body * 0.5 || beside)
    };
    // The lowest: other names may stand above it.
    let nationality = words(sheet, Key::Nationality, body, context)
        .filter(|&i| between(&sheet.pieces[i]) && (sheet.pieces[i].left - names.left).abs() < body * 4.0)
        .max_by(|&a, &b| sheet.pieces[a].y.total_cmp(&sheet.pieces[b].y));
    put(sheet, placed, Key::Nationality, nationality, context);

    let below_birth = |piece: &Piece| {
        let beside = level(piece.y, birth.y) && piece.left > birth.right;
        (piece.y > birth.y + body * 0.5 || beside) && piece.y < low - body * 0.5
    };
    // Beside the sex, else the first.
    let rank = |i: usize| {
        let piece: &Piece = &sheet.pieces[i];
        let beside = sex.as_ref().is_some_and(|sex| level(sex.y, piece.y));
        (!beside, piece.y)
    };
    let place = words(sheet, Key::BirthPlace, body, context)
        .filter(|&i| below_birth(&sheet.pieces[i]))
        .min_by(|&a, &b| rank(a).partial_cmp(&rank(b)).unwrap_or(std::cmp::Ordering::Equal));
    put(sheet, placed, Key::BirthPlace, place, context);

    // It stands beside the day of issue or under it; the signature is written larger.
    let authority = words(sheet, Key::Authority, body, context)
        .filter(|&i| sheet.pieces[i].y > low - body * 0.6)
        .min_by(|&a, &b| sheet.pieces[a].y.total_cmp(&sheet.pieces[b].y));
    put(sheet, placed, Key::Authority, authority, context);
}

/// The free pieces that may be the value of `key`: words, read surely, as high as the page's values.
fn words<'s>(
    sheet: &'s Sheet<'_>,
    key: Key,
    body: f32,
    context: Context<'s>,
) -> impl Iterator<Item = usize> + 's {
    (0..sheet.pieces.len()).filter(move |&i| {
        let piece = &sheet.pieces[i];
        let text = sheet.page.text(piece);
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        !sheet.used[i]
            && letters >= 3
            && ALIKE.contains(&(piece.height / body))
            && sheet.page.confidence(piece) > SURE
            && values::judge(key, &text, context).is_some_and(|reading| reading.doubt < 0.5)
    })
}

fn put(
    sheet: &mut Sheet<'_>,
    placed: &mut Vec<Placed>,
    key: Key,
    index: Option<usize>,
    context: Context<'_>,
) {
    if let Some(index) = index.filter(|_| !has(placed, key)) {
        take(sheet, placed, key, index, context);
    }
}
