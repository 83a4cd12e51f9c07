//! A passphrase, and the key that is stretched from it.

use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::crypto::Key;

/// Bytes of salt, as RFC 9106 recommends.
pub(crate) const SALT: usize = 16;

/// A passphrase, wiped from memory when it goes. Composed characters are one however they were typed (Unicode NFC), so
/// that another keyboard or system opens the same vault.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The fewest characters a passphrase has (NIST SP 800-63B, section 3.1.1.2, for one that is not the only factor).
    pub const SHORTEST: usize = 8;

    /// The passphrase; `None` when it is too short to be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // Composing makes no text longer than three times its bytes: the buffer does not grow and leave a copy.
        let mut composed = Zeroizing::new(String::with_capacity(3 * text.len()));
        composed.extend(text.nfc());
        (composed.chars().count() >= Self::SHORTEST).then_some(Self(composed))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// What stretching costs. Kept in the vault as text, `m=65536,t=3,p=4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Memory in KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// What a new passphrase is stretched with: RFC 9106, section 4, second recommended option (2^16 KiB, 3 passes, 4
    /// lanes), about half a second here.
    pub const NOW: Self = Self {
        memory: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// More than this is no cost of ours, and would make a changed row into a machine that hangs.
    const MOST: Self = Self {
        memory: 1024 * 1024,
        passes: 16,
        lanes: 16,
    };

    pub fn from_stored(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let mut number = |name: &str| parts.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let cost = Self {
            memory: number("m=")?,
            passes: number("t=")?,
            lanes: number("p=")?,
        };
        let most = Self::MOST;
        let sensible = cost.memory <= most.memory && cost.passes <= most.passes && cost.lanes <= most.lanes;
        (sensible && parts.next().is_none()).then_some(cost)
    }

    pub fn to_stored(self) -> String {
        format!("m={},t={},p={}", self.memory, self.passes, self.lanes)
    }

    /// True when a key stretched with this should be stretched anew.
    pub fn is_outdated(self) -> bool {
        self.memory < Self::NOW.memory || self.passes < Self::NOW.passes
    }
}

/// The key that wraps the master key: Argon2id (RFC 9106).
pub(crate) fn stretch(passphrase: &Passphrase, salt: &[u8], cost: Cost) -> Result<Key, StoreError> {
    Key::filled(|key| {
        let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(key.len()))?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
            passphrase.0.as_bytes(),
            salt,
            key,
        )
    })
    .map_err(|_: argon2::Error| StoreError::Damaged("passphrase row".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn the_same_passphrase_gives_the_same_key_however_it_is_typed() {
        let composed = Passphrase::new("contrase\u{f1}a").expect("long enough");
        let combined = Passphrase::new("contrasen\u{303}a").expect("long enough");
        let key = |passphrase, salt| stretch(passphrase, salt, CHEAP).expect("stretched");
        assert_eq!(
            key(&composed, &[1; SALT]).bytes(),
            key(&combined, &[1; SALT]).bytes()
        );
        assert_ne!(
            key(&composed, &[1; SALT]).bytes(),
            key(&composed, &[2; SALT]).bytes()
        );
        assert!(Passphrase::new("contras").is_none(), "seven are too few");
    }

    #[test]
    fn a_cost_comes_back_from_what_is_stored() {
        assert_eq!(Cost::from_stored(&Cost::NOW.to_stored()), Some(Cost::NOW));
        assert!(!Cost::NOW.is_outdated());
        assert!(CHEAP.is_outdated());
        for nonsense in [
            "",
            "m=8",
            "m=8,t=1,p=1,x=1",
            "m=4294967295,t=3,p=1",
            "m=8,t=-1,p=1",
        ] {
            assert_eq!(Cost::from_stored(nonsense), None, "{nonsense}");
        }
    }
}
