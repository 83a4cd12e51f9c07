//! The case: one person's evidence, from the first screen to the receipt.
//!
//! ```text
//!  Start -> Consent -> Document -> Front -> Portrait -> Rear* -> Selfie -> Fields -> Video -> Review
//!                                                                                               |
//!                        * not for a passport           Submitted <- Submitting <---------------+
//!                                                                        |  ^
//!                                                                        v  |
//!                                                                       Failed -> back to any step, while the
//!                                                                                 server holds no evidence yet
//! ```
//! and, once the server has it all,
//!
//! ```text
//!  Submitted -> Documents -> Reading -> Code -> Signed -> Closed
//!      |            |           |         |
//!      +------------+-----------+---------+--> Refused (by the officer, or cancelled)
//! ```
//! Going back loses nothing: what was accepted stays until its replacement is accepted.

mod capture;
mod custody;
mod delivery;
mod event;
mod faces;
mod history;
mod intake;
mod reading;
mod register;
mod retention;
mod review;
mod scripted;
mod signing;
mod start;
mod state;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use capture::CaptureEvent;
pub use custody::{Custody, CustodyEvent, Handover, Received};
pub use delivery::{Attempts, Confirmation, Delivery, DeliveryEvent, Leg, LegState};
pub use event::{Effect, Event, Rejection, Transition};
pub use faces::FacesEvent;
pub use history::{About, CaseEvent, Happened, History};
pub use retention::{Keeping, Retention, RetentionEvent};
pub use review::{Decision, FourEyes, Review, ReviewEvent, Standing, Verdict};
pub use scripted::ScriptEvent;
pub use signing::{
    CodeMethod, CodeState, Contract, Deletion, MOST_PAPERS, Paper, Seal, SignatureState, SignedCopy, Signing,
    SigningEvent, UnlockKind, Upload,
};
pub use start::{Contact, Fetched, Origin, Request, StartEvent};
pub use state::{Showing, Starting, State, Step};

use crate::{
    CaseId, Challenge, Change, Check, Consent, Document, Exhibit, Faces, FieldKey, Fields, Finding, ObjectId,
    Reading, RegisterAnswer, Role, Script, Similarity, UtcMillis,
};

/// One person's evidence and everything known about its way. This is what the store keeps, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Version of this stored form; see [`Case::FORMAT`].
    pub format: u32,
    /// Its identity on this machine.
    pub id: CaseId,
    /// Grows by one with each change.
    pub revision: u64,
    /// When it was opened.
    pub opened_at: UtcMillis,
    /// The booth it was opened at.
    pub booth: String,
    /// True for practice: the server is the sandbox, nothing leaves the machine.
    pub practice: bool,
    /// Where it stands.
    pub state: State,
    /// Where its request comes from.
    pub origin: Option<Origin>,
    /// What is known about the request at the server.
    pub request: Request,
    /// What the person agreed to.
    pub consent: Option<Consent>,
    /// What they show.
    pub document: Option<Document>,
    /// The accepted pieces of evidence.
    pub exhibits: BTreeMap<Role, Exhibit>,
    /// The fields.
    pub fields: Fields,
    /// True once a person confirmed the fields.
    pub fields_confirmed: bool,
    /// What a machine read in the pictures of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// What was measured of faces; absent where nobody did, or the person does not want it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faces: Option<Faces>,
    /// The challenge of the accepted video, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// The challenge of the recording that runs, or was just taken; the accepted video's once that is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Challenge>,
    /// What an official register answered about the confirmed fields, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterAnswer>,
    /// What was asked for in the accepted video, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// The script of the recording that runs, or was just taken; the accepted video's once that is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompting: Option<Script>,
    /// Where a person's value stands in the place of what a machine read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<FieldKey, Change>,
    /// What is claimed, each with its basis.
    pub findings: BTreeMap<Check, Finding>,
    /// How alike portrait and selfie are, if anybody or anything judged it.
    pub similarity: Option<Similarity>,
    /// How far the delivery is.
    pub delivery: Delivery,
    /// What the officer decided.
    #[serde(default)]
    pub review: Review,
    /// Everything between the approval and the end.
    #[serde(default)]
    pub signing: Signing,
    /// Who is to deliver it.
    #[serde(default, skip_serializing_if = "Custody::is_untouched")]
    pub custody: Custody,
    /// What became of the evidence kept here.
    #[serde(default, skip_serializing_if = "Retention::is_untouched")]
    pub retention: Retention,
    /// What changed it, in order. A case stored before there was one has none.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    pub history: History,
}

