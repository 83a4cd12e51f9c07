//! A real microphone behind cpal.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    Data, ErrorKind, FromSample, InputCallbackInfo, Sample, SampleFormat, SizedSample, SupportedStreamConfig,
};

use super::source::{MicrophoneInfo, SoundSource};
use super::{Block, RATE, SoundError};
use crate::SourceId;
use crate::sources::guarded;

/// Blocks between the system's thread and ours; ours only measures and hands on.
const WAITING: usize = 64;
/// How long the system may take to open a stream.
const OPEN: Duration = Duration::from_secs(3);
/// A stamp older than this is not believed; the arrival counts instead.
const OLDEST_STAMP: Duration = Duration::from_secs(1);
/// What a stable name begins with.
const PREFIX: &str = "mic:";
/// The system's own choice.
const DEFAULT: &str = "mic:default";

pub(super) fn list() -> Result<Vec<MicrophoneInfo>, SoundError> {
    let found = guarded(|| {
        let host = cpal::default_host();
        let devices = host.input_devices().map_err(sorted)?;
        let mut found: Vec<MicrophoneInfo> = devices.filter_map(|device| describe(&device)).collect();
        found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        found.dedup_by(|a, b| a.id == b.id);
        Ok(found)
    });
    found.map_err(|error| SoundError::Driver(error.to_string()))?
}

/// `None` for what nobody would choose.
fn describe(device: &cpal::Device) -> Option<MicrophoneInfo> {
    let id = device.id().ok()?;
    if !is_for_people(id.id()) {
        return None;
    }
    let name = device
        .description()
        .map_or_else(|_| id.id().to_owned(), |d| d.name().to_owned());
    Some(MicrophoneInfo {
        id: SourceId::new(format!("{PREFIX}{id}")),
        name,
        synthetic: false,
        rate: 0,
    })
}

/// ALSA lists every card a dozen times, once for each way through its plugins. The one with conversions is listed, by
/// the card's name, which stays when numbers change; and the sound servers.
fn is_for_people(pcm: &str) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let by_name = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
    matches!(pcm, "default" | "pulse" | "pipewire") || pcm.strip_prefix("plughw:CARD=").is_some_and(by_name)
}

/// One microphone, found again by its stable name.
pub(super) struct Device {
    id: Option<SourceId>,
    running: Option<Running>,
}

struct Running {
    /// Sound comes for as long as this is there.
    _stream: cpal::Stream,
    heard: Receiver<Result<Block, SoundError>>,
}

impl Device {
    pub fn new(id: Option<SourceId>) -> Self {
        Self { id, running: None }
    }

    fn find(&self) -> Result<cpal::Device, SoundError> {
        let host = cpal::default_host();
        match self.id.as_ref().filter(|id| id.as_str() != DEFAULT) {
            None => host
                .default_input_device()
                .ok_or_else(|| SoundError::NotFound("by default".to_owned())),
            Some(id) => {
                let unknown = || SoundError::NotFound(id.to_string());
                let name = id.as_str().strip_prefix(PREFIX).unwrap_or(id.as_str());
                let wanted = name.parse().map_err(|_| unknown())?;
                host.device_by_id(&wanted).ok_or_else(unknown)
            }
        }
    }
}

impl SoundSource for Device {
    fn start(&mut self) -> Result<MicrophoneInfo, SoundError> {
        let device = self.find()?;
        let config = choose(&device)?;
        let (sender, heard) = sync_channel(WAITING);
        let stream = open(&device, &config, &sender)?;
        stream.play().map_err(sorted)?;
        let name = device.description().map(|d| d.name().to_owned());
        let id = match &self.id {
            Some(id) => id.clone(),
            None => SourceId::new(DEFAULT),
        };
        self.running = Some(Running {
            _stream: stream,
            heard,
        });
        Ok(MicrophoneInfo {
            name: name.unwrap_or_else(|_| id.to_string()),
            id,
            synthetic: false,
            rate: config.sample_rate(),
        })
    }

    fn next(&mut self, timeout: Duration) -> Result<Option<Block>, SoundError> {
        let running = self.running.as_ref().ok_or(SoundError::Closed)?;
        match running.heard.recv_timeout(timeout) {
            Ok(block) => block.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(SoundError::Unplugged),
        }
    }
}

