//! A case on the desk: the one place that runs the machine, stores what came out, and carries out what it asks for.
//!
//! In this order: the machine says what the case becomes; that is stored; only then it is true, shown, and acted on.
//! A crash between any two of these leaves a case that can go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use evidence::{
    Case, CaseId, Code, DeliveryEvent, Effect, Event, ObjectId, Problem, Request, Role, Showing, StartEvent,
    Starting, State, TryAgain,
};

use vault::{Claim, Store, StoreError};

use crate::booth::Booth;
use crate::queue::is_undelivered;
use crate::view::{CaseView, Notice};
use crate::{audit, delivery, problems};

/// How soon what the disk could not take is given to it again.
const OWED: Duration = Duration::from_millis(500);

/// Whether it passes by itself once there is room, or the disk is well.
pub(crate) fn is_of_the_disk(problem: &Problem) -> bool {
    matches!(problem.code, Code::StoreFull | Code::StoreFailed)
}

/// An open case.
pub(crate) struct Desk {
    pub id: CaseId,
    case: tokio::sync::Mutex<Case>,
    /// Deleted: nothing is stored of it any more.
    discarded: AtomicBool,
    /// When the case was opened, by a clock nobody can set; unknown where it was read from the store.
    opened: Option<Instant>,
    /// Whatever is done at the server for this case is done one after the other.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// One program at a time.
    _claim: Claim,
}

/// A case to work on, claimed before it is read: what is read is what no other program changes any more. What a program
/// that was stopped, or a full disk, left of it and nothing refers to is removed.
pub(crate) fn take_out(store: &dyn Store, id: CaseId) -> Result<(Case, Claim), StoreError> {
    let claim = store.claim(id)?;
    let case = store.load(id)?;
    // Of a recording that was interrupted, what is unfinished is all there is.
    let recording = matches!(
        case.state,
        State::Capture {
            showing: Showing::Recording { .. },
            ..
        }
    );
    if !recording {
        let referenced = case.objects().into_iter().collect();
        if let Err(error) = store.sweep(id, &referenced) {
            tracing::warn!(%error, "what nothing refers to could not be removed");
        }
    }
    Ok((case, claim))
}

impl Desk {
    pub fn new(case: Case, claim: Claim) -> Self {
        Self {
            id: case.id,
            case: tokio::sync::Mutex::new(case),
            discarded: AtomicBool::new(false),
            opened: None,
            turn: Arc::default(),
            _claim: claim,
        }
    }

    /// A case that is opened now.
    pub fn opened_now(case: Case, claim: Claim) -> Self {
        Self {
            opened: Some(Instant::now()),
            ..Self::new(case, claim)
        }
    }

    /// Milliseconds from the opening of the case to `at`, where that is known.
    pub fn since_opening(&self, at: Instant) -> Option<u64> {
        let since = at.checked_duration_since(self.opened?)?;
        u64::try_from(since.as_millis()).ok()
    }

    /// The case as it is.
    pub async fn case(&self) -> Case {
        self.case.lock().await.clone()
    }

    /// Deletes the case: what was begun for it and ends later finds none.
    pub async fn discard(&self, delete: impl Future<Output = Result<(), Problem>>) -> Result<(), Problem> {
        let _untouched = self.case.lock().await;
        delete.await?;
        self.discarded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the case waits for a picture of `role`.
    pub async fn shows_live(&self, role: Role) -> bool {
        let case = self.case.lock().await;
        let showing = Showing::Live;
        case.state == State::Capture { role, showing }
    }

    /// Waits until nothing else is done at the server for this case: no delivery, no decision, no signature.
    pub async fn turn(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }
}

impl Booth {
    /// Gives `event` to the case: steps, stores, shows, acts. Returns the case as it is after all that.
    pub(crate) async fn apply(&self, desk: &Arc<Desk>, event: Event) -> Result<CaseView, Problem> {
        let mut case = desk.case.lock().await;
        if desk.discarded.load(Ordering::Relaxed) {
            return Err(Problem::new(Code::CaseUnknown, TryAgain::AfterChange));
        }
        let transition =
            evidence::step(&case, event).map_err(|rejection| problems::from_rejection(&rejection))?;
        let next = transition.case;
        let kept = next.clone();
        self.with_store(move |store| store.save(&kept)).await?;
        let happened = audit::of_change(&case, &next);
        let in_queue = is_undelivered(&case) || is_undelivered(&next);
        *case = next;
        self.0.queue.note(&case);
        self.read_what_is_new(&case);
        self.compare_what_is_new(&case);
        self.ask_register_what_is_new(&case);
        drop(case);
        if in_queue {
            self.notify(Notice::Queue);
        }
        for what in happened {
            self.note(what, Some(desk.id)).await;
        }
        self.show(desk).await;
        for effect in transition.effects {
            match effect {
                Effect::Discard(object) => self.discard(desk.id, object).await,
                Effect::CreateRequest => {
                    Box::pin(delivery::create_request(self, desk)).await?;
                }
                Effect::Deliver => delivery::start(self, desk),
            }
        }
        Ok(self.shown(&desk.case().await))
    }

