//! What was taken does not stay here longer than the settings say, once the server has it.
//!
//! The bytes go first, the record after them: a crash between the two leaves a case whose purge is done again.

use std::sync::Arc;
use std::time::Duration;

use evidence::{Case, CaseId, Code, Event, Keeping, Problem, RetentionEvent, State, TryAgain, UtcMillis};

use crate::booth::Booth;
use crate::desk::Desk;
use crate::view::{CaseView, KeptView};
use crate::{clock, problems};

/// Before the first look: whoever starts the program wants to see something first.
const FIRST_LOOK: Duration = Duration::from_secs(10);
/// The shortest and the longest time between two looks through all cases.
const LOOKS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(60 * 60));

impl Booth {
    /// Removes pictures and video of a delivered case from this machine now; the proof of the delivery stays.
    ///
    /// # Errors
    /// There is no such case, another program has it open, the server does not have all of it, or the disk refuses.
    pub async fn purge_now(&self, id: &str) -> Result<CaseView, Problem> {
        let id: CaseId = id.parse().map_err(|_| problems::unknown_case())?;
        self.with_desk(id, async |desk| {
            if !desk.case().await.is_after_submission() {
                return Err(problems::out_of_order());
            }
            self.purge(desk).await
        })
        .await
    }

    /// Removes pictures and video of every delivered case whose time is over. Returns when the next one's is, epoch
    /// milliseconds.
    ///
    /// # Errors
    /// The store cannot be read. A case that another program has open is left for the next time.
    pub async fn purge_due(&self) -> Result<Option<i64>, Problem> {
        let now = self.steady_now();
        let mut next = None;
        for case in self.with_store(|store| store.list()).await?.into_iter().flatten() {
            let kept = match case.keeping(now, self.keep_ms()) {
                Keeping::NotCounted => Ok(()),
                Keeping::Until(until) => {
                    next = Some(next.map_or(until.0, |next: i64| next.min(until.0)));
                    Ok(())
                }
                Keeping::ClockSetBack | Keeping::Over => self.keep_to_rule(case.id, now).await,
            };
            if let Err(problem) = kept {
                tracing::warn!(code = %problem, "evidence could not be removed");
            }
        }
        Ok(next)
    }

