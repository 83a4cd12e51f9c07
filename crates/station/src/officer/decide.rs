//! Approving and refusing: once, by a person who is signed in, and never by guessing what became of it.
//!
//! The decision is stored before the call goes out. When the answer is lost, the request's state is read until it tells;
//! when it does not, the case stays as it is, and the next try reads before it sends.

use std::sync::Arc;
use std::time::Duration;

use evidence::{
    Code, Decision, Event, FourEyes, Problem, RequestNumbers, Review, ReviewEvent, Sensitive, Standing,
    State, TryAgain, Verdict,
};
use oneshot::{Client, Error, ErrorKind, Numbers, Officer, Outcome, RequestPk, RequestStatus, VideoidPk};

use super::four_eyes::four_eyes;
use crate::booth::Booth;
use crate::desk::Desk;
use crate::follow::{self, Pauses};
use crate::signing::standing;
use crate::view::CaseView;
use crate::{clock, problems, views};

/// Looks at a request whose decision may be under way; the pauses before them make up five seconds.
const LOOKS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What a look at the server said of a decision whose answer was lost.
enum Found {
    /// The request has left the review: the case says how.
    Settled,
    /// It is still in review: the decision did not take effect.
    InReview,
    /// The server did not say.
    Unknown,
}

impl Booth {
    /// Approves the request of the case on the screen, on behalf of the officer who is signed in.
    ///
    /// # Errors
    /// Nobody is signed in, the officer took the evidence, the case is not at the desk, the server refuses, or what
    /// became of it is unknown.
    pub async fn approve(&self) -> Result<CaseView, Problem> {
        self.decide(Verdict::Approved).await
    }

    /// Refuses the request of the case on the screen, for a reason the server is told.
    ///
    /// # Errors
    /// No reason is given, or as with [`Booth::approve`]. Who took the evidence may refuse it.
    pub async fn refuse(&self, reason: &str) -> Result<CaseView, Problem> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Problem::new(Code::ReasonMissing, TryAgain::AfterChange));
        }
        self.decide(Verdict::Refused {
            reason: Sensitive::new(reason.to_owned()),
        })
        .await
    }

    async fn decide(&self, verdict: Verdict) -> Result<CaseView, Problem> {
        let session = self.at_work()?;
        let desk = self.desk()?;
        let _turn = desk.turn().await;
        if matches!(desk.case().await.review, Review::Sending { .. }) && self.settled_before(&desk).await? {
            return Ok(self.shown(&desk.case().await));
        }
        let case = desk.case().await;
        let numbers = match (&case.state, &case.review, views::numbers(&case)) {
            (State::Submitted { .. }, Review::Open, Some(numbers)) if !self.has_forgotten(&case) => numbers,
            (State::Submitted { .. }, Review::Open, Some(_)) => {
                return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange)
                    .because("the practice server was started anew since"));
            }
            _ => return Err(problems::out_of_order()),
        };
        let four_eyes = four_eyes(&session.name, &case);
        let allowed = self.0.settings.officer.same_person_allowed || verdict != Verdict::Approved;
        if four_eyes == FourEyes::SamePerson && !allowed {
            return Err(Problem::new(Code::OfficerIsOperator, TryAgain::AfterChange));
        }
        let client = self.client().await?;
        let decision = Decision {
            verdict,
            officer: session.name,
            rao: session.officer.rao.clone(),
            four_eyes,
            at: clock::now(),
        };
        let verdict = decision.verdict.clone();
        self.apply(&desk, Event::Review(ReviewEvent::Deciding { decision }))
            .await?;
        let sending = Sending {
            booth: self,
            desk: &desk,
            client: &client,
            numbers,
            officer: &session.officer,
        };
        match sending.send(&verdict).await {
            Ok(()) => {
                let standing = match verdict {
                    Verdict::Approved => Standing::Ready,
                    Verdict::Refused { .. } => Standing::Cancelled,
                };
                let at = clock::now();
                let event = ReviewEvent::Standing {
                    standing,
                    reason: None,
                    at,
                };
                self.apply(&desk, Event::Review(event)).await
            }
            Err(error) => {
                tracing::warn!(%error, "a decision was not taken");
                sending.failed(&error).await?;
                Ok(self.shown(&desk.case().await))
            }
        }
    }

    /// What became of a decision whose answer was lost, looked up before another is sent. True: the request has left the
    /// review.
    async fn settled_before(&self, desk: &Arc<Desk>) -> Result<bool, Problem> {
        let record = match follow::look_in_turn(self, desk).await {
            Ok(record) => record,
            Err(problem) => return Err(uncertain(problem)),
        };
        if !matches!(desk.case().await.state, State::Submitted { .. }) {
            return Ok(true);
        }
        match standing(&record) {
            Some(Standing::InReview) => {
                self.apply(desk, Event::Review(ReviewEvent::NotDecided)).await?;
                Ok(false)
            }
            _ => Err(uncertain(
                Problem::new(Code::DecisionUncertain, TryAgain::FindOutFirst).because(record.status.as_str()),
            )),
        }
    }
}

