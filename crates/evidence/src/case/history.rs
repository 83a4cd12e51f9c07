//! What happened to a case, in order, in words that name nobody.

use serde::{Deserialize, Serialize};

use super::{
    CaptureEvent, Case, CustodyEvent, DeliveryEvent, Event, FacesEvent, Leg, RetentionEvent, ReviewEvent,
    ScriptEvent, SigningEvent, Standing, StartEvent, Step, Verdict,
};
use crate::{Biometrics, Check, Code, PaperId, Role, UtcMillis};

/// What can happen to a case, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// A person asked for a new request.
    RequestWanted,
    /// The numbers of a request created elsewhere were given.
    RequestGiven,
    /// The call that creates a request went out.
    RequestAsked,
    /// The server created one.
    RequestCreated,
    /// There surely is none.
    RequestNotCreated,
    /// The answer was lost.
    RequestLost,
    /// The person went on without.
    RequestDeferred,
    /// A person looked: there is none.
    RequestDeclaredNone,
    /// The evidence was read from the server.
    Fetched,
    /// Practice: the sandbox has forgotten the request.
    Forgotten,
    /// The person accepted the text.
    Consented,
    /// The person accepted the text, and does not want their face compared.
    ConsentedWithoutBiometrics,
    /// The document was chosen.
    DocumentChosen,
    /// The recording began.
    RecordingBegan,
    /// The recording yielded nothing.
    RecordingLost,
    /// Something was taken.
    Taken,
    /// It is to be taken again.
    Retaken,
    /// What was taken, or was there before, is used.
    Used,
    /// The portrait was framed.
    PortraitCut,
    /// A person put the document's corners on a picture.
    Outlined,
    /// A machine read the document.
    DocumentRead,
    /// Faces were compared.
    FacesCompared,
    /// A challenge was made for the recording.
    ChallengeMade,
    /// The challenge was judged.
    ChallengeJudged,
    /// An official register answered.
    RegisterAnswered,
    /// A script was made for the recording.
    ScriptMade,
    /// The recording of the script ended.
    ScriptEnded,
    /// The fields were confirmed.
    FieldsConfirmed,
    /// Somebody or something made a check.
    Checked,
    /// A check was taken back.
    CheckWithdrawn,
    /// Portrait and selfie were compared.
    SimilarityJudged,
    /// The comparison was taken back.
    SimilarityWithdrawn,
    /// The person went to another step.
    Went,
    /// A person said: submit.
    Submitted,
    /// A part of the delivery went out.
    Sending,
    /// The server has it.
    Arrived,
    /// The server surely does not have it.
    NotArrived,
    /// The server confirmed that it has everything.
    Confirmed,
    /// The delivery stopped.
    Stopped,
    /// It goes on by itself later.
    Postponed,
    /// A person handed it over to another machine.
    HandedOver,
    /// It was taken back.
    TakenBack,
    /// It came from another machine.
    TakenIn,
    /// The clock was before the moment the evidence's time here is counted from.
    KeptAnew,
    /// The evidence kept here was removed.
    Purged,
    /// It was read back from the server, byte for byte.
    BroughtBack,
    /// The officer's approval went out.
    Approving,
    /// The officer's refusal went out.
    Refusing,
    /// The server surely did not take the decision.
    NotDecided,
    /// The server said where the request stands.
    Stands,
    /// A document was added.
    PaperAdded,
    /// A document was taken out.
    PaperRemoved,
    /// A document went out.
    PaperSending,
    /// The server has it.
    PaperArrived,
    /// The server surely does not have it.
    PaperNotArrived,
    /// The server does not have it any more.
    PaperGone,
    /// The contract was fetched.
    ContractFetched,
    /// Contract or document was seen to its end.
    Read,
    /// A one-time code was asked for.
    CodeAsked,
    /// The server sent it.
    CodeSent,
    /// The server surely sent none.
    CodeNotSent,
    /// The call that signs went out.
    SignatureSending,
    /// The server surely did not sign.
    NotSigned,
    /// The server signed.
    Signed,
    /// A signed copy was fetched and checked.
    CopyKept,
    /// The server's copies are being deleted.
    Deleting,
    /// The server has none any more.
    Deleted,
}

impl CaseEvent {
    /// Whether a machine repeats it by itself, for days if it must.
    const fn is_attempt(self) -> bool {
        matches!(
            self,
            Self::RequestAsked
                | Self::RequestNotCreated
                | Self::Submitted
                | Self::Sending
                | Self::NotArrived
                | Self::Stopped
        )
    }
}

/// What an event is about, where it is about one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A piece of evidence.
    Role(Role),
    /// A check.
    Check(Check),
    /// A step.
    Step(Step),
    /// A part of the delivery.
    Leg(Leg),
    /// A problem.
    Problem(Code),
    /// Where the server says the request stands.
    Standing(Standing),
    /// A document to be signed.
    Paper(PaperId),
}

/// Something that happened to a case and changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// What.
    pub what: CaseEvent,
    /// What it is about, where it is about one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// When, for the events that come with their time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
}

