//! What was appended to a file, read to the letter (ISO 32000-2, 7.5.6): objects, one cross-reference section that
//! names exactly these, and the end. No reader can see anything else in it, whatever it makes of damaged files.

use std::collections::{BTreeMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, FromBytes as _, MaybeRef, Name, Number, Object, Stream};

use crate::unpack;

/// How deep arrays and dictionaries may nest.
const DEEPEST: usize = 50;
/// Bytes of one entry of a classic table.
const ENTRY: usize = 20;

/// Where a revision keeps an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Offset in the file.
    Plain(usize),
    /// Number of the object stream, and which in it.
    Packed(u32, usize),
}

/// One incremental update.
pub(super) struct Revision<'a> {
    /// Where it ends, with what follows its last line.
    pub end: usize,
    /// Where its cross-reference section begins.
    pub section: usize,
    pub trailer: Dict<'a>,
    /// By object number; every generation is 0.
    pub objects: BTreeMap<u32, Place>,
    /// Those of them that only hold others: object and cross-reference streams.
    pub structure: HashSet<u32>,
}

/// Where the last cross-reference section of a file begins, and its trailer.
pub(super) fn last_section(file: &[u8]) -> Option<(usize, Dict<'_>)> {
    const KEY: &[u8] = b"startxref";
    let at = file.windows(KEY.len()).rposition(|window| window == KEY)?;
    let mut text = Text {
        file,
        at: at + KEY.len(),
    };
    let section = text.end()?;
    (text.at == file.len()).then_some(())?;
    let mut text = Text { file, at: section };
    if file.get(section..)?.starts_with(b"xref") {
        const KEY: &[u8] = b"trailer";
        let found = file[section..]
            .windows(KEY.len())
            .position(|window| window == KEY)?;
        text.at = section + found + KEY.len();
    } else {
        text.object_head()?;
    }
    text.blanks()?;
    let begin = text.at;
    text.value(0)?;
    Some((section, Dict::from_bytes(&file[begin..text.at])?))
}

/// Reads the revision that begins at `at`, after one whose section begins at `previous`. `None` when it is anything but
/// one sound revision.
pub(super) fn read<'a>(file: &'a [u8], at: usize, previous: usize, whole: &Pdf) -> Option<Revision<'a>> {
    let mut text = Text { file, at };
    let mut objects = BTreeMap::new();
    let mut structure = HashSet::new();
    let mut section: Option<(usize, Dict<'a>, BTreeMap<u32, Place>)> = None;
    loop {
        text.blanks()?;
        let begin = text.at;
        match file.get(begin)? {
            b'0'..=b'9' => {
                let (number, dict, stream) = text.object(whole)?;
                if objects.insert(number, Place::Plain(begin)).is_some() {
                    return None;
                }
                let (Some(dict), Some(stream)) = (dict, stream) else {
                    continue;
                };
                match dict.get::<Name<'_>>(b"Type").as_deref() {
                    Some(b"ObjStm") => {
                        structure.insert(number);
                        for (index, inner) in packed(&dict, &stream)?.into_iter().enumerate() {
                            if objects.insert(inner, Place::Packed(number, index)).is_some() {
                                return None;
                            }
                        }
                    }
                    Some(b"XRef") => {
                        structure.insert(number);
                        let mut entries = stream_entries(&dict, &stream)?;
                        // It need not name itself.
                        entries.entry(number).or_insert(Place::Plain(begin));
                        if section.replace((begin, dict, entries)).is_some() {
                            return None;
                        }
                    }
                    _ => {}
                }
            }
            b'x' => {
                let entries = text.table()?;
                text.blanks()?;
                text.word(b"trailer")?;
                text.blanks()?;
                let from = text.at;
                text.value(0)?;
                let trailer = Dict::from_bytes(&file[from..text.at])?;
                if section.replace((begin, trailer, entries)).is_some() {
                    return None;
                }
            }
            b's' => {
                text.word(b"startxref")?;
                let (begin, trailer, entries) = section?;
                let named = text.end()?;
                let follows = integer(&trailer, b"Prev")? == previous && !trailer.contains_key(b"XRefStm");
                let sound = named == begin && entries == objects && follows;
                return sound.then_some(Revision {
                    end: text.at,
                    section: begin,
                    trailer,
                    objects,
                    structure,
                });
            }
            _ => return None,
        }
    }
}

fn integer(dict: &Dict<'_>, key: &[u8]) -> Option<usize> {
    match dict.get_raw::<Object<'_>>(key)? {
        MaybeRef::NotRef(Object::Number(number)) => usize::try_from(number.as_i64()).ok(),
        _ => None,
    }
}

