//! As much of BER (X.690) as signatures in PDFs need: one value after another, never past the end.
//!
//! The standard asks for DER; some signers write the outer layers with indefinite lengths all the same. Those are
//! read; what is signed is compared byte for byte, so leniency here decides nothing.

use std::borrow::Cow;

/// How deep values of indefinite length may nest.
const DEEPEST: u8 = 24;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;

/// The `n`th context tag around other values.
pub(super) const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// The `n`th context tag in place of a simple type's own.
pub(super) const fn context_simple(n: u8) -> u8 {
    0x80 | n
}

/// One value: its tag, its content, and all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub tag: u8,
    pub body: &'a [u8],
    pub raw: &'a [u8],
}

impl<'a> Value<'a> {
    /// The values inside.
    pub fn inside(&self) -> Reader<'a> {
        Reader(self.body)
    }

    /// An octet string, which BER may cut into pieces.
    pub fn octets(&self) -> Option<Cow<'a, [u8]>> {
        if self.tag == OCTETS {
            return Some(Cow::Borrowed(self.body));
        }
        if self.tag != OCTETS | CONSTRUCTED {
            return None;
        }
        let mut whole = Vec::new();
        let mut pieces = self.inside();
        while !pieces.is_empty() {
            whole.extend_from_slice(pieces.expect(OCTETS)?.body);
        }
        Some(Cow::Owned(whole))
    }
}

/// The values not read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub fn next(&mut self) -> Option<Value<'a>> {
        let (value, rest) = take(self.0, 0)?;
        self.0 = rest;
        Some(value)
    }

    /// The next value, if it has this tag; otherwise nothing is read.
    pub fn expect(&mut self, tag: u8) -> Option<Value<'a>> {
        (self.0.first() == Some(&tag)).then(|| self.next()).flatten()
    }
}

fn take(bytes: &[u8], depth: u8) -> Option<(Value<'_>, &[u8])> {
    let (&tag, after_tag) = bytes.split_first()?;
    // Tags of several bytes exist in no structure read here.
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&first, after_first) = after_tag.split_first()?;
    if first == 0x80 {
        return take_indefinite(bytes, tag, after_first, depth);
    }
    let (len, content) = if first < 0x80 {
        (usize::from(first), after_first)
    } else {
        let count = usize::from(first & 0x7f);
        if count > 4 {
            return None;
        }
        let digits = after_first.get(..count)?;
        let len = digits
            .iter()
            .fold(0_usize, |len, byte| len << 8 | usize::from(*byte));
        (len, &after_first[count..])
    };
    let body = content.get(..len)?;
    let header = bytes.len() - content.len();
    Some((
        Value {
            tag,
            body,
            raw: &bytes[..header + len],
        },
        &content[len..],
    ))
}

/// Until two zero bytes where a value would begin (X.690, 8.1.3.6).
fn take_indefinite<'a>(
    bytes: &'a [u8],
    tag: u8,
    content: &'a [u8],
    depth: u8,
) -> Option<(Value<'a>, &'a [u8])> {
    if tag & CONSTRUCTED == 0 || depth >= DEEPEST {
        return None;
    }
    let mut rest = content;
    while !rest.starts_with(&[0, 0]) {
        rest = take(rest, depth + 1)?.1;
    }
    let body = &content[..content.len() - rest.len()];
    let after = &rest[2..];
    let raw = &bytes[..bytes.len() - after.len()];
    Some((Value { tag, body, raw }, after))
}

/// The same content under another tag, with the shortest length, as DER has it.
pub(super) fn retagged(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(body.len() + 6);
    whole.push(tag);
    match u8::try_from(body.len()) {
        Ok(short @ 0..=0x7f) => whole.push(short),
        _ => {
            let digits = body.len().to_be_bytes();
            let digits = &digits[digits.iter().take_while(|byte| **byte == 0).count()..];
            whole.push(0x80 | u8::try_from(digits.len()).expect("at most eight"));
            whole.extend_from_slice(digits);
        }
    }
    whole.extend_from_slice(body);
    whole
}

