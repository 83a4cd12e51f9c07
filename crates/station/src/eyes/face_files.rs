//! Looking at faces in files, without a case: `proofbooth face-match` and `proofbooth liveness`. Nothing of them is
//! kept.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use capture::clip::Clip;
use capture::{jpeg, picture};
use serde::Serialize;
use vision::face::{self, Embedder, Face, FaceFinder, Template};
use vision::geometry::{Point, Rect};
pub use vision::liveness::Step as LivenessStep;
use vision::liveness::{self, Looker, Reason, Script, Trace};
use vision::net::NetError;
use vision::pixels::Picture;

use super::{decoded, engine};
use crate::{Code, Problem, Settings, TryAgain, problems};

/// Pixels along the longer side of a frame.
const FRAME_PIXELS: u32 = 1280;
/// Frames that follow each other faster are not all looked at.
const LEAST_APART: Duration = Duration::from_millis(30);
/// Frames a second of a file that does not say when they were taken: what webcams deliver in a room. Of one that was
/// taken faster, movements take longer; of one at twice the rate they are still in time, and blinks still blinks.
const UNTIMED: f64 = 12.0;
/// A file of bare frames that is larger is none.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// A clip is looked at for so long; no challenge is longer.
const LONGEST: Duration = Duration::from_mins(3);

/// A face in a file.
#[derive(Serialize)]
pub struct FileFace {
    /// Left, upper, width and height in the file's pixels.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Right and left eye (the person's own), tip of the nose, right and left corner of the mouth.
    pub points: [Point; 5],
    /// How sure it is a face, 0 to 1.
    pub score: f32,
    /// How many faces the file shows; this is the largest.
    pub of: usize,
}

impl FileFace {
    pub(super) fn new(face: &Face, of: usize) -> Self {
        Self {
            bounds: face.bounds,
            points: face.points,
            score: face.score,
            of,
        }
    }
}

/// Two files compared.
#[derive(Serialize)]
pub struct FacesMatched {
    /// How alike the faces are, -1 to 1; null where one shows none.
    pub cosine: Option<f32>,
    /// The same from 0 to 100, 50 at the threshold.
    pub similarity_level: Option<u8>,
    /// Whether the threshold is reached.
    pub same: Option<bool>,
    /// The cosine from which on two faces are taken to be one person's.
    pub threshold: f32,
    /// The face of each file; null where there is none.
    pub faces: [Option<FileFace>; 2],
    /// The network, and the checksum of its file.
    pub model: &'static str,
}

/// Compares faces in files.
pub struct FaceFiles {
    finder: FaceFinder,
    embedder: Embedder,
}

impl FaceFiles {
    /// Makes the networks ready.
    ///
    /// # Errors
    /// [`Code::Internal`] where no engine takes them.
    pub fn open(settings: &Settings) -> Result<Self, Problem> {
        take_engine(settings);
        let load = || Ok((FaceFinder::load()?, Embedder::load()?));
        let (finder, embedder) = load().map_err(|error| failed(&error))?;
        Ok(Self { finder, embedder })
    }

    /// Compares the largest faces of two pictures; either may be a picture of a whole document.
    ///
    /// # Errors
    /// [`Code::PictureUnreadable`] where one of them is no whole picture.
    pub fn compare(&self, a: &[u8], b: &[u8]) -> Result<FacesMatched, Problem> {
        let (first, second) = (self.known(a)?, self.known(b)?);
        let cosine = first
            .as_ref()
            .zip(second.as_ref())
            .map(|((_, a), (_, b))| a.cosine(b));
        Ok(FacesMatched {
            cosine,
            similarity_level: cosine.map(face::level),
            same: cosine.map(|cosine| cosine >= face::THRESHOLD),
            threshold: face::THRESHOLD,
            faces: [first, second].map(|known| known.map(|(face, _)| face)),
            model: face::METHOD,
        })
    }

    fn known(&self, bytes: &[u8]) -> Result<Option<(FileFace, Template)>, Problem> {
        let picture = still(bytes)?;
        let known = || {
            let Some((face, of)) = self.finder.largest(&picture)? else {
                return Ok(None);
            };
            let template = self.embedder.template(&picture, &face)?;
            Ok(template.map(|template| (FileFace::new(&face, of), template)))
        };
        known().map_err(|error: NetError| failed(&error))
    }
}

/// The picture in a file.
pub(super) fn still(bytes: &[u8]) -> Result<Picture, Problem> {
    let pixels = picture::pixels(bytes).map_err(|error| problems::from_capture(&error))?;
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(0);
    Picture::new(side(pixels.size.width), side(pixels.size.height), pixels.rgb)
        .map_err(|error| unreadable(&error.to_string()))
}

