//! The whole reading of one picture: where the document is, which way it lies, what its zones say, how good it is.
//!
//! The stages run in the order of [`Stage`]. Each works on the document straightened and upright; whatever has a place
//! is given in pixels of the picture that came in. What two zones say is compared by `agreement`, and made fields of by
//! `holder`: both take [`Reading::side`], because a card has two.

mod bordered;
mod described;
mod frames;
mod sheet;
mod upright;
mod witnesses;

use jiff::civil::Date;
use serde::Serialize;

use crate::barcode::{self, Barcode};
use crate::face::FaceFinder;
use crate::find::{self, Found, Search};
use crate::geometry::{Homography, Quad, Rect};
use crate::mrz::{self, Fault, Mrz};
use crate::mrz_lines::{self, MrzReading};
use crate::net::NetError;
use crate::pixels::Picture;
use crate::portrait::Portrait;
use crate::quality::{self, Known, Quality};
use crate::sides::{CodedZone, Side};
use crate::text::{Line, TextReader};
use crate::viz::{self, Fields, Hints, Names};

pub use described::{Document, Kind};
use sheet::Sheet;
use upright::Upright;

/// A part of the work, in the order it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking for the document's border.
    Find,
    /// Straightening, and looking for lines of text.
    Text,
    /// Reading the MRZ.
    Mrz,
    /// Reading all other lines, and making fields of them.
    Viz,
    /// Looking for the portrait.
    Portrait,
    /// Looking for barcodes.
    Barcode,
    /// Judging the picture.
    Quality,
}

/// What was read in one picture. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct Reading {
    /// The document; `None` where there is none.
    pub document: Option<Document>,
    /// Its MRZ.
    pub mrz: Option<CodedLines>,
    /// Its visual zone.
    pub viz: Fields,
    /// Its portrait.
    pub portrait: Option<Portrait>,
    /// Its barcodes.
    pub barcodes: Vec<Barcode>,
    /// How good the picture is; `None` where the document's border was not found.
    pub quality: Option<Quality>,
    /// How many lines beside the MRZ were read surely.
    readable: usize,
}

/// An MRZ with its place. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct CodedLines {
    /// What it says.
    pub mrz: Mrz,
    /// What stands at each position, with alternatives: more frames can vote with it.
    pub reading: mrz::Reading,
    /// Its outline in the picture; the upper edge is above the first line.
    pub quad: Quad,
    /// The mean of its characters' confidence, 0 to 1.
    pub confidence: f32,
}

impl Reading {
    /// This picture as a side of a document, for `Holder::of` and `Agreement::of`.
    #[must_use]
    pub fn side(&self) -> Side<'_> {
        Side {
            coded: self.mrz.as_ref().map(|it| CodedZone {
                mrz: &it.mrz,
                quad: it.quad,
                confidence: it.confidence,
            }),
            printed: (!self.viz.values.is_empty()).then_some(&self.viz),
            portrait: self
                .document
                .is_some()
                .then(|| self.portrait.map_or(0.0, |portrait| portrait.face.score)),
        }
    }

    fn nothing() -> Self {
        Self {
            document: None,
            mrz: None,
            viz: Fields::default(),
            portrait: None,
            barcodes: Vec::new(),
            quality: None,
            readable: 0,
        }
    }
}

/// How long the longer side of a straightened document is made for finding its lines: 8 points are some 12 pixels high
/// then.
const LOOK: usize = 832;
/// The same for a picture whose document was not found, which fills less of it.
const LOOK_WHOLE: usize = 1_280;
/// Lines less sure than this are texture and not text.
const LEAST_SURE: f32 = 0.3;

/// A side that prints so many fields is not searched for barcodes, which takes as long as all the rest.
const FEW_FIELDS: usize = 4;

/// Reads documents: the networks, loaded once.
pub struct Reader {
    text: TextReader,
    faces: FaceFinder,
}

impl Reader {
    /// Loads the networks; some tenths of a second.
    ///
    /// # Errors
    /// [`NetError::Load`] where no engine takes them.
    pub fn load() -> Result<Self, NetError> {
        Ok(Self {
            text: TextReader::load()?,
            faces: FaceFinder::load()?,
        })
    }

