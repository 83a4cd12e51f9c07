use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::Disk;

/// What the evidence on this machine is locked with.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VaultSettings {
    /// Where the key is. Whoever has it and the disk has the evidence.
    pub key: KeyChoice,
    /// With `key = "file"`: the file. By default one beside the folder of the cases.
    pub key_file: Option<PathBuf>,
    /// How what is kept gets to the disk: as it should, or failing as a test wants it.
    #[serde(skip)]
    pub disk: Disk,
}

/// Where the key of the evidence is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyChoice {
    /// In the system's store of credentials; where there is none, under a passphrase that is asked for at every start. In
    /// practice, in a file.
    #[default]
    Auto,
    /// In the system's store of credentials, or nowhere.
    Keyring,
    /// In the vault itself, under a passphrase: typed into the window, or `PROOFBOOTH_VAULT_PASSPHRASE`.
    Passphrase,
    /// In a file, for a kiosk that must start with nobody there. Whoever has file and disk has the evidence.
    File,
}
