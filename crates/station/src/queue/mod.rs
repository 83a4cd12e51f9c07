//! The delivery queue: what was submitted and is not delivered yet goes out by itself.
//!
//! What happens, in order, when all goes well: a case that could not be delivered keeps how often it failed and when it
//! is tried again. The [`worker`] waits for that moment, claims the case (one that another program has open is left
//! alone), and submits it again, as a person would: what may have arrived is looked up first, by the delivery's own
//! rules and nothing else. One case uploads at a time. After a restart the cases are found in the store and go on.
//!
//! A problem that only a person can cure is never tried again: the case waits, and its problem says what to do.

mod pause;
mod worker;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use evidence::{
    Case, CaseId, Code, DeliveryEvent, Event, Leg, LegState, Problem, Role, State, TryAgain, UtcMillis,
};
use parking_lot::Mutex;
use tokio::sync::{MutexGuard, Notify};

use crate::booth::Booth;
use crate::desk::Desk;
use crate::view::{CaseView, QueueEntry, QueueRules, QueueView, UploadView};
use crate::{clock, problems};

/// What is known of the cases that wait. The store has the truth; this spares reading all of it.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<BTreeMap<CaseId, Waiting>>,
    /// How many deliveries of a case are begun and not ended: a second one waits for the first.
    running: Mutex<HashMap<CaseId, usize>>,
    /// Cases a person wants out now, whatever the hour.
    hurried: Mutex<BTreeSet<CaseId>>,
    /// Cases that were told that the sandbox inside the program began anew.
    told: Mutex<BTreeSet<CaseId>>,
    /// How far the upload that goes out is: one at a time does.
    upload: Mutex<Option<(CaseId, UploadView)>>,
    /// Since when there is no connection, and when it is tried next.
    offline: Mutex<Option<Offline>>,
    /// One upload at a time.
    line: tokio::sync::Mutex<()>,
    changed: Arc<Notify>,
}

#[derive(Debug, Clone, Copy)]
struct Offline {
    since: UtcMillis,
    next_at: UtcMillis,
}

/// A case that waits.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    submitted_at: UtcMillis,
    next_at: Option<UtcMillis>,
    /// What stopped it last; none when it was interrupted.
    cause: Option<Code>,
}

impl Waiting {
    fn of(case: &Case) -> Self {
        Self {
            submitted_at: submitted_at(case),
            next_at: case.delivery.attempts.next_at,
            cause: match &case.state {
                State::Failed { problem } => Some(problem.code),
                _ => None,
            },
        }
    }
}

/// Whether it was submitted, is not delivered, and is this machine's to deliver.
pub(crate) const fn is_undelivered(case: &Case) -> bool {
    matches!(case.state, State::Submitting | State::Failed { .. }) && !case.is_handed_over()
}

fn submitted_at(case: &Case) -> UtcMillis {
    case.delivery.submitted_at.unwrap_or(case.opened_at)
}

impl Queue {
    /// The case is as it is now.
    pub fn note(&self, case: &Case) {
        if case.is_queued() {
            self.waiting.lock().insert(case.id, Waiting::of(case));
        } else {
            self.waiting.lock().remove(&case.id);
        }
        self.changed.notify_one();
    }

    /// The case is gone.
    pub fn forget(&self, id: CaseId) {
        self.waiting.lock().remove(&id);
    }

    /// A delivery of the case begins, or waits for its turn.
    pub fn begun(&self, id: CaseId) {
        *self.running.lock().entry(id).or_insert(0) += 1;
    }

    /// It has ended, somehow.
    pub fn ended(&self, id: CaseId) {
        let mut running = self.running.lock();
        if let Some(count) = running.get_mut(&id) {
            *count -= 1;
            if *count == 0 {
                running.remove(&id);
                self.upload.lock().take_if(|(case, _)| *case == id);
            }
        }
        drop(running);
        self.changed.notify_one();
    }