/// The numbers of the objects in an object stream (7.5.7).
fn packed(dict: &Dict<'_>, stream: &Stream<'_>) -> Option<Vec<u32>> {
    if dict.contains_key(b"Extends") {
        return None;
    }
    unpack::check_stream(stream).ok()?;
    let data = stream.decoded_data().ok()?;
    let (count, first) = (integer(dict, b"N")?, integer(dict, b"First")?);
    let mut head = Text { file: &data, at: 0 };
    let mut numbers = Vec::new();
    for _ in 0..count {
        head.blanks()?;
        numbers.push(u32::try_from(head.number()?).ok()?);
        head.blanks()?;
        let at = first.checked_add(head.number()?)?;
        (head.at <= first).then_some(())?;
        // Read to the letter as well: a key that is there twice is read differently by different readers.
        let mut text = Text { file: &data, at };
        text.blanks()?;
        text.value(0)?;
    }
    Some(numbers)
}

/// What a cross-reference stream names (7.5.8).
fn stream_entries(dict: &Dict<'_>, stream: &Stream<'_>) -> Option<BTreeMap<u32, Place>> {
    let numbers = |array: Array<'_>| -> Option<Vec<usize>> {
        array
            .iter::<Number>()
            .map(|number| usize::try_from(number.as_i64()).ok())
            .collect()
    };
    let widths = numbers(dict.get::<Array<'_>>(b"W")?)?;
    let [kind_width @ 1..=8, first_width @ 1..=8, second_width @ 0..=8] = widths[..] else {
        return None;
    };
    let index = match dict.get::<Array<'_>>(b"Index") {
        Some(index) => numbers(index)?,
        None => vec![0, integer(dict, b"Size")?],
    };
    unpack::check_stream(stream).ok()?;
    let data = stream.decoded_data().ok()?;
    let mut rows = data.chunks_exact(kind_width + first_width + second_width);
    let mut entries = BTreeMap::new();
    let value = |bytes: &[u8]| {
        bytes.iter().try_fold(0_usize, |sum, byte| {
            sum.checked_mul(256).map(|sum| sum + usize::from(*byte))
        })
    };
    for pair in index.chunks(2) {
        let [start, count] = *pair else { return None };
        for number in start..start.checked_add(count)? {
            let row = rows.next()?;
            let (kind, rest) = row.split_at(kind_width);
            let (first, second) = rest.split_at(first_width);
            let (first, second) = (value(first)?, value(second)?);
            let place = match (value(kind)?, number) {
                // The head of the list of free numbers. To free any other is to take an object away.
                (0, 0) => continue,
                (1, _) if second == 0 => Place::Plain(first),
                (2, _) => Place::Packed(u32::try_from(first).ok()?, second),
                _ => return None,
            };
            let twice = entries.insert(u32::try_from(number).ok()?, place).is_some();
            (!twice).then_some(())?;
        }
    }
    Some(entries)
}

