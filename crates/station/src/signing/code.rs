//! The one-time code.
//!
//! No call tells whether one was sent. When the answer to the call is lost, the person is told so and may type the code
//! that came, or ask again: within a minute the server answers "generated less than a minute ago", which proves that
//! the first call arrived.

use evidence::{Code, CodeMethod, CodeState, Problem, SigningEvent, TryAgain};
use oneshot::{DeliveryMethod, Outcome, Reason};

use super::signature::Found;
use super::with_code;
use crate::booth::Booth;
use crate::view::CaseView;
use crate::{clock, problems};

impl Booth {
    /// Has the server send a code to the person's phone.
    ///
    /// # Errors
    /// It is not the time, the last one is less than a minute old, or whether one was sent is unknown.
    pub async fn code_request(&self, method: CodeMethod) -> Result<CaseView, Problem> {
        let errand = self.errand().await?;
        // A signature whose answer was lost comes first: a signed request needs no code.
        if errand.settle_signature().await? == Found::Signed {
            return Ok(errand.view().await);
        }
        let earlier = errand.case().await.signing.code;
        errand
            .happened(SigningEvent::CodeAsking {
                method,
                at: clock::now(),
            })
            .await?;
        let way = match method {
            CodeMethod::Sms => DeliveryMethod::Sms,
            CodeMethod::Whatsapp => DeliveryMethod::Whatsapp,
        };
        let error = match errand.client().generate_otp(errand.request_pk, way).await {
            Ok(()) => {
                return errand
                    .happened(SigningEvent::CodeSent {
                        method,
                        at: clock::now(),
                    })
                    .await;
            }
            Err(error) => error,
        };
        tracing::warn!(%error, "a code was not sent, or its answer was lost");
        let problem = problems::from_call(&error);
        if error.reason == Some(Reason::CodeTooSoon) {
            let (method, at, known) = match earlier {
                CodeState::Sent { at, method } => (method, at, true),
                CodeState::Asking { since, method } => (method, since, false),
                CodeState::None => (method, clock::now(), false),
            };
            let view = errand.happened(SigningEvent::CodeSent { method, at }).await?;
            // News only to whoever did not know that one is on its way.
            return if known { Err(problem) } else { Ok(view) };
        }
        if error.outcome() == Outcome::Unknown {
            return Err(with_code(Code::CodeUncertain, TryAgain::FindOutFirst, problem));
        }
        errand.happened(SigningEvent::CodeNotSent).await?;
        errand.follow_after(&error).await;
        Err(problem)
    }
}
