//! What of a file a signature covers (ISO 32000-2, 12.8.1): all of it but one gap, and in the gap nothing but the
//! signature itself.

use super::SignatureFault;

/// The two stretches that are signed. Both are within the file, and the first begins at its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// Where the gap begins.
    pub gap: usize,
    /// Where the gap ends.
    pub after: usize,
    /// Where the second stretch ends.
    pub end: usize,
}

impl Range {
    /// Holds the four numbers of a byte range against the file, and the gap against `contents` as the document's own
    /// reader found it.
    ///
    /// The gap has to hold `contents` in hexadecimal between its brackets and not a byte more. That is what makes it
    /// impossible to hide anything in the gap, or to make the gap larger than the signature.
    pub fn check(numbers: &[i64], file: &[u8], contents: &[u8]) -> Result<Self, SignatureFault> {
        let whole = |n: i64| usize::try_from(n).map_err(|_| SignatureFault::BadRange);
        let [0, gap, after, rest] = *numbers else {
            return Err(SignatureFault::BadRange);
        };
        let (gap, after, rest) = (whole(gap)?, whole(after)?, whole(rest)?);
        let end = after.checked_add(rest).ok_or(SignatureFault::BadRange)?;
        if gap >= after || end > file.len() || rest == 0 {
            return Err(SignatureFault::BadRange);
        }
        let [b'<', digits @ .., b'>'] = &file[gap..after] else {
            return Err(SignatureFault::GapHoldsMore);
        };
        if unhex(digits).as_deref() != Some(contents) {
            return Err(SignatureFault::GapHoldsMore);
        }
        Ok(Self { gap, after, end })
    }

    /// What is signed, in two pieces.
    pub fn parts<'a>(&self, file: &'a [u8]) -> [&'a [u8]; 2] {
        [&file[..self.gap], &file[self.after..self.end]]
    }

    /// Whether all that follows is empty lines, which some writers add after the end.
    pub fn covers_whole(&self, file: &[u8]) -> bool {
        file[self.end..].iter().all(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// Whether two signatures can have been made one after the other: the later one signs all of the earlier.
    pub fn follows(&self, earlier: &Self) -> bool {
        earlier.end <= self.gap
    }
}

/// Hexadecimal digits as a PDF may write them: both cases, white space anywhere, a last digit that may be missing.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut half = None;
    for byte in text {
        if matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ') {
            continue;
        }
        let digit = u8::try_from(char::from(*byte).to_digit(16)?).ok()?;
        match half.take() {
            None => half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    bytes.extend(half.map(|high| high << 4));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"0123<0aFF>89";

    #[test]
    fn a_sound_range_covers_all_but_the_signature() {
        let range = Range::check(&[0, 4, 10, 2], FILE, &[0x0a, 0xff]).unwrap();
        assert_eq!(range.parts(FILE), [&b"0123"[..], b"89"]);
        assert!(range.covers_whole(FILE));
        assert!(range.covers_whole(b"0123<0aFF>89\r\n"));
        assert!(!range.covers_whole(b"0123<0aFF>89 0"), "something was appended");
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        for numbers in [
            &[0, 4, 10][..],
            &[0, 4, 10, 2, 0],
            &[1, 4, 10, 2],
            &[0, -4, 10, 2],
            &[0, 10, 4, 2],
            &[0, 4, 10, 3],
            &[0, 4, 10, 0],
            &[0, 4, 10, i64::MAX],
            &[0, 4, i64::MAX, i64::MAX],
        ] {
            assert_eq!(
                Range::check(numbers, FILE, &[0x0a, 0xff]),
                Err(SignatureFault::BadRange),
                "{numbers:?}"
            );
        }
    }

    #[test]
    fn a_gap_with_anything_else_in_it_is_refused() {
        let check = |numbers: [i64; 4], contents: &[u8]| Range::check(&numbers, FILE, contents);
        assert_eq!(
            check([0, 3, 10, 2], &[0x0a, 0xff]),
            Err(SignatureFault::GapHoldsMore)
        );
        assert_eq!(
            check([0, 4, 11, 1], &[0x0a, 0xff]),
            Err(SignatureFault::GapHoldsMore)
        );
        assert_eq!(
            check([0, 4, 10, 2], &[0x0a, 0xfe]),
            Err(SignatureFault::GapHoldsMore)
        );
        let hidden = b"0123<0aFF>/X<00>89";
        assert_eq!(
            Range::check(&[0, 4, 16, 2], hidden, &[0x0a, 0xff]),
            Err(SignatureFault::GapHoldsMore)
        );
    }

    #[test]
    fn hexadecimal_is_read_as_a_pdf_reads_it() {
        assert_eq!(unhex(b"0a F\nf"), Some(vec![0x0a, 0xff]));
        assert_eq!(unhex(b"0aF"), Some(vec![0x0a, 0xf0]));
        assert_eq!(unhex(b"0aG0"), None);
    }
}
