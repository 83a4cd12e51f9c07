//! Running other programs: what is run can be printed, and a failure names the command to repeat by hand.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, bail};

/// One program with its arguments, run from the repository's root unless told otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

impl Call {
    /// The program with these arguments.
    pub fn new<A: Into<String>>(program: &str, arguments: impl IntoIterator<Item = A>) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            folder: crate::root(),
            variables: Vec::new(),
        }
    }

    /// A cargo command given as one line, split at spaces.
    pub fn cargo(line: &str) -> Self {
        Self::new("cargo", line.split_whitespace())
    }

    /// An npm command given as one line, run in `ui/`.
    pub fn npm(line: &str) -> Self {
        // On Windows npm is a batch file, and only found by its whole name.
        let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Self::new(program, line.split_whitespace()).within(&crate::root().join("ui"))
    }

    /// Further arguments.
    pub fn with<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs in this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// Sets an environment variable.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same call made by another program, as `sudo` takes one.
    pub fn under<A: Into<String>>(self, program: &str, arguments: impl IntoIterator<Item = A>) -> Self {
        let Self {
            program: inner,
            arguments: rest,
            folder,
            variables,
        } = self;
        let mut arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
        arguments.push(inner);
        arguments.extend(rest);
        Self {
            program: program.to_owned(),
            arguments,
            folder,
            variables,
        }
    }

    /// Runs with output passed through, and fails unless the program succeeds.
    pub fn run(&self) -> anyhow::Result<()> {
        let status = self.status()?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Runs with output passed through, and says how it ended.
    pub fn status(&self) -> anyhow::Result<ExitStatus> {
        self.command()
            .status()
            .with_context(|| format!("`{}` could not be started", self.program))
    }

    /// Starts it and goes on; what it prints goes to `output`.
    pub fn spawn(&self, output: Stdio) -> anyhow::Result<Child> {
        self.command()
            .stdin(Stdio::null())
            .stdout(output)
            .spawn()
            .with_context(|| format!("`{}` could not be started", self.program))
    }

    /// Runs quietly. Gives whether it succeeded, and what it printed on both outputs. `None` when the program
    /// is not there.
    pub fn output(&self) -> Option<(bool, String)> {
        let output = self.command().stdin(Stdio::null()).output().ok()?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Some((output.status.success(), text))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        // `cargo xtask` leaves its own package's variables behind; a cargo started from here must see what one
        // started by hand sees, or build scripts that watch them run again for nothing.
        for (name, _) in std::env::vars_os() {
            if left_by_cargo(&name) {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn left_by_cargo(variable: &OsStr) -> bool {
    variable.to_str().is_some_and(|name| {
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|start| name.starts_with(start))
    })
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            write!(out, "{name}={value} ")?;
        }
        out.write_str(&self.program)?;
        for argument in &self.arguments {
            if argument.is_empty()
                || argument.contains(|c: char| c.is_whitespace() || "()'\"&|*$".contains(c))
            {
                write!(out, " '{argument}'")?;
            } else {
                write!(out, " {argument}")?;
            }
        }
        Ok(())
    }
}

/// Where cargo puts what it builds.
pub fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => crate::root().join(folder),
        None => crate::root().join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_printed_as_it_would_be_typed() {
        let call = Call::cargo("nextest run")
            .with(["-E", "not package(e2e)"])
            .variable("CI", "1");
        assert_eq!(call.to_string(), "CI=1 cargo nextest run -E 'not package(e2e)'");
    }

    #[test]
    fn a_wrapped_call_keeps_its_arguments_and_variables() {
        let call = Call::cargo("fetch")
            .with(["a b"])
            .variable("A", "b")
            .under("sudo", ["-n"]);
        assert_eq!(call.to_string(), "A=b sudo -n cargo fetch 'a b'");
    }

    #[test]
    fn only_what_cargo_left_behind_is_removed() {
        assert!(left_by_cargo(OsStr::new("CARGO_PKG_NAME")));
        assert!(left_by_cargo(OsStr::new("CARGO_MANIFEST_DIR")));
        assert!(!left_by_cargo(OsStr::new("CARGO_TARGET_DIR")));
        assert!(!left_by_cargo(OsStr::new("CARGO_HOME")));
    }

    #[test]
    fn a_program_that_is_not_there_is_told_apart_from_one_that_fails() {
        assert_eq!(Call::new("no-such-program-anywhere", ["x"]).output(), None);
        let (succeeded, said) = Call::cargo("no-such-subcommand")
            .output()
            .expect("cargo runs this test");
        assert!(!succeeded);
        assert!(said.contains("no-such-subcommand"), "the message is kept: {said}");
    }
}
