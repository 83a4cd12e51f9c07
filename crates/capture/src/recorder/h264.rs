//! The H.264 encoder, set up once for every recording.

use std::os::raw::c_int;

use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    BitRate, Complexity, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, RateControlMode, UsageType,
    VuiConfig,
};
use openh264_sys2::{ENCODER_OPTION_TRACE_LEVEL, WELS_LOG_QUIET};
use shiguredo_mp4::bitstream::h264::{
    H264NalUnitType, H264SampleEntryConfig, LengthSize, build_avc1_box_from_annexb, parse_annexb_nal_units,
};

use shiguredo_mp4::boxes::Avc1Box;

use super::Options;
use super::planes::Planes;
use crate::CaptureError;

/// A key frame at least this often, so that review can jump and a damaged fragment costs two seconds.
const KEY_FRAME_EVERY: u32 = 60;

/// So many levels of luma, of 219, have to change on average for a cut. Cards and faces that are brought in front of
/// a camera change it by 16 from one frame to the next at most (measured on simulated and real clips).
const CUT: u64 = 30;

/// One encoded picture, as MP4 stores it: NAL units with their length in front, parameter sets left out.
pub(super) struct Packet {
    pub(super) data: Vec<u8>,
    pub(super) key: bool,
}

/// An encoder, and the description of its stream once the first picture is through.
pub(super) struct Encoder {
    inner: openh264::encoder::Encoder,
    entry: Option<Avc1Box>,
    /// Every 16th pixel of the picture before.
    glance: Vec<u8>,
}

impl Encoder {
    /// # Errors
    /// [`CaptureError::Codec`] when the encoder cannot be set up.
    pub(super) fn new(options: &Options) -> Result<Self, CaptureError> {
        Ok(Self {
            inner: encoder(options)?,
            entry: None,
            glance: Vec::new(),
        })
    }

    /// Begins anew with a key frame, after an error. The stream keeps its description.
    ///
    /// # Errors
    /// [`CaptureError::Codec`] when the encoder cannot be set up.
    pub(super) fn restart(&mut self, options: &Options) -> Result<(), CaptureError> {
        self.inner = encoder(options)?;
        Ok(())
    }

    /// Describes the stream, for the header of the file. `None` before the first picture.
    pub(super) fn entry(&self) -> Option<&Avc1Box> {
        self.entry.as_ref()
    }

    /// Encodes a picture captured `millis` after the first. `None` when the encoder left it out.
    ///
    /// # Errors
    /// [`CaptureError::Codec`], after which this encoder is not usable any more.
    pub(super) fn encode(&mut self, planes: &Planes, millis: u64) -> Result<Option<Packet>, CaptureError> {
        if self.is_cut(planes) {
            self.inner.force_intra_frame();
        }
        let stream = self
            .inner
            .encode_at(planes, Timestamp::from_millis(millis))
            .map_err(codec)?;
        let key = match stream.frame_type() {
            FrameType::IDR => true,
            FrameType::I | FrameType::P => false,
            FrameType::Skip => return Ok(None),
            other => return Err(CaptureError::Codec(format!("unexpected frame type {other:?}"))),
        };
        let annex_b = stream.to_vec();
        if self.entry.is_none() {
            let config = H264SampleEntryConfig {
                length_size: LengthSize::FourBytes,
            };
            self.entry = Some(build_avc1_box_from_annexb(&annex_b, &config).map_err(mp4)?);
        }
        let mut data = Vec::with_capacity(annex_b.len() + 16);
        for nal in parse_annexb_nal_units(&annex_b).map_err(mp4)? {
            let sets = matches!(nal.nal_unit_type, H264NalUnitType::Sps | H264NalUnitType::Pps);
            if sets && self.describes(nal.data) {
                continue;
            }
            let length = u32::try_from(nal.data.len()).expect("an encoded picture is far below 4 GiB");
            data.extend_from_slice(&length.to_be_bytes());
            data.extend_from_slice(nal.data);
        }
        Ok(Some(Packet { data, key }))
    }

    /// Whether a picture has little to do with the one before. The encoder looks for that itself, but not in the half
    /// second after a key frame, and a cut there would be smeared until the next one.
    fn is_cut(&mut self, planes: &Planes) -> bool {
        let width = planes.size().width as usize;
        let rows = planes.split()[0].chunks_exact(width).step_by(16);
        let glance: Vec<u8> = rows.flat_map(|row| row.iter().step_by(16).copied()).collect();
        let before = std::mem::replace(&mut self.glance, glance);
        if before.len() != self.glance.len() {
            return false;
        }
        let change: u64 = before
            .iter()
            .zip(&self.glance)
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
        change > CUT * self.glance.len() as u64
    }

