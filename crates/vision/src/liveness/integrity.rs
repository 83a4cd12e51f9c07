//! Whether a trace is one uninterrupted look at one person.

use std::collections::BTreeSet;
use std::time::Duration;

use super::path::{Path, apart};
use super::{Reason, Sample};
use crate::face::{self, Face};

/// Two people for so long are no poster that was taken for a face in one frame.
const TWO_FACES: Duration = Duration::from_millis(400);
/// A face that is turned far or blurred by its movement is missed in some frames.
const LOST: Duration = Duration::from_millis(1_000);
/// Frames that are farther apart leave room for another answer.
const FRAME_GAP: Duration = Duration::from_millis(500);
/// Eyes nearer together than this, in pixels, move by less than they can be found to.
const SMALL: f32 = 10.0;
const SMALL_FOR: Duration = Duration::from_millis(500);
/// A face that moves by less (in distances between the eyes) while its surroundings change by less (levels of 255) in
/// most frames is the same picture: a camera has noise, and nobody holds so still. A frozen picture that is compressed
/// anew still changes now and then; of a recording at three times its rate two frames in three are the same.
const FROZEN_BY: f32 = 0.02;
const FROZEN_CHANGE: f32 = 0.08;
const FROZEN_IN: f32 = 0.75;
const FROZEN_FOR: Duration = Duration::from_millis(800);
/// So many frames say it.
const FROZEN_LEAST: usize = 6;
/// What the face moves by between two frames: what finding it is unsure by, and what a head that starts to move at 60
/// distances between the eyes (4 m) a second squared reaches. In distances between the eyes.
const UNSURE: f32 = 0.12;
const QUICKENING: f32 = 60.0;
/// A cut goes so many times as far as the movement before and after it.
const ISOLATED: f32 = 3.0;
/// So many leaps to and fro within a second are frames in another order: no head comes back from one frame to the next,
/// even half as far.
const TO_AND_FRO: usize = 3;
const LEAP: f32 = 0.25;
/// Frames nearer than this show the same place: recordings at a doubled rate have each frame twice.
const SAME_PLACE: f32 = 0.006;
/// The brightness of a face becomes so many times another within [`SUDDEN`] only where the picture is another.
const LIGHT: f32 = 1.6;
const SUDDEN: Duration = Duration::from_millis(120);
/// Cosines are compared over so long: one frame can be blurred.
const KNOWN_OVER: Duration = Duration::from_millis(500);
const KNOWN_LEAST: usize = 3;
/// A face that is turned farther looks less like itself.
const TURNED: f32 = 0.30;

/// What is shown again for so long is a loop: nobody repeats themselves so long, so exactly and at once.
const ECHO: Duration = Duration::from_millis(800);

/// Watches a trace grow.
#[derive(Default)]
pub(super) struct Integrity {
    reasons: BTreeSet<Reason>,
    first_face: Option<Duration>,
    last_face: Option<Duration>,
    alone: Option<Duration>,
    small: Option<Duration>,
    /// The places of the face, without those that are the same.
    places: Vec<(Duration, Face)>,
    leaps: Vec<Duration>,
}

impl Integrity {
    /// Looks at the newest of the samples.
    pub fn see(&mut self, samples: &[Sample]) {
        let Some((newest, before)) = samples.split_last() else {
            return;
        };
        let at = newest.at;
        if before.last().is_some_and(|last| at - last.at > FRAME_GAP) {
            self.reasons.insert(Reason::TooFewFrames);
        }
        let lasting = |since: &mut Option<Duration>, is: bool, limit: Duration| {
            *since = is.then(|| since.unwrap_or(at));
            since.is_some_and(|since| at - since >= limit)
        };
        if lasting(&mut self.alone, newest.faces > 1, TWO_FACES) {
            self.reasons.insert(Reason::TwoFaces);
        }
        let Some(face) = newest.face else {
            if self.last_face.is_some_and(|last| at - last > LOST) {
                self.reasons.insert(Reason::FaceLost);
            }
            return;
        };
        self.first_face.get_or_insert(at);
        self.last_face = Some(at);
        if lasting(&mut self.small, face.span() < SMALL, SMALL_FOR) {
            self.reasons.insert(Reason::TooSmall);
        }
        if is_frozen(samples) {
            self.reasons.insert(Reason::Frozen);
        }
        self.jump(at, face);
        let lit = before
            .last()
            .filter(|last| last.face.is_some() && at - last.at <= SUDDEN);
        if let Some(last) = lit
            && (newest.light + 8.0).max(last.light + 8.0) > LIGHT * (newest.light + 8.0).min(last.light + 8.0)
        {
            self.reasons.insert(Reason::LightJump);
        }
        if is_another(samples) {
            self.reasons.insert(Reason::OtherFace);
        }
        if newest.echo >= ECHO || Path::of(samples).newest_repeats() {
            self.reasons.insert(Reason::Repeated);
        }
    }

