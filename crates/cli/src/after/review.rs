//! `proofbooth review`

use serde_json::json;
use station::view::SignIn;
use station::{Booth, Problem};

use super::stands;
use crate::arguments::{OfficerOptions, ReviewAction, ReviewOptions};
use crate::output::Output;
use crate::status::identity;
use crate::words::key;

/// Signs in, does the one thing, and is signed out by the end of the program.
pub async fn run(booth: &Booth, options: &ReviewOptions, output: &Output) -> Result<(), Problem> {
    booth.officer_sign_in(sign_in(&options.officer)).await?;
    match &options.action {
        ReviewAction::List => list(booth, output).await?,
        ReviewAction::Fetch {
            request_pk,
            videoid_pk,
        } => stands(
            &booth.desk_fetch(*request_pk, *videoid_pk).await?,
            json!({}),
            output,
        ),
        ReviewAction::Approve(option) => {
            booth.desk_open(&identity(booth, &option.case).await?).await?;
            let view = booth.approve().await?;
            stands(&view, json!({ "review": view.review }), output);
        }
        ReviewAction::Refuse { case, reason } => {
            booth.desk_open(&identity(booth, case).await?).await?;
            let view = booth.refuse(reason).await?;
            stands(&view, json!({ "review": view.review }), output);
        }
    }
    Ok(())
}

/// The officer of the environment; the remembered one takes nothing from there.
fn sign_in(options: &OfficerOptions) -> SignIn {
    let variable = |name: &str| {
        let value = std::env::var(format!("PROOFBOOTH_RAO_{name}")).ok()?;
        (!options.remembered && !value.is_empty()).then_some(value)
    };
    SignIn {
        name: options.officer.clone(),
        rao: options.rao.clone(),
        token: variable("TOKEN"),
        username: variable("USERNAME"),
        password: variable("PASSWORD"),
        pin: variable("PIN"),
        remember: false,
        remembered: options.remembered,
    }
}

async fn list(booth: &Booth, output: &Output) -> Result<(), Problem> {
    let entries = booth.desk_refresh().await?;
    for entry in &entries {
        output.value(&json!(entry));
        let server = match (&entry.server_status, &entry.problem) {
            (Some(status), _) => status.clone(),
            (None, Some(problem)) => key(&problem.code),
            (None, None) => String::new(),
        };
        let request = entry
            .request_pk
            .map_or_else(String::new, |pk| format!("request {pk}"));
        output.line(&format!(
            "{}  {:<14} {request:<16} {server}",
            entry.code,
            output.words.step(entry.step)
        ));
    }
    if entries.is_empty() {
        output.line("no cases");
    }
    Ok(())
}
