//! A document as it was uploaded, and what is appended to it (ISO 32000-2, 7.5.6).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, StringFormat};

use super::pades::SignError;

/// No honest object or cross-reference stream of a document to sign unpacks to more, bytes.
const MOST_UNPACKED: usize = 64 * 1024 * 1024;
/// Where ISO 32000 lets `startxref` be looked for, bytes from the end; generous, as readers are.
const TAIL: usize = 2048;

/// How a document lists where its objects are; an update has to go on in the same way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Index {
    Table,
    Stream,
}

/// A document that can be appended to.
pub(super) struct Update<'a> {
    before: &'a [u8],
    document: Document,
    index: Index,
    /// Where the newest index of `before` is.
    previous: usize,
    next_id: u32,
    /// Without the signature, which is written by hand.
    changed: BTreeMap<ObjectId, Object>,
}

impl<'a> Update<'a> {
    /// Reads a document that something shall be appended to.
    pub fn of(pdf: &'a [u8]) -> Result<Self, SignError> {
        if !pdf.starts_with(b"%PDF-") {
            return Err(SignError::NotPdf);
        }
        let options = LoadOptions {
            max_decompressed_size: Some(MOST_UNPACKED),
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(pdf, options).map_err(unreadable)?;
        if document.is_encrypted() || document.was_encrypted() {
            return Err(SignError::Encrypted);
        }
        if document.xref_recovery.is_some() {
            return Err(damaged("its cross-reference data does not fit its objects"));
        }
        let previous = start_of_index(pdf).ok_or_else(|| damaged("no startxref at its end"))?;
        let index = match pdf.get(previous..) {
            Some(at) if at.starts_with(b"xref") => Index::Table,
            Some(at) if at.first().is_some_and(u8::is_ascii_digit) => Index::Stream,
            _ => return Err(damaged("startxref points at no cross-reference data")),
        };
        document
            .catalog()
            .map_err(|error| damaged(format!("no catalog: {error}")))?;
        let declared = document
            .trailer
            .get(b"Size")
            .and_then(Object::as_i64)
            .ok()
            .and_then(|size| u32::try_from(size).ok())
            .unwrap_or(0);
        let next_id = declared.max(document.max_id.saturating_add(1));
        Ok(Self {
            before: pdf,
            document,
            index,
            previous,
            next_id,
            changed: BTreeMap::new(),
        })
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What an object is by now.
    pub fn object(&self, id: ObjectId) -> Result<&Object, SignError> {
        match self.changed.get(&id) {
            Some(object) => Ok(object),
            None => self
                .document
                .get_object(id)
                .map_err(|error| damaged(format!("object {} cannot be read: {error}", id.0))),
        }
    }

    pub fn dictionary(&self, id: ObjectId) -> Result<&Dictionary, SignError> {
        self.object(id)?
            .as_dict()
            .map_err(|_| damaged(format!("object {} is no dictionary", id.0)))
    }

    pub fn root(&self) -> Result<ObjectId, SignError> {
        self.document
            .trailer
            .get(b"Root")
            .and_then(Object::as_reference)
            .map_err(|_| damaged("no catalog"))
    }

    /// A number nobody has yet.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next_id, 0);
        self.next_id += 1;
        id
    }

    pub fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.changed.insert(id, object.into());
    }

    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.set(id, object);
        id
    }

    /// The whole document: what was there, then the changed objects, then `last` as it is written by hand.
    ///
    /// Also answers with where `last` begins.
    pub fn finish(mut self, last: (ObjectId, &[u8])) -> (Vec<u8>, usize) {
        let mut out = self.before.to_vec();
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        let mut offsets = BTreeMap::new();
        for (id, object) in &self.changed {
            offsets.insert(*id, out.len());
            write_indirect(&mut out, *id, |out| write_object(out, object));
        }
        let mut begins = 0;
        offsets.insert(last.0, out.len());
        write_indirect(&mut out, last.0, |out| {
            begins = out.len();
            out.extend_from_slice(last.1);
        });

        let mut trailer = Dictionary::new();
        for key in [&b"Root"[..], b"Info"] {
            if let Ok(value) = self.document.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Ok(ids) = self.document.trailer.get(b"ID").and_then(Object::as_array)
            && let [first, _] = ids.as_slice()
        {
            // The first names the document, the second this state of it (ISO 32000-2, 14.4).
            use sha2::{Digest, Sha256};
            let state = Sha256::digest(&out)[..16].to_vec();
            trailer.set(
                "ID",
                vec![first.clone(), Object::String(state, StringFormat::Hexadecimal)],
            );
        }
        trailer.set("Prev", i64::try_from(self.previous).unwrap_or(i64::MAX));
        let at = match self.index {
            Index::Table => write_table(&mut out, &offsets, trailer, self.next_id),
            Index::Stream => {
                let own = self.reserve();
                write_index_stream(&mut out, offsets, own, trailer, self.next_id)
            }
        };
        out.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        (out, begins)
    }
}

