//! An encrypted object as it lies on the disk.
//!
//! ```text
//! header   magic (8) | version (2) | chunk size (4) | salt (32)
//! frame    last (1 bit) and length of the text (31 bits) | text, encrypted | tag (16)
//! frame    ...                                            the last one is marked, and may be empty
//! ```
//!
//! Numbers are little-endian. Frames are the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over
//! AES-256-GCM: each object has a key of its own, derived from its case's key, the salt, the header, and what it is
//! bound to (the case, its identity, its [`Label`]); the nonce is the frame's number and whether it is the last. So a
//! frame that was changed, left out, moved, or taken from another object does not open, and neither does an object
//! that was cut short.
//!
//! A frame may be shorter than the chunk size: whoever syncs wants what was written so far to be whole.

mod reader;
mod writer;

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use evidence::{CaseId, ObjectId};

use crate::crypto::{Key, TAG_BYTES};
use crate::{Label, StoreError};

pub use reader::BlobReader;
pub use writer::Encoder;

/// Plain bytes of a full frame.
pub const CHUNK: usize = 64 * 1024;
/// Bytes of the header.
pub const HEADER: usize = MAGIC.len() + 2 + 4 + SALT;
/// The version that is written.
pub const VERSION: u16 = 1;

/// As in PNG, the line end tells a file that went through something that "repairs" text.
const MAGIC: [u8; 8] = *b"pbblob\r\n";
const SALT: usize = 32;
/// What precedes a frame's text.
const FRAME_HEAD: usize = 4;
/// Set in the last frame's head.
const LAST: u32 = 1 << 31;
/// A header that asks for more memory than this is not one of ours.
const LARGEST_CHUNK: u32 = 1024 * 1024;

/// The key of a case: everything the case keeps is under it, and it goes first when the case goes.
pub struct CaseKey(pub(crate) Key);

impl CaseKey {
    /// A key nobody has had before.
    #[must_use]
    pub fn random() -> Self {
        Self(Key::random())
    }

    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Key::from_bytes(bytes).expect("a key has 32 bytes"))
    }
}

impl std::fmt::Debug for CaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CaseKey(..)")
    }
}

/// What an object is bound to: under anything else it does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The case it belongs to.
    pub case: CaseId,
    /// Its identity within the case.
    pub object: ObjectId,
    /// What it is for.
    pub label: Label,
}

/// A header that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    bytes: [u8; HEADER],
    chunk: u32,
}

impl Header {
    fn fresh() -> Self {
        let mut bytes = [0; HEADER];
        let chunk = u32::try_from(CHUNK).expect("64 KiB fit");
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10..14].copy_from_slice(&chunk.to_le_bytes());
        crate::crypto::fill(&mut bytes[14..]);
        Self { bytes, chunk }
    }

    fn parse(bytes: [u8; HEADER], object: ObjectId) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged_object(object);
        if bytes[..8] != MAGIC {
            return Err(damaged());
        }
        match u16::from_le_bytes([bytes[8], bytes[9]]) {
            0 => return Err(damaged()),
            VERSION => {}
            newer => return Err(StoreError::Newer(newer.into())),
        }
        let chunk = u32::from_le_bytes([bytes[10], bytes[11], bytes[12], bytes[13]]);
        if !(1..=LARGEST_CHUNK).contains(&chunk) {
            return Err(damaged());
        }
        Ok(Self { bytes, chunk })
    }

    /// The object's key.
    fn key(&self, case: &CaseKey, binding: &Binding) -> LessSafeKey {
        let (head, salt) = self.bytes.split_at(HEADER - SALT);
        let key = case.0.derive(
            salt,
            &[
                b"proofbooth blob",
                head,
                binding.case.0.as_bytes(),
                binding.object.0.as_bytes(),
                binding.label.as_str().as_bytes(),
            ],
        );
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.bytes()).expect("the key has the cipher's length"))
    }
}

/// The nonce of frame `number`.
fn nonce(number: u64, last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

/// Bytes on the disk of a frame with `text` plain bytes.
const fn frame_bytes(text: u32) -> u64 {
    (FRAME_HEAD + TAG_BYTES) as u64 + text as u64
}
