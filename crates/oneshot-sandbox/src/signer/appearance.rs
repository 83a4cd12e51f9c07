//! What a stamp looks like: a frame, an image behind, lines of text in front (ISO 32000-2, 12.5.5).

use std::fmt::Write as _;
use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::pades::{SignError, Stamp, corners, name_of};
use super::update::{Update, write_literal};

/// Letters larger than this look like a poster, points.
const LARGEST_TEXT: f32 = 11.0;
/// From one line to the next, in sizes of the text.
const LEADING: f32 = 1.25;
/// Helvetica's letters are at most about this wide on average in names and dates, in sizes of the text.
const LETTER: f32 = 0.58;
/// Between the frame and the text, points.
const MARGIN: f32 = 3.0;
/// A side of an image longer than this is not decoded, pixels.
const LONGEST_SIDE: u32 = 4096;

/// Adds what is needed to `update`; answers with the annotation's `AP`.
pub(super) fn of(update: &mut Update<'_>, stamp: &Stamp) -> Result<Dictionary, SignError> {
    let [left, bottom, right, top] = corners(stamp)?;
    let (width, height) = (right - left, top - bottom);
    let mut resources = Dictionary::new();
    let mut drawing = format!(
        "q 0.35 w 0.3 0.35 0.45 RG 0.5 0.5 {} {} re S Q\n",
        width - 1.0,
        height - 1.0
    )
    .into_bytes();

    if let Some(png) = &stamp.image_png {
        let (image, shape) = add_image(update, png)?;
        resources.set("XObject", dictionary([("Im", image.into())]));
        let scale = (width / shape.0).min(height / shape.1);
        let (w, h) = (shape.0 * scale, shape.1 * scale);
        let (x, y) = ((width - w) / 2.0, (height - h) / 2.0);
        drawing.extend_from_slice(format!("q {w} 0 0 {h} {x} {y} cm /Im Do Q\n").as_bytes());
    }
    if !stamp.text.is_empty() {
        resources.set("Font", dictionary([("F", helvetica("Helvetica").into())]));
        write_lines(&mut drawing, &stamp.text, width, height);
    }

    let mut form = Dictionary::new();
    form.set("Type", name_of("XObject"));
    form.set("Subtype", name_of("Form"));
    form.set("BBox", [0.0, 0.0, width, height].map(Object::Real).to_vec());
    form.set("Resources", resources);
    let look = update.add(Stream::new(form, drawing));
    Ok(dictionary([("N", look.into())]))
}

/// One of the fonts every reader has. Its letters are those of Windows-1252; a stamp of the sandbox need not show more.
pub(super) fn helvetica(name: &str) -> Dictionary {
    dictionary([
        ("Type", name_of("Font")),
        ("Subtype", name_of("Type1")),
        ("BaseFont", name_of(name)),
        ("Encoding", name_of("WinAnsiEncoding")),
    ])
}

pub(super) fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}

/// Windows-1252 where it is the same as Unicode; `?` for a letter that is not in it.
pub(super) fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match u32::from(c) {
            0x20..=0x7e | 0xa1..=0xff => u8::try_from(u32::from(c)).expect("below 256"),
            0xa0 | 0x09 => b' ',
            0x20ac => 0x80,
            0x2013 => 0x96,
            0x2014 => 0x97,
            0x2019 => 0x92,
            _ => b'?',
        })
        .collect()
}

fn write_lines(drawing: &mut Vec<u8>, lines: &[String], width: f32, height: f32) {
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let longest = u16::try_from(longest.max(1)).unwrap_or(u16::MAX);
    let size = LARGEST_TEXT
        .min((height - MARGIN) / (f32::from(count) * LEADING))
        .min((width - 2.0 * MARGIN) / (f32::from(longest) * LETTER))
        .max(1.0);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "BT 0.1 0.12 0.2 rg /F {size} Tf {} TL {MARGIN} {} Td",
        size * LEADING,
        height - MARGIN - size
    );
    drawing.extend_from_slice(text.as_bytes());
    for line in lines {
        write_literal(drawing, &win_ansi(line));
        drawing.extend_from_slice(b" Tj T*\n");
    }
    drawing.extend_from_slice(b"ET\n");
}

/// Adds a PNG as an image with its transparency; answers with its width and height too, pixels.
fn add_image(update: &mut Update<'_>, png: &[u8]) -> Result<(ObjectId, (f32, f32)), SignError> {
    let bad = |error: image::ImageError| SignError::BadImage(error.to_string());
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    let mut reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
    reader.limits(limits);
    let pixels = reader.decode().map_err(bad)?.into_rgba8();
    let (width, height) = pixels.dimensions();
    let samples =
        |of: &dyn Fn(&image::Rgba<u8>) -> Vec<u8>| pixels.pixels().flat_map(of).collect::<Vec<u8>>();

    let plane = |space: &str, data: Vec<u8>| {
        let mut stream = Stream::new(
            dictionary([
                ("Type", name_of("XObject")),
                ("Subtype", name_of("Image")),
                ("Width", i64::from(width).into()),
                ("Height", i64::from(height).into()),
                ("ColorSpace", name_of(space)),
                ("BitsPerComponent", 8.into()),
            ]),
            data,
        );
        // Plain is sound too, only longer.
        let _ = stream.compress();
        stream
    };
    let mask = update.add(plane("DeviceGray", samples(&|pixel| vec![pixel.0[3]])));
    let mut colour = plane("DeviceRGB", samples(&|pixel| pixel.0[..3].to_vec()));
    colour.dict.set("SMask", mask);
    let short = |length: u32| f32::from(u16::try_from(length).unwrap_or(u16::MAX));
    Ok((update.add(colour), (short(width), short(height))))
}
