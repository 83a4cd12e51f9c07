//! Frames back to plain bytes, from anywhere.

use std::io::{self, Read, Seek, SeekFrom};

use aws_lc_rs::aead::{Aad, LessSafeKey};
use evidence::ObjectId;
use zeroize::Zeroizing;

use super::{Binding, CaseKey, FRAME_HEAD, HEADER, Header, LAST, frame_bytes, nonce};
use crate::crypto::TAG_BYTES;
use crate::error::Altered;
use crate::{ObjectReader, StoreError};

/// Where a frame is, and where its text is in the whole.
#[derive(Clone, Copy)]
struct Frame {
    at: u64,
    start: u64,
    text: u32,
    last: bool,
}

/// Reads an encrypted object, with seeking. It holds one frame's text at a time.
///
/// Whatever is not as it was written is an error of kind [`io::ErrorKind::InvalidData`] once the reading comes there;
/// that the object is whole to its end is known when it is opened.
pub struct BlobReader<R> {
    inner: R,
    key: LessSafeKey,
    object: ObjectId,
    chunk: u32,
    frames: Vec<Frame>,
    length: u64,
    position: u64,
    /// The frame whose text is in `text`.
    held: Option<usize>,
    text: Zeroizing<Vec<u8>>,
}

impl<R: Read + Seek> BlobReader<R> {
    /// Opens a finished object.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is not an object, is cut short, or is bound to something else;
    /// [`StoreError::Newer`]; or it cannot be read.
    pub fn open(inner: R, key: &CaseKey, binding: &Binding) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged_object(binding.object);
        let (mut reader, size) = Self::begin(inner, key, binding)?.ok_or_else(damaged)?;
        let end = reader.index(size)?;
        let whole = reader.frames.last().is_some_and(|frame| frame.last) && end == size;
        if !whole {
            return Err(damaged());
        }
        // The last frame's number and mark hold only if every frame before it is there.
        reader.hold(reader.frames.len() - 1)?;
        Ok(reader)
    }

    /// Opens an object whose writer was stopped: up to the last frame that is whole and unchanged.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what it begins with is not the beginning of an object, [`StoreError::Newer`], or
    /// it cannot be read. One whose writer was stopped before the first frame is empty.
    pub fn open_unfinished(inner: R, key: &CaseKey, binding: &Binding) -> Result<Option<Self>, StoreError> {
        let Some((mut reader, size)) = Self::begin(inner, key, binding)? else {
            return Ok(None);
        };
        reader.index(size)?;
        // After a power cut the disk may have kept a later frame and lost an earlier one: each is looked at.
        let mut whole = 0;
        while whole < reader.frames.len() {
            match reader.hold(whole) {
                Ok(()) => whole += 1,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => break,
                Err(error) => return Err(error.into()),
            }
        }
        reader.frames.truncate(whole);
        reader.length = reader
            .frames
            .last()
            .map_or(0, |frame| frame.start + u64::from(frame.text));
        Ok(Some(reader))
    }

    /// The reader without frames, and the bytes on the disk; `None` when they are fewer than a header.
    fn begin(mut inner: R, key: &CaseKey, binding: &Binding) -> Result<Option<(Self, u64)>, StoreError> {
        let size = inner.seek(SeekFrom::End(0))?;
        inner.seek(SeekFrom::Start(0))?;
        if size < HEADER as u64 {
            return Ok(None);
        }
        let mut bytes = [0; HEADER];
        inner.read_exact(&mut bytes)?;
        let header = Header::parse(bytes, binding.object)?;
        let reader = Self {
            inner,
            key: header.key(key, binding),
            object: binding.object,
            chunk: header.chunk,
            frames: Vec::new(),
            length: 0,
            position: 0,
            held: None,
            text: Zeroizing::new(Vec::with_capacity(header.chunk as usize + TAG_BYTES)),
        };
        Ok(Some((reader, size)))
    }

    /// Finds the frames by their lengths, as far as they make sense, and says where that ends. None is opened.
    fn index(&mut self, size: u64) -> io::Result<u64> {
        let mut at = HEADER as u64;
        while at + frame_bytes(0) <= size {
            self.inner.seek(SeekFrom::Start(at))?;
            let mut head = [0; FRAME_HEAD];
            self.inner.read_exact(&mut head)?;
            let head = u32::from_le_bytes(head);
            let (text, last) = (head & !LAST, head & LAST != 0);
            let sensible = text <= self.chunk && (text > 0 || last) && at + frame_bytes(text) <= size;
            if !sensible {
                break;
            }
            self.frames.push(Frame {
                at,
                start: self.length,
                text,
                last,
            });
            self.length += u64::from(text);
            at += frame_bytes(text);
            if last {
                break;
            }
        }
        Ok(at)
    }

    /// Gets the text of frame `number`.
    fn hold(&mut self, number: usize) -> io::Result<()> {
        if self.held == Some(number) {
            return Ok(());
        }
        self.held = None;
        let frame = self.frames[number];
        let text = frame.text as usize;
        self.text.resize(text + TAG_BYTES, 0);
        self.inner.seek(SeekFrom::Start(frame.at + FRAME_HEAD as u64))?;
        self.inner.read_exact(&mut self.text)?;
        let head = if frame.last { frame.text | LAST } else { frame.text };
        self.key
            .open_in_place(
                nonce(number as u64, frame.last),
                Aad::from(head.to_le_bytes()),
                &mut self.text,
            )
            .map_err(|_| Altered(self.object).into_io())?;
        self.text.truncate(text);
        self.held = Some(number);
        Ok(())
    }
}

impl<R: Read + Seek> Read for BlobReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let number = self
            .frames
            .partition_point(|frame| frame.start <= self.position)
            .saturating_sub(1);
        // An empty last frame begins where the text ends, which is behind every position that comes here.
        self.hold(number)?;
        let from = usize::try_from(self.position - self.frames[number].start).expect("within a frame");
        let text = &self.text[from..];
        let read = text.len().min(buffer.len());
        buffer[..read].copy_from_slice(&text[..read]);
        self.position += read as u64;
        Ok(read)
    }
}

impl<R> Seek for BlobReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl<R: Read + Seek + Send> ObjectReader for BlobReader<R> {
    fn length(&self) -> u64 {
        self.length
    }
}

impl<R> std::fmt::Debug for BlobReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobReader")
            .field("object", &self.object)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
