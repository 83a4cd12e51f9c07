//! From the source's samples to 48 kHz, a little faster or slower as the clocks need it.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters,
    SincInterpolationType, WindowFunction,
};

use super::{RATE, SoundError};

/// The ratio can be changed by this much at most: far more than it ever is.
const MOST_RELATIVE: f64 = 1.02;
/// Samples in a piece, as parts of a second.
const PIECES: u32 = 100;
/// Rates that sound cards have.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Resamples one channel, whatever the size of the pieces it comes in.
pub(crate) struct Resampler {
    inner: Async<f32>,
    /// Samples out for one sample in, by the words of both.
    ratio: f64,
    piece: usize,
    waiting: Vec<f32>,
    made: Vec<f32>,
    /// Samples out between an input and what comes of it.
    delay: usize,
    /// How many of the first samples out are still to be left out, since they come from before the first input.
    warm_up: usize,
}

impl Resampler {
    pub fn new(rate: u32) -> Result<Self, SoundError> {
        if !RATES.contains(&rate) {
            return Err(SoundError::NoUsableFormat);
        }
        let ratio = f64::from(RATE) / f64::from(rate);
        let piece = (rate / PIECES) as usize;
        let parameters = SincInterpolationParameters {
            sinc_len: 64,
            f_cutoff: None,
            oversampling_factor: 256,
            interpolation: SincInterpolationType::Linear,
            window: WindowFunction::BlackmanHarris2,
        };
        let inner = Async::new_sinc(ratio, MOST_RELATIVE, &parameters, piece, 1, FixedAsync::Input)
            .map_err(|error| SoundError::Codec(error.to_string()))?;
        let delay = inner.output_delay();
        Ok(Self {
            ratio,
            piece,
            waiting: Vec::new(),
            made: vec![0.0; inner.output_frames_max()],
            delay,
            warm_up: delay,
            inner,
        })
    }

    /// Samples out for one sample in.
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// How many samples out the next sample in is ahead of the newest sample out.
    pub fn held(&self) -> f64 {
        (self.delay - self.warm_up) as f64 + self.waiting.len() as f64 * self.ratio
    }

    /// Takes samples in and adds what can be made of them to `out`; `steer` is the ratio relative to the usual one.
    pub fn push(&mut self, samples: &[f32], steer: f64, out: &mut Vec<f32>) -> Result<(), SoundError> {
        self.inner
            .set_resample_ratio_relative(steer, true)
            .map_err(codec)?;
        self.waiting.extend_from_slice(samples);
        let whole = self.waiting.len() / self.piece * self.piece;
        for piece in self.waiting[..whole].chunks_exact(self.piece) {
            let from = InterleavedSlice::new(piece, 1, self.piece).map_err(codec)?;
            let room = self.made.len();
            let mut to = InterleavedSlice::new_mut(&mut self.made, 1, room).map_err(codec)?;
            let (_, made) = self
                .inner
                .process_into_buffer(&from, &mut to, Some(&Indexing::new()))
                .map_err(codec)?;
            let skipped = self.warm_up.min(made);
            self.warm_up -= skipped;
            out.extend_from_slice(&self.made[skipped..made]);
        }
        self.waiting.drain(..whole);
        Ok(())
    }

    /// Makes everything of what is still held, and a little silence behind it.
    pub fn flush(&mut self, out: &mut Vec<f32>) -> Result<(), SoundError> {
        let behind = (self.delay as f64 / self.ratio).ceil() as usize + self.piece;
        self.push(&vec![0.0; behind], 1.0, out)
    }
}

fn codec(error: impl std::fmt::Display) -> SoundError {
    SoundError::Codec(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_stays_where_it_was_at_every_rate() {
        for rate in [8_000, 16_000, 44_100, 48_000, 96_000] {
            let mut resampler = Resampler::new(rate).unwrap();
            let mut sound = vec![0.0; rate as usize / 2];
            let at = rate as usize / 4;
            sound[at] = 1.0;
            let mut out = Vec::new();
            for part in sound.chunks(777) {
                let before = out.len() as f64 + resampler.held();
                resampler.push(part, 1.0, &mut out).unwrap();
                let grown = out.len() as f64 + resampler.held() - before;
                let expected = part.len() as f64 * resampler.ratio();
                assert!(
                    (grown - expected).abs() <= 2.0 * resampler.ratio() + 2.0,
                    "{rate}: {grown} for {expected}"
                );
            }
            resampler.flush(&mut out).unwrap();
            let peak = (0..out.len())
                .max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs()))
                .unwrap();
            assert!(peak.abs_diff(RATE as usize / 4) <= 4, "{rate}: {peak}");
        }
    }

    #[test]
    fn no_rate_of_a_sound_card_is_refused_and_nonsense_is() {
        assert!(Resampler::new(0).is_err());
        assert!(Resampler::new(u32::MAX).is_err());
        assert!(Resampler::new(192_000).is_ok());
    }
}
