//! What an MP4 says of its sound beside the packets: where it begins. The muxers do not write that themselves.
//!
//! A decoder of Opus gives some samples before the first real one. An edit list says that the sound begins behind them
//! ("Encapsulation of Opus in ISO Base Media File Format", 4.4); and a `roll` group says how many packets before a place
//! a player has to decode to be right there (4.3.6.2).

use std::num::NonZeroU32;

use shiguredo_mp4::boxes::{
    EdtsBox, ElstBox, ElstEntry, FtypBox, HdlrBox, MoovBox, OpusBox, TrakBox, UnknownBox,
};
use shiguredo_mp4::{BoxSize, BoxType, Decode, Encode, FixedPointNumber};

use crate::CaptureError;
use crate::sound::RATE;

/// Ticks per second of the sound.
pub(super) const TIMESCALE: NonZeroU32 = NonZeroU32::new(RATE).expect("not zero");
/// Packets of 20 ms that make 80 ms, which is how far back a player has to begin.
const ROLL: i16 = -4;

/// The header of a fragmented file, its sound cut at the start.
pub(super) fn introduced(header: &[u8], entry: &OpusBox) -> Result<Vec<u8>, CaptureError> {
    let (ftyp, taken) = FtypBox::decode(header).map_err(codec)?;
    let (mut moov, _) = MoovBox::decode(&header[taken..]).map_err(codec)?;
    // How long it will be is not known yet: zero stands for all there is.
    let skip = i64::from(entry.dops_box.pre_skip);
    if let Some(trak) = sound_of(&mut moov) {
        trak.edts_box = Some(edit(skip, 0));
    }
    let mut bytes = ftyp.encode_to_vec().map_err(codec)?;
    bytes.extend(moov.encode_to_vec().map_err(codec)?);
    Ok(bytes)
}

/// The index of a plain file, its sound cut at the start and, where the last packet has more, at the end.
pub(super) fn indexed(moov: &MoovBox, entry: &OpusBox, packets: u32) -> Result<Vec<u8>, CaptureError> {
    let mut moov = moov.clone();
    let scale = moov.mvhd_box.timescale;
    let skip = u64::from(entry.dops_box.pre_skip);
    if let Some(trak) = sound_of(&mut moov) {
        let mdhd = &trak.mdia_box.mdhd_box;
        let sounding = mdhd.duration.saturating_sub(skip);
        let shown = u128::from(sounding) * u128::from(scale.get()) / u128::from(mdhd.timescale.get());
        let shown = u64::try_from(shown).unwrap_or(u64::MAX);
        trak.tkhd_box.duration = shown;
        trak.edts_box = Some(edit(skip as i64, shown));
        let groups = &mut trak.mdia_box.minf_box.stbl_box.unknown_boxes;
        groups.push(described());
        groups.push(grouped(packets));
    }
    let longest = moov.trak_boxes.iter().map(|trak| trak.tkhd_box.duration).max();
    moov.mvhd_box.duration = longest.unwrap_or(moov.mvhd_box.duration);
    moov.encode_to_vec().map_err(codec)
}

fn sound_of(moov: &mut MoovBox) -> Option<&mut TrakBox> {
    moov.trak_boxes
        .iter_mut()
        .find(|trak| trak.mdia_box.hdlr_box.handler_type == HdlrBox::HANDLER_TYPE_SOUN)
}

fn edit(from: i64, lasts: u64) -> EdtsBox {
    EdtsBox {
        elst_box: Some(ElstBox {
            entries: vec![ElstEntry {
                edit_duration: lasts,
                media_time: from,
                media_rate: FixedPointNumber::new(1, 0),
            }],
        }),
        unknown_boxes: Vec::new(),
    }
}

/// The one group there is: version 1, entries of two bytes.
fn described() -> UnknownBox {
    let mut payload = vec![1, 0, 0, 0];
    payload.extend(b"roll");
    payload.extend(2_u32.to_be_bytes());
    payload.extend(1_u32.to_be_bytes());
    payload.extend(ROLL.to_be_bytes());
    boxed(*b"sgpd", payload)
}

/// Every packet is of it.
fn grouped(packets: u32) -> UnknownBox {
    let mut payload = vec![0, 0, 0, 0];
    payload.extend(b"roll");
    payload.extend(1_u32.to_be_bytes());
    payload.extend(packets.to_be_bytes());
    payload.extend(1_u32.to_be_bytes());
    boxed(*b"sbgp", payload)
}

fn boxed(kind: [u8; 4], payload: Vec<u8>) -> UnknownBox {
    UnknownBox {
        box_type: BoxType::Normal(kind),
        box_size: BoxSize::U32(payload.len() as u32 + 8),
        payload,
    }
}

fn codec(error: shiguredo_mp4::Error) -> CaptureError {
    CaptureError::Codec(error.to_string())
}
