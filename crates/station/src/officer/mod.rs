//! The registration officer's desk: who is signed in, which cases wait, and what is decided.
//!
//! What happens, in order: an officer signs in; their credentials stay in memory and nowhere else, unless they ask and
//! the booth is no kiosk. They open a case that was submitted here, or fetch one that was submitted elsewhere. Their
//! decision is stored before it goes out; when its answer is lost, the server is asked what became of it.

mod decide;
mod fetch;
mod four_eyes;
mod list;
mod session;

use std::collections::HashMap;

use evidence::{CaseId, Code, Problem, State, TryAgain};
use oneshot::{ErrorKind, Officer, Secret};
use parking_lot::Mutex;

use self::session::{Session, Sessions};
use crate::audit::What;
use crate::booth::Booth;
use crate::credentials::Credential;
use crate::view::{Notice, OfficerView, PracticeOfficerView, SignIn, SignedInView};
use crate::{problems, settings};

/// The officer of the sandbox inside the program.
const PRACTICE_NAME: &str = "Practice Officer";
const PRACTICE_NUMBER: &str = "1400";

/// What the desk keeps in memory.
#[derive(Default)]
pub(crate) struct Office {
    sessions: Sessions,
    /// The name of the officer who is remembered, once it was looked up.
    remembered: Mutex<Remembered>,
    /// The case opened at the desk: an officer who leaves takes it off the screen.
    opened: Mutex<Option<CaseId>>,
    /// The server's word for each request, as it was last read.
    words: Mutex<HashMap<CaseId, String>>,
}

#[derive(Default)]
enum Remembered {
    #[default]
    NotLookedUp,
    LookingUp,
    Known(Option<String>),
}

impl Office {
    /// The server's word for the request of a case.
    pub fn heard(&self, case: CaseId, word: &str) {
        self.words.lock().insert(case, word.to_owned());
    }

    /// Whether the case was opened at the desk.
    pub fn is_open(&self, case: CaseId) -> bool {
        *self.opened.lock() == Some(case)
    }

    fn word(&self, case: CaseId) -> Option<String> {
        self.words.lock().get(&case).cloned()
    }
}

impl Booth {
    /// Who is signed in, and how one can.
    #[must_use]
    pub fn officer(&self) -> OfficerView {
        let office = &self.0.office;
        let signed_in = office.sessions.with(|session| SignedInView {
            name: session.name.clone(),
            rao: session.officer.rao.clone(),
            until: session.until_utc.0,
        });
        let desk = self.0.settings.officer.desk;
        OfficerView {
            desk,
            officer: signed_in,
            can_remember: self.can_remember(),
            remembered: self.remembered(),
            practice: self
                .sandbox()
                .filter(|_| desk)
                .map(|sandbox| PracticeOfficerView {
                    name: PRACTICE_NAME.to_owned(),
                    rao: PRACTICE_NUMBER.to_owned(),
                    token: sandbox.token(),
                }),
        }
    }

    /// Signs an officer in. A token is read at the server, which changes nothing there; a user name with password and
    /// PIN cannot be tried without deciding something, and is believed until then. Whoever was signed in is out.
    ///
    /// # Errors
    /// There is no desk here, something is missing, the token is refused, the server cannot be reached, or what was to
    /// be remembered cannot be.
    pub async fn officer_sign_in(&self, sign_in: SignIn) -> Result<OfficerView, Problem> {
        self.desk_exists()?;
        let remember = sign_in.remember && self.can_remember();
        let (given, key) = match self.tried(sign_in).await {
            Ok(tried) => tried,
            Err(problem) => {
                if matches!(problem.code, Code::OfficerRefused | Code::OfficerIncomplete) {
                    self.note(What::OfficerNotSignedIn, None).await;
                }
                return Err(problem);
            }
        };
        if remember {
            self.remember(&given).await?;
        }
        let officer = Officer {
            rao: given.rao.clone(),
            key,
        };
        let idle = self.idle();
        let number = self.0.office.sessions.begin(given.name, officer, idle);
        self.note(What::OfficerSignedIn, None).await;
        self.watch_sign_in(number);
        Ok(self.officer_changed())
    }

    /// Signs the officer out; their credentials are overwritten in memory.
    pub fn officer_sign_out(&self) -> OfficerView {
        if self.0.office.sessions.with(|_| ()).is_some() {
            self.note_soon(What::OfficerSignedOut, None);
        }
        self.0.office.sessions.end();
        self.leave_desk();
        self.officer_changed()
    }

