//! Plain bytes to frames.

use aws_lc_rs::aead::{Aad, LessSafeKey};
use zeroize::Zeroizing;

use super::{Binding, CHUNK, CaseKey, FRAME_HEAD, Header, LAST, nonce};
use crate::crypto::TAG_BYTES;

/// Turns plain bytes into an encrypted object, a frame at a time; where the frames go is the caller's.
///
/// The bytes of a frame stay the same until they were [written](Self::written): a write that failed is repeated with
/// the very same ones, so that no nonce is ever used for two texts.
pub struct Encoder {
    header: Header,
    key: LessSafeKey,
    /// Head and text; encrypted in place, so that the plain bytes are nowhere else.
    frame: Zeroizing<Vec<u8>>,
    sealed: bool,
    number: u64,
    ended: bool,
}

impl Encoder {
    /// A new object.
    #[must_use]
    pub fn new(key: &CaseKey, binding: &Binding) -> Self {
        let header = Header::fresh();
        // Never more than this: a buffer that grows leaves copies behind that nobody wipes.
        let mut frame = Zeroizing::new(Vec::with_capacity(FRAME_HEAD + CHUNK + TAG_BYTES));
        frame.extend_from_slice(&[0; FRAME_HEAD]);
        Self {
            key: header.key(key, binding),
            header,
            frame,
            sealed: false,
            number: 0,
            ended: false,
        }
    }

    /// What the object begins with.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header.bytes
    }

    /// Takes as many of `bytes` as the frame has room for; none while a sealed one is waiting, or after the last.
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        if self.sealed || self.ended {
            return 0;
        }
        let room = FRAME_HEAD + CHUNK - self.frame.len();
        let taken = room.min(bytes.len());
        self.frame.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// True when nothing was taken since the last frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sealed || self.frame.len() == FRAME_HEAD
    }

    /// Ends the frame here. Nothing happens while a sealed one is waiting, or after the last.
    pub fn seal(&mut self, last: bool) {
        if self.sealed || self.ended {
            return;
        }
        let text = u32::try_from(self.frame.len() - FRAME_HEAD).expect("at most a chunk");
        let head = if last { text | LAST } else { text }.to_le_bytes();
        self.frame[..FRAME_HEAD].copy_from_slice(&head);
        let tag = self
            .key
            .seal_in_place_separate_tag(
                nonce(self.number, last),
                Aad::from(head),
                &mut self.frame[FRAME_HEAD..],
            )
            .expect("a chunk is far below the cipher's limit");
        self.frame.extend_from_slice(tag.as_ref());
        self.sealed = true;
        self.ended = last;
    }

    /// The frame that waits to be written.
    #[must_use]
    pub fn waiting(&self) -> Option<&[u8]> {
        self.sealed.then_some(&self.frame[..])
    }

    /// The waiting frame was written: on with the next.
    pub fn written(&mut self) {
        if self.sealed {
            self.frame.truncate(FRAME_HEAD);
            self.sealed = false;
            self.number += 1;
        }
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder")
            .field("frame", &self.number)
            .finish_non_exhaustive()
    }
}
