//! Opening the vault: which key, and what to say when it does not fit.
//!
//! Without other settings the key lies in the system's store of credentials. Where there is none, a passphrase takes its
//! place: the first one ever typed becomes the passphrase. Practice keeps its key in a file: its cases are nobody's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use evidence::{Code, Problem, TryAgain};
use oneshot::Secret;
use vault::keys::{KeyFile, KeySource, KeyStore, MasterKey, Passphrase};
use vault::{StoreError, Vault};

use crate::credentials::{Keep, StoreFault};
use crate::{KeyChoice, Settings, problems};

/// The variable of the environment a passphrase may come in.
const VARIABLE: &str = "PROOFBOOTH_VAULT_PASSPHRASE";

/// Opens the vault in `folder`, or makes it. Blocks: a person may be asked to unlock the system's store.
///
/// # Errors
/// [`Code::VaultLocked`] or [`Code::PassphraseUnset`] when a passphrase is needed, and whatever keeps the key or the vault from being had.
pub(crate) fn open(settings: &Settings, folder: &Path) -> Result<Vault, Problem> {
    match settings.vault.key {
        KeyChoice::File => with_file(settings, folder),
        KeyChoice::Keyring => with_keyring(settings, folder),
        KeyChoice::Passphrase => with_passphrase(settings, folder),
        KeyChoice::Auto if passphrase(settings).is_some() => with_passphrase(settings, folder),
        KeyChoice::Auto if settings.practice => with_file(settings, folder),
        KeyChoice::Auto => match with_keyring(settings, folder) {
            // No store at all, and nothing was ever locked with one: a passphrase will do.
            Err(problem) if problem.code == Code::CredentialStore && !Vault::exists(folder) => {
                Err(without_passphrase(folder))
            }
            opened => opened,
        },
    }
}

/// Whether somebody's passphrase opens the vault; any other key is there by itself.
pub(crate) fn is_by_passphrase(settings: &Settings) -> bool {
    match settings.vault.key {
        KeyChoice::Passphrase => true,
        KeyChoice::Auto => passphrase(settings).is_some(),
        KeyChoice::Keyring | KeyChoice::File => false,
    }
}

fn with_file(settings: &Settings, folder: &Path) -> Result<Vault, Problem> {
    let disk = settings.vault.disk.clone();
    let beside = || folder.with_extension("key");
    let path: PathBuf = settings.vault.key_file.clone().unwrap_or_else(beside);
    let key_file = KeyFile::new(path).on(disk.clone());
    opened(Vault::open_on(disk, folder, KeySource::Kept(&key_file)))
}

fn with_keyring(settings: &Settings, folder: &Path) -> Result<Vault, Problem> {
    let disk = settings.vault.disk.clone();
    let kept = InKeyring {
        store: settings.secrets.store(),
        account: format!("vault@{}", folder.display()),
    };
    opened(Vault::open_on(disk, folder, KeySource::Kept(&kept)))
}

fn with_passphrase(settings: &Settings, folder: &Path) -> Result<Vault, Problem> {
    let given = passphrase(settings).ok_or_else(|| without_passphrase(folder))?;
    let disk = settings.vault.disk.clone();
    // EXPOSE: stretched into a key, and gone.
    let passphrase = Passphrase::new(given.expose()).ok_or_else(|| {
        Problem::new(Code::PassphraseShort, TryAgain::AfterChange)
            .because(format!("at least {} characters", Passphrase::SHORTEST))
    })?;
    opened(Vault::open_on(disk, folder, KeySource::Passphrase(&passphrase)))
}

fn passphrase(settings: &Settings) -> Option<Secret> {
    settings
        .passphrase
        .clone()
        .or_else(|| settings.secrets.variable(VARIABLE))
}

/// Whoever chooses a passphrase is asked for it twice; whoever unlocks what is there is not.
fn without_passphrase(folder: &Path) -> Problem {
    let code = if Vault::exists(folder) {
        Code::VaultLocked
    } else {
        Code::PassphraseUnset
    };
    Problem::new(code, TryAgain::AfterChange)
}

fn opened(vault: Result<Vault, StoreError>) -> Result<Vault, Problem> {
    vault.map_err(|error| match error {
        // A folder that is not there where one was to be made.
        StoreError::Missing => problems::from_store(&StoreError::Disk(std::io::ErrorKind::NotFound)),
        StoreError::KeyStore(cause) => {
            Problem::new(Code::CredentialStore, TryAgain::AfterChange).because(cause)
        }
        error => problems::from_store(&error),
    })
}

/// The key in the system's store of credentials.
struct InKeyring {
    store: Arc<dyn Keep>,
    account: String,
}

impl KeyStore for InKeyring {
    fn load(&self) -> Result<Option<MasterKey>, StoreError> {
        let Some(kept) = self.store.get(&self.account).map_err(|fault| failed(&fault))? else {
            return Ok(None);
        };
        // EXPOSE: it is the key.
        MasterKey::from_text(kept.expose())
            .map(Some)
            .ok_or_else(|| StoreError::KeyStore("the entry is no key".to_owned()))
    }

    fn save(&self, key: &MasterKey) -> Result<(), StoreError> {
        let text = Secret::new(key.to_text().to_string());
        self.store
            .set(&self.account, &text)
            .map_err(|fault| failed(&fault))
    }
}

fn failed(fault: &StoreFault) -> StoreError {
    StoreError::KeyStore(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Source;

    #[test]
    fn a_machine_without_a_store_of_credentials_has_a_passphrase_chosen_once_and_typed_at_every_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            secrets: Source::locked(),
            ..Settings::default()
        };
        let refused = |settings: &Settings| open(settings, folder.path()).err().map(|problem| problem.code);
        assert_eq!(refused(&settings), Some(Code::PassphraseUnset));
        let typed = settings
            .clone()
            .unlocked_with(Secret::from("correct horse battery".to_owned()));
        drop(open(&typed, folder.path()).expect("chosen"));
        assert_eq!(refused(&settings), Some(Code::VaultLocked));
        assert_eq!(refused(&typed), None);
    }
}
