//! Bytes on their way, counted and digested.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// A reader that digests what goes through it.
pub(super) struct Hashed<R> {
    from: R,
    digest: Sha256,
}

impl<R> Hashed<R> {
    pub fn new(from: R) -> Self {
        Self {
            from,
            digest: Sha256::new(),
        }
    }

    /// SHA-256 of what came, 64 hex digits in lower case.
    pub fn sha256(self) -> String {
        hex::encode(self.digest.finalize())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let came = self.from.read(buffer)?;
        self.digest.update(&buffer[..came]);
        Ok(came)
    }
}
