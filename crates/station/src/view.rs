//! What the doors are shown: plain values, serialised to the page and printed by the command line.
//!
//! `ui/src/backend/generated.ts` is made from these types; a test fails when it is stale
//! (`UPDATE_BINDINGS=1 cargo test -p station` writes it anew).

use evidence::{
    Check, Code, CodeMethod, Crop, DocumentType, FieldKey, FourEyes, Leg, Origin, Role, SimilarityWord, Step,
    TryAgain,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    /// The country preselected at the document step (ISO 3166-1 alpha-2).
    pub home_country: String,
    /// Cases in which something is left to do, newest first: by their step, for the booth (up to `submitted`), for the
    /// officer (`submitted`), or for person and booth again (`documents` to `signed`). Nothing personal in them.
    pub unfinished: Vec<CaseSummary>,
    /// Whether the officer's desk may be opened at this booth.
    pub desk: bool,
    /// Why the booth cannot work, if it cannot (settings, store).
    pub problem: Option<ProblemView>,
}

/// A source of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CameraView {
    /// Stable identity, to choose it by.
    pub id: String,
    /// Its name as a person knows it.
    pub name: String,
    /// True for a replay.
    pub synthetic: bool,
    /// The largest picture it offers, in pixels; unknown for a replay before it is opened.
    pub largest: Option<SizeView>,
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
    /// What stopped the case where it stands.
    pub problem: Option<ProblemView>,
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
    /// True when it came from a replay.
    pub synthetic: bool,
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
    /// The rectangle of a crop.
    pub crop: Option<Crop>,
    /// What a reviewer should know about it.
    pub note: Option<String>,
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
    /// The level as the server has it: a word, or a number from 0 to 100; null where it was judged here.
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

/// What the officer decided.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReviewView {
    /// How far it is.
    pub state: ReviewState,
    /// The officer's name, where the decision was made here.
    pub officer: Option<String>,
    /// When, epoch milliseconds.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// Whether the officer also took the evidence; null where the decision was not made here.
    pub four_eyes: Option<FourEyes>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The names of those who put them to the capture.
    pub taken_by: Vec<String>,
}

/// How far the officer's decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody decided.
    Open,
    /// On its way, or its fate unknown.
    Sending,
    /// Approved.
    Approved,
    /// Refused, or cancelled.
    Refused,
}

/// Documents, contract, code and signature.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SigningView {
    /// The documents.
    pub papers: Vec<PaperView>,
    /// The most there can be.
    pub most_papers: u32,
    /// The service contract, once it was fetched.
    pub contract: Option<ContractView>,
    /// The one-time code.
    pub code: CodeView,
    /// waiting, sending (or its fate unknown), arrived.
    pub signature: LegProgress,
    /// When it was signed, epoch milliseconds.
    #[ts(type = "number | null")]
    pub signed_at: Option<i64>,
    /// The deletion at the server: waiting, sending (or not proven), arrived (proven).
    pub deletion: LegProgress,
    /// When the server was found to have nothing left, epoch milliseconds.
    #[ts(type = "number | null")]
    pub deleted_at: Option<i64>,
    /// Every document the server has is here, signed and in order: deleting is allowed.
    pub all_kept: bool,
}

/// A document to be signed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PaperView {
    /// Its identity within the case.
    pub id: String,
    /// The name of the file it came from.
    pub file_name: String,
    /// Under `cam://localhost/page/{case}/{object}/{n}?w={pixels}` are its pages, from 0, as pictures.
    pub object: String,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Pages in it.
    pub pages: u32,
    /// Whether the server has it.
    pub upload: LegProgress,
    /// A person has seen all of it.
    pub read: bool,
    /// The signed copy, once it was fetched and checked.
    pub signed: Option<SignedView>,
}

/// A signed document, kept here.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SignedView {
    /// Its pages, as of [`PaperView::object`].
    pub object: String,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// All in order: what the customer is owed.
    pub good: bool,
    /// Bytes, digest and signature agree.
    pub intact: bool,
    /// The signature covers the whole file.
    pub covers_whole: bool,
    /// The signed file begins with the bytes that were uploaded.
    pub extends_original: bool,
    /// Who signed, as the certificate says.
    pub signer: String,
    /// Whether that is the person of the case; null where it cannot be told.
    pub is_holder: Option<bool>,
    /// Who issued the certificate.
    pub issuer: String,
    /// The certificate's serial number.
    pub certificate: String,
    /// When it was signed, as the signature says, epoch milliseconds.
    #[ts(type = "number | null")]
    pub signed_at: Option<i64>,
    /// Whether a timestamp is in it.
    pub timestamped: bool,
    /// Whether the issuer is one this booth trusts; null where it was given none to trust.
    pub trusted: Option<bool>,
}

