//! What a recording costs beside a running preview, and how it compares with ffmpeg and x264 over the same frames.
//!
//! `cargo bench -p capture --bench record -- [--seconds 30] [--vmaf FFMPEG] [clip.mjpeg]`
//!
//! FFMPEG is one with libvmaf in it; without one VMAF is left out, and said to be. Each bar is printed with whether it was
//! held; what is held on a machine that does other things at the same time says little.

mod measure;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use capture::clip::{Clip, Tags};
use capture::recorder::{self, FrameFeed, Options, Recorder, Recording, Sink, Stamp};
use capture::{Camera, CaptureError, Frame, FrameOrigin, Size, Want};

use measure::{Arguments, Usage, mb, ms, percentiles, print_cost, say, source};

fn main() -> Result<()> {
    let arguments = Arguments::read()?;
    let folder = std::env::temp_dir().join(format!("bench-record-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = run(&arguments, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn run(arguments: &Arguments, folder: &Path) -> Result<()> {
    let (name, frames) = arguments.frames()?;
    say(&format!(
        "{name}, {:.0} kB each",
        frames.iter().map(Bytes::len).sum::<usize>() as f64 / frames.len() as f64 / 1e3
    ));
    say(&format!("load of the machine: {}", load()));
    beside_a_preview(arguments.length, &frames, folder)?;
    beside_ffmpeg(arguments, &frames, folder)?;
    say(&format!("\nload of the machine: {}", load()));
    Ok(())
}

/// What the system says about how busy it is.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = load.split_whitespace().take(3).collect();
    if averages.is_empty() {
        "not known on this system".to_owned()
    } else {
        averages.join(" ")
    }
}

/// Preview and recording together, in real time.
fn beside_a_preview(length: Duration, frames: &Arc<[Bytes]>, folder: &Path) -> Result<()> {
    say(&format!(
        "\npreview, recording and stamp together, {} s in real time",
        length.as_secs()
    ));
    let camera = Arc::new(Camera::open(&source(frames), Want::VIDEO)?);
    camera
        .newest_after(0, Duration::from_secs(5))?
        .context("the camera delivers nothing")?;
    Usage::forget_peak();
    let (before, began) = (Usage::now(), Instant::now());
    let preview = {
        let camera = Arc::clone(&camera);
        std::thread::Builder::new()
            .name("preview".into())
            .spawn(move || watch(&camera, length))?
    };
    let path = folder.join("recorded.mp4");
    let sink = Box::new(Disk(File::create(&path)?));
    let options = Options {
        stamp: Some(Stamp { code: "3HSY".into() }),
        ..Options::default()
    };
    let recorder = Recorder::start(camera.subscribe(30), sink, options)?;
    let mut lags = Vec::new();
    let mut seen = 0;
    while began.elapsed() < length && !recorder.is_finished() {
        std::thread::sleep(Duration::from_millis(8));
        let progress = recorder.progress();
        if progress.frames > seen {
            seen = progress.frames;
            lags.push(progress.lag);
        }
    }
    let recording = recorder.stop()?;
    let wall = began.elapsed();
    let previewed = preview.join().ok().context("the preview broke")??;

    print(&recording);
    say(&bar(
        "no frame dropped",
        recording.dropped == 0 && recording.damaged == 0,
    ));
    let (middle, worst) = percentiles(lags);
    say(&format!(
        "  captured-encoded {} half of them, {} 19 of 20",
        ms(middle),
        ms(worst)
    ));
    say(&format!(
        "  preview          {:.2} frames a second",
        previewed as f64 / length.as_secs_f64()
    ));
    print_cost(before, wall);

    let plain = folder.join("plain.mp4");
    let began = Instant::now();
    let movie = recorder::faststart(File::open(&path)?, File::create(&plain)?, &Tags::default())?.movie;
    say(&format!(
        "  index in front   {} for {}",
        ms(began.elapsed()),
        mb(movie.bytes)
    ));
    let mut clip = Clip::open(File::open(&plain)?)?;
    let pictures = movie.frames.min(300) as u32;
    let each = movie.duration / movie.frames.max(1) as u32;
    let began = Instant::now();
    for picture in 0..pictures {
        clip.frame_at(each * picture)?;
    }
    say(&format!(
        "  review           {} a picture, played forward",
        ms(began.elapsed() / pictures)
    ));
    Ok(())
}

/// A preview that takes every frame it can get.
fn watch(camera: &Camera, length: Duration) -> Result<u64, CaptureError> {
    let end = Instant::now() + length;
    let (mut sequence, mut frames) = (0, 0);
    while Instant::now() < end {
        if let Some(frame) = camera.newest_after(sequence, Duration::from_millis(200))? {
            sequence = frame.sequence;
            frames += 1;
        }
    }
    Ok(frames)
}

fn print(recording: &Recording) {
    let seconds = recording.duration.as_secs_f64();
    say(&format!(
        "  recorded         {} frames, {:.2} a second, {} dropped, longest gap {}",
        recording.frames,
        recording.frames as f64 / seconds,
        recording.dropped,
        ms(recording.longest_gap)
    ));
    say(&format!(
        "  size             {} at {:.2} Mbit/s",
        recording.size,
        recording.bytes as f64 * 8.0 / seconds / 1e6
    ));
}

/// The same frames as fast as they can be encoded, here and there, on one thread each.
fn beside_ffmpeg(arguments: &Arguments, frames: &Arc<[Bytes]>, folder: &Path) -> Result<()> {
    let length = arguments.length;
    let count = length.as_secs() * 30;
    say(&format!(
        "\n{count} frames as fast as possible, JPEG to MP4, one thread each"
    ));
    let ours = folder.join("ours.mp4");
    let (recording, cpu) = encoded(frames, count, &ours, None)?;
    let stamp = Stamp { code: "3HSY".into() };
    let (_, stamped) = encoded(frames, count, &folder.join("stamped.mp4"), Some(stamp))?;
    let rate = |path: &Path| -> Result<f64> {
        Ok(std::fs::metadata(path)?.len() as f64 * 8.0 / length.as_secs_f64() / 1e6)
    };

    let clip = folder.join("clip.mjpeg");
    let mut file = File::create(&clip)?;
    for frame in frames.iter().cycle().take(count as usize) {
        file.write_all(frame)?;
    }
    let theirs = folder.join("theirs.mp4");
    let scale = format!(
        "scale={}:out_range=tv",
        recording.size.to_string().replace('x', ":")
    );
    let bitrate = Options::default().bitrate.to_string();
    let report = ffmpeg(&[
        "-benchmark",
        "-threads",
        "1",
        "-f",
        "mjpeg",
        "-framerate",
        "30",
        "-i",
        text(&clip)?,
        "-vf",
        &format!("{scale},format=yuv420p"),
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-threads",
        "1",
        "-b:v",
        &bitrate,
        "-y",
        text(&theirs)?,
    ])?;
    let peer = value(&report, "utime=")? + value(&report, "stime=")?;
    if recording.frames != count {
        bail!("{} frames of {count} were recorded", recording.frames);
    }
    let vmaf = arguments.vmaf.as_deref().filter(|program| has_vmaf(program));
    let mut measured = Vec::new();
    for (who, path, cpu) in [("ours", &ours, cpu), ("x264 veryfast", &theirs, peer)] {
        let quality = Quality::of(path, &clip, &scale, vmaf)?;
        say(&format!(
            "  {who:<16} {:.2} ms CPU a frame, {:.0} ms a second of video, {:.2} Mbit/s, {quality}",
            cpu * 1e3 / count as f64,
            cpu * 1e3 / length.as_secs_f64(),
            rate(path)?,
        ));
        measured.push(quality.psnr);
    }
    let share = cpu / peer;
    let lost = measured[1] - measured[0];
    say(&bar(
        &format!("{share:.2} of the CPU, at most {MOST_CPU} of it"),
        share <= MOST_CPU,
    ));
    say(&bar(
        &format!("{lost:.2} dB less luma PSNR, at most {MOST_LOST} dB"),
        lost <= MOST_LOST,
    ));
    let stamp = (stamped - cpu) * 1e3 / count as f64;
    say(&bar(
        &format!("{stamp:.2} ms CPU a frame more with the stamp, at most {MOST_STAMP} ms"),
        stamp <= MOST_STAMP,
    ));
    Ok(())
}

/// Records as fast as it goes. What came of it, and the seconds of CPU it took.
fn encoded(frames: &Arc<[Bytes]>, count: u64, path: &Path, stamp: Option<Stamp>) -> Result<(Recording, f64)> {
    let before = Usage::now();
    let options = Options {
        stamp,
        ..Options::default()
    };
    let feed = Unpaced::new(frames, count);
    let recorder = Recorder::start(feed, Box::new(Disk(File::create(path)?)), options)?;
    while !recorder.is_finished() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let recording = recorder.stop()?;
    let cpu = (Usage::now().cpu - before.cpu).as_secs_f64();
    Ok((recording, cpu))
}

/// Milliseconds a frame.
const MOST_STAMP: f64 = 0.3;
/// Of x264's time.
const MOST_CPU: f64 = 0.75;
/// Decibels.
const MOST_LOST: f64 = 1.0;

fn bar(what: &str, holds: bool) -> String {
    format!("  {:<16} {what}", if holds { "holds" } else { "DOES NOT HOLD" })
}

/// How near a video is to what was recorded.
struct Quality {
    /// Of the luma, in decibels.
    psnr: f64,
    ssim: f64,
    /// `None` where no program here measures it.
    vmaf: Option<f64>,
}

impl Quality {
    fn of(video: &Path, source: &Path, scale: &str, vmaf: Option<&Path>) -> Result<Self> {
        let measure = |program: &Path, filter: &str| -> Result<String> {
            let graph = format!(
                "[0:v]settb=1/30,setpts=N[a];[1:v]settb=1/30,setpts=N,{scale},format=yuv420p[b];[a][b]{filter}"
            );
            let inputs = ["-i", text(video)?, "-f", "mjpeg", "-i", text(source)?];
            call(
                program,
                &[&inputs[..], &["-lavfi", &graph, "-f", "null", "-"]].concat(),
            )
        };
        let system = Path::new("ffmpeg");
        let vmaf = vmaf
            .map(|program| value(&measure(program, "libvmaf")?, "VMAF score: "))
            .transpose()?;
        Ok(Self {
            psnr: value(&measure(system, "psnr")?, "PSNR y:")?,
            ssim: value(&measure(system, "ssim")?, "SSIM Y:")?,
            vmaf,
        })
    }
}

impl std::fmt::Display for Quality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "luma PSNR {:.2} dB, SSIM {:.4}, ", self.psnr, self.ssim)?;
        match self.vmaf {
            Some(vmaf) => write!(f, "VMAF {vmaf:.1}"),
            None => f.write_str("VMAF not measured: no ffmpeg with libvmaf here"),
        }
    }
}

