//! The case on the screen.

use evidence::{
    Biometrics, ChallengeFault, Chapter, Check, Corners, Crop, DocumentType, FieldKey, Gap, Hint, Leg,
    Origin, Role, SimilarityWord, Source, Step,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ProblemView, PromptResult, ProvenanceView, ReviewView, SigningView, SizeView};

/// The case on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CaseView {
    /// Identity.
    pub id: String,
    /// Four characters to tell it by.
    pub code: String,
    /// Grows with each change: an older view never replaces a newer one.
    #[ts(type = "number")]
    pub revision: u64,
    /// Where it stands.
    pub step: Step,
    /// The steps of this case, in order.
    pub steps: Vec<StepView>,
    /// Where its request comes from.
    pub origin: Option<Origin>,
    /// The request at the server.
    pub request: RequestView,
    /// The document chosen.
    pub document: Option<DocumentView>,
    /// What a capture step shows; null at other steps.
    pub capture: Option<CaptureView>,
    /// The accepted evidence, in the order it is taken.
    pub exhibits: Vec<ExhibitView>,
    /// What the person said about biometrics; null where they were not asked yet.
    pub biometrics: Option<Biometrics>,
    /// What a machine read on the document; null where none did.
    pub reading: Option<ReadingView>,
    /// The fields.
    pub fields: Vec<FieldView>,
    /// The checks.
    pub checks: Vec<CheckView>,
    /// How alike portrait and selfie are, if anybody judged it.
    pub similarity: Option<SimilarityView>,
    /// The way to the server; null before it was submitted.
    pub delivery: Option<DeliveryView>,
    /// What the officer decided; null before the server had everything.
    pub review: Option<ReviewView>,
    /// Documents, contract, code and signature; null before the approval.
    pub signing: Option<SigningView>,
    /// How long the evidence stays on this machine; null before the server has it.
    pub kept: Option<KeptView>,
    /// What stopped the case where it stands.
    pub problem: Option<ProblemView>,
}

/// What a machine read on the document; the values are with their fields.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReadingView {
    /// The name and version of the method, with the engine that ran it.
    pub method: String,
    /// When, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
    /// Where the portrait is on the front: a proposal.
    pub portrait: Option<Crop>,
    /// What a person should look for.
    pub hints: Vec<Hint>,
}

/// A step in the list of steps.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct StepView {
    /// Which.
    pub step: Step,
    /// It has what it is there for.
    pub done: bool,
    /// A person may go there now.
    pub reachable: bool,
}

/// What is known about the request at the server.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(tag = "state", rename_all = "snake_case")]
pub enum RequestView {
    /// There is none.
    None,
    /// It is being created.
    Creating,
    /// Nobody knows whether there is one.
    Uncertain,
    /// Its numbers.
    Known {
        /// The request.
        #[ts(type = "number")]
        request_pk: i64,
        /// Its VideoID.
        #[ts(type = "number")]
        videoid_pk: i64,
    },
}

/// Kind and country of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentView {
    /// Card, residence card or passport.
    pub kind: DocumentType,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// What a capture step shows.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CaptureView {
    /// Which piece is being taken.
    pub role: Role,
    /// Live picture, recording, what was just taken, or what was accepted before.
    pub showing: ShowingView,
    /// True when an accepted piece is kept while another is being taken.
    pub has_earlier: bool,
    /// The challenge of the video that is recorded or shown; null where none is asked.
    pub challenge: Option<AnswerView>,
    /// What was asked for in the video that is shown, in order; null where nothing was, and while it is recorded.
    pub script: Option<Vec<PromptResult>>,
}

/// How the challenge of a video was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AnswerView {
    /// Whether every step was done in its order and time by one person; null while it is not known, and where it could not be
    /// seen.
    pub passed: Option<bool>,
    /// Why not.
    pub faults: Vec<ChallengeFault>,
}

