//! The sandbox over real HTTP, with raw bodies: no client of ours in between.
#![expect(clippy::unwrap_used, reason = "what fails in a test's helper fails the test")]

mod booth;
mod case;
mod desk;
mod faults;
mod pages;
mod path;
#[cfg(feature = "bin")]
mod program;
mod refusals;
mod shelf;
mod signing;
mod surface;
mod webhooks;
mod whole;
