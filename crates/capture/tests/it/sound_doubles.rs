//! A microphone and a stage whose contents a test knows: flashes and clicks at the same moments.

use std::collections::VecDeque;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use capture::recorder::{FrameFeed, Options, Recorder, Recording};
use capture::sound::{Block, SoundError, SoundFeed};
use capture::{CaptureError, Frame, Size};
use parking_lot::Mutex;
use turbojpeg::{Image, PixelFormat, Subsamp};

use super::recorder_doubles::{Memory, clock, frame};

pub const SIZE: Size = Size::new(160, 120);
/// 20 frames a second.
pub const STEP: Duration = Duration::from_millis(50);

/// What a microphone captures, and how it ends.
pub struct Sounds {
    pub left: VecDeque<Arc<Block>>,
    pub then: Option<SoundError>,
}

/// The moment that both feeds have come to.
type Now = Arc<Mutex<Option<Instant>>>;

/// Hands out frames as fast as they are taken, then fails as an unplugged camera does.
struct Stage {
    left: VecDeque<Arc<Frame>>,
    now: Now,
}

impl FrameFeed for Stage {
    fn next(&mut self, _: Duration) -> Result<Option<Arc<Frame>>, CaptureError> {
        match self.left.pop_front() {
            Some(frame) => {
                *self.now.lock() = Some(frame.at);
                Ok(Some(frame))
            }
            None => {
                if let Some(now) = self.now.lock().as_mut() {
                    *now += Duration::from_secs(1);
                }
                Err(CaptureError::Unplugged)
            }
        }
    }
}

/// Hands out the blocks that are over by the time of the newest frame, then nothing, or fails.
struct Microphone {
    sounds: Sounds,
    now: Now,
}

impl SoundFeed for Microphone {
    fn next(&mut self, timeout: Duration) -> Result<Option<Arc<Block>>, SoundError> {
        let now = *self.now.lock();
        let next = self.sounds.left.front();
        let over = next.is_some_and(|next| now.is_some_and(|now| next.at + next.duration() <= now));
        match (next, &self.sounds.then) {
            (Some(_), _) if over => Ok(self.sounds.left.pop_front()),
            (None, Some(error)) => Err(error.clone()),
            _ => {
                std::thread::sleep(timeout);
                Ok(None)
            }
        }
    }
}

/// Frames from `origin` on: white for a moment at each whole second, else dark.
pub fn flashes(seconds: u64) -> (Instant, VecDeque<Arc<Frame>>) {
    let clock = clock();
    let [dark, white] = [20, 235].map(gray);
    let frames = (0..seconds * 20).map(|i| {
        let second = i > 0 && i % 20 == 0;
        let jpeg = if second { &white } else { &dark };
        frame(clock, i + 1, STEP * i as u32, SIZE, jpeg.clone())
    });
    (clock.0, frames.collect())
}

fn gray(level: u8) -> Bytes {
    let pixels = vec![level; SIZE.area() as usize];
    let image = Image {
        pixels: &pixels[..],
        width: SIZE.width as usize,
        pitch: SIZE.width as usize,
        height: SIZE.height as usize,
        format: PixelFormat::GRAY,
    };
    Bytes::copy_from_slice(&turbojpeg::compress(image, 90, Subsamp::Gray).expect("a JPEG"))
}

/// Blocks of 10 ms, a beep of 20 ms at each whole second of the true clock, by a sound card that is off by `ppm` and
/// begins `early` before `origin`.
pub fn beeps(origin: Instant, seconds: u32, rate: u32, ppm: f64, early: Duration) -> VecDeque<Arc<Block>> {
    let real = f64::from(rate) * (1.0 + ppm / 1e6);
    let piece = rate / 100;
    let begin = origin
        .checked_sub(early)
        .expect("the machine has been up for a while");
    let total = ((f64::from(seconds) + early.as_secs_f64()) * real) as u32;
    (0..total / piece)
        .map(|number| {
            let samples = (number * piece..(number + 1) * piece).map(|i| {
                let time = f64::from(i) / real - early.as_secs_f64();
                let (second, within) = (time.floor(), time.rem_euclid(1.0));
                let on = second >= 1.0 && within < 0.02;
                if on {
                    0.6 * (within * 1_000.0 * std::f64::consts::TAU).sin() as f32
                } else {
                    0.001 * (i % 7) as f32
                }
            });
            Arc::new(Block {
                at: begin + Duration::from_secs_f64(f64::from(number * piece) / real),
                rate,
                samples: samples.collect(),
            })
        })
        .collect()
}

/// Records both until the frames end as an unplugged camera does.
pub fn record(frames: VecDeque<Arc<Frame>>, sounds: Sounds) -> (Recording, Vec<u8>) {
    let sink = Memory::default();
    let now = Now::default();
    let feed = Stage {
        left: frames,
        now: Arc::clone(&now),
    };
    let sounds = Microphone { sounds, now };
    let sink_of = Box::new(sink.clone());
    let recorder =
        Recorder::start_with(feed, Some(Box::new(sounds)), sink_of, Options::default()).expect("an encoder");
    while !recorder.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
    }
    (recorder.stop().expect("a recording"), sink.bytes())
}

fn ffmpeg(file: &[u8], arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file.mp4");
    std::fs::write(&path, file).expect("written");
    let output = Command::new("ffmpeg")
        .args(["-v", "warning", "-nostdin", "-i"])
        .arg(&path)
        .args(arguments)
        .output()
        .expect("ffmpeg is there: `cargo xtask test` installs it");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    output.stdout
}

/// The sound of a file as ffmpeg decodes and times it: 48 kHz from the first moment of the file.
pub fn heard(file: &[u8]) -> Vec<f32> {
    let filter = "aresample=48000:async=1:first_pts=0";
    let raw = ffmpeg(
        file,
        &["-map", "0:a", "-af", filter, "-f", "f32le", "-ac", "1", "-"],
    );
    raw.chunks_exact(4)
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect()
}

/// When the pictures of a file are white, in seconds, as ffmpeg decodes and times them.
pub fn white(file: &[u8]) -> Vec<f64> {
    let filter = "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-";
    let told = ffmpeg(
        file,
        &[
            "-map",
            "0:v",
            "-vf",
            filter,
            "-fps_mode",
            "passthrough",
            "-f",
            "null",
            "-",
        ],
    );
    let told = String::from_utf8(told).expect("text");
    let mut time = 0.0;
    let mut white = Vec::new();
    for line in told.lines() {
        if let Some((_, at)) = line.split_once("pts_time:") {
            time = at.trim().parse().expect("a time");
        } else if let Some((_, level)) = line.split_once("YAVG=")
            && level.trim().parse::<f64>().expect("a level") > 128.0
        {
            white.push(time);
        }
    }
    white
}

/// Where beeps begin, in seconds.
pub fn beginnings(sound: &[f32]) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for (i, sample) in sound.iter().enumerate() {
        let time = i as f64 / 48_000.0;
        if sample.abs() > 0.15 && found.last().is_none_or(|last| time - last > 0.5) {
            found.push(time);
        }
    }
    found
}
