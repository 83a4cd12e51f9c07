//! What the booth sees on the live picture of a document or a face.

use evidence::{Corners, Role};
use serde::Serialize;
use ts_rs::TS;

/// Told to the page for each picture that was looked at, ten times a second and more.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SightView {
    /// The case it belongs to.
    pub case: String,
    /// The step.
    pub role: Role,
    /// The picture it was seen on, as the preview counts them.
    #[ts(type = "number")]
    pub sequence: u64,
    /// Where the document is; null where there is none.
    pub corners: Option<Corners>,
    /// The one thing that keeps the picture from being good; null where nothing does.
    pub advice: Option<AdviceView>,
    /// The same for a selfie.
    pub hint: Option<HintView>,
    /// What the booth is about to do.
    pub shutter: ShutterView,
    /// What may help somebody who waits.
    pub help: HelpView,
    /// True where this camera has too few pixels for a document, however near it is held.
    pub coarse: bool,
}

/// The one thing to say, and where.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AdviceView {
    /// What.
    pub cause: CauseView,
    /// Where; null where it is about the whole picture.
    pub corners: Option<Corners>,
}

/// What can be wrong with the live picture of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CauseView {
    /// There is no document.
    Absent,
    /// A corner is outside.
    Cut,
    /// Something lies over it.
    Covered,
    /// It is too far away.
    Small,
    /// It is tilted.
    Tilted,
    /// It moves.
    Moving,
    /// Too little light.
    Dark,
    /// A reflection hides print.
    Glare,
    /// Print is not sharp.
    Blurred,
    /// It has no colours.
    Colourless,
    /// It is on a screen, or printed.
    Screen,
    /// What lies there is not recognised as an identity document.
    Unrecognised,
}

impl From<vision::quality::Cause> for CauseView {
    fn from(cause: vision::quality::Cause) -> Self {
        use vision::quality::Cause;
        match cause {
            Cause::Absent => Self::Absent,
            Cause::Cut => Self::Cut,
            Cause::Covered => Self::Covered,
            Cause::Small => Self::Small,
            Cause::Tilted => Self::Tilted,
            Cause::Moving => Self::Moving,
            Cause::Dark => Self::Dark,
            Cause::Glare => Self::Glare,
            Cause::Blurred => Self::Blurred,
            Cause::Colourless => Self::Colourless,
            Cause::Screen => Self::Screen,
        }
    }
}

/// What can be wrong with the live picture of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum HintView {
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
    /// The face moves.
    HoldStill,
}

impl From<vision::face::Hint> for HintView {
    fn from(hint: vision::face::Hint) -> Self {
        use vision::face::Hint;
        match hint {
            Hint::NoFace => Self::NoFace,
            Hint::OnePerson => Self::OnePerson,
            Hint::Closer => Self::Closer,
            Hint::Further => Self::Further,
            Hint::Centre => Self::Centre,
            Hint::Light => Self::Light,
            Hint::Glasses => Self::Glasses,
            Hint::LookStraight => Self::LookStraight,
            Hint::OpenEyes => Self::OpenEyes,
            Hint::HoldStill => Self::HoldStill,
        }
    }
}

/// What the booth is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(tag = "state", rename_all = "snake_case")]
pub enum ShutterView {
    /// Nothing: the picture is not good yet, or a person takes it.
    Waiting,
    /// All is well, and has to stay so for a moment.
    Holding {
        /// How much of the moment has passed, 0 to 1.
        share: f32,
    },
    /// The picture is being taken.
    Taking,
}

/// What may help somebody who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum HelpView {
    /// Nothing is needed.
    None,
    /// It takes long: a calm word.
    Slow,
    /// It failed several times: a file, another camera.
    OtherWays,
}
