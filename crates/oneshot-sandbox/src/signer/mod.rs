//! What a trust service does behind the API: certificates for one person and one day, PAdES signatures, the contract.
//!
//! The authority is thrown away with the sandbox: its keys are made at start and leave no trace, and nobody trusts it who
//! was not handed [`Authority::ca_pem`]. The signatures are real all the same (ETSI EN 319 142-1, level B-B with a
//! signature time stamp on top, which makes B-T), so that a validator which knows nothing of the sandbox accepts them
//! when it is told to trust this authority.
//!
//! A document is signed by appending to it (ISO 32000-2, 7.5.6): what was uploaded stays byte for byte the beginning
//! of what is handed back. Anything that cannot be appended to soundly is refused, never repaired.

mod appearance;
mod authority;
mod cms;
mod contract;
mod pades;
mod update;

#[cfg(test)]
mod tests;

pub(crate) use authority::{Authority, Subject};
pub(crate) use pades::Stamp;
