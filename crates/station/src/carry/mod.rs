//! Sealed evidence, on its way to the files or to another machine.
//!
//! What happens, in order, when a case is handed over: the case is marked, and stored so; from then on nothing sends it
//! here. The bundle is written beside its target, encrypted to the one machine that is to deliver it, synced, and gets
//! its name. There it is verified and taken into the vault in one step, and its hand-over remembered for good. So one
//! machine at a time delivers a case: the one whose key opens the bundle, once. Where the bundle surely was not written,
//! the case is taken back by itself; otherwise only a person can, who vouches that nobody has it.
//!
//! A copy for the files is written the same way, and taken in by nobody.

mod export;
mod import;
mod keys;
mod stamp;
mod target;

pub use export::{Export, Exported, Purpose};
