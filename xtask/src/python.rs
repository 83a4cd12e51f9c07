//! Virtual environments with what is held against us and was not written by us: judges and readers.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{Call, target_folder};

/// What an environment holds: a file of pinned versions in [`scripts`].
#[derive(Clone, Copy)]
pub struct Tools {
    file: &'static str,
    requirements: &'static str,
}

/// What holds the sandbox to its promises: pyHanko and schemathesis.
pub const JUDGES: Tools = Tools {
    file: "requirements.txt",
    requirements: include_str!("../python/requirements.txt"),
};

/// What reads documents beside us: PassportEye.
pub const READERS: Tools = Tools {
    file: "requirements-read.txt",
    requirements: include_str!("../python/requirements-read.txt"),
};

/// What computes the networks of faces beside us: onnxruntime.
pub const FACES: Tools = Tools {
    file: "requirements-face.txt",
    requirements: include_str!("../python/requirements-face.txt"),
};

/// What measures videos beside ours: an ffmpeg with VMAF.
pub const VIDEO: Tools = Tools {
    file: "requirements-video.txt",
    requirements: include_str!("../python/requirements-video.txt"),
};

/// The folder with our own scripts.
pub fn scripts() -> PathBuf {
    crate::root().join("xtask").join("python")
}

/// An environment that has everything, or why there is none on this machine.
pub enum Environment {
    /// The folder of its programs.
    Ready(PathBuf),
    /// The package index cannot be reached, and nothing was installed while it could.
    Unreachable,
}

impl Environment {
    /// Takes the one there is, or makes one. It is kept for as long as the requirements stay the same.
    pub fn get(tools: Tools) -> anyhow::Result<Self> {
        let folder = target_folder().join(format!("python-{:016x}", fingerprint(tools.requirements)));
        let programs = programs(&folder);
        // Written last: an environment that was interrupted half-way is made anew.
        let complete = folder.join("complete");
        if complete.is_file() {
            return Ok(Self::Ready(programs));
        }
        println!("The tools in Python are missing; installing them takes about half a minute, once:");
        let python = with_pip(&folder)?;
        let install = Call::new(&text(&python), ["-m", "pip", "install", "--quiet"])
            .with(["--disable-pip-version-check", "--requirement"])
            .with([text(&scripts().join(tools.file))]);
        println!("$ {install}");
        let (succeeded, said) = install.output().context("pip could not be started")?;
        if !succeeded {
            print!("{said}");
            if is_no_network(&said) {
                return Ok(Self::Unreachable);
            }
            bail!("`{install}` failed");
        }
        std::fs::write(&complete, "").context("the environment could not be finished")?;
        Ok(Self::Ready(programs))
    }
}

/// Makes an empty virtual environment in `folder`, and gives its Python, which has pip.
pub fn with_pip(folder: &Path) -> anyhow::Result<PathBuf> {
    let venv = Call::new(program(), ["-m", "venv", "--clear"]).with([text(folder)]);
    println!("$ {venv}");
    venv.run().context("a virtual environment of Python is needed")?;
    Ok(programs(folder).join("python"))
}

/// Whether pip failed for want of a connection, and not for what it was asked for.
pub fn is_no_network(said: &str) -> bool {
    [
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
        "ProxyError",
        "ReadTimeoutError",
    ]
    .iter()
    .any(|error| said.contains(error))
}

/// Python, as it is started here.
pub fn program() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

/// Where an environment keeps its programs.
fn programs(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_pinned() {
        for tools in [JUDGES, READERS, FACES, VIDEO] {
            let lines = tools
                .requirements
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'));
            for line in lines {
                assert!(line.contains("=="), "{line}");
            }
        }
        for tool in ["pyHanko==", "schemathesis=="] {
            assert!(JUDGES.requirements.contains(tool), "{tool}");
        }
        assert!(READERS.requirements.contains("PassportEye=="));
        assert!(FACES.requirements.contains("onnxruntime=="));
    }

    #[test]
    fn a_version_that_does_not_exist_is_no_network_failure() {
        let unknown = "ERROR: Could not find a version that satisfies the requirement pyHanko==999.0";
        assert!(!is_no_network(unknown));
        let offline =
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'";
        assert!(is_no_network(offline));
    }

    #[test]
    fn other_requirements_make_another_environment() {
        assert_ne!(fingerprint("a==1"), fingerprint("a==2"));
    }
}
