//! `proofbooth sandbox`

use std::io::Write;

use oneshot_sandbox::{Options, Sandbox};
use serde_json::json;
use station::{Code, Problem, TryAgain};

use crate::output::Output;

/// Runs the sandbox until Ctrl-C. The first line is its base address.
pub async fn run(options: &Options, output: &Output) -> Result<(), Problem> {
    let cannot = |why: String| Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(why);
    let settings = options.settings().map_err(cannot)?;
    let sandbox = Sandbox::start(settings)
        .await
        .map_err(|error| cannot(format!("the sandbox cannot listen: {error}")))?;
    for (operation, fault) in options.faults() {
        sandbox.fail_next(*operation, *fault);
    }
    output.value(&json!({
        "base_url": sandbox.base_url(), "legacy_base_url": sandbox.legacy_base_url(), "page": sandbox.page_url(),
        "token": sandbox.token(),
    }));
    output.line(&sandbox.base_url());
    output.line(&format!("legacy:        {}", sandbox.legacy_base_url()));
    output.line(&format!("officer token: {}", sandbox.token()));
    output.line(&format!("what arrives:  {}   (Ctrl-C stops)", sandbox.page_url()));
    // Whoever waits for the address may be reading a pipe.
    let _ = std::io::stdout().flush();
    let _ = tokio::signal::ctrl_c().await;
    sandbox.stop().await;
    Ok(())
}
