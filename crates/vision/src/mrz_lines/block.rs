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

/// Lines that are read to see whether they are an MRZ, at most.
const AT_MOST: usize = 18;
/// Lines on either side of one that are read with it: an MRZ has three.
const NEIGHBOURS: usize = 2;
/// How long a neighbour has to be against it: a short name may be seen without its fillers.
const LEAST_NEIGHBOUR: f32 = 0.3;
/// How long a line has to be against its thickness: 30 characters are some 12 times as long as their box is thick.
const LEAST_LENGTH: f32 = 7.0;
/// The least share of characters that an MRZ can hold.
const LEAST_LIKENESS: f32 = 0.8;

/// Lines below each other, as they are read.
pub struct Block {
    lines: Vec<Strand>,
    /// What was seen of each when they were found.
    seen: Vec<Option<Seen>>,
}

impl Block {
    /// The first lines among `strands`, each with its neighbours, that look like an MRZ when they are read: of those
    /// that are `least` pixels long or longer, and are not `known`. What was looked at is known from then on.
    pub fn find(
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        strands: &[Strand],
        least: f32,
        known: &mut Vec<Strand>,
    ) -> Result<Option<Self>, NetError> {
        for reversed in [false, true] {
            let turned: Vec<Strand> = strands
                .iter()
                .map(|s| if reversed { s.reversed() } else { *s })
                .collect();
            let is_long = |s: &&Strand| s.length() > (LEAST_LENGTH * s.thickness).max(least);
            for first in turned.iter().filter(is_long).take(AT_MOST) {
                if known.iter().any(|it| it.is(first)) {
                    continue;
                }
                let mut block = Self::seen_around(reader, picture, kinds, first, &turned)?;
                known.push(*first);
                known.extend(block.unlike());
                let Some(likest) = block.likest() else {
                    continue;
                };
                // What stood above it may have been come upon first, and the last line be out of its reach.
                if !likest.is(first) {
                    block = Self::seen_around(reader, picture, kinds, &likest, &turned)?;
                    known.push(likest);
                    known.extend(block.unlike());
                }
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// A line and its neighbours, read.
    fn seen_around(
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        first: &Strand,
        strands: &[Strand],
    ) -> Result<Self, NetError> {
        let mut block = Self {
            lines: around(first, strands),
            seen: Vec::new(),
        };
        block.seen = block.look(reader, picture, kinds, 1.0)?;
        Ok(block)
    }

    /// The line that looks most like one of an MRZ, if one does.
    fn likest(&self) -> Option<Strand> {
        self.lines
            .iter()
            .zip(&self.seen)
            .filter_map(|(line, seen)| Some((*line, seen.as_ref()?.likeness())))
            .filter(|(_, likeness)| *likeness >= LEAST_LIKENESS)
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(line, _)| line)
    }

    /// The lines that do not look like one of an MRZ.
    fn unlike(&self) -> impl Iterator<Item = Strand> {
        self.lines
            .iter()
            .zip(&self.seen)
            .filter(|(_, seen)| seen.as_ref().is_none_or(|seen| seen.likeness() < LEAST_LIKENESS))
            .map(|(line, _)| *line)
    }

    /// The longest line, the leftmost start and the rightmost end along it.
    fn axis(&self) -> Option<(Strand, f32, f32)> {
        let axis = *self
            .lines
            .iter()
            .max_by(|a, b| a.length().total_cmp(&b.length()))?;
        let (mut start, mut end) = (0.0_f32, axis.length());
        for line in &self.lines {
            start = start.min(axis.local(line.start).0);
            end = end.max(axis.local(line.end).0);
        }
        Some((axis, start, end))
    }

    /// Of each line, from where to where along itself it is read.
    fn spans(&self) -> Vec<(f32, f32)> {
        let Some((axis, start, end)) = self.axis() else {
            return Vec::new();
        };
        let span = |line: &Strand| {
            let below = axis.local(line.centre()).1;
            (
                line.local(axis.point(start, below)).0,
                line.local(axis.point(end, below)).0,
            )
        };
        self.lines.iter().map(span).collect()
    }

    /// Reads the lines in strips `margin` times as thick as their boxes, all from the leftmost start to the rightmost
    /// end.
    fn look(
        &self,
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        margin: f32,
    ) -> Result<Vec<Option<Seen>>, NetError> {
        look(reader, picture, kinds, &self.lines, margin, &self.spans())
    }

    /// As it was seen when it was found, or read again with another `margin`: the lines that make up the best MRZ.
    pub fn read(
        &self,
        reader: &TextReader,
        picture: &Picture,
        kinds: &[u8],
        margin: Option<f32>,
        on: Date,
    ) -> Result<Option<MrzReading>, NetError> {
        let again = match margin {
            Some(margin) => Some(self.look(reader, picture, kinds, margin)?),
            None => None,
        };
        let seen = again.as_ref().unwrap_or(&self.seen);
        let lines: Vec<(Strand, f32, &Seen)> = self
            .lines
            .iter()
            .zip(self.spans())
            .zip(seen)
            .filter_map(|((line, span), seen)| Some((*line, span.0, seen.as_ref()?)))
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

/// A line and its neighbours, from the first to the last as they are read.
fn around(first: &Strand, strands: &[Strand]) -> Vec<Strand> {
    let mut lines: Vec<(f32, Strand)> = strands
        .iter()
        .filter(|strand| !strand.is(first) && first.is_beside(strand))
        .filter(|strand| strand.length() >= LEAST_NEIGHBOUR * first.length())
        .map(|strand| (first.local(strand.centre()).1, *strand))
        .collect();
    lines.push((0.0, *first));
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = lines.iter().position(|(below, _)| *below >= 0.0).unwrap_or(0);
    let from = at.saturating_sub(NEIGHBOURS);
    let to = (at + NEIGHBOURS + 1).min(lines.len());
    lines[from..to].iter().map(|(_, strand)| *strand).collect()
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
    spans: &[(f32, f32)],
) -> Result<Vec<Option<Seen>>, NetError> {
    let quads: Vec<Quad> = lines
        .iter()
        .zip(spans)
        .map(|(line, &(from, to))| line.quad(from, to, margin))
        .collect();
    let steps = reader.steps(picture, &quads)?;
    Ok(steps
        .into_iter()
        .zip(spans)
        .map(|(steps, &(from, to))| {
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
