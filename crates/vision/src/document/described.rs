//! What kind of document it is, by all that was read.

use serde::Serialize;

use super::CodedLines;
use crate::find::Shape;
use crate::geometry::Quad;
use crate::mrz::{Field, Format};
use crate::viz::{self, Fields};

pub use crate::viz::Kind;

/// A document in a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// What it is; `None` where neither zone says so.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// Its layout: the MRZ's, else the size its border has; `None` where neither is known.
    pub format: Option<Format>,
    /// The issuing state as its MRZ writes it, else three letters by its headings.
    pub country: Option<String>,
    /// Which side is seen.
    pub side: Option<viz::Side>,
    /// Its corners in pixels of the picture: upper left, upper right, lower right, lower left as it is read.
    pub quad: Quad,
    /// Which size of document has these proportions; `None` where the whole picture was read.
    #[serde(skip)]
    pub shape: Option<Shape>,
    /// How sure the search for its border is, 0 to 1.
    pub confidence: f32,
}

impl Document {
    pub(super) fn of(
        quad: Quad,
        shape: Option<Shape>,
        confidence: f32,
        coded: Option<&CodedLines>,
        fields: &Fields,
        has_portrait: bool,
    ) -> Self {
        let mrz = coded.map(|coded| &coded.mrz);
        let format = mrz
            .map(|mrz| mrz.format)
            .filter(|format| *format != Format::Unknown);
        let by_mrz = mrz.and_then(|mrz| kind_by_code(mrz.format, mrz.get(Field::DocumentCode)?));
        let kind = by_mrz.or(fields.kind);
        // Of a passport's page the lines are at its foot, of a card of this size usually on its back.
        let by_mrz_place = match format {
            Some(Format::Td1) => Some(if has_portrait {
                viz::Side::Front
            } else {
                viz::Side::Rear
            }),
            Some(_) => Some(
                if has_portrait || kind == Some(Kind::Passport) || kind == Some(Kind::Visa) {
                    viz::Side::Front
                } else {
                    viz::Side::Rear
                },
            ),
            None => None,
        };
        Self {
            kind,
            format: format.or_else(|| shape.map(|shape| by_shape(shape, kind))),
            country: mrz
                .and_then(|mrz| mrz.get(Field::IssuingState).map(str::to_owned))
                .or_else(|| fields.country.clone()),
            side: by_mrz_place
                .or(fields.side)
                .or(has_portrait.then_some(viz::Side::Front)),
            quad,
            shape,
            confidence,
        }
    }
}

/// By the document code (ICAO Doc 9303-3, clause 4.4 and the code lists of parts 4 to 7).
fn kind_by_code(format: Format, code: &str) -> Option<Kind> {
    Some(match (format, code.as_bytes()) {
        (Format::Frdl | Format::Chdl, _) => Kind::DrivingLicence,
        (Format::MrvA | Format::MrvB, _) | (_, [b'V', ..]) => Kind::Visa,
        (_, [b'P', ..]) => Kind::Passport,
        (_, [b'I', b'R']) => Kind::ResidencePermit,
        (_, [b'I' | b'A' | b'C', ..]) => Kind::IdentityCard,
        _ => return None,
    })
}

fn by_shape(shape: Shape, kind: Option<Kind>) -> Format {
    match shape {
        Shape::Id1 => Format::Td1,
        Shape::Page if kind == Some(Kind::Passport) => Format::Td3,
        Shape::Page | Shape::Id2 => Format::Td2,
    }
}
