//! The system's store: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use oneshot::Secret;

use super::source::{Keep, StoreFault};

/// What our entries are found by in it.
const SERVICE: &str = "proofbooth";

/// The system's store. Opened anew for each use, which is rare: a store that was started, unlocked or restarted
/// meanwhile is then found.
pub(super) struct System;

#[cfg(target_os = "linux")]
type Native = zbus_secret_service_keyring_store::Store;
#[cfg(target_os = "macos")]
type Native = apple_native_keyring_store::keychain::Store;
#[cfg(target_os = "windows")]
type Native = windows_native_keyring_store::Store;

fn entry(account: &str) -> Result<Entry, StoreFault> {
    let store: Arc<Native> = Native::new().map_err(|error| match fault(&error) {
        StoreFault::Failed(cause) => StoreFault::None(cause),
        fault => fault,
    })?;
    store.build(SERVICE, account, None).map_err(|error| fault(&error))
}

impl Keep for System {
    fn get(&self, account: &str) -> Result<Option<Secret>, StoreFault> {
        match entry(account)?.get_password() {
            Ok(value) => Ok(Some(Secret::new(value))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn set(&self, account: &str, value: &Secret) -> Result<(), StoreFault> {
        // EXPOSE: it is kept where the system keeps what must not be read by others.
        entry(account)?
            .set_password(value.expose())
            .map_err(|error| fault(&error))
    }

    fn clear(&self, account: &str) -> Result<bool, StoreFault> {
        match entry(account)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(fault(&error)),
        }
    }
}

/// What failed. An error that carries the bytes of an entry is told without them.
fn fault(error: &Error) -> StoreFault {
    match error {
        Error::NoStorageAccess(cause) => StoreFault::Locked(cause.to_string()),
        Error::PlatformFailure(cause) => StoreFault::Failed(cause.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            StoreFault::Failed("the entry is not text".to_owned())
        }
        Error::Ambiguous(entries) => StoreFault::Failed(format!("{} entries of one name", entries.len())),
        error => StoreFault::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_holds_is_not_in_the_cause() {
        let damaged = Error::BadEncoding(b"hunter2".to_vec());
        assert!(!format!("{:?}", fault(&damaged)).contains("104, 117"));
        let malformed = Error::BadDataFormat(b"hunter2".to_vec(), "no".into());
        assert_eq!(
            fault(&malformed),
            StoreFault::Failed("the entry is not text".to_owned())
        );
    }
}