    /// Reads the document in `picture`. `on` is the day of capture. `done` is told of every stage that ended: time is
    /// the caller's to measure.
    ///
    /// # Errors
    /// [`NetError::Run`] where a network fails, which no picture should bring about.
    pub fn read(
        &self,
        picture: &Picture,
        on: Date,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Reading, NetError> {
        let outlined = find::find(picture);
        let filling = find::filling(picture);
        done(Stage::Find);
        let mut unread = None;
        if let Some(outline) = outlined {
            let reading = self.read_sheet(picture, Some(&outline), on, done)?;
            if reading.says_something() {
                // What is drawn on a document has borders too: where the picture may be the document, its MRZ decides.
                let whole = match filling {
                    Some(_) if reading.mrz.is_none() => Some(self.read_sheet(picture, None, on, done)?),
                    _ => None,
                };
                let reading = whole.filter(|whole| whole.mrz.is_some()).unwrap_or(reading);
                return self.bordered(picture, reading, on, done);
            }
            let is_unread = reading.readable < MANY_LINES && outline.confidence >= SURE_WITHOUT_TEXT;
            unread = (is_unread && !reading.is_of_a_face()).then_some(reading);
        }
        // What little speaks for is not taken out of a picture that may itself be the document.
        if filling.is_none() {
            let search = Search {
                faint: true,
                ..Search::default()
            };
            let faint = find::find_with(picture, &search);
            done(Stage::Find);
            if let Some(outline) = faint {
                let reading = self.read_sheet(picture, Some(&outline), on, done)?;
                if reading.is_a_document(true) {
                    return self.bordered(picture, reading, on, done);
                }
            }
        }
        let reading = self.read_sheet(picture, None, on, done)?;
        if reading.is_a_document(filling.is_some() || outlined.is_some()) {
            return self.bordered(picture, reading, on, done);
        }
        Ok(unread.unwrap_or_else(Reading::nothing))
    }

    /// Reads what `outline` encloses, or the whole picture.
    fn read_sheet(
        &self,
        picture: &Picture,
        outline: Option<&Found>,
        on: Date,
        done: &mut dyn FnMut(Stage),
    ) -> Result<Reading, NetError> {
        let look = if outline.is_some() { LOOK } else { LOOK_WHOLE };
        let sheet = Sheet::of(picture, outline);
        let quads = self.text.find(sheet.picture(), look)?;
        done(Stage::Text);
        let least = sheet.least_coded_line(outline.is_some());
        let coded = mrz_lines::read_among(&self.text, sheet.picture(), &quads, least, on)?;
        done(Stage::Mrz);
        let Upright { turns, read } = match &coded {
            Some(coded) => Upright {
                turns: (4 - coded.turns) % 4,
                read: Vec::new(),
            },
            None => upright::upright(&self.text, sheet.picture(), &quads)?,
        };
        let coded = coded.map(|coded| CodedLines::of(coded, &sheet));
        let (sheet, quads) = sheet.turned(turns, quads);
        let lines = self.other_lines(&sheet, &quads, coded.as_ref(), read)?;
        let readable = lines.iter().filter(|line| line.confidence >= READABLE).count();
        let hints = hints(coded.as_ref(), on);
        let size = (sheet.picture().width(), sheet.picture().height());
        let mut fields = viz::read_beside(&lines, size, hints, coded.as_ref().map(|it| &it.mrz));
        done(Stage::Viz);
        let portrait = self.faces.upright_portrait(picture, &sheet.outline())?;
        done(Stage::Portrait);
        let barcodes = if coded.is_none() && portrait.is_none() && fields.values.len() < FEW_FIELDS {
            let mut codes = barcode::read(&sheet.picture().gray(), &barcode::Kind::ALL);
            for code in &mut codes {
                code.quad = sheet.in_picture(&code.quad);
            }
            codes
        } else {
            Vec::new()
        };
        done(Stage::Barcode);
        for value in fields.values.values_mut() {
            value.quad = sheet.in_picture(&value.quad);
        }
        let coded = coded.map(|coded| coded.witnessed(&fields, on));
        let quality = outline.map(|found| {
            let known = Known {
                portrait: portrait.as_ref().map(|it| it.quad),
                mrz: coded.as_ref().map(|it| it.quad),
                before: None,
            };
            quality::judge(picture, found, &known)
        });
        done(Stage::Quality);
        let shape = outline.map(|found| found.shape);
        let confidence = outline.map_or(0.5, |found| found.confidence);
        let quad = sheet.outline();
        let document = Document::of(
            quad,
            shape,
            confidence,
            coded.as_ref(),
            &fields,
            portrait.is_some(),
        );
        Ok(Reading {
            document: Some(document),
            mrz: coded,
            viz: fields,
            portrait,
            barcodes,
            quality,
            readable,
        })
    }

    /// The lines that are not the MRZ's, from top to bottom. `read` has some of them already, by their place among
    /// `quads`.
    fn other_lines(
        &self,
        sheet: &Sheet,
        quads: &[Quad],
        coded: Option<&CodedLines>,
        read: Vec<(usize, Line)>,
    ) -> Result<Vec<Line>, NetError> {
        let zone = coded.map(|coded| sheet.in_sheet(&coded.quad).bounds());
        let in_zone = |quad: &Quad| {
            let bounds = quad.bounds();
            zone.is_some_and(|zone| bounds.overlap(zone) >= 0.5 * bounds.area())
        };
        let is_wanted =
            |(index, quad): &(usize, &Quad)| !in_zone(quad) && !read.iter().any(|(known, _)| known == index);
        let wanted: Vec<Quad> = quads
            .iter()
            .enumerate()
            .filter(is_wanted)
            .map(|(_, quad)| *quad)
            .collect();
        let mut lines = self.text.read_lines(sheet.picture(), &wanted)?;
        lines.extend(read.into_iter().map(|(index, line)| Line {
            quad: quads[index],
            ..line
        }));
        lines.retain(|line| line.confidence >= LEAST_SURE && !line.text.trim().is_empty());
        lines.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
        Ok(lines)
    }
}

/// A border this sure is a document's where nothing in it can be read. Where so many lines can be read and none is of
/// an identity document, it is another card, or a page.
const SURE_WITHOUT_TEXT: f32 = 0.6;
const MANY_LINES: usize = 3;
/// The eyes of a portrait are some 6 to 8 mm apart: a fourteenth of the width of a card or a page, and a fifth of that of
/// the portrait itself.
const EYES_APART: f32 = 0.11;
/// A face less sure than this may be a pattern: its eyes are not measured.
const SURE_FACE: f32 = 0.8;
/// A line this sure is read.
const READABLE: f32 = 0.8;

impl Reading {
    /// Whether an identity document is recognised surely enough for its picture to be taken without a person: by its
    /// MRZ, by the words it has for its kind or state, or by a portrait with a field beside it. A border and print are
    /// what a bank card has too.
    #[must_use]
    pub fn is_recognised(&self) -> bool {
        let named = self.viz.kind.is_some() || self.viz.country.is_some();
        let values = self.viz.values.len();
        self.mrz.is_some() || (named && values >= 1) || (self.portrait.is_some() && values >= 1)
    }

