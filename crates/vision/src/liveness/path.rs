//! How a face moves: its points over time, and whether the same movement comes twice.

use std::time::Duration;

use super::Sample;
use crate::face::Face;
use crate::geometry::Point;

/// A movement that is compared frame by frame lasts so long.
const WINDOW: Duration = Duration::from_millis(1_000);
/// A movement that is compared by its way alone lasts so long: two turns of one person are often alike for a second.
const LONG: Duration = Duration::from_millis(2_500);
/// A movement that comes again does so after this time at the earliest.
const LATER: Duration = Duration::from_millis(400);
/// How near the points of a repeated movement are, in spans of the face: in the mean of squares, and never more than the
/// other. Finding them in a picture that was compressed again moves them by less.
const NEAR: f32 = 0.02;
const NEVER: f32 = 0.12;
/// How alike the trembling of a repeated movement is: what is left of it when everything smooth is taken away. It is
/// that of muscles and of the picture's noise, and never comes again.
const TREMBLING: f32 = 0.6;
/// A movement goes at least so far, in distances between the eyes: a face that is held still looks the same each time.
const FAR: f32 = 0.20;
/// Between frames that are farther apart nothing is known of where the face was.
const GAP: Duration = Duration::from_millis(250);
/// The least frames of a movement that is compared frame by frame: at 15 a second its trembling can be told from its way.
const LEAST: usize = 15;

/// Where a face was, frame by frame.
pub(super) struct Path(Vec<(Duration, Face)>);

impl Path {
    /// Frames that show the same as the one before are left out: recordings at a doubled rate have them.
    pub fn of(samples: &[Sample]) -> Self {
        let mut path: Vec<(Duration, Face)> = Vec::new();
        for sample in samples {
            let Some(face) = sample.face else { continue };
            if path
                .last()
                .is_none_or(|(_, last)| apart(last, &face.points) > 0.0)
            {
                path.push((sample.at, face));
            }
        }
        Self(path)
    }

    /// Whether the movement that ends at the newest frame came before.
    pub fn newest_repeats(&self) -> bool {
        let Some((until, _)) = self.0.last() else {
            return false;
        };
        let before = self.0.partition_point(|(at, _)| *at + LATER <= *until);
        self.comes_again(self.0.len() - 1, self, before)
    }

    /// Whether a movement of this path is one of another's.
    pub fn repeats(&self, other: &Self) -> bool {
        (0..self.0.len()).any(|end| self.comes_again(end, other, other.0.len()))
    }

    /// Whether the movement that ends at frame `end` ends at one of the first `ends` frames of `other` too.
    fn comes_again(&self, end: usize, other: &Self, ends: usize) -> bool {
        let short = self.movement(end, WINDOW);
        let long = self.movement(end, LONG);
        (0..ends).any(|then| {
            let same_way = |window: &[(Duration, Face)]| is_same_way(window, other, other.0[then].0);
            long.is_some_and(same_way)
                || short.is_some_and(|window| {
                    window.len() >= LEAST && same_way(window) && trembles_as(window, &other.0[..=then])
                })
        })
    }

    /// The frames of the window that ends at `end`, where the face moved in it.
    fn movement(&self, end: usize, length: Duration) -> Option<&[(Duration, Face)]> {
        let from = self.0[end].0.checked_sub(length)?;
        let start = self.0[..end].partition_point(|(at, _)| *at < from);
        let window = &self.0[start..=end];
        let is_whole = self.0[0].0 <= from;
        (is_whole && extent(window) >= FAR).then_some(window)
    }

    /// Where the points were at a time, between two frames.
    fn points_at(&self, at: Duration) -> Option<[Point; 5]> {
        let after = self.0.partition_point(|(time, _)| *time < at);
        let (next_at, next) = self.0.get(after)?;
        if *next_at == at {
            return Some(next.points);
        }
        let (last_at, last) = self.0.get(after.checked_sub(1)?)?;
        let gap = *next_at - *last_at;
        if gap > GAP {
            return None;
        }
        let share = (at - *last_at).as_secs_f32() / gap.as_secs_f32();
        Some(std::array::from_fn(|i| {
            last.points[i].towards(next.points[i], share)
        }))
    }
}

/// Whether the movement in `window` goes where the one that ends at `at` in `other` goes.
fn is_same_way(window: &[(Duration, Face)], other: &Path, at: Duration) -> bool {
    let Some((until, _)) = window.last() else {
        return false;
    };
    let mut squares = 0.0;
    for (time, face) in window.iter().rev() {
        let then = at.checked_sub(*until - *time);
        let Some(points) = then.and_then(|then| other.points_at(then)) else {
            return false;
        };
        if apart(face, &points) > NEVER {
            return false;
        }
        squares += face
            .points
            .iter()
            .zip(points)
            .map(|(a, b)| (a.distance(b) / face.span().max(1.0)).powi(2))
            .sum::<f32>();
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of frames")]
    let mean = squares / (5 * window.len()) as f32;
    mean.sqrt() <= NEAR
}

/// Whether the last frames of `before` tremble as those of `window`, frame by frame: their fourth differences, in which
/// nothing is left of a head's way.
fn trembles_as(window: &[(Duration, Face)], before: &[(Duration, Face)]) -> bool {
    let Some(start) = before.len().checked_sub(window.len()) else {
        return false;
    };
    let trembling = |frames: &[(Duration, Face)]| -> Vec<f32> {
        let fourth = |of: &dyn Fn(&Face) -> f32, five: &[(Duration, Face)]| {
            let weights = [1.0, -4.0, 6.0, -4.0, 1.0];
            five.iter()
                .zip(weights)
                .map(|((_, face), weight)| weight * of(face))
                .sum::<f32>()
        };
        frames
            .windows(5)
            .flat_map(|five| {
                (0..5).flat_map(move |point| {
                    [
                        fourth(&|face| face.points[point].x, five),
                        fourth(&|face| face.points[point].y, five),
                    ]
                })
            })
            .collect()
    };
    let (a, b) = (trembling(window), trembling(&before[start..]));
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let both = (product(&a, &a) * product(&b, &b)).sqrt();
    both > 0.0 && product(&a, &b) / both >= TREMBLING
}

/// How far the point that moved most went, in distances between the eyes.
pub(super) fn apart(face: &Face, points: &[Point; 5]) -> f32 {
    let most = face
        .points
        .iter()
        .zip(points)
        .map(|(a, b)| a.distance(*b))
        .fold(0.0, f32::max);
    most / face.span().max(1.0)
}

/// How far the nose went, in distances between the eyes.
fn extent(window: &[(Duration, Face)]) -> f32 {
    let Some((_, first)) = window.first() else {
        return 0.0;
    };
    let farthest = window
        .iter()
        .map(|(_, face)| face.points[2].distance(first.points[2]))
        .fold(0.0, f32::max);
    farthest / first.span().max(1.0)
}
