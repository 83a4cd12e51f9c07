//! Secrets of the program: kept here, so that no second place holds a key.

use evidence::HandoverId;
use zeroize::Zeroizing;

use super::{Inner, Vault, rows};
use crate::StoreError;
use crate::crypto::Key;

impl Vault {
    /// The secret kept as `name`, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is not what was kept, or the disk refuses.
    pub fn secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let sealed = rows::secret(&self.inner.db.lock(), name)?;
        sealed.map(|sealed| self.inner.opened(name, &sealed)).transpose()
    }

    /// Keeps a secret unless one of that name is kept: then that one is the answer, whichever program was first. A
    /// secret is never replaced.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what is kept is not what was kept, no room, or the disk refuses.
    pub fn keep_secret(&self, name: &str, secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.inner.commit(|db| match rows::secret(db, name)? {
            Some(sealed) => self.inner.opened(name, &sealed),
            None => {
                let sealed = self.inner.secrets_key().seal(&bound(name), secret);
                rows::insert_secret(db, name, &sealed)?;
                Ok(Zeroizing::new(secret.to_vec()))
            }
        })
    }
}

impl Inner {
    fn opened(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.secrets_key()
            .open(&bound(name), sealed)
            .ok_or_else(|| StoreError::Damaged(format!("secret {name}")))
    }

    /// What is wrong with the secrets and the hand-overs that were taken in.
    pub(super) fn damaged_secrets(&self) -> Result<Vec<StoreError>, StoreError> {
        let db = self.db.lock();
        let secrets = rows::secrets(&db)?;
        let handovers = rows::taken_in(&db)?;
        drop(db);
        let secrets = secrets
            .iter()
            .filter_map(|(name, sealed)| self.opened(name, sealed).err());
        let handovers = handovers
            .iter()
            .filter(|(id, seal)| self.secrets_key().open(&handover_bound(*id), seal).is_none())
            .map(|(id, _)| StoreError::Damaged(format!("hand-over {id}")));
        Ok(secrets.chain(handovers).collect())
    }

    /// Says that a hand-over was really taken in: a changed row would let it in again.
    pub(super) fn handover_seal(&self, handover: HandoverId) -> Vec<u8> {
        self.secrets_key().seal(&handover_bound(handover), b"")
    }

    fn secrets_key(&self) -> Key {
        self.master.0.derive(b"", &[b"proofbooth secrets"])
    }
}

/// What a secret is bound to: put in the place of another, it does not open.
fn bound(name: &str) -> Vec<u8> {
    [b"proofbooth secret ", name.as_bytes()].concat()
}

fn handover_bound(handover: HandoverId) -> Vec<u8> {
    [b"proofbooth hand-over ", handover.0.as_bytes().as_slice()].concat()
}
