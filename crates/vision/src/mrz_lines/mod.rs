//! The MRZ in a picture: found among the lines of text, whichever way the document lies, and read.
//!
//! A detector of text at a reduced size gives boxes; long ones beside each other are candidates. They are read from
//! the full picture with the reader's classes summed up into the 37 characters of an MRZ, and laid on a grid of 30, 36
//! or 44 characters. What does not come out right is read again with another margin and from a larger picture, and the
//! readings vote. Nothing is bent towards validity: see [`crate::mrz::settle`].

mod block;
mod charset;
mod grid;
mod layout;
mod strand;

use jiff::civil::Date;

use crate::geometry::Quad;
use crate::mrz::{self, Format, Mrz, Reading};
use crate::net::NetError;
use crate::pixels::Picture;
use crate::text::TextReader;

use block::Block;

/// An MRZ that was read from a picture. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct MrzReading {
    /// What stands at each position, with alternatives.
    pub reading: Reading,
    /// What it says, whether it is right or not.
    pub mrz: Mrz,
    /// The outline of the lines in the picture; the upper edge is above the first line as it is read.
    pub quad: Quad,
    /// The quarter turns clockwise that the document lies turned by, 0 to 3, to the nearest.
    pub turns: usize,
}

/// How long the longer side of the picture is made for finding lines: at first, and where that was not enough.
const LOOK: usize = 736;
const CLOSE_LOOK: usize = 1280;
/// How thick a strip is read against the box that was found, after it was read as thick as that: a tight one for where
/// neighbours come into it.
const OTHER_MARGINS: [f32; 2] = [0.8, 1.25];
/// So many blocks of lines are put to the proof at most: each costs as much as reading five lines.
const LIKELY_BLOCKS: usize = 3;
/// A picture this large may hold a document too small to be found at the first look.
const LARGE: usize = 1600;
/// Where a character without a check digit is less sure than this, all is read again with other margins.
const SURE_AT_ONCE: f32 = 0.7;
/// What [`MrzReading::weakest_unchecked`] has to be for an MRZ to be taken without a look.
pub const SURE: f32 = 0.45;
/// What is not valid has to be this sure and to lie this well on its grid to be an MRZ at all.
const LEAST_CONFIDENCE: f32 = 0.6;
const LEAST_SCORE: f32 = 0.45;

/// Finds and reads the MRZ in `picture`: of a whole frame or of a straightened document, upright, turned or tilted.
/// `on` is the day of capture. `None` where there is none.
///
/// # Errors
/// [`NetError::Run`] where a network fails.
pub fn read(reader: &TextReader, picture: &Picture, on: Date) -> Result<Option<MrzReading>, NetError> {
    let mut tried = Tried::of(0.0);
    let quads = reader.find(picture, LOOK)?;
    if let Some(read) = tried.look(reader, picture, &quads, on)? {
        return Ok(Some(read));
    }
    tried.look_closer(reader, picture, on)
}

/// As [`read`], where the outlines of the lines are known from a look of one's own: they are looked for again only
/// where these hold an MRZ that does not come out right. No line shorter than `least`, in pixels, is taken for one of
/// an MRZ; pieces of it may be shorter.
///
/// # Errors
/// As [`read`].
pub fn read_among(
    reader: &TextReader,
    picture: &Picture,
    quads: &[Quad],
    least: f32,
    on: Date,
) -> Result<Option<MrzReading>, NetError> {
    let mut tried = Tried::of(least);
    if let Some(read) = tried.look(reader, picture, quads, on)? {
        return Ok(Some(read));
    }
    tried.look_closer(reader, picture, on)
}

/// Whether nothing has to be read again.
fn is_good(found: &MrzReading) -> bool {
    found.mrz.valid && found.weakest_unchecked() >= SURE_AT_ONCE
}

/// What was read of one picture so far, none of it good enough to stop.
struct Tried {
    readings: Vec<MrzReading>,
    /// How long a line has to be, in pixels.
    least: f32,
}

impl Tried {
    const fn of(least: f32) -> Self {
        Self {
            readings: Vec::new(),
            least,
        }
    }

