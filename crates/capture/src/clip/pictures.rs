//! From stored samples to JPEG.

use std::io::{Read, Seek};
use std::time::Duration;

use bytes::Bytes;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;
use shiguredo_mp4::boxes::AvccBox;
use turbojpeg::{Compressor, Subsamp, YuvPlanesImage};

use super::index::{Index, Sample};
use super::nal::{stored, units};
use crate::CaptureError;

/// Quality of the pictures shown: they are looked at, never kept.
const QUALITY: i32 = 80;

/// Decodes single pictures of a file.
pub(super) struct Pictures {
    samples: Vec<Sample>,
    /// Samples in the order they are shown, each with its time.
    shown: Vec<(Duration, usize)>,
    avcc: AvccBox,
    decoder: Decoder,
    /// The group the decoder is in, once it is in one.
    group: Option<Group>,
    painter: Painter,
}

/// Pictures from one key frame to the next: what has to be decoded in one go.
///
/// The decoder delivers them in the order they are shown, which with B-pictures is not the order they are stored in;
/// so the picture wanted is known by counting what comes out.
struct Group {
    start: usize,
    end: usize,
    /// Samples in the order they are shown.
    order: Vec<usize>,
    /// The next sample to decode.
    next: usize,
    /// Pictures that came out.
    out: usize,
}

impl Pictures {
    pub(super) fn new(index: Index) -> Result<Self, CaptureError> {
        let mut shown: Vec<_> = index
            .shown()
            .into_iter()
            .enumerate()
            .map(|(i, time)| (time, i))
            .collect();
        shown.sort();
        Ok(Self {
            shown,
            samples: index.samples,
            avcc: index.entry.avcc_box,
            decoder: decoder()?,
            group: None,
            painter: Painter::new()?,
        })
    }

    /// When each picture is shown.
    pub(super) fn times(&self) -> Vec<Duration> {
        self.shown.iter().map(|(time, _)| *time).collect()
    }

    /// The sample shown at `time`.
    pub(super) fn shown_at(&self, time: Duration) -> usize {
        let after = self.shown.partition_point(|(shown, _)| *shown <= time);
        self.shown[after.saturating_sub(1)].1
    }

    /// Decodes a sample.
    pub(super) fn jpeg(
        &mut self,
        video: &mut (impl Read + Seek),
        sample: usize,
    ) -> Result<Bytes, CaptureError> {
        let group = match self.group.take() {
            // Going on from where the decoder is.
            Some(group) if group.holds(sample) && group.out <= group.rank(sample) => group,
            // The next group, the decoder having delivered all of the one before.
            Some(group) if group.end == self.start_of(sample) && group.is_over() => self.group_of(sample),
            // A jump.
            _ => {
                self.decoder = decoder()?;
                self.group_of(sample)
            }
        };
        let wanted = group.rank(sample);
        // Only a group that ended well is gone on from.
        let group = self.advance(video, group, wanted)?;
        self.group = Some(group);
        self.painter.jpeg()
    }

    /// Decodes until picture number `wanted` of the group is out and painted.
    fn advance(
        &mut self,
        video: &mut (impl Read + Seek),
        mut group: Group,
        wanted: usize,
    ) -> Result<Group, CaptureError> {
        let Self {
            decoder,
            painter,
            samples,
            avcc,
            ..
        } = self;
        let mut deliver = |picture: &DecodedYUV<'_>, out: &mut usize| {
            if *out == wanted {
                painter.paint(picture);
            }
            *out += 1;
        };
        while group.out <= wanted && group.next < group.end {
            let packet = annex_b(video, samples[group.next], avcc)?;
            group.next += 1;
            if let Some(picture) = decoder.decode(&packet).map_err(codec)? {
                deliver(&picture, &mut group.out);
            }
            if group.next == group.end {
                for picture in decoder.flush_remaining().map_err(codec)? {
                    deliver(&picture, &mut group.out);
                }
            }
        }
        if group.out <= wanted {
            return Err(CaptureError::Codec(format!(
                "only {} pictures of {}",
                group.out,
                group.order.len()
            )));
        }
        Ok(group)
    }

    fn start_of(&self, sample: usize) -> usize {
        self.samples[..=sample]
            .iter()
            .rposition(|sample| sample.key)
            .unwrap_or(0)
    }

    fn group_of(&self, sample: usize) -> Group {
        let start = self.start_of(sample);
        let after = self.samples[sample + 1..].iter().position(|sample| sample.key);
        let end = after.map_or(self.samples.len(), |after| sample + 1 + after);
        let mut order: Vec<usize> = (start..end).collect();
        order.sort_by_key(|&i| i128::from(self.samples[i].time) + i128::from(self.samples[i].shift));
        Group {
            start,
            end,
            order,
            next: start,
            out: 0,
        }
    }
}

