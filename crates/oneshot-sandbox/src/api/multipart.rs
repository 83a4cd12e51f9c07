//! The parts of a form that came in full (RFC 7578), without copying any of them: each is a piece of the body.

use bytes::Bytes;
use memchr::memmem;

use super::answer::Answer;
use super::form::Form;
use super::receive::Received;
use super::voice::Voice;

/// More parts than this are a mistake or an attack.
const MOST_PARTS: usize = 1_000;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// A part without one is a field of text and no file.
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Part {
    /// The ending of its filename with its dot, in lower case; of a file without one, its type.
    pub(crate) fn kind(&self) -> String {
        let name = self.file_name.as_deref().unwrap_or_default();
        match name.rsplit_once('.') {
            Some((_, ending)) if !ending.is_empty() && ending.len() <= 10 => {
                format!(".{}", ending.to_lowercase())
            }
            _ => self.content_type.clone().unwrap_or_else(|| "unknown".to_owned()),
        }
    }
}

/// The files of a body in parts of this name, or of any if it is empty. A body that is no form has none; a form that
/// breaks off answers 400.
pub(crate) fn files(voice: Voice, received: &Received, name: &str) -> Result<Vec<Part>, Answer> {
    let content_type = received.content_type().unwrap_or_default();
    let Some(boundary) = boundary(content_type) else {
        return Ok(Vec::new());
    };
    let parts = read(&received.body, &boundary);
    let mut parts = parts.ok_or_else(|| voice.refuse(400, "There was an error parsing the body"))?;
    parts.retain(|part| part.file_name.is_some() && (name.is_empty() || part.name == name));
    Ok(parts)
}

/// What FastAPI says where a file is missing.
pub(crate) fn missing(voice: Voice, name: &str) -> Answer {
    let mut form = Form::default();
    form.missing(&["body", name]);
    form.refusal(voice)
}

fn boundary(content_type: &str) -> Option<String> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    // RFC 2046, 5.1.1: 1 to 70 characters.
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

/// A parameter of a header's value, its quotes taken off.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (key, after) = rest.split_once('=')?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

/// The text up to the closing quote, and what follows it. Browsers write a quote in a name as `%22`; others put a
/// backslash in front of it.
fn quoted_value(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value.replace("%22", "\""), &quoted[at + 1..])),
            '\\' => match characters.next()? {
                (_, escaped @ ('"' | '\\')) => value.push(escaped),
                (_, other) => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

fn read(body: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let delimiter = format!("\r\n--{boundary}");
    let finder = memmem::Finder::new(delimiter.as_bytes());
    // The first one may stand at the very beginning, without a line end before it.
    let first = &delimiter.as_bytes()[2..];
    let mut at = if body.starts_with(first) {
        first.len()
    } else {
        finder.find(body)? + delimiter.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        // Blanks may stand between a boundary and its line end.
        let blanks = rest.iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
        if !rest.get(blanks..)?.starts_with(b"\r\n") || parts.len() == MOST_PARTS {
            return None;
        }
        // The line end of the boundary may be the one that ends an empty head.
        let head_starts = at + blanks;
        let head_ends = head_starts + memmem::find(body.get(head_starts..)?, b"\r\n\r\n")?;
        let head = std::str::from_utf8(body.get(head_starts..head_ends)?).ok()?;
        // The line end before the next boundary may be the head's last one, where there is no content at all.
        let from = head_ends + 2;
        let content_ends = from + finder.find(body.get(from..)?)?;
        let content = body.slice((head_ends + 4).min(content_ends)..content_ends);
        if let Some(part) = part(head, content) {
            parts.push(part);
        }
        at = content_ends + delimiter.len();
    }
}

/// A part by its head; one without a name is passed over.
fn part(head: &str, bytes: Bytes) -> Option<Part> {
    let header = |name: &str| {
        head.split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(it, _)| it.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let (_, parameters) = header("content-disposition")?.split_once(';')?;
    Some(Part {
        name: parameter(parameters, "name")?,
        file_name: parameter(parameters, "filename"),
        content_type: header("content-type").map(str::to_owned),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(parts: &[(&str, &[u8])]) -> Bytes {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let head = format!(
                "--x-y\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a \\\"b\\\";c.pdf\"\r\n\
                 Content-Type: application/pdf\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--x-y--\r\n");
        body.into()
    }

    #[test]
    fn parts_are_pieces_of_the_body() {
        let body = form(&[("file", b"one\r\n--x-"), ("empty", b""), ("file", b"\r\n\r\n")]);
        let parts = read(&body, "x-y").unwrap();
        let said: Vec<_> = parts.iter().map(|it| (it.name.as_str(), &it.bytes[..])).collect();
        assert_eq!(
            said,
            [
                ("file", &b"one\r\n--x-"[..]),
                ("empty", b""),
                ("file", b"\r\n\r\n")
            ]
        );
        assert_eq!(parts[0].file_name.as_deref(), Some("a \"b\";c.pdf"));
        assert_eq!(parts[0].content_type.as_deref(), Some("application/pdf"));
        let inside = body.as_ptr_range();
        assert!(inside.contains(&parts[0].bytes.as_ptr()), "nothing was copied");
    }

    #[test]
    fn a_form_that_breaks_off_is_none() {
        let body = form(&[("file", b"one"), ("file", b"two")]);
        for length in 0..body.len() - 4 {
            assert_eq!(read(&body.slice(..length), "x-y"), None, "{length} bytes");
        }
        assert!(read(&body.slice(..body.len() - 2), "x-y").is_some());
    }

    #[test]
    fn the_boundary_is_read_in_every_notation() {
        for good in [
            "multipart/form-data; boundary=x-y",
            "Multipart/Form-Data;charset=utf-8; BOUNDARY=\"x-y\"",
            "multipart/form-data; a=\"b;boundary=z\"; boundary=x-y ;c=d",
        ] {
            assert_eq!(boundary(good).as_deref(), Some("x-y"), "{good}");
        }
        for bad in [
            "",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=x-y",
        ] {
            assert_eq!(boundary(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            body in prop::collection::vec(any::<u8>(), 0..200),
            cut in 1_usize..300,
            at in 0_usize..300,
            byte: u8,
        ) {
            let _ = read(&Bytes::from(body), "x");
            let mut whole = form(&[("file", b"one"), ("file", b"")]).to_vec();
            let length = whole.len();
            whole[at % length] = byte;
            whole.truncate(cut);
            let _ = read(&Bytes::from(whole), "x-y");
        }

        #[test]
        fn no_header_panics(text in "\\PC{0,80}") {
            let _ = boundary(&format!("multipart/form-data;{text}"));
        }
    }
}
