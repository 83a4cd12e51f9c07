//! A file on its way back.

use std::fmt;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::body::Sent;
use crate::error::Error;
use crate::transport::Outgoing;

/// A video or a document on its way back.
pub struct Download {
    pub(super) outgoing: Outgoing,
    /// What was looked at already.
    pub(super) first: Option<Bytes>,
    pub(super) response: reqwest::Response,
    pub(super) len: Option<u64>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.outgoing.call)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl Download {
    /// How long it will be, where the server said.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether the server said that nothing will come.
    pub fn is_empty(&self) -> bool {
        self.len == Some(0)
    }

    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// If the connection breaks before the length that was promised.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let status = self.response.status().as_u16();
        let chunk = self.response.chunk().await;
        chunk.map_err(|error| self.outgoing.failed(error, &Sent::default(), Some(status)))
    }

    /// Reads to the end and keeps nothing: the SHA-256 and the length of what came.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn sha256(mut self) -> Result<([u8; 32], u64), Error> {
        let mut hash = Sha256::new();
        let mut len = 0;
        while let Some(chunk) = self.chunk().await? {
            hash.update(&chunk);
            len += chunk.len() as u64;
        }
        Ok((hash.finalize().into(), len))
    }

    /// Reads to the end and keeps it all.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`crate::ErrorKind::TooLarge`] if more than `limit` bytes come.
    pub async fn bytes(mut self, limit: u64) -> Result<Bytes, Error> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if (bytes.len() + chunk.len()) as u64 > limit {
                return Err(Error {
                    kind: crate::ErrorKind::TooLarge,
                    ..self.outgoing.too_long(self.response.status().as_u16())
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }
}
