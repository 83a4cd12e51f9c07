//! The way to the server: request, evidences, video, confirmation.
//!
//! What happens, in order: if the case has no request yet, one is created; the evidences go out; the video goes out; the
//! request is read until the server says that it has everything, and the video is read back. Before each call that must
//! not be made twice, the intention is stored; when its answer is lost, the server's state is read before anything else. So a crash, a lost
//! answer and an impatient person all lead to the same place: one request, one set of evidence.

mod body;
mod confirmation;
mod progress;
mod server;

use std::sync::Arc;

use evidence::{
    Case, Code, DeliveryEvent, Event, FieldKey, Leg, LegState, Origin, Problem, Request, RequestNumbers,
    StartEvent, State, TryAgain,
};
use oneshot::{Client, Created, Error, NewRequest, Numbers, Outcome, RequestPk, VideoidPk};

pub(crate) use self::server::{Server, client_for, is_loopback, sandbox_for, shown_server};

use crate::booth::Booth;
use crate::desk::Desk;
use crate::view::{CaseView, Notice};
use crate::{clock, problems, views};

impl Booth {
    /// A new request for the person at this phone and address. The view that comes back is at consent, or still at the
    /// start with a problem.
    ///
    /// # Errors
    /// The phone or address is malformed, or whether a request exists is unknown.
    pub async fn start_new(&self, mobile_phone: &str, email: &str) -> Result<CaseView, Problem> {
        let contact = evidence::Contact {
            mobile_phone: mobile_phone.to_owned(),
            email: email.to_owned(),
        };
        self.happened(Event::Start(StartEvent::New { contact })).await
    }

    /// A request that was created elsewhere.
    ///
    /// # Errors
    /// It is not the time, or the numbers cannot be any.
    pub async fn start_existing(&self, request_pk: i64, videoid_pk: i64) -> Result<CaseView, Problem> {
        if request_pk <= 0 || videoid_pk <= 0 {
            return Err(Problem::new(Code::RequestNotFound, TryAgain::AfterChange));
        }
        let numbers = RequestNumbers {
            request_pk,
            videoid_pk,
        };
        self.happened(Event::Start(StartEvent::Existing { numbers }))
            .await
    }

    /// Goes on without a request; it is created when the case is submitted.
    ///
    /// # Errors
    /// It is not the time, or whether a request exists is unknown.
    pub async fn start_defer(&self) -> Result<CaseView, Problem> {
        self.happened(Event::Start(StartEvent::Defer)).await
    }

    /// A person looked at the server: there is no request. Another may be created.
    ///
    /// # Errors
    /// Nobody is in doubt about a request.
    pub async fn start_declare_none(&self) -> Result<CaseView, Problem> {
        self.happened(Event::Start(StartEvent::DeclareNone)).await
    }

    /// The server's word on a request, as it writes it.
    ///
    /// # Errors
    /// The server cannot be reached, or does not know it.
    pub async fn request_status(&self, request_pk: i64) -> Result<String, Problem> {
        let record = self
            .client()
            .await?
            .read_request(RequestPk::new(request_pk))
            .await;
        record
            .map(|record| record.status.as_str().to_owned())
            .map_err(|error| problems::from_call(&error))
    }

    /// Sends the case, or tries again. Returns at once; notices tell how it goes.
    ///
    /// # Errors
    /// Something is missing, or whether a request exists is unknown.
    pub async fn submit(&self) -> Result<CaseView, Problem> {
        let desk = self.desk()?;
        self.hurry(&desk.case().await);
        self.apply(&desk, Event::Delivery(DeliveryEvent::Submit { at: clock::now() }))
            .await
    }
}

