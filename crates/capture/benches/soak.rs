//! A long run: preview without end, and a recording each minute. Memory stays where it is, and no thread and no open
//! file is left behind.
//!
//! `cargo bench -p capture --bench soak -- [--seconds 1800]`
//!
//! Shorter runs have shorter minutes: there are always thirty of them. Measured between two recordings, from the sixth
//! on, when everything was once as large as it gets. The allocator keeps freed memory for a while, more of it at one time
//! than at another, so what is held against the bar is the least of the first five measured rounds and of the last five:
//! what leaks is in both. Most and least of all rounds are printed beside it.

mod measure;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use capture::clip::Tags;
use capture::recorder::{self, Options, Recorder, Sink, Stamp};
use capture::{Camera, CaptureError, Want};

use measure::{Arguments, Usage, mb, ms, percentiles, print_cost, say, source};

/// Recordings of a run.
const ROUNDS: u32 = 30;
/// Of which so many are not measured: caches, pools and the allocator take what they need.
const WARM_UP: u32 = 5;
/// Rounds at either end that are held against each other.
const STRETCH: usize = 5;
/// Bytes that memory may grow by.
const FLAT: u64 = 5 << 20;

fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    let (name, frames) = arguments.frames()?;
    let round = arguments.length / ROUNDS;
    say(&format!(
        "{name}; {ROUNDS} rounds of {:.1} s, each with a recording of three quarters of it",
        round.as_secs_f64()
    ));
    let folder = tempfile::tempdir()?;
    let camera = Arc::new(Camera::open(&source(&frames), Want::VIDEO)?);
    let (over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let preview = {
        let (camera, over, seen) = (Arc::clone(&camera), Arc::clone(&over), Arc::clone(&seen));
        std::thread::Builder::new()
            .name("preview".into())
            .spawn(move || watch(&camera, &over, &seen))?
    };
    Usage::forget_peak();
    let (before, began) = (Usage::now(), Instant::now());
    let (mut rest, mut endings) = (Vec::new(), Vec::new());
    let mut dropped = 0;
    for number in 1..=ROUNDS {
        let round_began = Instant::now();
        let (lost, ending) = record(&camera, round * 3 / 4, folder.path())?;
        dropped += lost;
        endings.push(ending);
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
        std::thread::sleep(round.saturating_sub(round_began.elapsed()));
    }
    over.store(true, Ordering::Relaxed);
    preview.join().ok().context("the preview broke")??;
    let (middle, worst) = percentiles(endings);
    say(&format!(
        "  end to file      {} half of them, {} 19 of 20",
        ms(middle),
        ms(worst)
    ));
    print_cost(before, began.elapsed());

    let (least, most) = bounds(&rest, |usage| usage.memory);
    ensure!(most > 0, "memory is not measured on this system");
    let (early, _) = bounds(&rest[..STRETCH], |usage| usage.memory);
    let (late, _) = bounds(&rest[rest.len() - STRETCH..], |usage| usage.memory);
    say(&format!(
        "memory at rest   {} after the warm-up, {} at the end, at most {} more allowed; between {} and {}",
        mb(early),
        mb(late),
        mb(FLAT),
        mb(least),
        mb(most)
    ));
    ensure!(late.saturating_sub(early) <= FLAT, "memory is not flat");
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

/// One recording from the first frame to the delivered file. The frames it lost, and how long the file took once the end
/// was asked for.
fn record(camera: &Camera, length: Duration, folder: &Path) -> Result<(u64, Duration)> {
    let path = folder.join("recorded.mp4");
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    };
    let recorder = Recorder::start(
        camera.subscribe(64),
        Box::new(Disk(File::create(&path)?)),
        options,
    )?;
    std::thread::sleep(length);
    let asked = Instant::now();
    let recording = recorder.stop()?;
    let plain = File::create(folder.join("plain.mp4"))?;
    let remuxed = recorder::faststart(File::open(&path)?, plain, &Tags::default())?;
    ensure!(
        remuxed.stream_sha256 == recording.stream_sha256,
        "the file holds other pictures than were encoded"
    );
    Ok((recording.dropped + recording.damaged, asked.elapsed()))
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

struct Disk(File);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for Disk {
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
