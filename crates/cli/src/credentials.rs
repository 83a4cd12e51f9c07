//! `proofbooth credentials`

use std::io::Read;

use serde_json::json;
use station::credentials::{Credential, Place};
use station::{Code, Problem, Settings, TryAgain};

use crate::arguments::CredentialAction;
use crate::output::Output;

/// Lists, keeps or removes credentials; never prints one.
pub async fn run(settings: &Settings, action: &CredentialAction, output: &Output) -> Result<(), Problem> {
    let credentials = settings.credentials();
    match action {
        CredentialAction::List => {
            let held = credentials.list().await?;
            for credential in Credential::known(settings) {
                let place = held
                    .iter()
                    .find(|held| held.credential == credential)
                    .map(|held| match held.place {
                        Place::Environment => "environment",
                        Place::Keyring => "system's store",
                    });
                output.value(&json!({
                    "credential": credential.to_string(), "variable": credential.variable(), "place": place,
                }));
                output.line(&format!(
                    "{:<24} {:<32} {}",
                    credential.to_string(),
                    credential.variable(),
                    place.unwrap_or("not set")
                ));
            }
        }
        CredentialAction::Set { name } => {
            let credential = named(name)?;
            let value = typed()?;
            credentials.set(&credential, value).await?;
            output.value(&json!({ "credential": credential.to_string(), "kept": true }));
            output.line(&format!("{credential} is in the system's store"));
        }
        CredentialAction::Clear { name } => {
            let credential = named(name)?;
            let there = credentials.clear(&credential).await?;
            output.value(&json!({ "credential": credential.to_string(), "removed": there }));
            let told = if there { "was removed" } else { "was not there" };
            output.line(&format!("{credential} {told}"));
        }
    }
    Ok(())
}

fn named(name: &str) -> Result<Credential, Problem> {
    name.parse().map_err(|_| {
        Problem::new(Code::SettingsWrong, TryAgain::AfterChange)
            .because(format!("no credential is called {name:?}"))
    })
}

/// The first line of standard input: a value on the command line would be in the list of processes.
fn typed() -> Result<String, Problem> {
    let mut text = String::new();
    let nothing =
        || Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because("nothing came on standard input");
    std::io::stdin()
        .lock()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .map_err(|_| nothing())?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(nothing()),
    }
}