/// Everything that changed a case, in order. Only the machine writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    happened: Vec<Happened>,
    #[serde(default, skip_serializing_if = "is_zero")]
    omitted: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl History {
    /// From so many entries on, attempts of the delivery are only counted: a case that waits for a network for days
    /// would grow without end.
    pub const MOST_ATTEMPTS: usize = 500;

    /// What happened, from the first.
    #[must_use]
    pub fn happened(&self) -> &[Happened] {
        &self.happened
    }

    /// How many attempts of the delivery were only counted.
    #[must_use]
    pub const fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Whether nothing is known; a case stored before there was a history has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.happened.is_empty()
    }

    pub(super) fn note(&mut self, happened: Happened) {
        if happened.what.is_attempt() && self.happened.len() >= Self::MOST_ATTEMPTS {
            self.omitted += 1;
        } else {
            self.happened.push(happened);
        }
    }
}

impl Event {
    /// The event as the history has it: nothing of what it carries but its kind, its time, and which of several.
    pub(super) fn noted(&self, case: &Case) -> Happened {
        let (what, about, at) = match self {
            Self::Start(event) => start(event),
            Self::Consented(consent) => {
                let what = if consent.biometrics == Some(Biometrics::Refused) {
                    CaseEvent::ConsentedWithoutBiometrics
                } else {
                    CaseEvent::Consented
                };
                (what, None, Some(consent.accepted_at))
            }
            Self::DocumentChosen(_) => (CaseEvent::DocumentChosen, None, None),
            Self::Capture(event) => capture(event, case),
            Self::Outlined(_) => (CaseEvent::Outlined, case.step().role().map(About::Role), None),
            Self::Read(reading) => (CaseEvent::DocumentRead, None, Some(reading.at)),
            Self::Faces(event) => faces(event),
            Self::RegisterAnswered { answer, .. } => (CaseEvent::RegisterAnswered, None, Some(answer.at)),
            Self::Script(event) => script(event),
            Self::FieldsConfirmed { at, .. } => (CaseEvent::FieldsConfirmed, None, Some(*at)),
            Self::Attested { check, finding } => {
                let about = Some(About::Check(*check));
                match finding {
                    Some(finding) => (CaseEvent::Checked, about, finding.at()),
                    None => (CaseEvent::CheckWithdrawn, about, None),
                }
            }
            Self::SimilarityJudged(Some(similarity)) => (CaseEvent::SimilarityJudged, None, similarity.at()),
            Self::SimilarityJudged(None) => (CaseEvent::SimilarityWithdrawn, None, None),
            Self::Went(step) => (CaseEvent::Went, Some(About::Step(*step)), None),
            Self::Delivery(event) => delivery(event),
            Self::Custody(event) => custody(event),
            Self::Review(event) => review(event),
            Self::Retention(RetentionEvent::CountedFrom { at }) => (CaseEvent::KeptAnew, None, Some(*at)),
            Self::Retention(RetentionEvent::Purged { at }) => (CaseEvent::Purged, None, Some(*at)),
            Self::Retention(RetentionEvent::BroughtBack { at, .. }) => {
                (CaseEvent::BroughtBack, None, Some(*at))
            }
            Self::Signing(event) => signing(event),
        };
        Happened { what, about, at }
    }
}

type Noted = (CaseEvent, Option<About>, Option<UtcMillis>);

fn start(event: &StartEvent) -> Noted {
    let problem = |code| Some(About::Problem(code));
    match event {
        StartEvent::New { .. } => (CaseEvent::RequestWanted, None, None),
        StartEvent::Existing { .. } => (CaseEvent::RequestGiven, None, None),
        StartEvent::Asked { at } => (CaseEvent::RequestAsked, None, Some(*at)),
        StartEvent::Created { .. } => (CaseEvent::RequestCreated, None, None),
        StartEvent::NotCreated { problem: why } => (CaseEvent::RequestNotCreated, problem(why.code), None),
        StartEvent::Lost { problem: why } => (CaseEvent::RequestLost, problem(why.code), None),
        StartEvent::Defer => (CaseEvent::RequestDeferred, None, None),
        StartEvent::DeclareNone => (CaseEvent::RequestDeclaredNone, None, None),
        StartEvent::Fetched(fetched) => (CaseEvent::Fetched, None, Some(fetched.at)),
        StartEvent::Forgotten => (CaseEvent::Forgotten, None, None),
    }
}

fn capture(event: &CaptureEvent, case: &Case) -> Noted {
    let role = case.step().role().map(About::Role);
    match event {
        CaptureEvent::RecordingBegan { at, .. } => (CaseEvent::RecordingBegan, role, Some(*at)),
        CaptureEvent::RecordingLost => (CaseEvent::RecordingLost, role, None),
        CaptureEvent::Taken { exhibit } => (CaseEvent::Taken, role, Some(exhibit.taken_at)),
        CaptureEvent::Retake => (CaseEvent::Retaken, role, None),
        CaptureEvent::Use => (CaseEvent::Used, role, None),
        CaptureEvent::PortraitCut { exhibit } => (CaseEvent::PortraitCut, None, Some(exhibit.taken_at)),
    }
}