/// A decision on its way.
struct Sending<'a> {
    booth: &'a Booth,
    desk: &'a Arc<Desk>,
    client: &'a Client,
    numbers: RequestNumbers,
    officer: &'a Officer,
}

impl Sending<'_> {
    const fn numbers(&self) -> Numbers {
        Numbers::new(
            RequestPk::new(self.numbers.request_pk),
            VideoidPk::new(self.numbers.videoid_pk),
        )
    }

    async fn send(&self, verdict: &Verdict) -> Result<(), Error> {
        match verdict {
            Verdict::Approved => {
                let server = self.booth.0.settings.server.as_ref();
                if server.is_some_and(|server| server.two_step) {
                    self.validate().await?;
                }
                self.client.approve(self.numbers(), self.officer).await
            }
            // EXPOSE: the server records why, and tells whoever asks.
            Verdict::Refused { reason } => {
                self.client
                    .refuse(self.numbers(), self.officer, reason.expose())
                    .await
            }
        }
    }

    /// The first of two steps. One that is done already is not done again, whoever did it.
    async fn validate(&self) -> Result<(), Error> {
        if self.is_validated().await? {
            return Ok(());
        }
        let Err(error) = self.client.validate(self.numbers(), self.officer).await else {
            return Ok(());
        };
        if error.outcome() != Outcome::Unknown {
            return Err(error);
        }
        let mut pauses = Pauses::new(FIRST_PAUSE, LONGEST_PAUSE);
        for _ in 0..LOOKS {
            tokio::time::sleep(pauses.take()).await;
            if self.is_validated().await.unwrap_or(false) {
                return Ok(());
            }
        }
        Err(error)
    }

    async fn is_validated(&self) -> Result<bool, Error> {
        let record = self.client.read_request(self.numbers().request_pk).await?;
        Ok(record.status == RequestStatus::Created)
    }

    /// What to make of a call that failed. `Ok`: the request has left the review all the same.
    async fn failed(&self, error: &Error) -> Result<(), Problem> {
        let problem = problems::from_call(error);
        if error.outcome() != Outcome::Unknown {
            self.not_decided().await?;
            if error.kind == ErrorKind::WrongState {
                // It was decided elsewhere, or withdrawn: the case is to say so beside the problem.
                let _ = follow::look_in_turn(self.booth, self.desk).await;
            }
            return Err(problem);
        }
        match self.find_out().await {
            Found::Settled => Ok(()),
            Found::InReview => {
                self.not_decided().await?;
                Err(Problem {
                    try_again: TryAgain::Now,
                    ..problem
                })
            }
            Found::Unknown => Err(uncertain(problem)),
        }
    }

    /// Looks a few times: the server may still be at work on it.
    async fn find_out(&self) -> Found {
        let mut found = Found::Unknown;
        let mut pauses = Pauses::new(FIRST_PAUSE, LONGEST_PAUSE);
        for _ in 0..LOOKS {
            tokio::time::sleep(pauses.take()).await;
            let looked = follow::look_in_turn(self.booth, self.desk).await;
            if !matches!(self.desk.case().await.state, State::Submitted { .. }) {
                return Found::Settled;
            }
            found = match looked.ok().as_ref().and_then(standing) {
                Some(Standing::InReview) => Found::InReview,
                _ => Found::Unknown,
            };
        }
        found
    }

    async fn not_decided(&self) -> Result<(), Problem> {
        self.booth
            .apply(self.desk, Event::Review(ReviewEvent::NotDecided))
            .await
            .map(drop)
    }
}

/// Nobody knows what became of the decision; `cause` is why.
fn uncertain(cause: Problem) -> Problem {
    Problem {
        code: Code::DecisionUncertain,
        try_again: TryAgain::FindOutFirst,
        ..cause
    }
}