    /// Removes what is over its time, for as long as the booth is there.
    pub(crate) fn keep_to_retention(&self) {
        let booth = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut pause = FIRST_LOOK;
            loop {
                tokio::time::sleep(pause).await;
                // The booth is gone: so is this.
                let Some(inner) = booth.upgrade() else { break };
                let booth = Self(inner);
                let next = booth.purge_due().await.unwrap_or_default();
                if let Err(problem) = booth.with_store(|store| store.rest()).await {
                    tracing::warn!(code = %problem, "the store could not be put to rest");
                }
                // What is delivered meanwhile stays as long as the rule says, counted from then.
                let left = next.map_or(booth.keep_ms(), |next| UtcMillis(next).since(booth.steady_now()));
                pause = Duration::from_millis(left.min(booth.keep_ms())).clamp(LOOKS.0, LOOKS.1);
            }
        });
    }

    /// Removes the evidence of a case that was just delivered, where the rule is: at once.
    pub(crate) async fn purge_if_at_once(&self, id: CaseId) {
        if self.keep_ms() > 0 {
            return;
        }
        if let Err(problem) = self.keep_to_rule(id, self.steady_now()).await {
            // It is tried again at the next look.
            tracing::warn!(code = %problem, "evidence could not be removed");
        }
    }

    /// What is true of a case is looked at again once it is claimed.
    async fn keep_to_rule(&self, id: CaseId, now: UtcMillis) -> Result<(), Problem> {
        // Not under the eyes of the officer who looks at it: once they are gone.
        if self.0.office.is_open(id) && self.is_on_screen(id) {
            return Ok(());
        }
        self.with_desk(id, async |desk| {
            match desk.case().await.keeping(now, self.keep_ms()) {
                Keeping::NotCounted | Keeping::Until(_) => Ok(()),
                Keeping::ClockSetBack => {
                    let event = Event::Retention(RetentionEvent::CountedFrom { at: now });
                    self.apply(desk, event).await.map(drop)
                }
                Keeping::Over => self.purge(desk).await.map(drop),
            }
        })
        .await
    }

    /// Does something with a case nobody else does anything with meanwhile.
    pub(crate) async fn with_desk<T>(
        &self,
        id: CaseId,
        work: impl AsyncFnOnce(&Arc<Desk>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let desk = self.borrow_desk(id).await?;
        let turn = desk.turn().await;
        let done = work(&desk).await;
        drop(turn);
        self.put_away(desk);
        done
    }

    async fn purge(&self, desk: &Arc<Desk>) -> Result<CaseView, Problem> {
        let case = desk.case().await;
        let event = Event::Retention(RetentionEvent::Purged { at: clock::now() });
        // Asked before anything is removed: nothing the server does not have ever is.
        evidence::step(&case, event.clone()).map_err(|rejection| problems::from_rejection(&rejection))?;
        let objects = case.exhibit_objects();
        let id = desk.id;
        if self.is_on_screen(id) {
            self.0.clip.lock().take();
        }
        self.with_store(move |store| {
            objects
                .into_iter()
                .try_for_each(|object| store.remove_object(id, object))
        })
        .await?;
        let view = self.apply(desk, event).await?;
        self.remove_spare(&desk.case().await).await?;
        Ok(view)
    }

    /// Removes what nothing in a submitted case refers to, as an interrupted fetch leaves it. Later a document may just
    /// be coming in.
    pub(crate) async fn remove_spare(&self, case: &Case) -> Result<(), Problem> {
        if !matches!(case.state, State::Submitted { .. }) {
            return Ok(());
        }
        let (id, needed) = (case.id, case.objects());
        self.with_store(move |store| {
            let mut spare = store.objects(id)?;
            spare.retain(|object| !needed.contains(object));
            spare
                .into_iter()
                .try_for_each(|object| store.remove_object(id, object))
        })
        .await
    }

    /// How long the evidence of a case stays; none before the server has it.
    pub(crate) fn kept(&self, case: &Case) -> Option<KeptView> {
        let removed_at = case.retention.purged_at.map(|at| at.0);
        let until = match case.keeping(self.steady_now(), self.keep_ms()) {
            Keeping::Until(until) => Some(until.0),
            Keeping::Over | Keeping::ClockSetBack | Keeping::NotCounted => None,
        };
        let counts = case.is_after_submission() && case.delivery.confirmed.is_some();
        counts.then_some(KeptView {
            until: until.filter(|_| removed_at.is_none()),
            removed_at,
        })
    }

    /// Now, by the clock, or later where the clock was set back since the program began: what was counted stays
    /// counted.
    fn steady_now(&self) -> UtcMillis {
        let counted = clock::later(self.0.opened_at, self.0.running_since.elapsed());
        clock::now().max(counted)
    }

    fn keep_ms(&self) -> u64 {
        u64::try_from(self.0.settings.retention.keep().as_millis()).unwrap_or(u64::MAX)
    }

    /// That enough room is left on the disk for what has begun.
    pub(crate) async fn room_for_a_case(&self) -> Result<(), Problem> {
        let disk = self.0.settings.disk.clone();
        if disk.reserve_mb == 0 {
            return Ok(());
        }
        let folder = self.0.settings.cases_dir()?;
        let free = tokio::task::spawn_blocking(move || disk.free.at(&folder))
            .await
            .map_err(|_| problems::internal("reading the free space broke"))?;
        // A system that does not say how much is free is no reason to send people away: a full disk is met anyway.
        let Ok(free) = free else { return Ok(()) };
        let reserve = self.0.settings.disk.reserve_mb;
        let free_mb = free / 1_000_000;
        if free_mb < reserve {
            return Err(Problem::new(Code::DiskReserve, TryAgain::AfterChange)
                .because(format!("{free_mb} MB < {reserve} MB")));
        }
        Ok(())
    }
}