/// A place in the text of a file.
struct Text<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Text<'a> {
    fn rest(&self) -> &'a [u8] {
        self.file.get(self.at..).unwrap_or_default()
    }

    /// White space, and comments in which no reader finds a key word.
    fn blanks(&mut self) -> Option<()> {
        while let Some(byte) = self.file.get(self.at) {
            match byte {
                0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' => self.at += 1,
                b'%' => {
                    let rest = self.rest();
                    let length = rest
                        .iter()
                        .position(|byte| matches!(byte, b'\r' | b'\n'))
                        .unwrap_or(rest.len());
                    let comment = &rest[..length];
                    let words = [&b"obj"[..], b"xref", b"trailer", b"stream", b"EOF", b"PDF-"];
                    let hides = words
                        .iter()
                        .any(|word| comment.windows(word.len()).any(|window| window == *word));
                    (!hides).then_some(())?;
                    self.at += length;
                }
                _ => break,
            }
        }
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<usize> {
        let rest = self.rest();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        self.at += digits;
        Some(number)
    }

    /// What stands after `startxref`, to the end of the last line: where the section begins.
    fn end(&mut self) -> Option<usize> {
        self.blanks()?;
        let section = self.number()?;
        while matches!(self.rest().first(), Some(b'\r' | b'\n' | b' ')) {
            self.at += 1;
        }
        self.word(b"%%EOF")?;
        while matches!(self.rest().first(), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
        Some(section)
    }

    fn object_head(&mut self) -> Option<u32> {
        let number = u32::try_from(self.number()?).ok()?;
        self.blanks()?;
        (self.number()? == 0).then_some(())?;
        self.blanks()?;
        self.word(b"obj")?;
        Some(number)
    }

    /// An object to its end: its number, and its dictionary and itself when it is a stream.
    fn object(&mut self, whole: &Pdf) -> Option<(u32, Option<Dict<'a>>, Option<Stream<'a>>)> {
        let number = self.object_head()?;
        self.blanks()?;
        let begin = self.at;
        self.value(0)?;
        let after = self.at;
        self.blanks()?;
        if self.word(b"endobj").is_some() {
            return Some((number, None, None));
        }
        let dict = Dict::from_bytes(&self.file[begin..after])?;
        self.word(b"stream")?;
        self.word(b"\r\n").or_else(|| self.word(b"\n"))?;
        let length = match dict.get_raw::<Object<'_>>(b"Length")? {
            MaybeRef::NotRef(_) => integer(&dict, b"Length")?,
            MaybeRef::Ref(id) => {
                let number = whole.xref().get::<Number>(id.into())?;
                usize::try_from(number.as_i64()).ok()?
            }
        };
        self.at = self.at.checked_add(length)?;
        while matches!(self.rest().first(), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
        self.word(b"endstream")?;
        let stream = Stream::from_bytes(&self.file[begin..self.at]);
        self.blanks()?;
        self.word(b"endobj")?;
        Some((number, Some(dict), stream))
    }

    /// What a classic table names (7.5.4).
    fn table(&mut self) -> Option<BTreeMap<u32, Place>> {
        self.word(b"xref")?;
        let mut entries = BTreeMap::new();
        loop {
            self.blanks()?;
            if self.rest().first() == Some(&b't') {
                return Some(entries);
            }
            let start = self.number()?;
            self.blanks()?;
            let count = self.number()?;
            self.blanks()?;
            for number in start..start.checked_add(count)? {
                let entry = self.rest().get(..ENTRY)?;
                self.at += ENTRY;
                let mut row = Text { file: entry, at: 0 };
                let offset = row.number()?;
                let is_row = row.at == 10 && entry[10] == b' ' && entry[16] == b' ';
                is_row.then_some(())?;
                match (&entry[11..16], entry[17], number) {
                    (_, b'f', 0) => {}
                    (b"00000", b'n', _) => {
                        let number = u32::try_from(number).ok()?;
                        let twice = entries.insert(number, Place::Plain(offset)).is_some();
                        (!twice).then_some(())?;
                    }
                    _ => return None,
                }
            }
        }
    }

    /// Any value but a stream. A key that is there twice in a dictionary is refused: readers differ in which they take.
    fn value(&mut self, depth: usize) -> Option<()> {
        (depth <= DEEPEST).then_some(())?;
        match self.rest() {
            [b'<', b'<', ..] => {
                self.at += 2;
                let mut keys = HashSet::new();
                loop {
                    self.blanks()?;
                    if self.word(b">>").is_some() {
                        return Some(());
                    }
                    keys.insert(self.name()?).then_some(())?;
                    self.blanks()?;
                    self.value(depth + 1)?;
                }
            }
            [b'[', ..] => {
                self.at += 1;
                loop {
                    self.blanks()?;
                    if self.word(b"]").is_some() {
                        return Some(());
                    }
                    self.value(depth + 1)?;
                }
            }
            [b'<', digits @ ..] => {
                let length = digits.iter().position(|byte| *byte == b'>')?;
                let is_hex = |byte: &u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
                digits[..length].iter().all(is_hex).then_some(())?;
                self.at += length + 2;
                Some(())
            }
            [b'(', ..] => self.string(),
            [b'/', ..] => self.name().map(|_| ()),
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => {
                let is_number = |byte: &&u8| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9');
                self.at += self.rest().iter().take_while(is_number).count();
                // Two whole numbers and a letter may follow: then it was a reference.
                let begin = self.at;
                if self.reference().is_none() {
                    self.at = begin;
                }
                Some(())
            }
            _ => [&b"true"[..], b"false", b"null"]
                .iter()
                .find_map(|word| self.word(word)),
        }
    }

    fn reference(&mut self) -> Option<()> {
        self.blanks()?;
        self.number()?;
        self.blanks()?;
        self.word(b"R")
    }

    fn string(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.rest().first()? {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(());
            }
        }
    }

    /// A name without its escapes.
    fn name(&mut self) -> Option<Vec<u8>> {
        self.word(b"/")?;
        let mut name = Vec::new();
        while let Some(byte) = self.rest().first() {
            match byte {
                b'#' => {
                    let digits = std::str::from_utf8(self.rest().get(1..3)?).ok()?;
                    name.push(u8::from_str_radix(digits, 16).ok()?);
                    self.at += 3;
                }
                b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' => break,
                byte if byte.is_ascii_graphic() || *byte >= 0x80 => {
                    name.push(*byte);
                    self.at += 1;
                }
                _ => break,
            }
        }
        Some(name)
    }
}
