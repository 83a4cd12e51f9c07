//! The live picture of a person: what to say, one thing at a time, and when to take the picture.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Face;
use super::quality::{Component, FaceQuality};
use crate::pixels::Picture;

/// What keeps a selfie from being taken, the most hindering first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// There is no face.
    NoFace,
    /// There is more than one person.
    OnePerson,
    /// The face is too small.
    Closer,
    /// The face is too large.
    Further,
    /// The face is not in the middle.
    Centre,
    /// Too dark, too bright, or light from one side.
    Light,
    /// Dark glasses.
    Glasses,
    /// The head is turned, bowed or leant.
    LookStraight,
    /// The eyes are shut.
    OpenEyes,
    /// The face moves, or is blurred.
    HoldStill,
}

/// How long a cause has to last before it is said, and how long it stays to be read: as for documents.
const BEFORE_SAYING: Duration = Duration::from_millis(300);
const READING: Duration = Duration::from_millis(900);
/// How long every gate has to hold before the picture is taken: nobody notices it as a wait, and who only passes by does
/// not stay.
const HOLD: Duration = Duration::from_millis(600);
/// A frame in which a gate fails does not start the wait anew: eyes blink.
const LAPSE: Duration = Duration::from_millis(250);
/// Frames that are farther apart say nothing of movement.
const TOGETHER: Duration = Duration::from_millis(400);
/// What was said stays until the value is better than its limit by this part: a value at its limit would make it flicker.
const EASED: f32 = 0.1;

/// A bar, and why it is there.
struct Limit {
    hint: Hint,
    of: fn(&Seen) -> Option<f32>,
    least: f32,
    most: f32,
}

const fn limit(hint: Hint, of: fn(&Seen) -> Option<f32>, least: f32, most: f32) -> Limit {
    Limit {
        hint,
        of,
        least,
        most,
    }
}

const ANY: f32 = f32::INFINITY;

/// Every number a selfie is held against. They are reasoned from the sources beside them and wait for real captures.
const LIMITS: [Limit; 15] = [
    limit(Hint::OnePerson, |s| s.get(Component::SingleFacePresent), 0.0, 1.5),
    // 90 pixels between the eyes (ISO/IEC 39794-5, D.1.4) are an eighth of the height of a frame of 1280 by 720. A face on a
    // printed page held to the camera is far below.
    limit(Hint::Closer, |s| Some(s.eyes), 0.125, ANY),
    // A head is about four times as wide and high as its eyes are apart: more than this is cut, or bent by the lens.
    limit(Hint::Further, |s| Some(s.eyes), 0.0, 0.27),
    // Parts of the shorter side, from the middle: the whole head stays in the picture.
    limit(Hint::Centre, |s| Some(s.beside.abs()), 0.0, 0.22),
    limit(Hint::Centre, |s| Some(s.below.abs()), 0.0, 0.25),
    // Skin of any colour in light that shows its features lies within these; 0 to 255.
    limit(Hint::Light, |s| s.get(Component::LuminanceMean), 45.0, 225.0),
    // A tenth of the face without any drawing hides a feature.
    limit(Hint::Light, |s| s.get(Component::OverExposure), 0.0, 0.10),
    limit(Hint::Light, |s| s.get(Component::UnderExposure), 0.0, 0.35),
    // Below this the two halves of the face have hardly a level of brightness in common.
    limit(
        Hint::Light,
        |s| s.get(Component::IlluminationUniformity),
        0.25,
        ANY,
    ),
    // Eyes are darker than cheeks, by lashes and pupils; glasses that hide them are by far more.
    limit(Hint::Glasses, |s| s.get(Component::EyesVisible), 0.38, ANY),
    // Matching loses little up to 10 degrees; 5 (ISO/IEC 39794-5) are for the portrait on a document. The five points
    // tell it to about 4 degrees, and less well up and down.
    limit(
        Hint::LookStraight,
        |s| s.get(Component::HeadPoseYaw).map(f32::abs),
        0.0,
        10.0,
    ),
    limit(
        Hint::LookStraight,
        |s| s.get(Component::HeadPosePitch).map(f32::abs),
        0.0,
        18.0,
    ),
    limit(
        Hint::LookStraight,
        |s| s.get(Component::HeadPoseRoll).map(f32::abs),
        0.0,
        12.0,
    ),
    // Open eyes have 0.27 to 0.35, shut ones 0.10 to 0.15 (vision.md, 7).
    limit(Hint::OpenEyes, |s| s.get(Component::EyesOpen), 0.18, ANY),
    // At one span (some 7 cm) a second an exposure of 1/30 s smears by 2 mm, half an iris.
    limit(Hint::HoldStill, |s| s.speed, 0.0, 1.0),
];

