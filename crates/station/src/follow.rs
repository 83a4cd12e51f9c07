//! Where a submitted request stands: read from time to time, when somebody asks, and when a webhook hints at it.
//!
//! While the case that waits is on the screen, its request is read with growing pauses; the others now and then. That is
//! the truth the booth goes by: nothing is decided on a hint.

use std::sync::Arc;
use std::time::Duration;

use evidence::{Case, CaseId, Code, Event, Problem, ReviewEvent, Sensitive, State, TryAgain};
use oneshot::{RequestPk, RequestRecord};
use tokio::time::Instant;

use crate::booth::Booth;
use crate::desk::Desk;
use crate::settings::PollingSettings;
use crate::signing::standing;
use crate::{clock, problems, views};

/// Growing pauses: each half as long again as the one before, up to the longest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pauses {
    next: Duration,
    longest: Duration,
}

impl Pauses {
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// The pause that is due; the one after it is longer.
    pub fn take(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 3 / 2).min(self.longest);
        pause
    }
}

impl Booth {
    /// Follows what waits at the server, for as long as the booth is there.
    pub(crate) fn follow(&self) {
        let polling = self.0.settings.polling;
        if !polling.on {
            return;
        }
        let booth = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut watch = Watch::new(polling);
            let mut tick = tokio::time::interval(Duration::from_secs(1));
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                // The booth is gone: so is this.
                let Some(inner) = booth.upgrade() else { break };
                watch.turn(&Self(inner)).await;
            }
        });
    }
}

/// When to look next.
struct Watch {
    polling: PollingSettings,
    on_screen: Option<(CaseId, Instant, Pauses)>,
    away: Option<Instant>,
}

impl Watch {
    fn new(polling: PollingSettings) -> Self {
        Self {
            polling,
            on_screen: None,
            away: polling.away().map(|pause| Instant::now() + pause),
        }
    }

    async fn turn(&mut self, booth: &Booth) {
        self.look_at_screen(booth).await;
        if let (Some(due), Some(pause)) = (self.away, self.polling.away())
            && Instant::now() >= due
        {
            look_at_others(booth).await;
            self.away = Some(Instant::now() + pause);
        }
    }

    async fn look_at_screen(&mut self, booth: &Booth) {
        let Ok(desk) = booth.desk() else {
            self.on_screen = None;
            return;
        };
        if is_waiting(booth, &desk.case().await) {
            let (due, pauses) = match &mut self.on_screen {
                Some((id, due, pauses)) if *id == desk.id => (due, pauses),
                _ => {
                    let mut pauses = Pauses::new(self.polling.first(), self.polling.longest());
                    let due = Instant::now() + pauses.take();
                    let (_, due, pauses) = self.on_screen.insert((desk.id, due, pauses));
                    (due, pauses)
                }
            };
            if Instant::now() >= *due {
                note(look(booth, &desk).await);
                *due = Instant::now() + pauses.take();
            }
        } else {
            self.on_screen = None;
        }
        booth.put_away(desk);
    }
}

/// The cases that wait and are not on the screen, one after the other.
async fn look_at_others(booth: &Booth) {
    let Ok(listed) = booth.with_store(|store| store.list()).await else {
        return;
    };
    for case in listed.into_iter().flatten() {
        if is_waiting(booth, &case) && !booth.is_on_screen(case.id) {
            note(booth.look_from_afar(case.id).await);
        }
    }
}

/// A look that failed is made again; the person who waits sees that nothing has changed.
fn note<T>(looked: Result<T, Problem>) {
    if let Err(problem) = looked {
        tracing::debug!(code = %problem, "a request's state could not be read");
    }
}

/// Whether only the officer's decision is missing, and the server can be asked for it.
fn is_waiting(booth: &Booth, case: &Case) -> bool {
    matches!(case.state, State::Submitted { .. }) && !booth.has_forgotten(case)
}

/// Reads where the request stands and tells the case, once nothing else is under way with it.
pub(crate) async fn look(booth: &Booth, desk: &Arc<Desk>) -> Result<RequestRecord, Problem> {
    let _turn = desk.turn().await;
    look_in_turn(booth, desk).await
}

/// The same for whoever has the case's turn already.
pub(crate) async fn look_in_turn(booth: &Booth, desk: &Arc<Desk>) -> Result<RequestRecord, Problem> {
    let case = desk.case().await;
    if !case.is_after_submission() {
        return Err(problems::out_of_order());
    }
    let record = read(booth, &case).await?;
    tell(booth, desk, &record).await?;
    Ok(record)
}

/// Reads the request of a case at the server.
pub(crate) async fn read(booth: &Booth, case: &Case) -> Result<RequestRecord, Problem> {
    let numbers = views::numbers(case).ok_or_else(problems::out_of_order)?;
    if booth.has_forgotten(case) {
        return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange)
            .because("the practice server was started anew since"));
    }
    let client = booth.client().await?;
    let record = client
        .read_request(RequestPk::new(numbers.request_pk))
        .await
        .map_err(|error| problems::from_call(&error))?;
    booth.0.office.heard(case.id, record.status.as_str());
    Ok(record)
}

/// Tells the case where its request stands, if that is news.
pub(crate) async fn tell(booth: &Booth, desk: &Arc<Desk>, record: &RequestRecord) -> Result<(), Problem> {
    let Some(standing) = standing(record) else {
        return Ok(());
    };
    let reason = record
        .refusal_reason
        .clone()
        .filter(|reason| !reason.trim().is_empty());
    let event = Event::Review(ReviewEvent::Standing {
        standing,
        reason: reason.map(Sensitive::new),
        at: clock::now(),
    });
    // What changes nothing is not stored: the state is asked for again and again.
    let case = desk.case().await;
    let is_news = evidence::step(&case, event.clone())
        .is_ok_and(|next| (next.case.state, next.case.review) != (case.state, case.review));
    if is_news {
        booth.apply(desk, event).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let mut pauses = Pauses::new(Duration::from_secs(5), Duration::from_secs(60));
        let taken: Vec<u64> = (0..8).map(|_| pauses.take().as_secs()).collect();
        assert_eq!(taken, [5, 7, 11, 16, 25, 37, 56, 60]);
    }
}
