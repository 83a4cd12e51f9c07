//! The bytes of a JPEG, without decoding it: where it ends, how large its picture is, what it lacks.
//!
//! A camera's buffer is far longer than the picture in it (1.8 MB for 84 kB is usual), so the real end has to be
//! found by walking the markers (ITU-T T.81, annex B): every segment is skipped by its length, so an EOI inside an
//! embedded EXIF thumbnail is never mistaken for the end. Nothing here allocates by what the bytes claim.

use bytes::{BufMut, Bytes, BytesMut};

use crate::Size;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const TEM: u8 = 0x01;

/// What the markers say about one whole JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// Bytes from SOI to EOI, both included; whatever follows is not part of the picture.
    pub len: usize,
    /// Pixels, from the frame header (SOF).
    pub size: Size,
    /// Whether Huffman tables come along. Many webcams leave the standard ones out to save 420 bytes a frame.
    pub has_tables: bool,
    /// Where the first scan header (SOS) starts: tables have to stand before it.
    scan_at: usize,
}

/// Walks the JPEG that starts at the first byte. `None` when it is none, or is cut off, or is not a picture.
#[must_use]
pub fn outline(bytes: &[u8]) -> Option<Outline> {
    if bytes.len() < 4 || bytes[0] != 0xff || bytes[1] != SOI {
        return None;
    }
    let mut at = 2;
    let mut size = None;
    let mut has_tables = false;
    let mut scan_at = None;
    loop {
        // Between SOS and the next marker this runs over the entropy-coded data, before that over nothing.
        while *bytes.get(at)? != 0xff {
            at += 1;
        }
        // Any number of fill bytes may stand before a marker (T.81, B.1.1.2).
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        let marker_at = at - 1;
        at += 1;
        match marker {
            0x00 | TEM | 0xd0..=0xd7 => {}
            // A second picture starts before the first one ended: the first was cut off.
            SOI => return None,
            EOI => {
                let (size, scan_at) = (size?, scan_at?);
                return Some(Outline {
                    len: at,
                    size,
                    has_tables,
                    scan_at,
                });
            }
            _ => {
                let length = usize::from(be16(bytes, at)?);
                if length < 2 {
                    return None;
                }
                match marker {
                    DHT => has_tables = true,
                    SOS => scan_at = scan_at.or(Some(marker_at)),
                    // SOF0 to SOF15, without DHT, JPG and DAC, which share the range.
                    0xc0..=0xcf if marker != 0xc8 && marker != 0xcc => {
                        let (height, width) = (be16(bytes, at + 3)?, be16(bytes, at + 5)?);
                        if height == 0 || width == 0 {
                            return None;
                        }
                        size = Some(Size::new(u32::from(width), u32::from(height)));
                    }
                    _ => {}
                }
                at += length;
            }
        }
    }
}

/// The pictures of a file of JPEGs one after the other (`.mjpeg`), as ranges.
///
/// Whatever stands between two pictures (multipart headers, padding) is left out. A picture that is cut off is
/// listed too, up to the start of the next one, so that whoever plays the file can count it as damaged.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut pictures = Vec::new();
    let mut at = 0;
    while let Some(start) = find_soi(bytes, at) {
        let end = match outline(&bytes[start..]) {
            Some(outline) => start + outline.len,
            None => find_soi(bytes, start + 2).unwrap_or(bytes.len()),
        };
        pictures.push(start..end);
        at = end;
    }
    pictures
}

/// The same picture with the standard Huffman tables (T.81, annex K.3) in it: what decoders that know only
/// JFIF, a web view among them, need to show it. `outline` must be the outline of `bytes`.
#[must_use]
pub fn with_standard_tables(bytes: &[u8], outline: &Outline) -> Bytes {
    let picture = &bytes[..outline.len];
    let (head, scans) = picture.split_at(outline.scan_at);
    let mut whole = BytesMut::with_capacity(picture.len() + 432);
    whole.put_slice(head);
    put_standard_tables(&mut whole);
    whole.put_slice(scans);
    whole.freeze()
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

fn find_soi(bytes: &[u8], from: usize) -> Option<usize> {
    // SOI is always followed by another marker, which rules out most chance hits between pictures.
    bytes
        .get(from..)?
        .windows(3)
        .position(|w| w[0] == 0xff && w[1] == SOI && w[2] == 0xff)
        .map(|i| from + i)
}

/// One DHT segment with the four typical tables of T.81, K.3.3: DC and AC, luminance and chrominance.
fn put_standard_tables(out: &mut BytesMut) {
    let tables: [(u8, &[u8; 16], &[u8]); 4] = [
        (0x00, &DC_LUMA_COUNTS, &DC_SYMBOLS),
        (0x10, &AC_LUMA_COUNTS, &AC_LUMA_SYMBOLS),
        (0x01, &DC_CHROMA_COUNTS, &DC_SYMBOLS),
        (0x11, &AC_CHROMA_COUNTS, &AC_CHROMA_SYMBOLS),
    ];
    let length: usize = 2 + tables
        .iter()
        .map(|(_, counts, symbols)| 1 + counts.len() + symbols.len())
        .sum::<usize>();
    out.put_slice(&[0xff, DHT]);
    out.put_u16(u16::try_from(length).expect("four tables are 420 bytes"));
    for (class_and_id, counts, symbols) in tables {
        out.put_u8(class_and_id);
        out.put_slice(counts);
        out.put_slice(symbols);
    }
}

const DC_LUMA_COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_CHROMA_COUNTS: [u8; 16] = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const DC_SYMBOLS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_LUMA_COUNTS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
const AC_CHROMA_COUNTS: [u8; 16] = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77];
#[rustfmt::skip]
const AC_LUMA_SYMBOLS: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
    0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];