    /// Waits until nothing else uploads.
    pub async fn line(&self) -> MutexGuard<'_, ()> {
        self.line.lock().await
    }

    /// Whether the sandbox inside the program has to be taken for a new one by this case: true once.
    pub fn is_to_be_told(&self, id: CaseId) -> bool {
        self.told.lock().insert(id)
    }

    /// So far is the upload of the case.
    pub fn is_at(&self, id: CaseId, upload: UploadView) {
        *self.upload.lock() = Some((id, upload));
    }

    fn upload_of(&self, id: CaseId) -> Option<UploadView> {
        let upload = self.upload.lock();
        upload
            .as_ref()
            .filter(|(case, _)| *case == id)
            .map(|(_, upload)| upload.clone())
    }

    fn is_running(&self, id: CaseId) -> bool {
        self.running.lock().contains_key(&id)
    }
}

impl Booth {
    /// What was submitted and is not delivered.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn queue(&self) -> Result<QueueView, Problem> {
        let cases = self.undelivered().await?;
        let offline = *self.0.queue.offline.lock();
        let (by_themselves, by_a_person): (Vec<&Case>, Vec<&Case>) =
            cases.iter().partition(|case| case.is_queued());
        let placed = by_themselves
            .iter()
            .zip(1..)
            .map(|(case, place)| (case, Some(place)));
        let stuck = by_a_person.iter().map(|case| (case, None));
        Ok(QueueView {
            entries: placed
                .chain(stuck)
                .map(|(case, position)| self.entry_of(case, position, offline))
                .collect(),
            by_itself: self.0.settings.delivery.queue,
            offline_since: offline.map(|offline| offline.since.0),
            rules: self.queue_rules(),
        })
    }

    fn queue_rules(&self) -> QueueRules {
        let settings = &self.0.settings;
        QueueRules {
            most_kbit_s: Some(settings.delivery.most_kbit_s).filter(|cap| *cap > 0),
            window: settings.delivery.window.map(String::from),
            keep_hours: settings.retention.after_hours,
            reserve_mb: settings.disk.reserve_mb,
            // Two who can open it could both deliver it.
            hand_over_to: match settings.export.recipients.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
        }
    }

    /// Sends a waiting case now, whatever its pause, its problem or the hour says. Returns at once; one that is on its way
    /// stays so.
    ///
    /// # Errors
    /// There is no such case, another program has it open, or whether its request exists is unknown.
    pub async fn send_now(&self, id: &str) -> Result<CaseView, Problem> {
        let id: CaseId = id.parse().map_err(|_| problems::unknown_case())?;
        let desk = self.take_up(id, true).await?;
        let view = self.shown(&desk.case().await);
        self.put_away(desk);
        Ok(view)
    }

    /// Sends what waits, one after the other, and waits for each to end. Every case is tried once; those only a person
    /// can help are left alone.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn deliver_waiting(&self) -> Result<Vec<CaseView>, Problem> {
        let mut views = Vec::new();
        for case in self.undelivered().await? {
            if !case.is_queued() {
                continue;
            }
            match self.take_up(case.id, false).await {
                Ok(desk) => {
                    while self.0.queue.is_running(case.id) {
                        // The delivery takes its turn before it does anything.
                        tokio::task::yield_now().await;
                        drop(desk.turn().await);
                    }
                    views.push(self.shown(&desk.case().await));
                    self.put_away(desk);
                }
                Err(problem) => {
                    tracing::warn!(code = %problem, "a waiting case could not be taken up");
                    let mut view = self.shown(&case);
                    view.problem = Some(problem.into());
                    views.push(view);
                }
            }
        }
        Ok(views)
    }

    /// Brings a waiting case on its way again. The caller puts the desk away.
    async fn take_up(&self, id: CaseId, hurried: bool) -> Result<Arc<Desk>, Problem> {
        let (desk, loaded) = self.borrow_or_load(id).await?;
        let taken = self.go_on(&desk, loaded, hurried).await;
        match taken {
            Ok(()) => Ok(desk),
            Err(problem) => {
                self.put_away(desk);
                Err(problem)
            }
        }
    }

    async fn go_on(&self, desk: &Arc<Desk>, loaded: bool, hurried: bool) -> Result<(), Problem> {
        if hurried {
            self.0.queue.hurried.lock().insert(desk.id);
        }
        if loaded {
            self.pick_up(desk).await?;
        }
        let case = desk.case().await;
        self.0.queue.note(&case);
        match case.state {
            State::Failed { .. } if case.is_queued() || hurried => {
                let at = clock::now();
                self.apply(desk, Event::Delivery(DeliveryEvent::Submit { at }))
                    .await?;
            }
            // Its delivery ended without a word, as when the disk was full.
            State::Submitting if !self.0.queue.is_running(desk.id) => crate::delivery::start(self, desk),
            _ => {}
        }
        Ok(())
    }

    /// Says when a delivery that just failed goes on by itself, if it does.
    pub(crate) async fn postpone(&self, desk: &Arc<Desk>) {
        let case = desk.case().await;
        let State::Failed { problem } = &case.state else {
            return;
        };
        let settings = &self.0.settings.delivery;
        if !settings.queue || !case.is_queued() {
            return;
        }
        let failed = case.delivery.attempts.failed.saturating_add(1);
        let pause = match settings.window {
            Some(hours) if problem.code == Code::UploadWindow => clock::until_open(hours),
            _ => pause::after(&settings.pauses, problem, failed, case.id),
        };
        let until = clock::later(clock::now(), pause);
        if let Err(problem) = self
            .apply(desk, Event::Delivery(DeliveryEvent::Postponed { until }))
            .await
        {
            tracing::warn!(code = %problem, "when a delivery goes on could not be noted");
        }
    }

    /// That a delivery may begin at this hour.
    pub(crate) fn within_hours(&self, case: &Case) -> Result<(), Problem> {
        let hurried = self.0.queue.hurried.lock().remove(&case.id);
        let all_there = [Leg::Evidences, Leg::Video]
            .iter()
            .all(|&leg| matches!(case.delivery.leg(leg), LegState::Arrived { .. }));
        match self.0.settings.delivery.window {
            Some(hours) if !hurried && !all_there && !clock::is_within(hours) => {
                Err(Problem::new(Code::UploadWindow, TryAgain::Later).because(hours.opening()))
            }
            _ => Ok(()),
        }
    }

    /// A person wants this case out now.
    pub(crate) fn hurry(&self, case: &Case) {
        let waits = matches!(&case.state, State::Failed { problem } if problem.code == Code::UploadWindow);
        if waits {
            self.0.queue.hurried.lock().insert(case.id);
        }
    }

    /// The cases that were submitted and are not delivered, the first submitted first.
    async fn undelivered(&self) -> Result<Vec<Case>, Problem> {
        let listed = self.with_store(|store| store.list()).await?;
        let mut cases: Vec<Case> = listed.into_iter().flatten().filter(is_undelivered).collect();
        cases.sort_by_key(submitted_at);
        Ok(cases)
    }

    fn entry_of(&self, case: &Case, position: Option<u32>, offline: Option<Offline>) -> QueueEntry {
        let problem = match &case.state {
            State::Failed { problem } => Some(problem.clone()),
            _ => None,
        };
        let tried = offline
            .filter(|_| {
                problem
                    .as_ref()
                    .is_some_and(|problem| pause::is_offline(problem.code))
            })
            .map(|offline| offline.next_at);
        QueueEntry {
            id: case.id.to_string(),
            code: case.id.short_code(),
            position,
            submitted_at: submitted_at(case).0,
            under_way: self.0.queue.is_running(case.id),
            failed_attempts: case.delivery.attempts.failed,
            next_at: case.delivery.attempts.next_at.max(tried).map(|at| at.0),
            upload: self.0.queue.upload_of(case.id),
            bytes_left: bytes_left(case, &[Leg::Evidences, Leg::Video]),
            video_left: bytes_left(case, &[Leg::Video]),
            problem: problem.map(Into::into),
        }
    }
}

/// Bytes of the exhibits that belong to these parts of the delivery, and have not arrived.
fn bytes_left(case: &Case, legs: &[Leg]) -> u64 {
    let arrived = |leg| matches!(case.delivery.leg(leg), LegState::Arrived { .. });
    let leg_of = |role| {
        if role == Role::Video {
            Leg::Video
        } else {
            Leg::Evidences
        }
    };
    case.exhibits
        .iter()
        .filter(|(role, _)| {
            let leg = leg_of(**role);
            legs.contains(&leg) && !arrived(leg)
        })
        .map(|(_, exhibit)| exhibit.bytes)
        .sum()
}
