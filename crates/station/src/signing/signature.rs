//! The signature: once for each request, and never asked for again while it may have been made.

use evidence::{Code, Event, Problem, SignatureState, SigningEvent, Standing, Step, TryAgain, UnlockKind};
use oneshot::{Outcome, Reason, Secret, SignAnswer, SignOrder, Unlock};

use super::standing::standing;
use super::{Errand, pause, with_code};
use crate::booth::Booth;
use crate::view::{CaseView, UnlockInput};
use crate::{clock, follow, problems};

/// How often the request is read before "ready to sign" is believed after a lost answer: the server may still be
/// signing. With the pauses in between, some four seconds.
const LOOKS: u32 = 6;
/// The same where the server itself says that it signs in the background: over a minute.
const LOOKS_WHILE_UNDERWAY: u32 = 13;

/// What was found out about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It was made.
    Signed,
    /// It surely was not made.
    NotSigned,
}

impl Booth {
    /// Signs all documents.
    ///
    /// # Errors
    /// Something is unread or changed at the server, the code is wrong, or whether it was signed is unknown: then the
    /// next try looks first.
    pub async fn sign(&self, unlock: UnlockInput) -> Result<CaseView, Problem> {
        let (kind, unlock) = order(unlock)?;
        let errand = self.errand().await?;
        if errand.settle_signature().await? == Found::Signed {
            return Ok(errand.view().await);
        }
        let case = errand.case().await;
        if case.step() == Step::Reading {
            return Err(Problem::new(Code::DocumentUnread, TryAgain::AfterChange));
        }
        if case.step() != Step::Code {
            return Err(problems::out_of_order());
        }
        errand.compare().await?;
        errand
            .happened(SigningEvent::SignatureSending {
                unlock: kind,
                at: clock::now(),
            })
            .await?;
        let error = match errand
            .client()
            .sign(errand.request_pk, &SignOrder::new(unlock))
            .await
        {
            Ok(SignAnswer::Signed) => return errand.signed().await,
            Ok(SignAnswer::Underway) => {
                return match errand.look_for_signature(LOOKS_WHILE_UNDERWAY).await? {
                    Found::Signed => Ok(errand.view().await),
                    // It said that it would: "not yet" is no "no".
                    Found::NotSigned => Err(Problem::new(Code::SignatureUncertain, TryAgain::FindOutFirst)),
                };
            }
            Err(error) => error,
        };
        tracing::warn!(%error, "the documents were not signed, or the answer was lost");
        let problem = problems::from_call(&error);
        if error.reason == Some(Reason::AlreadyIssued) {
            // A call of ours was out: this one, or one before whose answer was lost.
            return errand.signed().await;
        }
        if error.outcome() != Outcome::Unknown {
            errand.happened(SigningEvent::NotSigned).await?;
            errand.follow_after(&error).await;
            return Err(problem);
        }
        match errand.look_for_signature(LOOKS).await? {
            Found::Signed => Ok(errand.view().await),
            Found::NotSigned => {
                errand.happened(SigningEvent::NotSigned).await?;
                Err(Problem {
                    try_again: TryAgain::Now,
                    ..problem
                })
            }
        }
    }
}

impl Errand {
    /// Finds out what became of a signature whose answer was lost, if there is one, and says so to the case.
    ///
    /// # Errors
    /// It cannot be found out now.
    pub(super) async fn settle_signature(&self) -> Result<Found, Problem> {
        let case = self.case().await;
        if !matches!(case.signing.signature, SignatureState::Sending { .. }) {
            return Ok(Found::NotSigned);
        }
        let found = self.look_for_signature(LOOKS).await?;
        if found == Found::NotSigned {
            self.happened(SigningEvent::NotSigned).await?;
        }
        Ok(found)
    }

    /// Reads the request until it is signed, and not for long. A signed one is told to the case.
    async fn look_for_signature(&self, looks: u32) -> Result<Found, Problem> {
        let uncertain = |problem| with_code(Code::SignatureUncertain, TryAgain::FindOutFirst, problem);
        let mut done = 0;
        loop {
            let read = self.client().read_request(self.request_pk).await;
            let unknown = match read {
                Ok(record) => match standing(&record) {
                    Some(Standing::Issued) => {
                        self.signed().await?;
                        return Ok(Found::Signed);
                    }
                    Some(Standing::Cancelled) => {
                        follow::tell(&self.booth, self.desk(), &record).await?;
                        return Err(Problem::new(Code::RequestCancelled, TryAgain::AfterChange));
                    }
                    Some(_) => None,
                    None => Some(
                        Problem::new(Code::SignatureUncertain, TryAgain::FindOutFirst)
                            .because(record.status.as_str()),
                    ),
                },
                Err(error) => {
                    tracing::warn!(%error, "the request could not be read");
                    Some(problems::from_call(&error))
                }
            };
            if !pause(done, looks).await {
                return unknown.map_or(Ok(Found::NotSigned), |problem| Err(uncertain(problem)));
            }
            done += 1;
        }
    }

    async fn signed(&self) -> Result<CaseView, Problem> {
        let signed = Event::Signing(SigningEvent::Signed { at: clock::now() });
        self.booth.apply(self.desk(), signed).await
    }
}

/// What goes out, and what is remembered of it.
fn order(unlock: UnlockInput) -> Result<(UnlockKind, Unlock), Problem> {
    let missing = || Problem::new(Code::CodeMissing, TryAgain::AfterChange);
    match unlock {
        UnlockInput::Code { code } => {
            // As people type it from a phone.
            let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            if code.is_empty() {
                return Err(missing());
            }
            Ok((UnlockKind::Code, Unlock::Otp(Secret::new(code))))
        }
        UnlockInput::External { kind, value, secret } => {
            let (kind, value, secret) = (kind.trim(), value.trim(), secret.trim());
            if kind.is_empty() || value.is_empty() || secret.is_empty() {
                return Err(missing());
            }
            let unlock = Unlock::External {
                secret: Secret::new(secret.to_owned()),
                kind: kind.to_owned(),
                value: Secret::new(value.to_owned()),
            };
            Ok((UnlockKind::External, unlock))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_with_blanks_and_not_left_out() {
        let code = |code: &str| {
            order(UnlockInput::Code {
                code: code.to_owned(),
            })
        };
        let (kind, unlock) = code(" 012 345 ").expect("a code");
        assert_eq!(kind, UnlockKind::Code);
        assert!(matches!(unlock, Unlock::Otp(secret) if secret.expose() == "012345"));
        assert_eq!(code(" ").expect_err("nothing typed").code, Code::CodeMissing);
        let external = UnlockInput::External {
            kind: "biometric".into(),
            value: String::new(),
            secret: "1".into(),
        };
        assert_eq!(order(external).expect_err("no value").code, Code::CodeMissing);
    }
}
