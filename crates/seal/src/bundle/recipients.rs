//! Who can open an encrypted bundle: X25519 keys of the age format (<https://age-encryption.org/v1>), so that any age
//! program can open one too. Passphrases are not taken: a guessed one would open everything.

use std::io;
use std::str::FromStr;

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::BundleError;

/// What is wrong with a recipient or an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// It is none.
    #[error("not a recipient: they begin with age1")]
    NotARecipient,
    /// It is none.
    #[error("not an identity: they begin with AGE-SECRET-KEY-1")]
    NotAnIdentity,
}

/// A key that a bundle can be encrypted to: `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = RecipientError;
    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let key = text.trim().parse().map_err(|_| RecipientError::NotARecipient)?;
        Ok(Self(key))
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

/// The secret half of a [`Recipient`]: `AGE-SECRET-KEY-1…`. `Debug` hides it.
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The recipient whose bundles it opens.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The identity as text, for a file that only its owner can read.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The identities in a file as `age-keygen` writes it: one a line, `#` before comments.
    ///
    /// # Errors
    /// A line is neither, or there is none.
    pub fn all_in(text: &str) -> Result<Vec<Self>, RecipientError> {
        let lines = text.lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let found: Vec<Self> = keys.map(str::parse).collect::<Result<_, _>>()?;
        if found.is_empty() {
            return Err(RecipientError::NotAnIdentity);
        }
        Ok(found)
    }
}

impl FromStr for Identity {
    type Err = RecipientError;
    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let key = text.trim().parse().map_err(|_| RecipientError::NotAnIdentity)?;
        Ok(Self(key))
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity(of {})", self.0.to_public())
    }
}

pub(super) fn encryptor(recipients: &[Recipient]) -> io::Result<age::Encryptor> {
    let recipients = recipients
        .iter()
        .map(|recipient| &recipient.0 as &dyn age::Recipient);
    age::Encryptor::with_recipients(recipients).map_err(io::Error::other)
}

/// What an encrypted bundle holds, as far as it is what was encrypted.
pub(super) fn decrypted<R: io::Read>(
    from: R,
    identities: &[Identity],
) -> Result<impl io::Read + use<R>, BundleError> {
    use age::DecryptError;
    let told = |error| match error {
        DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => BundleError::Io(error),
        DecryptError::NoMatchingKeys => BundleError::NotForUs,
        _ => BundleError::DamagedEncryption,
    };
    let decryptor = age::Decryptor::new(from).map_err(told)?;
    if identities.is_empty() {
        return Err(BundleError::Encrypted);
    }
    let identities = identities
        .iter()
        .map(|identity| &identity.0 as &dyn age::Identity);
    decryptor.decrypt(identities).map_err(told)
}
