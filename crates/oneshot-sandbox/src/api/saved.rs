//! The server itself: its settings, and its name.
//!
//! The settings are groups of texts, the same for every caller, and read back whole, billing password too, as the
//! vendor's are. `environment`, `default_ra`, `default_profile` and the billing pair are used by create.

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;

pub(crate) fn read(asked: &Asked) -> Answer {
    let saved = asked.store.shelf(|shelf| shelf.saved.clone());
    asked.voice.told_details(Value::Object(saved))
}

pub(crate) fn save(asked: &Asked) -> Result<Answer, Answer> {
    let body = asked.object()?;
    let mut saved = asked.store.shelf(|shelf| shelf.saved.clone());
    let mut form = Form::default();
    // What is not known is passed over, as a settings file's reader does.
    for (group, members) in &mut saved {
        let Some(sent) = form.object(&body, &["body"], group) else {
            continue;
        };
        for (name, value) in members.as_object_mut().into_iter().flatten() {
            if let Some(text) = form.text(sent, &["body", group], name) {
                *value = text.into();
            }
        }
    }
    form.answer(asked.voice)?;
    asked.store.shelf(|shelf| shelf.saved = saved);
    Ok(asked.voice.done("Settings saved successfully"))
}

/// Never to be mistaken for the vendor's server. Nothing true about the machine either: the vendor's tells everybody
/// what it runs on, this one does not.
pub(crate) fn version(asked: &Asked) -> Answer {
    asked.voice.told_details(json!({
        "name": "OneShot sandbox (practice, not the service)",
        "version": env!("CARGO_PKG_VERSION"),
        "info": {
            "machine": "",
            "version": "",
            "release": "",
            "hostname": "sandbox",
            "system": "",
            "processor": "",
        },
    }))
}
