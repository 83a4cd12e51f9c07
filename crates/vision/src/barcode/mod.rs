//! Barcodes on a document: PDF417 (ISO/IEC 15438), QR (ISO/IEC 18004), Data Matrix (ISO/IEC 16022).

pub mod aamva;

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader,
    common::HybridBinarizer,
};
use serde::{Deserialize, Serialize};

use crate::{
    geometry::{Quad, Rect},
    pixels::Gray,
};

/// What kind of barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// PDF417: driving licences and identity cards of North America, some cards' rears.
    Pdf417,
    /// QR.
    Qr,
    /// Data Matrix.
    DataMatrix,
}

impl Kind {
    /// All kinds that are read.
    pub const ALL: [Self; 3] = [Self::Pdf417, Self::Qr, Self::DataMatrix];

    const fn format(self) -> BarcodeFormat {
        match self {
            Self::Pdf417 => BarcodeFormat::PDF_417,
            Self::Qr => BarcodeFormat::QR_CODE,
            Self::DataMatrix => BarcodeFormat::DATA_MATRIX,
        }
    }
}

/// A barcode that was read. What it says is personal data: it has no `Debug`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Barcode {
    /// Its kind.
    pub kind: Kind,
    /// What it says.
    pub text: String,
    /// An upright box, in pixels of the picture that was given, around the points it was read by: the outer corners,
    /// of QR the middles of its three marks.
    pub quad: Quad,
}

/// The longer side of a picture is made at most this long: what is read below that needs no more, and the time stays
/// bounded (each kind goes over the picture a fixed number of times; some 50 to 250 ms at this size).
const LONGEST: usize = 1600;

/// The barcodes of the given kinds in a picture, at most one of each.
#[must_use]
pub fn read(picture: &Gray, kinds: &[Kind]) -> Vec<Barcode> {
    let longest = picture.width().max(picture.height());
    let small = (longest > LONGEST).then(|| {
        let side = |n: usize| (n * LONGEST / longest).max(1);
        picture.resized(side(picture.width()), side(picture.height()))
    });
    let looked_at = small.as_ref().unwrap_or(picture);
    #[expect(clippy::cast_precision_loss, reason = "a picture's side is a small number")]
    let factor = picture.width() as f32 / looked_at.width() as f32;
    kinds
        .iter()
        .filter_map(|&kind| one(looked_at, kind))
        .map(|code| Barcode {
            quad: code.quad.scaled(factor),
            ..code
        })
        .collect()
}

fn one(picture: &Gray, kind: Kind) -> Option<Barcode> {
    let side = |n: usize| u32::try_from(n).ok();
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([kind.format()])),
        ..DecodeHints::default()
    };
    // The decoders index by what they find in the picture; a picture must not end the program.
    let result = catch_unwind(AssertUnwindSafe(|| {
        let source = Luma8LuminanceSource::new(picture.levels().to_vec(), width, height).ok()?;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        MultiFormatReader::default()
            .decode_with_hints(&mut bitmap, &hints)
            .ok()
    }));
    let found = result.ok().flatten()?;
    let points = found.getPoints();
    let span = |of: fn(&rxing::Point) -> f32| {
        let least = points.iter().map(of).fold(f32::INFINITY, f32::min);
        let most = points.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
        if least.is_finite() && most.is_finite() {
            (least, most - least)
        } else {
            (0.0, 0.0)
        }
    };
    let ((x, wide), (y, high)) = (span(|p| p.x), span(|p| p.y));
    Some(Barcode {
        kind,
        text: found.getText().to_owned(),
        quad: Quad::of(Rect::new(x, y, wide, high)),
    })
}

#[cfg(test)]
mod tests {
    use rxing::{MultiFormatWriter, Writer};

    use super::*;

    /// A white picture with a code of `kind` in it, each module so many pixels.
    fn picture(kind: Kind, text: &str, module: usize) -> Gray {
        let code = MultiFormatWriter.encode(text, &kind.format(), 1, 1).unwrap();
        let (across, down) = (code.getWidth() as usize, code.getHeight() as usize);
        let (width, height) = ((across + 20) * module, (down + 20) * module);
        let mut levels = vec![235; width * height];
        for y in 0..down * module {
            for x in 0..across * module {
                if code.get((x / module) as u32, (y / module) as u32) {
                    levels[(y + 10 * module) * width + x + 10 * module] = 25;
                }
            }
        }
        Gray::new(width, height, levels).unwrap()
    }

    #[test]
    fn each_kind_is_read() {
        for kind in Kind::ALL {
            let picture = picture(kind, "IDESP BAA000589 SPECIMEN", 4);
            let found = read(&picture, &Kind::ALL);
            assert_eq!(found.len(), 1, "{kind:?}");
            assert_eq!(found[0].kind, kind);
            assert!(found[0].text == "IDESP BAA000589 SPECIMEN");
            let bounds = found[0].quad.bounds();
            assert!(bounds.width > 20.0 && bounds.x >= 0.0);
        }
    }

    #[test]
    fn no_barcode_is_no_barcode() {
        let noise: Vec<u8> = (0..640_usize * 480)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert!(read(&Gray::new(640, 480, noise).unwrap(), &Kind::ALL).is_empty());
        assert!(read(&Gray::new(1, 1, vec![0]).unwrap(), &Kind::ALL).is_empty());
        assert!(read(&Gray::new(3000, 2, vec![9; 6000]).unwrap(), &Kind::ALL).is_empty());
    }
}
