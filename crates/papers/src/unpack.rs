//! How large a document's streams are unpacked, found out without keeping them.
//!
//! A stream of a megabyte can unpack to a gigabyte, and the reader unpacks into memory without asking. So whatever it
//! is about to unpack is unpacked here first, piece by piece into the same small buffer: the streams that hold objects
//! before the document is read, a page's own before it is drawn.

use std::collections::HashSet;

use flate2::{Decompress, FlushDecompress, Status};
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;

use crate::PaperError;

/// One stream, unpacked, bytes: an A4 page in colour at 800 dots an inch.
const MOST_UNPACKED: usize = 256 * 1024 * 1024;
/// All streams of one page, unpacked, bytes.
const MOST_OF_PAGE: usize = 512 * 1024 * 1024;
/// All streams that hold objects, unpacked, bytes.
const MOST_OF_STRUCTURE: usize = 128 * 1024 * 1024;
/// Pixels of one image.
const MOST_PIXELS: u64 = 100_000_000;
/// Objects that one page may need.
const MOST_OBJECTS: usize = 100_000;
/// How much in front of a stream is looked at for its dictionary, bytes.
const DICTIONARY: usize = 4096;

/// Refuses a document whose object and cross-reference streams unpack to too much. They are found by their key word,
/// without reading the document, which would unpack them.
pub(crate) fn check_structure(bytes: &[u8]) -> Result<(), PaperError> {
    const KEY: &[u8] = b"stream";
    let mut left = MOST_OF_STRUCTURE;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], KEY) {
        let begin = at + found;
        at = begin + KEY.len();
        if bytes[..begin].ends_with(b"end") {
            continue;
        }
        let dictionary = &bytes[begin.saturating_sub(DICTIONARY)..begin];
        let dictionary = &dictionary[rfind(dictionary, b" obj").unwrap_or(0)..];
        // A name may be written with numbers for letters; whoever does that has something to hide.
        let holds_objects = [&b"/ObjStm"[..], b"/XRef", b"#"]
            .iter()
            .any(|name| find(dictionary, name).is_some());
        if !holds_objects {
            continue;
        }
        let odd = [&b"LZW"[..], b"ASCII", b"/A85", b"/AHx", b"RunLength", b"/RL"];
        if find(dictionary, b"#").is_none() && odd.iter().any(|name| find(dictionary, name).is_some()) {
            return Err(PaperError::TooLarge);
        }
        let body = bytes[at..]
            .strip_prefix(b"\r\n")
            .or(bytes[at..].strip_prefix(b"\n"));
        let size = inflated(body.unwrap_or(&bytes[at..]), left).ok_or(PaperError::TooLarge)?;
        left -= size;
    }
    Ok(())
}

/// Refuses a page whose streams unpack to too much, or that needs too many objects.
pub(crate) fn check_page(page: &Page<'_>) -> Result<(), PaperError> {
    let mut left = MOST_OF_PAGE;
    let mut seen = HashSet::new();
    let mut waiting = vec![Found::Dict(page.raw().clone())];
    // Resources may be inherited from above, where the page itself does not lead (its way up is not taken).
    let shared = page.resources();
    for resources in [
        &shared.ext_g_states,
        &shared.fonts,
        &shared.properties,
        &shared.color_spaces,
        &shared.x_objects,
        &shared.patterns,
        &shared.shadings,
    ] {
        waiting.push(Found::Dict(resources.clone()));
    }
    let mut count = 0_usize;
    while let Some(found) = waiting.pop() {
        count += 1;
        if count > MOST_OBJECTS {
            return Err(PaperError::TooComplex);
        }
        match found {
            Found::Dict(dict) => {
                for (name, value) in dict.entries() {
                    // Up to the other pages, and across to them.
                    if matches!(
                        name.as_ref(),
                        b"Parent" | b"P" | b"Dest" | b"A" | b"B" | b"StructParent"
                    ) {
                        continue;
                    }
                    push(page, value, &mut seen, &mut waiting);
                }
            }
            Found::Array(array) => {
                for value in array.raw_iter() {
                    push(page, value, &mut seen, &mut waiting);
                }
            }
            Found::Stream(stream) => {
                let size = unpacked(&stream, left)?;
                left = left.checked_sub(size).ok_or(PaperError::TooComplex)?;
                waiting.push(Found::Dict(stream.dict().clone()));
            }
        }
    }
    Ok(())
}

