//! The outermost layer of an MP4: boxes one after another (ISO/IEC 14496-12, 4.2), read without trusting their sizes.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use crate::CaptureError;

/// A box that lies in the file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopBox {
    pub(crate) kind: [u8; 4],
    /// Where its header starts.
    pub(crate) start: u64,
    /// Where its payload starts.
    pub(crate) payload: u64,
    /// Where the next box starts.
    pub(crate) end: u64,
}

/// The length of a file.
pub(crate) fn length(reader: &mut impl Seek) -> Result<u64, CaptureError> {
    reader.seek(SeekFrom::End(0)).map_err(read)
}

/// The box that starts at `start`, or `None` when there is no whole one: the end, a torn tail, or no MP4 at all.
pub(crate) fn box_at(
    reader: &mut (impl Read + Seek),
    start: u64,
    length: u64,
) -> Result<Option<TopBox>, CaptureError> {
    let available = length.saturating_sub(start).min(16) as usize;
    if available < 8 {
        return Ok(None);
    }
    let mut header = [0; 16];
    read_at(reader, start, &mut header[..available])?;
    let [a, b, c, d, kind @ .., _, _, _, _, _, _, _, _] = header;
    // The zeros that a power cut leaves behind would otherwise pass for a box that reaches to the end of the file.
    if !kind
        .iter()
        .all(|c| c.is_ascii_graphic() || *c == b' ' || *c == 0xa9)
    {
        return Ok(None);
    }
    let (size, header_size) = match u32::from_be_bytes([a, b, c, d]) {
        0 if &kind == b"mdat" => (length - start, 8),
        1 if available == 16 => (
            u64::from_be_bytes(header[8..].try_into().expect("eight bytes are left")),
            16,
        ),
        size => (u64::from(size), 8),
    };
    if size < header_size || size > length - start {
        return Ok(None);
    }
    Ok(Some(TopBox {
        kind,
        start,
        payload: start + header_size,
        end: start + size,
    }))
}

/// The bytes of a whole box, its header included.
///
/// # Errors
/// [`CaptureError::BadMedia`] when they are more than `most`.
pub(crate) fn bytes_of(
    reader: &mut (impl Read + Seek),
    found: TopBox,
    most: u64,
) -> Result<Vec<u8>, CaptureError> {
    let size = found.end - found.start;
    if size > most {
        return Err(CaptureError::BadMedia(format!(
            "a {} box of {size} bytes",
            name(found.kind)
        )));
    }
    let mut bytes = vec![0; size as usize];
    read_at(reader, found.start, &mut bytes)?;
    Ok(bytes)
}

/// Fills `buffer` from `start` on.
pub(crate) fn read_at(
    reader: &mut (impl Read + Seek),
    start: u64,
    buffer: &mut [u8],
) -> Result<(), CaptureError> {
    reader
        .seek(SeekFrom::Start(start))
        .and_then(|_| reader.read_exact(buffer))
        .map_err(read)
}

/// The boxes inside bytes that are in memory; ends at the first that is not whole.
pub(crate) fn children(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (header, rest) = bytes.split_first_chunk::<8>()?;
        let [a, b, c, d, kind @ ..] = *header;
        let (size, payload) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (bytes.len(), 8),
            1 => (
                usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?,
                16,
            ),
            size => (size as usize, 8),
        };
        let body = bytes.get(payload..size)?;
        bytes = &bytes[size..];
        Some((kind, body))
    })
}

/// What went wrong while reading. A file that got shorter since its length was asked for is torn, not unreadable.
pub(crate) fn read(error: std::io::Error) -> CaptureError {
    match error.kind() {
        ErrorKind::UnexpectedEof => CaptureError::BadMedia("it ends too early".into()),
        kind => CaptureError::Read(kind),
    }
}

fn name(kind: [u8; 4]) -> String {
    String::from_utf8_lossy(&kind).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn at(bytes: &[u8], start: u64) -> Option<(u64, u64, u64)> {
        let found = box_at(&mut Cursor::new(bytes), start, bytes.len() as u64).unwrap();
        found.map(|found| (found.start, found.payload, found.end))
    }

    #[test]
    fn only_whole_boxes_are_boxes() {
        let two = b"\0\0\0\x0cfree1234\0\0\0\x08skip";
        assert_eq!(at(two, 0), Some((0, 8, 12)));
        assert_eq!(at(two, 12), Some((12, 20, 20)));
        assert_eq!(at(two, 20), None, "the end");
        assert_eq!(at(&two[..11], 0), None, "torn in its payload");
        assert_eq!(at(&two[..7], 0), None, "torn in its header");
        assert_eq!(at(&[0; 64], 0), None, "zeros are no box");
        assert_eq!(
            at(b"\0\0\0\0mdat12345", 0),
            Some((0, 8, 13)),
            "mdat may reach to the end"
        );
        assert_eq!(at(b"\0\0\0\0moof12345", 0), None);
        assert_eq!(
            at(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x11x", 0),
            Some((0, 16, 17)),
            "64-bit size"
        );
        assert_eq!(
            at(b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xffx", 0),
            None,
            "larger than the file"
        );
        assert_eq!(at(b"\0\0\0\x04free", 0), None, "smaller than its header");
    }

    #[test]
    fn children_come_in_every_notation() {
        let all = b"\0\0\0\x09aaaa1\0\0\0\x01bbbb\0\0\0\0\0\0\0\x1222\0\0\0\0cccc333";
        let seen: Vec<_> = children(all).collect();
        assert_eq!(
            seen,
            [(*b"aaaa", &b"1"[..]), (*b"bbbb", b"22"), (*b"cccc", b"333")]
        );
        assert_eq!(children(b"\0\0\0\x0aaaaa1").count(), 0, "not whole");
        assert_eq!(children(b"\0\0\0\x03aaaa").count(), 0, "no size for a box");
    }
}
