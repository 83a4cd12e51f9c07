//! How much room is left for what has begun.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The room on the disk that a new case may not touch: what has begun can be finished in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DiskSettings {
    /// Megabytes (1,000,000 bytes). Below it no new case begins. 0: no reserve.
    pub reserve_mb: u64,
    /// How free space is read: from the system, or what a test says.
    #[serde(skip)]
    pub free: FreeSpace,
}

impl Default for DiskSettings {
    fn default() -> Self {
        Self {
            reserve_mb: 2048,
            free: FreeSpace::default(),
        }
    }
}

/// Reads how many bytes this user may still write where a folder is.
#[derive(Clone)]
pub struct FreeSpace(Arc<Reading>);

type Reading = dyn Fn(&Path) -> io::Result<u64> + Send + Sync;

impl FreeSpace {
    /// A reading of another kind than the system's.
    pub fn told_by(reading: impl Fn(&Path) -> io::Result<u64> + Send + Sync + 'static) -> Self {
        Self(Arc::new(reading))
    }

    /// Bytes free where `folder` is.
    ///
    /// # Errors
    /// The system does not say.
    pub(crate) fn at(&self, folder: &Path) -> io::Result<u64> {
        (self.0)(folder)
    }
}

impl Default for FreeSpace {
    fn default() -> Self {
        Self::told_by(|folder| fs4::available_space(folder))
    }
}

impl fmt::Debug for FreeSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreeSpace")
    }
}

/// Two ways to read are never compared: settings are equal where what is written in them is.
impl PartialEq for FreeSpace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for FreeSpace {}
