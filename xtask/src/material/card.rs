//! The two sides of the specimen card, drawn flat and large.

use std::fmt::Write as _;

use resvg::tiny_skia::Pixmap;

use super::drawing::{Pen, Values, fill, prefixed};
use super::person::{Moment, Wool, person};
use super::specimen;

/// Width of an ID-1 card in millimetres (ISO/IEC 7810).
pub const WIDTH: f64 = 85.6;
/// Height of an ID-1 card in millimetres.
pub const HEIGHT: f64 = 53.98;
/// The portrait on the front, in millimetres: left, top, width, height. As drawn in `card_front.svg`.
pub const PORTRAIT: [f64; 4] = [4.0, 12.2, 24.5, 31.5];
/// Pixels to the millimetre in the flat pictures: at least twice what the clips show.
pub const FINENESS: f64 = 20.0;

/// Both sides, with transparent corners.
pub struct Card {
    /// The side with the portrait.
    pub front: Pixmap,
    /// The side with the machine readable zone.
    pub rear: Pixmap,
}

impl Card {
    /// Draws both sides.
    pub fn draw(pen: &Pen) -> anyhow::Result<Self> {
        Ok(Self {
            front: pen.draw(&fill(include_str!("card_front.svg"), &front()?)?)?,
            rear: pen.draw(&fill(include_str!("card_rear.svg"), &rear())?)?,
        })
    }
}

fn front() -> anyhow::Result<Values> {
    // As for a document: straight, eyes open.
    let still = Moment {
        turn: 0.0,
        open: 1.0,
        breath: 0.5,
        tilt: 0.0,
    };
    let mut values = size();
    values.extend([
        ("waves", waves(11.0, HEIGHT, 1.9, 1.9)),
        ("band_waves", waves(-2.0, 10.5, 1.3, 1.3)),
        ("rosette", rosette(58.0, 31.0, 17.5)),
        ("portrait", person(&still, Wool::Blue)?),
        ("ghost", prefixed(&person(&still, Wool::Grey)?, "ghost-")),
        ("given_name", specimen::GIVEN_NAME.to_owned()),
        ("surname_1", specimen::SURNAME_1.to_owned()),
        ("surname_2", specimen::SURNAME_2.to_owned()),
        ("sex", specimen::SEX.to_owned()),
        ("birth", specimen::BIRTH.printed()),
        ("issued", specimen::ISSUED.printed()),
        ("expiry", specimen::EXPIRY.printed()),
        ("document", specimen::DOCUMENT.to_owned()),
    ]);
    Ok(values)
}

fn rear() -> Values {
    let [first, second, third] = specimen::mrz().map(|line| line.replace('<', "&lt;"));
    let mut values = size();
    values.extend([
        ("waves", waves(4.5, 30.0, 1.9, 1.9)),
        ("rosette", rosette(44.0, 17.0, 13.0)),
        ("document", specimen::DOCUMENT.to_owned()),
        ("mrz_1", first),
        ("mrz_2", second),
        ("mrz_3", third),
        // Ten characters to the inch, thirty of them, in the middle of the card.
        (
            "mrz_columns",
            (0..30)
                .map(|at| format!("{:.2} ", 4.7 + 2.54 * f64::from(at)))
                .collect(),
        ),
    ]);
    values
}

fn size() -> Values {
    Values::from([
        ("width", (WIDTH * FINENESS).round().to_string()),
        ("height", (HEIGHT * FINENESS).round().to_string()),
    ])
}

/// Fine waving lines over the card's whole width, between two heights.
fn waves(top: f64, bottom: f64, pitch: f64, swing: f64) -> String {
    let mut path = String::from("<path d=\"");
    let mut y = top;
    while y < bottom {
        for step in 0..=107 {
            let x = f64::from(step) * 0.8;
            let up = swing * (x / 9.0 + y / 7.0).sin() + 0.5 * swing * (x / 4.1 - y / 3.0).sin();
            let _ = write!(path, "{}{x:.1} {:.2}", if step == 0 { 'M' } else { 'L' }, y + up);
        }
        y += pitch;
    }
    path + "\"/>"
}

/// A flower of fine lines.
fn rosette(x: f64, y: f64, radius: f64) -> String {
    let mut path = String::from("<path d=\"");
    for ring in 0..6 {
        let size = radius * (0.4 + 0.11 * f64::from(ring));
        let lead = 0.5 * f64::from(ring);
        for step in 0..=240 {
            let angle = f64::from(step) * std::f64::consts::TAU / 240.0;
            let out = size * (1.0 + 0.12 * (8.0 * angle + lead).cos());
            let mark = if step == 0 { 'M' } else { 'L' };
            let _ = write!(
                path,
                "{mark}{:.2} {:.2}",
                x + out * angle.cos(),
                y + out * angle.sin()
            );
        }
    }
    path + "\"/>"
}
