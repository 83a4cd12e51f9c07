//! Settings from the environment: `PROOFBOOTH_<SECTION>__<KEY>`.
//!
//! Credentials are looked for in variables of the same beginning (`PROOFBOOTH_RAO_TOKEN`), which have no double
//! underscore: a variable with one that names no key is a mistake, and is said to be one.

use std::collections::BTreeMap;

use evidence::Problem;
use toml::{Table, Value};

use super::key::{Key, Kind};
use super::wrong;

/// What all our variables begin with.
const BEGINNING: &str = "PROOFBOOTH_";

/// The values of these headers are credentials, whatever they are called.
const HEADERS: &str = "PROOFBOOTH_HEADER_";

/// A key as the environment has it.
pub(super) struct Override {
    pub variable: String,
    pub path: Vec<String>,
    value: Value,
}

impl Override {
    /// Puts it into the settings.
    pub fn put_into(&self, table: &mut Table) {
        let Some((name, sections)) = self.path.split_last() else {
            return;
        };
        let mut place = table;
        for section in sections {
            let entry = place
                .entry(section.clone())
                .or_insert_with(|| Value::Table(Table::new()));
            // A section that is no table is told when the settings are read.
            let Value::Table(inner) = entry else { return };
            place = inner;
        }
        place.insert(name.clone(), self.value.clone());
    }
}

/// What `variables` set, in the order of their names.
///
/// # Errors
/// A variable that names no key, or holds what its key does not take; the detail names it, and not what it holds.
pub(super) fn overrides(
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<Override>, Problem> {
    let keys: BTreeMap<String, Key> = Key::all().into_iter().map(|key| (key.variable(), key)).collect();
    let mut ours: Vec<_> = variables
        .into_iter()
        .filter(|(name, value)| name.starts_with(BEGINNING) && !value.is_empty())
        .collect();
    ours.sort();
    let mut overrides = Vec::new();
    for (variable, text) in ours {
        let Some(key) = keys.get(&variable) else {
            if variable.contains("__") && !variable.starts_with(HEADERS) {
                return Err(wrong(format!("{variable}: there is no such key")));
            }
            continue;
        };
        let value =
            value(&key.kind, &text).ok_or_else(|| wrong(format!("{variable}: takes {}", key.kind)))?;
        overrides.push(Override {
            variable,
            path: key.path.clone(),
            value,
        });
    }
    Ok(overrides)
}

fn value(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Text => Some(text.into()),
        Kind::OneOf(words) => words.iter().any(|word| word == text).then(|| text.into()),
        Kind::Whole => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Truth => text.trim().parse::<bool>().ok().map(Value::from),
        Kind::List => Some(text.split(',').map(str::trim).collect::<Vec<_>>().into()),
        Kind::Table => toml::from_str::<Table>(&format!("table = {text}"))
            .ok()?
            .remove("table")
            .filter(Value::is_table),
    }
}