    /// Reads the likeliest lines among `quads`, with one margin after the other until it is good.
    fn look(
        &mut self,
        reader: &TextReader,
        picture: &Picture,
        quads: &[Quad],
        on: Date,
    ) -> Result<Option<MrzReading>, NetError> {
        let kinds = charset::kinds(reader.classes());
        let strands = strand::long_strands(quads);
        let mut known = Vec::new();
        let mut likely: Option<(Block, Option<MrzReading>)> = None;
        // A heading in capitals looks like a line of an MRZ too, and lies on no grid.
        for _ in 0..LIKELY_BLOCKS {
            let Some(block) = Block::find(reader, picture, &kinds, &strands, self.least, &mut known)? else {
                break;
            };
            let found = block.read(reader, picture, &kinds, None, on)?;
            if found.as_ref().is_some_and(is_good) {
                return Ok(found);
            }
            let worth = |found: &Option<MrzReading>| {
                found
                    .as_ref()
                    .map(|it| (it.mrz.valid, it.mrz.format != Format::Unknown, it.mrz.lines.len()))
            };
            if likely
                .as_ref()
                .is_none_or(|(_, known)| worth(&found) > worth(known))
            {
                likely = Some((block, found));
            }
            let lies_on_grid = |(_, found): &(Block, Option<MrzReading>)| {
                found.as_ref().is_some_and(|it| it.mrz.format != Format::Unknown)
            };
            if likely.as_ref().is_some_and(lies_on_grid) {
                break;
            }
        }
        // What lies on no grid when it is seen first does not with another margin.
        let Some((block, Some(found))) = likely else {
            return Ok(None);
        };
        self.readings.push(found);
        for margin in OTHER_MARGINS {
            if let Some(found) = block.read(reader, picture, &kinds, Some(margin), on)? {
                if is_good(&found) {
                    return Ok(Some(found));
                }
                self.readings.push(found);
            }
        }
        Ok(None)
    }

    /// Looks again in a larger picture, which costs three times as much: only where the first look has seen something,
    /// or could not.
    fn look_closer(
        mut self,
        reader: &TextReader,
        picture: &Picture,
        on: Date,
    ) -> Result<Option<MrzReading>, NetError> {
        let longer = picture.width().max(picture.height());
        let saw_something = !self.readings.is_empty() && longer >= CLOSE_LOOK * 3 / 4;
        let is_valid = self.readings.iter().any(|it| it.mrz.valid);
        if !is_valid && (saw_something || longer >= LARGE) {
            let quads = reader.find(picture, CLOSE_LOOK)?;
            if let Some(read) = self.look(reader, picture, &quads, on)? {
                return Ok(Some(read));
            }
        }
        Ok(together(self.readings, on))
    }
}

impl MrzReading {
    /// How sure the least sure of the characters is that no check digit covers (document code, states, sex, names), 0
    /// to 1. Below [`SURE`] a valid MRZ may still be misread there, and somebody has to look.
    #[must_use]
    pub fn weakest_unchecked(&self) -> f32 {
        weakest_unchecked(&self.reading)
    }
}

/// As [`MrzReading::weakest_unchecked`], of any reading.
pub(crate) fn weakest_unchecked(reading: &Reading) -> f32 {
    layout::unchecked(reading)
        .into_iter()
        .map(|(line, at)| reading.lines[line][at].best().confidence)
        .fold(1.0, f32::min)
}

/// The places no check digit covers that are less sure than the rest, as line and position.
pub(crate) fn unchecked(reading: &Reading) -> Vec<(usize, usize)> {
    layout::unchecked(reading)
}

/// What the attempts say together.
fn together(tried: Vec<MrzReading>, on: Date) -> Option<MrzReading> {
    let readings: Vec<Reading> = tried.iter().map(|it| it.reading.clone()).collect();
    let mut voted = mrz::vote(&readings)?;
    layout::expect(&mut voted);
    // One frame read again is no second witness: the vote stands for itself.
    let mrz = mrz::settle(std::slice::from_ref(&voted), &[], on)?;
    if !mrz.valid
        && let Some(at) = tried.iter().position(|it| it.mrz.valid)
    {
        return tried.into_iter().nth(at);
    }
    let shape = |reading: &Reading| reading.lines.iter().map(Vec::len).collect::<Vec<_>>();
    let model = tried.into_iter().find(|it| shape(&it.reading) == shape(&voted))?;
    let is_one = mrz.valid || (mrz.format != Format::Unknown && voted.lines.len() > 1);
    is_one.then_some(MrzReading {
        reading: voted,
        mrz,
        ..model
    })
}
