//! Values without a label that could be read: what else on the page can only be one thing.

use jiff::civil::Date;

use super::{
    Hints, Key,
    fold::{bare, distance},
    layout::{Placed, Sheet},
    numbers,
    page::Piece,
    values::{self, Context},
};

/// What it costs to have been found without a label.
const INFERRED: f32 = 3.0;

/// Adds what can be said of the pieces that belong to no label.
///
/// `coded_sex` is the letter that the MRZ on the page has.
pub(super) fn add(
    sheet: &mut Sheet<'_>,
    placed: &mut Vec<Placed>,
    hints: Hints<'_>,
    coded_sex: Option<&str>,
    context: Context<'_>,
) {
    if let Some(names) = hints.names {
        by_name(sheet, placed, Key::Surname, names.surname, context);
        by_name(sheet, placed, Key::GivenNames, names.given_names, context);
    }
    // A page without any label that was understood is no document.
    if placed.len() < 2 {
        return;
    }
    three_dates(sheet, placed, context);
    dates(sheet, placed, context);
    sex(sheet, placed, coded_sex, context);
    number(sheet, placed, context);
}

pub(super) fn has(placed: &[Placed], key: Key) -> bool {
    placed.iter().any(|p| p.key == key)
}

pub(super) fn take(
    sheet: &mut Sheet<'_>,
    placed: &mut Vec<Placed>,
    key: Key,
    index: usize,
    context: Context<'_>,
) {
    let piece: Piece = sheet.pieces[index].clone();
    if let Some(reading) = values::judge(key, &sheet.page.text(&piece), context) {
        sheet.used[index] = true;
        placed.push(Placed {
            key,
            nth: 0,
            lines: vec![vec![piece]],
            reading,
            cost: INFERRED,
        });
    }
}

/// The piece that says a name of the machine-readable zone, with its marks.
fn by_name(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, key: Key, name: &str, context: Context<'_>) {
    let wanted = bare(name);
    if has(placed, key) || has(placed, Key::SurnameGiven) || wanted.chars().count() < 2 {
        return;
    }
    let most = wanted.chars().count() / 6;
    let best = (0..sheet.pieces.len())
        .filter(|&i| !sheet.used[i])
        .filter_map(|i| {
            Some((
                distance(&wanted, &bare(&sheet.page.text(&sheet.pieces[i])), most)?,
                i,
            ))
        })
        .min();
    if let Some((_, index)) = best {
        take(sheet, placed, key, index, context);
    }
}

/// Three dates on a page are birth, issue and expiry, in this order, where those with labels agree and the last two
/// are no more than fifteen years apart.
fn three_dates(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, context: Context<'_>) {
    let mut all: Vec<(Date, Option<Key>, usize)> = placed
        .iter()
        .filter(|p| p.key.is_date())
        .filter_map(|p| Some((p.reading.date?, Some(p.key), 0)))
        .collect();
    for index in (0..sheet.pieces.len()).filter(|&i| !sheet.used[i]) {
        let text = sheet.page.text(&sheet.pieces[index]);
        let date = values::judge(Key::ExpiryDate, &text, context).and_then(|r| r.date);
        all.extend(date.map(|date| (date, None, index)));
    }
    all.sort_by_key(|found| found.0);
    let [birth, issue, expiry] = all[..] else { return };
    let roles = [
        (birth, Key::BirthDate),
        (issue, Key::IssueDate),
        (expiry, Key::ExpiryDate),
    ];
    let agree = roles
        .iter()
        .all(|(found, role)| found.1.is_none_or(|key| key == *role));
    let apart = issue.0 > birth.0 && expiry.0 > issue.0 && years(issue.0, Some(expiry.0)) <= 15;
    if agree && apart {
        for (found, role) in roles.into_iter().filter(|(found, _)| found.1.is_none()) {
            take(sheet, placed, role, found.2, context);
        }
    }
}

/// Dates by their order: birth, issue, expiry.
fn dates(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, context: Context<'_>) {
    for index in 0..sheet.pieces.len() {
        let text = sheet.page.text(&sheet.pieces[index]);
        let date = |key| values::judge(key, &text, context).and_then(|r| r.date);
        let Some(day) = date(Key::ExpiryDate).filter(|_| !sheet.used[index]) else {
            continue;
        };
        let known = |key| {
            placed
                .iter()
                .filter(|p: &&Placed| p.key == key)
                .find_map(|p| p.reading.date)
        };
        let (birth, issue, expiry) = (
            known(Key::BirthDate),
            known(Key::IssueDate),
            known(Key::ExpiryDate),
        );
        let before = |a: Option<Date>, b: Date| a.is_some_and(|a| a < b);
        let after = |a: Option<Date>, b: Date| a.is_some_and(|a| a > b);
        let past = context.today.is_none_or(|today| day <= today);
        let key = if expiry.is_none() && (before(issue, day) || (before(birth, day) && !past)) {
            Key::ExpiryDate
        } else if birth.is_none()
            && past
            && (after(issue, day) || after(expiry, day) && years(day, expiry) > 15)
        {
            Key::BirthDate
        } else if issue.is_none()
            && past
            && before(birth, day)
            && after(expiry, day)
            && years(day, expiry) <= 15
        {
            Key::IssueDate
        } else {
            continue;
        };
        if date(key).is_some() {
            take(sheet, placed, key, index, context);
        }
    }
}

fn years(from: Date, to: Option<Date>) -> i16 {
    to.map_or(0, |to| to.year() - from.year())
}

/// A lone letter of a sex.
fn sex(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, coded: Option<&str>, context: Context<'_>) {
    if has(placed, Key::Sex) {
        return;
    }
    let lone = |i: &usize| {
        let text = sheet.page.text(&sheet.pieces[*i]);
        let read = || values::judge(Key::Sex, &text, context);
        let is = match coded {
            Some(coded) => read().is_some_and(|reading| reading.text.ends_with(coded)),
            None => matches!(text.as_str(), "M" | "F" | "M/M" | "V/F" | "M/F" | "F/F"),
        };
        !sheet.used[*i] && is
    };
    let mut found = (0..sheet.pieces.len()).filter(lone);
    if let (Some(index), None) = (found.next(), found.next()) {
        take(sheet, placed, Key::Sex, index, context);
    }
}

/// The number in a document's upper part, which many cards print without a label (Germany; the residence permits of
/// Regulation (EC) 1030/2002).
fn number(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, context: Context<'_>) {
    let named = placed
        .iter()
        .any(|p| matches!(p.key, Key::Surname | Key::SurnameGiven | Key::GivenNames));
    if has(placed, Key::DocumentNumber) || !named {
        return;
    }
    let fits = |i: &usize| {
        let text = sheet.page.text(&sheet.pieces[*i]);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let solid = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let form = numbers::fit(context.country, Key::DocumentNumber, &text).known && digits >= 1;
        !sheet.used[*i] && solid && ((7..=12).contains(&text.len()) && digits >= 5 || form)
    };
    let best = (0..sheet.pieces.len()).find(fits);
    if let Some(index) = best {
        take(sheet, placed, Key::DocumentNumber, index, context);
    }
}