enum Found<'a> {
    Dict(Dict<'a>),
    Array(Array<'a>),
    Stream(Stream<'a>),
}

fn push<'a>(
    page: &Page<'a>,
    value: MaybeRef<Object<'a>>,
    seen: &mut HashSet<(u32, i32)>,
    waiting: &mut Vec<Found<'a>>,
) {
    let object = match value {
        MaybeRef::Ref(id) => {
            if !seen.insert((id.obj_number, id.gen_number)) {
                return;
            }
            page.xref().get::<Object<'a>>(id.into())
        }
        MaybeRef::NotRef(object) => Some(object),
    };
    match object {
        Some(Object::Dict(dict)) => waiting.push(Found::Dict(dict)),
        Some(Object::Array(array)) => waiting.push(Found::Array(array)),
        Some(Object::Stream(stream)) => waiting.push(Found::Stream(stream)),
        _ => {}
    }
}

/// Refuses a stream that unpacks to too much.
pub(crate) fn check_stream(stream: &Stream<'_>) -> Result<(), PaperError> {
    unpacked(stream, MOST_UNPACKED).map(|_| ())
}

/// Bytes of a stream, unpacked, at most `most`.
fn unpacked(stream: &Stream<'_>, most: usize) -> Result<usize, PaperError> {
    let most = most.min(MOST_UNPACKED);
    let mut data = stream.raw_data().into_owned();
    let mut size = data.len();
    let mut grown = false;
    for filter in filters(stream.dict()) {
        match filter.as_slice() {
            b"ASCIIHexDecode" | b"AHx" => data = plain_hex(&data),
            b"ASCII85Decode" | b"A85" => data = plain_85(&data),
            packed @ (b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL") => {
                // Nobody packs twice but to make something small that becomes very large.
                if grown {
                    return Err(PaperError::TooComplex);
                }
                grown = true;
                size = match packed[0] {
                    b'F' => inflated(&data, most),
                    b'L' => lzw_size(&data, most),
                    _ => run_length_size(&data, most),
                }
                .ok_or(PaperError::TooComplex)?;
            }
            b"DCTDecode" | b"DCT" => check_pixels(jpeg_size(&data))?,
            b"JPXDecode" => check_pixels(jpeg_2000_size(&data))?,
            _ => {}
        }
    }
    let side = |long: &[u8], short: &[u8]| {
        let dict = stream.dict();
        dict.get::<u32>(long).or_else(|| dict.get::<u32>(short))
    };
    if let (Some(width), Some(height)) = (side(b"Width", b"W"), side(b"Height", b"H")) {
        check_pixels(Some((width, height)))?;
    }
    // What the fax filter is told takes the place of the image's own size.
    let parameters = stream.dict().get::<Dict<'_>>(b"DecodeParms");
    if let Some(columns) = parameters.as_ref().and_then(|p| p.get::<u32>(b"Columns")) {
        let rows = parameters
            .as_ref()
            .and_then(|p| p.get::<u32>(b"Rows"))
            .unwrap_or(1);
        check_pixels(Some((columns, rows)))?;
    }
    Ok(size)
}

/// In the order in which they are taken off, by the name a stream or an image within a page gives them.
fn filters(dict: &Dict<'_>) -> Vec<Vec<u8>> {
    for key in [&b"F"[..], b"Filter"] {
        if let Some(one) = dict.get::<Name<'_>>(key) {
            return vec![one.as_ref().to_vec()];
        }
        if let Some(several) = dict.get::<Array<'_>>(key) {
            return several
                .iter::<Name<'_>>()
                .map(|name| name.as_ref().to_vec())
                .collect();
        }
    }
    Vec::new()
}

fn check_pixels(size: Option<(u32, u32)>) -> Result<(), PaperError> {
    match size {
        Some((width, height)) if u64::from(width) * u64::from(height) > MOST_PIXELS => {
            Err(PaperError::TooComplex)
        }
        _ => Ok(()),
    }
}

/// Bytes after inflating, up to the end or the first fault. `None` when there are more than `most`.
fn inflated(data: &[u8], most: usize) -> Option<usize> {
    let mut state = Decompress::new(true);
    let mut buffer = [0; 32 * 1024];
    loop {
        let taken = usize::try_from(state.total_in()).ok()?;
        let before = state.total_out();
        let status = state.decompress(&data[taken..], &mut buffer, FlushDecompress::None);
        let size = usize::try_from(state.total_out()).ok()?;
        if size > most {
            return None;
        }
        let stuck = state.total_out() == before && usize::try_from(state.total_in()).ok()? == taken;
        // A reader that goes on after a fault gets little more than this.
        if stuck || !matches!(status, Ok(Status::Ok | Status::BufError)) {
            return Some(size);
        }
    }
}

