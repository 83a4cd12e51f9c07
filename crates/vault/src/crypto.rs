//! The few cryptographic calls of this crate, each with its one use.
//!
//! Rows (wrapped keys, records) are sealed with AES-256-GCM-SIV under a random nonce: a nonce that repeats, as after a
//! machine was cloned with its random numbers, then shows no more than that two texts are the same. Objects have a key
//! of their own each and count their nonces; see [`crate::blob`].

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes an AEAD adds to what it seals.
pub(crate) const TAG_BYTES: usize = 16;

/// A key of 256 bits, wiped when it goes. On the heap, so that moving it leaves no copy behind.
#[derive(Clone)]
pub(crate) struct Key(Box<Zeroizing<[u8; KEY_BYTES]>>);

impl Key {
    /// A key nobody has had before.
    pub fn random() -> Self {
        let mut key = Self::zero();
        fill(&mut key.0[..]);
        key
    }

    /// The key of these bytes; `None` when they are not as many as a key has.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        (bytes.len() == KEY_BYTES).then(|| {
            key.0.copy_from_slice(bytes);
            key
        })
    }

    /// A key made in place by `fill`.
    pub fn filled<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Self::zero();
        fill(&mut key.0[..])?;
        Ok(key)
    }

    fn zero() -> Self {
        Self(Box::new(Zeroizing::new([0; KEY_BYTES])))
    }

    /// The key's bytes, for what must keep or wrap them.
    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    /// A key for one use, from this one (HKDF-SHA-256, RFC 5869).
    pub fn derive(&self, salt: &[u8], info: &[&[u8]]) -> Self {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                KEY_BYTES
            }
        }
        let pseudorandom = Salt::new(HKDF_SHA256, salt).extract(self.bytes());
        let mut key = Self::zero();
        pseudorandom
            .expand(info, Length)
            .and_then(|output| output.fill(&mut key.0[..]))
            .expect("32 bytes are one block of HKDF-SHA-256");
        key
    }

    /// Seals `plain` so that it opens only under the same `bound`: nonce, ciphertext, tag.
    pub fn seal(&self, bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + TAG_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .cipher()
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound),
                &mut sealed[NONCE_LEN..],
            )
            .expect("a row is far below the cipher's limit");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`Self::seal`] made; `None` when it is not that, or was sealed under another key or `bound`.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = Zeroizing::new(text.to_vec());
        let length = self
            .cipher()
            .open_in_place(nonce, Aad::from(bound), &mut plain)
            .ok()?
            .len();
        plain.truncate(length);
        Some(plain)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(
            UnboundKey::new(&AES_256_GCM_SIV, self.bytes()).expect("the key has the cipher's length"),
        )
    }
}

/// Random bytes from the system.
pub(crate) fn fill(bytes: &mut [u8]) {
    rand::fill(bytes).expect("the system gives random bytes: without them nothing may be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_key_and_place_only() {
        let (key, other) = (Key::random(), Key::random());
        let sealed = key.seal(b"here", b"text");
        assert_eq!(**key.open(b"here", &sealed).expect("opened"), *b"text");
        assert!(key.open(b"there", &sealed).is_none());
        assert!(other.open(b"here", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(key.open(b"here", &flipped).is_none(), "byte {at}");
            assert!(key.open(b"here", &sealed[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn each_use_has_a_key_of_its_own() {
        let key = Key::random();
        let one = key.derive(b"", &[b"one"]);
        assert_eq!(one.bytes(), key.derive(b"", &[b"one"]).bytes());
        assert_ne!(one.bytes(), key.derive(b"", &[b"two"]).bytes());
        assert_ne!(one.bytes(), key.derive(b"salt", &[b"one"]).bytes());
        assert_ne!(one.bytes(), key.bytes());
    }
}
