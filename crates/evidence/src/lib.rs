//! What counts as evidence, and the case as a pure machine.
//!
//! No disk, no network, no clock, no thread: time and outcomes come in with an [`Event`], [`step`] answers with the
//! next [`Case`] and the [`Effect`]s the outside has to carry out. `station` is the outside.

mod attestation;
mod case;
mod challenge;
mod consent;
mod document;
mod exhibit;
mod faces;
mod fields;
mod ids;
mod outline;
mod problem;
mod provenance;
mod reading;
mod register;
mod script;
mod sensitive;
mod sound;
mod take;
mod time;

pub use attestation::{Basis, Check, Finding, Similarity, SimilarityWord};
pub use case::{
    About, Attempts, CaptureEvent, Case, CaseEvent, CodeMethod, CodeState, Confirmation, Contact, Contract,
    Custody, CustodyEvent, Decision, Deletion, Delivery, DeliveryEvent, Effect, Event, FacesEvent, Fetched,
    FourEyes, Handover, Happened, History, Keeping, Leg, LegState, MOST_PAPERS, Origin, Paper, Received,
    Rejection, Request, Retention, RetentionEvent, Review, ReviewEvent, ScriptEvent, Seal, Showing,
    SignatureState, SignedCopy, Signing, SigningEvent, Standing, StartEvent, Starting, State, Step,
    Transition, UnlockKind, Upload, Verdict, step,
};
pub use challenge::{Challenge, ChallengeFault, ChallengeOutcome, ChallengeStep, Motion, StepOutcome};
pub use consent::Consent;
pub use document::{CountryCode, Document, DocumentType};
pub use exhibit::{Crop, Exhibit, Facts, Method, Role, Shutter};
pub use faces::{
    Biometrics, ErrorKind, FaceMethod, FaceScore, Faces, KnownError, Likeness, NoFace, OperatorLikeness,
    Passive, VideoLikeness,
};
pub use fields::{FieldFault, FieldKey, Fields};
pub use ids::{CaseId, HandoverId, ObjectId, PaperId, RequestNumbers};
pub use outline::{Corners, Outline, OutlinedBy};
pub use problem::{Code, Problem, TryAgain};
pub use provenance::{Provenance, StreamFormat};
pub use reading::{Change, Hint, LookedAt, ReadField, Reading, Source};
pub use register::{RegisterAnswer, RegisterQuestion};
pub use script::{Chapter, ChapterKind, Prompt, PromptEnd, PromptOutcome, Script, ScriptOutcome, ScriptStep};
pub use sensitive::Sensitive;
pub use sound::{Sound, SoundTrack};
pub use take::{ClockCheck, Gap, Pixels, Take};
pub use time::UtcMillis;