impl Case {
    /// The version of the stored form that this code writes. 2 added the officer and the signing; 1 is read as a case
    /// that has neither.
    pub const FORMAT: u32 = 2;

    /// A case at its first screen.
    #[must_use]
    pub fn open(id: CaseId, booth: &str, practice: bool, at: UtcMillis) -> Self {
        Self {
            format: Self::FORMAT,
            id,
            revision: 0,
            opened_at: at,
            booth: booth.to_owned(),
            practice,
            state: State::Start(Starting::Choosing),
            origin: None,
            request: Request::None,
            consent: None,
            document: None,
            exhibits: BTreeMap::new(),
            fields: Fields::default(),
            fields_confirmed: false,
            reading: None,
            faces: None,
            challenge: None,
            asked: None,
            register: None,
            script: None,
            prompting: None,
            changes: BTreeMap::new(),
            findings: BTreeMap::new(),
            similarity: None,
            delivery: Delivery::default(),
            review: Review::default(),
            signing: Signing::default(),
            custody: Custody::default(),
            retention: Retention::default(),
            history: History::default(),
        }
    }

    /// The same case in the stored form this code writes. In the first form a submitted case has the server's word only
    /// where it stands, and would lose it on its way on.
    #[must_use]
    pub fn brought_up_to_date(mut self) -> Self {
        if let (None, State::Submitted { at, status }) = (&self.delivery.confirmed, &self.state) {
            self.delivery.confirmed = Some(Confirmation {
                at: *at,
                status: status.clone(),
            });
        }
        self.format = Self::FORMAT;
        self
    }

    /// The step it stands at.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.state.step()
    }

    /// Whether a step belongs to this case: a passport has no back.
    #[must_use]
    pub fn has_step(&self, step: Step) -> bool {
        step != Step::Rear || self.document.is_none_or(|document| document.kind.has_rear())
    }

    /// Whether a step has what it is there for.
    #[must_use]
    pub fn is_done(&self, step: Step) -> bool {
        match step {
            Step::Start => self.origin.is_some() && self.has_left_start(),
            Step::Consent => self.consent.is_some(),
            Step::Document => self.document.is_some(),
            Step::Front | Step::Rear | Step::Selfie | Step::Video => {
                step.role().is_some_and(|role| self.exhibits.contains_key(&role))
            }
            Step::Portrait => self.exhibits.contains_key(&Role::Portrait),
            Step::Fields => self.fields_confirmed,
            Step::Review | Step::Submitting | Step::Failed | Step::Refused => false,
            Step::Submitted => self.is_after_submission(),
            Step::Documents => self.signing.all_arrived(),
            Step::Reading => self.signing.all_arrived() && self.signing.all_read(),
            Step::Code => matches!(self.signing.signature, SignatureState::Made { .. }),
            Step::Signed | Step::Closed => matches!(self.state, State::Closed { .. }),
        }
    }

    /// Whether the server has everything: what follows is the officer's, the person's and the documents'.
    #[must_use]
    pub const fn is_after_submission(&self) -> bool {
        matches!(
            self.state,
            State::Submitted { .. }
                | State::Documents
                | State::Reading
                | State::Code
                | State::Signed
                | State::Closed { .. }
                | State::Refused { .. }
        )
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, State::Closed { .. } | State::Refused { .. })
    }

    /// When the server said that it has everything, and the status it gave.
    #[must_use]
    pub fn confirmation(&self) -> Option<(UtcMillis, &str)> {
        let confirmed = self.delivery.confirmed.as_ref()?;
        Some((confirmed.at, &confirmed.status))
    }

    fn has_left_start(&self) -> bool {
        !matches!(self.state, State::Start(_))
    }

    /// Whether a person may go to `step` now: every step before it is done, nothing is recording, and the evidence is
    /// not already with the server.
    #[must_use]
    pub fn can_go_to(&self, step: Step) -> bool {
        if self.is_after_submission() {
            return self.can_go_back_to(step);
        }
        let movable = match &self.state {
            _ if self.is_handed_over() => false,
            State::Start(_) | State::Submitting => false,
            State::Capture {
                showing: Showing::Recording { .. },
                ..
            } => false,
            State::Failed { .. } => self.delivery.evidences == LegState::Waiting,
            _ => true,
        };
        movable
            && step != Step::Start
            && self.has_step(step)
            && Step::WALK.contains(&step)
            && Step::WALK
                .into_iter()
                .take_while(|&s| s != step)
                .all(|s| !self.has_step(s) || self.is_done(s))
    }

    /// The first step that is not done; review when all are.
    #[must_use]
    pub fn next_open_step(&self) -> Step {
        Step::WALK
            .into_iter()
            .find(|&step| self.has_step(step) && !self.is_done(step))
            .unwrap_or(Step::Review)
    }

    /// Every object of the store this case still needs.
    #[must_use]
    pub fn objects(&self) -> Vec<ObjectId> {
        let taken = match &self.state {
            State::Capture {
                showing: Showing::Taken { exhibit },
                ..
            } => Some(exhibit.object),
            _ => None,
        };
        self.exhibit_objects()
            .into_iter()
            .chain(taken)
            .chain(self.signing.objects())
            .collect()
    }

    /// The state that shows `step`.
    fn enter(&self, step: Step) -> State {
        match step {
            Step::Start => State::Start(Starting::Choosing),
            Step::Consent => State::Consent,
            Step::Document => State::Document,
            Step::Front => self.capturing(Role::Front),
            Step::Portrait => State::Portrait,
            Step::Rear => self.capturing(Role::Rear),
            Step::Selfie => self.capturing(Role::Selfie),
            Step::Fields => State::Fields,
            Step::Video => self.capturing(Role::Video),
            Step::Documents => State::Documents,
            Step::Reading => State::Reading,
            Step::Code => State::Code,
            Step::Review
            | Step::Submitting
            | Step::Submitted
            | Step::Failed
            | Step::Signed
            | Step::Closed
            | Step::Refused => State::Review,
        }
    }

    fn capturing(&self, role: Role) -> State {
        let showing = if self.exhibits.contains_key(&role) {
            Showing::Accepted
        } else {
            Showing::Live
        };
        State::Capture { role, showing }
    }

    /// On to the first step that is not done.
    fn advance(&mut self) {
        self.state = self.enter(self.next_open_step());
    }
}

