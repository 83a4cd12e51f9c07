//! A reading as `proofbooth read --json` writes it: values as plain text under the names of the fields, and where each
//! comes from beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use vision::agreement::Agreement;
use vision::barcode::Barcode;
use vision::document::{CodedLines, Document, Reading};
use vision::geometry::Quad;
use vision::holder::{Entry, Holder};
use vision::mrz::Mrz;
use vision::portrait::Portrait;
use vision::quality::{Bound, Cause, Verdict, Zone};
use vision::viz::{Key, Value};

/// What was read in a picture file. Personal data: it has no `Debug`.
#[derive(Serialize)]
pub struct PictureRead {
    /// The document; null where there is none.
    pub document: Option<Document>,
    /// Its MRZ; null where there is none.
    pub mrz: Option<MrzRead>,
    /// The visual zone: the text of each field.
    pub viz: BTreeMap<Key, String>,
    /// Where and how each of them was read.
    pub viz_read: BTreeMap<Key, Value>,
    /// The fields of the One-Shot API that this side fills, null where it does not.
    pub oneshot: BTreeMap<&'static str, Option<String>>,
    /// Where each of them comes from, or why it is absent.
    pub oneshot_read: BTreeMap<&'static str, Entry>,
    /// What its zones say against each other.
    pub checks: Option<Agreement>,
    /// How good the picture is, gate by gate; empty where the document's border was not found.
    pub quality: BTreeMap<&'static str, GateRead>,
    /// The holder's portrait; null where there is none.
    pub portrait: Option<PortraitRead>,
    /// Barcodes.
    pub barcodes: Vec<Barcode>,
    /// What computed the networks.
    pub engine: &'static str,
    /// How long each stage took.
    pub milliseconds: BTreeMap<&'static str, f64>,
}

/// An MRZ with its place.
#[derive(Serialize)]
pub struct MrzRead {
    /// What it says.
    #[serde(flatten)]
    pub mrz: Mrz,
    /// Its outline in the file's pixels.
    pub quad: Quad,
    /// The mean of its characters' confidence, 0 to 1.
    pub confidence: f32,
}

/// A gate.
#[derive(Serialize)]
pub struct GateRead {
    /// What was measured.
    pub value: f32,
    /// What it had to be.
    pub threshold: f32,
    /// At least, or at most.
    pub bound: Bound,
    /// What follows.
    pub verdict: Verdict,
    /// Part of the document it was seen on.
    pub zone: Option<Zone>,
    /// Where, in the file's pixels.
    pub quad: Quad,
}

/// A portrait.
#[derive(Serialize)]
pub struct PortraitRead {
    /// Left, upper, right and lower edge of the smallest upright box around it, in the file's pixels.
    #[serde(rename = "box")]
    pub bounds: [f32; 4],
    /// Its corners in the file's pixels, upper left of the upright portrait first.
    pub quad: Quad,
    /// How sure the search is, 0 to 1.
    pub confidence: f32,
}

impl PictureRead {
    pub(super) fn new(
        reading: &Reading,
        holder: Option<&Holder>,
        agreement: Option<&Agreement>,
        engine: &'static str,
        times: Vec<(&'static str, f64)>,
    ) -> Self {
        let values = reading.viz.values.clone();
        let entries: Vec<(&'static str, Entry)> = holder.map_or_else(Vec::new, |holder| {
            vec![
                ("given_name", holder.given_name.clone()),
                ("surname_1", holder.surname_1.clone()),
                ("surname_2", holder.surname_2.clone()),
                ("serial_number", holder.serial_number.clone()),
                ("id_document_type", holder.id_document_type.clone()),
                ("id_document_country", holder.id_document_country.clone()),
            ]
        });
        let mut milliseconds = BTreeMap::new();
        for (stage, time) in times {
            // A picture that was read a second time took both.
            *milliseconds.entry(stage).or_insert(0.0) += time;
        }
        Self {
            document: reading.document.clone(),
            mrz: reading.mrz.as_ref().map(MrzRead::of),
            viz: values
                .iter()
                .map(|(key, value)| (*key, value.text.clone()))
                .collect(),
            viz_read: values,
            oneshot: entries
                .iter()
                .map(|(name, entry)| (*name, entry.value().map(str::to_owned)))
                .collect(),
            oneshot_read: entries.into_iter().collect(),
            checks: agreement.cloned(),
            quality: reading
                .quality
                .iter()
                .flat_map(|it| &it.gates)
                .map(gate)
                .collect(),
            portrait: reading.portrait.as_ref().map(PortraitRead::of),
            barcodes: reading.barcodes.clone(),
            engine,
            milliseconds,
        }
    }
}

impl MrzRead {
    fn of(coded: &CodedLines) -> Self {
        Self {
            mrz: coded.mrz.clone(),
            quad: coded.quad,
            confidence: coded.confidence,
        }
    }
}

impl PortraitRead {
    fn of(portrait: &Portrait) -> Self {
        let bounds = portrait.quad.bounds();
        Self {
            bounds: [
                bounds.x,
                bounds.y,
                bounds.x + bounds.width,
                bounds.y + bounds.height,
            ],
            quad: portrait.quad,
            confidence: portrait.face.score,
        }
    }
}

fn gate(gate: &vision::quality::Gate) -> (&'static str, GateRead) {
    let read = GateRead {
        value: gate.value,
        threshold: gate.threshold,
        bound: gate.bound,
        verdict: gate.verdict,
        zone: gate.zone,
        quad: gate.place,
    };
    (gate_name(gate.cause), read)
}

/// What a gate looks at, as it is written.
fn gate_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Absent => "absent",
        Cause::Cut => "corners_inside",
        Cause::Covered => "uncovered",
        Cause::Small => "size",
        Cause::Tilted => "tilt",
        Cause::Moving => "motion",
        Cause::Dark => "light",
        Cause::Glare => "glare",
        Cause::Blurred => "sharpness",
        Cause::Colourless => "colour",
        Cause::Screen => "screen",
    }
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
