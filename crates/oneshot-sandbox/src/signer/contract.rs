//! The service contract the API hands out before signing. Here: a page that says that it is none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lopdf::{Object, ObjectId, Stream};

use super::appearance::{dictionary, helvetica, win_ansi};
use super::authority::Authority;
use super::pades::name_of;
use super::update::{whole, write_literal};

/// A4, points.
const PAPER: [f32; 4] = [0.0, 0.0, 595.0, 842.0];
/// Lines of facts on one page, and letters in a line.
const LINES: usize = 42;
const LETTERS: usize = 88;

const CATALOG: ObjectId = (1, 0);
const PAGES: ObjectId = (2, 0);
const PLAIN: ObjectId = (3, 0);
const BOLD: ObjectId = (4, 0);

const BANNER: &str = "SANDBOX - NOT A CONTRACT";
const PREAMBLE: [&str; 3] = [
    "This page stands where the trust service provider's contract would stand. It was made by a",
    "practice server, binds nobody, and names no real certificate. The facts of the request:",
    "",
];

impl Authority {
    /// A document with these facts, name and value each, and a banner that it is no contract.
    #[expect(
        clippy::unused_self,
        reason = "the authority is the party that hands contracts out"
    )]
    pub fn contract(&self, facts: &[(String, String)], now: Timestamp) -> Vec<u8> {
        let mut lines: Vec<String> = PREAMBLE.map(str::to_owned).to_vec();
        for (name, value) in facts {
            lines.extend(broken(&format!("{name}: {value}")));
        }
        lines.push(String::new());
        lines.push(format!(
            "Made on {}",
            now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        ));

        let mut objects = BTreeMap::new();
        objects.insert(PLAIN, Object::Dictionary(helvetica("Helvetica")));
        objects.insert(BOLD, Object::Dictionary(helvetica("Helvetica-Bold")));
        let mut kids = Vec::new();
        let mut next = BOLD.0 + 1;
        let sheets: Vec<&[String]> = lines.chunks(LINES).collect();
        for (number, sheet) in sheets.iter().enumerate() {
            let (page, drawing) = ((next, 0), (next + 1, 0));
            next += 2;
            let foot = format!("Page {} of {}", number + 1, sheets.len());
            objects.insert(
                drawing,
                Object::Stream(Stream::new(lopdf::Dictionary::new(), drawn(sheet, &foot))),
            );
            objects.insert(
                page,
                Object::Dictionary(dictionary([
                    ("Type", name_of("Page")),
                    ("Parent", PAGES.into()),
                    ("Contents", drawing.into()),
                ])),
            );
            kids.push(Object::Reference(page));
        }
        let fonts = dictionary([("F", PLAIN.into()), ("B", BOLD.into())]);
        objects.insert(
            PAGES,
            Object::Dictionary(dictionary([
                ("Type", name_of("Pages")),
                ("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX).into()),
                ("Kids", kids.into()),
                ("MediaBox", PAPER.map(Object::Real).to_vec().into()),
                ("Resources", dictionary([("Font", fonts.into())]).into()),
            ])),
        );
        objects.insert(
            CATALOG,
            Object::Dictionary(dictionary([
                ("Type", name_of("Catalog")),
                ("Pages", PAGES.into()),
            ])),
        );
        whole(&objects, CATALOG)
    }
}

fn drawn(lines: &[String], foot: &str) -> Vec<u8> {
    let mut drawing = Vec::new();
    let mut put = |font: &str, at: (f32, f32), text: &str| {
        let mut move_there = String::new();
        let _ = write!(move_there, "BT {font} Tf {} {} Td ", at.0, at.1);
        drawing.extend_from_slice(move_there.as_bytes());
        write_literal(&mut drawing, &win_ansi(text));
        drawing.extend_from_slice(b" Tj ET\n");
    };
    put("0.75 0.1 0.1 rg /B 22", (60.0, 770.0), BANNER);
    let mut y = 730.0;
    for line in lines {
        put("0 g /F 11", (60.0, y), line);
        y -= 16.0;
    }
    put("0.4 g /F 9", (60.0, 40.0), foot);
    drawing
}

/// A long line at its blanks, or wherever the sheet ends.
fn broken(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        for piece in word.chars().collect::<Vec<_>>().chunks(LETTERS) {
            let piece: String = piece.iter().collect();
            if !line.is_empty() && line.chars().count() + 1 + piece.chars().count() > LETTERS {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
    }
    lines.push(line);
    lines
}
