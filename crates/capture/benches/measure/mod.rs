//! What the benches share: their arguments, the frames they play, and what the system says about this process.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use capture::{Fps, Size, SourceSpec, jpeg};

#[path = "../../tests/it/recorder_scene.rs"]
mod scene;

/// Frames drawn when none are given: five seconds, played round and round.
const DRAWN: u32 = 150;

/// What the command line asks for.
pub struct Arguments {
    pub length: Duration,
    /// A `.mjpeg` file; without it the bench draws its own frames.
    pub clip: Option<PathBuf>,
    /// An ffmpeg that has VMAF, where there is one.
    pub vmaf: Option<PathBuf>,
}

impl Arguments {
    pub fn read() -> Result<Self> {
        let mut arguments = Self {
            length: Duration::from_secs(30),
            clip: None,
            vmaf: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                // Cargo adds this to every bench.
                "--bench" => {}
                "--seconds" => {
                    let seconds = words.next().context("--seconds needs a number")?;
                    arguments.length =
                        Duration::from_secs(seconds.parse().context("--seconds needs a number")?);
                }
                "--vmaf" => {
                    arguments.vmaf = Some(words.next().context("--vmaf needs a program")?.into());
                }
                clip => arguments.clip = Some(PathBuf::from(clip)),
            }
        }
        ensure!(
            arguments.length >= Duration::from_secs(1),
            "a second is the least"
        );
        Ok(arguments)
    }

    /// The frames to play, and what they are called.
    pub fn frames(&self) -> Result<(String, Arc<[Bytes]>)> {
        match &self.clip {
            Some(path) => Ok((path.display().to_string(), split(path)?)),
            None => {
                let size = Size::new(1280, 720);
                let frames = (0..DRAWN).map(|number| scene::jpeg(size, number)).collect();
                Ok((format!("{DRAWN} drawn frames of {size}"), frames))
            }
        }
    }
}

fn split(path: &Path) -> Result<Arc<[Bytes]>> {
    let bytes = Bytes::from(std::fs::read(path).with_context(|| path.display().to_string())?);
    let frames: Arc<[Bytes]> = jpeg::split(&bytes)
        .into_iter()
        .map(|range| bytes.slice(range))
        .collect();
    if frames.is_empty() {
        bail!("{} holds no JPEG", path.display());
    }
    Ok(frames)
}

/// A camera that plays the frames at 30 per second.
pub fn source(frames: &Arc<[Bytes]>) -> SourceSpec {
    SourceSpec::Clip {
        name: "bench".into(),
        frames: Arc::clone(frames),
        fps: Fps::whole(30),
    }
}

/// What this process has used so far. Linux only; elsewhere all of it is zero and [`Usage::print`] says so.
#[derive(Clone, Copy, Default)]
pub struct Usage {
    pub cpu: Duration,
    /// Bytes of memory in use.
    pub memory: u64,
    /// The most it has been since [`Usage::forget_peak`].
    pub peak: u64,
    pub threads: u64,
    /// Open files, sockets and the like.
    pub descriptors: u64,
}

impl Usage {
    pub fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let number = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok())
                .unwrap_or(0)
        };
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The name in brackets may hold spaces; user and system time are the 12th and 13th fields after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Self {
            // USER_HZ is 100 on every Linux there is.
            cpu: Duration::from_millis(ticks * 10),
            memory: number("VmRSS:") << 10,
            peak: number("VmHWM:") << 10,
            threads: number("Threads:"),
            descriptors: std::fs::read_dir("/proc/self/fd").map_or(0, |open| open.count() as u64),
        }
    }

    /// Starts a new peak, so that what was needed to prepare the bench does not count.
    pub fn forget_peak() {
        // Not everybody may; the peak is then that of the whole run, which is more, never less.
        let _not_allowed = std::fs::write("/proc/self/clear_refs", "5");
    }
}

/// Prints what a stretch of `wall` time has cost since `before`.
pub fn print_cost(before: Usage, wall: Duration) {
    let now = Usage::now();
    if now.memory == 0 {
        say("  CPU and memory   not measured on this system");
        return;
    }
    let share = 100.0 * (now.cpu - before.cpu).as_secs_f64() / wall.as_secs_f64();
    say(&format!("  CPU              {share:.1} % of one core"));
    let more = now.peak.saturating_sub(before.memory);
    say(&format!(
        "  memory           {} more than before it began, peak {}",
        mb(more),
        mb(now.peak)
    ));
    say(&format!(
        "  in use           {} threads, {} open files",
        now.threads, now.descriptors
    ));
}

/// Half of them are below the first, one in twenty above the second.
pub fn percentiles(mut values: Vec<Duration>) -> (Duration, Duration) {
    values.sort();
    let at = |share: f64| {
        let index = (values.len() as f64 * share) as usize;
        values
            .get(index.min(values.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    (at(0.5), at(0.95))
}

pub fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

pub fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[expect(clippy::print_stdout, reason = "figures are what a bench is for")]
pub fn say(line: &str) {
    println!("{line}");
}
