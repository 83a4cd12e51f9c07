//! Is this a picture? Base64 text in, size and format out; decoded in full, as a server that shows it has to.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use image::{ImageFormat, ImageReader, Limits};

use crate::kept::Picture;

/// A side longer than this is no camera's picture but a trap for whoever decodes it.
const LONGEST_SIDE: u32 = 12_000;
/// Memory one decoded picture may take, bytes.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;

/// The last chunk of a PNG, always the same: no data, `IEND`, its check sum.
const PNG_END: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How it is encoded.
    pub format: Format,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ITU-T T.81
    Jpeg,
    /// ISO/IEC 15948
    Png,
}

impl Format {
    /// E.g. `image/jpeg`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Decodes the text of one picture. Never fails: what cannot be used is kept with the reason.
pub(crate) fn from_base64(text: &str) -> Picture {
    match STANDARD.decode(text) {
        Ok(bytes) => {
            let look = look(&bytes);
            Picture {
                bytes: bytes.into(),
                look,
            }
        }
        Err(error) => Picture {
            bytes: Bytes::copy_from_slice(text.as_bytes()),
            look: Err(format!("not Base64: {error}")),
        },
    }
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn look(bytes: &[u8]) -> Result<Look, String> {
    let format = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => Format::Jpeg,
        Ok(ImageFormat::Png) => Format::Png,
        _ => return Err("not a JPEG or PNG picture".to_owned()),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("does not decode: {error}"))?;
    reader.limits(limits);
    let decoded = reader
        .decode()
        .map_err(|error| format!("does not decode: {error}"))?;
    let ends = match format {
        Format::Jpeg => jpeg_ends(bytes),
        Format::Png => bytes.windows(PNG_END.len()).any(|chunk| chunk == PNG_END),
    };
    if !ends {
        return Err("breaks off before its end".to_owned());
    }
    Ok(Look {
        format,
        width: decoded.width(),
        height: decoded.height(),
    })
}

/// Whether the coded picture comes to its end-of-image marker. Decoders fill the rest of a truncated JPEG with grey and
/// call it a success. The segments before the scan are skipped, since a thumbnail in one has an end of its own; in
/// the scan an FF of the data is always followed by 00, so FF D9 is the marker (T.81, B.1.1.2 and B.1.1.5).
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) else {
            return false;
        };
        match marker {
            0xff => at += 1,
            0xda => return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]),
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(64, 48, |x, y| {
            image::Rgb([(x * 4) as u8, (y * 5) as u8, (x * y) as u8])
        });
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn jpeg_and_png_are_pictures() {
        let jpeg = from_base64(&to_base64(&encoded(ImageFormat::Jpeg)));
        assert_eq!(
            jpeg.look,
            Ok(Look {
                format: Format::Jpeg,
                width: 64,
                height: 48
            })
        );
        let png = from_base64(&to_base64(&encoded(ImageFormat::Png)));
        assert_eq!(
            png.look,
            Ok(Look {
                format: Format::Png,
                width: 64,
                height: 48
            })
        );
    }

    #[test]
    fn a_picture_that_breaks_off_is_none() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let whole = encoded(format);
            for keep in [0, 3, whole.len() / 2, whole.len() - 2] {
                assert!(
                    look(&whole[..keep]).is_err(),
                    "{format:?}: {keep} of {} bytes are no picture",
                    whole.len()
                );
            }
        }
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_the_end_of_the_picture() {
        let whole = encoded(ImageFormat::Jpeg);
        // An APP1 segment that holds an end-of-image marker, as an EXIF thumbnail does.
        let with_thumbnail = [
            &whole[..2],
            &[0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9],
            &whole[2..],
        ]
        .concat();
        assert!(look(&with_thumbnail).is_ok());
        assert_eq!(
            look(&with_thumbnail[..with_thumbnail.len() - 2]).unwrap_err(),
            "breaks off before its end"
        );
    }

    #[test]
    fn damaged_files_never_bring_the_decoder_down() {
        for folder in ["image-rs", "jpeg-decoder", "libjpeg-turbo", "pngsuite"] {
            let folder = format!(
                "{}/../../../shared/data/malformed/{folder}",
                env!("CARGO_MANIFEST_DIR")
            );
            for file in std::fs::read_dir(folder).expect("the test data is needed") {
                let _ = look(&std::fs::read(file.unwrap().path()).unwrap());
            }
        }
    }

    #[test]
    fn what_is_not_base64_is_kept_as_it_came() {
        let picture = from_base64("data:image/jpeg;base64,/9j/");
        assert!(picture.look.unwrap_err().starts_with("not Base64"));
        assert_eq!(&picture.bytes[..], b"data:image/jpeg;base64,/9j/");
    }
}
