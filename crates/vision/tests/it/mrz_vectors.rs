//! The strict parser against texts whose verdict and fields are known.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::date;
use serde::Deserialize;
use vision::mrz;

use crate::zones::skip;

#[derive(Deserialize)]
struct Vector {
    id: String,
    lines: Vec<String>,
    format: String,
    valid: bool,
    errors: Vec<String>,
    fields: BTreeMap<String, String>,
}

/// Vectors whose verdict or fields are disputed, and the clause of ICAO Doc 9303 that says otherwise. None is.
const DISPUTED: &[(&str, &str)] = &[];

#[test]
fn every_vector_is_understood_as_it_is_known_to_be() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mrz/vectors.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        skip(&path);
        return;
    };
    let vectors: Vec<Vector> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(vectors.len() > 200, "only {} vectors", vectors.len());
    let mut wrong = Vec::new();
    for vector in vectors
        .iter()
        .filter(|it| !DISPUTED.iter().any(|(id, _)| *id == it.id))
    {
        let lines: Vec<&str> = vector.lines.iter().map(String::as_str).collect();
        let found = mrz::parse(&lines, date(2026, 11, 23));
        let written = serde_json::to_value(&found).unwrap();
        let mut differs = |what: &str, found: String, wanted: String| {
            if found != wanted {
                wrong.push(format!("{} {what}: {found}, wanted {wanted}", vector.id));
            }
        };
        differs(
            "format",
            written["format"].as_str().unwrap().to_owned(),
            vector.format.clone(),
        );
        differs("valid", found.valid.to_string(), vector.valid.to_string());
        let fields: BTreeMap<String, String> = serde_json::from_value(written["fields"].clone()).unwrap();
        differs("fields", format!("{fields:?}"), format!("{:?}", vector.fields));
        // Some vectors come with a verdict but without its reasons.
        if !vector.errors.iter().any(|error| error.starts_with("upstream")) {
            let mut errors: Vec<String> = serde_json::from_value(written["errors"].clone()).unwrap();
            let mut wanted = vector.errors.clone();
            errors.sort();
            wanted.sort();
            differs("errors", format!("{errors:?}"), format!("{wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
