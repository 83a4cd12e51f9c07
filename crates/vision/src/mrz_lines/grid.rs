//! Characters on a grid: an MRZ is printed at one pitch, so that where a character stands says which one it is. Fillers
//! in a row are counted by that, not by what the network thinks it saw.

use crate::mrz::{Cell, Choice};

use super::charset::{BLANK, CHARACTERS, KINDS, OTHER};

/// How far the first character of one line may stand from that of another, in pitches.
const RAGGED: f32 = 0.6;
/// How much better a grid of its own has to fit a line before it is believed over that of its neighbour.
const OWN_WAY: f32 = 0.15;

/// A line as the network saw it: how likely each kind is at each step, and where the step is along the line.
pub struct Seen {
    pub steps: Vec<[f32; KINDS]>,
    /// Where the steps are, in pixels of the picture from the line's start.
    pub at: Vec<f32>,
    /// Pixels from the line's start to its end.
    pub length: f32,
}

/// Steps in a row that say the same.
#[derive(Clone, Copy)]
pub struct Peak {
    /// Its middle.
    at: f32,
    /// How likely it is a character of an MRZ at all, 0 to 1.
    held: f32,
    /// How likely the best kind is.
    weight: f32,
    kind: usize,
    /// Its steps: from the first to before the last.
    from: usize,
    to: usize,
}

/// A grid laid over a line: character `k` stands at `a + b k + c k²`; the square is what perspective does.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    a: f32,
    b: f32,
    c: f32,
    /// Characters a line.
    pub count: usize,
    /// How well characters and grid agree, at most 1.
    pub score: f32,
}

impl Grid {
    fn at(&self, k: f32) -> f32 {
        self.a + k * (self.b + k * self.c)
    }

    /// The left edge of the first character.
    pub fn start(&self) -> f32 {
        self.at(-0.5)
    }

    /// The right edge of the last character.
    pub fn end(&self) -> f32 {
        self.at(number(self.count) - 0.5)
    }

    /// The same grid seen from another start.
    pub fn shifted(&self, by: f32) -> Self {
        Self {
            a: self.a + by,
            ..*self
        }
    }
}

impl Seen {
    pub fn peaks(&self) -> Vec<Peak> {
        let mut peaks: Vec<Peak> = Vec::new();
        let mut before = BLANK;
        for (step, kinds) in self.steps.iter().enumerate() {
            let (kind, p) = best(kinds);
            if kind != BLANK {
                let held = 1.0 - kinds[OTHER] / (1.0 - kinds[BLANK]).max(1e-6);
                match peaks.last_mut() {
                    Some(last) if kind == before => {
                        let weight = last.weight + p;
                        last.at += (self.at[step] - last.at) * p / weight;
                        last.held = last.held.max(held);
                        last.weight = weight;
                        last.to = step + 1;
                    }
                    _ => peaks.push(Peak {
                        at: self.at[step],
                        held,
                        weight: p,
                        kind,
                        from: step,
                        to: step + 1,
                    }),
                }
            }
            before = kind;
        }
        for peak in &mut peaks {
            peak.weight = self.steps[peak.from..peak.to]
                .iter()
                .map(|s| s[peak.kind])
                .fold(0.0, f32::max);
        }
        peaks
    }

    /// How much this looks like a line of an MRZ: the share of characters an MRZ can hold, 0 where there are too few or
    /// too many of them, or neither fillers nor digits.
    pub fn likeness(&self) -> f32 {
        let peaks = self.peaks();
        let fillers = peaks.iter().filter(|p| p.kind == 1).count();
        let digits = peaks.iter().filter(|p| (2..12).contains(&p.kind)).count();
        if !(14..=60).contains(&peaks.len()) || fillers * 3 + digits < 6 {
            return 0.0;
        }
        let (mut held, mut all) = (0.0, 0.0);
        for peak in &peaks {
            held += peak.held * peak.weight;
            all += peak.weight;
        }
        held / all
    }

