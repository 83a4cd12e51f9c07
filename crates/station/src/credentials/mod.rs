//! Where secrets come from: the environment first, then the system's store of credentials. Never a file.
//!
//! What is kept in the store is kept for one server: its host and port are part of the name it goes by, so that a
//! password is never sent to a server it was not meant for. Nothing is ever kept for the sandbox inside the program.

mod credential;
mod source;
mod system;

use evidence::{Code, Problem, TryAgain};
use oneshot::{Secret, Url};

pub use self::credential::{Credential, UnknownCredential};
pub use self::source::Source;
pub(crate) use self::source::{Keep, StoreFault};

use crate::{Settings, problems};

/// Where a credential was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A variable of the environment.
    Environment,
    /// The system's store of credentials: Secret Service, Keychain, Credential Manager.
    Keyring,
}

/// A credential that is there; its value is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub credential: Credential,
    /// Where.
    pub place: Place,
}

/// The credentials of one server.
#[derive(Debug, Clone)]
pub struct Credentials {
    source: Source,
    /// Host and port of the server; none for the sandbox inside the program.
    server: Option<String>,
    known: Vec<Credential>,
}

impl Settings {
    /// The credentials these settings can use.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            source: self.secrets.clone(),
            server: self.server.as_ref().map(|server| place_of(&server.base_url)),
            known: Credential::known(self),
        }
    }
}

/// Host and port; an address that is none is refused elsewhere, and until then is a name like any other.
fn place_of(base_url: &str) -> String {
    Url::parse(base_url).map_or_else(
        |_| base_url.to_owned(),
        |url| {
            let host = url.host_str().unwrap_or_default().to_owned();
            url.port_or_known_default()
                .map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        },
    )
}

impl Credentials {
    /// The credential, from wherever it is found first.
    ///
    /// # Errors
    /// It is not in the environment, and the system's store cannot be used.
    pub async fn get(&self, credential: &Credential) -> Result<Option<Secret>, Problem> {
        if self.server.is_none() {
            return Ok(None);
        }
        match self.source.variable(&credential.variable()) {
            Some(secret) => Ok(Some(secret)),
            None => self.kept(credential).await,
        }
    }

    /// The credential as the system's store has it, whatever the environment says.
    ///
    /// # Errors
    /// The system's store cannot be used.
    pub(crate) async fn kept(&self, credential: &Credential) -> Result<Option<Secret>, Problem> {
        let Some(account) = self.account(credential) else {
            return Ok(None);
        };
        self.in_store(move |store| store.get(&account)).await
    }

    /// Keeps a credential in the system's store. Nothing removes it but [`Credentials::clear`].
    ///
    /// # Errors
    /// It is empty, there is no server it could be for, or the system's store cannot be used.
    pub async fn set(&self, credential: &Credential, value: impl Into<Secret>) -> Result<(), Problem> {
        let value = value.into();
        if value.is_empty() {
            return Err(crate::settings::wrong(format!("{credential}: it is empty")));
        }
        let Some(account) = self.account(credential) else {
            return Err(crate::settings::wrong(
                "no [server]: nothing is kept for the sandbox inside the program".to_owned(),
            ));
        };
        self.in_store(move |store| store.set(&account, &value)).await
    }

    /// Removes a credential from the system's store. True: there was one.
    ///
    /// # Errors
    /// The system's store cannot be used.
    pub async fn clear(&self, credential: &Credential) -> Result<bool, Problem> {
        let Some(account) = self.account(credential) else {
            return Ok(false);
        };
        self.in_store(move |store| store.clear(&account)).await
    }

    /// Which of the credentials these settings can use are there, and where.
    ///
    /// # Errors
    /// The system's store cannot be used; what the environment has is not told then either.
    pub async fn list(&self) -> Result<Vec<Held>, Problem> {
        let mut held = Vec::new();
        for credential in &self.known {
            let place = match self.source.variable(&credential.variable()) {
                Some(_) if self.server.is_some() => Place::Environment,
                _ if self.kept(credential).await?.is_some() => Place::Keyring,
                _ => continue,
            };
            held.push(Held {
                credential: credential.clone(),
                place,
            });
        }
        Ok(held)
    }

    /// Whether the system's store gives back what is put into it: with an entry of its own, removed again.
    ///
    /// # Errors
    /// The system's store cannot be used.
    pub(crate) async fn round_trip(&self) -> Result<bool, Problem> {
        let account = format!("doctor@{}", uuid::Uuid::new_v4());
        let value = Secret::new(uuid::Uuid::new_v4().to_string());
        self.in_store(move |store| {
            store.set(&account, &value)?;
            let read = store.get(&account);
            // Removed whatever was read: nothing is to be left behind.
            let removed = store.clear(&account)?;
            // EXPOSE: thrown away, and nobody's.
            let same = read?.is_some_and(|read| read.expose() == value.expose());
            Ok(same && removed)
        })
        .await
    }

    fn account(&self, credential: &Credential) -> Option<String> {
        self.server
            .as_ref()
            .map(|server| format!("{credential}@{server}"))
    }

    /// The system's store may ask a person to unlock it: that blocks.
    async fn in_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn source::Keep) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.source.store();
        tokio::task::spawn_blocking(move || work(&*store))
            .await
            .map_err(|_| problems::internal("the store of credentials broke"))?
            .map_err(|fault| {
                Problem::new(Code::CredentialStore, TryAgain::AfterChange).because(fault.to_string())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_for_one_server() {
        for (address, place) in [
            (
                "https://optimizer.example/oneshot/api/v1",
                "optimizer.example:443",
            ),
            ("http://127.0.0.1:8080/api/v1", "127.0.0.1:8080"),
        ] {
            assert_eq!(place_of(address), place);
        }
    }
}