/// What one frame shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    face: Face,
    quality: FaceQuality,
    /// Between the eyes, and from the picture's middle to the face's: parts of its shorter side.
    eyes: f32,
    beside: f32,
    below: f32,
    /// Spans a second; `None` where the frame before is too long ago.
    speed: Option<f32>,
}

impl Seen {
    fn get(&self, component: Component) -> Option<f32> {
        self.quality.get(component)
    }

    /// The first of the limits that is not held; what was `said` has to be better than its limit.
    fn fault(&self, said: Option<Hint>) -> Option<Hint> {
        let fails = |limit: &&Limit| {
            let eased = if said == Some(limit.hint) { EASED } else { 0.0 };
            (limit.of)(self).is_some_and(|value| {
                value < limit.least * (1.0 + eased) || value > limit.most * (1.0 - eased)
            })
        };
        LIMITS.iter().filter(fails).map(|limit| limit.hint).min()
    }
}

/// Says one thing at a time, and keeps it long enough to be read.
#[derive(Debug, Clone, Default)]
pub struct Coach {
    last: Option<(Duration, Face)>,
    said: Option<(Hint, Duration)>,
    coming: Option<(Option<Hint>, Duration)>,
}

impl Coach {
    /// One that has said nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a frame of time `at` shows of the largest face.
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
    pub fn seen(&mut self, at: Duration, picture: &Picture, face: Face, quality: FaceQuality) -> Seen {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let shorter = width.min(height);
        let middle = face.points[2];
        let last = self.last.replace((at, face));
        let speed = last
            .filter(|(then, _)| at > *then && at - *then <= TOGETHER)
            .map(|(then, last)| {
                let moved = face
                    .points
                    .iter()
                    .zip(last.points)
                    .map(|(a, b)| a.distance(b))
                    .fold(0.0, f32::max);
                moved / face.span().max(1.0) / (at - then).as_secs_f32()
            });
        Seen {
            eyes: quality.get(Component::InterEyeDistance).unwrap_or(0.0) / shorter,
            beside: (middle.x - width / 2.0) / shorter,
            below: (middle.y - height / 2.0) / shorter,
            speed,
            face,
            quality,
        }
    }

    /// What to say after the frame of time `at`, which shows `seen`; nothing while all is well.
    pub fn hint(&mut self, at: Duration, seen: Option<&Seen>) -> Option<Hint> {
        let said = self.said.map(|(hint, _)| hint);
        let now = seen.map_or(Some(Hint::NoFace), |seen| seen.fault(said));
        let since = match self.coming {
            Some((coming, since)) if coming == now => since,
            _ => at,
        };
        self.coming = Some((now, since));
        let was_read = self
            .said
            .is_none_or(|(_, when)| at.saturating_sub(when) >= READING);
        if now != said && was_read && at.saturating_sub(since) >= BEFORE_SAYING {
            self.said = now.map(|hint| (hint, at));
        }
        self.said.map(|(hint, _)| hint)
    }
}

/// What to do after a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<F> {
    /// Nothing: a gate fails, or there is no face.
    Wait,
    /// All gates hold; the share of the moment that has passed, 0 to 1.
    Hold(f32),
    /// Take this frame.
    Fire(Shot<F>),
    /// The picture was taken.
    Quiet,
}

/// The frame that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot<F> {
    /// What the caller gave for it.
    pub frame: F,
    /// Its time.
    pub at: Duration,
    /// The face in it.
    pub face: Face,
    /// What was measured of it.
    pub quality: FaceQuality,
}

/// Decides when to take a selfie. `F` is what stands for a frame. It fires once, until it is armed again.
#[derive(Debug, Clone)]
pub struct SelfieShutter<F> {
    since: Option<Duration>,
    last_good: Option<Duration>,
    best: Option<(f32, Shot<F>)>,
    fired: bool,
}

impl<F> Default for SelfieShutter<F> {
    fn default() -> Self {
        Self {
            since: None,
            last_good: None,
            best: None,
            fired: false,
        }
    }
}

impl<F> SelfieShutter<F> {
    /// An armed shutter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Armed again: the picture was not accepted.
    pub fn arm(&mut self) {
        *self = Self::default();
    }

    /// What to do after the frame of time `at` (never going back), which shows `seen`.
    pub fn see(&mut self, at: Duration, frame: F, seen: Option<&Seen>) -> Step<F> {
        if self.fired {
            return Step::Quiet;
        }
        let Some(seen) = seen.filter(|seen| seen.fault(None).is_none() && seen.speed.is_some()) else {
            if self.last_good.is_none_or(|good| at.saturating_sub(good) > LAPSE) {
                self.arm();
            }
            return Step::Wait;
        };
        self.last_good = Some(at);
        let since = *self.since.get_or_insert(at);
        let score = score(seen);
        if self.best.as_ref().is_none_or(|(best, _)| score > *best) {
            let shot = Shot {
                frame,
                at,
                face: seen.face,
                quality: seen.quality.clone(),
            };
            self.best = Some((score, shot));
        }
        let share = at.saturating_sub(since).as_secs_f32() / HOLD.as_secs_f32();
        match self.best.take_if(|_| share >= 1.0) {
            Some((_, shot)) => {
                self.fired = true;
                Step::Fire(shot)
            }
            None => Step::Hold(share.min(1.0)),
        }
    }
}

