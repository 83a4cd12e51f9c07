//! How a face moves: its points over time, and whether the same movement comes twice.

use std::time::Duration;

use super::Sample;
use crate::face::Face;
use crate::geometry::Point;

/// A movement that is compared lasts so long: shorter ones are alike by chance.
const WINDOW: Duration = Duration::from_millis(600);
/// A movement that comes again does so after this time at the earliest.
const LATER: Duration = Duration::from_millis(400);
/// How near the points of a repeated movement are, in distances between the eyes: what finding them in a picture that
/// was compressed again moves them by.
const NEAR: f32 = 0.04;
/// A movement goes at least so far, in distances between the eyes: a face that is held still looks the same each time.
const FAR: f32 = 0.20;
/// Between frames that are farther apart nothing is known of where the face was.
const GAP: Duration = Duration::from_millis(250);
/// The least frames of a movement.
const LEAST: usize = 4;

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
        !self.0.is_empty() && self.ends_as_before(self.0.len() - 1)
    }

    /// Whether a movement of this path is one of another's.
    pub fn repeats(&self, other: &Self) -> bool {
        (0..self.0.len()).any(|end| {
            let Some(window) = self.movement(end) else {
                return false;
            };
            other
                .0
                .iter()
                .any(|(at, _)| is_same(window, self.0[end].0, other, *at))
        })
    }

    fn ends_as_before(&self, end: usize) -> bool {
        let Some(window) = self.movement(end) else {
            return false;
        };
        let until = self.0[end].0;
        self.0
            .iter()
            .take_while(|(at, _)| *at + LATER <= until)
            .any(|(at, _)| is_same(window, until, self, *at))
    }

    /// The frames of the window that ends at `end`, where the face moved in it.
    fn movement(&self, end: usize) -> Option<&[(Duration, Face)]> {
        let until = self.0[end].0;
        let from = until.checked_sub(WINDOW)?;
        let start = self.0[..end].partition_point(|(at, _)| *at < from);
        let window = &self.0[start..=end];
        let is_whole = start > 0 && window.len() >= LEAST;
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

/// Whether the movement in `window`, which ends `until`, is the one that ends at `at` in `other`.
fn is_same(window: &[(Duration, Face)], until: Duration, other: &Path, at: Duration) -> bool {
    window.iter().rev().all(|(time, face)| {
        let then = at.checked_sub(until - *time);
        then.and_then(|then| other.points_at(then))
            .is_some_and(|points| apart(face, &points) <= NEAR)
    })
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
