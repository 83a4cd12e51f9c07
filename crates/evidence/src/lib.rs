//! What counts as evidence, and the case as a pure machine.
//!
//! No disk, no network, no clock, no thread: time and outcomes come in with an [`Event`], [`step`] answers with the
//! next [`Case`] and the [`Effect`]s the outside has to carry out. `station` is the outside.

mod attestation;
mod case;
mod consent;
mod document;
mod exhibit;
mod fields;
mod ids;
mod problem;
mod sensitive;
mod time;

pub use attestation::{Basis, Check, Finding, Similarity, SimilarityWord};
pub use case::{
    CaptureEvent, Case, Contact, Delivery, DeliveryEvent, Effect, Event, Leg, LegState, Origin, Rejection,
    Request, Showing, StartEvent, Starting, State, Step, Transition, step,
};
pub use consent::Consent;
pub use document::{CountryCode, Document, DocumentType};
pub use exhibit::{Crop, Exhibit, Facts, Method, Role};
pub use fields::{FieldFault, FieldKey, Fields};
pub use ids::{CaseId, ObjectId, RequestNumbers};
pub use problem::{Code, Problem, TryAgain};
pub use sensitive::Sensitive;
pub use time::UtcMillis;
