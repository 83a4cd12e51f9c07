//! Which way up a document without an MRZ lies, told by its print.

use crate::geometry::Quad;
use crate::net::NetError;
use crate::pixels::Picture;
use crate::text::{Line, TextReader};

/// So many of the longest lines are read both ways.
const LINES: usize = 5;
/// A line has to be this many times as long as it is high to say anything.
const LEAST_ASPECT: f32 = 3.0;
/// Lines this sure, in the mean, are not read the other way: print that stands on its head is not.
const SURE: f32 = 0.93;

/// Which way up a document lies.
pub struct Upright {
    /// The quarter turns clockwise that make the picture upright, 0 to 3.
    pub turns: usize,
    /// The lines that were read to find out, by their place among the outlines.
    pub read: Vec<(usize, Line)>,
}

/// Finds out which way up `picture` is. `quads` are the outlines of its lines as [`TextReader::find`] gives them.
pub fn upright(reader: &TextReader, picture: &Picture, quads: &[Quad]) -> Result<Upright, NetError> {
    let mut long: Vec<(usize, Quad)> = quads
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, quad)| {
            let (across, down) = quad.size();
            across > LEAST_ASPECT * down
        })
        .collect();
    long.sort_by(|a, b| b.1.size().0.total_cmp(&a.1.size().0));
    let length = |steep: bool| -> f32 {
        let some = long.iter().filter(|(_, quad)| is_steep(quad) == steep);
        some.map(|(_, quad)| quad.size().0).sum()
    };
    let steep = length(true) > length(false);
    long.retain(|(_, quad)| is_steep(quad) == steep);
    long.truncate(LINES);
    let read = |turns: usize| -> Result<(f32, Vec<(usize, Line)>), NetError> {
        let turned: Vec<Quad> = long.iter().map(|(_, quad)| quad.turned(turns)).collect();
        let lines = reader.read_lines(picture, &turned)?;
        let (mut sure, mut all) = (0.0, 0.0_f32);
        for line in &lines {
            let length = line.quad.size().0;
            sure += line.confidence * length;
            all += length;
        }
        let lines = long.iter().map(|(index, _)| *index).zip(lines).collect();
        Ok((sure / all.max(1.0), lines))
    };
    let (sure, lines) = read(0)?;
    // A steep line is read downwards: the document lies a quarter turn clockwise, and three more make it upright.
    let (as_found, reversed) = if steep { (3, 1) } else { (0, 2) };
    if sure < SURE {
        let (turned_sure, turned_lines) = read(2)?;
        if turned_sure > sure {
            return Ok(Upright {
                turns: reversed,
                read: turned_lines,
            });
        }
    }
    Ok(Upright {
        turns: as_found,
        read: lines,
    })
}

fn is_steep(quad: &Quad) -> bool {
    let [a, b, ..] = quad.0;
    (b.x - a.x).abs() < (b.y - a.y).abs()
}
