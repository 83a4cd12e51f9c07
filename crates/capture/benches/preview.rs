//! What the preview costs up to the point where the window takes over: frames per second, time from capture to
//! consumer, CPU and memory, for a consumer that keeps up and for one that does not.
//!
//! `cargo bench -p capture --bench preview -- [--seconds 30] [clip.mjpeg]`

mod measure;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use capture::{Camera, Want};

use measure::{Arguments, Usage, ms, percentiles, print_cost, say, source};

fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    let (name, frames) = arguments.frames()?;
    say(&name);
    let camera = Camera::open(&source(&frames), Want::VIDEO)?;
    camera
        .newest_after(0, Duration::from_secs(5))?
        .context("the camera delivers nothing")?;
    // A page that draws each frame at once, and one that is stalled 70 ms by each.
    for (who, stall) in [
        ("keeps up", Duration::ZERO),
        ("stalls for 70 ms", Duration::from_millis(70)),
    ] {
        say(&format!(
            "\na consumer that {who}, {} s",
            arguments.length.as_secs()
        ));
        watch(&camera, arguments.length, stall)?;
    }
    Ok(())
}

fn watch(camera: &Camera, length: Duration, stall: Duration) -> Result<()> {
    Usage::forget_peak();
    let (before, began) = (Usage::now(), Instant::now());
    let mut sequence = camera.latest().map_or(0, |frame| frame.sequence);
    let (mut ages, mut skipped, mut bytes) = (Vec::new(), 0, 0);
    while began.elapsed() < length {
        if let Some(frame) = camera.newest_after(sequence, Duration::from_millis(200))? {
            ages.push(frame.at.elapsed());
            skipped += frame.sequence - sequence - 1;
            sequence = frame.sequence;
            // What the window does with it first: the bytes go into a response of their own.
            bytes += std::hint::black_box(frame.jpeg.to_vec()).len();
            std::thread::sleep(stall);
        }
    }
    let wall = began.elapsed();
    let shown = ages.len();
    say(&format!(
        "  shown            {:.2} frames a second, {skipped} skipped",
        shown as f64 / wall.as_secs_f64()
    ));
    say(&format!(
        "  frame            {:.0} kB",
        bytes as f64 / shown.max(1) as f64 / 1e3
    ));
    let (middle, worst) = percentiles(ages);
    say(&format!(
        "  captured-taken   {} half of them, {} 19 of 20",
        ms(middle),
        ms(worst)
    ));
    print_cost(before, wall);
    Ok(())
}
