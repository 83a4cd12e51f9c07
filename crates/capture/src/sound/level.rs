//! How loud it is: peak and mean over a tenth of a second, silence, samples at full scale.

use std::time::Duration;

use super::Block;

/// How much sound one reading covers.
const WINDOW: Duration = Duration::from_millis(100);
/// What is quieter than this on average is silence, in dBFS: a live microphone in a quiet room is louder.
const SILENCE_DBFS: f32 = -60.0;
/// Silence for this long is told.
const SILENT_AFTER: Duration = Duration::from_secs(3);
/// A sample of at least this much of full scale was most likely cut off.
const FULL_SCALE: f32 = 0.999;
/// So many samples in a thousand at full scale, in one window, are told as clipping.
const CLIPPING_PER_MILLE: u64 = 1;
/// Clipping is told until this long after it was last seen, so that somebody can read it.
const CLIPPING_SHOWN: Duration = Duration::from_secs(2);
/// The least that is told, in dBFS: digital silence has no level.
pub const FLOOR_DBFS: f32 = -96.0;

/// How loud it is now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The loudest sample of the newest tenth of a second, in dBFS: 0 is full scale, [`FLOOR_DBFS`] the least.
    pub peak_dbfs: f32,
    /// The mean (RMS) over the same time, in dBFS; a sine of full scale has -3.
    pub rms_dbfs: f32,
    /// Nothing louder than -60 dBFS on average for three seconds or more.
    pub silent: bool,
    /// More than one sample in a thousand was at full scale, now or within the last two seconds.
    pub clipping: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            peak_dbfs: FLOOR_DBFS,
            rms_dbfs: FLOOR_DBFS,
            silent: false,
            clipping: false,
        }
    }
}

/// Measures sound as it passes.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    window: Window,
    level: Level,
    /// Silence up to now.
    quiet: Duration,
    longest_silence: Duration,
    /// Since clipping was last seen; `None` before the first time.
    since_clipping: Option<Duration>,
    samples: u64,
    clipped: u64,
}

#[derive(Debug, Default)]
struct Window {
    samples: u64,
    clipped: u64,
    peak: f32,
    squares: f64,
}

impl Meter {
    /// Takes a block in.
    pub fn add(&mut self, block: &Block) {
        let rate = block.rate.max(1);
        let full = u64::from(rate) * WINDOW.as_millis() as u64 / 1000;
        for &sample in &block.samples {
            let loud = sample.abs();
            self.window.samples += 1;
            self.window.clipped += u64::from(loud >= FULL_SCALE);
            self.window.peak = self.window.peak.max(loud);
            self.window.squares += f64::from(sample) * f64::from(sample);
            if self.window.samples >= full.max(1) {
                self.close();
            }
        }
    }

    /// The newest reading.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The longest silence so far.
    pub fn longest_silence(&self) -> Duration {
        self.longest_silence
    }

    /// Samples at full scale, in a million.
    pub fn clipped_ppm(&self) -> u32 {
        let samples = self.samples + self.window.samples;
        let clipped = self.clipped + self.window.clipped;
        u32::try_from(clipped * 1_000_000 / samples.max(1)).unwrap_or(u32::MAX)
    }

    fn close(&mut self) {
        let window = std::mem::take(&mut self.window);
        self.samples += window.samples;
        self.clipped += window.clipped;
        let rms = (window.squares / window.samples as f64).sqrt();
        let rms_dbfs = dbfs(rms as f32);
        self.quiet = if rms_dbfs < SILENCE_DBFS {
            self.quiet + WINDOW
        } else {
            Duration::ZERO
        };
        self.longest_silence = self.longest_silence.max(self.quiet);
        self.since_clipping = if window.clipped * 1000 > window.samples * CLIPPING_PER_MILLE {
            Some(Duration::ZERO)
        } else {
            self.since_clipping.map(|since| since + WINDOW)
        };
        self.level = Level {
            peak_dbfs: dbfs(window.peak),
            rms_dbfs,
            silent: self.quiet >= SILENT_AFTER,
            clipping: self.since_clipping.is_some_and(|since| since < CLIPPING_SHOWN),
        };
    }
}

/// A share of full scale in dBFS.
fn dbfs(share: f32) -> f32 {
    (20.0 * share.log10()).clamp(FLOOR_DBFS, 20.0)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn tone(seconds: f32, amplitude: f32) -> Block {
        let samples = (0..(seconds * 48_000.0) as u32)
            .map(|i| amplitude * (i as f32 * 440.0 * std::f32::consts::TAU / 48_000.0).sin())
            .collect();
        Block {
            at: Instant::now(),
            rate: 48_000,
            samples,
        }
    }

    #[test]
    fn a_tone_has_the_level_it_was_made_with() {
        let mut meter = Meter::default();
        meter.add(&tone(0.2, 0.5));
        let level = meter.level();
        assert!((level.peak_dbfs + 6.02).abs() < 0.1, "{level:?}");
        assert!((level.rms_dbfs + 9.03).abs() < 0.1, "{level:?}");
        assert!(!level.silent && !level.clipping);
    }

    #[test]
    fn silence_is_told_after_three_seconds_and_ends_with_the_first_sound() {
        let mut meter = Meter::default();
        meter.add(&tone(2.8, 0.0005));
        assert!(!meter.level().silent, "not yet");
        meter.add(&tone(0.4, 0.0));
        assert!(meter.level().silent);
        assert!((meter.level().peak_dbfs - FLOOR_DBFS).abs() < 0.01);
        meter.add(&tone(0.2, 0.1));
        assert!(!meter.level().silent);
        assert_eq!(meter.longest_silence(), Duration::from_millis(3200));
    }

    #[test]
    fn clipping_is_counted_and_told_for_a_moment() {
        let mut meter = Meter::default();
        let mut loud = tone(0.1, 3.0);
        for sample in &mut loud.samples {
            *sample = sample.clamp(-1.0, 1.0);
        }
        meter.add(&loud);
        assert!(meter.level().clipping);
        meter.add(&tone(0.9, 0.1));
        assert!(meter.level().clipping, "still there to be read");
        meter.add(&tone(2.0, 0.1));
        assert!(!meter.level().clipping);
        let share = f64::from(meter.clipped_ppm()) / 1e6;
        // A sine of three times full scale is beyond it for 78 % of the time; here for 0.1 of 3 s.
        assert!((share - 0.784 * 0.1 / 3.0).abs() < 0.002, "{share}");
    }
}
