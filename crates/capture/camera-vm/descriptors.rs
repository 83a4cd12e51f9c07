//! What the simulated webcam says of itself when it is plugged in.

use crate::{INTERVALS, JPEG_SIZES, Kind, ODD_SIZE, RAW_SIZE};

/// The configuration descriptor: one control interface, one streaming interface (UVC 1.0, 3.7 to 3.9).
pub fn configuration(kind: Kind) -> Vec<u8> {
    let camera_terminal = [18, 0x24, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0];
    let output_terminal = [9, 0x24, 3, 3, 1, 1, 0, 1, 0];
    let mut control = vec![13, 0x24, 1, 0, 1];
    control.extend((13 + camera_terminal.len() as u16 + output_terminal.len() as u16).to_le_bytes());
    control.extend(48_000_000_u32.to_le_bytes());
    control.extend([1, 1]);
    control.extend(camera_terminal);
    control.extend(output_terminal);

    let colour = [6, 0x24, 0x0d, 1, 1, 4];
    let mut formats = Vec::new();
    if kind == Kind::Usual {
        formats.extend([11, 0x24, 6, 1, JPEG_SIZES.len() as u8, 1, 1, 0, 0, 0, 0]);
        for (i, size) in JPEG_SIZES.into_iter().enumerate() {
            formats.extend(frame(7, i as u8 + 1, size));
        }
        formats.extend(colour);
    }
    let (number, size) = if kind == Kind::Usual {
        (2, RAW_SIZE)
    } else {
        (1, ODD_SIZE)
    };
    let (name, bits) = if kind == Kind::Nv12 {
        (b"NV12", 12)
    } else {
        (b"YUY2", 16)
    };
    formats.extend([27, 0x24, 4, number, 1]);
    formats.extend(name);
    formats.extend(b"\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
    formats.extend([bits, 1, 0, 0, 0, 0]);
    formats.extend(frame(5, 1, size));
    formats.extend(colour);
    // The header has a byte of controls for each format; its length follows from their number.
    let streaming_header = 13 + number;
    let mut streaming = vec![streaming_header, 0x24, 1, number];
    streaming.extend((u16::from(streaming_header) + formats.len() as u16).to_le_bytes());
    streaming.extend([0x81, 0, 3, 0, 0, 0, 1]);
    streaming.extend(vec![0; usize::from(number)]);
    streaming.extend(formats);

    let mut inner = vec![8, 11, 0, 2, 14, 3, 0, 2, 9, 4, 0, 0, 0, 14, 1, 0, 2];
    inner.extend(control);
    inner.extend([9, 4, 1, 0, 1, 14, 2, 0, 0]);
    inner.extend(streaming);
    inner.extend([7, 5, 0x81, 2, 0, 2, 0]);
    let mut whole = vec![9, 2];
    whole.extend((9 + inner.len() as u16).to_le_bytes());
    whole.extend([2, 1, 0, 0x80, 250]);
    whole.extend(inner);
    whole
}

fn frame(subtype: u8, index: u8, (width, height): (u16, u16)) -> Vec<u8> {
    let pixels = u32::from(width) * u32::from(height);
    let mut frame = vec![26 + 4 * INTERVALS.len() as u8, 0x24, subtype, index, 0];
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    for value in [pixels * 16 * 5, pixels * 16 * 30, pixels * 2, INTERVALS[0]] {
        frame.extend(value.to_le_bytes());
    }
    frame.push(INTERVALS.len() as u8);
    frame.extend(INTERVALS.into_iter().flat_map(u32::to_le_bytes));
    frame
}
