//! Who decides about a request: the officer of the registration authority (section 1.1).

use std::fmt;

use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::reason::Reason;
use crate::secret::Secret;

/// An officer, and what proves that it is they.
#[derive(Clone, PartialEq, Eq)]
pub struct Officer {
    /// The officer's number. Said not to be needed where the token has it, yet in every sample: sent if there is one,
    /// as a string.
    pub rao: Option<String>,
    /// What proves it.
    pub key: OfficerKey,
}

/// An officer's credentials. A token may lack a part, which is then sent beside it.
#[derive(Clone, PartialEq, Eq)]
pub enum OfficerKey {
    /// A handle to credentials stored at the server.
    Token(Secret),
    /// The credentials themselves.
    Password {
        /// The name.
        username: Secret,
        /// The password.
        password: Secret,
        /// The pin.
        pin: Secret,
    },
    /// A token, and what it lacks.
    TokenAnd {
        /// The token.
        token: Secret,
        /// The name.
        username: Option<Secret>,
        /// The password.
        password: Option<Secret>,
        /// The pin.
        pin: Option<Secret>,
    },
}

/// The credentials, whatever form they have: token, name, password, pin.
pub(crate) type Parts<'a> = [Option<&'a Secret>; 4];

impl Officer {
    /// An officer known by a token alone.
    pub const fn token(token: Secret) -> Self {
        Self {
            rao: None,
            key: OfficerKey::Token(token),
        }
    }

    /// An officer known by name, password and pin.
    pub const fn password(username: Secret, password: Secret, pin: Secret) -> Self {
        Self {
            rao: None,
            key: OfficerKey::Password {
                username,
                password,
                pin,
            },
        }
    }

    /// Finds what no server could take, before anything is sent.
    pub(crate) fn check(&self, call: Call) -> Result<(), Error> {
        let parts = self.parts();
        if parts.iter().flatten().any(|part| part.is_empty()) || parts.iter().all(Option::is_none) {
            return Err(Error {
                reason: Some(Reason::OfficerIncomplete),
                ..Error::local(call, ErrorKind::Refused, None)
            });
        }
        Ok(())
    }

    pub(crate) const fn parts(&self) -> Parts<'_> {
        match &self.key {
            OfficerKey::Token(token) => [Some(token), None, None, None],
            OfficerKey::Password {
                username,
                password,
                pin,
            } => [None, Some(username), Some(password), Some(pin)],
            OfficerKey::TokenAnd {
                token,
                username,
                password,
                pin,
            } => [Some(token), username.as_ref(), password.as_ref(), pin.as_ref()],
        }
    }
}

impl fmt::Debug for Officer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Officer")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OfficerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(..)",
            Self::Password { .. } => "Password(..)",
            Self::TokenAnd { .. } => "TokenAnd(..)",
        })
    }
}
