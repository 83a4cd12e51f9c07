//! Where a document keeps its signatures: in the fields of its form (ISO 32000-2, 12.7).

use std::collections::HashSet;

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, String as PdfString};

/// Fields looked at in one document; more is an attack on whoever looks.
const MOST_FIELDS: usize = 10_000;

/// A signature dictionary and the field it hangs from.
pub(super) struct Signed {
    pub field: String,
    pub sub_filter: String,
    pub byte_range: Vec<i64>,
    pub contents: Vec<u8>,
    /// As the signer wrote it: nobody vouches for it.
    pub claimed_date: Option<String>,
}

/// Every signature of a document, in the order of its fields. Fields without a signature are left out.
pub(super) fn signed(pdf: &Pdf) -> Vec<Signed> {
    let mut found = Vec::new();
    let form = pdf
        .xref()
        .get::<Dict<'_>>(pdf.xref().root_id())
        .and_then(|root| root.get::<Dict<'_>>(b"AcroForm"));
    let Some(fields) = form.and_then(|form| form.get::<Array<'_>>(b"Fields")) else {
        return found;
    };
    // Without recursion: how deep fields nest is up to the document.
    let mut waiting = vec![(fields, String::new(), false)];
    let mut seen = HashSet::new();
    while let Some((fields, above, inherited)) = waiting.pop() {
        for field in fields.raw_iter() {
            if let MaybeRef::Ref(id) = &field
                && !seen.insert((id.obj_number, id.gen_number))
            {
                continue;
            }
            if seen.len() + found.len() > MOST_FIELDS {
                return found;
            }
            let field = match field {
                MaybeRef::Ref(id) => pdf.xref().get::<Dict<'_>>(id.into()),
                MaybeRef::NotRef(object) => dictionary(object),
            };
            let Some(field) = field else { continue };
            let own = field.get::<PdfString<'_>>(b"T").map(|name| text(&name));
            let name = match (above.as_str(), own) {
                (above, None) => above.to_owned(),
                ("", Some(own)) => own,
                (above, Some(own)) => format!("{above}.{own}"),
            };
            let is_signature = field
                .get::<Name<'_>>(b"FT")
                .map_or(inherited, |kind| kind.as_ref() == b"Sig");
            if is_signature && let Some(value) = field.get::<Dict<'_>>(b"V") {
                found.push(read(name.clone(), &value));
            }
            if let Some(kids) = field.get::<Array<'_>>(b"Kids") {
                waiting.push((kids, name, is_signature));
            }
        }
    }
    found
}

fn read(field: String, value: &Dict<'_>) -> Signed {
    let numbers = value.get::<Array<'_>>(b"ByteRange").map(|range| {
        range
            .iter::<Object<'_>>()
            // A number that is none must not vanish from between the others.
            .map(|number| match number {
                Object::Number(number) => number.as_i64(),
                _ => -1,
            })
            .take(64)
            .collect()
    });
    Signed {
        field,
        sub_filter: value
            .get::<Name<'_>>(b"SubFilter")
            .map(|name| String::from_utf8_lossy(name.as_ref()).into_owned())
            .unwrap_or_default(),
        byte_range: numbers.unwrap_or_default(),
        contents: value
            .get::<PdfString<'_>>(b"Contents")
            .map(|contents| contents.as_bytes().to_vec())
            .unwrap_or_default(),
        claimed_date: value.get::<PdfString<'_>>(b"M").map(|date| text(&date)),
    }
}

fn dictionary(object: Object<'_>) -> Option<Dict<'_>> {
    match object {
        Object::Dict(dictionary) => Some(dictionary),
        _ => None,
    }
}

/// A text string (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark in front, else PDFDocEncoding, which is
/// Latin-1 for all letters of the languages this app speaks.
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, units @ ..] => {
            let units: Vec<u16> = units
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    }
}

/// `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2, 7.9.4), milliseconds since 1970. What is left out is the earliest it can be.
pub(super) fn date(text: &str) -> Option<i64> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (date, zone) = text.split_at(digits.min(14));
    let whole = match date.len() {
        4 | 6 | 8 | 10 | 12 | 14 => format!("{date}{}", &"00000101000000"[date.len()..]),
        _ => return None,
    };
    let local = super::der::seconds(&whole)?;
    let offset = match zone.as_bytes() {
        [] | [b'Z', ..] => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let digits: Vec<i64> = rest
                .iter()
                .filter(|byte| byte.is_ascii_digit())
                .map(|byte| i64::from(byte - b'0'))
                .collect();
            let [hours, minutes] = match digits.as_slice() {
                [h1, h2] => [h1 * 10 + h2, 0],
                [h1, h2, m1, m2] => [h1 * 10 + h2, m1 * 10 + m2],
                _ => return None,
            };
            let seconds = hours * 3600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    Some((local - offset) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_documents_write_them() {
        let noon = 1_795_435_200_000;
        for text in [
            "D:20261123120000Z",
            "D:20261123120000+00'00'",
            "D:20261123130000+01'00'",
            "D:20261123130000+01'00",
            "D:20261123070000-05'00'",
            "20261123120000",
            "D:2026112312",
        ] {
            assert_eq!(date(text), Some(noon), "{text}");
        }
        assert_eq!(date("D:2026"), Some(1_767_225_600_000), "the first of January");
        for text in [
            "",
            "D:",
            "D:20",
            "D:20261323",
            "D:20261123120000+1",
            "yesterday",
            "D:20261123120000é",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_read_in_all_three_encodings() {
        assert_eq!(text(b"\xfe\xff\x00N\x00\xfa"), "Nú");
        assert_eq!(text("\u{feff}Nú".as_bytes()), "Nú");
        assert_eq!(text(b"N\xfa"), "Nú");
        assert_eq!(text(b"\xfe\xff\x00"), "");
    }
}
