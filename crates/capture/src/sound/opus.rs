//! Opus packets of 20 ms, and what an MP4 says of them (RFC 6716; "Encapsulation of Opus in ISO Base Media File Format").

use opusic_c::{Application, Bitrate, Channels, Decoder as Inner, Encoder as Opus, ErrorCode, SampleRate};
use shiguredo_mp4::FixedPointNumber;
use shiguredo_mp4::boxes::{AudioSampleEntryFields, DopsBox, OpusBox};

use super::{RATE, SoundError};

/// Samples in a packet.
pub(crate) const PACKET: usize = 960;
/// Bits a second: a voice is as good as it was at this rate.
const BITRATE: u32 = 48_000;
/// No packet of 20 ms is larger (RFC 6716, 3.2.1), with room to spare.
const MOST: usize = 1_500;
/// The longest packet there is: 120 ms.
const LONGEST: usize = 5_760;

/// Encodes one channel of 48 kHz.
pub(crate) struct Encoder {
    inner: Opus,
    /// What a decoder gives before the first real sample.
    pre_skip: u16,
    waiting: Vec<f32>,
}

impl Encoder {
    pub fn new() -> Result<Self, SoundError> {
        // "Audio", not "voice": it is to sound as it did in the room, and not filtered for a telephone.
        let mut inner = Opus::new(Channels::Mono, SampleRate::Hz48000, Application::Audio).map_err(codec)?;
        inner.set_bitrate(Bitrate::Value(BITRATE)).map_err(codec)?;
        let pre_skip = inner.get_look_ahead().map_err(codec)?;
        Ok(Self {
            inner,
            pre_skip: u16::try_from(pre_skip).map_err(|_| SoundError::Codec("a strange delay".into()))?,
            waiting: Vec::with_capacity(PACKET),
        })
    }

    /// Samples a decoder gives before the first real one.
    pub fn pre_skip(&self) -> u16 {
        self.pre_skip
    }

    /// What the file says of the track.
    pub fn entry(&self) -> OpusBox {
        OpusBox {
            audio: AudioSampleEntryFields {
                data_reference_index: AudioSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
                channelcount: 1,
                samplesize: AudioSampleEntryFields::DEFAULT_SAMPLESIZE,
                samplerate: FixedPointNumber::new(RATE as u16, 0),
            },
            dops_box: DopsBox {
                output_channel_count: 1,
                pre_skip: self.pre_skip,
                input_sample_rate: RATE,
                output_gain: 0,
            },
            unknown_boxes: Vec::new(),
        }
    }

    /// Takes samples in and adds every packet that is full to `packets`.
    pub fn encode(&mut self, samples: &[f32], packets: &mut Vec<Vec<u8>>) -> Result<(), SoundError> {
        self.waiting.extend_from_slice(samples);
        let whole = self.waiting.len() / PACKET * PACKET;
        for piece in self.waiting[..whole].chunks_exact(PACKET) {
            let mut packet = vec![0; MOST];
            let size = self
                .inner
                .encode_float_to_slice(piece, &mut packet)
                .map_err(codec)?;
            packet.truncate(size);
            packets.push(packet);
        }
        self.waiting.drain(..whole);
        Ok(())
    }

    /// Encodes what is left, with the silence behind it that a decoder needs to give all of it.
    pub fn finish(&mut self, packets: &mut Vec<Vec<u8>>) -> Result<(), SoundError> {
        let wanted = (self.waiting.len() + usize::from(self.pre_skip)).next_multiple_of(PACKET);
        let behind = vec![0.0; wanted - self.waiting.len()];
        self.encode(&behind, packets)
    }
}

/// Decodes to one channel of 48 kHz.
pub(crate) struct Decoder {
    inner: Inner,
}

impl Decoder {
    pub fn new() -> Result<Self, SoundError> {
        let inner = Inner::new(Channels::Mono, SampleRate::Hz48000).map_err(codec)?;
        Ok(Self { inner })
    }

    /// Adds what is in a packet to `samples`.
    pub fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<(), SoundError> {
        if packet.is_empty() {
            return Err(SoundError::BadMedia("an empty packet".into()));
        }
        let mut made = vec![0.0; LONGEST];
        let count = self
            .inner
            .decode_float_to_slice(packet, &mut made, false)
            .map_err(codec)?;
        samples.extend_from_slice(&made[..count]);
        Ok(())
    }
}

/// Whether these bytes are a packet as [`Encoder`] makes them. Zeros, which a power cut leaves behind, are not.
pub(crate) fn is_packet(bytes: &[u8]) -> bool {
    !bytes.is_empty() && opusic_c::utils::get_nb_samples(bytes, SampleRate::Hz48000) == Ok(PACKET)
}

fn codec(error: ErrorCode) -> SoundError {
    SoundError::Codec(error.message().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_out_again_after_the_pre_skip() {
        let mut encoder = Encoder::new().unwrap();
        let skip = usize::from(encoder.pre_skip());
        let sound: Vec<f32> = (0..10_000)
            .map(|i| 0.4 * (i as f32 * 440.0 * std::f32::consts::TAU / 48_000.0).sin())
            .collect();
        let mut packets = Vec::new();
        for part in sound.chunks(333) {
            encoder.encode(part, &mut packets).unwrap();
        }
        encoder.finish(&mut packets).unwrap();
        let mut decoder = Decoder::new().unwrap();
        let mut out = Vec::new();
        for packet in &packets {
            assert!(is_packet(packet) && !is_packet(&vec![0; packet.len()]));
            decoder.decode(packet, &mut out).unwrap();
        }
        assert!(out.len() >= sound.len() + skip, "nothing is cut off at the end");
        // After a moment to settle, sample for sample.
        let energy: f32 = sound[2_000..].iter().map(|s| s * s).sum();
        let wrong: f32 = sound[2_000..]
            .iter()
            .zip(&out[skip + 2_000..])
            .map(|(a, b)| (a - b) * (a - b))
            .sum();
        assert!(wrong < 0.05 * energy, "{wrong} of {energy}");
    }

    #[test]
    fn a_broken_packet_is_an_error() {
        let mut samples = Vec::new();
        let mut decoder = Decoder::new().unwrap();
        assert!(decoder.decode(&[], &mut samples).is_err());
        assert!(decoder.decode(&[0xff; 3], &mut samples).is_err());
        assert!(samples.is_empty());
    }
}
