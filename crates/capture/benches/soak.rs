//! A long run: preview without end, and a recording each minute. Memory stays where it is, and no thread and no open
//! file is left behind.
//!
//! `cargo bench -p capture --bench soak -- [--seconds 1800]`
//!
//! Shorter runs have shorter minutes: there are always thirty of them. Measured between two recordings, from the sixth
//! on, when everything was once as large as it gets.

mod measure;

use std::io::{self, Cursor, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use capture::clip::Tags;
use capture::recorder::{self, Options, Recorder, Sink, Stamp};
use capture::{Camera, CaptureError, Want};
use parking_lot::Mutex;

use measure::{Arguments, Usage, mb, say, source};

/// Recordings of a run.
const ROUNDS: u32 = 30;
/// Of which so many are not measured: caches, pools and the allocator take what they need.
const WARM_UP: u32 = 5;
/// Bytes that memory may move by.
const FLAT: u64 = 5 << 20;

fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    let (name, frames) = arguments.frames()?;
    let round = arguments.length / ROUNDS;
    say(&format!(
        "{name}; {ROUNDS} rounds of {:.1} s, each with a recording of three quarters of it",
        round.as_secs_f64()
    ));
    let camera = Arc::new(Camera::open(&source(&frames), Want::VIDEO)?);
    let (over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let preview = {
        let (camera, over, seen) = (Arc::clone(&camera), Arc::clone(&over), Arc::clone(&seen));
        std::thread::Builder::new()
            .name("preview".into())
            .spawn(move || watch(&camera, &over, &seen))?
    };
    let mut rest = Vec::new();
    let mut dropped = 0;
    for number in 1..=ROUNDS {
        let began = Instant::now();
        dropped += record(&camera, round * 3 / 4)?;
        let now = settled();
        say(&format!(
            "  {number:>3}  memory {:>8}, {} threads, {} open files, {} pictures previewed, {dropped} frames dropped",
            mb(now.memory),
            now.threads,
            now.descriptors,
            seen.load(Ordering::Relaxed)
        ));
        if number > WARM_UP {
            rest.push(now);
        }
        std::thread::sleep(round.saturating_sub(began.elapsed()));
    }
    over.store(true, Ordering::Relaxed);
    preview.join().ok().context("the preview broke")??;

    let (least, most) = bounds(&rest, |usage| usage.memory);
    ensure!(most > 0, "memory is not measured on this system");
    say(&format!(
        "memory moved by {} after round {WARM_UP}, at most {} allowed",
        mb(most - least),
        mb(FLAT)
    ));
    ensure!(most - least <= FLAT, "memory is not flat");
    let (least, most) = bounds(&rest, |usage| usage.threads);
    ensure!(least == most, "between {least} and {most} threads");
    let (least, most) = bounds(&rest, |usage| usage.descriptors);
    ensure!(least == most, "between {least} and {most} open files");
    say("no thread and no open file was left behind");
    Ok(())
}

fn bounds(all: &[Usage], what: impl Fn(&Usage) -> u64) -> (u64, u64) {
    let values = || all.iter().map(&what);
    (values().min().unwrap_or(0), values().max().unwrap_or(0))
}

/// One recording from the first frame to the delivered file. The frames it lost.
fn record(camera: &Camera, length: Duration) -> Result<u64> {
    let file = Memory::default();
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    };
    let recorder = Recorder::start(camera.subscribe(64), Box::new(file.clone()), options)?;
    std::thread::sleep(length);
    let recording = recorder.stop()?;
    let recorded = std::mem::take(&mut *file.0.lock());
    let remuxed = recorder::faststart(Cursor::new(recorded), io::sink(), &Tags::default())?;
    ensure!(
        remuxed.stream_sha256 == recording.stream_sha256,
        "the file holds other pictures than were encoded"
    );
    Ok(recording.dropped + recording.damaged)
}

/// What is in use once the threads of the recording have left.
fn settled() -> Usage {
    std::thread::sleep(Duration::from_millis(200));
    Usage::now()
}

fn watch(camera: &Camera, over: &AtomicBool, seen: &AtomicU64) -> Result<(), CaptureError> {
    let mut sequence = 0;
    while !over.load(Ordering::Relaxed) {
        if let Some(frame) = camera.newest_after(sequence, Duration::from_millis(200))? {
            sequence = frame.sequence;
            seen.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Keeps a recording until it was remuxed.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Memory {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}
