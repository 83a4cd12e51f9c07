//! Lists the cameras of this machine, watches one, takes a still.
//!
//! ```text
//! cargo run -p capture --example cameras                          what is there
//! cargo run -p capture --example cameras watch SOURCE SECONDS     frames, rate, and why it ended; opens it again
//! cargo run -p capture --example cameras still SOURCE [FILE]      one picture at the highest resolution
//! ```
//!
//! SOURCE is a name from the list, or the path of a `.mjpeg`, a folder of JPEGs or a picture.

#![expect(clippy::print_stdout, reason = "what it prints is the example")]

use std::time::{Duration, Instant};

use capture::{Camera, CaptureError, SourceSpec, Want, sources};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["list"] => list(),
        ["watch", source, seconds] => {
            watch(&SourceSpec::parse(source)?, Duration::from_secs(seconds.parse()?));
            Ok(())
        }
        ["still", source] => still(source, None),
        ["still", source, file] => still(source, Some(file)),
        _ => anyhow::bail!("list | watch SOURCE SECONDS | still SOURCE [FILE]"),
    }
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
        for format in camera.formats {
            println!("    {format}");
        }
    }
    Ok(())
}

/// Watches a source for so long, and opens it again a second after it ended, as a booth would.
fn watch(source: &SourceSpec, time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        let before = Instant::now();
        match Camera::open(source, Want::VIDEO) {
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
        std::thread::sleep(Duration::from_secs(1).min(until.saturating_duration_since(Instant::now())));
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
                println!("{:?} after the last frame", last.elapsed());
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
    let before = Instant::now();
    let still = camera.still()?;
    println!(
        "still in {:?}: {} {:?}, {} bytes, preview {}, note: {}",
        before.elapsed(),
        still.size,
        still.origin,
        still.jpeg.len(),
        still.preview_size,
        still.note.as_deref().unwrap_or("none"),
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