/// Bytes after LZW decoding: only how long each string is has to be known for that.
fn lzw_size(data: &[u8], most: usize) -> Option<usize> {
    let mut lengths: Vec<usize> = Vec::with_capacity(4096);
    let (mut size, mut previous) = (0_usize, 0_usize);
    let (mut bits, mut have, mut width) = (0_u32, 0_u32, 9_u32);
    for byte in data {
        bits = bits << 8 | u32::from(*byte);
        have += 8;
        if have < width {
            continue;
        }
        have -= width;
        let code = usize::try_from(bits >> have & ((1 << width) - 1)).unwrap_or(usize::MAX);
        bits &= (1 << have) - 1;
        let length = match code {
            256 => {
                lengths.clear();
                (previous, width) = (0, 9);
                continue;
            }
            257 => break,
            0..=255 => 1,
            // A code nobody defined stands for the one about to be.
            _ => lengths.get(code - 258).copied().unwrap_or(previous + 1),
        };
        size = size.checked_add(length)?;
        if size > most {
            return None;
        }
        if previous > 0 && lengths.len() < 4096 - 258 {
            lengths.push(previous + 1);
        }
        previous = length;
        width = match lengths.len() + 259 {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Some(size)
}

fn run_length_size(data: &[u8], most: usize) -> Option<usize> {
    let (mut size, mut at) = (0_usize, 0);
    while let Some(head) = data.get(at) {
        let head = usize::from(*head);
        match head {
            128 => break,
            0..=127 => {
                size += head + 1;
                at += head + 2;
            }
            _ => {
                size += 257 - head;
                at += 2;
            }
        }
        if size > most {
            return None;
        }
    }
    Some(size)
}

fn plain_hex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| u8::try_from(char::from(*byte).to_digit(16)?).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0))
        .collect()
}

fn plain_85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut group = Vec::with_capacity(5);
    for byte in text {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    bytes.extend_from_slice(&word(&group));
                    group.clear();
                }
            }
            _ => {}
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        bytes.extend_from_slice(&word(&group)[..kept]);
    }
    bytes
}

fn word(group: &[u8]) -> [u8; 4] {
    let number = group.iter().fold(0_u32, |number, digit| {
        number.wrapping_mul(85).wrapping_add(u32::from(*digit))
    });
    number.to_be_bytes()
}

/// Width and height from a JPEG's frame header (T.81, B.2.2).
fn jpeg_size(data: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let &[0xff, marker, high, low] = data.get(at..at + 4)? else {
            at += 1;
            continue;
        };
        match marker {
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                let size = data.get(at + 5..at + 9)?;
                let side = |a: u8, b: u8| u32::from(u16::from_be_bytes([a, b]));
                return Some((side(size[2], size[3]), side(size[0], size[1])));
            }
            0xff => at += 1,
            0x01 | 0xd0..=0xd9 => at += 2,
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
}

/// Width and height from a JPEG 2000 code stream's SIZ marker (T.800, A.5.1).
fn jpeg_2000_size(data: &[u8]) -> Option<(u32, u32)> {
    let at = find(data, b"\xff\x4f\xff\x51")?;
    let size = data.get(at + 8..at + 16)?;
    let side = |part: &[u8]| part.try_into().ok().map(u32::from_be_bytes);
    Some((side(&size[..4])?, side(&size[4..])?))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    // The first byte is looked for with the fast search of the standard library.
    let first = *what.first()?;
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_found_without_unpacking() {
        use std::io::Write as _;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![7; 1_000_000]).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(inflated(&packed, 1_000_000), Some(1_000_000));
        assert_eq!(inflated(&packed, 999_999), None, "one more than allowed");
        assert!(
            inflated(&packed[..packed.len() / 2], 1_000_000).is_some(),
            "cut off is no bomb"
        );
        assert_eq!(run_length_size(&[2, 1, 2, 3, 200, 9, 128, 1], 100), Some(3 + 57));
        assert_eq!(run_length_size(&[129, 0].repeat(1000), 1000), None);
        // ISO 32000-2, 7.4.4.2: this stands for 45 45 45 45 45 65 45 45 45 66.
        let lzw = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(lzw_size(&lzw, 100), Some(10));
        assert_eq!(lzw_size(&lzw, 9), None);
    }

    #[test]
    fn plain_encodings_are_taken_off() {
        assert_eq!(plain_hex(b"0a F\nf7>zz"), [0x0a, 0xff, 0x70]);
        assert_eq!(plain_85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(plain_85(b"z87cUR D]~>"), b"\0\0\0\0Hello");
        assert_eq!(plain_85(b"uuuuu~>").len(), 4, "too large a number is no panic");
    }

    #[test]
    fn pictures_say_their_size_up_front() {
        let jpeg = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 0x12, 0x34, 0x56, 0x78, 1, 1, 0x11, 0,
        ];
        assert_eq!(jpeg_size(&jpeg), Some((0x5678, 0x1234)));
        assert_eq!(jpeg_size(&jpeg[..14]), None);
        assert!(check_pixels(Some((10_000, 10_001))).is_err());
        assert!(check_pixels(Some((10_000, 10_000))).is_ok());
    }
}