/// The better of two good frames is sharper, straighter, quieter, and has its eyes open.
fn score(seen: &Seen) -> f32 {
    let get = |component| seen.get(component).unwrap_or(0.0);
    get(Component::EyesOpen) * 2.0
        - get(Component::Sharpness) / 10.0
        - get(Component::HeadPoseYaw).abs() / 20.0
        - seen.speed.unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, Rect};

    fn face(span: f32, nose: f32) -> Face {
        let at = |x: f32, y: f32| Point::new(640.0 + x * span, 360.0 + (y - 0.6) * span);
        Face {
            bounds: Rect::new(640.0 - span, 360.0 - 1.4 * span, 2.0 * span, 2.8 * span),
            points: [
                at(-0.5, 0.0),
                at(0.5, 0.0),
                at(nose, 0.58),
                at(-0.4, 1.05),
                at(0.4, 1.05),
            ],
            score: 0.9,
        }
    }

    /// A frame that shows this, `changed` in some measure.
    fn seen(coach: &mut Coach, at: Duration, face: Face, changed: &[(Component, f32)]) -> Seen {
        let frame = Picture::new(1280, 720, vec![128; 1280 * 720 * 3]).unwrap();
        let mut quality = FaceQuality::of(&frame, &face, 1, None).unwrap();
        for (component, value) in [
            (Component::EyesVisible, 0.8),
            (Component::EyesOpen, 0.3),
            (Component::IlluminationUniformity, 0.7),
        ]
        .iter()
        .chain(changed)
        {
            quality.0.insert(*component, *value);
        }
        coach.seen(at, &frame, face, quality)
    }

    /// What is said after two seconds of this, and whether the picture was taken.
    fn after(face_at: impl Fn(f32) -> Face, changed: &[(Component, f32)]) -> (Option<Hint>, bool) {
        let (mut coach, mut shutter) = (Coach::new(), SelfieShutter::new());
        let (mut hint, mut fired) = (None, 0);
        for number in 0..20_u32 {
            let at = Duration::from_millis(100) * number;
            let seen = seen(&mut coach, at, face_at(at.as_secs_f32()), changed);
            hint = coach.hint(at, Some(&seen));
            fired += u32::from(matches!(shutter.see(at, number, Some(&seen)), Step::Fire(_)));
        }
        assert!(fired <= 1);
        (hint, fired == 1)
    }

    #[test]
    fn a_good_face_is_taken_once_and_nothing_is_said() {
        assert_eq!(after(|_| face(120.0, 0.0), &[]), (None, true));
    }

    #[test]
    fn one_thing_is_said_the_most_hindering_first() {
        let dark = (Component::LuminanceMean, 20.0);
        let shut = (Component::EyesOpen, 0.12);
        let glasses = (Component::EyesVisible, 0.2);
        let two = (Component::SingleFacePresent, 2.0);
        for (size, nose, changed, hint) in [
            (40.0, 0.0, vec![], Hint::Closer),
            (40.0, 0.0, vec![dark, two], Hint::OnePerson),
            (300.0, 0.0, vec![], Hint::Further),
            (120.0, 0.0, vec![dark, shut], Hint::Light),
            (120.0, 0.3, vec![glasses], Hint::Glasses),
            (120.0, 0.3, vec![shut], Hint::LookStraight),
            (120.0, 0.0, vec![shut], Hint::OpenEyes),
        ] {
            assert_eq!(
                after(|_| face(size, nose), &changed),
                (Some(hint), false),
                "{hint:?}"
            );
        }
        let moving = |seconds: f32| {
            let mut face = face(120.0, 0.0);
            let to = 200.0 * (seconds * 20.0).sin();
            face.points = face.points.map(|p| Point::new(p.x + to / 3.0, p.y));
            face
        };
        assert_eq!(after(moving, &[]), (Some(Hint::HoldStill), false));
    }

    #[test]
    fn nobody_there_is_said_and_nothing_taken() {
        let (mut coach, mut shutter) = (Coach::new(), SelfieShutter::new());
        let mut said = None;
        for number in 0..20_u32 {
            let at = Duration::from_millis(100) * number;
            said = coach.hint(at, None);
            assert_eq!(shutter.see(at, number, None), Step::Wait);
        }
        assert_eq!(said, Some(Hint::NoFace));
    }
}
