//! What must not be found: a person nobody is called like, pictures and papers nobody else has.

use evidence::FieldKey;
use station::view::FieldValue;
use station::{PRACTICE_AGREEMENT, PRACTICE_CLIPS};
use torture::{Needles, entropy_coded};

/// The person of the case.
pub const FIELDS: [(FieldKey, &str); 4] = [
    (FieldKey::GivenName, "Quetzalina"),
    (FieldKey::FirstSurname, "Xochimilkova"),
    (FieldKey::SecondSurname, "Popocatepetlez"),
    (FieldKey::SerialNumber, "QXZ77441199"),
];
pub const PHONE: &str = "+34698765431";
pub const EMAIL: &str = "quetzalina.x@example.org";
/// Whose name is on the paper's file, and in it.
pub const PAPER: &str = "Hipotecaria Tlalocan.pdf";
pub const IN_THE_PAPER: &str = "Hipotecaria Tlalocan lends to Quetzalina";
pub const OFFICER: &str = "Oficiala Citlalmina";

/// The person's fields.
pub fn fields() -> Vec<FieldValue> {
    FIELDS
        .map(|(key, value)| FieldValue {
            key,
            value: value.to_owned(),
        })
        .into()
}

/// A paper with the canary in it.
pub fn paper() -> Vec<u8> {
    let mut pdf = PRACTICE_AGREEMENT.to_vec();
    pdf.extend(format!("\n% {IN_THE_PAPER}\n").bytes());
    pdf
}

/// A picture nobody else has: the first of the clip of the card's back, turned into another by what follows its end.
pub fn picture() -> Vec<u8> {
    frames("rear").remove(0)
}

/// Everything that must not be found, in every form.
pub fn needles() -> Needles {
    let mut needles = Needles::default();
    for (key, value) in FIELDS {
        needles.text(&format!("{key:?}"), value);
    }
    needles.text("phone", PHONE);
    needles.text("email", EMAIL);
    needles.text("the paper's name", PAPER);
    needles.text("the paper's text", IN_THE_PAPER);
    needles.text("the officer's name", OFFICER);
    needles.pieces("the paper", PRACTICE_AGREEMENT);
    for (_, name, _) in PRACTICE_CLIPS {
        for frame in frames(name) {
            needles.pieces(&format!("a picture of the {name}"), entropy_coded(&frame));
        }
        let first = frames(name).remove(0);
        if let Some(table) = segment(&first, 0xdb) {
            needles.raw(&format!("quantization table of the {name}"), table);
        }
    }
    // What any picture, video or document begins with or holds, whoever encoded it.
    for (name, bytes) in [
        ("JPEG, Huffman table", STANDARD_DC_TABLE.as_slice()),
        ("JPEG, JFIF header", b"\xff\xd8\xff\xe0\x00\x10JFIF\0"),
        ("MP4, ftyp", b"\0\0\0\x1cftypiso"),
        ("MP4, movie header", b"mvhd\0\0\0\0"),
        ("MP4, fragment header", b"mfhd\0\0\0\0"),
        ("MP4, track header", b"tkhd\0\0\0\x03"),
        ("MP4, track header", b"tkhd\0\0\0\x07"),
        ("MP4, sample entry", b"avc1\0\0\0\0"),
        ("PDF", b"%PDF-1.7"),
        ("PDF", b"%PDF-1.6"),
        ("PDF", b"%PDF-1.5"),
        ("PDF", b"%PDF-1.4"),
        ("PNG", b"\x89PNG\r\n\x1a\n"),
        ("a case's record", b"\"given_name\""),
    ] {
        needles.raw(name, bytes);
    }
    needles
}

/// Recommendation T.81, table K.3: nearly every JPEG carries it.
const STANDARD_DC_TABLE: [u8; 28] = [
    0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];

/// The frames of a practice clip: JPEGs one after the other.
fn frames(clip: &str) -> Vec<Vec<u8>> {
    let bytes = PRACTICE_CLIPS
        .iter()
        .find(|(_, name, _)| *name == clip)
        .map_or(&[][..], |(.., bytes)| bytes);
    let mut starts: Vec<usize> = bytes
        .windows(3)
        .enumerate()
        .filter(|(_, marker)| marker == &[0xff, 0xd8, 0xff])
        .map(|(at, _)| at)
        .collect();
    starts.push(bytes.len());
    starts
        .windows(2)
        .map(|frame| bytes[frame[0]..frame[1]].to_vec())
        .collect()
}

/// The contents of a JPEG's first segment with this marker.
fn segment(jpeg: &[u8], marker: u8) -> Option<&[u8]> {
    let at = jpeg.windows(2).position(|found| found == [0xff, marker])?;
    let length = usize::from(u16::from_be_bytes([*jpeg.get(at + 2)?, *jpeg.get(at + 3)?]));
    jpeg.get(at + 5..at + 2 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What would not be found if it were there says nothing when it is not found.
    #[test]
    fn everything_would_be_found() {
        let needles = needles();
        assert!(needles.len() > 1000, "{}", needles.len());
        assert!(needles.found_in(&[0; 4096]).is_empty());
        for (_, name, clip) in PRACTICE_CLIPS {
            let found = needles.found_in(clip);
            assert!(
                found.iter().any(|needle| needle.contains(name)),
                "{name}: {found:?}"
            );
        }
        assert!(
            needles
                .found_in(&paper())
                .iter()
                .any(|needle| needle.contains("paper"))
        );
        assert!(
            needles
                .found_in(&picture())
                .iter()
                .any(|needle| needle.contains("rear"))
        );
    }
}
