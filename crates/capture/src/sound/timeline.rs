//! Blocks with capture times to one unbroken run of samples on the clock of the pictures.
//!
//! A sound card counts samples by its own quartz, which may be off by some ten to some hundred parts in a million: 36 ms
//! in three minutes at 200. So each block's capture time is held against the place it would get, and the resampler runs
//! a little faster or slower until both agree: a twentieth of the difference each second, never more than 0.3 %, which
//! nobody hears. What is missing (a block that was lost, a device that paused) becomes silence of the same length, so
//! that all that follows stays in its place.

use std::time::{Duration, Instant};

use super::resampler::Resampler;
use super::{Block, RATE, SoundError};

/// How much of the difference is made up for in a second.
const CATCH_UP: f64 = 0.05;
/// The most the speed is changed by.
const MOST_STEER: f64 = 0.003;
/// Differences are averaged over about this many seconds: stamps of single blocks jitter.
const AVERAGED: f64 = 1.0;
/// A single block this far from its place, in samples, is no jitter: something is missing.
const BROKEN: f64 = 0.2 * RATE as f64;
/// An average this far off, in samples, is put right at once and not little by little.
const FAR: f64 = 0.05 * RATE as f64;
/// A pause longer than this ends the sound.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Puts blocks where they belong. Times are samples of 48 kHz since `origin`.
pub(crate) struct Timeline {
    origin: Instant,
    /// For the rate it was made for.
    resampler: Option<(u32, Resampler)>,
    written: u64,
    /// Where blocks belong less where they are, averaged, in samples; `None` before the first.
    off: Option<f64>,
    pauses: u32,
}

impl Timeline {
    pub fn new(origin: Instant) -> Self {
        Self {
            origin,
            resampler: None,
            written: 0,
            off: None,
            pauses: 0,
        }
    }

    /// How far the newest blocks are from their place, averaged; positive: the sound is early. `None` before there was
    /// any.
    pub fn off_micros(&self) -> Option<i64> {
        self.off
            .map(|samples| -(samples * 1_000_000.0 / f64::from(RATE)) as i64)
    }

    /// How often something was missing in between, and silence stands in for it, or was there twice and was left out.
    pub fn pauses(&self) -> u32 {
        self.pauses
    }

    /// Hands out silence, where there was no block yet.
    pub fn silence(&mut self, samples: usize, out: &mut Vec<f32>) {
        out.resize(out.len() + samples, 0.0);
        self.written += samples as u64;
    }

    /// Puts a block into its place; what can be said of the run of samples by now is added to `out`.
    pub fn add(&mut self, block: &Block, out: &mut Vec<f32>) -> Result<(), SoundError> {
        let before = out.len();
        if self
            .resampler
            .as_ref()
            .is_none_or(|(rate, _)| *rate != block.rate)
        {
            if let Some((_, old)) = &mut self.resampler {
                old.flush(out)?;
            }
            self.resampler = Some((block.rate, Resampler::new(block.rate)?));
            self.written += (out.len() - before) as u64;
        }
        let from = out.len();
        let Some((_, resampler)) = &mut self.resampler else {
            return Ok(());
        };
        let place = self.written as f64 + resampler.held();
        let off = signed(block.at, self.origin) * f64::from(RATE) - place;
        let lasts = block.duration().as_secs_f64();
        let average = self
            .off
            .map(|average| average + (off - average) * (lasts / AVERAGED).min(1.0));
        let mut samples = block.samples.as_slice();
        let average = match average {
            Some(average) if off.abs() < BROKEN && average.abs() < FAR => average,
            _ => {
                let begun = self.off.is_some();
                let missing = (off / resampler.ratio()).round();
                if missing > 0.0 {
                    if off > LONGEST_PAUSE.as_secs_f64() * f64::from(RATE) {
                        return Err(SoundError::Stuck(LONGEST_PAUSE));
                    }
                    resampler.push(&vec![0.0; missing as usize], 1.0, out)?;
                } else {
                    let twice = -missing as usize;
                    samples = samples.get(twice..).unwrap_or_default();
                }
                self.pauses += u32::from(begun);
                0.0
            }
        };
        if !samples.is_empty() {
            let steer = 1.0 + (average / f64::from(RATE) * CATCH_UP).clamp(-MOST_STEER, MOST_STEER);
            resampler.push(samples, steer, out)?;
            self.off = Some(average);
        }
        self.written += (out.len() - from) as u64;
        Ok(())
    }

    /// Hands out what is still held back.
    pub fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), SoundError> {
        let from = out.len();
        if let Some((_, resampler)) = &mut self.resampler {
            resampler.flush(out)?;
        }
        self.written += (out.len() - from) as u64;
        Ok(())
    }
}

