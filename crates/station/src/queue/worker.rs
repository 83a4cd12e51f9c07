//! Who takes waiting cases up when their moment has come.

use std::net::IpAddr;
use std::time::Duration;

use evidence::{CaseId, Code, UtcMillis};
use oneshot::ErrorKind;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Offline, Waiting, pause};
use crate::booth::Booth;
use crate::intake::address_towards;
use crate::view::Notice;
use crate::{clock, problems};

/// The store is looked through this often: another program may have left something.
const LOOK_AROUND: Duration = Duration::from_secs(5 * 60);
/// The longest sleep: the clock may be set, a network may come.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// The longest an answer to a greeting is waited for: a slow server is there all the same at the next try.
const GREETING: Duration = Duration::from_secs(10);
/// A case that cannot be taken up, because another program has it open, is left alone for so long. A lock is asked for
/// then, nothing else; the other program may be the one before this, on its last steps.
const IN_USE: Duration = Duration::from_secs(5);

impl Booth {
    /// Delivers what waits, for as long as the booth is there.
    pub(crate) fn deliver_in_background(&self) {
        if !self.0.settings.delivery.queue {
            return;
        }
        let booth = std::sync::Arc::downgrade(&self.0);
        let changed = std::sync::Arc::clone(&self.0.queue.changed);
        tokio::spawn(async move {
            let mut worker = Worker::default();
            // The booth is gone: so is this.
            while let Some(inner) = booth.upgrade() {
                let sleep = worker.turn(&Booth(inner)).await;
                tokio::select! {
                    () = tokio::time::sleep(sleep) => {}
                    () = changed.notified() => {}
                }
            }
        });
    }
}

/// What the worker remembers between two turns.
#[derive(Default)]
struct Worker {
    looked_around: Option<Instant>,
    /// How often the connection was tried in vain, and when it is tried again.
    in_vain: u32,
    try_at: Option<Instant>,
    /// This machine's address on the route to the server, when it was last looked at.
    route: Option<IpAddr>,
}

impl Worker {
    /// Takes up what is due, at most one case. Returns how long nothing can happen.
    async fn turn(&mut self, booth: &Booth) -> Duration {
        self.look_around(booth).await;
        // Whoever ends an upload says so.
        if booth.0.queue.line.try_lock().is_err() {
            return LONGEST_SLEEP;
        }
        let now = clock::now();
        let mut sleep = LONGEST_SLEEP;
        for (id, waiting) in waiting(booth) {
            let left = left(booth, &waiting, now);
            if !left.is_zero() {
                sleep = sleep.min(left);
                continue;
            }
            if waiting.cause.is_some_and(pause::is_offline)
                && let Err(left) = self.reaches_server(booth).await
            {
                sleep = sleep.min(left);
                continue;
            }
            match booth.take_up(id, false).await {
                Ok(desk) => {
                    booth.put_away(desk);
                    return LONGEST_SLEEP;
                }
                Err(problem) => {
                    tracing::debug!(code = %problem, "a waiting case could not be taken up");
                    // Whoever has shorter pauses does not wait longer for this either.
                    let pause = IN_USE.min(booth.0.settings.delivery.pauses.fault.1);
                    let until = clock::later(now, pause);
                    if let Some(waiting) = booth.0.queue.waiting.lock().get_mut(&id) {
                        waiting.next_at = Some(until);
                    }
                }
            }
        }
        sleep
    }

    /// Finds what the store has and nobody noted: after a start, and what another program left.
    async fn look_around(&mut self, booth: &Booth) {
        let first = self.looked_around.is_none();
        if self.looked_around.is_some_and(|at| at.elapsed() < LOOK_AROUND) {
            return;
        }
        self.looked_around = Some(Instant::now());
        let Ok(cases) = booth.undelivered().await else {
            return;
        };
        let mut waiting = booth.0.queue.waiting.lock();
        for case in cases.iter().filter(|case| case.is_queued()) {
            let entry = waiting.entry(case.id).or_insert_with(|| Waiting::of(case));
            // The machine may be somewhere else since: a connection is tried at once.
            if first && entry.cause.is_some_and(pause::is_offline) {
                entry.next_at = None;
            }
        }
    }

