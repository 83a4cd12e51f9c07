//! Names: marks from the visual zone, proved by the MRZ, and the two surnames of Spain and Portugal.

use crate::{
    mrz::{Field, Spelling},
    sides::{Side, coded, printed},
    viz::Key,
};

use super::{
    entry::{Doubt, Entry, Found, Reason},
    kind::Document,
};

/// States whose people have two surnames or more: Spain and Portugal and those that took their names from there.
const TWO_SURNAMES: &[&str] = &[
    "AGO", "ARG", "BOL", "BRA", "CHL", "COL", "CPV", "CRI", "CUB", "DOM", "ECU", "ESP", "GNB", "GNQ", "GTM",
    "HND", "MEX", "MOZ", "NIC", "PAN", "PER", "PRI", "PRT", "PRY", "SLV", "STP", "TLS", "URY", "VEN",
];

/// Words that are no surname by themselves: they belong to the one that follows.
const PARTICLES: &[&str] = &["DE", "DEL", "LA", "LAS", "LOS", "DA", "DO", "DAS", "DOS"];

pub(super) fn given(sides: &[Side<'_>]) -> Entry {
    name(sides, Field::GivenNames, Key::GivenNames).map_or(Entry::absent(Reason::NotRead), Entry::Found)
}

/// The surname, or the two.
pub(super) fn surnames(sides: &[Side<'_>], document: &Document) -> (Entry, Entry) {
    let Some(whole) = name(sides, Field::Surname, Key::Surname) else {
        return (Entry::absent(Reason::NotRead), Entry::absent(Reason::NotRead));
    };
    let may_be_two = document
        .nationality
        .as_deref()
        .is_some_and(|it| TWO_SURNAMES.contains(&it));
    if !may_be_two || is_one(&whole.value) {
        return (Entry::Found(whole), Entry::absent(Reason::OneSurname));
    }
    match printed(sides, Key::Surname).map(|(_, value)| value.parts.as_slice()) {
        // The layout counts for what it shows: not where the value is the MRZ's.
        Some([first, second]) if whole.source != super::Source::Mrz => {
            let part = |text: &String| {
                Entry::Found(Found {
                    value: text.trim().to_owned(),
                    ..whole.clone()
                })
            };
            (part(first), part(second))
        }
        _ => {
            let left = || Entry::left(Reason::UndividedSurnames, whole.clone());
            (left(), left())
        }
    }
}

/// Whether a name can only be one surname: one word, with the particles that belong to it.
fn is_one(surname: &str) -> bool {
    let upper = surname.to_uppercase();
    upper
        .split_whitespace()
        .filter(|word| !PARTICLES.contains(word))
        .count()
        <= 1
}

/// A name, from both zones where they agree.
fn name(sides: &[Side<'_>], field: Field, key: Key) -> Option<Found> {
    let shown = printed(sides, key).filter(|(_, value)| !value.text.trim().is_empty());
    let coded = coded(sides);
    let written = coded.and_then(|(_, zone)| zone.mrz.get(field));
    let is_valid = coded.is_some_and(|(_, zone)| zone.mrz.valid);
    let cut = coded.is_some_and(|(_, zone)| zone.mrz.names_may_be_cut());
    let shown = shown.map(|seen| Found::printed(seen.1.text.trim(), seen));
    let written = written
        .zip(coded)
        .map(|(name, coded)| Found::coded(name, coded, &[]));
    match (shown, written) {
        (Some(mut shown), Some(mut written)) => {
            if let Some(own) = Spelling::part_of(&shown.value, &written.value).map(str::to_owned) {
                shown.value = own;
            }
            // No check digit covers a name.
            written.doubts.clear();
            let spelling = Spelling::compare(&shown.value, &written.value, cut);
            Some(match spelling {
                Spelling::Same | Spelling::Shortened => Found::both(shown, &written),
                // A valid MRZ was read well; it is printed to be read by machines.
                Spelling::Different if is_valid || written.confidence >= shown.confidence => {
                    Found::against(written, shown)
                }
                Spelling::Different => Found::against(shown, written),
            })
        }
        (Some(shown), None) => Some(shown),
        (None, Some(mut written)) => {
            written.doubts.push(Doubt::WithoutMarks);
            // What is cut is what stands last.
            let is_last = field == Field::GivenNames
                || coded.is_some_and(|(_, zone)| zone.mrz.get(Field::GivenNames).is_none());
            if cut && is_last {
                written.doubts.push(Doubt::MayBeCut);
            }
            Some(written)
        }
        (None, None) => None,
    }
}
