//! The two keys of this machine, kept in the vault: one to sign with, one to open what was encrypted to it.

use evidence::{Problem, TryAgain};
use seal::{DeviceKey, Identity, PublicKey, Recipient};
use vault::StoreError;
use zeroize::Zeroizing;

use crate::booth::Booth;
use crate::{Code, problems};

/// The names the secrets have in the vault: a stored form.
const DEVICE_KEY: &str = "device key";
const IDENTITY: &str = "identity";

impl Booth {
    /// The public key of this device, with which anybody verifies what it sealed. Its secret half is made when it is
    /// first asked for, and never leaves the vault.
    ///
    /// # Errors
    /// The vault cannot be read or written.
    pub async fn device_key(&self) -> Result<PublicKey, Problem> {
        Ok(self.signing_key().await?.public())
    }

    /// The recipient (`age1…`) others encrypt bundles to that are for this machine. Its secret half is made when it is
    /// first asked for, and never leaves the vault.
    ///
    /// # Errors
    /// The vault cannot be read or written.
    pub async fn recipient(&self) -> Result<String, Problem> {
        let text = self
            .with_vault(|vault| match vault.secret(IDENTITY)? {
                Some(kept) => Ok(kept),
                None => vault.keep_secret(IDENTITY, Identity::generate().to_text().as_bytes()),
            })
            .await?;
        Ok(identity(&text)?.recipient().to_string())
    }

    /// The identity of this machine, if it was ever asked for: without, nothing was encrypted to it.
    pub(super) async fn identity(&self) -> Result<Option<Identity>, Problem> {
        let kept = self.with_vault(|vault| vault.secret(IDENTITY)).await?;
        kept.as_ref().map(identity).transpose()
    }

    pub(super) async fn signing_key(&self) -> Result<DeviceKey, Problem> {
        let der = self
            .with_vault(|vault| match vault.secret(DEVICE_KEY)? {
                Some(kept) => Ok(kept),
                None => {
                    let key =
                        DeviceKey::generate().map_err(|error| StoreError::KeyStore(error.to_string()))?;
                    vault.keep_secret(DEVICE_KEY, &key.to_pkcs8())
                }
            })
            .await?;
        DeviceKey::from_pkcs8(&der).map_err(|_| damaged(DEVICE_KEY))
    }
}

fn identity(kept: &Zeroizing<Vec<u8>>) -> Result<Identity, Problem> {
    let text = std::str::from_utf8(kept).ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| damaged(IDENTITY))
}

fn damaged(name: &str) -> Problem {
    problems::from_store(&StoreError::Damaged(format!("secret {name}")))
}

/// The recipients that these texts name.
pub(super) fn recipients(texts: &[String]) -> Result<Vec<Recipient>, Problem> {
    texts
        .iter()
        .map(|text| text.parse().map_err(|error| wrong(text, error)))
        .collect()
}

/// The devices that these texts name.
pub(super) fn devices<'a>(texts: impl Iterator<Item = &'a String>) -> Result<Vec<PublicKey>, Problem> {
    texts
        .map(|text| text.parse().map_err(|error| wrong(text, error)))
        .collect()
}

fn wrong(text: &str, error: impl std::fmt::Display) -> Problem {
    // A key is public; what was pasted in its place may not be.
    let shown: String = text.trim().chars().take(8).collect();
    Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(format!("{shown}…: {error}"))
}