    /// Whether the header of the file holds this parameter set already.
    fn describes(&self, nal: &[u8]) -> bool {
        self.entry.as_ref().is_some_and(|entry| {
            let avcc = &entry.avcc_box;
            avcc.sps_list
                .iter()
                .chain(&avcc.pps_list)
                .any(|known| known == nal)
        })
    }
}

fn encoder(options: &Options) -> Result<openh264::encoder::Encoder, CaptureError> {
    let config = EncoderConfig::new()
        .bitrate(BitRate::from_bps(options.bitrate))
        .rate_control_mode(RateControlMode::Bitrate)
        // A frame that was captured belongs into the evidence: quality gives way before time does.
        .skip_frames(false)
        .max_frame_rate(FrameRate::from_hz(options.frame_rate.clamp(1.0, 120.0)))
        .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_FRAME_EVERY))
        // One thread: preview, recording and the window share two cores.
        .num_threads(1)
        .complexity(Complexity::Medium)
        .usage_type(UsageType::CameraVideoRealTime)
        .scene_change_detect(true)
        // What JPEG stores, brought to limited range by `planes`.
        .vui(VuiConfig::bt601());
    let mut encoder =
        openh264::encoder::Encoder::with_api_config(OpenH264API::from_source(), config).map_err(codec)?;
    // The safe interface sets this too, but only after the first line was printed to standard error: a warning that
    // without skipped frames the rate is not kept to the bit, which is what was asked for.
    let mut quiet: c_int = WELS_LOG_QUIET;
    #[expect(
        unsafe_code,
        reason = "openh264 has no safe way to set this before the first picture"
    )]
    // SAFETY: the option takes a pointer to an int, read during the call, and may be set before initialisation.
    unsafe {
        encoder
            .raw_api()
            .set_option(ENCODER_OPTION_TRACE_LEVEL, (&raw mut quiet).cast());
    }
    Ok(encoder)
}

fn codec(error: openh264::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}

fn mp4(error: shiguredo_mp4::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    /// A gray picture with a grid and some noise; `scene` decides where everything is.
    fn picture(scene: u32, number: u32) -> Planes {
        let mut planes = Planes::black(Size::new(320, 240));
        let mut noise = number.wrapping_mul(2_654_435_761) | 1;
        for (i, pixel) in planes.split_mut()[0].iter_mut().enumerate() {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let (x, y) = (i as u32 % 320, i as u32 / 320);
            let grid = (x / (7 + 5 * scene) + y / (9 + 3 * scene)) % 2;
            *pixel = (60 + 90 * grid + 40 * (scene % 2) + (noise & 3)) as u8;
        }
        planes
    }

    fn keys(scene_of: impl Fn(u32) -> u32, frames: u32) -> Vec<u32> {
        let mut encoder = Encoder::new(&Options::default()).unwrap();
        (0..frames)
            .filter(|&i| {
                encoder
                    .encode(&picture(scene_of(i), i), u64::from(i) * 33)
                    .unwrap()
                    .unwrap()
                    .key
            })
            .collect()
    }

    #[test]
    fn a_key_frame_comes_every_two_seconds() {
        assert_eq!(keys(|_| 0, 150), [0, 60, 120]);
    }

    #[test]
    fn a_cut_is_a_key_frame() {
        // Otherwise the new scene would be built up over a second from smeared parts of the old one.
        assert_eq!(keys(|i| u32::from(i >= 40), 60), [0, 40]);
        assert_eq!(keys(|i| u32::from(i >= 5), 20), [0, 5], "early on as well");
    }

    #[test]
    fn parameter_sets_stand_in_the_header_and_nowhere_else() {
        let mut encoder = Encoder::new(&Options::default()).unwrap();
        assert!(encoder.entry().is_none());
        let first = encoder.encode(&picture(0, 0), 0).unwrap().unwrap();
        let entry = encoder.entry().unwrap().clone();
        assert_eq!((entry.visual.width, entry.visual.height), (320, 240));
        let types = |packet: &Packet| -> Vec<u8> {
            crate::clip::nal::units(&packet.data, &entry.avcc_box)
                .map(|unit| unit[0] & 0x1f)
                .collect()
        };
        assert_eq!(types(&first), [5], "one IDR slice");
        encoder.restart(&Options::default()).unwrap();
        let again = encoder.encode(&picture(0, 1), 33).unwrap().unwrap();
        assert!(again.key, "an encoder that begins anew begins with a key frame");
        assert_eq!(types(&again), [5], "under the same description");
    }
}
