//! From the officer's approval to nothing left at the server: documents, contract, code, signature, copies, deletion.
//!
//! What happens, in order: `papers` takes PDFs in and `upload` brings them to the server, where each is known by its
//! digest; `contract` fetches what has to be read with them, `pages` draws both; `code` asks for the one-time code and
//! `signature` signs with it; `copies` fetches what was signed and `seal` says what it is worth; `deletion` removes the
//! server's copies and proves it. `standing` follows what the server says of the request in between.
//!
//! Each call that must not be made twice is stored before it goes out. When its answer is lost the state stays, and
//! whoever goes on reads the server's state first: `inventory` for documents, the request's status for the signature.

mod code;
mod contract;
mod copies;
mod deletion;
mod inventory;
mod pages;
mod papers;
mod seal;
mod signature;
mod standing;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use evidence::{Case, Code, Event, Problem, SigningEvent, Step, TryAgain};
use oneshot::{Client, ErrorKind, Reason, RequestPk};
use tokio::sync::OwnedMutexGuard;

pub(crate) use pages::Shelf;
pub(crate) use standing::standing;

use crate::booth::Booth;
use crate::desk::Desk;
use crate::view::CaseView;
use crate::{problems, views};

/// A call that may be repeated is repeated this often before a person is troubled.
const TRIES: u32 = 3;
/// Between the first two; each pause after that is half as long again.
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// Something being done at the server for the case on the screen: one thing at a time for each case.
pub(crate) struct Errand {
    booth: Booth,
    /// There until the errand ends.
    desk: Option<Arc<Desk>>,
    _turn: OwnedMutexGuard<()>,
    client: Client,
    request_pk: RequestPk,
}

impl Booth {
    /// Begins something for the case on the screen, once what else is being done for it has ended.
    ///
    /// # Errors
    /// No case is on the screen, or there is no request at the server that could be meant.
    pub(crate) async fn errand(&self) -> Result<Errand, Problem> {
        let desk = self.desk()?;
        let turn = desk.turn().await;
        let case = desk.case().await;
        let numbers = views::numbers(&case)
            .filter(|_| case.is_after_submission())
            .ok_or_else(problems::out_of_order)?;
        if self.has_forgotten(&case) {
            return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange));
        }
        Ok(Errand {
            booth: self.clone(),
            desk: Some(desk),
            _turn: turn,
            client: self.client().await?,
            request_pk: RequestPk::new(numbers.request_pk),
        })
    }

    /// Whether the request belongs to a sandbox that ended with an earlier start of the program. Its numbers may have
    /// been given out again since, to somebody else.
    pub(crate) fn has_forgotten(&self, case: &Case) -> bool {
        let earlier = case
            .confirmation()
            .is_none_or(|(confirmed_at, _)| confirmed_at < self.0.opened_at);
        self.sandbox().is_some() && earlier
    }
}

impl Errand {
    fn desk(&self) -> &Arc<Desk> {
        self.desk.as_ref().expect("there until the errand ends")
    }

    const fn client(&self) -> &Client {
        &self.client
    }

    async fn case(&self) -> Case {
        self.desk().case().await
    }

    async fn view(&self) -> CaseView {
        self.booth.shown(&self.case().await)
    }

    async fn expect(&self, step: Step) -> Result<Case, Problem> {
        let case = self.case().await;
        if case.step() == step {
            Ok(case)
        } else {
            Err(problems::out_of_order())
        }
    }

    async fn happened(&self, event: SigningEvent) -> Result<CaseView, Problem> {
        self.booth.apply(self.desk(), Event::Signing(event)).await
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        // The case may have left the screen meanwhile: nobody holds it then but this errand.
        if let Some(desk) = self.desk.take() {
            self.booth.put_away(desk);
        }
    }
}

/// The server says that there is no such document, or none at all: whoever asked for its absence has it.
fn is_gone(error: &oneshot::Error) -> bool {
    error.kind == ErrorKind::NotFound
}

/// The server has no such call: the vendor documents it for one dialect only (section 3, rows 13 and 16).
fn has_no_such_call(error: &oneshot::Error) -> bool {
    let no_route = matches!(error.http_status, Some(404 | 405 | 501));
    let told_why = matches!(
        error.reason,
        Some(Reason::NoDocuments | Reason::RequestNotFound | Reason::DocumentNotFound)
    );
    no_route && !told_why
}

/// Waits before the next of several tries; false when there are none left.
async fn pause(done: u32, tries: u32) -> bool {
    if done + 1 >= tries {
        return false;
    }
    let factor = 1.5_f64.powi(i32::try_from(done).unwrap_or(i32::MAX));
    tokio::time::sleep(FIRST_PAUSE.mul_f64(factor)).await;
    true
}

fn with_code(code: Code, try_again: TryAgain, problem: Problem) -> Problem {
    Problem {
        code,
        try_again,
        ..problem
    }
}
