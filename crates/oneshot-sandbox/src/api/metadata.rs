//! Metadata for signatures, an older dialect's call. No source says what is in it: any object is kept and given back.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use crate::store::new_uid;

/// Entries kept at once.
const MOST: usize = 1_000;

pub(crate) fn save(asked: &Asked) -> Result<Answer, Answer> {
    let body = asked.object()?;
    let uid = new_uid();
    asked.store.shelf(|shelf| {
        if shelf.metadata.len() >= MOST {
            shelf.metadata.pop_first();
        }
        shelf.metadata.insert(uid.clone(), Value::Object(body));
    });
    Ok(asked.voice.told(json!(uid)))
}

pub(crate) fn get(asked: &Asked) -> Result<Answer, Answer> {
    let entry = asked
        .store
        .shelf(|shelf| shelf.metadata.get(asked.uid()).cloned());
    match entry {
        Some(entry) => Ok(asked.voice.told(entry)),
        None => Err(not_found(asked)),
    }
}

pub(crate) fn delete(asked: &Asked) -> Result<Answer, Answer> {
    match asked.store.shelf(|shelf| shelf.metadata.remove(asked.uid())) {
        Some(_) => Ok(asked.voice.done("Metadata deleted successfully")),
        None => Err(not_found(asked)),
    }
}

fn not_found(asked: &Asked) -> Answer {
    let said = format!("Metadata with uid {} not found", asked.uid());
    asked.voice.refuse(404, said)
}

pub(crate) fn list(asked: &Asked) -> Answer {
    let all: Map<String, Value> = asked.store.shelf(|shelf| {
        let entries = shelf.metadata.iter();
        entries.map(|(uid, entry)| (uid.clone(), entry.clone())).collect()
    });
    asked.voice.told(Value::Object(all))
}

pub(crate) fn delete_all(asked: &Asked) -> Answer {
    asked.store.shelf(|shelf| shelf.metadata.clear());
    asked.voice.done("Metadata deleted successfully")
}