    /// Whether anything of a document was read.
    fn says_something(&self) -> bool {
        let names = self.viz.kind.is_some() || self.viz.country.is_some() || self.portrait.is_some();
        (self.mrz.is_some() || self.viz.values.len() >= 2 || names) && !self.is_of_a_face()
    }

    /// Whether its border is that of a portrait: the eyes are too far apart in it for a document's.
    fn is_of_a_face(&self) -> bool {
        let (Some(portrait), Some(document)) = (&self.portrait, &self.document) else {
            return false;
        };
        // On the straightened document: of a tilted one, what is nearer is larger.
        let (across, down) = document.quad.size();
        let straight = Quad::of(Rect::new(0.0, 0.0, across, down));
        let eyes = Homography::between(&document.quad, &straight).map_or(0.0, |map| {
            let [right, left, ..] = portrait.face.points;
            map.apply(right).distance(map.apply(left))
        });
        portrait.face.score >= SURE_FACE && eyes > EYES_APART * across.max(down)
    }

    /// Whether a picture whose border says little is of a document: by what can be read in it, less where it
    /// `has_shape`, the proportions of one.
    fn is_a_document(&self, has_shape: bool) -> bool {
        let named = self.viz.kind.is_some() || self.viz.country.is_some();
        let values = self.viz.values.len();
        self.mrz.is_some()
            || (values >= 3 && (named || self.portrait.is_some()))
            || (has_shape && values >= 2 && (named || self.portrait.is_some()))
    }
}

impl CodedLines {
    fn of(read: MrzReading, sheet: &Sheet) -> Self {
        let cells = || read.reading.lines.iter().flatten();
        let sum: f32 = cells().map(|cell| cell.best().confidence).sum();
        #[expect(clippy::cast_precision_loss, reason = "an MRZ has at most 90 characters")]
        let confidence = sum / cells().count().max(1) as f32;
        Self {
            mrz: read.mrz,
            quad: sheet.in_picture(&read.quad),
            reading: read.reading,
            confidence,
        }
    }

    /// Mended where check digits and the visual zone prove it together. Where the digits are right and a character they
    /// do not cover is not sure, the visual zone has to bear the names out, or the MRZ is not taken for valid.
    fn witnessed(mut self, fields: &Fields, on: Date) -> Self {
        if !self.mrz.valid {
            let witnesses = witnesses::of(fields);
            if let Some(mrz) = mrz::settle(std::slice::from_ref(&self.reading), &witnesses, on) {
                self.mrz = mrz;
            }
        }
        if self.mrz.valid && !witnesses::bear_out(&self.reading, &self.mrz, fields) {
            self.mrz.valid = false;
            self.mrz.errors.push(Fault::Unsure);
        }
        self
    }
}

fn hints(coded: Option<&CodedLines>, on: Date) -> Hints<'_> {
    let mrz = coded.map(|coded| &coded.mrz).filter(|mrz| mrz.valid);
    let get = |field| mrz.and_then(|mrz| mrz.get(field));
    Hints {
        country: get(mrz::Field::IssuingState),
        names: get(mrz::Field::Surname).map(|surname| Names {
            surname,
            given_names: get(mrz::Field::GivenNames).unwrap_or(""),
        }),
        today: Some(on),
    }
}
