//! Who is signed in: in memory only, and only for so long.

use std::time::Duration;

use evidence::UtcMillis;
use oneshot::Officer;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::clock;

/// An officer who is signed in. Their credentials are overwritten when the last copy goes.
#[derive(Clone)]
pub(super) struct Session {
    pub name: String,
    pub officer: Officer,
    /// When it runs out, for the screen.
    pub until_utc: UtcMillis,
    until: Instant,
    number: u64,
}

impl Session {
    /// By either clock: one of them stands still while the machine sleeps, the other can be set.
    fn is_over(&self) -> bool {
        Instant::now() >= self.until || clock::now() >= self.until_utc
    }

    fn lasts(&mut self, idle: Duration) {
        self.until = Instant::now() + idle;
        let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX);
        self.until_utc = UtcMillis(clock::now().0.saturating_add(idle));
    }
}

/// The one sign-in there can be.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    current: Option<Session>,
    begun: u64,
}

impl Sessions {
    /// Begins a sign-in in place of whichever there was, and says its number.
    pub fn begin(&self, name: String, officer: Officer, idle: Duration) -> u64 {
        let mut inner = self.0.lock();
        inner.begun += 1;
        let number = inner.begun;
        let mut session = Session {
            name,
            officer,
            until_utc: clock::now(),
            until: Instant::now(),
            number,
        };
        session.lasts(idle);
        inner.current = Some(session);
        number
    }

    pub fn end(&self) {
        self.0.lock().current = None;
    }

    /// Something of the sign-in, while it lasts.
    pub fn with<T>(&self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.0
            .lock()
            .current
            .as_ref()
            .filter(|session| !session.is_over())
            .map(read)
    }

    /// The sign-in, which lasts from now on; none if there is none, or it ran out.
    pub fn at_work(&self, idle: Duration) -> Option<Session> {
        let mut inner = self.0.lock();
        let session = inner.current.as_mut().filter(|session| !session.is_over())?;
        session.lasts(idle);
        Some(session.clone())
    }

    /// Until when sign-in `number` lasts, if it is still the one.
    pub fn until(&self, number: u64) -> Option<Instant> {
        let inner = self.0.lock();
        inner
            .current
            .as_ref()
            .filter(|session| session.number == number)
            .map(|session| session.until)
    }

    /// Ends sign-in `number` if its time is over. True: it was.
    pub fn run_out(&self, number: u64) -> bool {
        let mut inner = self.0.lock();
        let over = inner
            .current
            .as_ref()
            .is_some_and(|session| session.number == number && session.is_over());
        if over {
            inner.current = None;
        }
        over
    }
}