/// Asks the server for a request and tells the case what became of it. True when there is one now.
pub(crate) async fn create_request(booth: &Booth, desk: &Arc<Desk>) -> Result<bool, Problem> {
    let asked = Event::Start(StartEvent::Asked { at: clock::now() });
    if let Err(problem) = booth.apply(desk, asked).await {
        let not_created = StartEvent::NotCreated {
            problem: problem.clone(),
        };
        return Err(booth.owe(desk, Event::Start(not_created), problem));
    }
    let case = desk.case().await;
    let request = NewRequest {
        mobile_phone_number: case.fields.get(FieldKey::MobilePhone).to_owned(),
        email: case.fields.get(FieldKey::Email).to_owned(),
    };
    let client = match booth.client().await {
        Ok(client) => client,
        Err(problem) => {
            booth
                .apply(desk, Event::Start(StartEvent::NotCreated { problem }))
                .await?;
            return Ok(false);
        }
    };
    let event = match client.create_videoid(&request).await {
        Ok(created) => StartEvent::Created {
            numbers: numbers(&created),
        },
        Err(error) => {
            tracing::warn!(%error, "a request was not created");
            let problem = problems::from_call(&error);
            if error.outcome() == Outcome::Unknown {
                StartEvent::Lost { problem }
            } else {
                StartEvent::NotCreated { problem }
            }
        }
    };
    let created = matches!(event, StartEvent::Created { .. });
    let event = Event::Start(event);
    match booth.apply(desk, event.clone()).await {
        Ok(_) => Ok(created),
        Err(problem) => Err(booth.owe(desk, event, problem)),
    }
}

const fn numbers(created: &Created) -> RequestNumbers {
    RequestNumbers {
        request_pk: created.request_pk.get(),
        videoid_pk: created.videoid_pk.get(),
    }
}

/// Delivers in the background, after whatever delivery of the case may still be ending.
pub(crate) fn start(booth: &Booth, desk: &Arc<Desk>) {
    let (booth, desk) = (booth.clone(), Arc::clone(desk));
    booth.0.queue.begun(desk.id);
    tokio::spawn(async move {
        let turn = desk.turn().await;
        if let Err(problem) = deliver(&booth, &desk).await {
            tracing::warn!(code = %problem, "a delivery stopped");
            let event = Event::Delivery(DeliveryEvent::Stopped { problem });
            if let Err(problem) = booth.apply(&desk, event).await {
                tracing::error!(code = %problem, "a stopped delivery could not be noted");
            }
        }
        booth.postpone(&desk).await;
        drop(turn);
        booth.0.queue.ended(desk.id);
        booth.notify(Notice::Queue);
        booth.purge_if_at_once(desk.id).await;
        booth.put_away(desk);
    });
}

/// Does whatever is left to do. An error stops the delivery where it is.
async fn deliver(booth: &Booth, desk: &Arc<Desk>) -> Result<(), Problem> {
    let case = desk.case().await;
    if !matches!(case.state, State::Submitting) {
        return Ok(());
    }
    booth.within_hours(&case)?;
    let line = booth.0.queue.line().await;
    // When creating the request fails, the case already says so.
    if case.request == Request::None && !create_request(booth, desk).await? {
        return Ok(());
    }
    let case = desk.case().await;
    let Some(numbers) = views::numbers(&case) else {
        return Err(uncertain());
    };
    let call = Call {
        booth,
        desk,
        client: &booth.client().await?,
        numbers,
    };
    call.look_before_sending(&case).await?;
    for leg in [Leg::Evidences, Leg::Video] {
        call.bring(leg).await?;
    }
    drop(line);
    confirmation::wait(&call).await
}

fn uncertain() -> Problem {
    Problem::new(Code::RequestUncertain, TryAgain::FindOutFirst)
}

/// A delivery under way.
struct Call<'a> {
    booth: &'a Booth,
    desk: &'a Arc<Desk>,
    client: &'a Client,
    numbers: RequestNumbers,
}

