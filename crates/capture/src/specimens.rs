//! Pictures for tests, drawn here.

use bytes::Bytes;
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// A JPEG of this size with something in it; `seed` makes it differ from others.
pub(crate) fn jpeg(width: usize, height: usize, seed: u8) -> Bytes {
    let pixels: Vec<u8> = (0..width * height * 3)
        .map(|i| {
            let (x, y) = (i / 3 % width, i / 3 / width);
            ((x * 7) ^ (y * 5) ^ (i % 3 * 40)).wrapping_add(usize::from(seed) * 13) as u8
        })
        .collect();
    let image = Image {
        pixels: &pixels[..],
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(80).unwrap();
    compressor.set_subsamp(Subsamp::Sub2x1).unwrap();
    compressor.compress_to_vec(image).unwrap().into()
}

/// The same JPEG without its Huffman tables, as many webcams send it.
pub(crate) fn without_tables(jpeg: &[u8]) -> Bytes {
    let mut out = jpeg[..2].to_vec();
    let mut at = 2;
    while jpeg[at + 1] != 0xda {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] != 0xc4 {
            out.extend_from_slice(&jpeg[at..end]);
        }
        at = end;
    }
    out.extend_from_slice(&jpeg[at..]);
    out.into()
}

/// The same JPEG with the middle of its scan gone, as when a USB packet is lost.
pub(crate) fn with_a_hole(jpeg: &[u8]) -> Bytes {
    let middle = jpeg.len() / 2;
    [&jpeg[..middle], &jpeg[middle + jpeg.len() / 4..]]
        .concat()
        .into()
}

/// A JPEG with noise all over, as a sensor has it.
pub(crate) fn noisy(width: usize, height: usize, seed: u32) -> Bytes {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let pixels: Vec<u8> = (0..width * height)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (i % width / 4) as u8 / 2 + (state >> 27) as u8 * 3
        })
        .collect();
    let image = Image {
        pixels: &pixels[..],
        width,
        pitch: width,
        height,
        format: PixelFormat::GRAY,
    };
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(80).unwrap();
    compressor.set_subsamp(Subsamp::Gray).unwrap();
    compressor.compress_to_vec(image).unwrap().into()
}
