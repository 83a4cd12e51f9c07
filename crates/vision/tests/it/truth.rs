//! What the test documents print, as it stands in their truth, through the mapping and the cross-checks: nothing of it
//! may be lost or be called a difference.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use vision::{
    agreement::{Agreement, Comparison, Measure},
    holder::{Entry, Holder, Reason},
    mrz::{Field, Mrz},
    viz::{Fields, Key},
};

use crate::{
    samples::{folder, table},
    zones::{TODAY, coded, printed, side},
};

/// A document of one or two sides.
struct Truth {
    name: String,
    sides: Vec<(Option<Mrz>, Fields)>,
    values: BTreeMap<String, String>,
    mrz: Mrz,
}

fn fields(record: &Json) -> Fields {
    let texts = record["viz"].as_object().unwrap();
    let values: Vec<(Key, &str)> = texts
        .iter()
        .filter_map(|(name, text)| {
            let text = text.as_str()?;
            Some((serde_json::from_value(Json::String(name.clone())).ok()?, text))
        })
        .collect();
    let mut fields = printed(&values);
    // Dates as the documents write them are the reader's to understand.
    let iso = |key| match key {
        Key::BirthDate => record["iso"]["birth"].as_str(),
        Key::ExpiryDate => record["iso"]["expiry"].as_str(),
        _ => None,
    };
    for (key, value) in &mut fields.values {
        value.date = iso(*key).and_then(|text| text.parse().ok());
    }
    if let (Some(surname), Some(both)) = (
        record["mrz_fields"]["surname"].as_str(),
        texts.get("surname_given"),
    ) {
        let words = surname.split(' ').count();
        let both: Vec<&str> = both.as_str().unwrap().split(' ').collect();
        let split = [
            (Key::Surname, both[..words].join(" ")),
            (Key::GivenNames, both[words..].join(" ")),
        ];
        for (key, text) in split {
            fields.values.extend(printed(&[(key, &text)]).values);
        }
    }
    fields
}

fn documents(file: &str) -> Vec<Truth> {
    let Some(path) = folder(file) else {
        return Vec::new();
    };
    let mut documents: BTreeMap<String, Truth> = BTreeMap::new();
    for record in table(&std::fs::read_to_string(path).unwrap()) {
        let (Some(lines), Some(texts)) = (record["mrz"].as_array(), record["viz"].as_object()) else {
            continue;
        };
        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        let name = record["doc_id"]
            .as_str()
            .or(record["file"].as_str())
            .unwrap()
            .to_owned();
        let document = documents.entry(name.clone()).or_insert_with(|| Truth {
            name,
            sides: Vec::new(),
            values: BTreeMap::new(),
            mrz: coded(&lines),
        });
        let is_here = record["mrz_on_this_side"].as_bool() != Some(false);
        document
            .sides
            .push((is_here.then(|| coded(&lines)), fields(&record)));
        for (name, text) in texts {
            document
                .values
                .insert(name.clone(), text.as_str().unwrap().to_owned());
        }
    }
    documents.into_values().collect()
}

fn said(entry: &Entry) -> &str {
    match entry {
        Entry::Found(found) => &found.value,
        Entry::Absent(absent) => absent.read.as_deref().unwrap_or(""),
    }
}

#[test]
fn every_generated_document_maps_to_the_fields_without_a_difference() {
    for document in documents("synthdocs/synthdocs.jsonl") {
        let sides: Vec<_> = document
            .sides
            .iter()
            .map(|(mrz, fields)| side(mrz.as_ref(), Some(fields)))
            .collect();
        let holder = Holder::of(&sides);
        let name = &document.name;
        let print = |key: &str| document.values.get(key).map(String::as_str);
        if let Some(given) = print("given_names") {
            assert_eq!(holder.given_name.value(), Some(given), "{name}");
        }
        if let Some(surname) = print("surname") {
            assert_eq!(said(&holder.surname_1), surname, "{name}");
        }
        let is_card_of_spain = name.starts_with("ESP_DNI") || name.starts_with("ESP_TIE");
        let number = if is_card_of_spain {
            Field::Optional1
        } else {
            Field::DocumentNumber
        };
        assert_eq!(holder.serial_number.value(), document.mrz.get(number), "{name}");
        let code = document.mrz.get(Field::DocumentCode).unwrap();
        let kind = if code.starts_with('P') { "PAS" } else { "IDC" };
        assert_eq!(holder.id_document_type.value(), Some(kind), "{name}");
        // The generated ones of no country have codes of none.
        match &holder.id_document_country {
            Entry::Found(found) => assert!(name.starts_with(&found.value[..1]), "{name}"),
            Entry::Absent(absent) => assert_eq!(absent.absent, Reason::NoState, "{name}"),
        }
    }
}

#[test]
fn no_generated_document_disagrees_with_itself() {
    for document in documents("synthdocs/synthdocs.jsonl") {
        let sides: Vec<_> = document
            .sides
            .iter()
            .map(|(mrz, fields)| side(mrz.as_ref(), Some(fields)))
            .collect();
        let agreement = Agreement::of(&sides, TODAY, 18);
        for measure in [&agreement.zones, &agreement.sides] {
            let compared = match measure {
                Measure::Measured(measured) => measured.compared.as_slice(),
                Measure::Absent { .. } => &[],
            };
            let different: Vec<Key> = compared
                .iter()
                .filter(|it| !it.agrees())
                .map(|it: &Comparison| it.field)
                .collect();
            assert!(different.is_empty(), "{}: {different:?}", document.name);
        }
    }
}
