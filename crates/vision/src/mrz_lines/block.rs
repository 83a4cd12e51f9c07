//! The lines of one MRZ, as a block that is read together.

use jiff::civil::Date;

use crate::geometry::Quad;
use crate::mrz::{self, Reading};
use crate::net::NetError;
use crate::pixels::Picture;
use crate::text::TextReader;

use super::charset::KINDS;
use super::grid::{Grid, Seen};
use super::layout;
use super::strand::Strand;
use super::{LEAST_CONFIDENCE, LEAST_SCORE, MrzReading};

/// Lines that are read to see whether they are an MRZ, at once and at most.
const AT_ONCE: usize = 3;
const AT_MOST: usize = 18;
/// How long a line has to be against its thickness: 30 characters are some 12 times as long as their box is thick.
const LEAST_LENGTH: f32 = 7.0;
/// The least share of characters that an MRZ can hold.
const LEAST_LIKENESS: f32 = 0.8;

/// Lines below each other, as they are read.
pub struct Block {
    lines: Vec<Strand>,
}

impl Block {
    /// The lines among `strands` that look like an MRZ when they are read, and their neighbours.
    pub fn find(
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        strands: &[Strand],
    ) -> Result<Option<Self>, NetError> {
        let long: Vec<Strand> = strands
            .iter()
            .filter(|s| s.length() > LEAST_LENGTH * s.thickness)
            .take(AT_MOST)
            .copied()
            .collect();
        for reversed in [false, true] {
            let turned: Vec<Strand> = long
                .iter()
                .map(|s| if reversed { s.reversed() } else { *s })
                .collect();
            for few in turned.chunks(AT_ONCE) {
                let seen = look(reader, picture, kinds, few, 1.0, |s| (0.0, s.length()))?;
                let best = few
                    .iter()
                    .zip(&seen)
                    .map(|(strand, seen)| (strand, seen.as_ref().map_or(0.0, Seen::likeness)))
                    .max_by(|a, b| a.1.total_cmp(&b.1));
                if let Some((strand, likeness)) = best
                    && likeness >= LEAST_LIKENESS
                {
                    return Ok(Some(Self::around(strand, strands, reversed)));
                }
            }
        }
        Ok(None)
    }

    fn around(first: &Strand, strands: &[Strand], reversed: bool) -> Self {
        let mut lines = vec![*first];
        for strand in strands {
            let strand = if reversed { strand.reversed() } else { *strand };
            if strand.start.distance(first.start) > 1e-3 && first.is_beside(&strand) {
                lines.push(strand);
            }
        }
        lines.sort_by(|a, b| first.local(a.centre()).1.total_cmp(&first.local(b.centre()).1));
        Self { lines }
    }

    /// Reads the lines in strips `margin` times as thick as their boxes, all from the leftmost start to the rightmost
    /// end, and takes those that make up the best MRZ.
    pub fn read(
        &self,
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        margin: f32,
        on: Date,
    ) -> Result<Option<MrzReading>, NetError> {
        let Some(axis) = self.lines.iter().max_by(|a, b| a.length().total_cmp(&b.length())) else {
            return Ok(None);
        };
        let mut ends = (0.0_f32, axis.length());
        for line in &self.lines {
            ends.0 = ends.0.min(axis.local(line.start).0);
            ends.1 = ends.1.max(axis.local(line.end).0);
        }
        let span = |line: &Strand| {
            let below = axis.local(line.centre()).1;
            (
                line.local(axis.point(ends.0, below)).0,
                line.local(axis.point(ends.1, below)).0,
            )
        };
        let seen = look(reader, picture, kinds, &self.lines, margin, span)?;
        let lines: Vec<(Strand, f32, &Seen)> = self
            .lines
            .iter()
            .zip(&seen)
            .filter_map(|(line, seen)| Some((*line, span(line).0, seen.as_ref()?)))
            .collect();
        let mut best: Option<(f32, MrzReading)> = None;
        for (count, rows) in [(30, 3), (44, 2), (36, 2), (30, 1)] {
            for window in lines.windows(rows) {
                let Some((score, found)) = candidate(window, count, on) else {
                    continue;
                };
                let better = best
                    .as_ref()
                    .is_none_or(|(known, it)| (found.mrz.valid, score) > (it.mrz.valid, *known));
                if better {
                    best = Some((score, found));
                }
            }
        }
        Ok(best.map(|(_, found)| found))
    }
}

/// The MRZ that neighbouring lines make up, if they have `count` characters each.
fn candidate(lines: &[(Strand, f32, &Seen)], count: usize, on: Date) -> Option<(f32, MrzReading)> {
    let grids: Vec<Grid> = lines
        .iter()
        .map(|(_, _, seen)| seen.grid(count))
        .collect::<Option<_>>()?;
    let (model, model_seen) = grids
        .iter()
        .zip(lines)
        .max_by(|a, b| a.0.score.total_cmp(&b.0.score))
        .map(|(g, l)| (*g, l.2))?;
    let grids: Vec<Grid> = grids
        .into_iter()
        .zip(lines)
        .map(|(own, (_, _, seen))| seen.grid_of_neighbour(own, &model, model_seen.length))
        .collect();
    let score = mean(grids.iter().map(|g| g.score));
    if score < LEAST_SCORE {
        return None;
    }
    let mut reading = Reading {
        lines: lines
            .iter()
            .zip(&grids)
            .map(|((_, _, seen), grid)| seen.cells(grid))
            .collect(),
    };
    layout::expect(&mut reading);
    if confidence(&reading) < LEAST_CONFIDENCE {
        return None;
    }
    let mrz = mrz::settle(std::slice::from_ref(&reading), &[], on)?;
    let (first, from, _) = lines.first()?;
    let (last, last_from, _) = lines.last()?;
    let edge = |strand: &Strand, from: f32, grid: &Grid| {
        let grid = grid.shifted(from);
        strand.quad(grid.start(), grid.end(), 0.8)
    };
    let upper = edge(first, *from, grids.first()?).0;
    let lower = edge(last, *last_from, grids.last()?).0;
    Some((
        score,
        MrzReading {
            reading,
            mrz,
            quad: Quad([upper[0], upper[1], lower[2], lower[3]]),
            turns: first.quarter_turns(),
        },
    ))
}

fn confidence(reading: &Reading) -> f32 {
    mean(reading.lines.iter().flatten().map(|cell| cell.best().confidence))
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0_f32), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

/// Reads each line over a span of it.
fn look(
    reader: &TextReader,
    picture: &Picture,
    kinds: &[u8],
    lines: &[Strand],
    margin: f32,
    span: impl Fn(&Strand) -> (f32, f32),
) -> Result<Vec<Option<Seen>>, NetError> {
    let spans: Vec<(f32, f32)> = lines.iter().map(span).collect();
    let quads: Vec<Quad> = lines
        .iter()
        .zip(&spans)
        .map(|(line, &(from, to))| line.quad(from, to, margin))
        .collect();
    let steps = reader.steps(picture, &quads)?;
    Ok(steps
        .into_iter()
        .zip(spans)
        .map(|(steps, (from, to))| {
            steps.map(|steps| {
                let folded: Vec<[f32; KINDS]> = steps
                    .iter()
                    .map(|classes| {
                        let mut sums = [0.0; KINDS];
                        for (&kind, &p) in kinds.iter().zip(classes) {
                            sums[usize::from(kind)] += p;
                        }
                        sums
                    })
                    .collect();
                let at = (0..folded.len())
                    .map(|step| steps.at(step) * (to - from))
                    .collect();
                Seen {
                    steps: folded,
                    at,
                    length: to - from,
                }
            })
        })
        .collect())
}