/// Seconds from `origin` to `at`.
fn signed(at: Instant, origin: Instant) -> f64 {
    match at.checked_duration_since(origin) {
        Some(later) => later.as_secs_f64(),
        None => -origin.duration_since(at).as_secs_f64(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Clicks at whole seconds of the true clock, by a sound card that is off by `ppm`, with jitter on the stamps.
    fn clicks(origin: Instant, seconds: u32, rate: u32, ppm: f64, jitter_ms: u64) -> Vec<Block> {
        let real = f64::from(rate) * (1.0 + ppm / 1e6);
        let per_block = rate / 100;
        let total = (f64::from(seconds) * real) as u32;
        let mut noise = 12345_u64;
        (0..total / per_block)
            .map(|number| {
                let first = number * per_block;
                let samples = (first..first + per_block)
                    .map(|i| {
                        let second = (f64::from(i) / real).round();
                        let nearest = (second * real).round() as u32;
                        if i == nearest && second > 0.0 { 0.9 } else { 0.0 }
                    })
                    .collect();
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let late = Duration::from_micros((noise >> 33) % (jitter_ms * 1000 + 1));
                Block {
                    at: origin + Duration::from_secs_f64(f64::from(first) / real) + late,
                    rate,
                    samples,
                }
            })
            .collect()
    }

    fn laid_out(origin: Instant, blocks: &[Block]) -> (Vec<f32>, Timeline) {
        let mut timeline = Timeline::new(origin);
        let mut out = Vec::new();
        for block in blocks {
            timeline.add(block, &mut out).unwrap();
        }
        timeline.finish(&mut out).unwrap();
        (out, timeline)
    }

    /// How far each click is from its second, in milliseconds.
    fn off_ms(out: &[f32]) -> Vec<f64> {
        (1..out.len() / RATE as usize)
            .map(|second| {
                let middle = second * RATE as usize;
                let near = middle - 9_600..(middle + 9_600).min(out.len());
                let peak = near
                    .max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs()))
                    .unwrap();
                (peak as f64 - middle as f64) / 48.0
            })
            .collect()
    }

    #[test]
    fn three_minutes_of_a_clock_that_is_off_stay_in_sync() {
        let origin = Instant::now();
        for (rate, ppm) in [(48_000, 200.0), (48_000, -200.0), (44_100, 500.0)] {
            let (out, timeline) = laid_out(origin, &clicks(origin, 180, rate, ppm, 0));
            let off = off_ms(&out);
            assert_eq!(off.len(), 179, "{rate} {ppm}");
            let worst = off.iter().fold(0.0_f64, |worst, off| worst.max(off.abs()));
            // At 500 parts in a million what is made up for balances what comes at 10 ms.
            assert!(worst < 12.0, "{rate} {ppm}: {worst} ms");
            assert_eq!(timeline.pauses(), 0);
            assert!(timeline.off_micros().unwrap().abs() < 12_000);
        }
    }

    #[test]
    fn stamps_that_jitter_do_not_tear_the_sound() {
        let origin = Instant::now();
        let (out, timeline) = laid_out(origin, &clicks(origin, 60, 48_000, 100.0, 30));
        assert_eq!(timeline.pauses(), 0);
        let worst = off_ms(&out)
            .iter()
            .fold(0.0_f64, |worst, off| worst.max(off.abs()));
        assert!(worst < 30.0, "{worst} ms");
    }

    #[test]
    fn what_was_lost_becomes_silence_of_the_same_length() {
        let origin = Instant::now();
        let mut blocks = clicks(origin, 20, 48_000, 0.0, 0);
        // 2.5 s are missing in the middle, the clicks of three seconds among them.
        blocks.drain(800..1050);
        let (out, timeline) = laid_out(origin, &blocks);
        assert_eq!(timeline.pauses(), 1);
        assert!((out.len() as f64 / 48_000.0 - 20.0).abs() < 0.05);
        let off = off_ms(&out);
        assert!(
            off[..6].iter().chain(&off[11..]).all(|off| off.abs() < 1.0),
            "{off:?}"
        );
    }

    #[test]
    fn what_came_before_the_first_picture_is_left_out() {
        let early = Instant::now();
        let blocks = clicks(early, 5, 48_000, 0.0, 0);
        let (out, timeline) = laid_out(early + Duration::from_millis(1_500), &blocks);
        assert!((out.len() as f64 / 48_000.0 - 3.5).abs() < 0.05, "{}", out.len());
        let peak = (0..48_000)
            .max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs()))
            .unwrap();
        assert!(peak.abs_diff(24_000) < 48, "the click of second two: {peak}");
        assert_eq!(timeline.pauses(), 0);
    }

    #[test]
    fn a_pause_without_end_ends_the_sound() {
        let origin = Instant::now();
        let mut blocks = clicks(origin, 2, 48_000, 0.0, 0);
        for block in &mut blocks[100..] {
            block.at += Duration::from_secs(60);
        }
        let mut timeline = Timeline::new(origin);
        let mut out = Vec::new();
        let ended = blocks
            .iter()
            .find_map(|block| timeline.add(block, &mut out).err());
        assert_eq!(ended, Some(SoundError::Stuck(LONGEST_PAUSE)));
        assert!(out.len() < 2 * 48_000, "no silence was made up for it");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever comes, the run of samples never runs away from what was captured.
        #[test]
        fn it_never_runs_away(
            steps in proptest::collection::vec((0_u64..40_000, 1_usize..2_000), 1..60),
            rate in prop_oneof![Just(44_100_u32), Just(48_000)],
        ) {
            let origin = Instant::now();
            let mut timeline = Timeline::new(origin);
            let mut out = Vec::new();
            let mut at = origin;
            let mut end = origin;
            for (micros, samples) in steps {
                at += Duration::from_micros(micros);
                let block = Block { at, rate, samples: vec![0.1; samples] };
                end = end.max(at + block.duration());
                timeline.add(&block, &mut out).unwrap();
            }
            prop_assert_eq!(timeline.written, out.len() as u64);
            let lasts = out.len() as f64 / f64::from(RATE);
            let captured = end.duration_since(origin).as_secs_f64();
            prop_assert!(lasts <= captured + 0.25, "{} for {}", lasts, captured);
        }
    }
}
