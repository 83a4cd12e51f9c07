//! onnxruntime's library: the faster of the two engines that `crates/vision` computes with.
//!
//! It comes out of a package of the Python registry, whose checksum is pinned here, and lies in `target/onnxruntime/`,
//! where programs built there find it. The program goes without it too, several times slower: the engine in Rust is
//! part of it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{Call, target_folder};
use crate::python;

const VERSION: &str = "1.32.0";

/// The package for a system, and the library in it.
struct Package {
    system: (&'static str, &'static str),
    /// As pip names the platform; the library is the same for every version of Python.
    platform: &'static str,
    sha256: &'static str,
    /// The library inside the package, and the name it is looked for by.
    library: (&'static str, &'static str),
}

const PACKAGES: [Package; 4] = [
    Package {
        system: ("linux", "x86_64"),
        platform: "manylinux_2_28_x86_64",
        sha256: "5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d",
        library: ("libonnxruntime.so.1.32.0", "libonnxruntime.so"),
    },
    Package {
        system: ("linux", "aarch64"),
        platform: "manylinux_2_28_aarch64",
        sha256: "2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c",
        library: ("libonnxruntime.so.1.32.0", "libonnxruntime.so"),
    },
    Package {
        system: ("macos", "aarch64"),
        platform: "macosx_14_0_arm64",
        sha256: "366b9e53d07812cc5c92822cecf7563b76a8a0f32ba3bb8dd232a206ac3bcb6c",
        library: ("libonnxruntime.1.32.0.dylib", "libonnxruntime.dylib"),
    },
    Package {
        system: ("windows", "x86_64"),
        platform: "win_amd64",
        sha256: "d7e0c45cc5f456ad7805e6dd256a7662736cda9c2fd17becae194eb3c2f6df72",
        library: ("onnxruntime.dll", "onnxruntime.dll"),
    },
];

/// Makes sure that the library is there, or says why the program will go without.
///
/// # Errors
/// When the package has another checksum, or the disk refuses. A registry that cannot be reached is no error.
pub fn get() -> anyhow::Result<()> {
    let here = (std::env::consts::OS, std::env::consts::ARCH);
    let Some(package) = PACKAGES.iter().find(|package| package.system == here) else {
        println!(
            "      There is no package of onnxruntime for this system: reading takes several times longer."
        );
        return Ok(());
    };
    let folder = target_folder().join("onnxruntime");
    let complete = folder.join(format!("complete-{VERSION}"));
    if complete.is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    println!("      onnxruntime's library is missing; getting it takes about ten seconds, once:");
    let scratch = folder.join("scratch");
    if !download(package, &scratch)? {
        println!(
            "      The package registry cannot be reached: reading takes several times longer until it can."
        );
        return Ok(());
    }
    unpack(package, &scratch, &folder)?;
    std::fs::remove_dir_all(&scratch).context("the downloaded package could not be removed")?;
    // Written last: what was interrupted half-way is done anew.
    std::fs::write(&complete, "").context("the library could not be put in its place")
}

/// The library, where this system has one and [`get`] brought it.
pub fn library() -> Option<PathBuf> {
    let here = (std::env::consts::OS, std::env::consts::ARCH);
    let package = PACKAGES.iter().find(|package| package.system == here)?;
    let library = target_folder().join("onnxruntime").join(package.library.1);
    library.is_file().then_some(library)
}

/// Downloads the package into `scratch`; `false` when there is no connection.
fn download(package: &Package, scratch: &Path) -> anyhow::Result<bool> {
    std::fs::create_dir_all(scratch).with_context(|| scratch.display().to_string())?;
    let wanted = scratch.join("wanted.txt");
    let line = format!("onnxruntime=={VERSION} --hash=sha256:{}\n", package.sha256);
    std::fs::write(&wanted, line).with_context(|| wanted.display().to_string())?;
    let pip = python::with_pip(&scratch.join("python"))?;
    let call = Call::new(&pip.display().to_string(), ["-m", "pip", "download", "--quiet"])
        .with(["--disable-pip-version-check", "--no-deps", "--only-binary=:all:"])
        .with(["--implementation", "cp", "--python-version", "3.11"])
        .with(["--platform", package.platform, "--require-hashes"])
        .with(["--requirement".to_owned(), wanted.display().to_string()])
        .with(["--dest".to_owned(), scratch.display().to_string()]);
    println!("      $ {call}");
    let (succeeded, said) = call.output().context("pip could not be started")?;
    if !succeeded && !python::is_no_network(&said) {
        print!("{said}");
        bail!("`{call}` failed");
    }
    Ok(succeeded)
}

fn unpack(package: &Package, scratch: &Path, folder: &Path) -> anyhow::Result<()> {
    let wheel = std::fs::read_dir(scratch)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .context("pip left no package")?;
    let out = scratch.join("package");
    Call::new(python::program(), ["-m", "zipfile", "-e"])
        .with([wheel.display().to_string(), out.display().to_string()])
        .run()?;
    let (inside, name) = package.library;
    let from = out.join("onnxruntime");
    let copies: [(PathBuf, &str); 3] = [
        (from.join("capi").join(inside), name),
        (from.join("LICENSE"), "LICENSE"),
        (from.join("ThirdPartyNotices.txt"), "ThirdPartyNotices.txt"),
    ];
    for (source, name) in copies {
        std::fs::copy(&source, folder.join(name)).with_context(|| source.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_by_its_checksum() {
        for package in &PACKAGES {
            assert_eq!(package.sha256.len(), 64, "{}", package.platform);
            let (inside, _) = package.library;
            assert!(
                inside.contains(VERSION) || inside == "onnxruntime.dll",
                "{inside}"
            );
        }
    }
}
