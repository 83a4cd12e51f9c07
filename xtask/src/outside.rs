//! What was not written by us holds the sandbox to what it promises: pyHanko its signatures, schemathesis its API.

use anyhow::Context as _;

use crate::command::{Call, target_folder};
use crate::python::{self, Environment};
use crate::sandbox::Running;

/// Why something could not be done here, where that is no fault of the code.
pub type Skipped = Option<String>;

/// Takes a case to signed documents in both dialects, and has pyHanko judge the signatures.
pub fn signatures() -> anyhow::Result<Skipped> {
    with_sandbox(|programs, sandbox| {
        script(&Call::new(&programs("python"), ["signatures.py"]).with([
            &sandbox.base,
            &sandbox.legacy_base,
            &sandbox.root,
            &sandbox.token,
        ]))
        .within(&python::scripts())
    })
}

/// Feeds every call of the sandbox's own description what it promises to take and what it does not, for a while.
pub fn api(seconds: u32) -> anyhow::Result<Skipped> {
    let folder = target_folder().join("api-fuzz");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    with_sandbox(|programs, sandbox| {
        let description = format!("{}/_sandbox/openapi.json", sandbox.root);
        script(&schemathesis(&programs("schemathesis"), &description, seconds)).within(&folder)
    })
}

fn schemathesis(program: &str, description: &str, seconds: u32) -> Call {
    // Its own `not_a_server_error` knows nothing of the server errors that the vendor documents; ours does.
    const CHECKS: &str = "status_code_conformance,content_type_conformance,response_schema_conformance,\
                          only_documented_server_errors";
    Call::new(program, ["run", description, "--checks", CHECKS])
        .with(["--max-time", &seconds.to_string()])
        .with(["--request-timeout", "30", "--suppress-health-check", "all"])
        // Each run for itself, so that one is like the next; the seed is printed.
        .with(["--generation-database", "none", "--no-color"])
        .variable("SCHEMATHESIS_HOOKS", "api_checks")
}

/// A call that finds our own scripts, and leaves no compiled ones among the sources.
fn script(call: &Call) -> Call {
    call.clone()
        .variable("PYTHONPATH", &python::scripts().display().to_string())
        .variable("PYTHONDONTWRITEBYTECODE", "1")
}

fn with_sandbox(call: impl FnOnce(&dyn Fn(&str) -> String, &Running) -> Call) -> anyhow::Result<Skipped> {
    let Environment::Ready(programs) = Environment::get()? else {
        return Ok(Some(
            "the package index of Python cannot be reached from here".to_owned(),
        ));
    };
    let sandbox = Running::start(&[])?;
    let call = call(
        &|name| {
            programs
                .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
                .display()
                .to_string()
        },
        &sandbox,
    );
    println!("$ {call}");
    call.run()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzer_ends_by_itself_and_knows_the_documented_errors() {
        let call = schemathesis("schemathesis", "http://127.0.0.1:1/_sandbox/openapi.json", 75).to_string();
        assert!(call.contains("--max-time 75"), "{call}");
        assert!(call.contains("only_documented_server_errors"), "{call}");
        assert!(!call.contains("not_a_server_error"), "{call}");
    }

    #[test]
    fn the_scripts_are_where_they_are_looked_for() {
        for name in ["signatures.py", "case.py", "api_checks.py"] {
            assert!(python::scripts().join(name).is_file(), "{name}");
        }
    }
}
