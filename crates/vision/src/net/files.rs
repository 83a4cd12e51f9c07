//! The files in `models/`, built into the program.

/// A network's file.
#[derive(Debug)]
pub struct Network {
    /// The file's name without its ending, as it is named in a manifest.
    pub name: &'static str,
    /// The file, in ONNX.
    pub bytes: &'static [u8],
}

macro_rules! network {
    ($name:literal) => {
        Network {
            name: $name,
            bytes: include_bytes!(concat!("../../../../models/", $name, ".onnx")),
        }
    };
}

/// YuNet: faces with five points. In: 1x3xHxW, BGR, 0 to 255, sides multiples of 32.
pub static FIND_FACES: Network = network!("face_detection_yunet_2023mar_dyn");
/// SFace: a face in 128 numbers. In: 1x3x112x112, RGB, 0 to 255. Out: 1x128.
pub static KNOW_FACES: Network = network!("face_recognition_sface_2021dec_int8_opset13");
/// MediaPipe's iris landmarks: the lids and the iris of one eye. In: 1x3x64x64, RGB, 0 to 1. Out: 71 points of the lids
/// and brow, 5 of the iris, each x, y and depth in pixels of the input.
pub static READ_EYES: Network = network!("mediapipe_iris_landmark");
/// PP-OCRv6 tiny: where text is. In: 1x3xHxW, sides multiples of 32. Out: 1x1xHxW, 0 to 1.
pub static DETECT_TEXT: Network = network!("ppocrv6_tiny_det");
/// PP-OCRv6 tiny: what a line says. In: Nx3x48xW. Out: N x steps x classes, class 0 is the blank.
pub static READ_TEXT: Network = network!("ppocrv6_tiny_rec");
/// The glyphs of [`READ_TEXT`], one a line: class n is line n, the class after the last is the space.
pub static READ_TEXT_GLYPHS: &str = include_str!("../../../../models/ppocrv6_tiny_dict.txt");

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_networks_are_the_ones_that_were_measured() {
        let sums = include_str!("../../../../models/SHA256SUMS");
        for network in [&FIND_FACES, &KNOW_FACES, &READ_EYES, &DETECT_TEXT, &READ_TEXT] {
            let line = format!(
                "{}  {}.onnx",
                hex::encode(Sha256::digest(network.bytes)),
                network.name
            );
            assert!(sums.lines().any(|l| l == line), "{line}");
        }
    }
}
