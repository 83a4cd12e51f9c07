//! Values out of the pieces found for them: lines put together, and fields that share a label taken apart.

use std::collections::BTreeMap;

use super::{
    Hints, Key, Value, dates,
    fold::{bare, distance},
    layout::{Placed, Sheet},
    page::{Page, Piece},
    values::{self, Context, Reading, trimmed},
};
use crate::geometry::{Quad, Rect};
use crate::mrz::Spelling;

/// The fields of a page.
pub(super) fn values(
    sheet: &mut Sheet<'_>,
    mut placed: Vec<Placed>,
    hints: Hints<'_>,
    context: Context<'_>,
) -> BTreeMap<Key, Value> {
    authorities(sheet, &mut placed, context);
    let page = sheet.page;
    let mut fields: BTreeMap<Key, Value> = BTreeMap::new();
    // The surer of two labels of a field; the second surname after the first.
    placed.sort_by(|a, b| {
        (a.key, a.nth)
            .cmp(&(b.key, b.nth))
            .then(a.cost.total_cmp(&b.cost))
    });
    let mut second = None;
    for found in placed {
        let value = value(page, &found, context);
        if found.nth == 2 {
            second = second.or(Some(value));
        } else {
            fields.entry(found.key).or_insert(value);
        }
    }
    if let (Some(first), Some(second)) = (fields.get_mut(&Key::Surname), second) {
        first.text = format!("{} {}", first.text, second.text);
        first.parts = vec![first.parts.join(" "), second.text];
        first.confidence = first.confidence.min(second.confidence);
        first.repaired |= second.repaired;
        first.quad = around(&[first.quad, second.quad]);
    }
    split_names(&mut fields, hints);
    split_birth(&mut fields, context);
    fields
}

/// The authority that stands under the day of issue where one label names both.
fn authorities(sheet: &mut Sheet<'_>, placed: &mut Vec<Placed>, context: Context<'_>) {
    let follows = sheet.tags.iter().any(|tag| tag.authority_follows);
    if !follows || placed.iter().any(|p| p.key == Key::Authority) {
        return;
    }
    let date = placed
        .iter()
        .find(|p| p.key == Key::IssueDate)
        .map(|p| (p.lines[0][0].clone(), p.cost));
    if let Some((piece, reading, cost)) = date.and_then(|(last, cost)| {
        sheet
            .following(&last, Key::Authority, context)
            .map(|(p, r)| (p, r, cost))
    }) {
        placed.push(Placed {
            key: Key::Authority,
            nth: 0,
            lines: vec![vec![piece]],
            reading,
            cost,
        });
    }
}

fn value(page: &Page, found: &Placed, context: Context<'_>) -> Value {
    let line = |pieces: &Vec<Piece>| {
        let texts: Vec<String> = pieces.iter().map(|p| page.text(p)).collect();
        texts.join(" ")
    };
    let readings: Vec<Option<Reading>> = found
        .lines
        .iter()
        .map(|pieces| values::judge(found.key, &line(pieces), context))
        .collect();
    // What was found by what it says may have been settled against it.
    let is_one = matches!(&found.lines[..], [line] if line.len() == 1);
    let parts: Vec<String> = found
        .lines
        .iter()
        .zip(&readings)
        .map(|(pieces, reading)| match reading {
            _ if is_one => found.reading.text.clone(),
            Some(reading) => reading.text.clone(),
            None => trimmed(&line(pieces)).to_owned(),
        })
        .collect();
    let pieces: Vec<&Piece> = found.lines.iter().flatten().collect();
    #[expect(clippy::cast_precision_loss, reason = "pieces of a value are few")]
    let count = pieces.len().max(1) as f32;
    let confidence = pieces.iter().map(|p| page.confidence(p)).sum::<f32>() / count;
    let quads: Vec<Quad> = pieces
        .iter()
        .map(|p| page.rows[p.row].outline(p.from, p.to))
        .collect();
    Value {
        text: parts.join(" "),
        parts,
        date: found.reading.date,
        confidence: confidence * (1.0 - (found.cost * 0.1).clamp(0.0, 0.5)),
        quad: around(&quads),
        repaired: found.reading.repaired || readings.iter().flatten().any(|r| r.repaired),
        check: found.reading.check,
    }
}

