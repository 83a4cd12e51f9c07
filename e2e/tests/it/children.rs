//! Programs the tests start, each gone with everything it started when the test ends, however it ends.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// How long a program may take to say that it is ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program to start.
#[derive(Default)]
pub struct Program<'a> {
    pub name: &'a str,
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
}

/// A running program, leader of a process group of its own.
pub struct Child {
    child: std::process::Child,
    name: String,
}

impl Child {
    /// Starts it, what it says going to `<folder>/<program>.log`.
    pub fn start(program: &Program<'_>, folder: &Path) -> anyhow::Result<Self> {
        Self::spawn(program, folder, None)
    }

    /// Starts it and waits for the first line it prints.
    pub fn start_and_hear(program: &Program<'_>, folder: &Path) -> anyhow::Result<(Self, String)> {
        let mut child = Self::spawn(program, folder, Some(Stdio::piped()))?;
        let stdout = child.child.stdout.take().context("stdout is piped")?;
        let line = first_line(stdout).with_context(|| format!("{} said nothing", child.name))?;
        Ok((child, line))
    }

    fn spawn(program: &Program<'_>, folder: &Path, stdout: Option<Stdio>) -> anyhow::Result<Self> {
        let log = || {
            let path = folder.join(format!("{}.log", program.name));
            File::options().create(true).append(true).open(path)
        };
        // Killed by the kernel where the test itself is killed and has no time to.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", program.name])
            .args(&program.arguments)
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XAUTHORITY")
            .stdin(Stdio::null())
            .stdout(stdout.map_or_else(|| log().map(Stdio::from), Ok)?)
            .stderr(log()?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} does not start", program.name))?;
        Ok(Self {
            child,
            name: program.name.to_owned(),
        })
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The group, so that what the program started goes with it.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}

fn first_line(stdout: impl Read + Send + 'static) -> anyhow::Result<String> {
    let (sender, receiver) = sync_channel(1);
    std::thread::Builder::new()
        .name("first-line".to_owned())
        .spawn(move || {
            let mut line = String::new();
            let mut reader = BufReader::new(stdout);
            let read = reader.read_line(&mut line).map(|_| line);
            let _ = sender.send(read);
            // Read on, so that the program never meets a closed or a full pipe.
            let _ = std::io::copy(&mut reader, &mut std::io::sink());
        })?;
    let line = receiver.recv_timeout(PATIENCE).context("not ready in time")??;
    match line.trim() {
        "" => bail!("it ended at once: is it installed? (`cargo xtask test` says what is needed)"),
        line => Ok(line.to_owned()),
    }
}
