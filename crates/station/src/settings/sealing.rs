//! Sealed bundles: who can open them, whose are taken in, and who stamps them with the time.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sealing: what a case was, signed by this device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SealSettings {
    /// Address of a time stamp authority (RFC 3161), for example `https://tsa.example/`. It is sent a digest and nothing
    /// else. Left out: bundles carry no time stamp.
    pub tsa: Option<String>,
    /// Without its time stamp no bundle is made. Otherwise an authority that does not answer is told of, and the bundle
    /// goes without.
    pub tsa_required: bool,
    /// PEM file with the certificates of the authorities whose time stamps are good. Left out: any that holds is taken,
    /// and whoever verifies the bundle decides.
    pub tsa_authorities: Option<PathBuf>,
}

/// Sealed bundles made here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExportSettings {
    /// Who can open a bundle where no recipient is given with it: `age1…`, as `proofbooth identity` prints them there.
    pub recipients: Vec<String>,
}

/// Sealed bundles of other machines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImportSettings {
    /// The devices whose bundles are taken in: 64 hexadecimal digits each, as `proofbooth device-key` prints them there.
    pub devices: Vec<String>,
}
