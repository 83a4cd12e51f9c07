//! What was read of each side of a document: what the mapping and the cross-checks are given.

use crate::{
    geometry::{Homography, Quad, Rect},
    mrz::{Field, Mrz},
    viz,
};

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

impl CodedZone<'_> {
    /// The outline of what stands in `fields`, in the side's picture; of the whole MRZ where that is not known.
    pub(crate) fn quad_of(&self, fields: &[Field]) -> Quad {
        let whole = Quad::of(Rect::new(0.0, 0.0, 1.0, 1.0));
        let part = self
            .mrz
            .place(fields)
            .zip(Homography::between(&whole, &self.quad));
        part.map_or(self.quad, |(place, map)| map.apply_quad(&Quad::of(place)))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_mrz_is_shown_where_it_stands() {
        let lines = [
            "IDESPBAA000589599999999R<<<<<<",
            "8001014F3106028ESP<<<<<<<<<<<1",
            "ESPANOLA<ESPANOLA<<CARMEN<<<<<",
        ];
        let mrz = crate::mrz::parse(&lines, jiff::civil::date(2026, 11, 23));
        let zone = CodedZone {
            mrz: &mrz,
            quad: Quad::of(Rect::new(100.0, 200.0, 300.0, 30.0)),
            confidence: 1.0,
        };
        // Nine characters from the sixteenth on, in the first of three lines.
        let place = zone.quad_of(&[Field::Optional1]).bounds();
        assert!(
            (place.x - 250.0).abs() < 0.1 && (place.width - 90.0).abs() < 0.1,
            "{place:?}"
        );
        assert!(
            (place.y - 200.0).abs() < 0.1 && (place.height - 10.0).abs() < 0.1,
            "{place:?}"
        );
        // Nothing stands there.
        assert_eq!(zone.quad_of(&[Field::Optional2]), zone.quad);
    }
}
