//! The container: a POSIX tar (`ustar`) in which every byte is decided by the entries' names, lengths and contents.
//!
//! Any tar program opens it. Read here, an archive that says the same in any other way is damaged: there is no owner,
//! time, mode or padding in which something could be changed unnoticed.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;
const BLOCK_BYTES: u64 = 512;
/// Eleven octal digits.
pub const MOST_BYTES: u64 = 0o777_7777_7777;
const NAME_BYTES: usize = 100;

/// The header of a file, or nothing when the name or the length does not fit one.
fn header(name: &str, bytes: u64) -> Option<[u8; BLOCK]> {
    let fits =
        !name.is_empty() && name.len() < NAME_BYTES && name.bytes().all(|byte| byte.is_ascii_graphic());
    if !fits || bytes > MOST_BYTES {
        return None;
    }
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    // Mode, owner, group; length; time.
    put(100, b"0000600\x000000000\x000000000\0");
    put(124, format!("{bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The checksum counts itself as blanks.
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(block)
}

/// Zeros after so many bytes, up to the next block.
fn padding(bytes: u64) -> usize {
    let over = usize::try_from(bytes % BLOCK_BYTES).expect("less than a block");
    (BLOCK - over) % BLOCK
}

/// Writes files one after the other.
pub struct Writer<W>(W);

impl<W: Write> Writer<W> {
    pub const fn new(out: W) -> Self {
        Self(out)
    }

    /// Writes a file of exactly `bytes` from `content`, and returns how many came. Fewer or more leave a broken archive:
    /// the caller gives up then.
    pub fn file(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<u64> {
        let header = header(name, bytes)
            .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, "too large for the bundle"))?;
        self.0.write_all(&header)?;
        let came = io::copy(&mut content.take(bytes.saturating_add(1)), &mut self.0)?;
        self.0.write_all(&[0; BLOCK][..padding(bytes)])?;
        Ok(came)
    }

    /// Ends the archive.
    pub fn finish(mut self) -> io::Result<W> {
        self.0.write_all(&[0; 2 * BLOCK])?;
        Ok(self.0)
    }
}

/// What comes next in an archive.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A file: its contents come next.
    File { name: String, bytes: u64 },
    /// A header that this program would not have written.
    Damaged,
    /// The archive is over, with nothing behind it.
    End,
    /// Something follows the end, or the end is not whole.
    BadEnd,
}

/// Reads files one after the other. The caller reads each file's contents with [`Reader::content`] and then calls
/// [`Reader::after`].
pub struct Reader<R>(R);

impl<R: Read> Reader<R> {
    pub const fn new(from: R) -> Self {
        Self(from)
    }

    /// The next header.
    pub fn next(&mut self) -> io::Result<Next> {
        let mut block = [0; BLOCK];
        self.0.read_exact(&mut block)?;
        if block == [0; BLOCK] {
            return self.end();
        }
        Ok(parse(&block).map_or(Next::Damaged, |(name, bytes)| Next::File { name, bytes }))
    }

    fn end(&mut self) -> io::Result<Next> {
        let mut rest = Vec::new();
        (&mut self.0).take(BLOCK_BYTES + 1).read_to_end(&mut rest)?;
        let whole = rest.len() == BLOCK && rest.iter().all(|&byte| byte == 0);
        Ok(if whole { Next::End } else { Next::BadEnd })
    }

    /// The contents of the file whose header was just read.
    pub fn content(&mut self, bytes: u64) -> io::Take<&mut R> {
        (&mut self.0).take(bytes)
    }

    /// Reads over what fills the last block of a file of `bytes`; false when it is not zeros.
    pub fn after(&mut self, bytes: u64) -> io::Result<bool> {
        let mut block = [0; BLOCK];
        let fill = &mut block[..padding(bytes)];
        self.0.read_exact(fill)?;
        Ok(fill.iter().all(|&byte| byte == 0))
    }
}

/// Name and length, if the header is exactly the one that is written for them.
fn parse(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let name = block[..NAME_BYTES].split(|&byte| byte == 0).next()?;
    let name = std::str::from_utf8(name).ok()?;
    let digits = std::str::from_utf8(&block[124..135]).ok()?;
    let bytes = u64::from_str_radix(digits, 8).ok()?;
    (header(name, bytes)? == *block).then(|| (name.to_owned(), bytes))
}