/// One outline as it is, several in an upright box.
fn around(quads: &[Quad]) -> Quad {
    if let [only] = quads {
        return *only;
    }
    let mut boxes = quads.iter().map(Quad::bounds);
    let first = boxes.next().unwrap_or_default();
    Quad::of(boxes.fold(first, |all, b| {
        let (left, upper) = (all.x.min(b.x), all.y.min(b.y));
        let (right, lower) = (
            (all.x + all.width).max(b.x + b.width),
            (all.y + all.height).max(b.y + b.height),
        );
        Rect::new(left, upper, right - left, lower - upper)
    }))
}

/// Surname and given names out of a value that has both: by its lines, its comma, its capitals, or where the names of
/// the machine-readable zone say.
fn split_names(fields: &mut BTreeMap<Key, Value>, hints: Hints<'_>) {
    let Some(both) = fields.get(&Key::SurnameGiven).cloned() else {
        return;
    };
    let words: Vec<&str> = both.text.split_whitespace().collect();
    let joined = |words: &[&str]| words.join(" ").trim_matches([',', ' ']).to_owned();
    let at = |n: usize| (joined(&words[..n]), joined(&words[n..]));
    let by_zone = hints.names.and_then(|names| {
        let wanted = bare(names.surname);
        let most = wanted.chars().count() / 6;
        let fits = |n: &usize| distance(&wanted, &bare(&joined(&words[..*n])), most).map(|d| (d, *n));
        (1..words.len()).filter_map(|n| fits(&n)).min().map(|(_, n)| {
            // Behind the given names they may stand in another script.
            let spelt = |end: &usize| {
                let given = joined(&words[n..*end]);
                Spelling::compare(&given, names.given_names, false) == Spelling::Same
            };
            let end = (n + 1..words.len()).find(spelt).unwrap_or(words.len());
            (joined(&words[..n]), joined(&words[n..end]))
        })
    });
    let by_comma = words
        .iter()
        .position(|w| w.ends_with(','))
        .filter(|n| n + 1 < words.len())
        .map(|n| at(n + 1));
    let capitals = words
        .iter()
        .take_while(|w| !w.chars().any(char::is_lowercase))
        .count();
    let by_capitals = (capitals > 0 && capitals < words.len()).then(|| at(capitals));
    let by_lines = (both.parts.len() == 2).then(|| (both.parts[0].clone(), both.parts[1].clone()));
    let Some((surname, given)) = by_zone.or(by_lines).or(by_comma).or(by_capitals) else {
        return;
    };
    for (key, text) in [(Key::Surname, surname), (Key::GivenNames, given)] {
        let value = Value {
            parts: vec![text.clone()],
            text,
            ..both.clone()
        };
        fields.entry(key).or_insert(value);
    }
}

/// Place and date of birth out of a value that has both.
fn split_birth(fields: &mut BTreeMap<Key, Value>, context: Context<'_>) {
    let Some(both) = fields.get(&Key::BirthPlaceDate).cloned() else {
        return;
    };
    let Some(found) = dates::find(&both.text, values::of(Key::BirthDate, context)) else {
        return;
    };
    let (before, after) = found.around;
    let place = if before.chars().any(char::is_alphabetic) {
        before
    } else {
        after
    };
    let place = trimmed(place.trim_matches(['(', ')', ' '])).to_owned();
    let date = Value {
        text: found.text.clone(),
        parts: vec![found.text],
        date: Some(found.date),
        repaired: found.repaired,
        ..both.clone()
    };
    fields.entry(Key::BirthDate).or_insert(date);
    if place.chars().any(char::is_alphabetic) {
        let value = Value {
            text: place.clone(),
            parts: vec![place],
            ..both
        };
        fields.entry(Key::BirthPlace).or_insert(value);
    }
}