/// A whole new document.
pub(super) fn whole(objects: &BTreeMap<ObjectId, Object>, root: ObjectId) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = BTreeMap::new();
    for (id, object) in objects {
        offsets.insert(*id, out.len());
        write_indirect(&mut out, *id, |out| write_object(out, object));
    }
    let mut trailer = Dictionary::new();
    trailer.set("Root", root);
    let next_id = objects.keys().map(|id| id.0 + 1).max().unwrap_or(1);
    let at = write_table(&mut out, &offsets, trailer, next_id);
    out.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
    out
}

fn write_indirect(out: &mut Vec<u8>, id: ObjectId, body: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
    body(out);
    out.extend_from_slice(b"\nendobj\n");
}

/// ISO 32000-2, 7.5.4. Object 0, the head of the list of free numbers, is repeated only in a document's first table.
fn write_table(
    out: &mut Vec<u8>,
    offsets: &BTreeMap<ObjectId, usize>,
    mut trailer: Dictionary,
    size: u32,
) -> usize {
    let at = out.len();
    let mut text = String::from("xref\n");
    if !trailer.has(b"Prev") {
        text.push_str("0 1\n0000000000 65535 f\r\n");
    }
    for run in runs(offsets) {
        let first = run[0].0.0;
        let _ = writeln!(text, "{first} {}", run.len());
        for ((_, generation), offset) in run {
            let _ = write!(text, "{offset:010} {generation:05} n\r\n");
        }
    }
    out.extend_from_slice(text.as_bytes());
    trailer.set("Size", i64::from(size));
    out.extend_from_slice(b"trailer\n");
    write_dictionary(out, &trailer);
    out.push(b'\n');
    at
}

/// ISO 32000-2, 7.5.8. The stream lists itself.
fn write_index_stream(
    out: &mut Vec<u8>,
    mut offsets: BTreeMap<ObjectId, usize>,
    own: ObjectId,
    mut dictionary: Dictionary,
    size: u32,
) -> usize {
    let at = out.len();
    offsets.insert(own, at);
    let (mut index, mut rows) = (Vec::new(), Vec::new());
    for run in runs(&offsets) {
        index.push(Object::Integer(i64::from(run[0].0.0)));
        index.push(Object::Integer(i64::try_from(run.len()).unwrap_or(i64::MAX)));
        for ((_, generation), offset) in run {
            rows.push(1);
            rows.extend_from_slice(&(offset as u64).to_be_bytes());
            rows.extend_from_slice(&generation.to_be_bytes());
        }
    }
    dictionary.set("Type", Object::Name(b"XRef".to_vec()));
    dictionary.set("Size", i64::from(size));
    dictionary.set(
        "W",
        vec![Object::Integer(1), Object::Integer(8), Object::Integer(2)],
    );
    dictionary.set("Index", index);
    let stream = lopdf::Stream::new(dictionary, rows);
    write_indirect(out, own, |out| write_object(out, &Object::Stream(stream)));
    at
}

/// Objects whose numbers follow one another.
fn runs(offsets: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = Vec::new();
    for (id, offset) in offsets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(before, _)| before.0 + 1 == id.0) => {
                run.push((*id, *offset));
            }
            _ => runs.push(vec![(*id, *offset)]),
        }
    }
    runs
}

pub(super) fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        // Rust writes no exponents, which PDF has none of.
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, StringFormat::Literal) => write_literal(out, bytes),
        Object::String(bytes, StringFormat::Hexadecimal) => write_hex(out, bytes),
        Object::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b' ');
                }
                write_object(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", i64::try_from(stream.content.len()).unwrap_or(i64::MAX));
            write_dictionary(out, &dictionary);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((id, generation)) => {
            out.extend_from_slice(format!("{id} {generation} R").as_bytes());
        }
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(out, key);
        out.push(b' ');
        write_object(out, value);
        out.push(b'\n');
    }
    out.extend_from_slice(b">>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

pub(super) fn write_literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            // A bare carriage return would be read back as a line feed.
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

pub(super) fn write_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    for byte in bytes {
        out.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    out.push(b'>');
}

/// The number after the last `startxref`.
fn start_of_index(pdf: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"startxref";
    let tail = &pdf[pdf.len().saturating_sub(TAIL)..];
    let word = tail.windows(WORD.len()).rposition(|window| window == WORD)?;
    let digits: Vec<u8> = tail[word + WORD.len()..]
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take_while(u8::is_ascii_digit)
        .collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

fn unreadable(error: lopdf::Error) -> SignError {
    match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => SignError::Encrypted,
        other => damaged(other.to_string()),
    }
}

pub(super) fn damaged(why: impl Into<String>) -> SignError {
    SignError::Damaged(why.into())
}
