//! The replay twin of a microphone: a WAV file, or the Opus of a recording, at a microphone's pace, round and round.

use std::fs;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use super::generated::{PIECE, Pace};
use super::source::{MicrophoneInfo, SoundSource, SoundSpec};
use super::{Block, RATE, SoundError};
use crate::{CaptureError, clip};

/// A replay is held in memory: ten minutes at 48 kHz.
const MOST_SAMPLES: usize = 600 * RATE as usize;

pub(super) struct File {
    path: PathBuf,
    rate: u32,
    samples: Vec<f32>,
    next: usize,
    pace: Pace,
}

impl File {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            rate: RATE,
            samples: Vec::new(),
            next: 0,
            pace: Pace::default(),
        }
    }
}

impl SoundSource for File {
    fn start(&mut self) -> Result<MicrophoneInfo, SoundError> {
        let file = fs::File::open(&self.path).map_err(|error| SoundError::Read(error.kind()))?;
        (self.rate, self.samples) = load(BufReader::new(file))?;
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        Ok(MicrophoneInfo {
            id: SoundSpec::Replay(self.path.clone()).id(),
            name: name.to_string_lossy().into_owned(),
            synthetic: true,
            rate: self.rate,
        })
    }

    fn next(&mut self, timeout: Duration) -> Result<Option<Block>, SoundError> {
        let count = (self.rate as usize * PIECE.as_millis() as usize / 1000).max(1);
        let rate = self.rate;
        let lasts = Duration::from_nanos(count as u64 * 1_000_000_000 / u64::from(rate));
        let Some(at) = self.pace.next(lasts, timeout) else {
            return Ok(None);
        };
        let from = self.next;
        let samples = (from..from + count).map(|i| self.samples[i % self.samples.len()]);
        let samples = samples.collect();
        self.next = (from + count) % self.samples.len();
        Ok(Some(Block { at, rate, samples }))
    }
}

/// The rate and the samples of a file, its channels mixed.
fn load(mut file: impl Read + Seek) -> Result<(u32, Vec<f32>), SoundError> {
    let mut magic = [0; 4];
    let read = |error: std::io::Error| SoundError::Read(error.kind());
    if file.read_exact(&mut magic).is_err() {
        return Err(SoundError::BadMedia("it ends too early".into()));
    }
    file.seek(SeekFrom::Start(0)).map_err(read)?;
    let (rate, samples) = match &magic {
        b"RIFF" => wav(file)?,
        _ => (RATE, of_recording(file)?),
    };
    if samples.is_empty() {
        return Err(SoundError::BadMedia("no sound in it".into()));
    }
    Ok((rate, samples))
}

fn of_recording(file: impl Read + Seek) -> Result<Vec<f32>, SoundError> {
    clip::sound(file).map_err(|error| match error {
        CaptureError::Read(kind) => SoundError::Read(kind),
        error => SoundError::BadMedia(error.to_string()),
    })
}

fn wav(file: impl Read) -> Result<(u32, Vec<f32>), SoundError> {
    let bad = |error: hound::Error| SoundError::BadMedia(error.to_string());
    let mut reader = hound::WavReader::new(file).map_err(bad)?;
    let hound::WavSpec {
        channels,
        sample_rate,
        bits_per_sample,
        sample_format,
    } = reader.spec();
    if !(8_000..=192_000).contains(&sample_rate) {
        return Err(SoundError::BadMedia(format!("{sample_rate} samples a second")));
    }
    let channels = usize::from(channels.max(1));
    let most = MOST_SAMPLES * channels;
    let all: Result<Vec<f32>, _> = match sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().take(most).collect(),
        hound::SampleFormat::Int => {
            let full = (1_i64 << bits_per_sample.clamp(1, 32).saturating_sub(1)) as f32;
            let whole = reader.samples::<i32>().take(most);
            whole
                .map(|sample| sample.map(|sample| sample as f32 / full))
                .collect()
        }
    };
    let all = all.map_err(bad)?;
    let mixed = all
        .chunks_exact(channels)
        .map(|frame| frame.iter().sum::<f32>() / channels as f32);
    // A file may hold anything, numbers that are none among them.
    let mixed = mixed.map(|sample| {
        if sample.is_finite() {
            sample.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    });
    Ok((sample_rate, mixed.collect()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(channels: u16, samples: &[i16]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for &sample in samples {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_wav_file_is_read_and_its_channels_are_mixed() {
        let (rate, samples) = load(Cursor::new(written(2, &[16_384, 0, -32_768, -32_768]))).unwrap();
        assert_eq!((rate, samples), (16_000, vec![0.25, -1.0]));
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        for bytes in [&b""[..], b"RI", b"RIFF1234", b"text of a kind", &written(1, &[])] {
            let loaded = load(Cursor::new(bytes.to_vec()));
            assert!(matches!(loaded, Err(SoundError::BadMedia(_))), "{loaded:?}");
        }
    }
}
