//! The border once the MRZ is known: what its layout says of the document's size, and its place of the border's, is put
//! against the border that was found without it.

use jiff::civil::Date;

use super::{Reader, Reading, Stage};
use crate::find::{self, Coded, Search, Shape};
use crate::mrz::Format;
use crate::net::NetError;
use crate::pixels::Picture;

impl Reader {
    /// `reading` with the border its MRZ belongs in, and read again within it, where the one it was read within is
    /// not that. Where none is found it stays as it is.
    pub(super) fn bordered(
        &self,
        picture: &Picture,
        reading: Reading,
        on: Date,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Reading, NetError> {
        let Some(coded) = reading.misplaced_mrz() else {
            return Ok(reading);
        };
        let search = Search {
            coded: Some(coded),
            ..Search::default()
        };
        let found = find::find_with(picture, &search);
        done(Stage::Find);
        let Some(found) = found else {
            return Ok(reading);
        };
        let again = self.read_sheet(picture, Some(&found), on, done)?;
        Ok(if again.says_as_much_as(&reading) {
            again
        } else {
            reading
        })
    }
}

impl Reading {
    /// The MRZ, where it does not lie in the document's border as its layout has it.
    fn misplaced_mrz(&self) -> Option<Coded> {
        let (read, document) = (self.mrz.as_ref()?, self.document.as_ref()?);
        let coded = Coded {
            quad: read.quad,
            shape: size(read.mrz.format)?,
        };
        let is_of_size = document
            .shape
            .is_some_and(|shape| (shape.ratio() / coded.shape.ratio() - 1.0).abs() < 0.01);
        (!is_of_size || !coded.fits(&document.quad)).then_some(coded)
    }

    /// Whether nothing of `other` was lost.
    fn says_as_much_as(&self, other: &Self) -> bool {
        let valid = |reading: &Self| reading.mrz.as_ref().is_some_and(|read| read.mrz.valid);
        self.mrz.is_some()
            && (valid(self) || !valid(other))
            && (self.portrait.is_some() || other.portrait.is_none())
    }
}

/// The size of document that carries such an MRZ; `None` where it is not one of these.
fn size(format: Format) -> Option<Shape> {
    Some(match format {
        Format::Td1 => Shape::Id1,
        Format::Td2 | Format::MrvB | Format::Frid => Shape::Id2,
        Format::Td3 | Format::MrvA => Shape::Page,
        Format::Frdl | Format::Chdl | Format::Unknown => return None,
    })
}
