//! What was read of each side of a document: what the mapping and the cross-checks are given.

use crate::{geometry::Quad, mrz::Mrz, viz};

/// An MRZ and where it was read.
#[derive(Clone, Copy)]
pub struct CodedZone<'a> {
    /// What it says.
    pub mrz: &'a Mrz,
    /// Its outline in the side's picture.
    pub quad: Quad,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
}

/// A side of a document, or a passport's data page.
#[derive(Clone, Copy, Default)]
pub struct Side<'a> {
    /// Its MRZ, where it has one.
    pub coded: Option<CodedZone<'a>>,
    /// Its visual zone, where that was read.
    pub printed: Option<&'a viz::Fields>,
    /// How sure the search for a portrait is of what it found, 0 to 1 and 0 where it found none; `None` where nobody
    /// looked.
    pub portrait: Option<f32>,
}

impl<'a> Side<'a> {
    /// A value of the visual zone.
    pub(crate) fn printed(&self, key: viz::Key) -> Option<&'a viz::Value> {
        self.printed?.get(key)
    }
}

/// The first side that has an MRZ whose layout is known, a valid one before an invalid one.
pub(crate) fn coded<'a>(sides: &[Side<'a>]) -> Option<(usize, CodedZone<'a>)> {
    let zones = sides
        .iter()
        .enumerate()
        .filter_map(|(side, it)| it.coded.map(|zone| (side, zone)));
    let mut known = zones.filter(|(_, zone)| zone.mrz.fields.iter().next().is_some());
    let first = known.next()?;
    let valid = |(_, zone): &(usize, CodedZone<'_>)| zone.mrz.valid;
    Some(if valid(&first) {
        first
    } else {
        known.find(valid).unwrap_or(first)
    })
}

/// The first side that prints a value.
pub(crate) fn printed<'a>(sides: &[Side<'a>], key: viz::Key) -> Option<(usize, &'a viz::Value)> {
    sides
        .iter()
        .enumerate()
        .find_map(|(side, it)| it.printed(key).map(|value| (side, value)))
}

/// Letters and digits only, as numbers are compared: cards print them in groups.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter(|it| it.is_ascii_alphanumeric())
        .map(|it| it.to_ascii_uppercase())
        .collect()
}
