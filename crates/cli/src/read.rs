//! `proofbooth read` and `proofbooth mrz`

use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};
use station::{Code, FileReader, PictureRead, Problem, Settings, TryAgain};

use crate::arguments::ReadOptions;
use crate::output::Output;

/// A picture file larger than this is none.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Reads the documents in picture files, one after the other. What cannot be read is said of that file alone.
pub fn files(settings: &Settings, options: &ReadOptions, output: &Output) -> Result<(), Problem> {
    let reader = FileReader::open(settings)?;
    for file in &options.files {
        let name = file.display().to_string();
        match bytes_of(file).and_then(|bytes| reader.read(&bytes)) {
            Ok(read) => show(&name, &read, output),
            Err(problem) => {
                output.value(&json!({
                    "file": name, "document": null, "mrz": null, "portrait": null,
                    "error": { "code": problem.code, "message": problem.detail },
                }));
                output.line(&name);
                output.line(&format!("  {}", output.words.problem(&problem).0));
            }
        }
    }
    Ok(())
}

/// Parses MRZs from standard input: their lines, a blank line between two of them.
pub fn mrz(output: &Output) -> Result<(), Problem> {
    let mut text = String::new();
    let read = std::io::stdin().take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| unreadable(&error.kind().to_string()))?;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for document in lines
        .split(|line| line.is_empty())
        .filter(|lines| !lines.is_empty())
    {
        let mrz = station::read_mrz(document);
        output.value(&written(&mrz));
        output.line(&format!(
            "{} {}",
            written(&mrz.format).as_str().unwrap_or_default(),
            if mrz.valid { "valid" } else { "not valid" }
        ));
        for error in &mrz.errors {
            output.line(&format!("  {error}"));
        }
        for (field, value) in mrz.fields.iter() {
            output.line(&format!("  {:<24}{value}", field.name()));
        }
    }
    Ok(())
}

/// What is in a picture file.
pub fn bytes_of(file: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| unreadable(&error.kind().to_string()))?;
    let read = opened.take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&error.kind().to_string()))?;
    Ok(bytes)
}

fn unreadable(why: &str) -> Problem {
    Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(why)
}

/// A value as it is written in JSON.
pub fn written(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn show(file: &str, read: &PictureRead, output: &Output) {
    let mut value = json!({ "file": file });
    if let (Value::Object(all), Value::Object(rest)) = (&mut value, written(read)) {
        all.extend(rest);
    }
    output.value(&value);
    output.line(file);
    let Some(document) = &read.document else {
        output.line("  no document");
        return;
    };
    let word = |value: Value| value.as_str().unwrap_or("?").to_owned();
    output.line(&format!(
        "  {} {} {} {}",
        word(written(&document.kind)),
        word(written(&document.format)),
        document.country.as_deref().unwrap_or("?"),
        word(written(&document.side)),
    ));
    if let Some(mrz) = &read.mrz {
        let holds = if mrz.mrz.valid { "valid" } else { "not valid" };
        output.line(&format!("  MRZ {holds}"));
        for line in &mrz.mrz.lines {
            output.line(&format!("    {line}"));
        }
    }
    for (key, text) in &read.viz {
        output.line(&format!("  {:<24}{text}", word(written(key))));
    }
    for (gate, read) in &read.quality {
        let verdict = word(written(&read.verdict));
        output.line(&format!(
            "  {gate:<24}{verdict:<6}{:.2} of {:.2}",
            read.value, read.threshold
        ));
    }
}
