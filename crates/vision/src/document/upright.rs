//! Which way up a document without an MRZ lies, told by its print.

use crate::geometry::Quad;
use crate::net::NetError;
use crate::pixels::Picture;
use crate::text::TextReader;

/// So many of the longest lines are read both ways.
const LINES: usize = 5;
/// A line has to be this many times as long as it is high to say anything.
const LEAST_ASPECT: f32 = 3.0;

/// The quarter turns clockwise that make `picture` upright, 0 to 3. `quads` are the outlines of its lines as
/// [`TextReader::find`] gives them.
pub fn turns(reader: &TextReader, picture: &Picture, quads: &[Quad]) -> Result<usize, NetError> {
    let mut long: Vec<Quad> = quads
        .iter()
        .filter(|quad| {
            let (across, down) = quad.size();
            across > LEAST_ASPECT * down
        })
        .copied()
        .collect();
    long.sort_by(|a, b| b.size().0.total_cmp(&a.size().0));
    let length = |steep: bool| -> f32 {
        let some = long.iter().filter(|quad| is_steep(quad) == steep);
        some.map(|quad| quad.size().0).sum()
    };
    let steep = length(true) > length(false);
    long.retain(|quad| is_steep(quad) == steep);
    long.truncate(LINES);
    let turned: Vec<Quad> = long.iter().map(|quad| quad.turned(2)).collect();
    let sure = |quads: &[Quad]| -> Result<f32, NetError> {
        let lines = reader.read_lines(picture, quads)?;
        Ok(lines
            .iter()
            .map(|line| line.confidence * line.quad.size().0)
            .sum())
    };
    let reversed = sure(&turned)? > sure(&long)?;
    // A steep line is read downwards: the document lies a quarter turn clockwise, and three more make it upright.
    Ok(match (steep, reversed) {
        (false, false) => 0,
        (false, true) => 2,
        (true, false) => 3,
        (true, true) => 1,
    })
}

fn is_steep(quad: &Quad) -> bool {
    let [a, b, ..] = quad.0;
    (b.x - a.x).abs() < (b.y - a.y).abs()
}
