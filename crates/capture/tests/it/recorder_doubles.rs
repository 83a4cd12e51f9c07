//! A feed and a sink whose contents a test knows.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use capture::recorder::{FrameFeed, Options, Recorder, Recording, Sink};
use capture::{CaptureError, Frame, FrameOrigin, Size};
use parking_lot::Mutex;
use turbojpeg::{Image, PixelFormat};

use super::recorder_scene as scene;

pub const SMALL: Size = Size::new(320, 240);
pub const RATE: Duration = Duration::from_nanos(33_333_333);

/// Hands out frames as fast as they are taken, then waits, or fails.
pub struct Frames {
    pub left: VecDeque<Arc<Frame>>,
    pub then: Option<CaptureError>,
}

impl FrameFeed for Frames {
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        match (self.left.pop_front(), &self.then) {
            (Some(frame), _) => Ok(Some(frame)),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => {
                std::thread::sleep(timeout);
                Ok(None)
            }
        }
    }
}

/// What was done to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Write(usize),
    Sync,
}

/// Keeps what is written, and can be full after so many bytes.
#[derive(Clone, Default)]
pub struct Memory {
    bytes: Arc<Mutex<Vec<u8>>>,
    pub calls: Arc<Mutex<Vec<Call>>>,
    room: Option<usize>,
}

impl Memory {
    /// A sink that is full after so many bytes.
    pub fn with_room(room: usize) -> Self {
        Self {
            room: Some(room),
            ..Self::default()
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().clone()
    }
}

impl Write for Memory {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let mut bytes = self.bytes.lock();
        let fits = self
            .room
            .map_or(data.len(), |room| data.len().min(room - bytes.len()));
        if fits == 0 && !data.is_empty() {
            return Err(ErrorKind::StorageFull.into());
        }
        bytes.extend_from_slice(&data[..fits]);
        self.calls.lock().push(Call::Write(fits));
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Memory {
    fn sync(&mut self) -> io::Result<()> {
        self.calls.lock().push(Call::Sync);
        Ok(())
    }
}

/// The number a picture says it has.
pub fn number(jpeg: &[u8]) -> u32 {
    let image: Image<Vec<u8>> = turbojpeg::decompress(jpeg, PixelFormat::GRAY).expect("a JPEG");
    let block = image.width / scene::BITS as usize;
    (0..scene::BITS)
        .filter(|&bit| image.pixels[8 * image.pitch + bit as usize * block + block / 2] > 128)
        .fold(0, |number, bit| number | 1 << bit)
}

/// A frame captured `after` the start of `clock`.
pub fn frame(
    clock: (Instant, SystemTime),
    sequence: u64,
    after: Duration,
    size: Size,
    jpeg: Bytes,
) -> Arc<Frame> {
    let (at, utc) = (clock.0 + after, clock.1 + after);
    Arc::new(Frame {
        sequence,
        at,
        utc,
        size,
        jpeg,
        origin: FrameOrigin::Device,
    })
}

/// A clock that started a minute ago, so that every frame of a test was captured in the past.
pub fn clock() -> (Instant, SystemTime) {
    let minute = Duration::from_secs(60);
    (
        Instant::now()
            .checked_sub(minute)
            .expect("the machine has been up for a minute"),
        SystemTime::now() - minute,
    )
}

/// Numbered frames at the given times.
pub fn drawn(size: Size, times: impl IntoIterator<Item = Duration>) -> VecDeque<Arc<Frame>> {
    let clock = clock();
    let numbered = times.into_iter().zip(0_u32..);
    numbered
        .map(|(time, i)| frame(clock, u64::from(i) + 1, time, size, scene::jpeg(size, i)))
        .collect()
}

/// Steady times.
pub fn steady(count: u32) -> impl Iterator<Item = Duration> {
    (0..count).map(|i| RATE * i)
}

/// Records until the frames end as an unplugged camera does.
pub fn record(frames: VecDeque<Arc<Frame>>, options: Options) -> (Result<Recording, CaptureError>, Vec<u8>) {
    let sink = Memory::default();
    let feed = Frames {
        left: frames,
        then: Some(CaptureError::Unplugged),
    };
    let recorder = Recorder::start(feed, Box::new(sink.clone()), options).expect("an encoder");
    while !recorder.is_finished() {
        std::thread::yield_now();
    }
    let recording = recorder.stop();
    (recording, sink.bytes())
}

pub fn close(a: Duration, b: Duration) -> bool {
    a.abs_diff(b) < Duration::from_millis(1)
}