    /// What was found, and what is known only when nothing more comes.
    pub fn end(mut self, samples: &[Sample]) -> BTreeSet<Reason> {
        if self.first_face.is_none() {
            self.reasons.insert(Reason::NoFace);
        }
        if is_picture(samples) {
            self.reasons.insert(Reason::Still);
        }
        self.reasons
    }

    pub fn reasons(&self) -> &BTreeSet<Reason> {
        &self.reasons
    }

    /// Whether the face was elsewhere from one frame to the next: a cut goes far, and what comes before and after it
    /// does not. Frames in disorder leap to and fro.
    fn jump(&mut self, at: Duration, face: Face) {
        if self
            .places
            .last()
            .is_some_and(|(_, last)| apart(last, &face.points) < SAME_PLACE)
        {
            return;
        }
        self.places.push((at, face));
        let [.., a, b, c, d] = self.places.as_slice() else {
            return;
        };
        let (before, middle, after) = (Hop::between(a, b), Hop::between(b, c), Hop::between(c, d));
        let calm = before.speed().max(after.speed());
        if middle.is_far(1.0) && middle.speed() > ISOLATED * calm {
            self.reasons.insert(Reason::Jump);
        }
        if middle.is_far(LEAP) && after.is_far(LEAP) && middle.turns_back(&after) {
            self.leaps.retain(|leap| at - *leap <= Duration::from_secs(1));
            self.leaps.push(at);
            if self.leaps.len() >= TO_AND_FRO {
                self.reasons.insert(Reason::Jump);
            }
        }
    }
}

/// From one place of the face to the next.
struct Hop {
    far: f32,
    seconds: f32,
    nose: (f32, f32),
}

impl Hop {
    fn between(from: &(Duration, Face), to: &(Duration, Face)) -> Self {
        let (a, b) = (from.1.points[2], to.1.points[2]);
        Self {
            far: apart(&from.1, &to.1.points),
            seconds: (to.0 - from.0).as_secs_f32(),
            nose: (b.x - a.x, b.y - a.y),
        }
    }

    fn speed(&self) -> f32 {
        self.far / self.seconds
    }

    /// Whether it goes farther than a head, or than this part of what one reaches.
    fn is_far(&self, part: f32) -> bool {
        self.far > UNSURE + part * QUICKENING * self.seconds * self.seconds
    }

    fn turns_back(&self, next: &Self) -> bool {
        self.nose.0 * next.nose.0 + self.nose.1 * next.nose.1 < 0.0
    }
}

/// Whether the last moment was one picture.
fn is_frozen(samples: &[Sample]) -> bool {
    let Some((until, now)) = samples.last().and_then(|last| Some((last.at, last.face?))) else {
        return false;
    };
    // The first of them follows a picture that may have been another.
    let begun = samples.partition_point(|sample| until.saturating_sub(sample.at) > FROZEN_FOR);
    let (Some(before), last) = (begun.checked_sub(1), &samples[begun..]) else {
        return false;
    };
    let stays = |sample: &Sample| {
        sample
            .face
            .is_some_and(|face| apart(&face, &now.points) < FROZEN_BY)
    };
    let same = last.iter().filter(|sample| sample.change < FROZEN_CHANGE).count();
    #[expect(clippy::cast_precision_loss, reason = "numbers of frames are small")]
    let most = same as f32 >= FROZEN_IN * last.len() as f32;
    last.len() >= FROZEN_LEAST && most && stays(&samples[before]) && last.iter().all(stays)
}

/// Whether most frames of the last half second show somebody else than the beginning.
fn is_another(samples: &[Sample]) -> bool {
    let Some(until) = samples.last().map(|sample| sample.at) else {
        return false;
    };
    let mut cosines: Vec<f32> = samples
        .iter()
        .rev()
        .take_while(|sample| until - sample.at <= KNOWN_OVER)
        .filter(|sample| sample.yaw().is_some_and(|yaw| yaw.abs() < TURNED))
        .filter_map(|sample| sample.likeness)
        .collect();
    cosines.sort_by(f32::total_cmp);
    cosines.len() >= KNOWN_LEAST && cosines[cosines.len() / 2] < face::THRESHOLD
}

/// The least that a living face moves of itself within a script, against a flat picture of it, in distances between the
/// eyes: the tip of the nose against eyes and mouth.
const OF_ITSELF: f32 = 0.05;

/// Whether no part of the face ever moved against the others by more than finding it is unsure by.
fn is_picture(samples: &[Sample]) -> bool {
    let faces: Vec<Face> = samples.iter().filter_map(|sample| sample.face).collect();
    let Some(first) = faces.first() else {
        return false;
    };
    let mut depths: Vec<f32> = faces
        .iter()
        .filter_map(|face| face.parallax(first).map(|(along, _)| along))
        .collect();
    depths.sort_by(f32::total_cmp);
    // A twentieth to each side may be badly found.
    let edge = depths.len() / 20;
    match (depths.get(edge), depths.iter().rev().nth(edge)) {
        (Some(least), Some(most)) => most - least < OF_ITSELF,
        _ => false,
    }
}
