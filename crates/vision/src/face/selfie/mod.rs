//! The live picture of a person: what to say, one thing at a time, and when to take the picture.

#[cfg(test)]
mod tests;

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
    of: Of,
    least: f32,
    most: f32,
}

/// What a bar is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Between the eyes, and from the picture's middle to the face's: parts of its shorter side.
    Eyes,
    Beside,
    Below,
    /// Spans a second.
    Speed,
    /// The size of what was measured.
    The(Component),
}

const fn limit(hint: Hint, of: Of, least: f32, most: f32) -> Limit {
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
    limit(Hint::OnePerson, Of::The(Component::SingleFacePresent), 0.0, 1.5),
    // 90 pixels between the eyes (ISO/IEC 39794-5, D.1.4) are an eighth of the height of a frame of 1280 by 720. A face on a
    // printed page held to the camera is far below.
    limit(Hint::Closer, Of::Eyes, 0.125, ANY),
    // A head is about four times as wide and high as its eyes are apart: more than this is cut, or bent by the lens.
    limit(Hint::Further, Of::Eyes, 0.0, 0.27),
    // The whole head stays in the picture.
    limit(Hint::Centre, Of::Beside, 0.0, 0.22),
    limit(Hint::Centre, Of::Below, 0.0, 0.25),
    // Skin of any colour in light that shows its features lies within these; 0 to 255.
    limit(Hint::Light, Of::The(Component::LuminanceMean), 45.0, 225.0),
    // A tenth of the face without any drawing hides a feature.
    limit(Hint::Light, Of::The(Component::OverExposure), 0.0, 0.10),
    limit(Hint::Light, Of::The(Component::UnderExposure), 0.0, 0.35),
    // Below this the two halves of the face have hardly a level of brightness in common.
    limit(Hint::Light, Of::The(Component::IlluminationUniformity), 0.25, ANY),
    // Light passes dark glasses (ISO 12312-1, category 3: at most 18 %) on its way in and out: about a sixth of the brightness
    // is left, and more where they reflect. Eyes in hard shadow and dark make-up come down to 0.30, and are not told to take
    // off what they do not wear.
    limit(Hint::Glasses, Of::The(Component::EyesVisible), 0.27, ANY),
    // Matching loses little up to 10 degrees; 5 (ISO/IEC 39794-5) are for the portrait on a document. The five points
    // tell it to about 4 degrees, and less well up and down.
    limit(Hint::LookStraight, Of::The(Component::HeadPoseYaw), 0.0, 10.0),
    limit(Hint::LookStraight, Of::The(Component::HeadPosePitch), 0.0, 18.0),
    limit(Hint::LookStraight, Of::The(Component::HeadPoseRoll), 0.0, 12.0),
    // Open eyes have 0.27 to 0.35, shut ones 0.10 to 0.15 (vision.md, 7).
    limit(Hint::OpenEyes, Of::The(Component::EyesOpen), 0.18, ANY),
    // At one span (some 7 cm) a second an exposure of 1/30 s smears by 2 mm, half an iris.
    limit(Hint::HoldStill, Of::Speed, 0.0, 1.0),
];

/// Pixels between the eyes of a selfie that is kept: ISO/IEC 39794-5, D.1.4.
const KEPT_EYES: f32 = 90.0;

/// Whether what was measured of a selfie that was taken is as it should be; `None` where there is no bar for it.
#[must_use]
pub fn is_good(component: Component, value: f32) -> Option<bool> {
    if component == Component::InterEyeDistance {
        return Some(value >= KEPT_EYES);
    }
    let mut bars = LIMITS
        .iter()
        .filter(|limit| limit.of == Of::The(component))
        .peekable();
    bars.peek()?;
    Some(bars.all(|limit| (limit.least..=limit.most).contains(&value.abs())))
}

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

    fn value(&self, of: Of) -> Option<f32> {
        match of {
            Of::Eyes => Some(self.eyes),
            Of::Beside => Some(self.beside.abs()),
            Of::Below => Some(self.below.abs()),
            Of::Speed => self.speed,
            Of::The(component) => self.get(component).map(f32::abs),
        }
    }

    /// The first of the limits that is not held; what was `said` has to be better than its limit.
    fn fault(&self, said: Option<Hint>) -> Option<Hint> {
        let fails = |limit: &&Limit| {
            let eased = if said == Some(limit.hint) { EASED } else { 0.0 };
            self.value(limit.of).is_some_and(|value| {
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
    /// Its score among the frames of the moment: see [`SelfieShutter`].
    pub score: f32,
    /// How many frames it was the best of.
    pub of: usize,
}

/// Decides when to take a selfie. `F` is what stands for a frame. It fires once, until it is armed again. Among the good
/// frames of the moment the one with the highest score is chosen: sharp, straight, quiet, with open eyes.
#[derive(Debug, Clone)]
pub struct SelfieShutter<F> {
    since: Option<Duration>,
    last_good: Option<Duration>,
    /// How many frames of the moment were good.
    good: usize,
    best: Option<Shot<F>>,
    fired: bool,
}

impl<F> Default for SelfieShutter<F> {
    fn default() -> Self {
        Self {
            since: None,
            last_good: None,
            good: 0,
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
            return self.bad(at);
        };
        self.last_good = Some(at);
        self.good += 1;
        let since = *self.since.get_or_insert(at);
        let score = score(seen);
        if self.best.as_ref().is_none_or(|best| score > best.score) {
            self.best = Some(Shot {
                frame,
                at,
                face: seen.face,
                quality: seen.quality.clone(),
                score,
                of: 0,
            });
        }
        let share = share(since, at);
        match self.best.take_if(|_| share >= 1.0) {
            Some(shot) => {
                self.fired = true;
                Step::Fire(Shot {
                    of: self.good,
                    ..shot
                })
            }
            None => Step::Hold(share.min(1.0)),
        }
    }

    /// A frame in which a gate fails: for the length of a blink the moment goes on, but nothing is taken in it.
    fn bad(&mut self, at: Duration) -> Step<F> {
        let is_lapse = self
            .last_good
            .is_some_and(|good| at.saturating_sub(good) <= LAPSE);
        match self.since.filter(|_| is_lapse) {
            Some(since) => Step::Hold(share(since, at).min(1.0)),
            None => {
                self.arm();
                Step::Wait
            }
        }
    }
}

/// How much of the moment has passed.
fn share(since: Duration, at: Duration) -> f32 {
    at.saturating_sub(since).as_secs_f32() / HOLD.as_secs_f32()
}

/// The better of two good frames is sharper, straighter, quieter, and has its eyes open.
fn score(seen: &Seen) -> f32 {
    let get = |component| seen.get(component).unwrap_or(0.0);
    get(Component::EyesOpen) * 2.0
        - get(Component::Sharpness) / 10.0
        - get(Component::HeadPoseYaw).abs() / 20.0
        - seen.speed.unwrap_or(1.0)
}
