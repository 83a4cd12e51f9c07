//! The places secrets come from, as something a test can stand in for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use oneshot::Secret;
use parking_lot::Mutex;

use super::system::System;

/// Why a store of credentials cannot be used. Says nothing of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreFault {
    /// There is none, or none is running for this user.
    #[error("there is no store of credentials: {0}")]
    None(String),
    /// It is locked, and was not unlocked.
    #[error("the store of credentials is locked, or denies access: {0}")]
    Locked(String),
    /// It failed, or holds something that is no credential of ours.
    #[error("the store of credentials failed: {0}")]
    Failed(String),
}

/// A store of credentials. Calls may block: a person may be asked to unlock it.
pub(crate) trait Keep: Send + Sync {
    fn get(&self, account: &str) -> Result<Option<Secret>, StoreFault>;
    fn set(&self, account: &str, value: &Secret) -> Result<(), StoreFault>;
    /// True: there was one.
    fn clear(&self, account: &str) -> Result<bool, StoreFault>;
}

type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The environment and a store. Cheap to clone: all clones are the same.
#[derive(Clone)]
pub struct Source {
    variables: Variables,
    store: Arc<dyn Keep>,
}

impl Default for Source {
    /// The environment of this program and the system's store.
    fn default() -> Self {
        Self {
            variables: Arc::new(|name| std::env::var(name).ok()),
            store: Arc::new(System),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source(..)")
    }
}

impl Source {
    /// Variables as given and a store in memory, gone with the last clone: for tests.
    #[must_use]
    pub fn in_memory<const N: usize>(variables: [(&str, &str); N]) -> Self {
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let variables = BTreeMap::from(variables);
        Self {
            variables: Arc::new(move |name| variables.get(name).cloned()),
            store: Arc::new(Memory::default()),
        }
    }

    /// No variables, and a store that is locked.
    #[cfg(test)]
    pub(crate) fn locked() -> Self {
        Self {
            variables: Arc::new(|_| None),
            store: Arc::new(Locked),
        }
    }

    /// What a variable holds; an empty one is none.
    pub(crate) fn variable(&self, name: &str) -> Option<Secret> {
        (self.variables)(name)
            .filter(|text| !text.is_empty())
            .map(Secret::new)
    }

    pub(crate) fn store(&self) -> Arc<dyn Keep> {
        Arc::clone(&self.store)
    }
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Secret>>);

impl Keep for Memory {
    fn get(&self, account: &str) -> Result<Option<Secret>, StoreFault> {
        Ok(self.0.lock().get(account).cloned())
    }

    fn set(&self, account: &str, value: &Secret) -> Result<(), StoreFault> {
        self.0.lock().insert(account.to_owned(), value.clone());
        Ok(())
    }

    fn clear(&self, account: &str) -> Result<bool, StoreFault> {
        Ok(self.0.lock().remove(account).is_some())
    }
}

#[cfg(test)]
struct Locked;

#[cfg(test)]
impl Keep for Locked {
    fn get(&self, _: &str) -> Result<Option<Secret>, StoreFault> {
        Err(StoreFault::Locked("no".to_owned()))
    }

    fn set(&self, _: &str, _: &Secret) -> Result<(), StoreFault> {
        Err(StoreFault::Locked("no".to_owned()))
    }

    fn clear(&self, _: &str) -> Result<bool, StoreFault> {
        Err(StoreFault::Locked("no".to_owned()))
    }
}
