//! The pages in the window: installing their tools and building them, each only when something changed.
//!
//! What was last done is remembered in `ui/node_modules/.cache`, beside what it speaks of: it goes when the
//! tools are removed, whoever removes them.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::Call;

/// Installs the tools named in the lock file, unless they are there already.
pub fn install() -> anyhow::Result<()> {
    let ui = crate::root().join("ui");
    let wanted = fingerprint(&ui, &["package-lock.json".into()])?;
    if remembered("installed") == Some(wanted) {
        println!("      the page's tools are installed");
        return Ok(());
    }
    Call::npm("ci --no-audit --no-fund --loglevel=error").run()?;
    remember("installed", wanted)
}

/// Builds the pages into `ui/dist`, unless nothing changed since it was last done.
pub fn build() -> anyhow::Result<()> {
    install()?;
    let ui = crate::root().join("ui");
    let wanted = fingerprint(&ui, &sources(&ui)?)?;
    if ui.join("dist/index.html").is_file() && remembered("built") == Some(wanted) {
        println!("      the pages are up to date");
        return Ok(());
    }
    Call::npm("run --silent build").run()?;
    remember("built", wanted)
}

fn memory(what: &str) -> PathBuf {
    crate::root().join("ui/node_modules/.cache/proofbooth").join(what)
}

fn remembered(what: &str) -> Option<u64> {
    fs::read_to_string(memory(what)).ok()?.trim().parse().ok()
}

fn remember(what: &str, fingerprint: u64) -> anyhow::Result<()> {
    let path = memory(what);
    fs::create_dir_all(path.parent().expect("the path has a folder"))?;
    fs::write(&path, fingerprint.to_string()).with_context(|| format!("{} was not written", path.display()))
}

/// Everything under `ui/` that the build may read, as paths relative to it, in a fixed order.
fn sources(ui: &Path) -> anyhow::Result<Vec<PathBuf>> {
    const MADE: [&str; 4] = ["node_modules", "dist", "coverage", ".svelte-kit"];
    let mut folders = vec![ui.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("no folder {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if MADE.iter().any(|made| entry.file_name() == *made) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path().strip_prefix(ui).expect("found under it").to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A number that changes when a file's name or content does. Good enough to notice a change, nothing more.
fn fingerprint(ui: &Path, files: &[PathBuf]) -> anyhow::Result<u64> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let content = fs::read(ui.join(file)).with_context(|| format!("ui/{} is missing", file.display()))?;
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is removed again at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir().join(format!("proofbooth-xtask-{name}-{}", std::process::id()));
            for (path, content) in files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_the_build_makes_is_no_source_of_it() {
        let folder = Folder::new(
            "sources",
            &[
                ("src/main.ts", "a"),
                ("index.html", "b"),
                ("dist/index.html", "c"),
                ("node_modules/x/y.js", "d"),
            ],
        );
        let found = sources(&folder.0).unwrap();
        assert_eq!(found, [PathBuf::from("index.html"), PathBuf::from("src/main.ts")]);
    }

    #[test]
    fn the_fingerprint_follows_names_and_contents() {
        let files = [PathBuf::from("a"), PathBuf::from("b")];
        let of = |name, a, b| {
            let folder = Folder::new(name, &[("a", a), ("b", b)]);
            fingerprint(&folder.0, &files).unwrap()
        };
        assert_eq!(of("same1", "x", "y"), of("same2", "x", "y"));
        assert_ne!(of("content1", "x", "y"), of("content2", "x", "z"));
        assert_ne!(
            of("border1", "xy", ""),
            of("border2", "x", "y"),
            "a byte moved to the next file is a change"
        );
    }
}
