//! A body written while it is sent. It is made of pieces: text that is at hand, and sources that are read when their
//! turn comes, as they are or in Base64. The length is known before the first byte is read.
//!
//! One thread reads and encodes, a bounded channel hands over, the connection takes: what stands in memory is the
//! channel's chunks and the two in the hands of either side, whatever the size of the sources.

use std::future::Future as _;
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::source::{BytesSource, Progress};

/// Bytes of a source read at a time. A multiple of three, so that the Base64 of the chunks is the Base64 of the whole.
pub(crate) const CHUNK: usize = 48 * 1024;

/// Chunks that may wait between the reader and the connection.
pub(crate) const WAITING: usize = 2;

#[derive(Clone)]
enum Piece {
    Text(Bytes),
    Raw(Arc<dyn BytesSource>),
    Base64(Arc<dyn BytesSource>),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Raw(source) => source.len(),
            Self::Base64(source) => source.len().div_ceil(3) * 4,
        }
    }
}

/// A body that can be sent as often as needed.
#[derive(Clone, Default)]
pub(crate) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(crate) fn text(&mut self, text: impl Into<Bytes>) {
        self.0.push(Piece::Text(text.into()));
    }

    pub(crate) fn raw(&mut self, source: Arc<dyn BytesSource>) {
        self.0.push(Piece::Raw(source));
    }

    pub(crate) fn base64(&mut self, source: Arc<dyn BytesSource>) {
        self.0.push(Piece::Base64(source));
    }

    /// Bytes in all.
    pub(crate) fn len(&self) -> u64 {
        self.0.iter().map(Piece::len).sum()
    }

    /// Starts reading. Needs a runtime: the reading is done on one of its blocking threads, which ends with the
    /// stream.
    pub(crate) fn stream(&self, sent: Arc<Sent>, progress: Progress) -> SendingBody {
        let pieces = self.0.clone();
        let (chunks, stream) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            for piece in pieces {
                if let Err(stop) = read_piece(piece, &chunks) {
                    if let Stop::Failed(error) = stop {
                        // Nobody to tell where the connection has gone: it has its own error then.
                        let _ = chunks.blocking_send(Err(error));
                    }
                    return;
                }
            }
        });
        sent.begin(self.len());
        SendingBody {
            chunks: stream,
            sent,
            progress,
            pace: None,
        }
    }
}

enum Stop {
    /// The connection has gone.
    Unwanted,
    /// The source cannot be read, or is not what it said it is.
    Failed(io::Error),
}

type Chunks = mpsc::Sender<io::Result<Bytes>>;

fn read_piece(piece: Piece, chunks: &Chunks) -> Result<(), Stop> {
    let hand_over =
        |chunk: Bytes| -> Result<(), Stop> { chunks.blocking_send(Ok(chunk)).map_err(|_| Stop::Unwanted) };
    match piece {
        Piece::Text(text) => hand_over(text),
        Piece::Raw(source) => read_source(&*source, |bytes| hand_over(Bytes::copy_from_slice(bytes))),
        Piece::Base64(source) => read_source(&*source, |bytes| hand_over(STANDARD.encode(bytes).into())),
    }
}

/// Reads a source in whole chunks, and holds it to its length.
fn read_source(
    source: &dyn BytesSource,
    mut each: impl FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut reader = source.open().map_err(Stop::Failed)?;
    let mut buffer = vec![0; CHUNK];
    let mut left = source.len();
    loop {
        let filled = fill(&mut *reader, &mut buffer).map_err(Stop::Failed)?;
        left = left
            .checked_sub(filled as u64)
            .ok_or_else(|| changed("has grown"))?;
        if filled > 0 {
            each(&buffer[..filled])?;
        }
        if filled < buffer.len() {
            return if left == 0 {
                Ok(())
            } else {
                Err(changed("has shrunk"))
            };
        }
    }
}

fn changed(how: &str) -> Stop {
    Stop::Failed(io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the source {how} since it was measured"),
    ))
}

/// Reads until the buffer is full or the source ends.
fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How far a body has come, seen from outside the connection that sends it.
#[derive(Default)]
pub(crate) struct Sent {
    bytes: AtomicU64,
    total: AtomicU64,
    begun: AtomicBool,
    failure: OnceLock<io::ErrorKind>,
}

impl Sent {
    fn begin(&self, total: u64) {
        self.bytes.store(0, Ordering::SeqCst);
        self.total.store(total, Ordering::SeqCst);
        self.begun.store(true, Ordering::SeqCst);
    }

    /// Bytes handed to the connection.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Whether part of a body was never handed over: then the server cannot have had the whole of it.
    pub(crate) fn is_partial(&self) -> bool {
        self.begun.load(Ordering::SeqCst) && self.bytes() < self.total.load(Ordering::SeqCst)
    }

    /// Why the source could not be read, if that is what ended the body.
    pub(crate) fn failure(&self) -> Option<io::ErrorKind> {
        self.failure.get().copied()
    }
}

/// The stream the connection takes from.
pub(crate) struct SendingBody {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    sent: Arc<Sent>,
    progress: Progress,
    pace: Option<Pace>,
}

impl SendingBody {
    /// The same, handing over no more than so many bytes a second.
    pub(crate) fn at_most(mut self, bytes_s: Option<NonZeroU64>) -> Self {
        self.pace = bytes_s.map(Pace::new);
        self
    }
}

/// Lets a chunk through once the line has had the time for those before it.
struct Pace {
    bytes_s: NonZeroU64,
    free: Pin<Box<Sleep>>,
}

impl Pace {
    fn new(bytes_s: NonZeroU64) -> Self {
        Self {
            bytes_s,
            free: Box::pin(sleep_until(Instant::now())),
        }
    }

    fn took(&mut self, bytes: usize) {
        let took = Duration::from_secs_f64(bytes as f64 / self.bytes_s.get() as f64);
        // From now, where the line stood still for other reasons: nothing is made up for.
        let free_at = self.free.deadline().max(Instant::now()) + took;
        self.free.as_mut().reset(free_at);
    }
}

impl Stream for SendingBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(pace) = &mut self.pace {
            std::task::ready!(pace.free.as_mut().poll(context));
        }
        let next = std::task::ready!(self.chunks.poll_recv(context));
        let total = self.sent.total.load(Ordering::SeqCst);
        Poll::Ready(match next {
            Some(Ok(chunk)) => {
                let bytes =
                    self.sent.bytes.fetch_add(chunk.len() as u64, Ordering::SeqCst) + chunk.len() as u64;
                (self.progress)(bytes, total);
                if let Some(pace) = &mut self.pace {
                    pace.took(chunk.len());
                }
                Some(Ok(chunk))
            }
            Some(Err(error)) => {
                let _ = self.sent.failure.set(error.kind());
                Some(Err(error))
            }
            None if self.sent.is_partial() && self.sent.failure().is_none() => {
                // The reader is gone without a word: it panicked, and that is the source's doing.
                let _ = self.sent.failure.set(io::ErrorKind::Other);
                Some(Err(io::Error::other("the source stopped")))
            }
            None => None,
        })
    }
}

#[cfg(test)]
mod tests;