    /// The grid of `count` characters that fits best; `None` where there is hardly anything to fit.
    pub fn grid(&self, count: usize) -> Option<Grid> {
        let peaks = self.believable();
        let (first, last) = (peaks.first()?, peaks.last()?);
        if peaks.len() < count / 3 {
            return None;
        }
        let span = last.at - first.at;
        let mut gaps: Vec<f32> = peaks.windows(2).map(|w| w[1].at - w[0].at).collect();
        gaps.sort_by(f32::total_cmp);
        let usual = gaps[gaps.len() / 2];
        let mut best: Option<Grid> = None;
        for pitch in [
            span / number(count - 1),
            usual,
            span / number(count - 2),
            span / number(count),
        ] {
            // The first or the second character that was seen is the first of the line; what is before it is none.
            for origin in peaks.iter().take(3).map(|p| p.at).chain([first.at - pitch]) {
                if pitch > 1.0 {
                    let grid = fit(&peaks, origin, pitch, count);
                    if best.is_none_or(|known| grid.score > known.score) {
                        best = Some(grid);
                    }
                }
            }
        }
        best
    }

    /// The grid of another line of the same block, moved onto this one: both are printed at one pitch, one below the
    /// other. Fillers alone say little about the pitch; a neighbour full of characters says it well.
    pub fn grid_of_neighbour(&self, own: Grid, neighbour: &Grid, neighbour_length: f32) -> Grid {
        let peaks = self.believable();
        let scale = self.length / neighbour_length.max(1.0);
        let model = Grid {
            a: neighbour.a * scale,
            b: neighbour.b * scale,
            c: neighbour.c * scale,
            ..*neighbour
        };
        let best = (-2_i8..=2)
            .map(|step| {
                let mut grid = model.shifted(f32::from(step) / 2.0 * RAGGED * model.b);
                let (mut sum, mut weight) = (0.0, 0.0);
                for (k, place) in place(&peaks, &grid).into_iter().enumerate() {
                    if let Some(i) = place {
                        sum += (peaks[i].at - grid.at(number(k))) * peaks[i].weight;
                        weight += peaks[i].weight;
                    }
                }
                if weight > 0.0 {
                    let by = sum / weight;
                    let most = RAGGED * model.b;
                    grid.a = (grid.a + by).clamp(model.a - most, model.a + most);
                }
                grid.score = score(&peaks, &grid);
                grid
            })
            .max_by(|a, b| a.score.total_cmp(&b.score));
        best.filter(|shared| shared.score >= own.score - OWN_WAY)
            .unwrap_or(own)
    }

    fn believable(&self) -> Vec<Peak> {
        self.peaks().into_iter().filter(|p| p.held > 0.2).collect()
    }

    /// What stands in each cell of the grid.
    pub fn cells(&self, grid: &Grid) -> Vec<Cell> {
        let peaks = self.peaks();
        let places = place(&peaks, grid);
        let taken: Vec<bool> = {
            let mut taken = vec![false; self.steps.len()];
            for peak in places.iter().flatten().map(|&i| &peaks[i]) {
                taken[peak.from..peak.to].fill(true);
            }
            taken
        };
        (0..grid.count)
            .map(|k| match places[k] {
                Some(i) => self.cell(peaks[i].from..peaks[i].to),
                None => {
                    let (from, to) = (grid.at(number(k) - 0.5), grid.at(number(k) + 0.5));
                    let free =
                        (0..self.steps.len()).filter(|&s| !taken[s] && self.at[s] >= from && self.at[s] < to);
                    self.cell(free)
                }
            })
            .collect()
    }

    /// The kinds that were seen in some steps; a filler is what is overlooked most easily.
    fn cell(&self, steps: impl Iterator<Item = usize>) -> Cell {
        let mut most = [0.0_f32; KINDS];
        for step in steps {
            for (most, p) in most.iter_mut().zip(self.steps[step]) {
                *most = most.max(p);
            }
        }
        let seen: f32 = most[1..].iter().sum();
        most[1] += (0.3 - seen).max(0.0);
        let sum = most[1..].iter().sum::<f32>().max(1.0);
        Cell::new(
            CHARACTERS
                .iter()
                .zip(&most[1..])
                .filter(|(_, p)| **p > 1e-3)
                .map(|(&c, &p)| Choice {
                    character: char::from(c),
                    confidence: p / sum,
                }),
        )
    }
}

