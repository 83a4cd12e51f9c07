use std::sync::Mutex;

use futures_util::StreamExt as _;

use super::*;
use crate::source::ignore_progress;

/// A source that counts what is read of it, and can lie about its length or break.
#[derive(Default)]
struct Counting {
    says: u64,
    has: u64,
    breaks_at: Option<u64>,
    read: Arc<AtomicU64>,
}

impl Counting {
    fn of(bytes: u64) -> Self {
        Self {
            says: bytes,
            has: bytes,
            ..Self::default()
        }
    }
}

struct Counter {
    left: u64,
    breaks_at: Option<u64>,
    read: Arc<AtomicU64>,
}

impl Read for Counter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let before = self.read.load(Ordering::SeqCst);
        if self.breaks_at.is_some_and(|at| before >= at) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "gone"));
        }
        // Odd portions: a reader owes nobody full buffers.
        let portion = (buffer.len() as u64).min(self.left).min(10_007);
        for (offset, byte) in buffer[..portion as usize].iter_mut().enumerate() {
            *byte = ((before + offset as u64) % 251) as u8;
        }
        self.left -= portion;
        self.read.fetch_add(portion, Ordering::SeqCst);
        Ok(portion as usize)
    }
}

impl BytesSource for Counting {
    fn len(&self) -> u64 {
        self.says
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Counter {
            left: self.has,
            breaks_at: self.breaks_at,
            read: Arc::clone(&self.read),
        }))
    }
}

fn pieces_of(source: Counting) -> Pieces {
    let mut pieces = Pieces::default();
    pieces.text("<");
    pieces.base64(Arc::new(source));
    pieces.text(">");
    pieces
}

async fn collect(pieces: &Pieces) -> io::Result<Vec<u8>> {
    let mut stream = pieces.stream(Arc::default(), ignore_progress());
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

#[tokio::test]
async fn the_pieces_are_the_base64_of_the_whole_and_as_long_as_was_said() {
    let chunk = CHUNK as u64;
    for len in [
        0,
        1,
        2,
        3,
        4,
        chunk - 1,
        chunk,
        chunk + 1,
        3 * chunk,
        3 * chunk + 2,
    ] {
        let pieces = pieces_of(Counting::of(len));
        let bytes: Vec<u8> = (0..len).map(|index| (index % 251) as u8).collect();
        let sent = collect(&pieces).await.unwrap();
        assert_eq!(
            sent,
            format!("<{}>", STANDARD.encode(bytes)).into_bytes(),
            "{len} bytes"
        );
        assert_eq!(sent.len() as u64, pieces.len(), "{len} bytes");
    }
}

#[tokio::test]
async fn a_large_source_is_never_read_ahead_of_what_is_taken() {
    let source = Counting::of(64 << 20);
    let read = Arc::clone(&source.read);
    let pieces = pieces_of(source);
    let mut stream = pieces.stream(Arc::default(), ignore_progress());
    let mut taken = 0;
    let mut most_ahead = 0;
    while let Some(chunk) = stream.next().await {
        taken += chunk.unwrap().len() as u64 / 4 * 3;
        most_ahead = most_ahead.max(read.load(Ordering::SeqCst).saturating_sub(taken));
    }
    // What waits, what the reader holds because there is no room for it, and what it is reading.
    let bound = (WAITING as u64 + 2) * CHUNK as u64;
    assert!(
        most_ahead <= bound,
        "{most_ahead} bytes stood in memory, {bound} may"
    );
    assert_eq!(read.load(Ordering::SeqCst), 64 << 20);
}

#[tokio::test]
async fn a_stream_nobody_takes_from_stops_reading() {
    let source = Arc::new(Counting::of(64 << 20));
    let mut pieces = Pieces::default();
    pieces.raw(source.clone());
    let mut stream = pieces.stream(Arc::default(), ignore_progress());
    stream.next().await.unwrap().unwrap();
    drop(stream);
    drop(pieces);
    // The reader lets go of the source when it finds nobody there.
    while Arc::strong_count(&source) > 1 {
        tokio::task::yield_now().await;
    }
    assert!(source.read.load(Ordering::SeqCst) <= (WAITING as u64 + 3) * CHUNK as u64);
}

#[tokio::test]
async fn a_source_that_is_not_what_it_said_fails_the_body() {
    for (source, kind) in [
        (
            Counting {
                has: 99_999,
                ..Counting::of(100_000)
            },
            io::ErrorKind::InvalidData,
        ),
        (
            Counting {
                has: 100_001,
                ..Counting::of(100_000)
            },
            io::ErrorKind::InvalidData,
        ),
        (
            Counting {
                has: 0,
                ..Counting::of(1)
            },
            io::ErrorKind::InvalidData,
        ),
        (
            Counting {
                breaks_at: Some(60_000),
                ..Counting::of(100_000)
            },
            io::ErrorKind::PermissionDenied,
        ),
    ] {
        let sent = Arc::new(Sent::default());
        let mut stream = pieces_of(source).stream(Arc::clone(&sent), ignore_progress());
        let mut last = None;
        while let Some(chunk) = stream.next().await {
            last = Some(chunk);
        }
        assert_eq!(last.unwrap().unwrap_err().kind(), kind);
        assert_eq!(sent.failure(), Some(kind));
        assert!(sent.is_partial(), "the end was never handed over");
    }
}

struct Panicking;

impl BytesSource for Panicking {
    fn len(&self) -> u64 {
        10
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        panic!("a source's own mistake")
    }
}

#[tokio::test]
async fn a_source_that_panics_fails_the_body_and_nothing_else() {
    let mut pieces = Pieces::default();
    pieces.text("begun ");
    pieces.raw(Arc::new(Panicking));
    assert!(collect(&pieces).await.is_err());
}

#[tokio::test]
async fn progress_grows_to_the_total() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress: Progress = {
        let seen = Arc::clone(&seen);
        Arc::new(move |sent, total| seen.lock().unwrap().push((sent, total)))
    };
    let pieces = pieces_of(Counting::of(200_000));
    let mut stream = pieces.stream(Arc::default(), progress);
    while let Some(chunk) = stream.next().await {
        chunk.unwrap();
    }
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted_by(|a, b| a.0 < b.0), "{seen:?}");
    assert!(seen.iter().all(|(_, total)| *total == pieces.len()));
    assert_eq!(seen.last(), Some(&(pieces.len(), pieces.len())));
}

#[tokio::test]
async fn a_capped_body_takes_its_time() {
    const CHUNKS: u64 = 10;
    let capped = |most| {
        let mut pieces = Pieces::default();
        pieces.raw(Arc::new(Counting::of(CHUNKS * CHUNK as u64)));
        let body = pieces.stream(Arc::default(), ignore_progress());
        body.at_most(NonZeroU64::new(most))
    };
    let began = Instant::now();
    assert_eq!(capped(20 * CHUNK as u64).count().await as u64, CHUNKS);
    // Twenty a second. The first goes at once, and nothing waits for the line after the last but the end of the body.
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(450), "{took:?}");
    let began = Instant::now();
    capped(0).count().await;
    assert!(began.elapsed() < took, "without a cap as fast as it goes");
}
