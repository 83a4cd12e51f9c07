//! The zones of generated documents, whose texts are known exactly, compared and mapped.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use serde_json::Value as Json;
use vision::{
    agreement::{Agreement, Measure},
    holder::{Holder, Source},
    sides::Side,
    viz::{Fields, Key},
};

use crate::zones::{TODAY, coded, printed, side, skip};

#[derive(Deserialize)]
struct Page {
    doc_id: String,
    template: String,
    mrz: Vec<String>,
    iso: BTreeMap<String, String>,
    viz: BTreeMap<String, Json>,
}

/// A document: the lines of its MRZ and what its sides print.
type Document = (Vec<String>, Vec<Fields>);

/// The documents by their number; none where the data are not there.
fn documents() -> BTreeMap<String, Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthdocs/synthdocs.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        skip(&path);
        return BTreeMap::new();
    };
    let mut documents: BTreeMap<String, Document> = BTreeMap::new();
    for line in text.lines() {
        let page: Page = serde_json::from_str(line).expect("a page");
        let fields = fields(&page);
        documents
            .entry(page.doc_id)
            .or_insert_with(|| (page.mrz, Vec::new()))
            .1
            .push(fields);
    }
    assert!(documents.len() > 20, "only {} documents", documents.len());
    documents
}

fn fields(page: &Page) -> Fields {
    let mut values = Vec::new();
    for (name, text) in &page.viz {
        let Ok(key) = serde_json::from_value::<Key>(Json::String(name.clone())) else {
            continue;
        };
        // The number a fictional passport prints under that name is none of its MRZ.
        if key == Key::PersonalNumber && page.template.starts_with("docxpand") {
            continue;
        }
        let iso = page
            .iso
            .get(name.trim_end_matches("_date"))
            .filter(|_| key.is_date());
        // Place and date under one label: the date is a field of its own as well.
        if key == Key::BirthPlaceDate {
            values.push((Key::BirthDate, page.iso["birth"].as_str()));
        }
        let text = iso.map_or(text.as_str(), |date| Some(date.as_str()));
        values.extend(text.map(|text| (key, text)));
    }
    printed(&values)
}

#[test]
fn a_genuine_documents_zones_agree() {
    for (id, (lines, pages)) in documents() {
        let mrz = coded(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(mrz.valid, "{id}: {mrz:?}");
        let mut sides: Vec<Side<'_>> = pages.iter().map(|fields| side(None, Some(fields))).collect();
        sides.last_mut().unwrap().coded = side(Some(&mrz), None).coded;
        let agreement = Agreement::of(&sides, TODAY, 18);
        let zones = agreement
            .zones
            .measured()
            .unwrap_or_else(|| panic!("{id}: {:?}", agreement.zones));
        assert!(zones.passed && zones.compared.len() >= 4, "{id}: {zones:?}");
        assert!(
            agreement.integrity().measured().is_some_and(|it| it.passed),
            "{id}"
        );
        assert!(
            agreement.not_expired.measured().is_some() && agreement.of_age.measured().is_some(),
            "{id}"
        );
        if let Measure::Measured(across) = &agreement.sides {
            assert!(across.passed, "{id}: {across:?}");
        }
    }
}

#[test]
fn another_documents_zones_do_not() {
    let documents: Vec<_> = documents().into_values().collect();
    for (index, (lines, _)) in documents.iter().enumerate() {
        let mrz = coded(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        for (other, (other_lines, pages)) in documents.iter().enumerate().filter(|(other, _)| *other != index)
        {
            for fields in pages {
                let agreement = Agreement::of(&[side(Some(&mrz), Some(fields))], TODAY, 18);
                let agrees = agreement.zones.measured().is_some_and(|it| it.passed);
                assert!(!agrees || lines == other_lines, "{index} {other}");
            }
        }
    }
}

#[test]
fn names_keep_their_marks_and_numbers_their_letters() {
    for (id, (lines, pages)) in documents() {
        let mrz = coded(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let mut sides: Vec<Side<'_>> = pages.iter().map(|fields| side(None, Some(fields))).collect();
        sides.last_mut().unwrap().coded = side(Some(&mrz), None).coded;
        let holder = Holder::of(&sides);
        if let Some(wanted) = pages.iter().find_map(|fields| fields.text(Key::GivenNames)) {
            let found = holder.given_name.found().unwrap();
            assert!(found.value == wanted && found.source == Source::Both, "{id}");
        }
        let serial = holder.serial_number.found().unwrap();
        assert!(serial.doubts.is_empty(), "{id}: {:?}", serial.doubts);
        assert_eq!(
            serial.source == Source::Both,
            pages
                .iter()
                .any(|fields| fields.get(Key::DocumentNumber).is_some()),
            "{id}"
        );
    }
}
