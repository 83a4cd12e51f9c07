//! What can happen to a case, and what it asks of the outside.

use super::capture::CaptureEvent;
use super::custody::CustodyEvent;
use super::delivery::DeliveryEvent;
use super::faces::FacesEvent;
use super::retention::RetentionEvent;
use super::review::ReviewEvent;
use super::scripted::ScriptEvent;
use super::signing::SigningEvent;
use super::start::StartEvent;
use super::{Case, Step};
use crate::{
    Check, Consent, Corners, Document, FieldFault, FieldKey, Fields, Finding, ObjectId, Reading,
    RegisterAnswer, RegisterQuestion, Similarity, UtcMillis,
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// At the first screen.
    Start(StartEvent),
    /// The person accepted the text.
    Consented(Consent),
    /// The document was chosen.
    DocumentChosen(Document),
    /// A camera, a file or a crop.
    Capture(CaptureEvent),
    /// A person put the document's corners on the picture that is shown.
    Outlined(Corners),
    /// A machine read the document.
    Read(Box<Reading>),
    /// Faces were compared, or a challenge was made or judged.
    Faces(FacesEvent),
    /// An official register answered.
    RegisterAnswered {
        /// What it was asked.
        question: Box<RegisterQuestion>,
        /// What it said.
        answer: Box<RegisterAnswer>,
    },
    /// A script was made for the recording, or came to its end.
    Script(ScriptEvent),
    /// A person confirmed the fields.
    FieldsConfirmed {
        /// As they are to be.
        fields: Fields,
        /// The operator, where a name was given.
        by: Option<String>,
        /// Now.
        at: UtcMillis,
    },
    /// A person vouched for a check, or took it back (`None`).
    Attested {
        /// Which.
        check: Check,
        /// The verdict with its basis.
        finding: Option<Finding>,
    },
    /// A person compared portrait and selfie, or took it back.
    SimilarityJudged(Option<Similarity>),
    /// The person went to another step.
    Went(Step),
    /// On the way to the server.
    Delivery(DeliveryEvent),
    /// From one machine to another.
    Custody(CustodyEvent),
    /// At the officer's desk.
    Review(ReviewEvent),
    /// From the approval to the end.
    Signing(SigningEvent),
    /// To the evidence kept here, once the server has it.
    Retention(RetentionEvent),
}

/// What the outside has to do, in order, after the new case is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Ask the server for a request.
    CreateRequest,
    /// Remove an object from the store: nothing refers to it any more.
    Discard(ObjectId),
    /// Start or go on with the delivery.
    Deliver,
}

/// A case after an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The new case.
    pub case: Case,
    /// What has to be done.
    pub effects: Vec<Effect>,
}

/// Why an event was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It does not belong to the step the case is at.
    #[error("this does not belong to the step {0:?}")]
    OutOfOrder(Step),
    /// A field is missing or malformed.
    #[error("field {0:?} is {1:?}")]
    Field(FieldKey, FieldFault),
    /// The crop lies outside the picture.
    #[error("the crop lies outside the picture")]
    CropOutside,
    /// This check cannot be attested, or nobody put their name to it.
    #[error("nobody vouches for {0:?}")]
    Unfounded(Check),
    /// The comparison needs a name.
    #[error("a comparison needs a name")]
    Unnamed,
    /// A refusal needs a reason.
    #[error("a refusal needs a reason")]
    NoReason,
    /// One request takes no more documents.
    #[error("one request takes no more documents")]
    TooManyPapers,
    /// A document at the server has no good signed copy here yet.
    #[error("a document has no good signed copy here yet")]
    NotKept,
    /// The case was handed over: another machine delivers it.
    #[error("another machine delivers this case")]
    HandedOver,
    /// Whether a request exists is unknown: another could double it.
    #[error("whether a request exists at the server is unknown")]
    RequestUncertain,
}