    /// Something has happened, and the disk could not take it: the case is given `event` again until it can. Answers
    /// with `problem`, to be told meanwhile.
    pub(crate) fn owe(&self, desk: &Arc<Desk>, event: Event, problem: Problem) -> Problem {
        let (booth, desk) = (Arc::downgrade(&self.0), Arc::clone(desk));
        let mut failing = is_of_the_disk(&problem);
        tokio::spawn(async move {
            // The booth is gone: what the case knows then is what was stored, and it finds out the rest.
            while failing && let Some(inner) = booth.upgrade() {
                let booth = Booth(inner);
                let given = Box::pin(booth.apply(&desk, event.clone())).await;
                failing = given.is_err_and(|problem| is_of_the_disk(&problem));
                drop(booth);
                if failing {
                    tokio::time::sleep(OWED).await;
                }
            }
            if let Some(inner) = booth.upgrade() {
                Booth(inner).put_away(desk);
            }
        });
        problem
    }

    /// Shows the case, if it is the one on the screen: a delivery in the background must never show its person to the
    /// next one.
    async fn show(&self, desk: &Desk) {
        if self.is_on_screen(desk.id) {
            let view = self.shown(&desk.case().await);
            self.notify(Notice::Case { case: Box::new(view) });
        }
    }

    /// Removes an object nothing refers to. A failure leaves a file behind and is not worth stopping a person for: it
    /// goes with the case.
    pub(crate) async fn discard(&self, case: CaseId, object: ObjectId) {
        if let Err(problem) = self
            .with_store(move |store| store.remove_object(case, object))
            .await
        {
            tracing::warn!(code = %problem, "an object could not be removed");
        }
    }

    /// Brings a case back that a crash or a switch-off interrupted: what was under way then is not any more.
    pub(crate) async fn pick_up(&self, desk: &Arc<Desk>) -> Result<(), Problem> {
        let case = desk.case().await;
        self.read_what_is_new(&case);
        self.compare_what_is_new(&case);
        self.ask_register_what_is_new(&case);
        let is_earlier = case.opened_at < self.0.opened_at && !case.is_after_submission();
        if self.sandbox().is_some() && is_earlier && self.0.queue.is_to_be_told(case.id) {
            // The sandbox inside the program began anew with it; its numbers are given out again.
            self.apply(desk, Event::Start(StartEvent::Forgotten)).await?;
        }
        let case = desk.case().await;
        match (&case.state, case.request) {
            (State::Start(Starting::Creating), Request::Asked { .. }) => {
                let problem =
                    Problem::new(evidence::Code::RequestUncertain, evidence::TryAgain::FindOutFirst);
                self.apply(desk, Event::Start(StartEvent::Lost { problem }))
                    .await?;
            }
            (State::Start(Starting::Creating), _) => {
                Box::pin(delivery::create_request(self, desk)).await?;
            }
            (
                State::Capture {
                    showing: Showing::Recording { since, method },
                    ..
                },
                _,
            ) => self.bring_recording_back(desk, *since, method.clone()).await?,
            (State::Submitting, Request::Asked { .. }) => {
                let problem =
                    Problem::new(evidence::Code::RequestUncertain, evidence::TryAgain::FindOutFirst);
                self.apply(desk, Event::Delivery(DeliveryEvent::Stopped { problem }))
                    .await?;
            }
            (State::Submitting, _) => delivery::start(self, desk),
            _ => {}
        }
        Ok(())
    }
}
