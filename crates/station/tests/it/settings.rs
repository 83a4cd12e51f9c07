//! What is documented about the settings is what is read.

use std::path::{Path, PathBuf};

use station::{SettingKey, settings_reference, settings_schema};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn is_up_to_date(name: &str, wanted: &str) {
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(docs(name), wanted).expect("the documents can be written");
    }
    let committed = std::fs::read_to_string(docs(name)).expect("there is such a document");
    assert!(
        committed == wanted,
        "docs/{name} is stale: run `UPDATE_BINDINGS=1 cargo test -p station`"
    );
}

#[test]
fn the_table_of_keys_is_up_to_date() {
    const MADE: &str = "writes it anew. -->\n";
    let committed = std::fs::read_to_string(docs("settings.md")).expect("there is such a document");
    let (written, _) = committed
        .split_once(MADE)
        .expect("it says where the table begins");
    is_up_to_date("settings.md", &format!("{written}{MADE}{}", settings_reference()));
}

#[test]
fn the_schema_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&settings_schema()).expect("a schema is JSON");
    is_up_to_date("settings.schema.json", &(schema + "\n"));
}

#[test]
fn every_key_says_what_it_is_and_has_a_variable_of_its_own() {
    let keys = SettingKey::all();
    let mut variables: Vec<_> = keys.iter().map(SettingKey::variable).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), keys.len());
    for key in &keys {
        assert!(!key.description.is_empty(), "{}", key.name());
    }
    let names: Vec<_> = keys.iter().map(SettingKey::name).collect();
    for name in [
        "profile",
        "server.base_url",
        "server.webhook.path",
        "recording.limit_s",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
    }
}
