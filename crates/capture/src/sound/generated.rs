//! A tone that comes and goes, at a microphone's pace.

use std::time::{Duration, Instant};

use super::source::{MicrophoneInfo, SoundSource};
use super::{Block, RATE, SoundError};
use crate::SourceId;

/// How much sound a block holds.
pub(super) const PIECE: Duration = Duration::from_millis(10);
/// The tone is there for this long, and away for as long.
const SPELL: u64 = RATE as u64 / 2;

pub(super) struct Generated {
    hertz: f32,
    amplitude: f32,
    pace: Pace,
    made: u64,
}

impl Generated {
    pub fn new(hertz: f32, amplitude: f32) -> Self {
        Self {
            hertz,
            amplitude,
            pace: Pace::default(),
            made: 0,
        }
    }
}

impl SoundSource for Generated {
    fn start(&mut self) -> Result<MicrophoneInfo, SoundError> {
        Ok(MicrophoneInfo {
            id: SourceId::new("clip:generated"),
            name: "practice-sound".to_owned(),
            synthetic: true,
            rate: RATE,
        })
    }

    fn next(&mut self, timeout: Duration) -> Result<Option<Block>, SoundError> {
        let Some(at) = self.pace.next(PIECE, timeout) else {
            return Ok(None);
        };
        let count = u64::from(RATE) * PIECE.as_millis() as u64 / 1000;
        let step = self.hertz * std::f32::consts::TAU / RATE as f32;
        let samples = (self.made..self.made + count)
            .map(|i| {
                let on = (i / SPELL).is_multiple_of(2);
                let phase = (i % SPELL) as f32 * step;
                if on { self.amplitude * phase.sin() } else { 0.0 }
            })
            .collect();
        self.made += count;
        Ok(Some(Block {
            at,
            rate: RATE,
            samples,
        }))
    }
}

/// Hands blocks out on a monotonic schedule, each once its last sample would have been captured.
#[derive(Default)]
pub(super) struct Pace {
    /// When the next block begins.
    next: Option<Instant>,
}

impl Pace {
    /// When the block that is due begins, having waited for its end; `None` when that is further away than `timeout`.
    pub fn next(&mut self, lasts: Duration, timeout: Duration) -> Option<Instant> {
        let now = Instant::now();
        let begins = *self.next.get_or_insert(now);
        let due = begins + lasts;
        let wait = due.saturating_duration_since(now);
        if wait > timeout {
            std::thread::sleep(timeout);
            return None;
        }
        std::thread::sleep(wait);
        self.next = Some(due);
        Some(begins)
    }
}
