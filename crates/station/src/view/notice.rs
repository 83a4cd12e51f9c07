//! What the booth tells without being asked.

use evidence::{ChallengeFault, Leg, Motion, Prompt, PromptEnd, Role};
use serde::Serialize;
use ts_rs::TS;

use super::{CaseView, OfficerView, ProblemView, SightView, SizeView};

/// Told to the page while a document goes out.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PaperUploadView {
    /// The case it belongs to.
    pub case: String,
    /// Which document.
    pub paper: String,
    /// Bytes sent.
    #[ts(type = "number")]
    pub sent: u64,
    /// Bytes in all.
    #[ts(type = "number")]
    pub total: u64,
}

/// Told to the page while bytes go out.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct UploadView {
    /// The case it belongs to.
    pub case: String,
    /// Which part.
    pub leg: Leg,
    /// Bytes sent.
    #[ts(type = "number")]
    pub sent: u64,
    /// Bytes in all.
    #[ts(type = "number")]
    pub total: u64,
    /// Milliseconds since this part began.
    #[ts(type = "number")]
    pub elapsed_ms: u64,
    /// Milliseconds left at the rate so far; null while it cannot be told.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
}

/// Told to the page while the video is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RecordingView {
    /// Milliseconds of video so far.
    #[ts(type = "number")]
    pub elapsed_ms: u64,
    /// Where the recording ends by itself.
    #[ts(type = "number")]
    pub limit_ms: u64,
    /// Pictures so far.
    #[ts(type = "number")]
    pub frames: u64,
}

/// Told to the page while the challenge of the video is asked, some times a second.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChallengeView {
    /// The case it belongs to.
    pub case: String,
    /// The number of the step that is asked for, from 0; the number of steps once all are done.
    pub number: u32,
    /// How many steps there are.
    pub of: u32,
    /// What is asked for; null once all is done.
    pub motion: Option<Motion>,
    /// The head has to come back to the middle first.
    pub straighten: bool,
    /// Milliseconds left for this step.
    #[ts(type = "number")]
    pub left_ms: u64,
    /// How it stands.
    pub state: ChallengeState,
    /// Why this answer does not count.
    pub fault: Option<ChallengeFault>,
}

/// Told to the page while the script of the video is asked, some times a second.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PromptView {
    /// The case it belongs to.
    pub case: String,
    /// The number of the prompt, from 0; the number of prompts once all are over.
    pub number: u32,
    /// How many prompts there are.
    pub of: u32,
    /// What is asked for; null once all are over. How movements stand is told with [`ChallengeView`].
    pub prompt: Option<Prompt>,
    /// The digits to show or to say.
    pub digits: Option<String>,
    /// Milliseconds left for it.
    #[ts(type = "number")]
    pub left_ms: u64,
    /// Milliseconds it began with.
    #[ts(type = "number")]
    pub limit_ms: u64,
    /// How it ended, for as long as that is said.
    pub end: Option<PromptEnd>,
    /// Whether anything looks whether it is done; else a person goes on by hand, or its time passes.
    pub looked_for: bool,
    /// The prompts that are over.
    pub past: Vec<PromptResult>,
}

/// A prompt of a script, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PromptResult {
    /// What was asked for.
    pub prompt: Prompt,
    /// The digits that were asked for.
    pub digits: Option<String>,
    /// How it ended; null where the recording ended first.
    pub end: Option<PromptEnd>,
}

/// How a challenge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum ChallengeState {
    /// No face was seen yet.
    Waiting,
    /// A step is asked for.
    Asking,
    /// Every step was done.
    Passed,
    /// This answer does not count, whatever comes.
    Failed,
    /// It cannot be asked on this machine: nothing can look.
    Off,
}

/// Told to the page when the camera of a capture step changes its state.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CameraStateView {
    /// The step it serves.
    pub role: Role,
    /// What it does.
    pub state: CameraState,
    /// What it delivers; null until it does.
    pub delivered: Option<SizeView>,
    /// Its name.
    pub camera: Option<String>,
    /// Why it failed.
    pub problem: Option<ProblemView>,
}

/// Told to the page some times a second while the video's microphone is open.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SoundView {
    /// The loudest sample of the last tenth of a second, in dBFS: from -96 to 0, which is full scale.
    pub peak_dbfs: f32,
    /// The mean over the same time, in dBFS.
    pub rms_dbfs: f32,
    /// Nothing was heard for three seconds or more.
    pub silent: bool,
    /// It is too loud: samples are cut off.
    pub clipping: bool,
    /// Why there is no sound.
    pub problem: Option<ProblemView>,
}

/// What a camera does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CameraState {
    /// It is being opened.
    Opening,
    /// Pictures come.
    Live,
    /// It failed; the problem says how.
    Failed,
}

/// What came of looking for a camera that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CameraSearch {
    /// It delivers again.
    Back,
    /// It does not; it may the next time.
    NotYet,
    /// No looking helps: somebody has to choose another one.
    Hopeless,
}

/// Everything the booth tells the page without being asked.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "about", rename_all = "snake_case")]
#[ts(tag = "about", rename_all = "snake_case")]
pub enum Notice {
    /// The case changed.
    Case {
        /// As it is now.
        case: Box<CaseView>,
    },
    /// Bytes go out.
    Upload {
        /// How far.
        upload: UploadView,
    },
    /// Something changed in what waits to be delivered.
    Queue,
    /// A document goes out.
    PaperUpload {
        /// How far.
        upload: PaperUploadView,
    },
    /// The officer's sign-in changed: somebody signed in or out, or it ran out.
    Officer {
        /// As it is now.
        officer: OfficerView,
    },
    /// Something dropped on the window could not be taken.
    Refused {
        /// Why.
        problem: ProblemView,
    },
    /// The video is being recorded.
    Recording {
        /// How far.
        recording: RecordingView,
    },
    /// The script of the video is asked.
    Prompt {
        /// What is asked for.
        prompt: PromptView,
    },
    /// The challenge of the video is asked.
    Challenge {
        /// How it stands.
        challenge: ChallengeView,
    },
    /// The live picture of a document was looked at.
    Sight {
        /// What was seen.
        sight: SightView,
    },
    /// The video's microphone is open.
    Sound {
        /// How loud it is.
        sound: SoundView,
    },
    /// A camera changed its state.
    Camera {
        /// Which, and how.
        camera: CameraStateView,
    },
}
