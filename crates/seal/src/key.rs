//! The key of a device, and signatures made with it: Ed25519 (RFC 8032) by `aws-lc-rs`, which the program carries
//! anyway; no second implementation of the same curve has to be trusted.

use aws_lc_rs::rand;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Everything before the 32 bytes of the key in PKCS #8 version 1 (RFC 8410, section 7).
const PKCS8: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// Everything before the 32 bytes of the key in a `SubjectPublicKeyInfo` (RFC 8410, section 4).
const SPKI: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const PEM_END: &str = "\n-----END PUBLIC KEY-----\n";

/// What is wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no Ed25519 key in PKCS #8.
    #[error("not an Ed25519 key in PKCS #8")]
    NotAKey,
    /// The text is no Ed25519 public key.
    #[error("not an Ed25519 public key: PEM, or 64 hexadecimal digits")]
    NotAPublicKey,
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    NoRandom,
}

/// The secret key of a device: whoever has it can seal in its name. `Debug` hides it.
pub struct DeviceKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
}

impl DeviceKey {
    /// A new one.
    ///
    /// # Errors
    /// [`KeyError::NoRandom`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        rand::fill(seed.as_mut_slice()).map_err(|_| KeyError::NoRandom)?;
        Self::of(seed)
    }

    /// The key that [`DeviceKey::to_pkcs8`] wrote, or `openssl genpkey -algorithm ed25519 -outform DER`.
    ///
    /// # Errors
    /// [`KeyError::NotAKey`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let seed = der.strip_prefix(&PKCS8).ok_or(KeyError::NotAKey)?;
        let seed: &[u8; 32] = seed.try_into().map_err(|_| KeyError::NotAKey)?;
        Self::of(Zeroizing::new(*seed))
    }

    fn of(seed: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| KeyError::NotAKey)?;
        Ok(Self { seed, pair })
    }

    /// The key as PKCS #8 in DER, 48 bytes, for the vault or the system's store of secrets.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        // Reserved at once: growing would leave a copy behind.
        let mut der = Zeroizing::new(Vec::with_capacity(PKCS8.len() + 32));
        der.extend_from_slice(&PKCS8);
        der.extend_from_slice(self.seed.as_slice());
        der
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let bytes = self.pair.public_key().as_ref();
        PublicKey(bytes.try_into().expect("an Ed25519 public key is 32 bytes"))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        let signature = self.pair.sign(message);
        Signature(
            signature
                .as_ref()
                .try_into()
                .expect("an Ed25519 signature is 64 bytes"),
        )
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey({})", self.public())
    }
}

/// The public key of a device. Shown as 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The length of [`PublicKey::to_pem`]'s answer in bytes.
    pub(crate) const PEM_BYTES: u64 = 113;

    /// The key as PEM (RFC 8410), as it lies in a bundle.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let der = [SPKI.as_slice(), &self.0].concat();
        format!("{PEM_BEGIN}{}{PEM_END}", STANDARD.encode(der))
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(message, &signature.0)
            .is_ok()
    }

    fn from_pem(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?;
        let der = STANDARD.decode(body).ok()?;
        der.strip_prefix(&SPKI)?.try_into().ok().map(Self)
    }

    /// The key from exactly the bytes that [`PublicKey::to_pem`] writes.
    pub(crate) fn from_exact_pem(bytes: &[u8]) -> Option<Self> {
        let key = Self::from_pem(std::str::from_utf8(bytes).ok()?)?;
        (key.to_pem().as_bytes() == bytes).then_some(key)
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::str::FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if let Ok(bytes) = hex::decode(text) {
            return bytes.try_into().map(Self).map_err(|_| KeyError::NotAPublicKey);
        }
        let lines = text.replace("\r\n", "\n");
        Self::from_pem(&format!("{lines}\n")).ok_or(KeyError::NotAPublicKey)
    }
}

/// An Ed25519 signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub(crate) [u8; 64]);
