//! The keys there are: read from the settings' own types, so that what is documented is what is read.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::Settings;

/// What a key takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of these words.
    OneOf(Vec<String>),
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Truth,
    /// Texts.
    List,
    /// Texts by name.
    Table,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::OneOf(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                f.write_str(&words.join(", "))
            }
            Self::Whole => f.write_str("whole number"),
            Self::Truth => f.write_str("`true` or `false`"),
            Self::List => f.write_str("list of texts"),
            Self::Table => f.write_str("table of texts"),
        }
    }
}

/// A key of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The sections it is in, and its own name.
    pub path: Vec<String>,
    /// What it takes.
    pub kind: Kind,
    /// Whether its section cannot be without it.
    pub required: bool,
    /// What it is.
    pub description: String,
}

impl Key {
    /// Every key there is, in the order of the schema.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut keys = Vec::new();
        collect(&schema(), &mut Vec::new(), &mut keys);
        keys
    }

    /// The key as it is written in one line: `server.base_url`.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.join(".")
    }

    /// The variable of the environment that sets it: `PROOFBOOTH_SERVER__BASE_URL`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("PROOFBOOTH_{}", self.path.join("__").to_ascii_uppercase())
    }

    /// Whether its value is not to be shown: whoever knows it can do something with it.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        // A webhook carries no signature: its path is what keeps others out.
        self.path == ["server", "webhook", "path"]
    }
}

/// The JSON Schema (2020-12) of a settings file.
#[must_use]
pub fn schema() -> Value {
    let with = |settings: &mut SchemaSettings| settings.inline_subschemas = true;
    let generator = SchemaSettings::draft2020_12().with(with).into_generator();
    generator.into_root_schema_for::<Settings>().to_value()
}

fn collect(schema: &Value, path: &mut Vec<String>, keys: &mut Vec<Key>) {
    let required = schema["required"].as_array();
    let properties = schema["properties"].as_object().into_iter().flatten();
    for (name, property) in properties {
        path.push(name.clone());
        let shape = without_null(property);
        if shape.get("properties").is_some() {
            collect(shape, path, keys);
        } else {
            keys.push(Key {
                path: path.clone(),
                kind: kind(shape),
                required: required.is_some_and(|names| names.contains(&Value::from(name.as_str()))),
                description: one_line(property["description"].as_str().unwrap_or_default()),
            });
        }
        path.pop();
    }
}

/// What an optional property is when it is there.
fn without_null(property: &Value) -> &Value {
    let alternatives = property["anyOf"].as_array();
    alternatives
        .and_then(|alternatives| alternatives.iter().find(|one| one["type"] != "null"))
        .unwrap_or(property)
}

fn kind(shape: &Value) -> Kind {
    let words: Vec<String> = ["oneOf", "enum"]
        .iter()
        .filter_map(|list| shape[list].as_array())
        .flatten()
        .filter_map(|word| word.get("const").unwrap_or(word).as_str())
        .map(str::to_owned)
        .collect();
    let is = |wanted: &str| {
        shape["type"] == wanted
            || shape["type"]
                .as_array()
                .is_some_and(|types| types.contains(&wanted.into()))
    };
    match () {
        () if !words.is_empty() => Kind::OneOf(words),
        () if is("boolean") => Kind::Truth,
        () if is("integer") => Kind::Whole,
        () if is("array") => Kind::List,
        () if is("object") => Kind::Table,
        () => Kind::Text,
    }
}

fn one_line(description: &str) -> String {
    description.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every key in Markdown, for `docs/settings.md`.
#[must_use]
pub fn reference() -> String {
    let defaults = serde_json::to_value(Settings::default()).unwrap_or_default();
    let mut text = String::new();
    let mut section = None;
    for key in in_order(Key::all()) {
        let (name, sections) = key.path.split_last().expect("a key has a name");
        let sections = sections.join(".");
        if section.as_ref() != Some(&sections) {
            let title = if sections.is_empty() {
                "At the top".to_owned()
            } else {
                format!("`[{sections}]`")
            };
            text.push_str(&format!(
                "\n## {title}\n\n| key | takes | default | |\n|---|---|---|---|\n"
            ));
            section = Some(sections);
        }
        let default = if key.required {
            "(needed)".to_owned()
        } else {
            default_of(&key, &defaults)
        };
        let description = key.description.replace('|', "\\|");
        text.push_str(&format!(
            "| `{name}` | {} | {default} | {description} |\n",
            key.kind
        ));
    }
    text
}

/// Keys of a section together, those at the top first.
fn in_order(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_by_key(|key| key.path[..key.path.len() - 1].to_vec());
    keys
}

fn default_of(key: &Key, defaults: &Value) -> String {
    let value = key.path.iter().try_fold(defaults, |value, name| value.get(name));
    match value {
        // What belongs to a section that is not there by default is told by its description.
        None | Some(Value::Null) => String::new(),
        Some(Value::Array(list)) if list.is_empty() => String::new(),
        Some(Value::Object(table)) if table == &Map::new() => String::new(),
        Some(value) => format!("`{value}`"),
    }
}