fn has_vmaf(program: &Path) -> bool {
    call(program, &["-h", "filter=libvmaf"]).is_ok_and(|said| !said.contains("Unknown filter"))
}

fn ffmpeg(arguments: &[&str]) -> Result<String> {
    call(Path::new("ffmpeg"), arguments)
}

/// What ffmpeg reported.
fn call(program: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(["-hide_banner", "-nostdin"])
        .args(arguments)
        .output()
        .context("ffmpeg, the measure to compare with, is not installed")?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("ffmpeg: {report}");
    }
    Ok(report)
}

/// The number behind `name` in what ffmpeg printed.
fn value(report: &str, name: &str) -> Result<f64> {
    let (_, rest) = report
        .rsplit_once(name)
        .with_context(|| format!("ffmpeg printed no {name}"))?;
    let number: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    Ok(number.parse()?)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is text")
}

/// A file whose contents survive a power cut.
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

/// Frames as fast as they are taken, their times 30 per second.
struct Unpaced {
    frames: Arc<[Bytes]>,
    left: std::ops::Range<u64>,
    began: Instant,
}

impl Unpaced {
    fn new(frames: &Arc<[Bytes]>, count: u64) -> Self {
        Self {
            frames: Arc::clone(frames),
            left: 0..count,
            began: Instant::now(),
        }
    }
}

impl FrameFeed for Unpaced {
    fn next(&mut self, _timeout: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        let number = self.left.next().ok_or(CaptureError::Unplugged)?;
        Ok(Some(Arc::new(Frame {
            sequence: number + 1,
            at: self.began + Duration::from_nanos(number * 1_000_000_000 / 30),
            utc: SystemTime::now(),
            size: Size::new(1280, 720),
            jpeg: self.frames[number as usize % self.frames.len()].clone(),
            origin: FrameOrigin::Device,
        })))
    }
}
