//! What kind of document it is and who issued it.

use crate::{
    mrz::{Field, Format, Mrz},
    sides::{Side, coded},
    state_codes, viz,
};

use super::entry::{Doubt, Entry, Found, Reason};

/// What the mapping needs to know of the document.
pub(super) struct Document {
    pub kind: Entry,
    pub country: Entry,
    /// Whether a certificate can be based on it.
    pub is_identity_document: bool,
    /// Whether it is a card of Spain, whose holder's number stands in the optional data.
    pub is_spanish_card: bool,
    /// The code of the state whose rules the holder's name follows: the nationality, else the issuer.
    pub nationality: Option<String>,
}

/// The kinds the One-Shot API tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passport,
    Card,
    ResidencePermit,
    /// Visas and driving licences.
    Other,
}

impl Document {
    pub fn of(sides: &[Side<'_>]) -> Self {
        let coded = coded(sides);
        let mrz = coded.map(|(_, zone)| zone.mrz);
        let printed = sides
            .iter()
            .find_map(|side| side.printed.filter(|it| it.kind.is_some()));
        let by_mrz = mrz.and_then(kind_of);
        let by_heading = printed.and_then(|it| it.kind).map(kind_by_heading);
        let kind = by_mrz.or(by_heading);

        let issuer = mrz.and_then(|mrz| mrz.get(Field::IssuingState));
        let heading = sides.iter().find_map(|side| side.printed?.country.as_deref());
        let found = |value: &str, from_mrz: bool| -> Option<Found> {
            match (from_mrz, coded) {
                (true, Some(coded)) => Some(Found::coded(value, coded, &[])),
                _ => found_by_heading(value, sides),
            }
        };

        let word = match kind {
            Some(Kind::Passport) => Some("PAS"),
            Some(Kind::Card | Kind::ResidencePermit) => Some("IDC"),
            Some(Kind::Other) | None => None,
        };
        let kind_entry = match word.and_then(|word| found(word, by_mrz.is_some())) {
            Some(mut found) => {
                if kind == Some(Kind::ResidencePermit) && issuer.or(heading) != Some("ESP") {
                    found.doubts.push(Doubt::ResidencePermit);
                }
                Entry::Found(found)
            }
            None if kind == Some(Kind::Other) => Entry::absent(Reason::NoIdentityDocument),
            None => Entry::absent(Reason::NotRead),
        };
        Self {
            kind: kind_entry,
            country: country(issuer, heading, found),
            is_identity_document: kind != Some(Kind::Other),
            is_spanish_card: issuer.or(heading) == Some("ESP")
                && matches!(kind, Some(Kind::Card | Kind::ResidencePermit)),
            nationality: nationality(mrz, sides).or_else(|| issuer.or(heading).map(str::to_owned)),
        }
    }
}

fn country(
    issuer: Option<&str>,
    heading: Option<&str>,
    found: impl Fn(&str, bool) -> Option<Found>,
) -> Entry {
    let by_mrz = issuer
        .and_then(state_codes::alpha2)
        .and_then(|it| found(it, true));
    let by_heading = heading
        .and_then(state_codes::alpha2)
        .and_then(|it| found(it, false));
    match (by_mrz, by_heading) {
        (Some(coded), Some(printed)) if coded.value == printed.value => {
            Entry::Found(Found::both(coded, &printed))
        }
        (Some(coded), Some(printed)) => Entry::Found(Found::against(coded, printed)),
        (Some(one), None) => Entry::Found(one),
        // What the MRZ says is no state; a heading cannot say better whose document it is.
        (None, _) if issuer.is_some() => Entry::absent(Reason::NoState),
        (None, Some(one)) => Entry::Found(one),
        (None, None) => Entry::absent(Reason::NotRead),
    }
}

/// What a heading says is on the side that prints it; its place there is not kept, so the side's fields stand for it.
fn found_by_heading(value: &str, sides: &[Side<'_>]) -> Option<Found> {
    sides.iter().enumerate().find_map(|(side, it)| {
        let fields = it
            .printed
            .filter(|it| it.kind.is_some() || it.country.is_some())?;
        let first = fields.values.values().next()?;
        Some(Found::printed(value, (side, first)))
    })
}

fn nationality(mrz: Option<&Mrz>, sides: &[Side<'_>]) -> Option<String> {
    let coded = mrz.and_then(|mrz| mrz.get(Field::Nationality)).map(str::to_owned);
    let printed = || sides.iter().find_map(|side| side.printed(viz::Key::Nationality));
    coded.or_else(|| {
        let text = printed()?.text.trim().to_uppercase();
        state_codes::alpha2(&text).is_some().then_some(text)
    })
}

/// By the document's code (Doc 9303-4 to -6, 4.2.2; 9303-7). The second letter is the issuer's, but
/// for `AC` (crew), `IP` (passport cards) and the `R` that residence permits of the EU carry.
fn kind_of(mrz: &Mrz) -> Option<Kind> {
    let code = mrz.get(Field::DocumentCode)?;
    Some(match (mrz.format, code) {
        (Format::MrvA | Format::MrvB | Format::Frdl | Format::Chdl, _) | (_, "AC") => Kind::Other,
        (_, "IP") => Kind::Passport,
        (_, code) if code.starts_with('P') => Kind::Passport,
        (_, "AR" | "CR" | "IR" | "RP") => Kind::ResidencePermit,
        (_, code) if code.starts_with(['A', 'C', 'I']) => Kind::Card,
        _ => return None,
    })
}

const fn kind_by_heading(kind: viz::Kind) -> Kind {
    match kind {
        viz::Kind::Passport => Kind::Passport,
        viz::Kind::IdentityCard => Kind::Card,
        viz::Kind::ResidencePermit => Kind::ResidencePermit,
        viz::Kind::DrivingLicence | viz::Kind::Visa => Kind::Other,
    }
}