impl Group {
    fn holds(&self, sample: usize) -> bool {
        (self.start..self.end).contains(&sample)
    }

    /// Which of its pictures a sample is, in the order they are shown.
    fn rank(&self, sample: usize) -> usize {
        self.order
            .iter()
            .position(|&i| i == sample)
            .expect("the sample is in this group")
    }

    fn is_over(&self) -> bool {
        self.next == self.end
    }
}

fn decoder() -> Result<Decoder, CaptureError> {
    // Pictures must come out in order, so none is fetched before the decoder offers it.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(OpenH264API::from_source(), config).map_err(codec)
}

/// Reads a sample and writes it as the decoder wants it, a key frame after the parameter sets.
fn annex_b(video: &mut (impl Read + Seek), sample: Sample, avcc: &AvccBox) -> Result<Vec<u8>, CaptureError> {
    let stored = stored(video, sample)?;
    let mut packet = Vec::with_capacity(stored.len() + 64);
    let sets = avcc
        .sps_list
        .iter()
        .chain(&avcc.pps_list)
        .map(Vec::as_slice)
        .filter(|_| sample.key);
    for nal in sets.chain(units(&stored, avcc)) {
        packet.extend_from_slice(&[0, 0, 0, 1]);
        packet.extend_from_slice(nal);
    }
    Ok(packet)
}

/// Keeps one decoded picture in full range, ready to be a JPEG.
struct Painter {
    compressor: Compressor,
    /// Full range for each limited one: luma, chroma.
    tables: [[u8; 256]; 2],
    planes: [Vec<u8>; 3],
    size: (usize, usize),
}

impl Painter {
    fn new() -> Result<Self, CaptureError> {
        let mut compressor = Compressor::new().map_err(jpeg)?;
        compressor.set_quality(QUALITY).map_err(jpeg)?;
        let luma = |limited: usize| (limited as f64 - 16.0) * 255.0 / 219.0;
        let chroma = |limited: usize| (limited as f64 - 128.0) * 255.0 / 224.0 + 128.0;
        // `as` stops at 0 and 255, where values outside the limited range belong.
        let tables = [
            std::array::from_fn(|limited| luma(limited).round() as u8),
            std::array::from_fn(|limited| chroma(limited).round() as u8),
        ];
        Ok(Self {
            compressor,
            tables,
            planes: [const { Vec::new() }; 3],
            size: (0, 0),
        })
    }

    /// Copies a picture out of the decoder.
    fn paint(&mut self, picture: &DecodedYUV<'_>) {
        let (width, height) = picture.dimensions();
        let (y, u, v) = picture.strides();
        self.size = (width, height);
        let half = (width.div_ceil(2), height.div_ceil(2));
        let sources = [
            (picture.y(), y, (width, height), 0),
            (picture.u(), u, half, 1),
            (picture.v(), v, half, 1),
        ];
        for (plane, (pixels, stride, (width, height), table)) in self.planes.iter_mut().zip(sources) {
            let table = &self.tables[table];
            plane.clear();
            for row in pixels.chunks(stride).take(height) {
                plane.extend(row[..width].iter().map(|&limited| table[usize::from(limited)]));
            }
        }
    }

    fn jpeg(&mut self) -> Result<Bytes, CaptureError> {
        let (width, height) = self.size;
        let [y_plane, u_plane, v_plane] = self.planes.each_ref().map(Vec::as_slice);
        let chroma = width.div_ceil(2);
        let image = YuvPlanesImage {
            y_plane,
            u_plane,
            v_plane,
            width,
            height,
            y_stride: width,
            u_stride: chroma,
            v_stride: chroma,
            subsamp: Subsamp::Sub2x2,
        };
        let compressed = self.compressor.compress_yuv_planes_to_vec(&image).map_err(jpeg)?;
        Ok(Bytes::from(compressed))
    }
}

fn codec(error: openh264::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}

fn jpeg(error: turbojpeg::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}