fn faces(event: &FacesEvent) -> Noted {
    match event {
        FacesEvent::Compared(faces) => (CaseEvent::FacesCompared, None, Some(faces.at)),
        FacesEvent::ChallengeMade(challenge) => (CaseEvent::ChallengeMade, None, Some(challenge.made_at)),
        FacesEvent::ChallengeJudged { outcome, .. } => (CaseEvent::ChallengeJudged, None, Some(outcome.at)),
    }
}

fn script(event: &ScriptEvent) -> Noted {
    match event {
        ScriptEvent::Made(script) => (CaseEvent::ScriptMade, None, Some(script.made_at)),
        ScriptEvent::Ended { outcome, .. } => (CaseEvent::ScriptEnded, None, Some(outcome.at)),
    }
}

const fn delivery(event: &DeliveryEvent) -> Noted {
    match event {
        DeliveryEvent::Submit { at } => (CaseEvent::Submitted, None, Some(*at)),
        DeliveryEvent::Sending { leg, at } => (CaseEvent::Sending, Some(About::Leg(*leg)), Some(*at)),
        DeliveryEvent::Arrived { leg, at } => (CaseEvent::Arrived, Some(About::Leg(*leg)), Some(*at)),
        DeliveryEvent::NotArrived { leg } => (CaseEvent::NotArrived, Some(About::Leg(*leg)), None),
        DeliveryEvent::Confirmed { at, .. } => (CaseEvent::Confirmed, None, Some(*at)),
        DeliveryEvent::Postponed { .. } => (CaseEvent::Postponed, None, None),
        DeliveryEvent::Stopped { problem } => (CaseEvent::Stopped, Some(About::Problem(problem.code)), None),
    }
}

const fn custody(event: &CustodyEvent) -> Noted {
    match event {
        CustodyEvent::HandedOver { at, .. } => (CaseEvent::HandedOver, None, Some(*at)),
        CustodyEvent::TakenBack { at } => (CaseEvent::TakenBack, None, Some(*at)),
        CustodyEvent::TakenIn { at, .. } => (CaseEvent::TakenIn, None, Some(*at)),
    }
}

const fn review(event: &ReviewEvent) -> Noted {
    match event {
        ReviewEvent::Deciding { decision } => match decision.verdict {
            Verdict::Approved => (CaseEvent::Approving, None, Some(decision.at)),
            Verdict::Refused { .. } => (CaseEvent::Refusing, None, Some(decision.at)),
        },
        ReviewEvent::NotDecided => (CaseEvent::NotDecided, None, None),
        ReviewEvent::Standing { standing, at, .. } => {
            (CaseEvent::Stands, Some(About::Standing(*standing)), Some(*at))
        }
    }
}

const fn signing(event: &SigningEvent) -> Noted {
    match event {
        SigningEvent::PaperAdded(added) => (CaseEvent::PaperAdded, Some(About::Paper(added.id)), None),
        SigningEvent::PaperRemoved(id) => (CaseEvent::PaperRemoved, Some(About::Paper(*id)), None),
        SigningEvent::PaperSending { paper, at } => {
            (CaseEvent::PaperSending, Some(About::Paper(*paper)), Some(*at))
        }
        SigningEvent::PaperArrived { paper, at, .. } => {
            (CaseEvent::PaperArrived, Some(About::Paper(*paper)), Some(*at))
        }
        SigningEvent::PaperNotArrived(id) => (CaseEvent::PaperNotArrived, Some(About::Paper(*id)), None),
        SigningEvent::PaperGone(id) => (CaseEvent::PaperGone, Some(About::Paper(*id)), None),
        SigningEvent::ContractFetched(_) => (CaseEvent::ContractFetched, None, None),
        SigningEvent::Read { at, .. } => (CaseEvent::Read, None, Some(*at)),
        SigningEvent::CodeAsking { at, .. } => (CaseEvent::CodeAsked, None, Some(*at)),
        SigningEvent::CodeSent { at, .. } => (CaseEvent::CodeSent, None, Some(*at)),
        SigningEvent::CodeNotSent => (CaseEvent::CodeNotSent, None, None),
        SigningEvent::SignatureSending { at, .. } => (CaseEvent::SignatureSending, None, Some(*at)),
        SigningEvent::NotSigned => (CaseEvent::NotSigned, None, None),
        SigningEvent::Signed { at } => (CaseEvent::Signed, None, Some(*at)),
        SigningEvent::CopyKept { paper, copy } => {
            (CaseEvent::CopyKept, Some(About::Paper(*paper)), Some(copy.at))
        }
        SigningEvent::Deleting { at, .. } => (CaseEvent::Deleting, None, Some(*at)),
        SigningEvent::Deleted { at } => (CaseEvent::Deleted, None, Some(*at)),
    }
}
