//! Lists the cameras of this machine, watches one, takes a still, records.
//!
//! ```text
//! cargo run -p capture --example cameras                              what is there, and what stands behind it
//! cargo run -p capture --example cameras watch SOURCE SECONDS         frames, rate, and why it ended; opens it again
//! cargo run -p capture --example cameras still SOURCE [FILE]          one picture at the highest resolution
//! cargo run -p capture --example cameras record SOURCE SECONDS FILE   a video, and whether it plays to its end
//! ```
//!
//! SOURCE is a name from the list, or the path of a `.mjpeg`, a folder of JPEGs or a picture. A size after it
//! (`SOURCE=640x360`) is what a video is asked for instead of 1280x720.

#![expect(clippy::print_stdout, reason = "what it prints is the example")]

use std::fs::File;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use capture::clip::Clip;
use capture::recorder::{self, Options, Recorder, Sink};
use capture::{Camera, CaptureError, Fps, Size, SourceSpec, Want, sources};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["list"] => list(),
        ["watch", source, seconds] => {
            let (source, want) = wanted(source)?;
            watch(&source, want, Duration::from_secs(seconds.parse()?));
            Ok(())
        }
        ["still", source] => still(source, None),
        ["still", source, file] => still(source, Some(file)),
        ["record", source, seconds, file] => record(source, Duration::from_secs(seconds.parse()?), file),
        _ => anyhow::bail!("list | watch SOURCE SECONDS | still SOURCE [FILE] | record SOURCE SECONDS FILE"),
    }
}

/// A source, and the size a video of it is wanted in.
fn wanted(text: &str) -> anyhow::Result<(SourceSpec, Want)> {
    let Some((source, size)) = text.rsplit_once('=') else {
        return Ok((SourceSpec::parse(text)?, Want::VIDEO));
    };
    let (width, height) = size
        .split_once('x')
        .ok_or_else(|| anyhow::anyhow!("SOURCE=640x360"))?;
    let want = Want {
        size: Size::new(width.parse()?, height.parse()?),
        fps: Fps::whole(15),
    };
    Ok((SourceSpec::parse(source)?, want))
}

fn list() -> anyhow::Result<()> {
    let cameras = sources::cameras()?;
    println!("{} cameras", cameras.len());
    for camera in cameras {
        let made_up = if camera.synthetic {
            ", made of software"
        } else {
            ""
        };
        println!("{}  {}{made_up}", camera.id, camera.name);
        let of = &camera.provenance;
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        println!(
            "    bus {}, vendor {}, product {}, serial {}, driver {}, physical {:?}, at {}",
            said(&of.bus),
            said(&of.vendor),
            said(&of.product),
            said(&of.serial),
            said(&of.driver),
            of.physical,
            said(&of.path),
        );
        for format in camera.formats {
            println!("    {format}");
        }
    }
    Ok(())
}

/// Watches a source for so long, and opens it again half a second after it ended, as a booth would.
fn watch(source: &SourceSpec, want: Want, time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        let before = Instant::now();
        match Camera::open(source, want) {
            Ok(camera) => {
                let delivered = camera.delivered();
                let (size, fps, pixel) = (delivered.size, delivered.fps, delivered.pixel);
                println!("opened in {:?}: {pixel:?} {size}@{fps}", before.elapsed());
                if let Some(error) = watch_open(&camera, until) {
                    println!("ended: {error}");
                }
                let before = Instant::now();
                drop(camera);
                println!("closed in {:?}", before.elapsed());
            }
            Err(error) => println!("cannot open: {error}"),
        }
        std::thread::sleep(Duration::from_millis(500).min(until.saturating_duration_since(Instant::now())));
    }
}

