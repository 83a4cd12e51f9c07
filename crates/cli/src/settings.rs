//! `proofbooth settings`

use serde_json::json;
use station::{Problem, SettingKey, Settings, StartUp};

use crate::arguments::SettingsAction;
use crate::output::Output;

/// Checks a settings file, or shows what holds; never a secret.
pub fn run(start_up: StartUp, action: &SettingsAction, output: &Output) -> Result<(), Problem> {
    match action {
        SettingsAction::Check { file } => {
            Settings::read(file)?;
            output.value(&json!({ "file": file, "fine": true }));
            output.line("\u{2713} it can be used");
        }
        SettingsAction::Show => {
            let effective = start_up.effective()?;
            for key in SettingKey::all() {
                let (value, origin) = (effective.shown(&key), effective.origin(&key).to_string());
                output.value(&json!({ "key": key.name(), "value": value, "origin": origin }));
                let value = value.unwrap_or_else(|| "-".to_owned());
                output.line(&format!("{:<32} {value:<40} {origin}", key.name()));
            }
        }
    }
    Ok(())
}