/// 48 kHz where it is offered, else what the system would take; as few channels as there are.
fn choose(device: &cpal::Device) -> Result<SupportedStreamConfig, SoundError> {
    let offered = device.supported_input_configs().map_err(sorted)?;
    let best = offered
        .filter(|offer| understood(offer.sample_format()) && offer.channels() > 0)
        .filter_map(|offer| offer.try_with_sample_rate(RATE))
        .min_by_key(|offer| (offer.channels(), offer.sample_format() != SampleFormat::F32));
    match best {
        Some(best) => Ok(best),
        None => {
            let usual = device.default_input_config().map_err(sorted)?;
            if !understood(usual.sample_format()) || usual.channels() == 0 {
                return Err(SoundError::NoUsableFormat);
            }
            Ok(usual)
        }
    }
}

const fn understood(format: SampleFormat) -> bool {
    matches!(
        format,
        SampleFormat::F32 | SampleFormat::I16 | SampleFormat::I32 | SampleFormat::U8
    )
}

fn open(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    sender: &SyncSender<Result<Block, SoundError>>,
) -> Result<cpal::Stream, SoundError> {
    let (rate, channels) = (config.sample_rate(), usize::from(config.channels()));
    let mix = match config.sample_format() {
        SampleFormat::F32 => mixed::<f32>,
        SampleFormat::I16 => mixed::<i16>,
        SampleFormat::I32 => mixed::<i32>,
        _ => mixed::<u8>,
    };
    let (blocks, errors) = (sender.clone(), sender.clone());
    let heard = move |data: &Data, info: &InputCallbackInfo| {
        let samples = mix(data, channels);
        let block = Block {
            at: captured(info, samples.len(), rate),
            rate,
            samples,
        };
        // A full queue: our thread hangs. What is missing becomes silence in the recording.
        let _full = blocks.try_send(Ok(block));
    };
    let failed = move |error: cpal::Error| match error.kind() {
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => {
            tracing::debug!(%error, "the microphone goes on");
        }
        _ => {
            let _full = errors.try_send(Err(sorted(error)));
        }
    };
    device
        .build_input_stream_raw(config.config(), config.sample_format(), heard, failed, Some(OPEN))
        .map_err(sorted)
}

/// The channels of a buffer mixed into one.
fn mixed<S: SizedSample>(data: &Data, channels: usize) -> Vec<f32>
where
    f32: FromSample<S>,
{
    let all = data.as_slice::<S>().unwrap_or_default();
    all.chunks_exact(channels)
        .map(|frame| {
            let sum: f32 = frame.iter().map(|&sample| f32::from_sample(sample)).sum();
            sum / channels as f32
        })
        .collect()
}

/// When the first sample of a buffer was captured: the system's stamp, where it is believable, else the arrival less
/// what the buffer lasts.
fn captured(info: &InputCallbackInfo, samples: usize, rate: u32) -> Instant {
    let now = Instant::now();
    let stamp = info.timestamp();
    let age = stamp.callback.checked_duration_since(stamp.capture);
    let lasts = Duration::from_nanos(samples as u64 * 1_000_000_000 / u64::from(rate.max(1)));
    let age = age
        .filter(|age| *age <= OLDEST_STAMP && *age >= lasts / 2)
        .unwrap_or(lasts);
    now.checked_sub(age).unwrap_or(now)
}

/// What the system said, sorted.
fn sorted(error: cpal::Error) -> SoundError {
    match error.kind() {
        ErrorKind::DeviceBusy => SoundError::Busy,
        ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated => SoundError::Unplugged,
        ErrorKind::PermissionDenied => SoundError::Denied,
        ErrorKind::UnsupportedConfig => SoundError::NoUsableFormat,
        _ => SoundError::Driver(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_sorted() {
        let check = |kind: ErrorKind, expect| assert_eq!(sorted(cpal::Error::new(kind)), expect);
        check(ErrorKind::DeviceBusy, SoundError::Busy);
        check(ErrorKind::DeviceNotAvailable, SoundError::Unplugged);
        check(ErrorKind::PermissionDenied, SoundError::Denied);
        check(ErrorKind::UnsupportedConfig, SoundError::NoUsableFormat);
    }

    #[test]
    fn a_microphone_that_is_not_there_is_named() {
        let id = SourceId::new("mic:alsa:plughw:CARD=Nowhere,DEV=0");
        let mut device = Device::new(Some(id));
        let error = device.start().unwrap_err();
        assert!(
            matches!(
                error,
                SoundError::NotFound(_) | SoundError::Unplugged | SoundError::Driver(_)
            ),
            "{error:?}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn cards_are_listed_once_and_by_name() {
        assert!(is_for_people("default") && is_for_people("plughw:CARD=U0x46d0x825,DEV=0"));
        for other in [
            "plughw:CARD=0,DEV=0",
            "hw:CARD=PCH,DEV=0",
            "null",
            "surround51:CARD=PCH,DEV=0",
        ] {
            assert!(!is_for_people(other), "{other}");
        }
    }
}