#[rustfmt::skip]
const AC_CHROMA_SYMBOLS: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0,
    0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26,
    0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
    0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
    0xf9, 0xfa,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::specimens;

    /// `thumbnail` as the EXIF data of `jpeg`.
    fn with_thumbnail(jpeg: &[u8], thumbnail: &[u8]) -> Vec<u8> {
        let length = u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, thumbnail, &jpeg[2..]].concat()
    }

    #[test]
    fn the_end_is_found_in_front_of_whatever_follows() {
        let jpeg = specimens::jpeg(64, 48, 1);
        let buffer = [&jpeg[..], &[0xff, 0xd9, 0, 0, 0xff, 0xd8, 7]].concat();
        let outline = outline(&buffer).unwrap();
        assert_eq!(
            (outline.len, outline.size, outline.has_tables),
            (jpeg.len(), Size::new(64, 48), true)
        );
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_the_end() {
        let jpeg = with_thumbnail(&specimens::jpeg(640, 480, 1), &specimens::jpeg(16, 16, 2));
        let outline = outline(&jpeg).unwrap();
        assert_eq!((outline.len, outline.size), (jpeg.len(), Size::new(640, 480)));
    }

    #[test]
    fn a_picture_is_whole_only_with_its_last_byte() {
        let jpeg = specimens::jpeg(64, 48, 3);
        for len in 0..jpeg.len() {
            assert_eq!(outline(&jpeg[..len]), None, "cut to {len} of {}", jpeg.len());
        }
    }

    #[test]
    fn a_picture_that_runs_into_the_next_one_was_cut_off() {
        let jpeg = specimens::jpeg(64, 48, 3);
        let torn = [&jpeg[..jpeg.len() / 2], &jpeg[..]].concat();
        assert_eq!(outline(&torn), None);
    }

    #[test]
    fn fill_bytes_before_the_end_belong_to_the_picture() {
        let jpeg = specimens::jpeg(64, 48, 4);
        let padded = [&jpeg[..jpeg.len() - 2], &[0xff, 0xff, 0xff, 0xd9]].concat();
        assert_eq!(outline(&padded).unwrap().len, padded.len());
    }

    #[test]
    fn markers_without_a_picture_are_no_picture() {
        assert_eq!(outline(&[0xff, 0xd8, 0xff, 0xd9]), None);
        assert_eq!(
            outline(&[0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9]),
            None,
            "a length of 0 would never end"
        );
    }

    #[test]
    fn pictures_in_a_row_are_told_apart_and_a_torn_one_is_still_listed() {
        let (a, b) = (specimens::jpeg(64, 48, 1), specimens::jpeg(32, 24, 2));
        let torn = &a[..a.len() / 2];
        let file = [b"--boundary\r\n", &a[..], b"\r\n", torn, &b[..], b"tail"].concat();
        let found: Vec<&[u8]> = split(&file).into_iter().map(|range| &file[range]).collect();
        assert_eq!(found, [&a[..], torn, &b[..]]);
    }

    #[test]
    fn standard_tables_bring_back_the_very_same_picture() {
        let jpeg = specimens::jpeg(64, 48, 5);
        let bare = specimens::without_tables(&jpeg);
        let before = outline(&bare).unwrap();
        assert!(!before.has_tables);
        let whole = with_standard_tables(&bare, &before);
        assert!(outline(&whole).unwrap().has_tables);
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8().into_raw();
        assert_eq!(pixels(&whole), pixels(&jpeg));
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_without_a_crash(mut bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = split(&bytes);
            if let Some(outline) = outline(&bytes) {
                prop_assert!(outline.len <= bytes.len());
            }
            // Random bytes hardly ever start like a JPEG.
            bytes.splice(0..0, [0xff, 0xd8, 0xff]);
            let _ = outline(&bytes);
            let _ = split(&bytes);
        }

        #[test]
        fn a_damaged_picture_is_walked_without_a_crash(at in 0usize..4000, to in any::<u8>(), cut in 0usize..4000) {
            let mut jpeg = specimens::jpeg(64, 48, 6).to_vec();
            let len = jpeg.len();
            jpeg[at % len] = to;
            jpeg.truncate(len - cut % len);
            if let Some(outline) = outline(&jpeg) {
                prop_assert!(outline.len <= jpeg.len());
                let _ = with_standard_tables(&jpeg, &outline);
            }
        }

        #[test]
        fn rubbish_after_the_end_never_moves_it(tail in prop::collection::vec(any::<u8>(), 0..400)) {
            let jpeg = specimens::jpeg(32, 24, 7);
            let buffer = [&jpeg[..], &tail[..]].concat();
            prop_assert_eq!(outline(&buffer).unwrap().len, jpeg.len());
        }
    }
}