    /// The officer who is signed in. Whoever asks is doing something at the desk: the sign-in lasts from now on.
    fn at_work(&self) -> Result<Session, Problem> {
        self.desk_exists()?;
        let at_work = self.0.office.sessions.at_work(self.idle());
        if at_work.is_some() {
            self.officer_changed();
        }
        at_work.ok_or_else(|| Problem::new(Code::OfficerNotSignedIn, TryAgain::AfterChange))
    }

    fn desk_exists(&self) -> Result<(), Problem> {
        if self.0.settings.officer.desk {
            Ok(())
        } else {
            Err(settings::wrong(
                "there is no officer's desk at this booth: [officer] desk = false".to_owned(),
            ))
        }
    }

    /// Whether anything may be remembered here: where the settings say so, and nobody but the staff stands before it.
    fn can_remember(&self) -> bool {
        let settings = &self.0.settings;
        settings.officer.desk && settings.officer.remember && !settings.kiosk && settings.server.is_some()
    }

    fn idle(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.0.settings.officer.idle_minutes.max(1) * 60)
    }

    /// The remembered name. The store may have to be unlocked by a person: it is looked up in the background, and told.
    fn remembered(&self) -> Option<String> {
        if !self.can_remember() {
            return None;
        }
        let mut remembered = self.0.office.remembered.lock();
        if let Remembered::Known(name) = &*remembered {
            return name.clone();
        }
        if matches!(*remembered, Remembered::NotLookedUp) && tokio::runtime::Handle::try_current().is_ok() {
            *remembered = Remembered::LookingUp;
            let booth = self.clone();
            tokio::spawn(async move {
                let name = booth.0.settings.credentials().get(&Credential::OfficerName).await;
                let name = name.unwrap_or_else(|problem| {
                    tracing::warn!(code = %problem, "the store of credentials cannot be read");
                    None
                });
                // EXPOSE: a name, kept beside the secrets it belongs to.
                let name = name.map(|name| name.expose().to_owned());
                *booth.0.office.remembered.lock() = Remembered::Known(name.clone());
                if name.is_some() {
                    booth.officer_changed();
                }
            });
        }
        None
    }

    /// What was given to sign in with, complete, and as far as it can be tried not refused.
    async fn tried(&self, sign_in: SignIn) -> Result<(Given, oneshot::OfficerKey), Problem> {
        let given = self.given(sign_in).await?;
        let key = given.key()?;
        self.read_token(&given).await?;
        Ok((given, key))
    }

    /// What was typed, completed by what is remembered where that is asked for.
    async fn given(&self, sign_in: SignIn) -> Result<Given, Problem> {
        let mut given = Given {
            name: sign_in.name.split_whitespace().collect::<Vec<_>>().join(" "),
            rao: sign_in
                .rao
                .map(|rao| rao.trim().to_owned())
                .filter(|rao| !rao.is_empty()),
            token: secret(sign_in.token),
            username: secret(sign_in.username),
            password: secret(sign_in.password),
            pin: secret(sign_in.pin),
        };
        if sign_in.remembered {
            if !self.can_remember() {
                return Err(incomplete("nothing is remembered at this booth"));
            }
            let kept = self.0.settings.credentials();
            // EXPOSE: name and number are no secrets; they are kept beside those that are.
            let plain = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
            if given.name.is_empty() {
                given.name = plain(kept.get(&Credential::OfficerName).await?).unwrap_or_default();
            }
            if given.rao.is_none() {
                given.rao = plain(kept.get(&Credential::OfficerNumber).await?);
            }
            for (credential, place) in [
                (Credential::OfficerToken, &mut given.token),
                (Credential::OfficerUsername, &mut given.username),
                (Credential::OfficerPassword, &mut given.password),
                (Credential::OfficerPin, &mut given.pin),
            ] {
                if place.is_none() {
                    *place = kept.get(&credential).await?;
                }
            }
        }
        if given.name.is_empty() {
            return Err(incomplete("name"));
        }
        Ok(given)
    }

    /// Reads the token at the server: that it is one, and what it does not hold.
    async fn read_token(&self, given: &Given) -> Result<(), Problem> {
        let Some(token) = &given.token else {
            return Ok(());
        };
        let content = match self.client().await?.get_token(token).await {
            Ok(content) => content,
            // A server without this call: the token is believed until something is decided with it.
            Err(error) if matches!(error.kind, ErrorKind::NotTheService | ErrorKind::Unexpected) => {
                tracing::warn!(%error, "a token could not be looked at");
                return Ok(());
            }
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid) => {
                let problem = problems::from_call(&error);
                return Err(Problem {
                    code: Code::OfficerRefused,
                    ..problem
                });
            }
            Err(error) => return Err(problems::from_call(&error)),
        };
        let missing = [
            ("username", content.username.is_none() && given.username.is_none()),
            ("password", !content.password && given.password.is_none()),
            ("pin", !content.pin && given.pin.is_none()),
        ];
        match missing.into_iter().find(|(_, missing)| *missing) {
            Some((part, _)) => Err(incomplete(part)),
            None => Ok(()),
        }
    }

    async fn remember(&self, given: &Given) -> Result<(), Problem> {
        let kept = self.0.settings.credentials();
        let name = Some(Secret::new(given.name.clone()));
        let number = given.rao.clone().map(Secret::new);
        for (credential, value) in [
            (Credential::OfficerName, &name),
            (Credential::OfficerNumber, &number),
            (Credential::OfficerToken, &given.token),
            (Credential::OfficerUsername, &given.username),
            (Credential::OfficerPassword, &given.password),
            (Credential::OfficerPin, &given.pin),
        ] {
            match value {
                Some(value) => kept.set(&credential, value.clone()).await?,
                // Of whoever was remembered before nothing may be left.
                None => drop(kept.clear(&credential).await?),
            }
        }
        *self.0.office.remembered.lock() = Remembered::Known(Some(given.name.clone()));
        Ok(())
    }

    /// Ends the sign-in when nothing was done for long enough.
    fn watch_sign_in(&self, number: u64) {
        let booth = std::sync::Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                let until = booth
                    .upgrade()
                    .and_then(|inner| inner.office.sessions.until(number));
                let Some(until) = until else { break };
                tokio::time::sleep_until(until).await;
                let Some(inner) = booth.upgrade() else { break };
                if inner.office.sessions.run_out(number) {
                    let booth = Self(inner);
                    tracing::info!("an officer's sign-in ran out");
                    booth.note(What::OfficerRanOut, None).await;
                    booth.leave_desk();
                    booth.officer_changed();
                    break;
                }
            }
        });
    }

    /// Tells everybody who is signed in now.
    fn officer_changed(&self) -> OfficerView {
        let officer = self.officer();
        self.notify(Notice::Officer {
            officer: officer.clone(),
        });
        officer
    }

    /// Takes the case opened at the desk off the screen: it is an officer's to look at. One that was approved meanwhile
    /// is the person's again, and stays.
    fn leave_desk(&self) {
        let Some(opened) = self.0.office.opened.lock().take() else {
            return;
        };
        if !self.is_on_screen(opened) || tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        let booth = self.clone();
        tokio::spawn(async move {
            let Ok(desk) = booth.desk() else { return };
            let waits = matches!(desk.case().await.state, State::Submitted { .. });
            if desk.id == opened && waits {
                drop(desk);
                booth.clear_screen();
            }
        });
    }
}