/// Prints what comes, a line a second, until the time is up or the camera ends.
fn watch_open(camera: &Camera, until: Instant) -> Option<CaptureError> {
    let (mut seen, mut spoken) = (0, Instant::now());
    let mut last = Instant::now();
    while Instant::now() < until {
        match camera.newest_after(seen, Duration::from_millis(200)) {
            Ok(Some(frame)) => {
                if seen == 0 {
                    println!(
                        "first frame: {} {:?}, {} bytes",
                        frame.size,
                        frame.origin,
                        frame.jpeg.len()
                    );
                }
                seen = frame.sequence;
                last = Instant::now();
            }
            Ok(None) => {}
            Err(error) => {
                println!(
                    "noticed {:.1} s after the last frame",
                    last.elapsed().as_secs_f32()
                );
                return Some(error);
            }
        }
        if spoken.elapsed() >= Duration::from_secs(1) {
            let health = camera.health();
            println!(
                "{} frames, {:.1} a second, {} damaged",
                health.frames, health.fps, health.damaged
            );
            spoken = Instant::now();
        }
    }
    None
}

fn still(source: &str, file: Option<&str>) -> anyhow::Result<()> {
    let camera = Camera::open(&SourceSpec::parse(source)?, Want::VIDEO)?;
    camera.newest_after(0, Duration::from_secs(5))?;
    println!("preview of the still runs");
    let before = Instant::now();
    let still = match camera.still() {
        Ok(still) => still,
        Err(error) => {
            println!("no still: {error}");
            return Ok(());
        }
    };
    println!(
        "still in {:?}: {} {:?}, {} bytes, preview {}, note: {}",
        before.elapsed(),
        still.size,
        still.origin,
        still.jpeg.len(),
        still.preview_size,
        still.note.as_deref().unwrap_or("none"),
    );
    println!(
        "asked for {}, delivered {:?} {}",
        still.asked, still.delivered.pixel, still.delivered.size
    );
    let picture = capture::picture::inspect(&still.jpeg)?;
    println!("decoded whole: {}", picture.size);
    let after = camera.latest().map_or(0, |frame| frame.sequence);
    let frame = camera.newest_after(after, Duration::from_secs(5))?;
    println!(
        "preview goes on: {}",
        frame.map_or("no".to_owned(), |frame| frame.size.to_string())
    );
    if let Some(file) = file {
        std::fs::write(file, &still.jpeg)?;
    }
    Ok(())
}

/// A file that is synced as the recorder asks.
struct OnDisk(File);

impl Write for OnDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for OnDisk {
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// Records until the time is up or the camera is gone, and reads the file back: its last second has to be in it.
fn record(source: &str, time: Duration, file: &str) -> anyhow::Result<()> {
    let (source, want) = wanted(source)?;
    let camera = Camera::open(&source, want)?;
    let options = Options {
        frame_rate: camera.delivered().fps.per_second() as f32,
        limit: time,
        ..Options::default()
    };
    let sink = Box::new(OnDisk(File::create(file)?));
    let recorder = Recorder::start(camera.subscribe(60), sink, options)?;
    let mut spoken = 0;
    while !recorder.is_finished() {
        std::thread::sleep(Duration::from_millis(50));
        let progress = recorder.progress();
        if progress.elapsed.as_secs() > spoken {
            spoken = progress.elapsed.as_secs();
            println!("recording: {spoken} s, {} dropped", progress.dropped);
        }
    }
    let last = camera.latest().map(|frame| frame.at);
    let recording = recorder.stop()?;
    println!(
        "recorded {} frames, {:.1} s, {} dropped, ended: {:?}",
        recording.frames,
        recording.duration.as_secs_f32(),
        recording.dropped,
        recording.ended
    );

    let whole = recorder::recover(File::open(file)?)?;
    let mut clip = Clip::open(File::open(file)?)?;
    let movie = clip.movie().clone();
    let end = clip.times().last().copied().unwrap_or_default();
    let picture = capture::picture::inspect(&clip.frame_at(end)?)?;
    println!(
        "plays {:.1} s of {} frames to {} at the end, {whole:?} of {} bytes are whole",
        movie.duration.as_secs_f32(),
        movie.frames,
        picture.size,
        std::fs::metadata(file)?.len()
    );
    // What the camera gave last, against what the file gives last.
    let given = last.map_or(Duration::ZERO, |last| {
        last.saturating_duration_since(recording.started)
    });
    let missing = given.saturating_sub(end);
    println!("missing at the end: {:.2} s", missing.as_secs_f32());
    anyhow::ensure!(
        missing < Duration::from_secs(1),
        "the last second is not in the file"
    );
    println!("plays up to the last second");
    Ok(())
}