impl Call<'_> {
    const fn request_pk(&self) -> RequestPk {
        RequestPk::new(self.numbers.request_pk)
    }

    const fn videoid_pk(&self) -> VideoidPk {
        VideoidPk::new(self.numbers.videoid_pk)
    }

    /// Both, for a call on the VideoID: the server's dialect decides which one goes out.
    const fn both(&self) -> Numbers {
        Numbers::new(self.request_pk(), self.videoid_pk())
    }

    async fn happened(&self, event: DeliveryEvent) -> Result<(), Problem> {
        self.booth
            .apply(self.desk, Event::Delivery(event))
            .await
            .map(drop)
    }

    /// Numbers that a person typed can be another person's, and a case that was on another machine may have been sent
    /// from there. Nothing is sent to a request that already has evidence, or is past taking any. Once something of ours
    /// went out, what it has may be that.
    async fn look_before_sending(&self, case: &Case) -> Result<(), Problem> {
        let in_doubt = case.origin == Some(Origin::Existing) || case.custody.has_moved();
        if !in_doubt || !case.delivery.is_untouched() {
            return Ok(());
        }
        let record = self
            .client
            .read_request(self.request_pk())
            .await
            .map_err(|error| problems::from_call(&error))?;
        let other_videoid = record.videoid_pk.is_some_and(|pk| pk != self.videoid_pk());
        if record.evidences_present || other_videoid || !confirmation::takes_evidence(&record.status) {
            let status = record.status.as_str().to_owned();
            return Err(Problem::new(Code::RequestWrongState, TryAgain::AfterChange).because(status));
        }
        Ok(())
    }

    /// Sends a leg that surely has not arrived; looks up one whose fate is unknown.
    async fn bring(&self, leg: Leg) -> Result<(), Problem> {
        loop {
            let case = self.desk.case().await;
            match case.delivery.leg(leg) {
                LegState::Arrived { .. } => return Ok(()),
                LegState::Sending { .. } => {
                    if confirmation::has_arrived(self, &case, leg).await? {
                        self.happened(DeliveryEvent::Arrived {
                            leg,
                            at: clock::now(),
                        })
                        .await?;
                    } else {
                        self.happened(DeliveryEvent::NotArrived { leg }).await?;
                    }
                }
                // It went out before and had not arrived when it was looked for: a slow server may have it by now.
                LegState::Waiting
                    if case.delivery.begun.contains(&leg)
                        && confirmation::is_there(self, &case, leg).await? =>
                {
                    self.happened(DeliveryEvent::Arrived {
                        leg,
                        at: clock::now(),
                    })
                    .await?;
                }
                LegState::Waiting => self.send(&case, leg).await?,
            }
        }
    }

    async fn send(&self, case: &Case, leg: Leg) -> Result<(), Problem> {
        self.happened(DeliveryEvent::Sending {
            leg,
            at: clock::now(),
        })
        .await?;
        let progress = progress::told_to_the_page(self.booth, case.id, leg);
        let sent = match leg {
            Leg::Evidences => {
                let evidences = body::evidences(self.booth, case)?;
                self.client
                    .upload_evidences(self.both(), &evidences, progress)
                    .await
            }
            Leg::Video => {
                let video = body::video(self.booth, case)?;
                self.client.upload_video(self.both(), video, progress).await
            }
        };
        match sent {
            Ok(()) => {
                self.happened(DeliveryEvent::Arrived {
                    leg,
                    at: clock::now(),
                })
                .await
            }
            Err(error) => self.sending_failed(leg, &error).await,
        }
    }

    /// A refused call did not arrive; one with a lost answer is looked up once, at once, before a person is troubled.
    async fn sending_failed(&self, leg: Leg, error: &Error) -> Result<(), Problem> {
        tracing::warn!(%error, ?leg, "an upload failed");
        let problem = problems::from_call(error);
        if error.outcome() != Outcome::Unknown {
            self.happened(DeliveryEvent::NotArrived { leg }).await?;
            return Err(problem);
        }
        let case = self.desk.case().await;
        match confirmation::has_arrived(self, &case, leg).await {
            Ok(true) => {
                self.happened(DeliveryEvent::Arrived {
                    leg,
                    at: clock::now(),
                })
                .await
            }
            Ok(false) => {
                self.happened(DeliveryEvent::NotArrived { leg }).await?;
                Err(Problem {
                    try_again: TryAgain::Now,
                    ..problem
                })
            }
            // Still unknown: the leg stays as it is, and "try again" looks it up first.
            Err(_) => Err(problem),
        }
    }
}
