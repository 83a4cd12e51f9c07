//! Where a vault's master key comes from.
//!
//! The master key wraps the keys of the cases and nothing else. It is random, and comes from one of three places:
//!
//! - a [`KeyStore`]: the system's store of credentials, or a [`KeyFile`] where nobody is there to unlock one;
//! - a [`Passphrase`], which unwraps the key kept in the vault itself;
//! - the caller, who has it from somewhere else.
//!
//! A vault that exists is never given a new key: without the old one nothing in it can be read again, and whoever
//! makes a new one over it turns a key that is mislaid into evidence that is lost.

mod file;
pub(crate) mod lock;
mod passphrase;

use zeroize::Zeroizing;

use crate::StoreError;
use crate::crypto::{KEY_BYTES, Key};

pub use file::KeyFile;
pub use passphrase::Passphrase;

/// The key of a vault: 256 random bits, wiped from memory when they go.
#[derive(Clone)]
pub struct MasterKey(pub(crate) Key);

impl MasterKey {
    /// A key nobody has had before.
    #[must_use]
    pub fn random() -> Self {
        Self(Key::random())
    }

    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(Key::from_bytes(bytes).expect("a key has 32 bytes"))
    }

    /// The key that was written as `text`: 64 hex digits. `None` when it is something else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let key = Key::filled(|bytes| hex::decode_to_slice(text.trim(), bytes));
        key.ok().map(Self)
    }

    /// The key as text, for a store that keeps text: 64 hex digits.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new(vec![0; 2 * KEY_BYTES]);
        hex::encode_to_slice(self.0.bytes(), &mut digits).expect("two digits for each byte");
        let text = String::from_utf8(std::mem::take(&mut digits)).expect("hex digits are ASCII");
        Zeroizing::new(text)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// A place that keeps a master key: the system's store of credentials, or a [`KeyFile`].
pub trait KeyStore {
    /// The key, if one is kept.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody has to unlock the place first, else [`StoreError::KeyStore`].
    fn load(&self) -> Result<Option<MasterKey>, StoreError>;

    /// Keeps the key. Called once, for a vault that is new, after [`Self::load`] found none.
    ///
    /// # Errors
    /// As [`Self::load`].
    fn save(&self, key: &MasterKey) -> Result<(), StoreError>;
}

/// Where the master key of a vault comes from when it is opened. A vault stays with the way it was made with.
#[derive(Clone, Copy)]
pub enum KeySource<'a> {
    /// The caller has the key.
    Key(&'a MasterKey),
    /// A place keeps the key; a new vault puts one there.
    Kept(&'a dyn KeyStore),
    /// The vault keeps the key itself, wrapped under a passphrase.
    Passphrase(&'a Passphrase),
}

impl std::fmt::Debug for KeySource<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(..)",
            Self::Kept(_) => "Kept(..)",
            Self::Passphrase(_) => "Passphrase(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_text_and_is_shown_nowhere_else() {
        let key = MasterKey::random();
        let text = key.to_text();
        let back = MasterKey::from_text(&format!("{}\n", *text)).expect("a key");
        assert_eq!(back.0.bytes(), key.0.bytes());
        assert!(MasterKey::from_text(&text[..62]).is_none(), "too short");
        assert!(MasterKey::from_text("not a key").is_none());
        assert_eq!(format!("{key:?}"), "MasterKey(..)");
        assert_eq!(format!("{:?}", KeySource::Key(&key)), "Key(..)");
    }
}
