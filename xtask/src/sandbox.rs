//! The sandbox as a program of its own, for what is driven from outside Rust.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};

use anyhow::{Context as _, ensure};

use crate::command::{Call, target_folder};

/// Builds it. `profile` is the folder's name: `debug` or `release`.
pub fn build(profile: &str) -> Call {
    let call = Call::cargo("build --quiet --package oneshot-sandbox --bins");
    if profile == "release" {
        call.with(["--release"])
    } else {
        call
    }
}

/// Where it is then.
pub fn program(profile: &str) -> PathBuf {
    let name = format!("oneshot-sandbox{}", std::env::consts::EXE_SUFFIX);
    target_folder().join(profile).join(name)
}

/// A sandbox that runs until this is dropped.
pub struct Running {
    child: Child,
    /// Kept open: what it prints later must have somewhere to go.
    said: Option<BufReader<ChildStdout>>,
    /// The prefix of the current dialect.
    base: String,
    /// The prefix of the legacy dialect.
    legacy_base: String,
    /// An officer's token.
    token: String,
    /// The page's address, and that of everything that is not the API.
    root: String,
}

impl Running {
    /// Builds and starts it, with these options besides.
    pub fn start(options: &[&str]) -> anyhow::Result<Self> {
        let build = build("debug");
        println!("$ {build}");
        build.run()?;
        let call = Call::new(&program("debug").display().to_string(), options.iter().copied());
        let mut child = call.spawn(Stdio::piped())?;
        let said = child.stdout.take().context("its output is read")?;
        let mut running = Self {
            child,
            said: None,
            base: String::new(),
            legacy_base: String::new(),
            token: String::new(),
            root: String::new(),
        };
        let mut said = BufReader::new(said);
        let mut lines = said.by_ref().lines();
        let mut line = || {
            lines
                .next()
                .context("the sandbox did not start")?
                .context("its output broke off")
        };
        running.base = line()?;
        running.root = line()?.trim_end_matches('/').to_owned();
        running.legacy_base = line()?;
        running.token = line()?;
        running.said = Some(said);
        ensure!(
            running.base.starts_with("http://127.0.0.1:"),
            "the sandbox said something else than its address: {}",
            running.base
        );
        Ok(running)
    }

    /// What a script has to know of it: both prefixes, the root, the token.
    pub fn named(&self) -> [&str; 4] {
        [&self.base, &self.legacy_base, &self.root, &self.token]
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_by_itself = self.child.kill();
        let _nothing_left_to_know = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_where_it_is_built() {
        assert!(build("release").to_string().ends_with("--release"));
        assert!(!build("debug").to_string().contains("--release"));
        assert!(program("debug").display().to_string().contains("debug"));
    }
}
