//! Settings from several places: a profile, a file, the environment, the command line; the later wins.

use std::collections::BTreeMap;

use evidence::Problem;
use serde::Deserialize;
use toml::{Table, Value};

use super::environment::{Override, overrides};
use super::key::Key;
use super::profile::Profile;
use super::{Settings, wrong};

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The profile.
    Profile,
    /// The settings file.
    File,
    /// This variable of the environment.
    Environment(String),
    /// The command line.
    CommandLine,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile => f.write_str("profile"),
            Self::File => f.write_str("file"),
            Self::Environment(variable) => f.write_str(variable),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// The settings as they hold, and where each comes from.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The settings.
    pub settings: Settings,
    origins: BTreeMap<String, Origin>,
}

impl Effective {
    /// Where a key's value comes from.
    #[must_use]
    pub fn origin(&self, key: &Key) -> Origin {
        self.origins.get(&key.name()).cloned().unwrap_or(Origin::Default)
    }

    /// A key's value as it may be shown; none where it has none.
    #[must_use]
    pub fn shown(&self, key: &Key) -> Option<String> {
        let settings = serde_json::to_value(&self.settings).ok()?;
        let value = key
            .path
            .iter()
            .try_fold(&settings, |value, name| value.get(name))?;
        let text = match value {
            serde_json::Value::Null => return None,
            serde_json::Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        // A password in an address is refused where it is used; until then it is not printed.
        let hidden = key.is_secret() || (text.contains("://") && text.contains('@'));
        Some(if hidden { "(hidden)".to_owned() } else { text })
    }

    /// Notes that the command line set `name`.
    pub(super) fn by_command_line(&mut self, name: &str) {
        self.origins.insert(name.to_owned(), Origin::CommandLine);
    }
}

/// The settings of a file's text, if there is one, and of these variables.
///
/// # Errors
/// What is wrong: with the line of the file, or the name of the variable.
pub(super) fn effective(
    file: Option<&str>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Effective, Problem> {
    let text = file.unwrap_or_default();
    let file: Table = toml::from_str(text).map_err(|error| in_line(text, &error))?;
    let overrides = overrides(variables)?;
    let mut set = file.clone();
    for one in &overrides {
        one.put_into(&mut set);
    }
    let profile: Table = profile_of(&set)
        .map(|profile| toml::from_str(profile.defaults()).expect("a test reads every profile"))
        .unwrap_or_default();
    let mut origins = BTreeMap::new();
    note(&profile, &Origin::Profile, "", &mut origins);
    note(&file, &Origin::File, "", &mut origins);
    for one in &overrides {
        origins.insert(one.path.join("."), Origin::Environment(one.variable.clone()));
    }
    let settings = read(merged(profile.clone(), &set))
        .map_err(|error| blamed(&error, text, &profile, &file, &overrides))?;
    Ok(Effective { settings, origins })
}

fn read(table: Table) -> Result<Settings, toml::de::Error> {
    Settings::deserialize(table)
}

/// The profile, if it is one; if it is none, that is told when the settings are read.
fn profile_of(table: &Table) -> Option<Profile> {
    Profile::deserialize(table.get("profile")?.clone()).ok()
}

/// `base` with everything of `over` in it.
fn merged(mut base: Table, over: &Table) -> Table {
    for (name, value) in over {
        let value = match (base.remove(name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => Value::Table(merged(below, above)),
            (_, value) => value.clone(),
        };
        base.insert(name.clone(), value);
    }
    base
}

/// Whose fault it is that the settings cannot be read: a variable without which the complaint is another, else the
/// file, with the line.
fn blamed(
    error: &toml::de::Error,
    text: &str,
    profile: &Table,
    file: &Table,
    overrides: &[Override],
) -> Problem {
    for (at, one) in overrides.iter().enumerate() {
        let mut without = file.clone();
        for (_, other) in overrides.iter().enumerate().filter(|(other, _)| *other != at) {
            other.put_into(&mut without);
        }
        let complaint = read(merged(profile.clone(), &without)).err();
        let is_same = complaint.is_some_and(|complaint| complaint.message() == error.message());
        if !is_same {
            return wrong(format!("{}: {}", one.variable, error.message()));
        }
    }
    match toml::from_str::<Settings>(text) {
        Err(in_file) => in_line(text, &in_file),
        Ok(_) => wrong(error.message().to_owned()),
    }
}

fn in_line(text: &str, error: &toml::de::Error) -> Problem {
    let line = error
        .span()
        .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
    wrong(format!("line {line}: {}", error.message()))
}

fn note(table: &Table, origin: &Origin, above: &str, origins: &mut BTreeMap<String, Origin>) {
    for (name, value) in table {
        let path = if above.is_empty() {
            name.clone()
        } else {
            format!("{above}.{name}")
        };
        // A table that is a value of its own is noted by its name; its entries are no keys, and harm nothing.
        if let Value::Table(inner) = value {
            note(inner, origin, &path, origins);
        }
        origins.insert(path, origin.clone());
    }
}