/// What the capture screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(tag = "state", rename_all = "snake_case")]
pub enum ShowingView {
    /// The live picture.
    Live,
    /// The video is being recorded.
    Recording,
    /// Just taken: use or retake.
    Taken {
        /// It.
        exhibit: ExhibitView,
    },
    /// Accepted before: keep or retake.
    Accepted {
        /// It.
        exhibit: ExhibitView,
    },
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ExhibitView {
    /// What it shows.
    pub role: Role,
    /// Under `cam://localhost/object/{case}/{object}` are its own bytes; for a video
    /// `cam://localhost/clip/{case}/{object}?t={milliseconds}` is the picture at that time.
    pub object: String,
    /// IANA media type.
    pub media_type: String,
    /// Pixels.
    pub size: SizeView,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// When it was taken, epoch milliseconds.
    #[ts(type = "number")]
    pub taken_at: i64,
    /// The camera's name, or null when it came from a file or is a crop.
    pub camera: Option<String>,
    /// True when it came from a replay, or from a camera that a program makes.
    pub synthetic: bool,
    /// What stood behind the camera; null where it is not known.
    pub provenance: Option<ProvenanceView>,
    /// True when it was picked from a file.
    pub from_file: bool,
    /// True when it was read back from the server.
    pub from_server: bool,
    /// Length of a video in milliseconds.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// Pictures in a video.
    #[ts(type = "number | null")]
    pub frames: Option<u64>,
    /// What happened in a video, and when.
    pub chapters: Vec<Chapter>,
    /// False once the bytes were removed here: the size and the SHA-256 are what is left.
    pub kept: bool,
    /// The rectangle of a crop.
    pub crop: Option<Crop>,
    /// The document's corners in the picture, where they are known.
    pub corners: Option<Corners>,
    /// True where a person put the corners there.
    pub corners_by_hand: bool,
    /// True where the booth took it by itself.
    pub by_itself: bool,
    /// What a reviewer should know about it.
    pub note: Option<String>,
    /// How the video was recorded; null for everything else, and where that is not known.
    pub take: Option<TakeView>,
}

/// How a video was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TakeView {
    /// No picture was missing for longer than anybody would notice.
    pub continuous: bool,
    /// Each time without a picture.
    pub gaps: Vec<Gap>,
    /// What a reviewer should know, by the codes the page has sentences for.
    pub remarks: Vec<String>,
    /// Time and case were drawn into every picture.
    pub stamped: bool,
}

/// A field of the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct FieldView {
    /// Which.
    pub key: FieldKey,
    /// Its value; empty when there is none.
    pub value: String,
    /// Whether the case cannot go on without it.
    pub required: bool,
    /// The picture it is read from.
    pub beside: Option<Role>,
    /// What a machine read; a proposal until a person confirms it.
    pub read: Option<ReadFieldView>,
    /// Set where a person's value stands in the place of what was read.
    pub changed: Option<ChangedView>,
}

/// A value as a machine read it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReadFieldView {
    /// What it says, as it would stand in the field.
    pub value: String,
    /// Where on the document it stands.
    pub source: Source,
    /// How sure the reading is, 0 to 1.
    pub confidence: f64,
    /// Whether a character was corrected.
    pub repaired: bool,
    /// In which picture.
    pub role: Role,
    /// Where in that picture.
    pub corners: Option<Corners>,
    /// What another place of the document says instead.
    pub other: Option<String>,
}

/// Who put another value in the place of what was read.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChangedView {
    /// The operator; null where no name was given: somebody at the booth.
    pub by: Option<String>,
    /// When, epoch milliseconds.
    #[ts(type = "number")]
    pub at: i64,
}

/// A field as the page sends it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct FieldValue {
    /// Which.
    pub key: FieldKey,
    /// What the person typed.
    pub value: String,
}

/// A check as the review screen shows it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CheckView {
    /// Which.
    pub check: Check,
    /// Whether a person can vouch for it by looking.
    pub attestable: bool,
    /// Passed or not; null = nobody measured or attested it, and it is not sent.
    pub passed: Option<bool>,
    /// The person who vouched, if one did.
    pub attested_by: Option<String>,
    /// The method that measured it, if one did.
    pub measured_by: Option<String>,
    /// What it measured.
    pub score: Option<f64>,
    /// Where yes begins.
    pub threshold: Option<f64>,
    /// True where only the server says so: on whose word is not known here.
    pub reported: bool,
}

/// How alike portrait and selfie are.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SimilarityView {
    /// What was judged by eye; null where only the server's level is known.
    pub word: Option<SimilarityWord>,
    /// By whom; null where that is not known here.
    pub by: Option<String>,
    /// The method that measured it, if one did.
    pub measured_by: Option<String>,
    /// The level, from 0 to 100, as it was measured or as the server has it, which may have a word; null where it was
    /// judged by eye.
    pub level: Option<String>,
}

/// The way to the server.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeliveryView {
    /// Where it stands.
    pub legs: Vec<LegView>,
    /// When a person said: submit.
    #[ts(type = "number")]
    pub submitted_at: i64,
    /// When the server confirmed it.
    #[ts(type = "number | null")]
    pub confirmed_at: Option<i64>,
    /// The server's status, once it is confirmed.
    pub status: Option<String>,
    /// It is kept safe and goes out by itself; nobody has to do anything.
    pub by_itself: bool,
    /// Failures since anything last arrived at the server.
    pub failed_attempts: u32,
    /// When it is tried again at the earliest, epoch milliseconds.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
}

/// How long the evidence of a delivered case stays on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct KeptView {
    /// Pictures and video are removed at this moment, epoch milliseconds; null once they are, or while that cannot be
    /// told.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// When they were removed, epoch milliseconds.
    #[ts(type = "number | null")]
    pub removed_at: Option<i64>,
}

/// A part of the delivery.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LegView {
    /// Which.
    pub leg: Leg,
    /// waiting, sending or arrived.
    pub state: LegProgress,
}

/// How far a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum LegProgress {
    /// Not yet.
    Waiting,
    /// On its way, or its fate unknown.
    Sending,
    /// The server has it.
    Arrived,
}