    /// Whether the server can be reached; otherwise how long it is not asked again. When the way to it has changed, as
    /// when a network came, it is asked at once.
    async fn reaches_server(&mut self, booth: &Booth) -> Result<(), Duration> {
        let url = booth.0.client.config().base_url.clone();
        let route = tokio::task::spawn_blocking(move || address_towards(&url))
            .await
            .unwrap_or_default();
        let has_changed = route.is_some() && route != self.route;
        self.route = route;
        if has_changed {
            self.in_vain = 0;
        } else if let Some(left) = self.try_at.map(|at| at.saturating_duration_since(Instant::now()))
            && !left.is_zero()
        {
            return Err(left);
        }
        if greets(booth).await {
            (self.in_vain, self.try_at) = (0, None);
            if booth.0.queue.offline.lock().take().is_some() {
                booth.notify(Notice::Queue);
            }
            // What waited for the network has waited long enough.
            for waiting in booth.0.queue.waiting.lock().values_mut() {
                if waiting.cause.is_some_and(pause::is_offline) {
                    waiting.next_at = None;
                }
            }
            return Ok(());
        }
        self.in_vain = self.in_vain.saturating_add(1);
        let problem = evidence::Problem::new(Code::ServerUnreachable, evidence::TryAgain::Later);
        let pauses = &booth.0.settings.delivery.pauses;
        let pause = pause::after(pauses, &problem, self.in_vain, CaseId(Uuid::new_v4()));
        self.try_at = Some(Instant::now() + pause);
        let now = clock::now();
        let mut offline = booth.0.queue.offline.lock();
        *offline = Some(Offline {
            since: offline.map_or(now, |before| before.since),
            next_at: clock::later(now, pause),
        });
        drop(offline);
        booth.notify(Notice::Queue);
        Err(pause)
    }
}

/// The cases that wait and are not being sent, the first submitted first.
fn waiting(booth: &Booth) -> Vec<(CaseId, Waiting)> {
    let queue = &booth.0.queue;
    let mut waiting: Vec<(CaseId, Waiting)> = queue
        .waiting
        .lock()
        .iter()
        .map(|(&id, &waiting)| (id, waiting))
        .collect();
    waiting.retain(|(id, _)| !queue.is_running(*id));
    waiting.sort_by_key(|(_, waiting)| waiting.submitted_at);
    waiting
}

/// How long a case still has to wait; nothing when its moment has come.
fn left(booth: &Booth, waiting: &Waiting, now: UtcMillis) -> Duration {
    let settings = &booth.0.settings.delivery;
    if waiting.cause == Some(Code::UploadWindow) {
        // By the hour itself: the clock, and the settings, may have changed since.
        return settings.window.map_or(Duration::ZERO, clock::until_open);
    }
    let Some(next_at) = waiting.next_at else {
        return Duration::ZERO;
    };
    let left = Duration::from_millis(next_at.since(now));
    // Further away than any pause is: the clock was set back, and that moment may be a year from now.
    if left > pause::longest(&settings.pauses) {
        return Duration::ZERO;
    }
    left
}

/// Whether the service, or anything at its address, answers. What it says plays no part.
async fn greets(booth: &Booth) -> bool {
    let greeting = async {
        let client = booth.client().await?;
        client.hello().await.map_err(|error| {
            let nobody = matches!(
                error.kind,
                ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::ConnectionLost
            );
            let problem = problems::from_call(&error);
            evidence::Problem {
                code: if nobody {
                    Code::ServerUnreachable
                } else {
                    problem.code
                },
                ..problem
            }
        })
    };
    match tokio::time::timeout(GREETING, greeting).await {
        Ok(Ok(())) => true,
        Ok(Err(problem)) => !pause::is_offline(problem.code),
        Err(_) => false,
    }
}