/// What happens to `case` when `event` arrives. The only place where a case changes.
///
/// # Errors
/// A [`Rejection`] when the event does not fit where the case stands, or brings something impossible; the case is
/// unchanged then.
pub fn step(case: &Case, event: Event) -> Result<Transition, Rejection> {
    let mut next = case.clone();
    let mut effects = Vec::new();
    let noted = event.noted(case);
    // Another machine goes on with it as it was then: whatever happened to it here would be lost, or sent twice.
    if case.is_handed_over() && !matches!(event, Event::Custody(_)) {
        return Err(Rejection::HandedOver);
    }
    match event {
        Event::Start(event) => start::step(&mut next, event, &mut effects)?,
        Event::Consented(consent) => intake::consented(&mut next, consent)?,
        Event::DocumentChosen(document) => intake::document_chosen(&mut next, document)?,
        Event::Capture(event) => capture::step(&mut next, event, &mut effects)?,
        Event::Outlined(corners) => reading::outlined(&mut next, corners)?,
        Event::Read(read) => reading::read(&mut next, *read)?,
        Event::Faces(event) => faces::step(&mut next, event)?,
        Event::RegisterAnswered { question, answer } => register::answered(&mut next, &question, *answer)?,
        Event::Script(event) => scripted::step(&mut next, event)?,
        Event::FieldsConfirmed { fields, by, at } => intake::fields_confirmed(&mut next, fields, by, at)?,
        Event::Attested { check, finding } => intake::attested(&mut next, check, finding)?,
        Event::SimilarityJudged(similarity) => intake::similarity_judged(&mut next, similarity)?,
        Event::Went(to) => intake::went(&mut next, to, &mut effects)?,
        Event::Delivery(event) => delivery::step(&mut next, event, &mut effects)?,
        Event::Custody(event) => custody::step(&mut next, event)?,
        Event::Review(event) => review::step(&mut next, event)?,
        Event::Retention(event) => retention::step(&mut next, event)?,
        Event::Signing(event) => signing::step(&mut next, event, &mut effects)?,
    }
    // Asked again and again, a server says the same again and again.
    if next != *case {
        next.history.note(noted);
    }
    next.revision += 1;
    Ok(Transition { case: next, effects })
}
