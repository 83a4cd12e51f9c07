//! What was not written by us holds the sandbox to what it promises: pyHanko its signatures, schemathesis its API.

use anyhow::Context as _;

use crate::command::{Call, target_folder};
use crate::python::{self, Environment};
use crate::sandbox::Running;

/// Why something could not be done here, where that is no fault of the code.
pub type Skipped = Option<String>;

/// Takes a case to signed documents in both dialects, and has pyHanko judge the signatures; those too that the program
/// saved in the tests before.
pub fn signatures() -> anyhow::Result<Skipped> {
    with_sandbox(&[], |python, sandbox| {
        let at = |path: &str| crate::root().join(path).display().to_string();
        // What the tests of the command line and of the window saved, and what they had signed.
        let kept = [
            at("artifacts/signed"),
            at("crates/station/material/agreement.pdf"),
        ];
        script(
            &Call::new(python, ["signatures.py"])
                .with(sandbox.named())
                .with(kept),
        )
        .within(&python::scripts())
    })
}

/// Feeds every call of the sandbox's own description what it promises to take and what it does not, for a while.
pub fn api(seconds: u32) -> anyhow::Result<Skipped> {
    let folder = target_folder().join("api-fuzz");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    // A fuzzer makes thousands of requests; those it is to know of must not be forgotten over them.
    with_sandbox(&["--keep-requests", "1000000"], |python, sandbox| {
        script(&Call::new(
            python,
            [python::scripts().join("api_fuzz.py").display().to_string()],
        ))
        .with(sandbox.named())
        .with([seconds.to_string()])
        .within(&folder)
    })
}

/// A call that finds our own scripts, and leaves no compiled ones among the sources.
fn script(call: &Call) -> Call {
    call.clone()
        .variable("PYTHONPATH", &python::scripts().display().to_string())
        .variable("PYTHONDONTWRITEBYTECODE", "1")
}

fn with_sandbox(options: &[&str], call: impl FnOnce(&str, &Running) -> Call) -> anyhow::Result<Skipped> {
    let Environment::Ready(programs) = Environment::get(python::JUDGES)? else {
        return Ok(Some(
            "the package index of Python cannot be reached from here".to_owned(),
        ));
    };
    let python = programs.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    let sandbox = Running::start(options)?;
    let call = call(&python.display().to_string(), &sandbox);
    println!("$ {call}");
    call.run()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_are_where_they_are_looked_for() {
        for name in ["signatures.py", "case.py", "api_checks.py", "api_fuzz.py"] {
            assert!(python::scripts().join(name).is_file(), "{name}");
        }
    }
}
