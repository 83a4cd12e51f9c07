//! What computes the networks: onnxruntime's library where it lies beside the program, else the engine in the program.

use std::path::{Path, PathBuf};

use vision::net::{self, Engine, NetError};

use crate::Settings;

/// A program that was built here lies two folders below the one its library was put into, its tests three.
const FOLDERS_UP: usize = 3;
/// Where an installed program has its resources, from its own folder: in a package for Linux, in one for macOS. On Windows
/// they lie beside it.
const RESOURCES: [&str; 2] = ["../lib/Proofbooth", "../Resources"];

/// Takes the library into use, if there is one; every call after the first does nothing more. Says what computes then.
///
/// # Errors
/// [`NetError::Library`] where there is a library that cannot be used; the engine in the program computes then.
pub(crate) fn take_into_use(settings: &Settings) -> Result<Engine, NetError> {
    if let Some(library) = library(settings) {
        net::use_library(&library)?;
    }
    Ok(net::fastest())
}

/// The same, where a library that cannot be used is only worth a word in the log.
pub(crate) fn prepare(settings: &Settings) {
    if let Err(error) = take_into_use(settings) {
        tracing::warn!(%error, "the engine in the program computes");
    }
}

/// Its name in a manifest and on the doctor's page.
pub(crate) const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Onnxruntime => "onnxruntime",
        Engine::Rten => "rten",
    }
}

/// The library that the settings name, else the one in the folder `onnxruntime` beside the program or among its
/// resources. Nowhere else is looked: its code is run.
fn library(settings: &Settings) -> Option<PathBuf> {
    settings.eyes.onnxruntime.clone().or_else(|| {
        let program = std::env::current_exe().ok()?;
        beside(&program)
    })
}

fn beside(program: &Path) -> Option<PathBuf> {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let resources = RESOURCES
        .iter()
        .filter_map(|folder| Some(program.parent()?.join(folder)));
    let folders = program.ancestors().skip(1).take(FOLDERS_UP);
    folders
        .map(Path::to_owned)
        .chain(resources)
        .map(|folder| {
            folder
                .join("onnxruntime")
                .join(format!("{prefix}onnxruntime{suffix}"))
        })
        .find(|library| library.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_none_is_told_and_the_program_computes_itself() {
        let mut settings = Settings::practice();
        settings.eyes.onnxruntime = Some(PathBuf::from("/nowhere/onnxruntime"));
        // Another test of this process may have taken a good one into use before.
        let taken = take_into_use(&settings);
        assert!(taken.is_err() || net::fastest() == Engine::Onnxruntime);
    }

    #[test]
    fn the_library_is_looked_for_beside_the_program_only() {
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        for (program, from) in [
            ("target/debug/deps/program", "target/onnxruntime"),
            ("usr/bin/program", "usr/lib/Proofbooth/onnxruntime"),
            (
                "Proofbooth.app/Contents/MacOS/program",
                "Proofbooth.app/Contents/Resources/onnxruntime",
            ),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let program = folder.path().join(program);
            std::fs::create_dir_all(program.parent().expect("its folder")).expect("a folder");
            assert_eq!(beside(&program), None);
            let library = folder
                .path()
                .join(from)
                .join(format!("{prefix}onnxruntime{suffix}"));
            std::fs::create_dir_all(folder.path().join(from)).expect("a folder");
            std::fs::write(&library, "").expect("a file");
            let found = beside(&program).expect("the library");
            assert_eq!(
                found.canonicalize().expect("it is there"),
                library.canonicalize().expect("it is there")
            );
        }
    }
}