/// The service contract.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ContractView {
    /// Its pages, as of [`PaperView::object`].
    pub object: String,
    /// Pages in it.
    pub pages: u32,
    /// A person has seen all of it.
    pub read: bool,
}

/// The one-time code.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CodeView {
    /// How far it is.
    pub state: CodeProgress,
    /// Which way it went.
    pub method: Option<CodeMethod>,
    /// When it was sent, epoch milliseconds.
    #[ts(type = "number | null")]
    pub sent_at: Option<i64>,
    /// From when another can be asked for, epoch milliseconds.
    #[ts(type = "number | null")]
    pub again_at: Option<i64>,
    /// The end of the phone number it goes to, so that a person can tell a wrong one.
    pub phone_end: String,
}

/// How far the one-time code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum CodeProgress {
    /// None was asked for.
    None,
    /// One may be on its way: the answer was lost.
    Uncertain,
    /// The server sent one.
    Sent,
}

/// A page of a document as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// PNG.
    pub png: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pages in the document.
    pub pages: u32,
}

/// Who is signed in as an officer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct OfficerView {
    /// Whether the desk exists at this booth.
    pub desk: bool,
    /// The officer; null when nobody is signed in.
    pub officer: Option<SignedInView>,
    /// Whether credentials can be remembered here (never on a kiosk).
    pub can_remember: bool,
    /// The name of the officer whose credentials are remembered here, if any are.
    pub remembered: Option<String>,
    /// Practice: what to sign in with.
    pub practice: Option<PracticeOfficerView>,
}

/// The officer who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SignedInView {
    /// Their name, as they gave it.
    pub name: String,
    /// Their number at the registration authority.
    pub rao: Option<String>,
    /// When the sign-in runs out unless something is done, epoch milliseconds.
    #[ts(type = "number")]
    pub until: i64,
}

/// The practice sandbox's officer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PracticeOfficerView {
    /// A name.
    pub name: String,
    /// The number.
    pub rao: String,
    /// The token; it works with the sandbox inside the program only.
    pub token: String,
}

/// How an officer signs in. Either a token, or the three others, or a token with those it lacks; or, with nothing but
/// `remembered`, what is kept in the system's store of credentials.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, TS)]
pub struct SignIn {
    /// Their name, for the record.
    pub name: String,
    /// Their number at the registration authority.
    pub rao: Option<String>,
    /// A token.
    pub token: Option<String>,
    /// Their user name.
    pub username: Option<String>,
    /// Their password.
    pub password: Option<String>,
    /// Their PIN.
    pub pin: Option<String>,
    /// Keep it in the system's store of credentials.
    pub remember: bool,
    /// Use what is kept there.
    pub remembered: bool,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(..)")
    }
}

/// A case in the officer's list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeskEntry {
    /// Identity of the case.
    pub id: String,
    /// Four characters to tell it by.
    pub code: String,
    /// Where it stands.
    pub step: Step,
    /// The request.
    #[ts(type = "number | null")]
    pub request_pk: Option<i64>,
    /// When the server had everything, epoch milliseconds.
    #[ts(type = "number | null")]
    pub submitted_at: Option<i64>,
    /// What was decided.
    pub review: ReviewState,
    /// The server's word for it, as it was last read; null when it was not.
    pub server_status: Option<String>,
    /// Why its state could not be read.
    pub problem: Option<ProblemView>,
}

/// How the documents are unlocked for signing.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "with", rename_all = "snake_case")]
#[ts(tag = "with", rename_all = "snake_case")]
pub enum UnlockInput {
    /// The one-time code.
    Code {
        /// As typed.
        code: String,
    },
    /// An external authentication the registration authority has agreed on.
    External {
        /// Its type, such as `biometric`.
        kind: String,
        /// Its value.
        value: String,
        /// The customer code that goes with it.
        secret: String,
    },
}

impl std::fmt::Debug for UnlockInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnlockInput(..)")
    }
}

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
    /// A camera changed its state.
    Camera {
        /// Which, and how.
        camera: CameraStateView,
    },
}
