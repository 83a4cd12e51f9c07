//! `proofbooth sandbox`

use std::io::Write;
use std::time::Duration;

use oneshot_sandbox::{Sandbox, Settings};
use serde_json::json;
use station::{Code, Problem, TryAgain};

use crate::arguments::SandboxOptions;
use crate::output::Output;

/// Runs the sandbox until Ctrl-C. The first line is its base address.
pub async fn run(options: &SandboxOptions, output: &Output) -> Result<(), Problem> {
    let settings = Settings {
        listen: options.listen,
        processing_delay: Duration::from_millis(options.delay),
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings).await.map_err(|error| {
        Problem::new(Code::SettingsWrong, TryAgain::AfterChange)
            .because(format!("the sandbox cannot listen: {error}"))
    })?;
    output.value(&json!({ "base_url": sandbox.base_url(), "page": sandbox.page_url() }));
    output.line(&sandbox.base_url());
    output.line(&format!("what arrives: {}   (Ctrl-C stops)", sandbox.page_url()));
    // Whoever waits for the address may be reading a pipe.
    let _ = std::io::stdout().flush();
    let _ = tokio::signal::ctrl_c().await;
    sandbox.stop().await;
    Ok(())
}
