//! The program, from its start to its end.

use std::time::Duration;

use anyhow::Result;
use station::{Booth, Problem, Settings};
use tokio::runtime::Runtime;

use crate::material::said;

/// A running program: a booth, and the threads it works on.
pub struct Life {
    pub runtime: Runtime,
    pub booth: Booth,
}

impl Life {
    /// Starts it.
    pub fn begin(settings: &Settings) -> Result<Self> {
        Self::attempt(settings)?.map_err(said)
    }

    /// Starts it; a problem is what a person is told when it does not start.
    pub fn attempt(settings: &Settings) -> Result<Result<Self, Problem>> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let opened = runtime.block_on(Booth::open(settings.clone()));
        Ok(opened.map(|booth| Self { runtime, booth }))
    }

    /// The end without warning: whatever was under way stops where it waits.
    pub fn kill(self) {
        let Self { runtime, booth } = self;
        drop(booth);
        runtime.shutdown_timeout(Duration::from_secs(20));
    }
}
