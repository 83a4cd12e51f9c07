//! `proofbooth webhook-listen`

use std::io::Write;
use std::sync::Arc;

use serde_json::json;
use station::webhook::{Heard, Options, listen};
use station::{Booth, Problem, Settings};

use crate::arguments::WebhookOptions;
use crate::output::Output;
use crate::words::key;

/// Listens until Ctrl-C. The address is the first line printed.
pub async fn run(
    booth: &Booth,
    settings: &Settings,
    options: &WebhookOptions,
    output: Arc<Output>,
) -> Result<(), Problem> {
    let set = Options::from(settings);
    let options = Options {
        address: options.listen.unwrap_or(set.address),
        path: options.path.clone().or(set.path),
    };
    let told = Arc::clone(&output);
    let listener = listen(booth, options, move |heard| tell(&heard, &told)).await?;
    output.value(&json!({ "url": listener.url() }));
    output.line(&listener.url());
    output.line("(Ctrl-C stops)");
    // Whoever waits for the address may be reading a pipe.
    let _ = std::io::stdout().flush();
    let _ = tokio::signal::ctrl_c().await;
    listener.stop().await;
    Ok(())
}

fn tell(heard: &Heard, output: &Output) {
    output.value(&json!(heard));
    let request = heard
        .request_pk
        .map_or_else(|| "?".to_owned(), |pk| pk.to_string());
    let server = match (&heard.server_status, &heard.problem) {
        (Some(status), _) => format!("the server says {status}"),
        (None, Some(problem)) => format!("its state could not be read: {}", key(&problem.code)),
        (None, None) => "no case of this booth".to_owned(),
    };
    let again = if heard.repeated { " (again)" } else { "" };
    output.line(&format!(
        "request {request}: told {}{again}; {server}",
        heard.claimed
    ));
    let _ = std::io::stdout().flush();
}
