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

#[cfg(test)]
mod tests {
    use oneshot::Secret;

    use super::*;
    use crate::view::Notice;
    use crate::{Booth, Settings};

    const LONG: Duration = Duration::from_secs(600);
    const SHORT: Duration = Duration::from_millis(50);

    fn officer() -> Officer {
        Officer::token(Secret::new("14185cd9"))
    }

    #[test]
    fn work_makes_a_sign_in_last_and_idleness_ends_it() {
        let sessions = Sessions::default();
        let number = sessions.begin("R. Vidal".to_owned(), officer(), LONG);
        let before = sessions.until(number).expect("it lasts");
        assert!(sessions.at_work(LONG).is_some());
        assert!(sessions.until(number).expect("it lasts") >= before, "from now on");
        assert!(!sessions.run_out(number), "it has not");

        assert!(sessions.at_work(Duration::ZERO).is_some(), "the last thing done");
        assert!(sessions.at_work(LONG).is_none(), "too late");
        assert!(sessions.with(|session| session.name.clone()).is_none());
        assert!(sessions.run_out(number) && sessions.until(number).is_none());
    }

    #[test]
    fn an_earlier_sign_in_cannot_end_a_later_one() {
        let sessions = Sessions::default();
        let first = sessions.begin("R. Vidal".to_owned(), officer(), Duration::ZERO);
        let second = sessions.begin("M. Soler".to_owned(), officer(), LONG);
        assert!(!sessions.run_out(first));
        assert!(sessions.until(second).is_some());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn everybody_is_told_when_a_sign_in_runs_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = Settings::practice();
        settings.data_dir = Some(folder.path().to_owned());
        settings.cameras.replay_only = true;
        let booth = Booth::open(settings).await.expect("a booth in practice");
        let mut notices = booth.notices();
        let number = booth
            .0
            .office
            .sessions
            .begin("R. Vidal".to_owned(), officer(), SHORT);
        booth.watch_sign_in(number);
        loop {
            if let Notice::Officer { officer } = notices.recv().await.expect("the booth is there") {
                assert_eq!(officer.officer, None);
                break;
            }
        }
        assert!(booth.desk_list().await.is_err(), "nobody is signed in");
    }
}