/// Moves a grid onto the characters, three times round.
fn fit(peaks: &[Peak], origin: f32, pitch: f32, count: usize) -> Grid {
    let mut grid = Grid {
        a: origin,
        b: pitch,
        c: 0.0,
        count,
        score: 0.0,
    };
    for round in 0..3 {
        let pairs: Vec<(f32, f32, f32)> = place(peaks, &grid)
            .iter()
            .enumerate()
            .filter_map(|(k, place)| place.map(|i| (number(k), peaks[i].at, peaks[i].weight)))
            .collect();
        if pairs.len() < 6 {
            break;
        }
        let (a, b, c) = least_squares(&pairs, round > 0);
        // A pitch that changes by more than a third along a line is no perspective of a flat page in front of a camera.
        if b > 0.5 * pitch && b < 2.0 * pitch && (c * number(count)).abs() < b / 3.0 {
            grid = Grid { a, b, c, ..grid };
        }
    }
    grid.score = score(peaks, &grid);
    grid
}

/// How well characters and grid agree, at most 1.
fn score(peaks: &[Peak], grid: &Grid) -> f32 {
    let places = place(peaks, grid);
    let mut score = 0.0;
    for (k, found) in places.iter().enumerate() {
        score += found.map_or(-0.3, |i| {
            let off = (peaks[i].at - grid.at(number(k))) / grid.b;
            peaks[i].weight * peaks[i].held * (1.0 - 4.0 * off * off)
        });
    }
    let placed: f32 = places.iter().flatten().map(|&i| peaks[i].weight).sum();
    let all: f32 = peaks.iter().map(|p| p.weight).sum();
    (score - (all - placed)) / number(grid.count)
}

/// Which peak stands in which cell: in order, at most one each, so that weights less distances are largest.
fn place(peaks: &[Peak], grid: &Grid) -> Vec<Option<usize>> {
    let (n, m) = (peaks.len(), grid.count);
    let worth = |i: usize, k: usize| {
        let off = (peaks[i].at - grid.at(number(k))) / (0.9 * grid.b);
        (peaks[i].weight * peaks[i].held.max(0.1)).max(0.05) * (1.0 - off * off)
    };
    let mut best = vec![0.0_f32; (n + 1) * (m + 1)];
    let cell = |i: usize, k: usize| i * (m + 1) + k;
    for i in 1..=n {
        for k in 1..=m {
            let matched = best[cell(i - 1, k - 1)] + worth(i - 1, k - 1);
            best[cell(i, k)] = matched.max(best[cell(i - 1, k)]).max(best[cell(i, k - 1)]);
        }
    }
    let mut places = vec![None; m];
    let (mut i, mut k) = (n, m);
    while i > 0 && k > 0 {
        let here = best[cell(i, k)];
        if here <= best[cell(i - 1, k)] {
            i -= 1;
        } else if here <= best[cell(i, k - 1)] {
            k -= 1;
        } else {
            (i, k) = (i - 1, k - 1);
            places[k] = Some(i);
        }
    }
    places
}

/// The `a + b k + c k²` nearest to pairs of k, position and weight; without the square where not `bent`.
fn least_squares(pairs: &[(f32, f32, f32)], bent: bool) -> (f32, f32, f32) {
    // Centred on the middle, where the three hardly depend on each other.
    let weight: f32 = pairs.iter().map(|p| p.2).sum();
    let middle = pairs.iter().map(|p| p.0 * p.2).sum::<f32>() / weight;
    let (mut s2, mut s3, mut s4, mut y0, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for &(k, x, w) in pairs {
        let t = k - middle;
        s2 += w * t * t;
        s3 += w * t * t * t;
        s4 += w * t * t * t * t;
        y0 += w * x;
        y1 += w * x * t;
        y2 += w * x * t * t;
    }
    // Normal equations: [w 0 s2; 0 s2 s3; s2 s3 s4] [p q r] = [y0 y1 y2].
    let determinant = s2.mul_add(s4, -(s3 * s3)).mul_add(weight, -(s2 * s2 * s2));
    let r = if bent && determinant > 1e-3 {
        let top = (s2 * y2 - s3 * y1) * weight - s2 * s2 * y0;
        top / determinant
    } else {
        0.0
    };
    let q = (y1 - s3 * r) / s2.max(1e-6);
    let p = (y0 - s2 * r) / weight;
    (
        (r * middle).mul_add(middle, (-q).mul_add(middle, p)),
        (-2.0 * r).mul_add(middle, q),
        r,
    )
}

fn best(kinds: &[f32; KINDS]) -> (usize, f32) {
    kinds.iter().enumerate().fold(
        (BLANK, 0.0),
        |best, (kind, &p)| if p > best.1 { (kind, p) } else { best },
    )
}

#[expect(clippy::cast_precision_loss, reason = "characters of a line")]
fn number(n: usize) -> f32 {
    n as f32
}