/// What an officer signs in with.
struct Given {
    name: String,
    rao: Option<String>,
    token: Option<Secret>,
    username: Option<Secret>,
    password: Option<Secret>,
    pin: Option<Secret>,
}

impl Given {
    fn key(&self) -> Result<oneshot::OfficerKey, Problem> {
        use oneshot::OfficerKey;
        match (&self.token, &self.username, &self.password, &self.pin) {
            (Some(token), None, None, None) => Ok(OfficerKey::Token(token.clone())),
            (Some(token), username, password, pin) => Ok(OfficerKey::TokenAnd {
                token: token.clone(),
                username: username.clone(),
                password: password.clone(),
                pin: pin.clone(),
            }),
            (None, Some(username), Some(password), Some(pin)) => Ok(OfficerKey::Password {
                username: username.clone(),
                password: password.clone(),
                pin: pin.clone(),
            }),
            (None, None, ..) => Err(incomplete("username")),
            (None, _, None, _) => Err(incomplete("password")),
            (None, _, _, None) => Err(incomplete("pin")),
        }
    }
}

/// A secret out of what was typed; nothing typed is none.
fn secret(typed: Option<String>) -> Option<Secret> {
    typed.map(Secret::new).filter(|secret| !secret.is_empty())
}

fn incomplete(part: &str) -> Problem {
    Problem::new(Code::OfficerIncomplete, TryAgain::AfterChange).because(part)
}
