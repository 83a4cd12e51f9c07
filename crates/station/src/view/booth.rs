//! The booth itself, its cameras, its list of cases, and what can go wrong.

use evidence::{Code, FieldKey, Role, Step, TryAgain};
use serde::Serialize;
use ts_rs::TS;

use super::CameraView;

/// The booth itself: what is the same for every case.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct BoothView {
    /// Version of the program.
    pub version: String,
    /// True when the server is the sandbox inside the program and nothing leaves the machine.
    pub practice: bool,
    /// The sandbox's own page, where a person can look at what arrived; practice only.
    pub sandbox_page: Option<String>,
    /// The booth's name, as the reviewer will see it.
    pub booth: String,
    /// Host and port of the server, for the settings line; no credentials.
    pub server: String,
    /// BCP 47 tag of the language the booth starts in.
    pub language: String,
    /// What can deliver pictures.
    pub cameras: Vec<CameraView>,
    /// The chosen source of each capture step.
    pub chosen: Vec<ChosenCamera>,
    /// What the video's sound can be recorded with; null where it is recorded without.
    pub sound: Option<SoundChoice>,
    /// The country preselected at the document step (ISO 3166-1 alpha-2).
    pub home_country: String,
    /// Cases in which something is left to do, newest first: by their step, for the booth (up to `submitted`), for the
    /// officer (`submitted`), or for person and booth again (`documents` to `signed`). Nothing personal in them.
    pub unfinished: Vec<CaseSummary>,
    /// Whether the officer's desk may be opened at this booth.
    pub desk: bool,
    /// Whether whoever stands here may look behind the booth: what waits, the checks, the log. Not where people are
    /// alone with it.
    pub operator_pages: bool,
    /// Whether a script is asked in the video.
    pub script: bool,
    /// Whether what is asked in the video is said aloud, where the page has a voice for it.
    pub spoken: bool,
    /// Why the booth cannot work, if it cannot (settings, store).
    pub problem: Option<ProblemView>,
    /// Why no new case can begin, if none can; those that have begun go on.
    pub no_new_case: Option<ProblemView>,
    /// What somebody should see to, while the booth works all the same.
    pub cautions: Vec<ProblemView>,
}

/// What the video's sound can be recorded with.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SoundChoice {
    /// What can deliver sound.
    pub microphones: Vec<MicrophoneView>,
    /// The chosen one, or none when it is not there.
    pub chosen: Option<String>,
}

/// A source of sound.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct MicrophoneView {
    /// Stable identity, to choose it by.
    pub id: String,
    /// Its name as a person knows it.
    pub name: String,
    /// True for a replay, and for generated sound.
    pub synthetic: bool,
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct SizeView {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Which source serves a capture step.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChosenCamera {
    /// The step's role: front, rear, selfie or video.
    pub role: Role,
    /// The source, or none when nothing is connected.
    pub camera: Option<String>,
}

/// A case in the list of unfinished ones.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CaseSummary {
    /// Identity of the case.
    pub id: String,
    /// Four characters to tell it by.
    pub code: String,
    /// Where it stands.
    pub step: Step,
    /// When it was opened, epoch milliseconds.
    #[ts(type = "number")]
    pub opened_at: i64,
    /// The request at the server, if one is known.
    #[ts(type = "number | null")]
    pub request_pk: Option<i64>,
    /// It was submitted and goes out by itself.
    pub by_itself: bool,
}

/// The text a person has to accept, in one language.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ConsentText {
    /// Version of the text.
    pub version: String,
    /// BCP 47 tag.
    pub language: String,
    /// Paragraphs, in order.
    pub paragraphs: Vec<String>,
    /// Terms and conditions.
    pub terms_url: String,
    /// Privacy policy.
    pub privacy_url: String,
}

/// A failure as it crosses to the page. The only form in which errors leave a command.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProblemView {
    /// What happened; the page has a sentence and an action for each.
    pub code: Code,
    /// Whether trying again makes sense.
    pub try_again: TryAgain,
    /// The cause in its own words: the server's, the driver's.
    pub detail: Option<String>,
    /// The field it is about.
    pub field: Option<FieldKey>,
}