/// `UTCTime` or `GeneralizedTime` as RFC 5280 and RFC 3161 restrict them, milliseconds since 1970.
pub(super) fn time(value: &Value<'_>) -> Option<i64> {
    let text = std::str::from_utf8(value.body).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let full = match value.tag {
        UTC_TIME => {
            let year: u8 = whole.get(..2)?.parse().ok()?;
            format!("{}{whole}", if year < 50 { "20" } else { "19" })
        }
        GENERALIZED_TIME => whole.to_owned(),
        _ => return None,
    };
    let thousandths = format!("{fraction:0<3}");
    seconds(&full)?
        .checked_mul(1000)?
        .checked_add(thousandths.get(..3)?.parse().ok()?)
}

/// `YYYYMMDDhhmmss` in UTC, seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<i64> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i8>().ok();
    let date_time = jiff::civil::DateTime::new(
        text[..4].parse().ok()?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        // Some write a leap second; it is the next minute's first for anybody who counts from 1970.
        part(12, 14)?.min(59),
        0,
    )
    .ok()?;
    Some(
        date_time
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_second(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_one_after_another() {
        let mut reader = Reader::new(&[0x30, 3, 2, 1, 5, 4, 1, 9]);
        let sequence = reader.expect(SEQUENCE).unwrap();
        assert_eq!(sequence.inside().next().unwrap().body, [5]);
        assert!(
            reader.expect(SEQUENCE).is_none(),
            "an octet string is no sequence"
        );
        assert_eq!(reader.next().unwrap().body, [9]);
        assert!(reader.next().is_none(), "nothing is left");
    }

    #[test]
    fn an_indefinite_length_ends_where_it_says() {
        let bytes = [0x30, 0x80, 0x30, 0x80, 2, 1, 5, 0, 0, 0, 0, 0xaa];
        let mut reader = Reader::new(&bytes);
        let value = reader.next().unwrap();
        assert_eq!(value.body, &bytes[2..9]);
        assert_eq!(value.raw.len(), 11);
        assert_eq!(reader.rest(), [0xaa]);
    }

    #[test]
    fn octets_may_come_in_pieces() {
        let value = Reader::new(&[0x24, 0x80, 4, 1, 7, 4, 2, 8, 9, 0, 0])
            .next()
            .unwrap();
        assert_eq!(&*value.octets().unwrap(), [7, 8, 9]);
    }

    #[test]
    fn lengths_that_lie_are_not_followed() {
        for bytes in [
            &[0x30, 5, 1][..],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30],
            &[0x04, 0x80, 0, 0],
        ] {
            assert!(Reader::new(bytes).next().is_none(), "{bytes:x?}");
        }
        let deep = [0x30, 0x80].repeat(100_000);
        assert!(Reader::new(&deep).next().is_none(), "and the stack holds");
    }

    #[test]
    fn a_long_body_gets_a_long_length() {
        assert_eq!(retagged(SET, &[1; 5])[..2], [0x31, 5]);
        assert_eq!(retagged(SET, &[1; 200])[..3], [0x31, 0x81, 200]);
        assert_eq!(retagged(SET, &[1; 300])[..4], [0x31, 0x82, 1, 44]);
    }

    #[test]
    fn both_kinds_of_time_are_read() {
        let check = |tag, text: &str, expect| {
            let raw = text.as_bytes();
            assert_eq!(time(&Value { tag, body: raw, raw }), expect, "{text}");
        };
        check(UTC_TIME, "700101000001Z", Some(1000));
        check(UTC_TIME, "261123070000Z", Some(1_795_417_200_000));
        check(GENERALIZED_TIME, "20261123070000Z", Some(1_795_417_200_000));
        check(GENERALIZED_TIME, "20261123070000.25Z", Some(1_795_417_200_250));
        check(GENERALIZED_TIME, "20261323070000Z", None);
        check(GENERALIZED_TIME, "20261123070000+0100", None);
        check(UTC_TIME, "é1123070000Z", None);
    }
}
