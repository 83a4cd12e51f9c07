//! Looks through files for bytes in every form they may have been written in.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A needle is at least this long: shorter ones are found in noise.
const SHORTEST: usize = 8;
/// How much of a picture or a file is one needle.
const PIECE: usize = 32;

/// What is looked for.
pub struct Needles {
    needles: Vec<Needle>,
    /// Needles by their first bytes.
    by_start: HashMap<[u8; SHORTEST], Vec<usize>>,
    /// Whether a needle starts with these two bytes.
    starts: Vec<bool>,
}

struct Needle {
    name: String,
    bytes: Vec<u8>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The file.
    pub path: PathBuf,
    /// What of it, and in which form.
    pub needle: String,
}

/// What was looked through, and found.
#[derive(Debug, Default)]
pub struct Searched {
    /// Files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// What was found; each needle once a file.
    pub hits: Vec<Hit>,
}

impl Default for Needles {
    fn default() -> Self {
        Self {
            needles: Vec::new(),
            by_start: HashMap::new(),
            starts: vec![false; 1 << 16],
        }
    }
}

impl Needles {
    /// How many forms are looked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.needles.len()
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// A text, as UTF-8, as UTF-16 of both orders, in hex and in base64.
    ///
    /// # Panics
    /// The text is too short to be told from noise.
    pub fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        self.raw(&format!("{name}, UTF-16LE"), &wide(u16::to_le_bytes));
        self.raw(&format!("{name}, UTF-16BE"), &wide(u16::to_be_bytes));
    }

    /// Bytes, as they are, in hex and in base64 wherever its groups of three begin.
    ///
    /// # Panics
    /// They are too few to be told from noise.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.raw(name, bytes);
        self.raw(&format!("{name}, hex"), hex::encode(bytes).as_bytes());
        for before in 0..3 {
            let shifted = [&[0; 2][..before], bytes].concat();
            // The characters that hold nothing but these bytes.
            let (from, to) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
            for (alphabet, encoded) in [
                ("base64", STANDARD_NO_PAD.encode(&shifted)),
                ("base64url", URL_SAFE_NO_PAD.encode(&shifted)),
            ] {
                self.raw(&format!("{name}, {alphabet}"), &encoded.as_bytes()[from..to]);
            }
        }
    }

    /// Some pieces of something long: a picture, a document.
    ///
    /// # Panics
    /// It is too short to be told from noise.
    pub fn pieces(&mut self, name: &str, bytes: &[u8]) {
        for part in [1, 2, 3] {
            let from = (bytes.len() * part / 4).min(bytes.len().saturating_sub(PIECE));
            self.bytes(name, &bytes[from..(from + PIECE).min(bytes.len())]);
        }
    }

    /// Bytes as they are.
    ///
    /// # Panics
    /// They are too few to be told from noise.
    pub fn raw(&mut self, name: &str, bytes: &[u8]) {
        let start: [u8; SHORTEST] = bytes
            .get(..SHORTEST)
            .and_then(|start| start.try_into().ok())
            .expect("a needle is long enough");
        let same = |&at: &usize| self.needles[at].bytes == bytes;
        if self
            .by_start
            .get(&start)
            .is_some_and(|known| known.iter().any(same))
        {
            return;
        }
        self.starts[usize::from(u16::from_be_bytes([start[0], start[1]]))] = true;
        self.by_start.entry(start).or_default().push(self.needles.len());
        self.needles.push(Needle {
            name: name.to_owned(),
            bytes: bytes.to_owned(),
        });
    }

    /// The needles in these bytes, each once.
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, window) in bytes.windows(SHORTEST).enumerate() {
            if !self.starts[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                continue;
            }
            let start: [u8; SHORTEST] = window.try_into().expect("a window is that long");
            for &number in self.by_start.get(&start).into_iter().flatten() {
                if bytes[at..].starts_with(&self.needles[number].bytes) && !found.contains(&number) {
                    found.push(number);
                }
            }
        }
        found
            .into_iter()
            .map(|number| self.needles[number].name.as_str())
            .collect()
    }

    /// Looks through every file below `folder`, and through their names.
    ///
    /// # Errors
    /// A file cannot be read. One that goes while it is looked at is no error.
    pub fn search(&self, folder: &Path, searched: &mut Searched) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            self.note(&path, path.as_os_str().as_encoded_bytes(), searched);
            if kind.is_dir() {
                self.search(&path, searched)?;
            } else if kind.is_file() {
                match std::fs::read(&path) {
                    Ok(bytes) => {
                        searched.files += 1;
                        searched.bytes += bytes.len() as u64;
                        self.note(&path, &bytes, searched);
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn note(&self, path: &Path, bytes: &[u8], searched: &mut Searched) {
        let found = self.found_in(bytes);
        searched.hits.extend(found.into_iter().map(|needle| Hit {
            path: path.to_owned(),
            needle: needle.to_owned(),
        }));
    }
}

/// What of a JPEG is its picture alone: the bytes after its first start of scan.
#[must_use]
pub fn entropy_coded(jpeg: &[u8]) -> &[u8] {
    let scan = jpeg.windows(2).position(|marker| marker == [0xff, 0xda]);
    scan.map_or(jpeg, |at| &jpeg[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_form_it_was_written_in_it_is_found() {
        let mut needles = Needles::default();
        needles.text("name", "Quetzalina");
        let text = "Quetzalina";
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let mut forms = vec![
            text.as_bytes().to_vec(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
            hex::encode(text).into_bytes(),
        ];
        for before in ["", "a", "ab", "abc"] {
            let json = format!("{before}{text}\"}}");
            forms.push(STANDARD_NO_PAD.encode(json).into_bytes());
        }
        for form in forms {
            let file = [b"\x00\x01before".as_slice(), &form, b"after"].concat();
            assert_eq!(needles.found_in(&file).len(), 1, "{form:?}");
        }
        assert!(needles.found_in(b"Quetzalin and nothing else").is_empty());
    }

    #[test]
    fn files_and_their_names_are_looked_through() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("made");
        std::fs::write(inner.join("Quetzalina.txt"), b"nothing").expect("written");
        std::fs::write(inner.join("noise"), b"..Quetzalina..").expect("written");
        let mut needles = Needles::default();
        needles.text("name", "Quetzalina");
        let mut searched = Searched::default();
        needles
            .search(folder.path(), &mut searched)
            .expect("looked through");
        assert_eq!((searched.files, searched.hits.len()), (2, 2));
    }
}