/// How a clip answers a script.
#[derive(Serialize)]
pub struct Challenge {
    /// Each step with the seconds of the clip at which it was asked for and done.
    pub steps: Vec<ChallengeStep>,
    /// Whether all of it was done in order, in time, by one person.
    pub passed: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// The frames that were looked at.
    pub frames: usize,
    /// The clip's length in seconds, as far as it was looked at.
    pub seconds: f64,
    /// The network that tells whether it stays one face.
    pub model: &'static str,
}

/// A step of it.
#[derive(Serialize)]
pub struct ChallengeStep {
    /// What was asked.
    pub step: LivenessStep,
    /// When, in seconds of the clip.
    pub asked: Option<f64>,
    /// When it was done.
    pub done: Option<f64>,
}

/// Looks at clips.
pub struct LivenessFiles(Looker);

impl LivenessFiles {
    /// Makes the networks ready.
    ///
    /// # Errors
    /// [`Code::Internal`] where no engine takes them.
    pub fn open(settings: &Settings) -> Result<Self, Problem> {
        take_engine(settings);
        Looker::load().map(Self).map_err(|error| failed(&error))
    }

    /// Judges how the person in an MP4 (H.264) or a file of JPEGs one after the other answers a script, of which the first step
    /// is asked for at `from`. `rate`: frames a second of the latter.
    ///
    /// # Errors
    /// [`Code::ClipUnreadable`] where the file is neither, or no frame of it can be decoded.
    pub fn judge(
        &mut self,
        file: &Path,
        script: &[LivenessStep],
        rate: Option<f64>,
        from: Duration,
    ) -> Result<Challenge, Problem> {
        let trace = self.trace(file, rate.unwrap_or(UNTIMED), from)?;
        let outcome = liveness::judge(&Script::new(script), &trace);
        let seconds = |at: Duration| (at.as_secs_f64() * 1000.0).round() / 1000.0;
        let steps = outcome.steps.iter().map(|step| ChallengeStep {
            step: step.step,
            asked: step.asked.map(seconds),
            done: step.done.map(seconds),
        });
        Ok(Challenge {
            steps: steps.collect(),
            passed: outcome.passed,
            reasons: outcome.reasons,
            frames: trace.samples().len(),
            seconds: trace.samples().last().map_or(0.0, |last| seconds(last.at)),
            model: face::METHOD,
        })
    }

    fn trace(&mut self, file: &Path, rate: f64, from: Duration) -> Result<Trace, Problem> {
        self.0.forget();
        let mut trace = Trace::new();
        let mut last: Option<Duration> = None;
        let mut look = |looker: &mut Looker, at: Duration, jpeg: &[u8]| {
            let is_due = last.is_none_or(|last| at.saturating_sub(last) >= LEAST_APART);
            if !is_due {
                return Ok(());
            }
            last = Some(at);
            // A torn frame is as if it had not come.
            if let Some(frame) = decoded(jpeg, FRAME_PIXELS) {
                trace.push(looker.look(at, &frame).map_err(|error| failed(&error))?);
            }
            Ok::<(), Problem>(())
        };
        let opened = open(file)?;
        if let Ok(mut clip) = Clip::open(opened) {
            let mut broken = None;
            let asked = |at: &Duration| (from..=from.saturating_add(LONGEST)).contains(at);
            for at in clip.times().into_iter().filter(asked) {
                // One that cannot be decoded is as if it had not come.
                match clip.frame_at(at) {
                    Ok(frame) => look(&mut self.0, at, &frame)?,
                    Err(error) => broken = Some(error),
                }
            }
            return match broken {
                Some(error) if trace.samples().is_empty() => Err(problems::from_clip(&error)),
                _ => Ok(trace),
            };
        }
        let mut bytes = Vec::new();
        let read = open(file)?.take(MOST_BYTES).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&error.kind().to_string()))?;
        let frames = jpeg::split(&bytes);
        if frames.is_empty() {
            return Err(Problem::new(Code::ClipUnreadable, TryAgain::AfterChange));
        }
        for (number, range) in (0_u32..).zip(frames) {
            let at = Duration::from_secs_f64(f64::from(number) / rate);
            if at > from.saturating_add(LONGEST) {
                break;
            }
            if at < from {
                continue;
            }
            look(&mut self.0, at, &bytes[range])?;
        }
        Ok(trace)
    }
}

fn open(file: &Path) -> Result<File, Problem> {
    File::open(file).map_err(|error| unreadable(&error.kind().to_string()))
}

pub(super) fn take_engine(settings: &Settings) {
    if let Err(error) = engine::take_into_use(settings) {
        tracing::warn!(%error, "the networks are computed by the program itself");
    }
}

fn unreadable(why: &str) -> Problem {
    Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(why)
}

pub(super) fn failed(error: &NetError) -> Problem {
    Problem::new(Code::Internal, TryAgain::AfterChange).because(error.to_string())
}
